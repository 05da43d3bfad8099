"""The daily scan: whose items crossed a stage of the ladder, which roles are to be told, told once."""

import logging
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import batched
from typing import Any

from django.db import transaction
from django.db.models import F, Min, QuerySet
from django.utils import timezone

from portal.audit.log import record
from portal.clock import business_today
from portal.notices.models import Notice
from portal.notices.notify import NewNotice, notify_all
from portal.people.models import Person
from portal.standing.alerts import returning, weekend
from portal.standing.alerts.recipients import Recipients, paused_on
from portal.standing.alerts.stages import OF_NOTICE, Alert, Key, alerts_on, is_told, key_of, notice_key
from portal.standing.alerts.watched import items_watched, watched
from portal.standing.alerts.words import owed
from portal.standing.items import Item
from portal.standing.models import AlertRun, LadderStage

log = logging.getLogger(__name__)
KIND = "standing-ladder"
CHUNK = 500


# ---- what was told ----------------------------------------------------------------------------


def told_already(alerts: Collection[Alert]) -> set[Key]:
    """Of the stages of these alerts, perhaps with others, those that were told; two queries.

    Not those whose notice was settled: their reason came back. Of what was told over the years no more is
    read than of today.
    """
    if not alerts:
        return set()
    people, _requirements, _scopes, deadlines, stages, _roles = map(
        set, zip(*(a.key for a in alerts), strict=True)
    )
    rows = LadderStage.objects.filter(person_id__in=people, deadline__in=deadlines, stage__in=stages)
    told = rows.values_list("person_id", "requirement_id", "scope", "deadline", "stage", "role")
    keys = {notice_key(alert) for alert in alerts}
    gone = Notice.objects.filter(kind=KIND, key__in=keys, settled_at__isnull=False)
    return set(told) - {key_of(key, role) for key, role in gone.values_list("key", "role")}


# ---- the run ----------------------------------------------------------------------------------


@dataclass
class Summary:
    """What a run found, owed, took back because its reason had gone, and could not work out.

    `listed`: notices beside the ladder, of days off and of returns.
    """

    on: date
    crossed: int = 0
    owed: int = 0
    cancelled: int = 0
    listed: int = 0
    errors: list[str] = field(default_factory=list)

    def failed(self, item: Item, error: Exception) -> None:
        words = f"{item.requirement} (person {item.span.person_id}): {type(error).__name__}: {error}"
        self.errors.append(words[:300])


def run_alerts(
    on: date,
    *,
    actor: Person | None = None,
    dry_run: bool = False,
    report: Callable[[Alert], object] | None = None,
) -> Summary:
    """Scan everybody for the day; owe a notice for each stage crossed that was not told yet.

    Run twice, the second owes nothing. After days without a run only the latest stage is told:
    those passed over are history, not news. Committed in small parts, so that it can be killed. One
    item that fails stops no other. `report` is called with each alert found.
    """
    summary, recipients = Summary(on), Recipients(on)
    if not dry_run:
        AlertRun.objects.update_or_create(on=on, defaults={"started_at": timezone.now(), "error": ""})
        summary.cancelled += _settle(_open().exclude(about__in=watched(on)))
    everyone = list(watched(on).order_by("pk").values_list("pk", flat=True))
    for people in batched(everyone, CHUNK):
        current = list(alerts_on(on, items_watched(on, list(people)), recipients, summary.failed))
        told = told_already(current)
        found = [alert for alert in current if alert.key not in told]
        summary.crossed += len(found)
        if report:
            for alert in found:
                report(alert)
        if not dry_run:
            summary.owed += _owe(found, on, summary)
            summary.cancelled += _settle_gone(people, current)
            _tell_days_off(on, people, recipients, summary)
    if not dry_run:
        _tell_returns(on, summary)
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
        failed=len(summary.errors),
        error="\n".join(summary.errors)[:2000],
    )
    record("standing.alerts.run", run, actor=actor, crossed=summary.crossed, owed=summary.owed)


def _owe(alerts: Sequence[Alert], on: date, summary: Summary) -> int:
    """The stages and their notices, in one transaction: neither without the other."""
    made = 0
    for part in batched(alerts, CHUNK):
        try:
            made += _owe_part(part, on)
        except Exception:
            # One of them cannot be written: the others are, each by itself.
            made += sum(_owe_one(alert, on, summary) for alert in part)
    return made


def _owe_one(alert: Alert, on: date, summary: Summary) -> int:
    try:
        return _owe_part([alert], on)
    except Exception as error:
        summary.failed(alert.item, error)
        return 0


@transaction.atomic
def _owe_part(alerts: Sequence[Alert], on: date) -> int:
    told = told_already(alerts)
    new = [alert for alert in alerts if alert.key not in told]
    _mark_told(new, on)
    return len(notify_all([owed(alert, KIND) for alert in new]))


# ---- beside the ladder --------------------------------------------------------------------------


