"""Change: one act on the record. Rows name the change that inserted them and the one that closed them."""

from collections.abc import Iterable
from datetime import date
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.circles import Circle
from portal.people.models.batch import Batch


class ChangeQuerySet(models.QuerySet[Any]):
    def standing(self) -> Self:
        """The changes that have not been taken back."""
        return self.filter(stands=True)

    def about(self, person_ids: Any) -> Self:
        """The changes that concern one of these people (ids, or a query of ids)."""
        about = ChangePerson.objects.filter(person__in=person_ids).values("change")
        return self.filter(pk__in=about)


class Change(models.Model):
    """Who did which act on the record, when, why; taken back by a later change that `withdraws` it.

    Taking back is a change of its own and can be taken back too. `stands` is true unless a change
    that stands withdraws this one; it is written when that happens.
    """

    circle = Circle.RESTRICTED

    act = models.SlugField(_("act"), max_length=60)
    made_at = models.DateTimeField(_("when"), default=timezone.now, editable=False)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("by"),
    )
    reason = models.TextField(_("reason"), blank=True)
    batch = models.ForeignKey(Batch, models.PROTECT, null=True, blank=True, related_name="changes")
    corrects = models.BooleanField(
        _("corrects"), default=False, help_text=_("Done instead of what was meant otherwise.")
    )
    stands = models.BooleanField(_("stands"), default=True)
    withdraws = models.ManyToManyField(
        "self", symmetrical=False, related_name="withdrawn_by", through="ChangeWithdrawal"
    )
    rests_on = models.ManyToManyField(
        "self",
        symmetrical=False,
        related_name="carries",
        help_text=_("Changes without which this one would say something else, such as a day it ends before."),
    )

    objects = ChangeQuerySet.as_manager()

    class Meta:
        verbose_name = _("change")
        verbose_name_plural = _("changes")
        ordering = ["-made_at", "-id"]
        indexes = [models.Index(fields=["-made_at", "-id"])]

    def __str__(self) -> str:
        return f"{self.act} {self.pk}"

    @property
    def made_on(self) -> date:
        return timezone.localtime(self.made_at).date()


class ChangeWithdrawal(models.Model):
    """`by` takes `change` back."""

    by = models.ForeignKey(Change, models.PROTECT, related_name="+")
    change = models.ForeignKey(Change, models.PROTECT, related_name="withdrawals")

    class Meta:
        verbose_name = _("withdrawal of a change")
        constraints = [models.UniqueConstraint(fields=["by", "change"], name="withdrawn_once_by_a_change")]

    def __str__(self) -> str:
        return f"{self.by_id} withdraws {self.change_id}"


class ChangePerson(models.Model):
    """A person whom a change concerns."""

    circle = Circle.RESTRICTED

    change = models.ForeignKey(Change, models.PROTECT, related_name="people")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="changes")

    class Meta:
        verbose_name = _("person of a change")
        constraints = [models.UniqueConstraint(fields=["person", "change"], name="person_once_per_change")]

    def __str__(self) -> str:
        return f"{self.change_id}: {self.person_id}"


class Inserted(models.Model):
    """A row that an act put on record. Empty `inserted_in`: it was there before the first act."""

    inserted_in = models.ForeignKey(
        Change, models.PROTECT, null=True, blank=True, editable=False, related_name="+"
    )

    class Meta:
        abstract = True

    @property
    def takes_back(self) -> "Inserted | None":
        """The row of the same ledger that never was, by this one."""
        return None


def still_stands(path: str, *, without: Iterable[Change] = ()) -> Q:
    """Rows whose change (at `path`, such as "inserted_in") has not been taken back.

    `without`: changes that are just being taken back (plan.withdraws); they count no longer.
    """
    stands = Q(**{f"{path}__isnull": True}) | Q(**{f"{path}__stands": True})
    gone = [change.pk for change in without]
    return stands & ~Q(**{f"{path}__in": gone}) if gone else stands
