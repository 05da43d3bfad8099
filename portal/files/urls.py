from django.urls import path

from portal.files import views

app_name = "files"
urlpatterns = [
    path("stage/", views.stage, name="stage"),
    path("<str:code>/", views.download, name="download"),
]
