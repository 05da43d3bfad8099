"""The daily scan: whose items crossed a stage of the ladder, who is to be told, told once."""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import batched
from typing import Any

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone

from portal.audit.log import record
from portal.clock import business_today
from portal.notices.models import Message, Notice
from portal.notices.notify import notify_all
from portal.people.employment.clock import ClockRules
from portal.people.models import Absence, Person
from portal.standing.alerts.recipients import Recipients
from portal.standing.alerts.stages import Alert, Key, alerts_on, is_told, key_of
from portal.standing.alerts.words import owed
from portal.standing.engine.ladder import Recipient
from portal.standing.items import items_on
from portal.standing.models import AlertRun, LadderStage

KIND = "standing-ladder"
CHUNK = 500


# ---- what was told ----------------------------------------------------------------------------


def told_already(people: Collection[int]) -> set[Key]:
    """The stages told about these people; not those whose notice was cancelled before it went out."""
    rows = LadderStage.objects.filter(person_id__in=people)
    told = rows.values_list("person_id", "requirement_id", "scope", "deadline", "stage", "recipient_id")
    gone = Notice.objects.filter(kind=KIND, about__in=people, cancelled_at__isnull=False)
    gone = gone.exclude(messages__state__in=(Message.State.SENT, Message.State.CARRIED))
    return set(told) - {key_of(key, recipient) for key, recipient in gone.values_list("key", "recipient")}


# ---- the run ----------------------------------------------------------------------------------


@dataclass
class Summary:
    """What a run found, owed, and took back because its reason had gone."""

    on: date
    crossed: int = 0
    owed: int = 0
    cancelled: int = 0


def run_alerts(
    on: date,
    *,
    actor: Person | None = None,
    dry_run: bool = False,
    report: Callable[[Alert], object] | None = None,
) -> Summary:
    """Scan everybody for the day; notify a notice for each stage crossed that was not told yet.

    Run twice, the second owes nothing. After days without a run only the latest stage is told:
    those passed over are history, not news. Committed in small parts, so that it can be killed.
    `report` is called with each alert found.
    """
    summary, recipients = Summary(on), Recipients(on)
    everyone = list(Person.objects.employed(on).order_by("pk").values_list("pk", flat=True))
    if not dry_run:
        AlertRun.objects.update_or_create(on=on, defaults={"started_at": timezone.now(), "error": ""})
        summary.cancelled += _cancel(_open().exclude(about__in=Person.objects.employed(on)))
    for people in batched(everyone, CHUNK):
        current = list(alerts_on(on, items_on(on, list(people)), recipients))
        told = told_already(people)
        found = [alert for alert in current if alert.key not in told]
        summary.crossed += len(found)
        if report:
            for alert in found:
                report(alert)
        if not dry_run:
            summary.owed += _owe(found, on)
            summary.cancelled += _cancel_gone(people, current)
    if not dry_run:
        _finish(summary, actor)
    return summary


@transaction.atomic
def _finish(summary: Summary, actor: Person | None) -> None:
    """Run again, the day keeps what its first run found."""
    run = AlertRun.objects.select_for_update(no_key=True).get(on=summary.on)
    AlertRun.objects.filter(pk=run.pk).update(
        finished_at=timezone.now(),
        crossed=F("crossed") + summary.crossed,
        owed=F("owed") + summary.owed,
    )
    record("standing.alerts.run", run, actor=actor, crossed=summary.crossed, owed=summary.owed)


def _owe(alerts: Sequence[Alert], on: date) -> int:
    """The stages and their notices, in one transaction: neither without the other."""
    made = 0
    for part in batched(alerts, CHUNK):
        with transaction.atomic():
            told = told_already({alert.item.person.pk for alert in part})
            new = [alert for alert in part if alert.key not in told]
            _mark_told(new, on)
            made += len(notify_all([owed(alert, KIND) for alert in new]))
    return made


def _mark_told(alerts: Sequence[Alert], on: date, *, sent: bool = True) -> None:
    rows = []
    for alert in alerts:
        person, requirement, scope, deadline, stage, recipient = alert.key
        rows.append(
            LadderStage(
                person_id=person,
                requirement_id=requirement,
                scope=scope,
                deadline=deadline,
                stage=stage,
                recipient_id=recipient,
                told_on=on,
                sent=sent,
            )
        )
    # A second run at the same time waits here for the first, and finds its rows.
    LadderStage.objects.bulk_create(rows, ignore_conflicts=True, batch_size=500)


def count_as_told(on: date) -> None:
    """On the day alerts go live, what was crossed before counts as told: nobody is flooded."""
    items = items_on(on, Person.objects.employed(on))
    for part in batched(alerts_on(on, items, Recipients(on)), CHUNK):
        _mark_told(part, on, sent=False)


# ---- when the reason has gone -----------------------------------------------------------------


def _open() -> QuerySet[Any]:
    return Notice.objects.filter(kind=KIND, cancelled_at__isnull=True)


def _cancel(notices: QuerySet[Any]) -> int:
    return notices.update(cancelled_at=timezone.now())


def _cancel_gone(people: Collection[int], current: Iterable[Alert]) -> int:
    """Notices leave the inbox when the item runs to another day, or a later stage takes their place."""
    ladders: dict[tuple[int, int, str, date], dict[int, int]] = {}
    for alert in current:
        ladders.setdefault(alert.key[:4], {})[alert.recipient.pk] = alert.stage
    gone = []
    for pk, key, recipient in _open().filter(about__in=people).values_list("pk", "key", "recipient"):
        parsed = key_of(key, recipient)
        told = ladders.get(parsed[:4])
        quieted = told is not None and recipient == parsed[0] and recipient not in told
        if told is None or quieted or told.get(recipient, parsed[4]) != parsed[4]:
            gone.append(pk)
    return _cancel(Notice.objects.filter(pk__in=gone)) if gone else 0


def still_applies(notice: Notice) -> bool:
    """Before sending: does the same item still run to the same day, and is this the latest stage told?"""
    person, requirement, scope, deadline, stage, recipient = key_of(notice.key, notice.recipient_id)
    ladder = LadderStage.objects.filter(
        person=person, requirement=requirement, scope=scope, deadline=deadline, recipient=recipient
    )
    if ladder.filter(stage__lt=stage).exists():
        return False
    today = business_today()
    items = items_on(today, [person], requirements=[requirement])
    item = next((item for item in items if item.scope == scope), None)
    if item is None or item.deadline != deadline:
        return False
    return recipient != person or is_told(item, Recipient.HOLDER, on_leave=_is_paused(person, today))


def _is_paused(person_id: int, on: date) -> bool:
    clock = ClockRules.load()
    return any(clock.stop(absence) for absence in Absence.objects.current().on(on).filter(person=person_id))
