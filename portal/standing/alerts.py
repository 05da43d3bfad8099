"""The daily scan: whose items crossed a stage of the ladder, who is to be told, told once."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import batched

from django.db import transaction
from django.db.models import F
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portal.notices.models import Notice
from portal.notices.owing import owe
from portal.people.models import Person
from portal.people.supervision import OrgChart
from portal.standing.ladder import Recipient, day_of, next_stage, stage_on, told_at
from portal.standing.models import AlertRun, LadderStage
from portal.standing.reading import LATE, Item, items_on
from portal.standing.words import short_date

KIND = "standing-ladder"
CHUNK = 200


@dataclass(frozen=True)
class Alert:
    """One stage to tell one recipient."""

    item: Item
    deadline: date
    stage: int
    recipient: Person
    role: Recipient

    @property
    def key(self) -> tuple[int, int, str, date, int, int]:
        """What is told once, ever."""
        item = self.item
        return (
            item.person.pk, item.requirement.pk, item.scope, self.deadline, self.stage, self.recipient.pk,
        )  # fmt: skip


@dataclass
class Summary:
    """What a run found and owed."""

    on: date
    crossed: int = 0
    owed: int = 0
    alerts: list[Alert] = field(default_factory=list)


def deadline_of(item: Item) -> date | None:
    """The day the ladder runs to: the last day met, or due; for what is late, the last one that was in time."""
    if item.span.state in LATE:
        assert item.late_since is not None, "a late span has a first late day"
        return item.late_since - timedelta(days=1)
    if item.span.state == "met":
        return item.unmet_from - timedelta(days=1) if item.unmet_from else None
    return item.deadline if item.span.state in ("pending", "waived") else None


def is_quiet_for(item: Item, role: Recipient) -> bool:
    """A renewal that was sent quiets the holder, not the supervisor and HR, until somebody checked it."""
    return role is Recipient.HOLDER and item.renewal_reported


class Recipients:
    """Persons behind the roles, from one chart of the day."""

    def __init__(self, on: date) -> None:
        self.chart = OrgChart(on)

    def of(self, item: Item, role: Recipient) -> list[Person]:
        person = item.person
        if role is Recipient.HOLDER:
            return [person] if person.is_active else []
        if role is Recipient.HR:
            return [hr for hr in self.chart.hr[:1] if hr.pk != person.pk]
        supervisor = self.chart.supervisor_of(person.pk).person
        if role is Recipient.SUPERVISOR:
            return [supervisor]
        above = self.chart.supervisor_of(supervisor.pk).person
        return [above] if above.pk != person.pk else []


def alerts_on(on: date, items: Iterable[Item], recipients: Recipients) -> Iterator[Alert]:
    """Every stage that these items have reached, for everyone who is to be told of it."""
    for item in items:
        deadline = deadline_of(item)
        stage = stage_on(deadline, on) if deadline else None
        if deadline is None or stage is None:
            continue
        told: set[int] = set()
        for role in told_at(stage, item.version.responsible):
            for person in recipients.of(item, role):
                if person.pk not in told and not is_quiet_for(item, role):
                    told.add(person.pk)
                    yield Alert(item, deadline, stage, person, role)


def told_already(people: Iterable[int]) -> set[tuple[int, int, str, date, int, int]]:
    rows = LadderStage.objects.filter(person_id__in=list(people))
    return set(rows.values_list("person_id", "requirement_id", "scope", "deadline", "stage", "recipient_id"))


def run_alerts(on: date, *, dry_run: bool = False) -> Summary:
    """Scan everybody for the day; owe a notice for each stage crossed that was not told yet.

    Run twice, the second owes nothing. After days without a run only the latest stage is told:
    those passed over are history, not news. Committed in small parts, so that it can be killed.
    """
    summary = Summary(on)
    recipients = Recipients(on)
    everyone = Person.objects.employed(on).order_by("pk").values_list("pk", flat=True)
    if not dry_run:
        AlertRun.objects.update_or_create(on=on, defaults={"started_at": timezone.now(), "error": ""})
    for chunk in batched(list(everyone), CHUNK):
        told = told_already(chunk)
        found = [a for a in alerts_on(on, items_on(on, list(chunk)), recipients) if a.key not in told]
        summary.crossed += len(found)
        summary.alerts += found
        if not dry_run:
            summary.owed += _owe_all(found, on)
    if not dry_run:
        # Run again, the day keeps what its first run found.
        AlertRun.objects.filter(on=on).update(
            finished_at=timezone.now(),
            crossed=F("crossed") + summary.crossed,
            owed=F("owed") + summary.owed,
        )
    return summary


def _owe_all(alerts: list[Alert], on: date) -> int:
    owed = 0
    for part in batched(alerts, 50):
        with transaction.atomic():
            for alert in part:
                owed += _owe(alert, on)
    return owed


def _owe(alert: Alert, on: date) -> int:
    """The stage and its notice, in one transaction: neither without the other."""
    person_id, requirement_id, scope, deadline, stage, recipient_id = alert.key
    _row, made = LadderStage.objects.get_or_create(
        person_id=person_id,
        requirement_id=requirement_id,
        scope=scope,
        deadline=deadline,
        stage=stage,
        recipient_id=recipient_id,
        defaults={"told_on": on},
    )
    if not made:
        return 0
    notice = owe(
        alert.recipient,
        kind=KIND,
        key=notice_key(alert),
        subject=subject(alert),
        body=body(alert),
        url=address(alert),
        action=_("Open item"),
        about=alert.item.person,
        urgent=stage <= 7,
        told_also=told_also(alert),
    )
    return 1 if notice else 0


def count_as_told(on: date) -> int:
    """On the day alerts go live, what was crossed before counts as told: nobody is flooded."""
    recipients, rows = Recipients(on), []
    for alert in alerts_on(on, items_on(on, Person.objects.employed(on)), recipients):
        person_id, requirement_id, scope, deadline, stage, recipient_id = alert.key
        rows.append(
            LadderStage(
                person_id=person_id,
                requirement_id=requirement_id,
                scope=scope,
                deadline=deadline,
                stage=stage,
                recipient_id=recipient_id,
                told_on=on,
                sent=False,
            )
        )
    LadderStage.objects.bulk_create(rows, ignore_conflicts=True, batch_size=500)
    return len(rows)


# ---- the words --------------------------------------------------------------------------------


def notice_key(alert: Alert) -> str:
    person, requirement, scope, deadline, stage, _recipient = alert.key
    return f"{person}:{requirement}:{scope}:{deadline.isoformat()}:{stage}"


def still_owed(notice: Notice) -> bool:
    """Before sending: does the same item still run to the same day? A renewal in between cancels."""
    person, requirement, scope, deadline, _stage = notice.key.split(":")
    from portal.clock import business_today

    for item in items_on(business_today(), [int(person)], requirements=[int(requirement)]):
        if item.scope == scope:
            now = deadline_of(item)
            return now is not None and now.isoformat() == deadline
    return False


def _what(item: Item) -> str:
    return f"{item.requirement.name} ({item.scope})" if item.scope else item.requirement.name


def subject(alert: Alert) -> str:
    """Never a number, never a rating; the name of another only where the recipient answers for them."""
    item, own = alert.item, alert.recipient.pk == alert.item.person.pk
    days = (alert.deadline - item.on).days
    values = {
        "what": _what(item),
        "name": item.person.get_full_name(),
        "day": short_date(alert.deadline, item.on),
    }
    if days < 0:
        text = (
            _("%(what)s is overdue since %(day)s")
            if own
            else _("%(name)s: %(what)s is overdue since %(day)s")
        )
        values["day"] = short_date(alert.deadline + timedelta(days=1), item.on)
    elif item.span.state == "met":
        text = _("%(what)s runs out on %(day)s") if own else _("%(name)s: %(what)s runs out on %(day)s")
    else:
        text = _("%(what)s is due by %(day)s") if own else _("%(name)s: %(what)s is due by %(day)s")
    return text % values


def body(alert: Alert) -> str:
    item = alert.item
    days = (alert.deadline - item.on).days
    parts = []
    if item.renewal_reported:
        parts.append(_("A renewal was sent and waits for HR to check it at its source."))
    if alert.recipient.pk == item.person.pk and item.requirement.help_text:
        parts.append(item.requirement.help_text)
    if item.version.blocks_practice and days <= 14:
        parts.append(
            _("Without it, no patient work from %(day)s on.")
            % {"day": short_date(alert.deadline + timedelta(days=1), item.on)}
        )
    if days > 0:
        parts.append(ngettext("%(count)d day is left.", "%(count)d days are left.", days) % {"count": days})
    return " ".join(parts)


def told_also(alert: Alert) -> str:
    """Who else is told, and what comes next if nothing changes."""
    nxt = next_stage(alert.stage)
    day = short_date(day_of(nxt, alert.deadline), alert.item.on)
    new = set(told_at(nxt, alert.item.version.responsible)) - set(
        told_at(alert.stage, alert.item.version.responsible)
    )
    words = {
        Recipient.SUPERVISOR: _("your supervisor"),
        Recipient.HR: _("HR"),
        Recipient.NEXT_UP: _("the next one up"),
        Recipient.HOLDER: _("the person"),
    }
    if new:
        who = ", ".join(words[role] for role in sorted(new))
        return _("If nothing changes, %(who)s is told too on %(day)s.") % {"who": who, "day": day}
    return _("If nothing changes, the next notice comes on %(day)s.") % {"day": day}


def address(alert: Alert) -> str:
    item = alert.item
    path = reverse("standing:item", args=[item.person.pk, item.requirement.code])
    return f"{path}?scope={item.scope}" if item.scope else path
