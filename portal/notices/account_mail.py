"""Delivery of mail about accounts. It leaves also while messages are held: nobody could sign in otherwise."""

import logging

from django.utils import timezone

from portal import lease
from portal.doorbell import ring_on_commit
from portal.notices.sending import note_failure, send_batch
from portal.people.access.rights import demand_keeper
from portal.people.access.viewer import Viewer
from portal.people.accounts.letters import letter_of, mail_of
from portal.people.accounts.mail import RING
from portal.people.models import AccountMail

log = logging.getLogger(__name__)


def deliver_account_mail(limit: int = 200) -> int:
    """Send what waits, oldest first; returns how many left. One that fails keeps no other from leaving."""
    waiting = AccountMail.objects.waiting(timezone.now()).order_by("id").values_list("pk", flat=True)
    return send_batch(list(waiting[:limit]), _deliver)


def _deliver(pk: int) -> bool:
    rows = AccountMail.objects.select_related("person", "invitation__person")
    row: AccountMail | None = lease.take(rows, pk, timezone.now())
    if row is None:
        return False
    try:
        lease.refuse_if_worn_out(row)
        return _send(row)
    except Exception as error:
        log.warning("Mail %s about an account could not be sent", row.pk, exc_info=True)
        note_failure(row, error)
        return False


def _send(row: AccountMail) -> bool:
    letter = letter_of(row)
    if letter is None and row.person is None:
        # An address that nobody has: no list of what strangers typed is kept.
        row.delete()
        return False
    if letter is None:
        lease.finish(row, state=AccountMail.State.CANCELLED)
        return False
    mail_of(row, letter).send()
    return lease.finish(row, state=AccountMail.State.SENT, sent_at=timezone.now())


def try_account_mail_again(row: AccountMail, *, by: Viewer | None) -> None:
    """Raises NotAllowed unless by HR for everybody or a site admin: it is everybody's mail."""
    demand_keeper(by)
    if lease.put_back(row, timezone.now()):
        ring_on_commit(RING)
