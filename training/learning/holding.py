"""Holding an attempt while something is done in it."""

from portal.people.facts.lock import lock_people
from training.models import Attempt


def lock_attempt(attempt: Attempt, *, may_complete: bool = False) -> Attempt:
    """The attempt as it is now, locked until the transaction ends.

    What may complete the course locks the person first, as everything that puts evidence on record
    does: who holds the attempt never waits for the person, nor behind a change of rules.
    """
    if may_complete:
        lock_people([attempt.person_id])
    rows = Attempt.objects.select_for_update(of=("self",), no_key=True)
    return rows.select_related("edition", "course", "person").get(pk=attempt.pk)
