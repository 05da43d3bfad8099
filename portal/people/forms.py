"""Forms about people: well formed or not; who may is decided elsewhere."""

from typing import Any

from django import forms
from django.contrib.auth.password_validation import password_validators_help_text_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.people.models import AbsenceKind, Discipline, Employment, Person, Position, Role, Team
from portal.ui.forms import PortalForm


def day(label: Any, *, required: bool = True, help_text: Any = "") -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, required=required, help_text=help_text, widget=widget)


class SpanForm(PortalForm):
    """From and to, inclusive."""

    starts_on = day(gettext_lazy("From"))
    last_day = day(gettext_lazy("Last day"), required=False)

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        first, last = data.get("starts_on"), data.get("last_day")
        if first and last and last < first:
            self.add_error("last_day", _("The last day lies before the first day."))
        return data


class PositionForm(SpanForm):
    team = forms.ModelChoiceField(Team.objects.none(), label=gettext_lazy("Team"))
    title = forms.CharField(label=gettext_lazy("Title"), max_length=120)
    discipline = forms.ModelChoiceField(
        Discipline.objects.none(), label=gettext_lazy("Discipline"), required=False
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
        self.fields["discipline"].queryset = Discipline.objects.all()  # type: ignore[attr-defined]
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


class HireForm(SpanForm):
    kind = forms.ChoiceField(label=gettext_lazy("Kind of employment"), choices=Employment.Kind)


class EndForm(PortalForm):
    last_day = day(gettext_lazy("Last day"))
    end_reason = forms.CharField(
        label=gettext_lazy("Reason for leaving"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("Only HR reads it."),
    )


class AbsenceForm(SpanForm):
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


class RemovalForm(SpanForm):
    reason = forms.CharField(
        label=gettext_lazy("Why"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3})
    )


class DelegationForm(SpanForm):
    to = forms.ModelChoiceField(Person.objects.none(), label=gettext_lazy("Who stands in"))

    field_order = ("to",)

    def __init__(self, *args: Any, person: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = Person.objects.filter(is_active=True).exclude(pk=person.pk)
        self.fields["to"].queryset = others  # type: ignore[attr-defined]


class NameForm(PortalForm):
    on = day(gettext_lazy("From"))
    first_name = forms.CharField(label=gettext_lazy("First name"), max_length=100, required=False)
    last_name = forms.CharField(label=gettext_lazy("Last name"), max_length=100)
    reason = forms.CharField(label=gettext_lazy("Why"), max_length=200, required=False)


class EmailForm(PortalForm):
    email = forms.EmailField(
        label=gettext_lazy("E-mail"),
        required=False,
        help_text=gettext_lazy("Leave it empty if there is none."),
    )


class RoleForm(SpanForm):
    role = forms.ChoiceField(label=gettext_lazy("Role"), choices=Role)
    engagement = forms.CharField(
        label=gettext_lazy("Engagement"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("For an auditor: which survey. It needs a last day."),
    )

    field_order = ("role",)


class WhyForm(PortalForm):
    reason = forms.CharField(label=gettext_lazy("Why"), max_length=500)


class LeadForm(PortalForm):
    person = forms.ModelChoiceField(Person.objects.none(), label=gettext_lazy("Who leads it"))
    starts_on = day(gettext_lazy("From"))
    acting = forms.BooleanField(label=gettext_lazy("Acting"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"].queryset = Person.objects.filter(is_active=True)  # type: ignore[attr-defined]


class CodeForm(PortalForm):
    """The one-time code on paper."""

    employee_number = forms.CharField(label=gettext_lazy("Employee number"), max_length=40)
    code = forms.CharField(
        label=gettext_lazy("Code"), max_length=20, help_text=gettext_lazy("As printed on your paper.")
    )


class NewPasswordForm(PortalForm):
    password = forms.CharField(
        label=gettext_lazy("New password"),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=password_validators_help_text_html(),
    )
    again = forms.CharField(
        label=gettext_lazy("Once more"), widget=forms.PasswordInput(attrs={"autocomplete": "new-password"})
    )

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if data.get("password") and data.get("again") and data["password"] != data["again"]:
            self.add_error("again", _("The two differ."))
        return data
