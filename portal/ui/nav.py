"""The letterhead's navigation. Upper apps register their entries; a person's leading role chooses the row.

    nav.register(NavEntry(_("My team"), "home:team", ("supervisor",), 10))

An entry that two roles have in different places is registered twice, with two orders.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from operator import itemgetter
from typing import Any, NamedTuple

from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

ROLE_WORDS = {
    "hr": _("HR"),
    "auditor": _("Auditor"),
    "supervisor": _("Supervisor"),
    "author": _("Training author"),
    "site_admin": _("Site admin"),
    "staff": _("Staff"),
}
"""In the order of precedence: the first one held names the person and chooses the row."""

MOST = 5
"""More than five items are not read: the rest goes into the account menu."""


@dataclass(frozen=True)
class NavEntry:
    """One link: its words, the name of its address, who has it, and where it stands (small first).

    `covers`: the beginnings of further addresses whose pages belong to it. `count`: how many things wait there
    for the viewer; none are not shown.
    """

    label: str | Promise
    url_name: str
    roles: tuple[str, ...]
    order: int = 50
    covers: tuple[str, ...] = ()
    count: Callable[[Any], int] | None = None


class NavLink(NamedTuple):
    label: str | Promise
    url: str
    current: bool
    waiting: int = 0


_entries: list[NavEntry] = []


def register(entry: NavEntry) -> None:
    """Adds an entry; registering the same one again changes nothing."""
    if entry not in _entries:
        _entries.append(entry)


def address(url_name: str) -> str:
    """The address of a name, or nothing where there is none (yet)."""
    try:
        return reverse(url_name)
    except NoReverseMatch:
        return ""


def leading_role(roles: Iterable[str]) -> str:
    held = set(roles)
    return next((role for role in ROLE_WORDS if role in held), "")


def links_for(roles: Iterable[str], path: str, viewer: Any = None) -> tuple[list[NavLink], list[NavLink]]:
    """The row of the leading role, at most five, and what the other roles add."""
    held = frozenset(roles)
    leading = leading_role(held)
    ordered = sorted(_entries, key=lambda entry: entry.order)
    first = [entry for entry in ordered if leading in entry.roles]
    rest = [entry for entry in ordered if held.intersection(entry.roles)]
    shown: dict[str, NavEntry] = {}
    for entry in [*first, *rest]:
        if url := address(entry.url_name):
            shown.setdefault(url, entry)
    here = _nearest(shown, path)
    links = [
        NavLink(entry.label, url, url == here, entry.count(viewer) if entry.count and viewer else 0)
        for url, entry in shown.items()
    ]
    row = min(MOST, len({address(entry.url_name) for entry in first} - {""}))
    return links[:row], links[row:]


def _nearest(shown: Mapping[str, NavEntry], path: str) -> str:
    """The entry a page belongs to: the one with the longest address that its path begins with."""
    beginnings = [(start, url) for url, entry in shown.items() for start in (url, *entry.covers)]
    fitting = [(len(start), url) for start, url in beginnings if _begins(path, start)]
    return max(fitting, key=itemgetter(0), default=(0, ""))[1]


def _begins(path: str, start: str) -> bool:
    return path == start or (start != "/" and path.startswith(start))
