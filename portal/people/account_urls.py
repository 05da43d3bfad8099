from django.urls import path

from portal.people import views_account

urlpatterns = [
    path("open/", views_account.open_by_code, name="open_by_code"),
    path("open/<str:secret>/", views_account.open_by_link, name="open_account"),
]
