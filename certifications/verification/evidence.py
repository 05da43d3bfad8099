"""What follows for the evidence from a look at the source: appended, ended, given back; never changed."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from certifications.catalog.compacts import compact_states, is_in_nurse_compact
from certifications.catalog.qualifications import privilege_of, qualification_of
from certifications.credentials.evidence import evidence_of, evidence_of_all, last_ending
from certifications.models import Period, Verification
from portal.dates import day_after, day_before
from portal.errors import Refused
from portal.people.facts.plan import Plan
from portal.people.models import Person
from portal.standing.evidence import NewPiece, end_evidence, record_piece, record_pieces
from portal.standing.labels import short_date
from portal.standing.ledger import Counting
from portal.standing.models import Evidence, Qualification

SOURCE = "certifications.verification"


def follow(plan: Plan, period: Period, row: Verification, actor: Person) -> None:
    """Let the evidence follow what the source said.

    Raises Refused at `effective_on` when what was ended is good again from an unknown day, or from one
    that lies before the ending.
    """
    if not row.is_good:
        _end_all(period, row, actor)
        return
    first_day = _append(plan, period, row, actor)
    _follow_compact(plan, period, row, first_day, actor)


def _end_all(period: Period, row: Verification, actor: Person) -> None:
    """The status is that of the credential: it ends every term, every privilege and every claim of them."""
    assert row.last_good_day is not None, "checked before"
    there = evidence_of_all(period.credential)
    lasting = (p for p in there.pieces if p.last_good_day is None or p.last_good_day > row.last_good_day)
    _end(list(lasting), row.last_good_day, row, actor)


def _end(pieces: Sequence[Evidence], last_good_day: date, row: Verification, actor: Person) -> None:
    is_lost = row.result == Verification.Result.NOT_FOUND
    not_found = _("Not found at %(source)s.") % {"source": row.source_name}
    for piece in pieces:
        end_evidence(
            piece,
            last_good_day=last_good_day,
            note=not_found if is_lost else row.get_license_status_display(),
            actor=actor,
            source_kind=SOURCE,
            source_id=f"{row.pk}:end:{piece.pk}",
        )


# ---- which stretch of time a look speaks of ----------------------------------------------------


@dataclass(frozen=True)
class Stretch:
    """Where what is good by a look goes on record: its subject, its first day."""

    subject: str
    first: date


def _established(plan: Plan, found: Stretch, there: Counting, row: Verification) -> Stretch:
    """A later look does not move the first day that an earlier one established.

    Of one subject only the latest piece counts: what begins after a gap is a stretch of its own.
    """
    looks = [p for p in there.open if p.subject == found.subject and p.source_kind == SOURCE]
    if not looks or looks[-1].effective_on is None or found.first <= looks[-1].effective_on:
        return found
    before, begun = looks[-1], looks[-1].effective_on
    if before.last_good_day is not None and found.first > day_after(before.last_good_day):
        return Stretch(f"{found.subject.partition('@')[0]}@{row.pk}", found.first)
    plan.build_on(before)
    return Stretch(found.subject, begun)


def _after(there: Counting, ended: date) -> list[Evidence]:
    """The open pieces from days after the ending."""
    return [piece for piece in there.open if piece.effective_on and piece.effective_on > ended]


def _begun(there: Counting, stem: str, row: Verification) -> str:
    """The subject that goes on, or one of its own where what the term has was ended."""
    if there.open:
        return there.open[-1].subject
    return f"{stem}@{row.pk}" if there.pieces else stem


def _stretch_of_term(plan: Plan, period: Period, there: Counting, row: Verification) -> Stretch:
    first = row.effective_on or period.issued_on
    ending = last_ending(period.credential, without=plan.withdraws)
    ended = ending.last_good_day if ending else None
    if ending is None or ended is None or (row.expires_on and row.expires_on <= ended):
        return _established(plan, Stretch(_begun(there, period.subject, row), first), there, row)
    after = _after(there, ended)
    looked = [piece for piece in after if piece.source_kind == SOURCE]
    if not looked:
        plan.build_on(ending)
    if first > ended:
        return _established(plan, Stretch(_begun(there, period.subject, row), first), there, row)
    back = looked[-1:] or (after[-1:] if row.effective_on is None else [])
    if not back or back[0].effective_on is None:
        raise Refused(
            _(
                "It was good until %(day)s only. Write the day from which it is good again; "
                "if that was a mistake, take that look back first."
            )
            % {"day": short_date(ended, row.verified_on)},
            field="effective_on",
        )
    plan.build_on(back[0])
    return Stretch(back[0].subject, back[0].effective_on)


def _append(plan: Plan, period: Period, row: Verification, actor: Person) -> date:
    """What the source says supersedes what was submitted: same subject, higher level, the source's own days.

    Returns the first day on which it is good.
    """
    held = qualification_of(period.credential.type)
    there = evidence_of(period.credential.person_id, period).about(held.pk)
    stretch = _stretch_of_term(plan, period, there, row)
    record_piece(
        NewPiece(
            person_id=period.credential.person_id,
            qualification=held,
            subject=stretch.subject,
            effective_on=stretch.first,
            last_good_day=row.expires_on,
            never_expires=row.never_expires
            or (row.expires_on is None and not period.credential.type.expires),
            level="verified" if row.is_primary_source else "seen",
            method=row.get_method_display(),
            verified_on=row.verified_on,
            note=row.get_license_status_display(),
            source_kind=SOURCE,
            source_id=str(row.pk),
        ),
        actor=actor,
    )
    return stretch.first


# ---- the nurse compact ------------------------------------------------------------------------


def _follow_compact(plan: Plan, period: Period, row: Verification, first: date, actor: Person) -> None:
    """A multistate license gives the privilege in each compact state; losing it ends them."""
    there = evidence_of(period.credential.person_id, period)
    if not row.multistate or not is_in_nurse_compact(period.credential.type, row.verified_on):
        _lose_privileges(plan, there, row, actor)
        return
    record_pieces(_privileges(plan, period, row, first, there), actor=actor)


def _lose_privileges(plan: Plan, there: Counting, row: Verification, actor: Person) -> None:
    held = [p for p in there.pieces if p.qualification.kind == Qualification.Kind.PRIVILEGE]
    for piece in held:
        if (ending := there.endings.get(piece.pk)) is not None:
            plan.build_on(ending)
    lost = [piece for piece in held if piece.pk not in there.endings]
    _end(lost, day_before(row.verified_on), row, actor)


def _privileges(
    plan: Plan, period: Period, row: Verification, first: date, there: Counting
) -> Iterator[NewPiece]:
    kind = period.credential.type
    for state in sorted(compact_states(row.verified_on) - {kind.jurisdiction}):
        privilege = privilege_of(kind, state)
        stem = f"{period.subject}:{state}"
        stretch = _stretch_of_privilege(plan, stem, there.about(privilege.pk), row, first)
        yield NewPiece(
            person_id=period.credential.person_id,
            qualification=privilege,
            subject=stretch.subject,
            effective_on=stretch.first,
            last_good_day=row.expires_on,
            level="verified",
            method=row.get_method_display(),
            verified_on=row.verified_on,
            source_kind=SOURCE,
            source_id=f"{row.pk}:{state}",
        )


def _stretch_of_privilege(plan: Plan, stem: str, there: Counting, row: Verification, first: date) -> Stretch:
    """Lost once, it is back from the day it was seen to be."""
    ending = there.ending_of(there.pieces)
    if ending is not None and ending.last_good_day is not None:
        ended = ending.last_good_day
        if after := _after(there, ended):
            first = max(first, after[-1].effective_on or first)
        else:
            plan.build_on(ending)
            first = first if first > ended else max(row.verified_on, day_after(ended))
    return _established(plan, Stretch(_begun(there, stem, row), first), there, row)
