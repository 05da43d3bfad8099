"""Forms of roles: only what the viewer may give is offered."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.people.access.roles import SCOPED, may_give
from portal.people.access.viewer import Viewer
from portal.people.models import Role, RoleGrant, Team
from portal.ui.form_kit import PeriodForm

Scope = RoleGrant.Scope


class RoleForm(PeriodForm):
    role = forms.ChoiceField(label=gettext_lazy("Role"))
    scope = forms.ChoiceField(label=gettext_lazy("For whom"))
    team = forms.ModelChoiceField(
        Team.objects.none(),
        label=gettext_lazy("Team"),
        required=False,
        help_text=gettext_lazy("Where the role is for one team and those below."),
    )
    state = forms.CharField(
        label=gettext_lazy("State"),
        max_length=2,
        required=False,
        help_text=gettext_lazy("Where the role is for one state: two letters, such as CA."),
    )
    engagement = forms.CharField(
        label=gettext_lazy("Engagement"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("For an auditor: which survey. It needs a last day."),
    )
    sees_evaluations = forms.BooleanField(
        label=gettext_lazy("The engagement covers what evaluations say"),
        required=False,
        help_text=gettext_lazy(
            "For an auditor. Without it they see that an evaluation exists and when, no rating and no comment."
        ),
    )

    field_order = ("role", "scope", "team", "state", "starts_on", "last_day")

    def __init__(self, *args: Any, viewer: Viewer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for_all = viewer.keeps_organization
        roles = [
            (role.value, role.label) for role in Role if role in SCOPED or may_give(viewer, role, Scope.ALL)
        ]
        scopes = [
            (scope.value, scope.label)
            for scope, may in (
                (Scope.ALL, for_all),
                (Scope.STATE, for_all or viewer.hr_states),
                (Scope.TEAM, for_all or viewer.hr_teams),
            )
            if may
        ]
        self.fields["role"].choices = roles  # type: ignore[attr-defined]
        self.fields["scope"].choices = scopes  # type: ignore[attr-defined]
        teams = Team.objects.all() if for_all else Team.objects.filter(pk__in=viewer.hr_teams)
        self.fields["team"].queryset = teams  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        scope = data.get("scope")
        data["state"] = (data.get("state") or "").strip().upper() if scope == Scope.STATE else ""
        data["team"] = data.get("team") if scope == Scope.TEAM else None
        if scope == Scope.STATE and not data["state"]:
            self.add_error("state", _("Which state?"))
        if scope == Scope.TEAM and not data["team"]:
            self.add_error("team", _("Which team?"))
        if data.get("role") != Role.AUDITOR:
            data["sees_evaluations"] = False
        return data
