from django.urls import path

from portal.home import files, views

urlpatterns = [
    path("", views.home, name="home"),
    path("my-work/", views.my_work, name="my_work"),
    path("team/", views.team_board, name="team_board"),
    path("team/standing.csv", files.team_board, {"kind": "csv"}, name="team_board_csv"),
    path("team/standing.xlsx", files.team_board, {"kind": "xlsx"}, name="team_board_xlsx"),
    path("compliance/", views.compliance, name="compliance"),
    path("compliance/items/", views.compliance_items, name="compliance_items"),
    path("compliance/items.csv", files.items, {"kind": "csv"}, name="compliance_items_csv"),
    path("compliance/items.xlsx", files.items, {"kind": "xlsx"}, name="compliance_items_xlsx"),
    path("not-cleared/", views.not_cleared, name="not_cleared"),
    path("not-cleared.csv", files.clearance, {"kind": "csv"}, name="not_cleared_csv"),
    path("not-cleared.xlsx", files.clearance, {"kind": "xlsx"}, name="not_cleared_xlsx"),
]
