"""The doorbells of jobs."""

from celery import shared_task
from django.utils import timezone

from portal.doorbell import ring_quietly
from portal.jobs.models import Job
from portal.jobs.queue import run_job


@shared_task
def run(pk: int) -> None:
    run_job(pk)


@shared_task
def ring() -> int:
    """Every half minute: ring for rows that wait, or whose worker died."""
    waiting = list(Job.objects.waiting(timezone.now()).order_by("id").values_list("pk", flat=True)[:200])
    for pk in waiting:
        ring_quietly("portal.jobs.tasks.run", pk)
    return len(waiting)
