"""Forms of teams, leads and delegations."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from portal.people.models import Person
from portal.ui.form_kit import PeriodForm, day_field
from portal.ui.forms import PortalForm


class DelegationForm(PeriodForm):
    to = forms.ModelChoiceField(Person.objects.none(), label=gettext_lazy("Who stands in"))

    field_order = ("to",)

    def __init__(self, *args: Any, person: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = Person.objects.filter(is_active=True).exclude(pk=person.pk)
        self.fields["to"].queryset = others  # type: ignore[attr-defined]


class LeadForm(PortalForm):
    person = forms.ModelChoiceField(Person.objects.none(), label=gettext_lazy("Who leads it"))
    starts_on = day_field(gettext_lazy("From"))
    acting = forms.BooleanField(label=gettext_lazy("Acting"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"].queryset = Person.objects.filter(is_active=True)  # type: ignore[attr-defined]
