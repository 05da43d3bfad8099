"""Files looked after while the site runs."""

import logging

from celery import shared_task

from portal.files.sweeping import sweep

log = logging.getLogger(__name__)


@shared_task
def sweep_files() -> int:
    """Every six hours: remove files that belong to nothing. Returns how many were removed."""
    done = sweep()
    count = done.unclaimed + done.without_row
    if count:
        log.info("%d files that belonged to nothing were removed.", count)
    return count
