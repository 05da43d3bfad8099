from django.urls import path

from portal.home import views

urlpatterns = [
    path("", views.home, name="home"),
    path("my-work/", views.my_work, name="my_work"),
    path("team/", views.team_board, name="team_board"),
    path("team/standing.csv", views.team_board_csv, name="team_board_csv"),
    path("compliance/", views.compliance, name="compliance"),
    path("compliance/items/", views.compliance_items, name="compliance_items"),
    path("not-cleared/", views.not_cleared, name="not_cleared"),
]
