"""Holding an attempt, or a try of it, while something is done in it."""

from portal.people.facts.lock import lock_people
from training.models import Attempt, Sitting


def lock_attempt(attempt: Attempt, *, may_complete: bool = False) -> Attempt:
    """The attempt as it is now, locked until the transaction ends.

    What may complete the course locks the person first, as everything that puts evidence on record
    does: who holds the attempt never waits for the person, nor behind a change of rules.
    """
    if may_complete:
        lock_people([attempt.person_id])
    rows = Attempt.objects.select_for_update(of=("self",), no_key=True)
    return rows.select_related("edition", "course", "person", "completion").get(pk=attempt.pk)


def lock_sitting(sitting: Sitting) -> Sitting:
    """The try and its attempt as they are now, locked in this order: first the attempt. One query.

    After the person, as what may complete the course. Edition, course and person of an attempt never
    change: they are those of `sitting`.
    """
    rows = Sitting.objects.select_for_update(of=("attempt", "self"), no_key=True)
    held: Sitting = rows.select_related("attempt__completion").get(pk=sitting.pk)
    for name in ("edition", "course", "person"):
        setattr(held.attempt, name, getattr(sitting.attempt, name))
    return held
