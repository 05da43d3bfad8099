"""Kinds of notices: their labels, and when one no longer applies."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from portal.notices.models import Notice

type StillOwed = Callable[[Notice], bool]


@dataclass(frozen=True)
class Kind:
    """What kind of thing is owed; `still_applies` is asked again right before it is sent.

    `counts_as_told`: what waits on the day that messages begin to go out stays in the inbox.
    """

    slug: str
    label: Any
    still_applies: StillOwed | None = None
    counts_as_told: bool = False


_kinds: dict[str, Kind] = {}


def register_kind(
    slug: str, label: Any, still_applies: StillOwed | None = None, *, counts_as_told: bool = False
) -> None:
    _kinds[slug] = Kind(slug, label, still_applies, counts_as_told)


def label_of(slug: str) -> str:
    """What kind of thing it is, in words that tell nothing about anybody."""
    return str(_kinds[slug].label) if slug in _kinds else slug


def kinds_counting_as_told() -> list[str]:
    return [kind.slug for kind in _kinds.values() if kind.counts_as_told]


def still_applies(notice: Notice) -> bool:
    """Has the reason not gone meanwhile?"""
    kind = _kinds.get(notice.kind)
    return notice.cancelled_at is None and (
        kind is None or kind.still_applies is None or kind.still_applies(notice)
    )
