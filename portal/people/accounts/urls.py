from django.urls import path

from portal.people.accounts import sign_in, views

urlpatterns = [
    path("open/", views.open_by_code, name="open_by_code"),
    path("open/<str:secret>/", views.open_by_link, name="open_account"),
    # Before allauth's own pages of the same names.
    path("login/", sign_in.SignInView.as_view(), name="account_login"),
    path("email/", sign_in.ChangeAddressView.as_view(), name="account_email"),
]
