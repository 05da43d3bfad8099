"""What every text, number and day must be, whichever form, import or page of the back office writes it.

The rules are put on the fields of every form (portal.ui.forms.WellFormed) and of every model of ours,
so that full_clean() asks them; no model has to name them.
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.backends.base.operations import BaseDatabaseOperations
from django.utils.translation import gettext as _

from portal.dates import EARLIEST, LATEST
from portal.texts import flaw_of_line, flaw_of_text

BIGGEST = 2**63 - 1
"""The largest number that a column of either database holds."""

type Rule = Callable[[Any], None]


def valid_line(value: Any) -> None:
    """One line, all of it visible. Raises ValidationError, naming the character."""
    if found := flaw_of_line(str(value)):
        raise ValidationError(_refused(found), code="line")


def valid_text(value: Any) -> None:
    """Lines of text, without NUL and control characters. Raises ValidationError."""
    if found := flaw_of_text(str(value)):
        raise ValidationError(_refused(found), code="text")


def valid_content(value: Any) -> None:
    """JSON, or the blocks of a page: every text in it is valid. Raises ValidationError."""
    for text in _texts_in(value.get_prep_value() if hasattr(value, "get_prep_value") else value):
        valid_text(text)


def valid_day(value: Any) -> None:
    """A day, or a moment on a day, of the years 1900 to 2200. Raises ValidationError."""
    day = value.date() if isinstance(value, datetime) else value
    if isinstance(day, date) and not EARLIEST <= day <= LATEST:
        years = {"first": EARLIEST.year, "last": LATEST.year}
        raise ValidationError(_("Enter a day from %(first)d to %(last)d.") % years, code="day")


def valid_number(value: Any) -> None:
    """A whole number that a database holds. Raises ValidationError."""
    if abs(int(value)) > BIGGEST:
        raise ValidationError(_("This number is too large."), code="number")


def _refused(character: str) -> str:
    if character in "\r\n\t\v\f\x85\u2028\u2029":
        return _("Write it in one line, without line breaks or tabs.")
    text = _("There is a character in it that cannot be seen (U+%(code)04X). Type the text anew.")
    return text % {"code": ord(character)}


def _texts_in(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield str(key)
            yield from _texts_in(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _texts_in(inner)


# ---- onto the fields --------------------------------------------------------------------------


def guard_form(form: forms.BaseForm) -> None:
    """Put the rules on a form's fields. Twice is once."""
    for field in form.fields.values():
        _add(field, _rule_of_input(field))


def guard_day_fields() -> None:
    """Every form's day has its limits, also in forms of Wagtail's that nobody here makes: filters of reports."""
    for field in (forms.DateField, forms.DateTimeField):
        field.default_validators = [valid_day]


def _rule_of_input(field: forms.Field) -> Rule | None:
    if isinstance(field, forms.DateField | forms.DateTimeField):
        return valid_day
    if isinstance(field, forms.IntegerField) and not isinstance(field, forms.FloatField | forms.DecimalField):
        return valid_number
    if isinstance(field, forms.CharField):
        long = isinstance(field.widget, forms.Textarea) or field.widget.is_hidden
        return valid_text if long else valid_line
    return None


def guard_models(found: Iterable[type[models.Model]]) -> None:
    """Put the rules on the fields of these models. They are no part of a migration. Twice is once."""
    for model in found:
        for field in model._meta.concrete_fields:
            _add(field, _rule_of_column(field))


def _rule_of_column(field: Any) -> Rule | None:
    # PostgreSQL has these limits by itself; SQLite takes any number, which then nobody can add up.
    if (limits := BaseDatabaseOperations.integer_field_ranges.get(field.get_internal_type())) is not None:
        return MaxValueValidator(limits[1])
    if isinstance(field, models.DateField):
        return valid_day
    if isinstance(field, models.CharField) and not isinstance(field, models.FileField):
        return valid_line
    if isinstance(field, models.TextField):
        return valid_text
    return valid_content if isinstance(field, models.JSONField) or hasattr(field, "stream_block") else None


def _add(field: Any, rule: Rule | None) -> None:
    if rule is not None and rule not in field.validators:
        field.validators = [*field.validators, rule]
