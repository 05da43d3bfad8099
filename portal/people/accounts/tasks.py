"""The doorbell of accounts."""

from celery import shared_task

from portal.clock import business_today
from portal.people.accounts.closing import close_accounts_of_gone


@shared_task
def close_accounts() -> int:
    """Rung every hour: accounts end on the day after the last day, whether or not anybody signs in."""
    return close_accounts_of_gone(business_today())
