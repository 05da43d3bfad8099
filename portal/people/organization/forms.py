"""Forms of teams, leads and delegations."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from portal.people.access.viewer import Viewer
from portal.people.models import Person, Team
from portal.ui.form_kit import PeriodForm, day_field
from portal.ui.forms import PortalForm


def colleagues(viewer: Viewer) -> Any:
    """Whom the viewer may put above others: everybody who works here, never the viewer."""
    return Person.objects.employed(viewer.on).exclude(pk=viewer.person.pk)


class DelegationForm(PeriodForm):
    to = forms.ModelChoiceField(Person.objects.none(), label=gettext_lazy("Who stands in"))

    field_order = ("to",)

    def __init__(self, *args: Any, person: Person, viewer: Viewer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to"].queryset = colleagues(viewer).exclude(pk=person.pk)  # type: ignore[attr-defined]


class LeadForm(PortalForm):
    person = forms.ModelChoiceField(Person.objects.none(), label=gettext_lazy("Who leads it"))
    starts_on = day_field(gettext_lazy("From"))
    acting = forms.BooleanField(label=gettext_lazy("Acting"), required=False)

    def __init__(self, *args: Any, viewer: Viewer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"].queryset = colleagues(viewer)  # type: ignore[attr-defined]


class TeamForm(PortalForm):
    """A new team, where it lies."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=120)
    code = forms.SlugField(
        max_length=40,
        label=gettext_lazy("Code"),
        help_text=gettext_lazy("What files and other systems know it by. It does not change later."),
    )
    parent = forms.ModelChoiceField(
        Team.objects.none(),
        label=gettext_lazy("Part of"),
        required=False,
        help_text=gettext_lazy("Empty: of no other team."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["parent"].queryset = Team.objects.all()  # type: ignore[attr-defined]


class MoveTeamForm(PortalForm):
    parent = forms.ModelChoiceField(
        Team.objects.none(),
        label=gettext_lazy("Part of"),
        required=False,
        help_text=gettext_lazy("Empty: of no other team."),
    )
    starts_on = day_field(gettext_lazy("From"))

    def __init__(self, *args: Any, team: Team, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["parent"].queryset = Team.objects.exclude(pk=team.pk)  # type: ignore[attr-defined]
