"""The doorbell of the daily alerts."""

from datetime import date, timedelta

from celery import shared_task
from django.utils import timezone

from portal.clock import business_today
from portal.standing.alerts.scan import run_alerts
from portal.standing.models import AlertRun

# A run that began longer ago and has not ended has died.
LEASE = timedelta(minutes=14)


@shared_task
def daily_alerts(on: str | None = None) -> int:
    """Rung every quarter of an hour; works once per business day. A run that died is run again.

    Days on which nothing ran are not made up for: today's run tells the latest stage of each item. Mail is
    sent by its own worker, which notices ring: a mail server that hangs does not keep this one.
    """
    day = date.fromisoformat(on) if on else business_today()
    if _is_done_or_running(day):
        return 0
    try:
        summary = run_alerts(day)
    except Exception as error:
        AlertRun.objects.filter(on=day).update(error=f"{type(error).__name__}: {error}"[:2000])
        raise
    return summary.owed


def _is_done_or_running(day: date) -> bool:
    run = AlertRun.objects.filter(on=day).first()
    if run is None:
        return False
    running = not run.error and run.started_at > timezone.now() - LEASE
    return run.finished_at is not None or running
