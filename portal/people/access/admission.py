"""Who may sign in on a day: read from the facts, so that no worker has to run for a door to shut."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from portal.dates import day_after
from portal.people.models import Employment, Person, Role, RoleGrant


@dataclass(frozen=True)
class Admission:
    """`is_open`: may sign in. `has_gone`: was here, is not, and no engagement lies ahead."""

    is_open: bool
    has_gone: bool = False


def admission_of(person: Person, employments: Sequence[Employment], on: date) -> Admission:
    """Employed on the day, hired and invited already, an external auditor of the day, or a superuser.

    `employments`: the person's current rows, by first day. After a gap in employment the account
    must have been opened anew: an invitation used after the last day of the stretch before. The
    flag of a superuser opens nothing to somebody who was employed and has left.
    """
    ended = [row.last_day for row in employments if row.last_day is not None and row.last_day < on]
    if person.is_superuser and not ended:
        return Admission(is_open=True)
    if first := _first_of_stretch(employments, on):
        before = max((day for day in ended if day_after(day) < first), default=None)
        if before is not None or first > on:
            is_open = _opened_after(person, before)
            # Back and not invited yet: nobody comes in, and nobody has gone.
            return Admission(is_open, has_gone=not is_open and before is not None and first > on)
        return Admission(is_open=True)
    return _of_auditor(person, on, was_employed=bool(ended))


def _first_of_stretch(employments: Sequence[Employment], on: date) -> date | None:
    """The first day of the unbroken employment of the day, else of the next to come."""
    first = last = None
    for row in employments:
        if last is None or first is None or (last < on and day_after(last) < row.starts_on):
            first = row.starts_on
        elif day_after(last) < row.starts_on:
            break
        last = date.max if row.last_day is None else max(row.last_day, last or row.last_day)
    return first if last is not None and last >= on else None


def _opened_after(person: Person, day: date | None) -> bool:
    moments = person.invitations.filter(used_at__isnull=False).values_list("used_at", flat=True)
    return any(day is None or timezone.localtime(moment).date() > day for moment in moments)


def _of_auditor(person: Person, on: date, *, was_employed: bool) -> Admission:
    grants = RoleGrant.objects.current().filter(person=person, role=Role.AUDITOR)
    if was_employed:
        return Admission(is_open=False, has_gone=True)
    if any(grant.holds(on) for grant in grants):
        return Admission(is_open=True)
    ahead = any(grant.starts_on > on for grant in grants)
    return Admission(is_open=False, has_gone=bool(grants) and not ahead)
