"""Who read whose record, what must not be purged, and the key to the locks."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.circles import Circle


class LockOverride(models.Model):
    """A row lifts the locks for the transaction that wrote it (portal.audit.locks.opened).

    `never` names a row that cannot exist, which the database looks for at commit: a row that is not
    deleted before keeps its transaction from being committed. So nobody else ever sees one.
    """

    why = models.TextField()
    never = models.ForeignKey("self", models.DO_NOTHING, default=0, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(never=0, pk__gt=0), name="lock_override_never_stays")
        ]

    def __str__(self) -> str:
        return self.why


class AccessLog(models.Model):
    """Somebody read another person's record, a file, or an export."""

    circle = Circle.RESTRICTED

    at = models.DateTimeField(default=timezone.now, editable=False)
    reader = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    what = models.SlugField(_("what"), max_length=60)
    detail = models.CharField(max_length=200, blank=True)

    class Meta:
        verbose_name = _("access")
        ordering = ["-at", "-id"]
        indexes = [models.Index(fields=["person", "-at"]), models.Index(fields=["reader", "-at"])]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.what}"


class Hold(models.Model):
    """Nothing of this person, or of this record, may be purged or redacted while the hold stands."""

    circle = Circle.RESTRICTED

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="holds"
    )
    record = models.CharField(_("record"), max_length=100, blank=True, help_text=_("app.model:id"))
    reason = models.TextField(_("reason"))
    placed_at = models.DateTimeField(default=timezone.now, editable=False)
    placed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    released_at = models.DateTimeField(null=True, blank=True)
    released_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = _("hold")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(person__isnull=False, record="")
                | models.Q(person__isnull=True) & ~models.Q(record=""),
                name="hold_is_on_a_person_or_a_record",
            )
        ]

    def __str__(self) -> str:
        return str(self.person or self.record)
