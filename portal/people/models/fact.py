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
from portal.people.models.change import Change, Inserted


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


class RecordedFact(Inserted):
    """What every recorded fact knows about its own recording.

    Closed by `closed_in` at `superseded_at`. A copy that came back names its `origin`, always the
    first row of its kind and never a copy itself.
    """

    recorded_at = models.DateTimeField(_("recorded at"), default=timezone.now, editable=False)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, editable=False, related_name="+"
    )
    known_on = models.DateField(
        _("known on"), null=True, blank=True, help_text=_("The day an older system knew it; imports only.")
    )
    reason = models.TextField(_("reason"), blank=True)
    superseded_at = models.DateTimeField(null=True, blank=True, editable=False)
    closed_in = models.ForeignKey(
        Change, models.PROTECT, null=True, blank=True, editable=False, related_name="+"
    )
    origin = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        help_text=_("The row that this one brings back after what closed it was taken back."),
    )

    objects = RecordedFactManager()
    origin_id: int | None

    # True for facts about the organization or a rule: a change of one concerns everybody's standing.
    concerns_everybody = False
    # Everybody is computed anew when it changes; False where a follower knows better what to compute.
    recomputes_everybody = False

    class Meta:
        abstract = True

    @property
    def is_current(self) -> bool:
        return self.superseded_at is None

    @property
    def root_id(self) -> int:
        """The id of the row that this one brings back, else its own."""
        root: int = self.origin_id or self.pk
        return root

    def take_children_of(self, source: Any) -> None:
        """Copy what hangs on `source` to this new row. Most facts have nothing."""


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

    def overlaps(self, first: date, last: date | None) -> bool:
        """Does it hold on one of these days (both inclusive; `last` None: from `first` on)?"""
        return (last is None or self.starts_on <= last) and (self.last_day is None or first <= self.last_day)

    def holds(self, day: date) -> bool:
        return self.starts_on <= day and (self.last_day is None or day <= self.last_day)


def ends_after_start(name: str) -> models.CheckConstraint:
    """The constraint every dated fact carries."""
    return models.CheckConstraint(
        condition=Q(last_day__isnull=True) | Q(last_day__gte=F("starts_on")),
        name=f"{name}_ends_after_it_starts",
        violation_error_message=LAST_BEFORE_FIRST,
    )
