from django.urls import path
from django.views.generic import RedirectView

from evaluations.workflow import views

app_name = "evaluations"
urlpatterns = [
    path("", views.evaluation_list, name="list"),
    path("open/", views.launch_form, name="launch"),
    # Printed on evaluations before there was one address for all documents.
    path(
        "verify/<str:code>/",
        RedirectView.as_view(pattern_name="documents:check", permanent=True),
        name="old_verify",
    ),
    path("<str:code>/", views.detail, name="detail"),
    path("<str:code>/answers/", views.save, name="save"),
    path("<str:code>/<slug:name>/confirm/", views.confirm, name="confirm"),
    path("<str:code>/<slug:name>/", views.move, name="move"),
]
