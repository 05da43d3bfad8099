"""The one place that says the word for a span on a day. Boards, mail, CSV and PDF call it."""

from datetime import date
from functools import lru_cache

from django.utils.formats import date_format
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from portal.dates import day_before
from portal.standing.engine.status import StatusFacts, Word, word_of
from portal.ui.status import style_of

NBSP = "\u00a0"


def label(word: Word) -> str:
    """The word alone, for legends, filters and files: as the marks on pages say it."""
    return str(style_of(word).word)


def short_date(day: date, on: date) -> str:
    """ "Nov 23", with the year where it is not the year looked from."""
    return _written(day, day.year == on.year, get_language())


@lru_cache(maxsize=4096)
def _written(day: date, in_this_year: bool, _language: str | None) -> str:
    """In the language of now; a list writes the same days over and over."""
    return date_format(day, "M j" if in_this_year else "M j, Y").replace(" ", NBSP)


def days_text(days: int) -> str:
    return ngettext("%(count)d d", "%(count)d d", days).replace(" ", NBSP) % {"count": days}


def phrase(facts: StatusFacts) -> str:
    """The word with its date or days, as a cell shows it: "12 d over", "Due Nov 30", "Waived to Mar 1"."""
    word, on = word_of(facts), facts.on
    if word is Word.OVERDUE and facts.late_since:
        return _("%(days)s over") % {"days": days_text((on - facts.late_since).days + 1)}
    if word is Word.EXPIRING and (days := facts.days_left) is not None:
        return _("Expiring, %(days)s") % {"days": days_text(days)} if days else _("Expiring, last day")
    if word is Word.GRACE and facts.run_until:
        return _("Grace, %(days)s left") % {"days": days_text((facts.run_until - on).days)}
    if word is Word.DUE and facts.deadline:
        return _("Due %(day)s") % {"day": short_date(facts.deadline, on)}
    if word is Word.WAIVED and facts.run_until:
        return _("Waived to %(day)s") % {"day": short_date(day_before(facts.run_until), on)}
    return label(word)
