"""Forms of certifications."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from certifications.models import EXPIRES_BEFORE_FIRST, CredentialType
from portal.files.fields import FileForm, PrivateFileField
from portal.ui.form_kit import conditional, day_field, refuse_end_before_start


class SubmitForm(FileForm):
    """A license, certification or card, as it stands on paper."""

    type = forms.ModelChoiceField(CredentialType.objects.none(), label=gettext_lazy("What is it?"))
    number = forms.CharField(
        label=gettext_lazy("Number"),
        max_length=60,
        required=False,
        help_text=gettext_lazy("As written, with zeros and hyphens. A license always has one."),
    )
    issued_on = day_field(gettext_lazy("First day of this term"))
    expires_on = day_field(
        gettext_lazy("Expiration date"),
        required=False,
        help_text=gettext_lazy("The last day on which it is good."),
    )
    never_expires = forms.BooleanField(label=gettext_lazy("It does not expire"), required=False)
    name_on_it = forms.CharField(
        label=gettext_lazy("Name on it, if different"), max_length=200, required=False
    )
    file = PrivateFileField(label=gettext_lazy("Card or certificate"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["type"].queryset = CredentialType.objects.select_related("issuer")  # type: ignore[attr-defined]
        conditional(self, "number", "expires_on")

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        refuse_end_before_start(self, "issued_on", "expires_on", EXPIRES_BEFORE_FIRST)
        kind, last = data.get("type"), data.get("expires_on")
        if (
            kind
            and kind.expires
            and not last
            and not data.get("never_expires")
            and "expires_on" not in self.errors
        ):
            self.add_error("expires_on", _("Write the expiration date, or say that it does not expire."))
        if last and data.get("never_expires"):
            self.add_error("never_expires", _("It has an expiration date, so it does expire."))
        return data


class RenewForm(SubmitForm):
    """The next term of a credential that is there."""

    type = None  # type: ignore[assignment]
    number = None  # type: ignore[assignment]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        FileForm.__init__(self, *args, **kwargs)
        conditional(self, "expires_on")
