"""Queueing a mail about an account: a row in the transaction of its cause, sent by the worker.

No link and no token is stored: `letters.py` makes them when the mail is sent. Account mail leaves
also while delivery is held, since nobody could sign in otherwise.
"""

from typing import Any

from portal.doorbell import ring_on_commit
from portal.people.models import AccountMail, Invitation, Person

RING = "portal.notices.tasks.ring_account_mail"


def queue_mail(
    kind: AccountMail.Kind,
    *,
    address: str,
    person: Person | None = None,
    invitation: Invitation | None = None,
    **facts: str,
) -> AccountMail:
    """One mail to an address. `facts` are words for the letter, never secrets."""
    row: AccountMail = AccountMail.objects.create(
        kind=kind, address=address, person=person, invitation=invitation, facts=facts
    )
    ring_on_commit(RING)
    return row


def queue_mail_to(person: Person, kind: AccountMail.Kind, **facts: Any) -> None:
    """To the address on record; nothing where there is none."""
    if person.email:
        queue_mail(kind, address=person.email, person=person, **facts)
