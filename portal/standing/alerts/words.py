"""What an alert says. Never a number, never a rating; the name of another only to who answers for them."""

from datetime import date
from functools import lru_cache

from django.utils.text import get_text_list
from django.utils.translation import get_language, gettext_noop, ngettext
from django.utils.translation import gettext as _

from portal.dates import day_after, day_before
from portal.notices.notify import NewNotice
from portal.standing.alerts.stages import ROLES, Alert, Told, notice_key
from portal.standing.engine.ladder import Recipient, day_of, next_stage
from portal.standing.engine.status import Word
from portal.standing.labels import short_date

URGENT_FROM = 7
PRACTICE_FROM = 14


def owed(alert: Alert, kind: str) -> NewNotice:
    """The notice of an alert."""
    return NewNotice(
        recipient=alert.item.person if alert.is_own else None,
        role=ROLES[alert.role],
        kind=kind,
        key=notice_key(alert),
        subject=subject(alert),
        body=body(alert),
        url=alert.item.address,
        action=_("Open item"),
        about=alert.item.person,
        urgent=alert.stage <= URGENT_FROM,
        told_also=told_also(alert),
        again=False,
    )


_OVERDUE = gettext_noop("%(what)s is overdue since %(day)s")
_LATE = {
    Word.MISSING: gettext_noop("%(what)s is missing since %(day)s"),
    Word.GRACE: gettext_noop("%(what)s ran out; it is in its grace days since %(day)s"),
}


def _sentence(alert: Alert) -> tuple[str, date]:
    """What happens to the item, in the words of the board, and the day it speaks of."""
    if alert.item.span.state == "reported" and alert.deadline < alert.on:
        return gettext_noop("%(what)s waits for HR to check it"), alert.deadline
    if alert.deadline < alert.on:
        return _LATE.get(alert.item.word, _OVERDUE), alert.item.late_since or day_after(alert.deadline)
    if alert.item.span.state == "met":
        return gettext_noop("%(what)s runs out on %(day)s"), alert.deadline
    return gettext_noop("%(what)s is due by %(day)s"), alert.deadline


def subject(alert: Alert) -> str:
    sentence, day = _sentence(alert)
    text = _subject(sentence, alert.item.name, short_date(day, alert.on), get_language())
    if alert.is_own:
        return text
    return _("%(name)s: %(sentence)s") % {"name": alert.item.person.get_full_name(), "sentence": text}


@lru_cache(maxsize=4096)
def _subject(sentence: str, what: str, day: str, _language: str | None) -> str:
    return _(sentence) % {"what": what, "day": day}


def body(alert: Alert) -> str:
    item, left = alert.item, (alert.deadline - alert.on).days
    parts = []
    if item.renewal_waits:
        parts.append(_("A renewal was sent and waits for HR to check it at its source."))
    if alert.is_own and item.requirement.help_text:
        parts.append(item.requirement.help_text)
    if item.version.blocks_practice and left <= PRACTICE_FROM:
        parts.append(_practice(alert))
    if item.word is Word.GRACE and item.span.run_until:
        last = short_date(day_before(item.span.run_until), alert.on)
        parts.append(_("The grace days last through %(day)s.") % {"day": last})
    return " ".join(parts)


def _practice(alert: Alert) -> str:
    """What it blocks: patient work in its state, or everywhere."""
    state, day = alert.item.scope, short_date(day_after(alert.deadline), alert.on)
    if alert.item.span.state != "met":
        where = _("No patient work in %(state)s until it is met.")
        return where % {"state": state} if state else _("No patient work until it is met.")
    if state:
        words = {"state": state, "day": day}
        return _("Without it, no patient work in %(state)s from %(day)s on.") % words
    return _("Without it, no patient work from %(day)s on.") % {"day": day}


def told_also(alert: Alert) -> str:
    """Who else is told now, and what comes next if nothing changes."""
    day = short_date(day_of(next_stage(alert.stage), alert.deadline), alert.on)
    return _told_also(_names(alert.others), _names(alert.next_others), day, alert.is_own, get_language())


@lru_cache(maxsize=4096)
def _told_also(
    others: tuple[str, ...], next_others: tuple[str, ...], day: str, is_own: bool, _language: str | None
) -> str:
    """In the language of now; of a team it is the same for many people and days."""
    count, more = len(others), len(next_others)
    who, new = get_text_list([*others], _("and")), get_text_list([*next_others], _("and"))
    first = ngettext("%(who)s is told too.", "%(who)s are told too.", count) % {"who": who}
    then = ngettext(
        "If nothing changes, %(who)s is told on %(day)s.",
        "If nothing changes, %(who)s are told on %(day)s.",
        more,
    ) % {"who": new, "day": day}
    if not more:
        then = _("If nothing changes, the next notice comes on %(day)s.") % {"day": day}
    alone = _("Sent to you only.") if is_own else ""
    return f"{first if count else alone} {then}".strip()


def _names(people: Told) -> tuple[str, ...]:
    """Who they are; HR is one, whoever it is."""
    names = [_("HR") if role is Recipient.HR else person.get_full_name() for role, person in people]
    return tuple(dict.fromkeys(names))
