"""Forms of employment: well formed or not; who may is decided elsewhere."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.people.access.viewer import Viewer
from portal.people.employment.clock import kinds_in_use
from portal.people.employment.positions import profession_on
from portal.people.models import AbsenceKind, Employment, Person, Position, Profession, Team
from portal.people.organization.primary import primary_position
from portal.ui.form_kit import PeriodForm, day_field, reason_field
from portal.ui.forms import PortalForm


class PositionForm(PeriodForm):
    team = forms.ModelChoiceField(Team.objects.none(), label=gettext_lazy("Team"))
    title = forms.CharField(label=gettext_lazy("Title"), max_length=120)
    profession = forms.ModelChoiceField(
        Profession.objects.none(), label=gettext_lazy("Profession"), required=False
    )
    work_setting = forms.ChoiceField(label=gettext_lazy("Work setting"), choices=Position.WorkSetting)
    employment_type = forms.ChoiceField(
        label=gettext_lazy("Employment type"), choices=Position.EmploymentType
    )
    states_served = forms.CharField(
        label=gettext_lazy("States served"),
        required=False,
        help_text=gettext_lazy("Two-letter codes with commas: CA, TX"),
    )
    supervisor = forms.ModelChoiceField(
        Person.objects.none(),
        label=gettext_lazy("Own supervisor"),
        required=False,
        help_text=gettext_lazy("Only where it is not the team's lead."),
    )
    primary = forms.BooleanField(label=gettext_lazy("Primary position"), required=False, initial=True)

    def __init__(self, *args: Any, viewer: Viewer, person: Person | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["team"].queryset = teams_for(viewer)  # type: ignore[attr-defined]
        self.fields["profession"].queryset = Profession.objects.all()  # type: ignore[attr-defined]
        now = primary_position(person.pk, viewer.on) if person is not None else None
        left_out = {viewer.person.pk, person.pk if person else None} - {now.supervisor_id if now else None}
        others = Person.objects.employed(viewer.on).exclude(pk__in=left_out - {None})
        self.fields["supervisor"].queryset = others  # type: ignore[attr-defined]
        if person is not None:
            self.fields["profession"].required = profession_on(person, viewer.on) is not None
        if now is not None:
            self._say_what_holds(now)

    def _say_what_holds(self, now: Position) -> None:
        """Under each field what holds today, so that the form shows what changes."""
        words = {
            "team": now.team.name,
            "title": now.title,
            "profession": now.profession.name if now.profession else _("none"),
            "work_setting": now.get_work_setting_display(),
            "employment_type": now.get_employment_type_display(),
            "states_served": ", ".join(now.states_served) or _("none"),
            "supervisor": str(now.supervisor) if now.supervisor else _("none, the team's lead it is"),
        }
        for name, value in words.items():
            field = self.fields[name]
            said = _("Now: %(value)s.") % {"value": value}
            field.help_text = f"{said} {field.help_text}".strip()

    def clean_states_served(self) -> list[str]:
        states = [s.strip().upper() for s in self.cleaned_data["states_served"].split(",") if s.strip()]
        wrong = [state for state in states if len(state) != 2 or not state.isalpha()]
        if wrong:
            raise forms.ValidationError(_("Not a two-letter code: %(codes)s") % {"codes": ", ".join(wrong)})
        return sorted(set(states))


def teams_for(viewer: Viewer) -> Any:
    """The teams that HR may put somebody into; HR of a state any, for who lives in it."""
    if viewer.is_hr_for_all or viewer.hr_states:
        return Team.objects.all()
    return Team.objects.filter(pk__in=viewer.hr_teams)


def initial_position(person: Person, viewer: Viewer) -> dict[str, Any]:
    """What the person works as today: moving somebody changes only what is changed."""
    now = primary_position(person.pk, viewer.on)
    if now is None:
        return {"profession": profession_on(person, viewer.on)}
    return {
        "team": now.team_id,
        "title": now.title,
        "profession": now.profession_id or profession_on(person, viewer.on),
        "work_setting": now.work_setting,
        "employment_type": now.employment_type,
        "states_served": ", ".join(now.states_served),
        "supervisor": now.supervisor_id,
    }


def changes_of(form: forms.Form) -> list[str]:
    """The labels of the fields in which a filled form differs from what it was opened with."""
    return [str(form.fields[name].label) for name in form.changed_data if name != "starts_on"]


class AddPersonForm(PositionForm):
    """A new person with employment and first position."""

    employee_number = forms.CharField(label=gettext_lazy("Employee number"), max_length=40)
    first_name = forms.CharField(label=gettext_lazy("First name"), max_length=100, required=False)
    last_name = forms.CharField(label=gettext_lazy("Last name"), max_length=100)
    email = forms.EmailField(label=gettext_lazy("E-mail"), required=False)
    kind = forms.ChoiceField(label=gettext_lazy("Kind of employment"), choices=Employment.Kind)
    home_state = forms.CharField(
        label=gettext_lazy("Home state"),
        max_length=2,
        required=False,
        help_text=gettext_lazy("Where the person lives, as two letters: CA. It decides on compact licenses."),
    )

    field_order = (
        "employee_number",
        "first_name",
        "last_name",
        "email",
        "kind",
        "starts_on",
        "last_day",
        "team",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["primary"]

    def clean_home_state(self) -> str:
        state: str = self.cleaned_data["home_state"].strip()
        return two_letters(state) if state else ""


class HireForm(PeriodForm):
    kind = forms.ChoiceField(label=gettext_lazy("Kind of employment"), choices=Employment.Kind)


class EndForm(PortalForm):
    last_day = day_field(gettext_lazy("Last day"))
    end_reason = forms.CharField(
        label=gettext_lazy("Reason for leaving"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("Only HR reads it."),
    )


class AbsenceForm(PeriodForm):
    kind = forms.ModelChoiceField(AbsenceKind.objects.none(), label=gettext_lazy("Kind"))
    reason = forms.CharField(
        label=gettext_lazy("Note"),
        required=False,
        max_length=500,
        help_text=gettext_lazy("Only HR reads it."),
    )

    field_order = ("kind",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].queryset = kinds_in_use()  # type: ignore[attr-defined]


class RemovalForm(PeriodForm):
    reason = forms.CharField(
        label=gettext_lazy("Why"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3})
    )


class NameForm(PortalForm):
    on = day_field(gettext_lazy("From"))
    first_name = forms.CharField(label=gettext_lazy("First name"), max_length=100, required=False)
    last_name = forms.CharField(label=gettext_lazy("Last name"), max_length=100)
    reason = forms.CharField(label=gettext_lazy("Why"), max_length=200, required=False)


class ProfessionForm(PortalForm):
    on = day_field(gettext_lazy("From"))
    profession = forms.ModelChoiceField(Profession.objects.none(), label=gettext_lazy("Profession"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["profession"].queryset = Profession.objects.all()  # type: ignore[attr-defined]


class HomeStateForm(PortalForm):
    on = day_field(gettext_lazy("From"))
    state = forms.CharField(
        label=gettext_lazy("Home state"),
        max_length=2,
        help_text=gettext_lazy("Two letters, such as CA. It decides which compact license counts."),
    )

    def clean_state(self) -> str:
        return two_letters(self.cleaned_data["state"])


def two_letters(text: str) -> str:
    """The code of a state. Raises ValidationError for anything but two letters."""
    state = text.strip().upper()
    if len(state) != 2 or not (state.isascii() and state.isalpha()):
        raise forms.ValidationError(_("Two letters, such as CA."))
    return state


class _StopsClock(PortalForm):
    stops_clock = forms.BooleanField(
        label=gettext_lazy("Stops the clock"),
        required=False,
        help_text=gettext_lazy("Nothing falls due while somebody is away."),
    )
    stops_from_days = forms.IntegerField(
        label=gettext_lazy("From a length of (days)"),
        min_value=0,
        max_value=366,
        initial=0,
        help_text=gettext_lazy("Shorter absences do not stop the clock."),
    )


class AbsenceKindForm(_StopsClock):
    """A new kind of absence, and what it does to the clock."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=80)
    code = forms.SlugField(
        max_length=30,
        label=gettext_lazy("Code"),
        help_text=gettext_lazy("What files and other systems know it by. It does not change later."),
    )

    field_order = ("name", "code")


class ClockForm(_StopsClock):
    starts_on = day_field(
        gettext_lazy("From"), help_text=gettext_lazy("For absences that begin on this day or later.")
    )
    reason = reason_field()

    field_order = ("stops_clock", "stops_from_days", "starts_on")
