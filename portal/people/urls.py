from django.urls import path

from portal.people.accounts import views as accounts
from portal.people.directory import acts, fact_acts, views
from portal.people.employment import views as employment
from portal.people.organization import views as organization
from portal.people.record import views as record

app_name = "people"
urlpatterns = [
    path("", views.person_list, name="list"),
    path("teams/", organization.teams, name="teams"),
    path("teams/add/", organization.add_team, name="add_team"),
    path("teams/<int:pk>/", organization.team, name="team"),
    path("teams/<int:pk>/lead/", organization.team_lead, name="team_lead"),
    path("teams/<int:pk>/move/", organization.move, name="move_team"),
    path("teams/place/<int:pk>/withdraw/", organization.withdraw_place, name="withdraw_place"),
    path("absence-kinds/", employment.absence_kinds, name="absence_kinds"),
    # Beside the kinds, so that a kind may have any code.
    path("absence-kind/add/", employment.add_absence_kind, name="add_absence_kind"),
    path("absence-kind/rule/<int:pk>/withdraw/", employment.withdraw_clock, name="withdraw_clock"),
    path("absence-kinds/<slug:code>/", employment.absence_kind, name="absence_kind"),
    path("add/", employment.add, name="add"),
    path("<int:pk>/", views.detail, name="detail"),
    path("<int:pk>/invite/<slug:kind>/", accounts.send_invitation, name="invite"),
    path("<int:pk>/invitation/<int:invitation>/mail/", accounts.send_by_mail, name="mail_invitation"),
    path("<int:pk>/close/", accounts.close, name="close"),
    path("<int:pk>/act/<slug:act>/", acts.act, name="act"),
    path("<int:pk>/fact/<slug:kind>/<int:row>/withdraw/", fact_acts.withdraw, name="withdraw_fact"),
    path("<int:pk>/fact/<slug:kind>/<int:row>/end/", fact_acts.end, name="end_fact"),
    path("<int:pk>/fact/<slug:kind>/<int:row>/correct/", fact_acts.correct, name="correct_fact"),
    path("changes/", record.change_list, name="changes"),
    path("changes/<int:pk>/", record.detail, name="change"),
    path("changes/<int:pk>/does/", record.doing, name="doing"),
    path("batches/", record.batch_list, name="batches"),
    path("batches/<int:pk>/", record.batch, name="batch"),
]
