from django.urls import path

from portal.ui import views

urlpatterns = [
    path("theme/", views.theme, name="theme"),
    path("style-guide/", views.style_guide, name="style_guide"),
]
