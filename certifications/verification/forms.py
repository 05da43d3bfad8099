"""Forms of verification."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from certifications.credentials.evidence import first_open_day
from certifications.credentials.forms import SubmitForm
from certifications.models import Period, Verification
from certifications.verification.verify import Finding
from portal.files.fields import FileForm, PrivateFileField
from portal.ui.form_kit import conditional, day_field


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
    license_status = forms.ChoiceField(
        label=gettext_lazy("Status there"),
        choices=[("", gettext_lazy("Choose what it shows")), *Verification.Status.choices],
        required=False,
        help_text=gettext_lazy("Empty only if the source did not find it."),
    )
    encumbered = forms.BooleanField(label=gettext_lazy("Board action on record"), required=False)
    multistate = forms.BooleanField(label=gettext_lazy("Multistate license"), required=False)
    effective_on = day_field(gettext_lazy("First day, by the source"), required=False)
    expires_on = day_field(
        gettext_lazy("Expiration date, by the source"),
        required=False,
        help_text=gettext_lazy("Empty only if it does not expire, or the source did not find it."),
    )
    never_expires = forms.BooleanField(label=gettext_lazy("It does not expire"), required=False)
    last_good_day = day_field(
        gettext_lazy("Last good day"),
        required=False,
        help_text=gettext_lazy("Only if it was suspended, surrendered or became inactive: the day before."),
    )
    verified_on = day_field(gettext_lazy("Looked up on"))
    note = forms.CharField(
        label=gettext_lazy("Note"), required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    file = PrivateFileField(
        label=gettext_lazy("Proof"),
        required=False,
        help_text=gettext_lazy("A print or screenshot of the answer."),
    )
    seen = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        conditional(self, "license_status", "expires_on")

    def finding(self) -> Finding:
        names = Finding.__dataclass_fields__.keys()
        return Finding(**{name: self.cleaned_data[name] for name in names if name in self.cleaned_data})


def initial_of(period: Period, today: date, seen: int) -> dict[str, Any]:
    """What the verification form begins with: what was submitted, to be compared, and who issues it."""
    issuer = period.credential.type.issuer
    return {
        "source_name": issuer.name,
        "source_url": issuer.lookup_url,
        "number_searched": period.credential.number,
        "effective_on": first_open_day(period.credential, period.issued_on),
        "verified_on": today,
        "never_expires": period.never_expires,
        "seen": seen,
    }


class SubmitVerifiedForm(LookedUp, SubmitForm):
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
    verified_on = day_field(gettext_lazy("Looked up on"))
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
            license_status=Verification.Status.ACTIVE,
            multistate=data["multistate"],
            effective_on=data["issued_on"],
            expires_on=data["expires_on"],
            never_expires=data["never_expires"],
            verified_on=data["verified_on"],
        )
