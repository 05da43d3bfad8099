"""What day it is, asked once at the edge; everything below takes `on: date`."""

from datetime import date

from django.utils import timezone


def business_today() -> date:
    """Today in the organization's time zone (settings.TIME_ZONE)."""
    return timezone.localdate(timezone=timezone.get_default_timezone())
