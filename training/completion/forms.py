"""Training's forms."""

from django.utils.translation import gettext_lazy as _

from portal.ui.form_kit import ReasonForm, reason_field


class RevokeForm(ReasonForm):
    """Why a certificate is revoked."""

    reason = reason_field(
        _("Why is it revoked?"),
        help_text=_("Kept on record. The public page says only that it is revoked."),
    )
