"""Forms of certifications."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from certifications.models import CredentialType, Period, Verification
from certifications.verifying import Finding
from portal.files.fields import FileForm, PrivateFileField
from portal.ui.forms import PortalForm


def _day(label: Any, *, required: bool = True, help_text: Any = "") -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, required=required, help_text=help_text, widget=widget)


class ClaimForm(FileForm):
    """A license, certification or card, as it stands on paper."""

    type = forms.ModelChoiceField(CredentialType.objects.none(), label=gettext_lazy("What is it?"))
    number = forms.CharField(
        label=gettext_lazy("Number"),
        max_length=60,
        required=False,
        help_text=gettext_lazy("As written, with zeros and hyphens. A license always has one."),
    )
    issued_on = _day(gettext_lazy("First day of this term"))
    expires_on = _day(
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

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        first, last = data.get("issued_on"), data.get("expires_on")
        if first and last and last < first:
            self.add_error("expires_on", _("The expiration date lies before the first day."))
        kind = data.get("type")
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


class RenewForm(ClaimForm):
    """The next term of a credential that is there."""

    type = None  # type: ignore[assignment]
    number = None  # type: ignore[assignment]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        FileForm.__init__(self, *args, **kwargs)


class LookedUp(FileForm):
    """The day of the look-up lies not in the future; `today` is the day of the request."""

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today

    def clean_verified_on(self) -> date:
        day: date = self.cleaned_data["verified_on"]
        if day > self.today:
            raise forms.ValidationError(_("This day lies in the future."))
        return day


class VerifyForm(LookedUp):
    """What the primary source said."""

    result = forms.ChoiceField(label=gettext_lazy("What did the source say?"), choices=Verification.Result)
    method = forms.ChoiceField(label=gettext_lazy("How did you ask?"), choices=Verification.Method)
    source_name = forms.CharField(label=gettext_lazy("Source"), max_length=200)
    source_url = forms.URLField(
        label=gettext_lazy("Address of the source"), required=False, assume_scheme="https"
    )
    spoken_to = forms.CharField(label=gettext_lazy("Person spoken to"), max_length=120, required=False)
    number_searched = forms.CharField(label=gettext_lazy("Number searched"), max_length=60, required=False)
    license_status = forms.ChoiceField(label=gettext_lazy("Status there"), choices=Verification.Status)
    encumbered = forms.BooleanField(label=gettext_lazy("Discipline on record"), required=False)
    multistate = forms.BooleanField(label=gettext_lazy("Multistate license"), required=False)
    effective_on = _day(gettext_lazy("First day, by the source"), required=False)
    expires_on = _day(gettext_lazy("Expiration date, by the source"), required=False)
    never_expires = forms.BooleanField(label=gettext_lazy("It does not expire"), required=False)
    last_good_day = _day(
        gettext_lazy("Last good day"),
        required=False,
        help_text=gettext_lazy("Only if it was suspended, surrendered or became inactive: the day before."),
    )
    verified_on = _day(gettext_lazy("Looked up on"))
    note = forms.CharField(
        label=gettext_lazy("Note"), required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    file = PrivateFileField(
        label=gettext_lazy("Proof"),
        required=False,
        help_text=gettext_lazy("A print or screenshot of the answer."),
    )
    seen = forms.IntegerField(widget=forms.HiddenInput)

    def finding(self) -> Finding:
        names = Finding.__dataclass_fields__.keys()
        return Finding(**{name: self.cleaned_data[name] for name in names if name in self.cleaned_data})


def initial_of(period: Period, today: date, seen: int) -> dict[str, Any]:
    """What the verification form begins with: the claim, to be compared, and who issues it."""
    issuer = period.credential.type.issuer
    return {
        "source_name": issuer.name,
        "source_url": issuer.lookup_url,
        "number_searched": period.credential.number,
        "effective_on": period.issued_on,
        "verified_on": today,
        "never_expires": period.never_expires,
        "seen": seen,
    }


class VerifiedClaimForm(LookedUp, ClaimForm):
    """Verify first: HR keys a credential and what the source says, in one step."""

    source_name = forms.CharField(label=gettext_lazy("Source"), max_length=200)
    source_url = forms.URLField(
        label=gettext_lazy("Address of the source"), required=False, assume_scheme="https"
    )
    method = forms.ChoiceField(
        label=gettext_lazy("How did you ask?"),
        choices=[c for c in Verification.Method.choices if c[0] != Verification.Method.CARD],
    )
    spoken_to = forms.CharField(label=gettext_lazy("Person spoken to"), max_length=120, required=False)
    multistate = forms.BooleanField(label=gettext_lazy("Multistate license"), required=False)
    verified_on = _day(gettext_lazy("Looked up on"))
    file = PrivateFileField(
        label=gettext_lazy("Proof"),
        help_text=gettext_lazy("You key it yourself, so the source's answer is needed."),
    )

    def finding(self) -> Finding:
        data = self.cleaned_data
        return Finding(
            result=Verification.Result.CONFIRMED,
            method=data["method"],
            source_name=data["source_name"],
            source_url=data["source_url"],
            spoken_to=data["spoken_to"],
            number_searched=data["number"],
            multistate=data["multistate"],
            effective_on=data["issued_on"],
            expires_on=data["expires_on"],
            never_expires=data["never_expires"],
            verified_on=data["verified_on"],
        )


class WithdrawForm(PortalForm):
    reason = forms.CharField(
        label=gettext_lazy("Why"), max_length=1000, widget=forms.Textarea(attrs={"rows": 2})
    )
