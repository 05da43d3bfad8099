"""Recorded facts: what counts is appended and dated twice, never overwritten.

A fact has days on which it was true in the world (`starts_on`, `last_day`, both inclusive) and
the moment we recorded it. A correction closes the row and inserts another, in one transaction.
The database refuses any other change (portal.audit.locks).
"""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from portal.dates import day_after
from portal.errors import Stale


class RecordedFactQuerySet(models.QuerySet[Any]):
    def current(self) -> Self:
        """The rows that count now."""
        return self.filter(superseded_at__isnull=True)

    def known_at(self, moment: datetime) -> Self:
        """The rows as our records showed them at `moment`.

        A row counts from the moment it was recorded, or from the day an older system knew it.
        """
        day = timezone.localtime(moment).date()
        known = Q(recorded_at__lte=moment) | Q(known_on__lte=day)
        return self.filter(known).filter(Q(superseded_at__isnull=True) | Q(superseded_at__gt=moment))

    def on(self, day: date) -> Self:
        """The rows whose days hold `day` (of those that count)."""
        return self.filter(starts_on__lte=day).filter(Q(last_day__isnull=True) | Q(last_day__gte=day))

    def overlapping(self, first: date, last: date | None) -> Self:
        rows = self.filter(Q(last_day__isnull=True) | Q(last_day__gte=first))
        return rows if last is None else rows.filter(starts_on__lte=last)


RecordedFactManager = models.Manager.from_queryset(RecordedFactQuerySet)


class RecordedFact(models.Model):
    """What every recorded fact knows about its own recording."""

    recorded_at = models.DateTimeField(_("recorded at"), default=timezone.now, editable=False)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, editable=False, related_name="+"
    )
    known_on = models.DateField(
        _("known on"), null=True, blank=True, help_text=_("The day an older system knew it; imports only.")
    )
    reason = models.TextField(_("reason"), blank=True)
    batch = models.ForeignKey("people.Batch", models.PROTECT, null=True, blank=True, related_name="+")
    superseded_at = models.DateTimeField(null=True, blank=True, editable=False)
    superseded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, editable=False, related_name="+"
    )
    superseded_in = models.ForeignKey(
        "people.Batch", models.PROTECT, null=True, blank=True, editable=False, related_name="+"
    )

    objects = RecordedFactManager()

    class Meta:
        abstract = True

    @property
    def is_current(self) -> bool:
        return self.superseded_at is None


class DatedFact(RecordedFact):
    """A recorded fact that was true over days: from `starts_on` to `last_day`, both inclusive."""

    starts_on = models.DateField(_("from"))
    last_day = models.DateField(_("last day"), null=True, blank=True)

    class Meta:
        abstract = True

    @property
    def span(self) -> tuple[date, date | None]:
        """The days as [from, until-exclusive)."""
        return self.starts_on, None if self.last_day is None else day_after(self.last_day)

    def holds(self, day: date) -> bool:
        return self.starts_on <= day and (self.last_day is None or day <= self.last_day)


def ends_after_start(name: str) -> models.CheckConstraint:
    """The constraint every dated fact carries."""
    return models.CheckConstraint(
        condition=Q(last_day__isnull=True) | Q(last_day__gte=F("starts_on")),
        name=f"{name}_ends_after_it_starts",
        violation_error_message=_("The last day lies before the first day."),
    )


def column_values(row: RecordedFact) -> dict[str, Any]:
    recording = {"id", "recorded_at", "recorded_by", "known_on", "reason", "batch"}
    recording |= {"superseded_at", "superseded_by", "superseded_in"}
    fields = (f for f in row._meta.concrete_fields if f.name not in recording)
    return {f.attname: getattr(row, f.attname) for f in fields}


def supersede(row: RecordedFact, *, by: Any, batch: Any = None, at: datetime | None = None) -> datetime:
    """Close a row: from now on it does not count. Raises Stale if somebody closed it first."""
    at = at or timezone.now()
    closed = (
        type(row)
        ._default_manager.filter(pk=row.pk, superseded_at__isnull=True)
        .update(superseded_at=at, superseded_by=by, superseded_in=batch)
    )
    if not closed:
        raise Stale(gettext("Somebody else changed this record first. Look at it again."))
    row.superseded_at = at
    return at


def replace[Fact: RecordedFact](
    row: Fact, *, by: Any, reason: str = "", batch: Any = None, **changes: Any
) -> Fact:
    """Close `row` and insert the corrected one with `changes`. Call inside the use case's transaction."""
    at = supersede(row, by=by, batch=batch)
    values = column_values(row)
    for name, value in changes.items():
        values.pop(getattr(row._meta.get_field(name), "attname", name), None)
        values[name] = value
    fresh = type(row)(**values, recorded_at=at, recorded_by=by, reason=reason, batch=batch)
    fresh.full_clean(exclude=["recorded_by", "batch"])
    fresh.save(force_insert=True)
    return fresh


def merged_days(spans: Iterable[tuple[date, date | None]]) -> list[tuple[date, date | None]]:
    """Spans [from, until) sorted, touching and overlapping ones joined."""
    joined: list[tuple[date, date | None]] = []
    for start, until in sorted(spans, key=lambda s: s[0]):
        if joined and (joined[-1][1] is None or joined[-1][1] >= start):
            first, end = joined[-1]
            joined[-1] = (first, None if end is None or until is None else max(end, until))
        else:
            joined.append((start, until))
    return joined
