from django.urls import path

from evaluations.documents import views as documents
from evaluations.workflow import views

app_name = "evaluations"
urlpatterns = [
    path("", views.evaluation_list, name="list"),
    path("open/", views.launch_form, name="launch"),
    path("verify/<str:code>/", documents.verify, name="verify"),
    path("<str:code>/", views.detail, name="detail"),
    path("<str:code>/answers/", views.save, name="save"),
    path("<str:code>/<slug:act>/", views.move, name="move"),
]
