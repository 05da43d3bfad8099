"""The locks looked after while the site runs."""

import logging

from celery import shared_task

from portal.audit import locks

log = logging.getLogger(__name__)


@shared_task
def look_after_locks() -> int:
    """Every hour: shut what somebody left open, log every lock that is not as it should be.

    Returns how many differ.
    """
    locks.shut()
    messages = locks.check_locks(databases=["default"])
    for message in messages:
        log.error("%s", message.msg)
    return len(messages)
