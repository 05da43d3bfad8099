"""The mark of a form: for whom the page was made, and which rendering of it this is.

`{% csrf_token %}` writes it into every form. A script takes the CSRF token from the cookie when it
sends, so that the token says nothing of whose page it was: the mark does. The rendering tells a
double click from saying the same thing again.
"""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, QueryDict
from django.utils.crypto import get_random_string
from django.utils.html import format_html

FIELD = "form-mark"


@dataclass(frozen=True)
class Mark:
    """`person`: the id of whom the page was made for, "" for nobody signed in."""

    person: str = ""
    rendering: str = ""


def mark_in(posted: QueryDict) -> Mark:
    person, _dot, rendering = posted.get(FIELD, "").partition(".")
    return Mark(person[:20], rendering[:40])


def without_mark(posted: QueryDict) -> QueryDict:
    """What was posted as the views get it."""
    if FIELD not in posted:
        return posted
    copy = posted.copy()
    del copy[FIELD]
    copy._mutable = False
    return copy


def mark_field(request: HttpRequest | None) -> str:
    """The hidden field."""
    person: Any = getattr(request, "user", None)
    pk = person.pk if person is not None and person.is_authenticated else ""
    value = f"{pk}.{get_random_string(12)}"
    return format_html('<input type="hidden" name="{}" value="{}">', FIELD, value)
