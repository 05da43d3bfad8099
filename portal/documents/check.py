"""The public check: is a printed document genuine? One address for all kinds; it never shows a name."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.conf import settings
from django.urls import reverse

from portal.codes import code_from
from portal.documents.qr import qr_data_uri

CODE_LENGTH = 16


@dataclass(frozen=True)
class Fact:
    """One line of the public page: a text or a day."""

    label: Any
    text: Any = ""
    day: date | None = None


@dataclass(frozen=True)
class Finding:
    """What anybody with the paper in hand may know.

    `sentence` says whether it counts today; `state` is a status code, whose badge says `word`.
    """

    code: str
    sentence: Any
    state: str
    word: Any
    facts: tuple[Fact, ...] = ()
    # The kind's label.
    kind: Any = ""


type Find = Callable[[str, date], Finding | None]

_kinds: dict[str, tuple[Any, Find]] = {}


def register_document_kind(slug: str, label: Any, find: Find) -> None:
    """The app that issues a kind of document says what its public page tells.

    `find` gets a code as it is stored and the day it is asked on.
    """
    _kinds[slug] = (label, find)


def check_code(typed: str, *, on: date) -> Finding | None:
    """The document with this code, typed in any case and grouping; None if nobody issued one."""
    code = stored_code(typed)
    for label, find in _kinds.values():
        if finding := find(code, on):
            return replace(finding, kind=label)
    return None


def stored_code(typed: str) -> str:
    return code_from(typed)[:CODE_LENGTH]


@dataclass(frozen=True)
class PrintedCheck:
    """How a document tells where it can be checked: its code, the full address, its QR code."""

    code: str
    url: str
    qr: str
    # The page that asks for the code, without "https://".
    page: str


def printed_check(code: str) -> PrintedCheck:
    """For the templates of documents. The same code gives the same bytes."""
    url = settings.SITE_URL + reverse("documents:check", args=[code])
    page = settings.SITE_URL + reverse("documents:ask")
    return PrintedCheck(code, url, qr_data_uri(url), page.split("://")[-1].rstrip("/"))
