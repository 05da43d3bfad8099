"""Evidence, the ledger: pieces, endings, voids; appended, never changed."""

from datetime import datetime
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.circles import Circle
from portal.people.models.change import Inserted
from portal.standing.models.qualification import Qualification
from portal.standing.models.requirement import EvidenceLevel


class EvidenceQuerySet(models.QuerySet[Any]):
    def known_at(self, moment: datetime) -> Self:
        """The rows recorded (or known to an older system) by then."""
        day = timezone.localtime(moment).date()
        return self.filter(Q(recorded_at__lte=moment) | Q(known_on__lte=day))

    def in_order(self) -> Self:
        """Recording order, on which ties and endings depend. A row that came back takes its old place."""
        return self.order_by(Coalesce("stands_for", "id"), "id")


class Evidence(Inserted):
    """A person is on record for a qualification, as of a day, on some proof."""

    circle = Circle.STANDING

    class Kind(models.TextChoices):
        PIECE = "piece", _("on record")
        ENDING = "ending", _("ended")
        VOID = "void", _("withdrawn: never was")

    kind = models.CharField(max_length=6, choices=Kind, default=Kind.PIECE)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="evidence")
    qualification = models.ForeignKey(Qualification, models.PROTECT, related_name="evidence")
    target = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="answers")
    subject = models.CharField(
        max_length=120, blank=True, help_text=_("What it is about: a credential period, an attempt.")
    )
    effective_on = models.DateField(_("effective"), null=True, blank=True)
    last_good_day = models.DateField(_("last good day"), null=True, blank=True)
    never_expires = models.BooleanField(default=False)
    level = models.CharField(max_length=10, choices=EvidenceLevel, blank=True)
    method = models.CharField(_("method"), max_length=60, blank=True)
    verified_on = models.DateField(null=True, blank=True)
    edition = models.PositiveIntegerField(null=True, blank=True)
    source_kind = models.SlugField(max_length=40)
    source_id = models.CharField(max_length=80)
    note = models.TextField(blank=True)
    recorded_at = models.DateTimeField(default=timezone.now, editable=False)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    known_on = models.DateField(null=True, blank=True)
    stands_for = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text=_("The row that this one brings back, after what withdrew it was taken back."),
    )

    objects = EvidenceQuerySet.as_manager()

    class Meta:
        verbose_name = _("evidence")
        verbose_name_plural = _("evidence")
        ordering = ["id"]
        constraints = [
            # Finishing twice is once: a repeated task finds the row that is there.
            models.UniqueConstraint(
                fields=["source_kind", "source_id", "person", "qualification"],
                condition=Q(stands_for__isnull=True),
                name="one_piece_of_evidence_per_source",
            ),
            models.CheckConstraint(
                condition=Q(kind="piece", target__isnull=True, effective_on__isnull=False) & ~Q(level="")
                | Q(kind="ending", target__isnull=False, last_good_day__isnull=False)
                | Q(kind="void", target__isnull=False),
                name="evidence_is_a_piece_an_ending_or_a_void",
            ),
            models.CheckConstraint(
                condition=Q(never_expires=False) | Q(last_good_day__isnull=True),
                name="evidence_never_expires_or_has_an_end",
            ),
        ]
        indexes = [models.Index(fields=["person", "id"])]

    @property
    def takes_back(self) -> Inserted | None:
        return self.target if self.kind == Evidence.Kind.VOID else None

    @property
    def root_id(self) -> int:
        """The id of the row that this one brings back, else its own."""
        return self.stands_for_id or self.pk

    def __str__(self) -> str:
        return f"{self.person}: {self.qualification} {self.get_kind_display()}"
