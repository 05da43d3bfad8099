"""Training's forms."""

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.ui.forms import PortalForm


class RevokeForm(PortalForm):
    """Why a certificate is revoked."""

    reason = forms.CharField(
        label=_("Why is it revoked?"),
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Kept on record. The public page says only that it is revoked."),
        max_length=2000,
    )
