"""The doorbell of what is planned."""

from celery import shared_task
from django.utils import timezone

from portal.clock import business_today
from training.authoring.scheduled import publish_due, unpublish_expired


@shared_task
def publish_scheduled() -> int:
    """Rung every minute. Returns how many pages were published or taken down."""
    now, on = timezone.now(), business_today()
    return unpublish_expired(now) + publish_due(now, on)
