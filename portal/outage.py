"""A service that does not answer (broker, cache) is left alone for a while: one request waits, not all."""

import logging
import time
from dataclasses import dataclass

LEFT_ALONE_SECONDS = 10.0
SAID_EVERY_SECONDS = 60.0


@dataclass
class Outage:
    """`what` is missing and what that means, for the log. One per service and process."""

    what: str
    log: logging.Logger
    until: float = 0.0
    say_again: float = 0.0

    @property
    def lasts(self) -> bool:
        return time.monotonic() < self.until

    def begin(self, error: BaseException) -> None:
        """The service failed just now. Said at most once a minute."""
        now = time.monotonic()
        self.until = now + LEFT_ALONE_SECONDS
        if now >= self.say_again:
            self.say_again = now + SAID_EVERY_SECONDS
            self.log.warning("%s (%s: %s)", self.what, type(error).__name__, error)

    def forget(self) -> None:
        self.until = self.say_again = 0.0
