from django.urls import path
from django.views.generic import RedirectView

from training.assessment import tries_views
from training.assessment import views as assessment
from training.authoring import views as editions
from training.completion import views as certificates
from training.learning import views as learning

app_name = "training"
urlpatterns = [
    path("", learning.mine, name="mine"),
    # Printed on certificates before there was one address for all documents.
    path(
        "verify/",
        RedirectView.as_view(pattern_name="documents:ask", permanent=True, query_string=True),
        name="old_verify_form",
    ),
    path(
        "verify/<str:code>/",
        RedirectView.as_view(pattern_name="documents:check", permanent=True),
        name="old_verify",
    ),
    path("certificates/<int:pk>/revoke/", certificates.revoke, name="revoke"),
    path("editions/", editions.editions, name="editions"),
    path("editions/<slug:code>/<int:number>/", editions.edition, name="edition"),
    path("editions/<slug:code>/<int:number>/withdraw/", editions.withdraw, name="withdraw"),
    path("editions/<slug:code>/release/", editions.release, name="release"),
    path("start/<slug:code>/", learning.start_course, name="start"),
    path("<int:pk>/", learning.attempt, name="attempt"),
    path("<int:pk>/start-over/", learning.start_over, name="start_over"),
    path("<int:pk>/completed/", learning.completed, name="completed"),
    path("<int:pk>/lessons/<slug:lesson>/", learning.lesson, name="lesson"),
    path("<int:pk>/lessons/<slug:lesson>/finish/", learning.lesson_finish, name="lesson_finish"),
    path("<int:pk>/lessons/<slug:lesson>/position/", learning.lesson_position, name="lesson_position"),
    path("<int:pk>/tries/", tries_views.tries, name="tries"),
    path("<int:pk>/assessment/", assessment.assessment, name="assessment"),
    path("<int:pk>/assessment/begin/", assessment.begin, name="assessment_begin"),
    path("<int:pk>/assessment/<int:sitting>/review/", assessment.review, name="review"),
    path("<int:pk>/assessment/<int:sitting>/submit/", assessment.submit, name="submit"),
    path("<int:pk>/assessment/<int:sitting>/result/", assessment.result, name="result"),
    path("<int:pk>/assessment/<int:sitting>/<int:number>/", assessment.question, name="question"),
]
