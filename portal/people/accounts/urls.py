from django.urls import path

from portal.people.accounts import views

urlpatterns = [
    path("open/", views.open_by_code, name="open_by_code"),
    path("open/<str:secret>/", views.open_by_link, name="open_account"),
]
