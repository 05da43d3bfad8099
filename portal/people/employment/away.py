"""What everybody but HR sees of absences: away, and about when back. No kind, no reason, no history."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from portal.dates import day_after
from portal.people.models import Absence


@dataclass(frozen=True)
class Away:
    """Days away in one piece, whatever the kinds. `last_day` None: no end in sight."""

    starts_on: date
    last_day: date | None

    def words(self, on: date) -> str:
        """Away, back about Dec 3."""
        back = _day(day_after(self.last_day), on) if self.last_day else ""
        if self.starts_on <= on:
            return _("Away, back about %(day)s") % {"day": back} if back else _("Away, no day of return yet")
        first = _day(self.starts_on, on)
        if back:
            return _("Away from %(first)s, back about %(day)s") % {"first": first, "day": back}
        return _("Away from %(first)s, no day of return yet") % {"first": first}


def _day(day: date, on: date) -> str:
    return date_format(day, "M j" if day.year == on.year else "M j, Y")


def away_from(absences: Iterable[Absence], on: date) -> list[Away]:
    """The times away that last on the day or lie ahead, joined where one follows the other."""
    found: list[Away] = []
    for row in sorted(absences, key=lambda row: row.starts_on):
        before = found[-1] if found else None
        if before and (before.last_day is None or row.starts_on <= day_after(before.last_day)):
            ends = [before.last_day, row.last_day]
            last = None if None in ends else max(day for day in ends if day)
            found[-1] = Away(before.starts_on, last)
        else:
            found.append(Away(row.starts_on, row.last_day))
    return [away for away in found if away.last_day is None or away.last_day >= on]
