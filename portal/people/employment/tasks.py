"""The doorbell of names."""

from celery import shared_task

from portal.clock import business_today
from portal.people.employment.names import refresh_names


@shared_task
def names_of_the_day() -> int:
    """Rung every hour: a name that begins today is shown today. Returns how many changed."""
    return refresh_names(business_today())
