from django.urls import path

from portal.people.accounts import sign_in, views

urlpatterns = [
    path("open/", views.open_by_code, name="open_by_code"),
    path("open/<str:secret>/", views.open_by_link, name="open_account"),
    path("again/", sign_in.send_again, name="send_again"),
    path("session/", sign_in.session, name="session"),
    path("signed-in/", sign_in.signed_in, name="signed_in"),
    # Before allauth's own pages of the same names.
    path("login/", sign_in.SignInView.as_view(), name="account_login"),
    path("email/", sign_in.ChangeAddressView.as_view(), name="account_email"),
]
