"""A term of a credential as pages show it on a day: how long it is good, who checked it."""

from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from certifications.models import Credential, CredentialType, Period, Verification
from portal.people.models import Person
from portal.ui.notation import day, day_year, days_left


@dataclass(frozen=True)
class Term:
    """One term of a credential as pages show it on a day."""

    period: Period
    on: date

    @property
    def credential(self) -> Credential:
        return self.period.credential

    @property
    def term_words(self) -> str:
        """How long it is good."""
        period = self.period
        if period.never_expires:
            return _("Does not expire")
        if period.expires_on is None:
            return _("No expiration stated")
        text = _("Expired %(day)s") if period.expires_on < self.on else _("Good through %(day)s")
        return text % {"day": day_year(period.expires_on)}

    @property
    def sent_words(self) -> str:
        """Good through Dec 2, 2028. Sent Nov 20, 5 days ago."""
        at = self.period.submitted_at
        sent = _("Sent %(day)s, %(ago)s.") % {"day": day(at, self.on), "ago": days_left(at, self.on)}
        return f"{self.term_words}. {sent}"

    @property
    def checks(self) -> list[tuple[Verification, str]]:
        return [(check, check_words(check)) for check in self.period.verifications.all()]

    @property
    def latest_check(self) -> Verification | None:
        return next(iter(self.period.verifications.all()), None)

    @property
    def mark(self) -> tuple[str, str]:
        """The state and the word of the latest check."""
        check = self.latest_check
        if check is None:
            return "reported", ""
        if check.result == Verification.Result.NOT_FOUND:
            return "overdue", _("Not confirmed")
        if not check.is_good:
            return "overdue", capfirst(check.get_license_status_display())
        if check.is_primary_source or self.credential.type.kind == CredentialType.Kind.CARD:
            return "met", _("Verified")
        return "reported", _("Card seen")

    @property
    def checked_words(self) -> str:
        if self.latest_check is None:
            return _("Sent; HR checks it at the source.")
        return _("Checked at the source on %(day)s.") % {"day": day(self.latest_check.verified_on, self.on)}


def check_words(check: Verification) -> str:
    """Jan 15, 2026, California Board (issuer's web site), Colm Hartigan. Expires Dec 26, 2027. Multistate."""
    parts = [
        f"{day_year(check.verified_on)}, {check.source_name} ({check.get_method_display()}), {check.verified_by}",
        _("Expires %(day)s") % {"day": day_year(check.expires_on)} if check.expires_on else "",
        _("Board action on record") if check.encumbered else "",
        _("Multistate") if check.multistate else "",
        check.note,
    ]
    return ". ".join(filter(None, parts))


def held_by(person: Person, on: date) -> list[Term]:
    """The latest term of each credential on a person's record. Three queries."""
    rows = Credential.objects.filter(person=person, withdrawn_at__isnull=True)
    return latest_terms(rows.select_related("type__issuer"), on)


def latest_terms(rows: QuerySet[Credential], on: date) -> list[Term]:
    found = rows.prefetch_related("periods__verifications", "periods__card")
    return [Term(periods[0], on) for row in found if (periods := row.periods.all())]
