"""Forms of employment: well formed or not; who may is decided elsewhere."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.people.models import AbsenceKind, Employment, Person, Position, Profession, Team
from portal.ui.form_kit import PeriodForm, day_field
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

    def __init__(self, *args: Any, person: Person | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["team"].queryset = Team.objects.all()  # type: ignore[attr-defined]
        self.fields["profession"].queryset = Profession.objects.all()  # type: ignore[attr-defined]
        others = Person.objects.filter(is_active=True)
        others = others.exclude(pk=person.pk) if person else others
        self.fields["supervisor"].queryset = others  # type: ignore[attr-defined]

    def clean_states_served(self) -> list[str]:
        states = [s.strip().upper() for s in self.cleaned_data["states_served"].split(",") if s.strip()]
        wrong = [state for state in states if len(state) != 2 or not state.isalpha()]
        if wrong:
            raise forms.ValidationError(_("Not a two-letter code: %(codes)s") % {"codes": ", ".join(wrong)})
        return sorted(set(states))


class AddPersonForm(PositionForm):
    """A new person with employment and first position."""

    employee_number = forms.CharField(label=gettext_lazy("Employee number"), max_length=40)
    first_name = forms.CharField(label=gettext_lazy("First name"), max_length=100, required=False)
    last_name = forms.CharField(label=gettext_lazy("Last name"), max_length=100)
    email = forms.EmailField(label=gettext_lazy("E-mail"), required=False)
    kind = forms.ChoiceField(label=gettext_lazy("Kind of employment"), choices=Employment.Kind)

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
        self.fields["kind"].queryset = AbsenceKind.objects.all()  # type: ignore[attr-defined]


class RemovalForm(PeriodForm):
    reason = forms.CharField(
        label=gettext_lazy("Why"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3})
    )


class NameForm(PortalForm):
    on = day_field(gettext_lazy("From"))
    first_name = forms.CharField(label=gettext_lazy("First name"), max_length=100, required=False)
    last_name = forms.CharField(label=gettext_lazy("Last name"), max_length=100)
    reason = forms.CharField(label=gettext_lazy("Why"), max_length=200, required=False)
