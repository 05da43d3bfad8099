"""Forms of accounts."""

from typing import Any

from django import forms
from django.contrib.auth.password_validation import password_validators_help_text_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.ui.forms import PortalForm


class EmailForm(PortalForm):
    email = forms.EmailField(
        label=gettext_lazy("E-mail"),
        required=False,
        help_text=gettext_lazy("Leave it empty if there is none."),
    )


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
