"""The one place that says the word for a span on a day. Boards, mail, CSV and PDF call it."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from portal.standing.cleared import Bar, Reason

NBSP = "\u00a0"


class Word(StrEnum):
    """Status words, most pressing first: the sort order of every list."""

    OVERDUE = "overdue"
    MISSING = "missing"
    GRACE = "grace"
    EXPIRING = "expiring"
    UNVERIFIED = "reported"
    DUE = "pending"
    PAUSED = "paused"
    WAIVED = "waived"
    MET = "met"
    NOT_REQUIRED = "not_required"

    @property
    def rank(self) -> int:
        return _RANK[self]


_RANK = {word: rank for rank, word in enumerate(Word)}

ACT_NOW = frozenset({Word.OVERDUE, Word.MISSING, Word.GRACE})
SOON = frozenset({Word.EXPIRING, Word.DUE})
WAITING = frozenset({Word.UNVERIFIED})
FINE = frozenset({Word.MET, Word.WAIVED, Word.PAUSED, Word.NOT_REQUIRED})


class Group(StrEnum):
    """Counters group the words in four."""

    ACT_NOW = "act_now"
    SOON = "soon"
    WAITING = "waiting"
    FINE = "fine"


def group_of(word: Word) -> Group:
    for group, words in ((Group.ACT_NOW, ACT_NOW), (Group.SOON, SOON), (Group.WAITING, WAITING)):
        if word in words:
            return group
    return Group.FINE


def group_label(group: Group) -> str:
    return {
        Group.ACT_NOW: _("Act now"),
        Group.SOON: _("Soon"),
        Group.WAITING: _("Waiting on someone"),
        Group.FINE: _("Fine"),
    }[group]


def label(word: Word) -> str:
    """The word alone, for legends, filters and files."""
    return {
        Word.OVERDUE: _("Overdue"),
        Word.MISSING: _("Missing"),
        Word.GRACE: _("Grace"),
        Word.EXPIRING: _("Expiring"),
        Word.UNVERIFIED: _("Unverified"),
        Word.DUE: pgettext("not yet late", "Due"),
        Word.PAUSED: _("On leave"),
        Word.WAIVED: _("Waived"),
        Word.MET: _("Met"),
        Word.NOT_REQUIRED: _("Not required"),
    }[word]


@dataclass(frozen=True, slots=True)
class Look:
    """What is looked at: a state on a day, and the days around it."""

    state: str
    on: date
    until: date | None
    unmet_from: date | None
    late_since: date | None
    deadline: date | None
    on_file: bool
    expiring_days: int


def word_of(look: Look) -> Word:
    """Expiring: met, and the first day that is not lies within the ladder's first stage (days).

    Missing: overdue with nothing ever on file.
    """
    if look.state == "met":
        near = look.unmet_from is not None and (look.unmet_from - look.on).days <= look.expiring_days
        return Word.EXPIRING if near else Word.MET
    if look.state == "overdue":
        return Word.OVERDUE if look.on_file else Word.MISSING
    return {
        "reported": Word.UNVERIFIED,
        "waived": Word.WAIVED,
        "paused": Word.PAUSED,
        "pending": Word.DUE,
        "grace": Word.GRACE,
    }[look.state]


def barrier(reason: Reason) -> tuple[str, str]:
    """One reason why somebody is not cleared: the words, and the item's state if an item is in the way."""
    if reason.blocking is None:
        removed = reason.bar is Bar.REMOVED
        return _("Removed from patient work") if removed else _("Not employed on this day"), ""
    item = reason.blocking
    return f"{item.requirement} ({item.scope})" if item.scope else item.requirement, item.state.value


def short_date(day: date, on: date) -> str:
    """ "Nov 23", with the year where it is not the year looked from."""
    text = date_format(day, "M j" if day.year == on.year else "M j, Y")
    return text.replace(" ", NBSP)


def days_text(days: int) -> str:
    return ngettext("%(count)d d", "%(count)d d", days).replace(" ", NBSP) % {"count": days}


def phrase(look: Look) -> str:
    """The word with its date or days, as a cell shows it: "12 d over", "Due Nov 30", "Waived to Mar 1"."""
    word = word_of(look)
    last_good = look.deadline
    if word is Word.OVERDUE and look.late_since:
        return _("%(days)s over") % {"days": days_text((look.on - look.late_since).days + 1)}
    if word is Word.EXPIRING and look.unmet_from:
        days = (look.unmet_from - look.on).days - 1
        return _("Expiring, %(days)s") % {"days": days_text(days)} if days else _("Expiring, last day")
    if word is Word.GRACE and look.until:
        return _("Grace, %(days)s left") % {"days": days_text((look.until - look.on).days)}
    if word is Word.DUE and last_good:
        return _("Due %(day)s") % {"day": short_date(last_good, look.on)}
    if word is Word.WAIVED and look.until:
        return _("Waived to %(day)s") % {"day": short_date(_before(look.until), look.on)}
    return label(word)


def _before(day: date) -> date:
    return date.fromordinal(day.toordinal() - 1)
