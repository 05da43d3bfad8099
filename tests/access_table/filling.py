"""The forms of a page, what somebody might fill in, and who sends it."""

from typing import Any

from django import forms

from portal.people.models import Person
from portal.ui.posts.mark import FIELD
from tests.access_table.rows import Row


def forms_on(page: Any) -> list[forms.BaseForm]:
    context = getattr(page, "context", None) or []
    contexts = context if isinstance(context, list) else [context]
    found = {id(value): value for each in contexts for value in each.flatten().values()}
    return [value for value in found.values() if isinstance(value, forms.BaseForm)]


def plausible(field: Any) -> Any:
    if isinstance(field, forms.ModelChoiceField):
        first = field.queryset.first()
        return first and first.pk
    if isinstance(field, forms.ChoiceField):
        return next((value for value, _label in field.choices if value), "")
    if isinstance(field, forms.DateField):
        return "2027-03-02"
    if isinstance(field, forms.BooleanField | forms.FileField):
        return None
    return "1" if isinstance(field, forms.IntegerField) else "CA"


def filled_in(page: Any) -> dict[str, Any]:
    """What is posted from the page, every field with something plausible in it."""
    values = {form.add_prefix(n): plausible(f) for form in forms_on(page) for n, f in form.fields.items()}
    return {name: value for name, value in values.items() if value is not None}


def mark(person: Person, rendering: str = "one") -> dict[str, str]:
    """For whom the page was made, and which rendering of it is sent."""
    return {FIELD: f"{person.pk}.{rendering}"}


def who_may(row: Row) -> str:
    """Who may post there, of those who do most; HR where nobody of them."""
    expected = row.expected("post")
    return next((n for n in ("hana", "dana", "renata", "ilse") if expected.get(n) == "ok"), "hana")
