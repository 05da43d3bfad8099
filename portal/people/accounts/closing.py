"""Closing the accounts of people who are gone, on the day after their last."""

from collections.abc import Iterable
from datetime import date

from allauth.usersessions.models import UserSession
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from portal.audit.log import record
from portal.people.access.roles import sync_groups
from portal.people.access.viewer import Viewer
from portal.people.models import Employment, Person


def close_accounts_of_gone(
    on: date, people: Iterable[int] | None = None, *, actor: Person | None = None
) -> int:
    """Close every open account (or those of these people) whose holder is gone. Returns how many.

    Rung daily; who signs in or asks for a page is checked without it. Safe to run again.
    """
    employed = Employment.objects.current().on(on).filter(person=OuterRef("pk"))
    rows = Person.objects.filter(~Exists(employed), is_active=True)
    if people is not None:
        rows = rows.filter(pk__in=list(people))
    gone = [person for person in rows if Viewer(person, on).admission.has_gone]
    for person in gone:
        _close(person, on, actor)
    return len(gone)


@transaction.atomic
def _close(person: Person, on: date, actor: Person | None) -> None:
    """No sign-in, no session, no invitation, no flag: who comes back is invited anew."""
    closed = Person.objects.filter(pk=person.pk, is_active=True).update(is_active=False, is_superuser=False)
    if not closed:
        return
    person.is_active = person.is_superuser = False
    waiting = person.invitations.filter(used_at__isnull=True, revoked_at__isnull=True)
    waiting.filter(created_at__date__lt=on).update(revoked_at=timezone.now())
    for session in UserSession.objects.filter(user=person):
        session.end()
    sync_groups(person, on)
    record("people.account.closed", person, actor=actor, why="no longer employed")
