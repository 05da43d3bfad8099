"""Roles: dated grants with a scope."""

from datetime import date
from typing import ClassVar, Self

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from portal.circles import Circle
from portal.people.models.employment import Employment
from portal.people.models.fact import DatedFact, RecordedFactQuerySet, ends_after_start
from portal.people.models.organization import Team
from portal.people.models.person import Person


class Role(models.TextChoices):
    HR = "hr", _("HR")
    AUTHOR = "author", _("Training author")
    AUDITOR = "auditor", _("Auditor")
    SITE_ADMIN = "site_admin", _("Site admin")


class RoleGrantQuerySet(RecordedFactQuerySet):
    def held(self, on: date) -> Self:
        """The grants that count on the day: those of people employed on it, and of external auditors.

        An external auditor has never been employed and holds the auditor's role alone.
        """
        employments = Employment.objects.current().filter(person=OuterRef("person"))
        ever = employments.filter(starts_on__lte=on)
        external = Q(role=Role.AUDITOR) & ~Exists(ever)
        return self.current().on(on).filter(Exists(employments.on(on)) | external)


RoleGrantManager = models.Manager.from_queryset(RoleGrantQuerySet)


class RoleGrant(DatedFact):
    """A role for a person over days, for everybody, one state, or one team and those below it."""

    circle = Circle.CARD

    class Scope(models.TextChoices):
        ALL = "all", _("everybody")
        STATE = "state", _("one state")
        TEAM = "team", _("one team and those below")

    person = models.ForeignKey(Person, models.PROTECT, related_name="grants")
    role = models.CharField(_("role"), max_length=12, choices=Role)
    scope = models.CharField(_("scope"), max_length=6, choices=Scope, default=Scope.ALL)
    state = models.CharField(_("state"), max_length=2, blank=True)
    team = models.ForeignKey(Team, models.PROTECT, null=True, blank=True, related_name="+")
    engagement = models.CharField(
        _("engagement"), max_length=200, blank=True, help_text=_("For an auditor: which survey, for whom.")
    )
    sees_evaluations = models.BooleanField(
        _("reads evaluations"),
        default=False,
        help_text=_("For an auditor: ratings, comments and the PDF too, not only that they exist."),
    )

    objects: ClassVar[RoleGrantManager] = RoleGrantManager()

    class Meta:
        verbose_name = _("role grant")
        constraints = [
            ends_after_start("rolegrant"),
            models.CheckConstraint(
                condition=Q(scope="all", state="", team__isnull=True)
                | Q(scope="state", team__isnull=True) & ~Q(state="")
                | Q(scope="team", state="", team__isnull=False),
                name="rolegrant_scope_is_stated",
                violation_error_message=_("Say which state or which team the role covers."),
            ),
            models.CheckConstraint(
                condition=~Q(role="auditor") | (Q(last_day__isnull=False) & ~Q(engagement="")),
                name="auditor_has_an_engagement_with_an_end",
                violation_error_message=_("An auditor needs a named engagement with a last day."),
            ),
        ]
        indexes = [models.Index(fields=["person", "role"])]

    def __str__(self) -> str:
        return f"{self.person}: {self.get_role_display()}"

    @property
    def scope_words(self) -> str:
        """HR (Case Management North); Auditor (TX); Training author."""
        where = self.state or (self.team.name if self.team else "")
        return f"{self.get_role_display()} ({where})" if where else str(self.get_role_display())
