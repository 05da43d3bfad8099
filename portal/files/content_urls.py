from django.urls import path

from portal.files import views

urlpatterns = [path("<path:name>", views.content, name="content_file")]
