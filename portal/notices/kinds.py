"""Kinds of notices: their labels, when one no longer applies, and as what one may be told it."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

from portal.notices.models import Notice

type StillOwed = Callable[[Notice], bool]


@dataclass(frozen=True)
class Kind:
    """What kind of thing is owed; `still_applies` is asked again right before it is sent.

    `informs`: it asks for nothing, so that reading it settles it. `opens_to`: the roles whose page it
    leads to; where nobody qualifies it falls to others among them alone. Empty: to every role.
    """

    slug: str
    label: Any
    still_applies: StillOwed | None = None
    informs: bool = False
    opens_to: Collection[str] = ()


_kinds: dict[str, Kind] = {}


def register_kind(
    slug: str,
    label: Any,
    still_applies: StillOwed | None = None,
    *,
    informs: bool = False,
    opens_to: Collection[str] = (),
) -> None:
    _kinds[slug] = Kind(slug, label, still_applies, informs, opens_to)


def label_of(slug: str) -> str:
    """What kind of thing it is, in words that tell nothing about anybody."""
    return str(_kinds[slug].label) if slug in _kinds else slug


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
