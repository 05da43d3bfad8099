"""Sending one batch of mail: what fails is alone in it, and a dead server ends the batch."""

import logging
import smtplib
import time
from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import Any

from django.utils import timezone

from portal import lease

log = logging.getLogger(__name__)

# Seconds after which a batch begins no further mail: what is left waits for the next ring.
LONGEST_BATCH = 60
# How long mail waits for a server that does not answer.
PAUSE = timedelta(minutes=2)

# The server, or our account on it: no other mail of the batch would leave either.
_SERVER = (
    smtplib.SMTPConnectError,
    smtplib.SMTPHeloError,
    smtplib.SMTPAuthenticationError,
    smtplib.SMTPSenderRefused,
    smtplib.SMTPNotSupportedError,
)


class ServerDown(Exception):
    """The mail server does not answer, or takes nothing from us."""


def send_batch(ids: Iterable[int], send: Callable[[int], bool]) -> int:
    """Send these one by one; returns how many left. Ends at the first dead connection, or when time is up."""
    sent, end = 0, time.monotonic() + LONGEST_BATCH
    for pk in ids:
        if time.monotonic() > end:
            break
        try:
            sent += send(pk)
        except ServerDown:
            log.warning("The mail server does not take mail now; the rest of the batch waits", exc_info=True)
            break
    return sent


def note_failure(row: Any, error: Exception, **refused: Any) -> None:
    """Put on the row what came of the try: later again, or with `refused` set never by itself.

    Raises ServerDown where the next mail would fare no better. A connection that was never there is no
    try of this mail; one that broke in its middle is.
    """
    if _is_server(error):
        lease.give_back(row, error, timezone.now() + PAUSE)
        raise ServerDown from error
    if is_refused(error):
        lease.refuse(row, error, **refused)
        return
    lease.fail(row, error, timezone.now())
    if isinstance(error, smtplib.SMTPServerDisconnected):
        raise ServerDown from error


def _is_server(error: Exception) -> bool:
    is_smtp = isinstance(error, smtplib.SMTPException)
    return isinstance(error, _SERVER) or (isinstance(error, OSError) and not is_smtp)


def is_refused(error: Exception) -> bool:
    """Did the server answer that it will never take this mail (5xx)?"""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(code >= 500 for code, _text in error.recipients.values())
    return isinstance(error, smtplib.SMTPResponseException) and 500 <= error.smtp_code < 600
