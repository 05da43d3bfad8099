from django.urls import path

from training import views

app_name = "training"
urlpatterns = [
    path("", views.mine, name="mine"),
    path("verify/<str:code>/", views.verify, name="verify"),
    path("certificates/<int:pk>/revoke/", views.revoke_certificate, name="revoke"),
    path("<slug:code>/start/", views.start_course, name="start"),
    path("<int:pk>/", views.attempt, name="attempt"),
    path("<int:pk>/assessment/", views.assessment, name="assessment"),
    path("<int:pk>/assessment/start/", views.assessment_start, name="assessment_start"),
    path("<int:pk>/assessment/submit/", views.assessment_submit, name="assessment_submit"),
    path("<int:pk>/assessment/<int:number>/", views.question, name="question"),
    path("<int:pk>/result/<int:number>/", views.result, name="result"),
    path("<int:pk>/<slug:lesson>/", views.lesson, name="lesson"),
    path("<int:pk>/<slug:lesson>/finish/", views.lesson_finish, name="lesson_finish"),
]
