"""Tries at the assessment: how many are left, and more of them, given with a reason."""

from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Sum
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portal.audit.log import record
from portal.errors import Refused
from portal.notices.models import Notice
from portal.notices.notify import notify, settle
from portal.people.access.rights import demand_hr_or_line
from portal.people.access.viewer import Viewer
from portal.people.facts.act import one_change
from portal.people.facts.acting import actor_of
from portal.people.facts.plan import Plan
from portal.people.facts.taking_back import taken_back_with
from portal.people.models import Change
from training.learning.holding import lock_attempt
from training.learning.leaving import OUT_OF_TRIES
from training.models import Attempt, MoreTries

GRANTED = "training-tries-granted"
# At once; more can be given again.
MOST = 10


def tries_allowed(attempt: Attempt) -> int | None:
    """How many tries the attempt has, with those that were given; None: as many as needed."""
    allowed: int = (attempt.edition.assessment or {}).get("tries_allowed", 0)
    if not allowed:
        return None
    given = MoreTries.objects.counting().filter(attempt=attempt).aggregate(n=Sum("tries"))["n"]
    return allowed + (given or 0)


def tries_left(attempt: Attempt, used: int) -> int | None:
    """How many tries are left after `used`; None: as many as needed."""
    allowed = tries_allowed(attempt)
    return None if allowed is None else max(0, allowed - used)


def is_out(attempt: Attempt) -> bool:
    """Is the attempt under way, with no try left and none begun?"""
    if attempt.completed_at or attempt.abandoned_at:
        return False
    if attempt.sittings.filter(submitted_at__isnull=True).exists():
        return False
    return tries_left(attempt, attempt.sittings.count()) == 0


def may_grant(viewer: Viewer, person_id: int) -> bool:
    """Supervisors for their line and HR within its scope; nobody for themselves."""
    if person_id == viewer.person.pk:
        return False
    return viewer.is_hr_for(person_id) or viewer.leads(person_id)


@transaction.atomic
def grant_tries(attempt: Attempt, *, tries: int, reason: str, on: date, by: Viewer | None) -> MoreTries:
    """So many tries more at the assessment of this attempt. The learner is told.

    Raises OwnRecord, NotAllowed; Refused without a reason, for a number that makes no sense, or where
    the attempt needs none.
    """
    demand_hr_or_line(
        by, attempt.person_id, _("Nobody gives themselves more tries. Ask your supervisor or HR.")
    )
    if not reason.strip():
        raise Refused(_("Say why."), field="reason")
    if not 1 <= tries <= MOST:
        raise Refused(_("Give 1 to %(most)d tries at once.") % {"most": MOST}, field="tries")
    with one_change("grant_tries", by=by, reason=reason.strip()) as plan:
        plan.lock([attempt.person_id])
        plan.people.add(attempt.person_id)
        held = lock_attempt(attempt)
        _refuse_without_need(held)
        row: MoreTries = MoreTries.objects.create(
            inserted_in=plan.open(),
            attempt=held,
            tries=tries,
            reason=reason.strip(),
            granted_on=on,
            granted_by=actor_of(by),
        )
        record("training.tries.granted", row, actor=actor_of(by), tries=tries, reason=row.reason)
        settle(kind=OUT_OF_TRIES, key=str(held.pk))
        _tell_granted(row)
    return row


def _refuse_without_need(attempt: Attempt) -> None:
    if attempt.completed_at:
        raise Refused(_("The course is completed: no more tries are needed."))
    if attempt.abandoned_at:
        raise Refused(_("This attempt was left for another edition. Give tries there if they are needed."))
    if tries_allowed(attempt) is None:
        raise Refused(_("Everybody may try as often as needed here."))


# ---- who is told ------------------------------------------------------------------------------


def tell_out_of_tries(attempt: Attempt) -> None:
    """The learner's supervisor is asked, once, until tries are given."""
    if not is_out(attempt):
        return
    notify(
        kind=OUT_OF_TRIES,
        key=str(attempt.pk),
        subject=_("%(person)s has no try left at “%(title)s”")
        % {"person": attempt.person, "title": attempt.edition.title},
        body=_("The course goes on when more tries are given, with a reason."),
        url=reverse("training:tries", args=[attempt.pk]),
        action=_("Give more tries"),
        about=attempt.person,
        role=Notice.Role.SUPERVISOR,
    )


def is_out_of_tries(notice: Notice) -> bool:
    """Does what was owed still apply?"""
    attempt = Attempt.objects.select_related("edition").filter(pk=notice.key).first()
    return attempt is not None and is_out(attempt)


def _tell_granted(row: MoreTries) -> None:
    attempt = row.attempt
    words = ngettext(
        "You have one more try at “%(title)s”", "You have %(count)d more tries at “%(title)s”", row.tries
    )
    notify(
        attempt.person,
        kind=GRANTED,
        key=str(row.pk),
        subject=words % {"count": row.tries, "title": attempt.edition.title},
        body=_("Read again what went wrong, and try when you are ready."),
        url=reverse("training:assessment", args=[attempt.pk]),
        action=_("Open the assessment"),
        about=attempt.person,
    )


# ---- taking back ------------------------------------------------------------------------------


def take_back(plan: Plan, change: Change) -> None:
    """Plan what follows where tries that were given are taken back, or count again. Raises NotAllowed."""
    ids = [row.pk for row in taken_back_with(change)]
    found = list(MoreTries.objects.filter(inserted_in__in=ids).select_related("attempt__edition"))
    by: Any = plan.by
    for row in found:
        demand_hr_or_line(by, row.attempt.person_id)
    plan.lock(row.attempt.person_id for row in found)
    if found:
        plan.then(lambda _made: _settle(found))


def _settle(rows: list[MoreTries]) -> None:
    for row in rows:
        attempt = Attempt.objects.select_related("edition", "person").get(pk=row.attempt_id)
        if MoreTries.objects.counting().filter(pk=row.pk).exists():
            _tell_granted(row)
            settle(kind=OUT_OF_TRIES, key=str(attempt.pk))
        else:
            settle(kind=GRANTED, key=str(row.pk), why=Notice.Why.GONE)
            tell_out_of_tries(attempt)
