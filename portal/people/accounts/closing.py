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
from portal.people.facts.lock import lock_people
from portal.people.models import Change, Employment, Person


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


def follow_employment(people: set[int], change: Change, on: date) -> None:
    """After a change of employment: who is gone cannot sign in; who never left can again."""
    close_accounts_of_gone(on, people, actor=change.made_by)
    mistaken = Person.objects.filter(
        pk__in=people, is_active=False, closed_in__isnull=False, closed_in__stands=False
    )
    for person in mistaken:
        if Viewer(person, on).is_employed:
            person.is_active, person.closed_in = True, None
            person.save(update_fields=["is_active", "closed_in"])
            record("people.account.opened", person, actor=change.made_by, why="never left")


def _ended_by(person: Person) -> Change | None:
    """The change with which the last employment ended."""
    last = Employment.objects.current().filter(person=person).order_by("-starts_on", "-id").first()
    change: Change | None = last.inserted_in if last is not None else None
    return change


@transaction.atomic
def _close(person: Person, on: date, actor: Person | None) -> None:
    """No sign-in, no session, no invitation, no flag: who comes back is invited anew."""
    lock_people([person.pk])
    if not Viewer(person, on).admission.has_gone:
        return  # Back by now.
    closed = Person.objects.filter(pk=person.pk, is_active=True).update(
        is_active=False, is_superuser=False, closed_in=_ended_by(person)
    )
    if not closed:
        return
    person.is_active = person.is_superuser = False
    waiting = person.invitations.filter(used_at__isnull=True, revoked_at__isnull=True)
    waiting.filter(created_at__date__lt=on).update(revoked_at=timezone.now())
    for session in UserSession.objects.filter(user=person):
        session.end()
    sync_groups(person, on)
    record("people.account.closed", person, actor=actor, why="no longer employed")
