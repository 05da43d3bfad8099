"""The doorbell of mail."""

from celery import shared_task

from portal.notices.delivery import deliver_waiting


@shared_task
def ring() -> int:
    """After a commit and every half minute: send what waits, or what a dead worker left."""
    return deliver_waiting()
