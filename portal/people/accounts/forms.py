"""Forms of accounts."""

from typing import Any, ClassVar

from allauth.account.forms import AddEmailForm, ChangePasswordForm, LoginForm, ResetPasswordForm
from django import forms
from django.contrib.auth.password_validation import password_validators_help_text_html
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.people.accounts.mail import queue_mail
from portal.people.models import AccountMail
from portal.ui.forms import PortalForm, WellFormed


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
    """`door` is the code already shown, signed and for ten minutes; empty where a link is the way in."""

    door = forms.CharField(widget=forms.HiddenInput, required=False)
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


class Worded(WellFormed):
    """A form of allauth with our labels: beside its fields and in the summary of its errors alike."""

    words: ClassVar[dict[str, Any]] = {}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, label in self.words.items():
            if name in self.fields:
                self.fields[name].label = label


class WordedLoginForm(Worded, LoginForm):
    words: ClassVar = {"login": gettext_lazy("Employee number or e-mail")}


class WordedAddEmailForm(Worded, AddEmailForm):
    words: ClassVar = {"email": gettext_lazy("New address")}


class WordedChangePasswordForm(Worded, ChangePasswordForm):
    words: ClassVar = {
        "oldpassword": gettext_lazy("Current password"),
        "password1": gettext_lazy("New password"),
        "password2": gettext_lazy("New password, again"),
    }


class AskForResetForm(Worded, ResetPasswordForm):
    """Asking for a new password: one row, whether or not anybody has the address; the worker looks."""

    words: ClassVar = {"email": gettext_lazy("E-mail")}

    def clean_email(self) -> str:
        return str(self.cleaned_data["email"]).lower()

    def save(self, request: HttpRequest, **_kwargs: Any) -> str:
        address = str(self.cleaned_data["email"])
        queue_mail(AccountMail.Kind.RESET, address=address)
        return address
