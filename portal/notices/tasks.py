"""The doorbells of mail."""

from celery import shared_task

from portal.clock import business_today
from portal.notices.account_mail import deliver_account_mail
from portal.notices.deliver import deliver_waiting
from portal.notices.in_person import tend_lists
from portal.notices.nobody import look_beside_mail


@shared_task
def ring() -> int:
    """After a commit and every half minute: send what waits, or what a dead worker left."""
    return deliver_waiting()


@shared_task
def ring_account_mail() -> int:
    """After a commit and every half minute: mail that somebody needs to sign in."""
    return deliver_account_mail()


@shared_task
def tend() -> int:
    """Every hour: what was to be passed on in person and is not any more leaves the lists; and whether what is
    not mailed reaches anybody."""
    look_beside_mail(business_today())
    return tend_lists(business_today())
