from django.urls import path

from portal.documents import views

app_name = "documents"
urlpatterns = [
    path("", views.ask, name="ask"),
    path("<str:code>/", views.check, name="check"),
]
