"""Verification at the primary source: what it said is appended, and standing follows from it."""

from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from certifications.catalogue import compact_states, privilege_of, qualification_of
from certifications.claiming import TO_VERIFY
from certifications.errors import SelfVerification
from certifications.models import Credential, Period, Verification
from portal.audit.log import record
from portal.errors import Refused, Stale
from portal.files.models import StoredFile
from portal.notices.owing import cancel, owe
from portal.people import changing
from portal.people.models import Person
from portal.standing.models import Evidence
from portal.standing.recording import NewPiece, end_evidence, record_piece, void_evidence

SOURCE = "certifications.verification"
VERIFIED = "certifications-verified"
NOT_CONFIRMED = "certifications-not-confirmed"

Status = Verification.Status
Result = Verification.Result
# With these the holder may practice; the others end what was good.
GOOD = frozenset({Status.ACTIVE, Status.PROBATION, Status.RESTRICTED})


@dataclass(frozen=True, kw_only=True)
class Finding:
    """What the source said, as HR read it. Days are inclusive."""

    result: str
    method: str
    source_name: str
    source_url: str = ""
    spoken_to: str = ""
    number_searched: str = ""
    license_status: str = Status.ACTIVE
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
    actor: Person,
    proof: StoredFile | None = None,
    seen: int | None = None,
) -> Verification:
    """Record a look at the source and let the evidence follow.

    Never by the holder; by who keyed the term only with a stored proof. `seen` is how many
    verifications the form showed: raises Stale when somebody verified meanwhile. Raises
    SelfVerification, or Refused at the field for what is missing.
    """
    changing.lock_people([period.credential.person_id])
    period = (
        Period.objects.select_for_update()
        .select_related("credential__person", "credential__type")
        .get(pk=period.pk)
    )
    _refuse_own(period, actor, proof)
    if seen is not None and period.verifications.count() != seen:
        raise Stale(_("Somebody verified this meanwhile. Look at it again."))
    _check(period, finding)
    row = Verification.objects.create(
        period=period,
        proof=proof,
        verified_by=actor,
        **{name: getattr(finding, name) for name in _COLUMNS},
    )
    _follow(period, row, finding, actor)
    cancel(kind=TO_VERIFY, key=str(period.pk))
    record(
        "certifications.period.verified",
        period,
        actor=actor,
        person=period.credential.person_id,
        result=finding.result,
        status=finding.license_status,
    )
    _tell_holder(period, row)
    return row


_COLUMNS = (
    "result", "method", "source_name", "source_url", "spoken_to", "number_searched", "license_status",
    "encumbered", "multistate", "effective_on", "expires_on", "never_expires", "note", "verified_on",
)  # fmt: skip


def _refuse_own(period: Period, actor: Person, proof: StoredFile | None) -> None:
    if actor.pk == period.credential.person_id:
        raise SelfVerification(_("Nobody verifies their own credential."))
    if actor.pk == period.claimed_by_id and proof is None:
        raise SelfVerification(
            _("You keyed this yourself: store the source's answer as proof, or let a colleague verify it."),
            field="proof",
        )


def _check(period: Period, finding: Finding) -> None:
    if finding.result == Result.NOT_FOUND:
        return
    if finding.license_status not in GOOD:
        if finding.last_good_day is None:
            raise Refused(_("Say the last good day: the day before it changed."), field="last_good_day")
        return
    if period.credential.type.expires and not finding.never_expires and finding.expires_on is None:
        raise Refused(_("Write the expiration date that the source shows."), field="expires_on")
    first = finding.effective_on or period.issued_on
    if finding.expires_on and finding.expires_on < first:
        raise Refused(_("The expiration date lies before the first day."), field="expires_on")
    if finding.method == Verification.Method.PHONE and not finding.spoken_to.strip():
        raise Refused(_("Write who answered the telephone."), field="spoken_to")


# ---- what follows -----------------------------------------------------------------------------


def _pieces(period: Period) -> list[Evidence]:
    """The pieces about this term, its privileges in other states with it, that were not voided."""
    rows = Evidence.objects.filter(person=period.credential.person_id, kind=Evidence.Kind.PIECE)
    about = [r for r in rows if r.subject == period.subject or r.subject.startswith(f"{period.subject}:")]
    gone = set(
        Evidence.objects.filter(kind=Evidence.Kind.VOID, target__in=about).values_list("target_id", flat=True)
    )
    return [row for row in about if row.pk not in gone]


