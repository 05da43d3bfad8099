"""Recorded facts: dated in the world (first and last day, inclusive) and when recorded; never overwritten."""

from datetime import date, datetime
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.dates import day_after
from portal.errors import LAST_BEFORE_FIRST


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
        violation_error_message=LAST_BEFORE_FIRST,
    )
