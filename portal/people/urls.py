from django.urls import path

from portal.people import views, views_hr

app_name = "people"
urlpatterns = [
    path("", views.person_list, name="list"),
    path("teams/", views.teams, name="teams"),
    path("teams/<int:pk>/lead/", views_hr.team_lead, name="team_lead"),
    path("add/", views_hr.add, name="add"),
    path("<int:pk>/", views.detail, name="detail"),
    path("<int:pk>/invite/<slug:kind>/", views_hr.send_invitation, name="invite"),
    path("<int:pk>/close/", views_hr.close, name="close"),
    path("<int:pk>/act/<slug:act>/", views_hr.act, name="act"),
    path("<int:pk>/fact/<slug:kind>/<int:row>/withdraw/", views_hr.withdraw_fact, name="withdraw_fact"),
]
