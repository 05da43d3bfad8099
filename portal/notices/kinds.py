"""Kinds of notices: their labels, when one no longer applies, and as what one may be told it."""

import logging
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Any

from portal.notices.models import Notice

log = logging.getLogger(__name__)

type StillOwed = Callable[[Notice], bool]
# The ids of those that apply, of many of one kind.
type WhichApply = Callable[[Sequence[Notice]], set[int]]


@dataclass(frozen=True)
class Kind:
    """What kind of thing is owed; `still_applies` is asked again right before it is sent.

    `which_apply`: the same of many at once. `one_list`: the heading under which a mail puts several of the
    kind as one list, a line for each line of their texts; their subject and button are then not said.
    `informs`: it asks for nothing, so that reading it settles it. `opens_to`: the roles whose page it
    leads to; where nobody qualifies it falls to others among them alone. Empty: to every role.
    """

    slug: str
    label: Any
    still_applies: StillOwed | None = None
    informs: bool = False
    opens_to: Collection[str] = ()
    which_apply: WhichApply | None = None
    one_list: Any = ""


_kinds: dict[str, Kind] = {}


def register_kind(
    slug: str,
    label: Any,
    still_applies: StillOwed | None = None,
    *,
    informs: bool = False,
    opens_to: Collection[str] = (),
    which_apply: WhichApply | None = None,
    one_list: Any = "",
) -> None:
    _kinds[slug] = Kind(slug, label, still_applies, informs, opens_to, which_apply, one_list)


def label_of(slug: str) -> str:
    """What kind of thing it is, in words that tell nothing about anybody."""
    return str(_kinds[slug].label) if slug in _kinds else slug


def list_heading(slug: str) -> str:
    """The heading of the one list that a mail makes of this kind; nothing where it makes none."""
    return str(_kinds[slug].one_list) if slug in _kinds else ""


def informs(slug: str) -> bool:
    return slug in _kinds and _kinds[slug].informs


def opens_to(slug: str, role: str) -> bool:
    """May who is told in this role open what it points to?"""
    roles = _kinds[slug].opens_to if slug in _kinds else ()
    return not roles or role in roles


def still_applies(notice: Notice) -> bool:
    """Has the reason not gone meanwhile?"""
    kind = _kinds.get(notice.kind)
    return notice.settled_at is None and (
        kind is None or kind.still_applies is None or kind.still_applies(notice)
    )


def which_apply(notices: Sequence[Notice]) -> tuple[set[int], dict[int, Exception]]:
    """Of these by id: whose reason has not gone; and what hindered judging the others.

    Those of a kind are judged at once where it can, and one by one where one of them fails.
    """
    applies: set[int] = set()
    failed: dict[int, Exception] = {}
    for slug in dict.fromkeys(notice.kind for notice in notices):
        rows = [notice for notice in notices if notice.kind == slug and notice.settled_at is None]
        kind = _kinds.get(slug)
        if rows and kind is not None and kind.which_apply is not None:
            try:
                applies |= kind.which_apply(rows)
                continue
            except Exception:
                log.exception("Notices of the kind %s could not be judged at once", slug)
        for notice in rows:
            try:
                applies |= {notice.pk} if still_applies(notice) else set()
            except Exception as error:
                log.exception("Notice %s could not be judged", notice.pk)
                failed[notice.pk] = error
    return applies, failed
