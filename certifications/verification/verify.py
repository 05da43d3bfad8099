"""Verification at the primary source: what it said is appended, and standing follows from it."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from certifications.credentials.waiting import settle_queue
from certifications.errors import NeedsProof
from certifications.models import EXPIRES_BEFORE_FIRST, Period, Verification
from certifications.verification.evidence import follow
from portal.audit.log import record
from portal.dates import day_before
from portal.errors import Refused, Stale
from portal.files.models import StoredFile
from portal.notices.notify import notify
from portal.people.access.rights import demand_hr_for
from portal.people.access.viewer import Viewer
from portal.people.facts.act import one_change
from portal.people.facts.plan import Plan
from portal.people.models import Person

VERIFIED = "certifications-verified"
NOT_CONFIRMED = "certifications-not-confirmed"

Status = Verification.Status
Result = Verification.Result


@dataclass(frozen=True, kw_only=True)
class Finding:
    """What the source said, as HR read it. Days are inclusive."""

    result: str
    method: str
    source_name: str
    source_url: str = ""
    spoken_to: str = ""
    number_searched: str = ""
    license_status: str = ""
    encumbered: bool = False
    multistate: bool = False
    effective_on: date | None = None
    expires_on: date | None = None
    never_expires: bool = False
    last_good_day: date | None = None
    verified_on: date
    note: str = ""


@transaction.atomic
def verify(
    period: Period,
    finding: Finding,
    *,
    by: Viewer,
    proof: StoredFile | None = None,
    seen: int | None = None,
) -> Verification:
    """Record a look at the source and let the evidence follow.

    By HR for the person, never by the holder; by who keyed the term only with a stored proof. `seen` is how many
    verifications the form showed: raises Stale when somebody verified, or withdrew it, meanwhile.
    Raises OwnRecord, NotAllowed, NeedsProof, or Refused at the field for what is missing.
    """
    actor = by.person
    demand_hr_for(by, period.credential.person_id, _("Nobody verifies their own credential."))
    with one_change("verify", by=by) as plan:
        plan.lock([period.credential.person_id])
        plan.people.add(period.credential.person_id)
        period = _locked(plan, period)
        _refuse_unproved(period, actor, proof)
        if seen is not None and period.verifications.count() != seen:
            raise Stale(_("Somebody verified this meanwhile. Look at it again."))
        _check(period, finding, by.on)
        change = plan.open()
        plan.build_on(period)
        row = Verification.objects.create(
            inserted_in=change, period=period, proof=proof, verified_by=actor, **_columns(finding)
        )
        follow(plan, period, row, actor)
        settle_others(period)
        record(
            "certifications.period.verified",
            period,
            actor=actor,
            person=period.credential.person_id,
            result=finding.result,
            status=finding.license_status,
        )
        tell_holder(row)
    return row


def _locked(plan: Plan, period: Period) -> Period:
    """The term as it is now. Raises Stale where it, or the credential, was withdrawn."""
    rows = Period.objects.standing(without=plan.withdraws).select_for_update(of=("self",), no_key=True)
    found: Period | None = (
        rows.select_related("credential__person", "credential__type").filter(pk=period.pk).first()
    )
    if found is None or found.credential.withdrawn_at:
        raise Stale(_("This credential was withdrawn meanwhile: it was entered by mistake."))
    return found


def settle_others(period: Period) -> None:
    """Ask for, or settle, the look at each term of the credential: one look may speak for all."""
    for row in period.credential.periods.all():
        settle_queue(row)


_COLUMNS = (
    "result",
    "method",
    "source_name",
    "source_url",
    "spoken_to",
    "number_searched",
    "note",
    "verified_on",
)
_FOUND = ("license_status", "encumbered", "multistate", "effective_on", "expires_on", "never_expires")


def _columns(finding: Finding) -> dict[str, Any]:
    """What is kept of the finding: of what the source does not know, that it does not know it."""
    columns = {name: getattr(finding, name) for name in _COLUMNS}
    if finding.result == Result.NOT_FOUND:
        return columns | {"last_good_day": day_before(finding.verified_on)}
    is_good = finding.license_status in Verification.GOOD
    columns |= {name: getattr(finding, name) for name in _FOUND}
    return columns | {"last_good_day": None if is_good else finding.last_good_day}


def _refuse_unproved(period: Period, actor: Person, proof: StoredFile | None) -> None:
    if actor.pk == period.submitted_by_id and proof is None:
        raise NeedsProof(
            _("You keyed this yourself: store the source's answer as proof, or let a colleague verify it."),
            field="proof",
        )


def _check(period: Period, finding: Finding, on: date) -> None:
    if finding.verified_on > on:
        raise Refused(_("This day lies in the future."), field="verified_on")
    if finding.never_expires and finding.expires_on:
        raise Refused(_("It has an expiration date, so it does expire."), field="never_expires")
    if finding.result == Result.NOT_FOUND:
        if finding.license_status:
            words = _("What the source does not know has no status there. Leave it empty.")
            raise Refused(words, field="license_status")
        return
    if not finding.license_status:
        raise Refused(_("Choose the status that the source shows."), field="license_status")
    if finding.license_status not in Verification.GOOD:
        if finding.last_good_day is None:
            raise Refused(_("Say the last good day: the day before it changed."), field="last_good_day")
        return
    if period.credential.type.expires and not finding.never_expires and finding.expires_on is None:
        raise Refused(_("Write the expiration date that the source shows."), field="expires_on")
    first = finding.effective_on or period.issued_on
    if finding.expires_on and finding.expires_on < first:
        raise Refused(str(EXPIRES_BEFORE_FIRST), field="expires_on")
    if finding.method == Verification.Method.PHONE and not finding.spoken_to.strip():
        raise Refused(_("Write who answered the telephone."), field="spoken_to")


def tell_holder(row: Verification) -> None:
    """No number and no status in the mail: the page says it."""
    period = row.period
    what = period.credential.type.short_name
    notify(
        period.credential.person,
        kind=VERIFIED if row.is_good else NOT_CONFIRMED,
        key=str(row.pk),
        subject=(_("Your %(what)s is verified") if row.is_good else _("Your %(what)s could not be confirmed"))
        % {"what": what},
        body="" if row.is_good else _("Speak with HR; the page says what the source answered."),
        url=reverse("certifications:detail", args=[period.credential_id]),
        action=_("Open credential"),
        urgent=not row.is_good,
    )
