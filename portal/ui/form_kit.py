"""Fields and forms that many pages share: a day, a period, a reason; and refusals put at their fields."""

from contextlib import AbstractContextManager
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from portal.errors import LAST_BEFORE_FIRST, Refused
from portal.ui.forms import DayInput, PortalForm

REASON_MAX = 2000


def day_field(label: Any, *, required: bool = True, help_text: Any = "") -> forms.DateField:
    return forms.DateField(label=label, required=required, help_text=help_text, widget=DayInput())


def conditional(form: forms.BaseForm, *names: str) -> None:
    """Fields that are needed depending on others: not required at first, and not called optional."""
    for name in names:
        form.fields[name].conditional = True  # type: ignore[attr-defined]


def reason_field(label: Any = None, *, help_text: Any = "") -> forms.CharField:
    """Why something is done: at most 2000 characters, kept on record."""
    widget = forms.Textarea(attrs={"rows": 3})
    return forms.CharField(
        label=label or gettext_lazy("Why"), max_length=REASON_MAX, widget=widget, help_text=help_text
    )


class PeriodForm(PortalForm):
    """The first day and the last day, both inclusive; no last day means no end."""

    starts_on = day_field(gettext_lazy("From"))
    last_day = day_field(gettext_lazy("Last day"), required=False)

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        refuse_end_before_start(self, "starts_on", "last_day")
        return data


def refuse_end_before_start(form: forms.Form, first: str, last: str, message: Any = "") -> None:
    """Put an error at the field `last` where that day lies before the day in the field `first`."""
    start, end = form.cleaned_data.get(first), form.cleaned_data.get(last)
    if start and end and end < start:
        form.add_error(last, message or LAST_BEFORE_FIRST)


class ReasonForm(PortalForm):
    reason = reason_field()


class _Refusals(AbstractContextManager[None, bool]):
    def __init__(self, form: forms.BaseForm, renamed: dict[str, str]) -> None:
        self.form, self.renamed = form, renamed

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> bool:
        if not isinstance(error, Refused):
            return False
        field = self.renamed.get(error.field or "", error.field)
        self.form.add_error(field if field in self.form.fields else None, error.message)
        return True


def refusals_into(form: forms.BaseForm, **renamed: str) -> AbstractContextManager[None, bool]:
    """Put what a use case refuses at the form's field it names, else above the form.

    `renamed`: a use case's name of a field, and this form's name of it. After the block the view
    asks `form.is_valid()` again: it is, if nothing was refused.
    """
    return _Refusals(form, renamed)
