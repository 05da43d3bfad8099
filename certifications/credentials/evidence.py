"""What is on record about the terms of a credential, and what ended it."""

from collections.abc import Iterable
from datetime import date

from django.db.models import Q

from certifications.models import Credential, Period, Verification
from portal.dates import day_after
from portal.people.models import Change
from portal.standing.ledger import Counting, counting
from portal.standing.models import Evidence


def evidence_of(person_id: int, *periods: Period) -> Counting:
    """What counts of these terms of a person, their privileges in other states with it. One query."""
    about = Q(pk__in=[])
    for period in periods:
        about |= Q(subject=period.subject)
        for mark in (":", "@"):
            about |= Q(subject__startswith=f"{period.subject}{mark}")
    return counting(Evidence.objects.filter(about, person=person_id).select_related("qualification"))


def evidence_of_all(credential: Credential) -> Counting:
    """What counts of every term of the credential."""
    return evidence_of(credential.person_id, *credential.periods.all())


def is_refused(period: Period) -> bool:
    """Was everything that was said of this term ended by a look at the source?"""
    there = evidence_of(period.credential.person_id, period)
    return bool(there.pieces) and not there.open


def last_ending(credential: Credential, *, without: Iterable[Change] = ()) -> Verification | None:
    """The look that ended the credential on the latest day. `without`: changes just being taken back."""
    looks = Verification.objects.standing(without=without).filter(period__credential=credential)
    found: Verification | None = (
        looks.filter(last_good_day__isnull=False).order_by("last_good_day", "pk").last()
    )
    return found


def renewed_from(credential: Credential) -> date | None:
    """The first day on which an ended credential can be good again; None where something of it is good."""
    ending = last_ending(credential)
    if ending is None or ending.last_good_day is None or evidence_of_all(credential).open:
        return None
    return day_after(ending.last_good_day)


def first_open_day(credential: Credential, day: date) -> date:
    """This day, or the one after the credential was ended, unless a look gave it back meanwhile."""
    ending = last_ending(credential)
    if ending is None or ending.last_good_day is None or day > ending.last_good_day:
        return day
    there = evidence_of_all(credential).open
    given_back = [row.effective_on for row in there if row.verified_on and row.effective_on]
    return max([day_after(ending.last_good_day), *given_back[-1:]])
