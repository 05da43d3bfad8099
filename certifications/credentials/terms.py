"""A term of a credential as pages show it on a day: how long it is good, who checked it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.db.models import Prefetch, QuerySet
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
    # A later look at another term of the same credential that ended this one too.
    ended_by: Verification | None = None

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
    def card_words(self) -> str:
        """Empty where the card is on file."""
        return "" if self.period.card_id else _("Card missing")

    @property
    def lacks_words(self) -> str:
        """What is missing for the look; nothing once the term is verified."""
        return "" if self.is_verified else self.card_words

    @property
    def line_words(self) -> str:
        """Good through Dec 2, 2028. Card missing."""
        return ". ".join(filter(None, (self.term_words, self.lacks_words)))

    @property
    def checks(self) -> list[tuple[Verification, str, str]]:
        """Each look at this term: its heading, and what it said."""
        return [(check, check_title(check), check_words(check)) for check in self.period.verifications.all()]

    @property
    def latest_check(self) -> Verification | None:
        """The look that speaks for the term: the latest of its own, unless a later one ended them all."""
        own = next(iter(self.period.verifications.all()), None)
        return max(filter(None, (own, self.ended_by)), key=_recency, default=None)

    @property
    def is_verified(self) -> bool:
        return self.mark[0] == "met"

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


def _recency(check: Verification) -> tuple[date, int]:
    return check.verified_on, check.pk


def check_title(check: Verification) -> str:
    """Confirmed: active. Not found."""
    said = capfirst(check.get_result_display())
    return f"{said}: {check.get_license_status_display()}" if check.license_status else said


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
    """The terms in sight of each credential on a person's record. Four queries."""
    rows = Credential.objects.filter(person=person, withdrawn_at__isnull=True)
    return terms_in_sight(rows.select_related("type__issuer"), on)


def terms_in_sight(rows: QuerySet[Credential], on: date) -> list[Term]:
    """Of each credential the latest term; and while that waits for its look, the verified one before it."""
    return [term for row in with_terms(rows) for term in _in_sight(terms_of(row, on))]


def with_terms(rows: QuerySet[Credential], *related: str) -> QuerySet[Credential]:
    """The credentials with their terms and looks, without those that were taken back."""
    looks = Verification.objects.standing().select_related("verified_by", *related)
    terms = Period.objects.standing().select_related("card", "submitted_by")
    return rows.prefetch_related(Prefetch("periods", terms), Prefetch("periods__verifications", looks))


def terms_of(credential: Credential, on: date) -> list[Term]:
    """The terms of a credential that with_terms() loaded, the latest first."""
    periods = list(credential.periods.all())
    looks = [look for period in periods for look in period.verifications.all()]
    endings = sorted((look for look in looks if look.last_good_day), key=_recency)
    return [Term(period, on, _ended_by(period, endings)) for period in periods]


def _ended_by(period: Period, endings: list[Verification]) -> Verification | None:
    """The latest look that ended the credential after this term was sent."""
    since = [look for look in endings if look.verified_at >= period.submitted_at]
    return since[-1] if since else None


def _in_sight(terms: list[Term]) -> Iterator[Term]:
    for number, term in enumerate(terms):
        if number == 0 or term.mark[0] in ("met", "reported"):
            yield term
        if term.is_verified:
            return
