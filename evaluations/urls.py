from django.urls import path

from evaluations import views

app_name = "evaluations"
urlpatterns = [
    path("", views.evaluation_list, name="list"),
    path("open/", views.launch_form, name="launch"),
    path("verify/<str:code>/", views.verify, name="verify"),
    path("<str:code>/", views.detail, name="detail"),
    path("<str:code>/answers/", views.save, name="save"),
    path("<str:code>/<slug:act>/", views.move, name="move"),
]
