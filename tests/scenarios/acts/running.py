"""What runs by itself or by a switch: alerts, going live, delivery."""

import smtplib
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from typing import Any
from unittest import mock

from django.core.mail.backends.locmem import EmailBackend

from portal.notices.account_mail import deliver_account_mail
from portal.notices.deliver import deliver_waiting
from portal.notices.going_live import go_live
from portal.standing.alerts.scan import run_alerts
from tests.scenarios import kinds
from tests.scenarios.language import Step, act
from tests.scenarios.world import World


@act("run_alerts", {})
def run_alerts_(world: World, step: Step) -> None:
    run_alerts(step.on, actor=world.viewer(step).person)


@act("go_live", {})
def go_live_(world: World, step: Step) -> None:
    go_live(on=step.on, by=world.viewer(step))


@act("deliver", {"smtp?": kinds.one_of("ok", "refuses")})
def deliver(world: World, step: Step) -> None:
    """What the worker sends when it is rung."""
    with _refusing() if step.get("smtp") == "refuses" else nullcontext():
        deliver_waiting()
        deliver_account_mail()
    world.collect_mail(step.on)


@contextmanager
def _refusing() -> Iterator[None]:
    """A mail server that takes nothing now."""

    def refuse(self: EmailBackend, _messages: Any) -> None:
        raise smtplib.SMTPResponseException(451, b"Not now")

    with mock.patch.object(EmailBackend, "send_messages", refuse):
        yield
