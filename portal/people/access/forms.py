"""Forms of roles."""

from django import forms
from django.utils.translation import gettext_lazy

from portal.people.models import Role
from portal.ui.form_kit import PeriodForm


class RoleForm(PeriodForm):
    role = forms.ChoiceField(label=gettext_lazy("Role"), choices=Role)
    engagement = forms.CharField(
        label=gettext_lazy("Engagement"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("For an auditor: which survey. It needs a last day."),
    )

    field_order = ("role",)
