from django.urls import path

from portal.people.accounts import views as accounts
from portal.people.directory import acts, views
from portal.people.employment import views as employment
from portal.people.organization import views as organization

app_name = "people"
urlpatterns = [
    path("", views.person_list, name="list"),
    path("teams/", organization.teams, name="teams"),
    path("teams/<int:pk>/lead/", organization.team_lead, name="team_lead"),
    path("add/", employment.add, name="add"),
    path("<int:pk>/", views.detail, name="detail"),
    path("<int:pk>/invite/<slug:kind>/", accounts.send_invitation, name="invite"),
    path("<int:pk>/invitation/<int:invitation>/mail/", accounts.send_by_mail, name="mail_invitation"),
    path("<int:pk>/close/", accounts.close, name="close"),
    path("<int:pk>/act/<slug:act>/", acts.act, name="act"),
    path("<int:pk>/role/<int:row>/end/", acts.end_grant, name="end_role"),
    path("<int:pk>/fact/<slug:kind>/<int:row>/withdraw/", acts.withdraw_fact, name="withdraw_fact"),
]
