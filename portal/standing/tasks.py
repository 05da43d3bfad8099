"""The doorbell of the daily alerts."""

from datetime import date

from celery import shared_task
from django.db import transaction

from portal.clock import business_today
from portal.notices.delivery import deliver_waiting
from portal.standing.alerts import run_alerts
from portal.standing.models import AlertRun


@shared_task
def daily_alerts(on: str | None = None) -> int:
    """Rung every quarter of an hour; works once per business day. A run that died is run again."""
    day = date.fromisoformat(on) if on else business_today()
    if AlertRun.objects.filter(on=day, finished_at__isnull=False).exists():
        return 0
    try:
        summary = run_alerts(day)
    except Exception as error:
        with transaction.atomic():
            AlertRun.objects.filter(on=day).update(error=f"{type(error).__name__}: {error}"[:2000])
        raise
    deliver_waiting()
    return summary.owed
