"""Forms of waivers and extensions."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.ui.form_kit import PeriodForm, reason_field


class ExceptionForm(PeriodForm):
    """A waiver or an extension: from, to, why."""

    reason = reason_field(help_text=gettext_lazy("Part of the record. Only HR reads it."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["last_day"].help_text = _("Leave it empty only if there is no end in sight.")