def _tell_days_off(on: date, people: Collection[int], recipients: Recipients, summary: Summary) -> None:
    """Owe what ends on the days off to come, and settle what does not any longer."""
    new = list(weekend.notices_of(on, weekend.items_ending(on, people), recipients))
    stands = {row.key for row in new}
    _settle(Notice.objects.open().filter(kind=weekend.KIND, about__in=people).exclude(key__in=stands))
    _tell_each(new, summary)


def _tell_returns(on: date, summary: Summary) -> None:
    """Owe the checks of who comes back; what was said of another day, or before the return, is settled."""
    new = list(returning.notices_of(on, returning.returns_around(on)))
    stands = {row.key for row in new}
    before = Notice.objects.open().filter(kind=returning.KIND, key__endswith=":before")
    _settle(before.exclude(key__in=stands))
    _tell_each(new, summary)


def _tell_each(rows: Sequence[NewNotice], summary: Summary) -> None:
    """All at once, or where one of them cannot be written each by itself."""
    try:
        summary.listed += len(notify_all(rows))
    except Exception:
        for row in rows:
            try:
                summary.listed += len(notify_all([row]))
            except Exception as error:
                log.exception("No notice %s", row.key)
                summary.errors.append(f"{row.kind} {row.key}: {type(error).__name__}: {error}"[:300])


def _mark_told(alerts: Sequence[Alert], on: date, *, sent: bool = True) -> None:
    rows = []
    for alert in alerts:
        person, requirement, scope, deadline, stage, role = alert.key
        rows.append(
            LadderStage(
                person_id=person,
                requirement_id=requirement,
                scope=scope,
                deadline=deadline,
                stage=stage,
                role=role,
                told_on=on,
                sent=sent,
            )
        )
    # A second run at the same time waits here for the first, and finds its rows.
    LadderStage.objects.bulk_create(rows, ignore_conflicts=True, batch_size=500)


def count_as_told(on: date) -> None:
    """On the day alerts go live, what was crossed before counts as told: nobody is flooded."""
    everyone, recipients = list(watched(on).values_list("pk", flat=True)), Recipients(on)
    for people in batched(everyone, CHUNK):
        for part in batched(alerts_on(on, items_watched(on, list(people)), recipients), CHUNK):
            _mark_told(part, on, sent=False)


# ---- when the reason has gone -----------------------------------------------------------------


def _open() -> QuerySet[Any]:
    return Notice.objects.open().filter(kind=KIND)


def _settle(notices: QuerySet[Any]) -> int:
    return notices.update(settled_at=timezone.now(), settled_why=Notice.Why.GONE)


def _settle_gone(people: Collection[int], current: Iterable[Alert]) -> int:
    """Notices leave the inbox when the item runs to another day, when their role is not told of it any
    longer, or a later stage takes their place."""
    stands = {alert.key for alert in current}
    rows = _open().filter(about__in=people).values_list("pk", "key", "role")
    gone = [pk for pk, key, role in rows if key_of(key, role) not in stands]
    return _settle(Notice.objects.filter(pk__in=gone)) if gone else 0


def still_applies(notice: Notice) -> bool:
    """Before sending: does the same item still run to the same day, and is this the latest stage told?"""
    return bool(which_apply([notice]))


def which_apply(notices: Sequence[Notice]) -> set[int]:
    """The ids of those that still apply. As many queries for many as for one."""
    today = business_today()
    keys = {notice.pk: key_of(notice.key, notice.role) for notice in notices}
    people, requirements = {key[0] for key in keys.values()}, {key[1] for key in keys.values()}
    items = {
        (item.span.person_id, item.span.requirement_id, item.scope): item
        for item in items_watched(today, people, requirements=requirements)
    }
    latest, paused = _latest_stages(keys.values()), paused_on(today, people)
    found = set()
    for notice in notices:
        person, requirement, scope, deadline, stage, _role = key = keys[notice.pk]
        item = items.get((person, requirement, scope))
        if item is None or item.deadline != deadline or latest.get(_ladder_of(key), stage) < stage:
            continue
        if is_told(item, OF_NOTICE[Notice.Role(notice.role)], on_leave=person in paused):
            found.add(notice.pk)
    return found


def _ladder_of(key: Key) -> tuple[Any, ...]:
    """The key without its stage: the ladder of one deadline and role."""
    return key[:4] + key[5:]


def _latest_stages(keys: Iterable[Key]) -> dict[tuple[Any, ...], int]:
    """The lowest stage told of each of these ladders."""
    people, requirements, _scopes, deadlines, _stages, roles = map(set, zip(*keys, strict=True))
    rows = LadderStage.objects.filter(
        person__in=people, requirement__in=requirements, deadline__in=deadlines, role__in=roles
    )
    ladders = rows.order_by().values_list("person", "requirement", "scope", "deadline", "role")
    return {tuple(ladder): lowest for *ladder, lowest in ladders.annotate(Min("stage"))}