def _follow(period: Period, row: Verification, finding: Finding, actor: Person) -> None:
    if finding.result == Result.NOT_FOUND:
        _withdraw_claims(period, row, actor)
    elif finding.license_status in GOOD:
        _append(period, row, actor)
        _follow_compact(period, row, actor)
    else:
        assert finding.last_good_day is not None, "checked before"
        for piece in _pieces(period):
            _end(piece, finding.last_good_day, row, actor)


def _withdraw_claims(period: Period, row: Verification, actor: Person) -> None:
    """The source does not know it: what was only claimed or seen never was."""
    for piece in _pieces(period):
        if piece.level != "verified":
            void_evidence(
                piece,
                note=_("Not found at %(source)s.") % {"source": row.source_name},
                actor=actor,
                source_kind=SOURCE,
                source_id=f"{row.pk}:void:{piece.pk}",
            )


def _end(piece: Evidence, last_good_day: date, row: Verification, actor: Person) -> None:
    end_evidence(
        piece,
        last_good_day=last_good_day,
        note=row.get_license_status_display(),
        actor=actor,
        source_kind=SOURCE,
        source_id=f"{row.pk}:end:{piece.pk}",
    )


def _append(period: Period, row: Verification, actor: Person) -> None:
    """What the source says supersedes the claim: same subject, higher level, the source's own days."""
    record_piece(
        NewPiece(
            person_id=period.credential.person_id,
            qualification=qualification_of(period.credential.type),
            subject=period.subject,
            effective_on=row.effective_on or period.issued_on,
            valid_until=row.expires_on,
            never_expires=row.never_expires or not period.credential.type.expires,
            level="verified" if row.is_primary_source else "seen",
            method=row.get_method_display(),
            verified_on=row.verified_on,
            note=row.get_license_status_display(),
            source_kind=SOURCE,
            source_id=str(row.pk),
        ),
        actor=actor,
    )


def _follow_compact(period: Period, row: Verification, actor: Person) -> None:
    """A multistate license gives the privilege in each compact state; losing it ends them."""
    kind = period.credential.type
    privileges = [p for p in _pieces(period) if p.subject != period.subject]
    if not row.multistate or kind.jurisdiction not in compact_states():
        for piece in privileges:
            _end(piece, date.fromordinal(row.verified_on.toordinal() - 1), row, actor)
        return
    for state in sorted(compact_states() - {kind.jurisdiction}):
        record_piece(
            NewPiece(
                person_id=period.credential.person_id,
                qualification=privilege_of(kind, state),
                subject=f"{period.subject}:{state}",
                effective_on=row.effective_on or period.issued_on,
                valid_until=row.expires_on,
                level="verified",
                method=row.get_method_display(),
                verified_on=row.verified_on,
                source_kind=SOURCE,
                source_id=f"{row.pk}:{state}",
            ),
            actor=actor,
        )


def _tell_holder(period: Period, row: Verification) -> None:
    """No number and no status in the mail: the page says it."""
    good = row.result != Result.NOT_FOUND and row.license_status in GOOD
    what = period.credential.type.short_name
    owe(
        period.credential.person,
        kind=VERIFIED if good else NOT_CONFIRMED,
        key=str(row.pk),
        subject=(_("Your %(what)s is verified") if good else _("Your %(what)s could not be confirmed"))
        % {"what": what},
        body="" if good else _("Speak with HR; the page says what the source answered."),
        url=reverse("certifications:detail", args=[period.credential_id]),
        action=_("Open credential"),
        urgent=not good,
    )


# ---- withdrawing ------------------------------------------------------------------------------


@transaction.atomic
def withdraw_credential(credential: Credential, *, reason: str, actor: Person) -> Credential:
    """Entered by mistake: what it was evidence for never was; the rows stay. Raises Refused without a reason."""
    from django.utils import timezone

    if actor.pk == credential.person_id:
        raise SelfVerification(_("Nobody withdraws their own credential. Ask HR."))
    if not reason.strip():
        raise Refused(_("Say why it is withdrawn."), field="reason")
    changing.lock_people([credential.person_id])
    for period in credential.periods.all():
        for piece in _pieces(period):
            void_evidence(
                piece, note=reason, actor=actor, source_kind=SOURCE, source_id=f"withdrawn:{piece.pk}"
            )
        cancel(kind=TO_VERIFY, key=str(period.pk))
    credential.withdrawn_at = timezone.now()
    credential.save(update_fields=["withdrawn_at"])
    record("certifications.credential.withdrawn", credential, actor=actor, reason=reason)
    return credential
