"""What follows for the evidence from a look at the source: appended, ended, given back; never changed."""

from collections.abc import Iterator, Sequence
from datetime import date

from django.utils.translation import gettext as _

from certifications.catalog.qualifications import (
    compact_states,
    is_in_nurse_compact,
    privilege_of,
    qualification_of,
)
from certifications.credentials.evidence import pieces_of
from certifications.models import Period, Verification
from portal.dates import day_before
from portal.errors import Refused
from portal.people.models import Person
from portal.standing.evidence import NewPiece, end_evidence, record_piece, record_pieces, void_evidence
from portal.standing.labels import short_date
from portal.standing.models import Evidence, Qualification

SOURCE = "certifications.verification"


def _endings(pieces: Sequence[Evidence]) -> dict[int, date]:
    """The last good day of each piece that was ended."""
    rows = Evidence.objects.filter(kind=Evidence.Kind.ENDING, target__in=pieces)
    found: dict[int, date] = {}
    for row in rows.exclude(answers__kind=Evidence.Kind.VOID):
        assert row.target_id is not None
        assert row.last_good_day is not None
        found[row.target_id] = min(row.last_good_day, found.get(row.target_id, date.max))
    return found


def follow(period: Period, row: Verification, last_good_day: date | None, actor: Person) -> None:
    """Let the evidence follow what the source said; `last_good_day` where the status is not good.

    Raises Refused at `effective_on` when what was ended is good again from an unknown day.
    """
    if row.result == Verification.Result.NOT_FOUND:
        _withdraw_claims(period, row, actor)
    elif row.is_good:
        first_day = _append(period, row, actor)
        _follow_compact(period, row, first_day, actor)
    else:
        assert last_good_day is not None, "checked before"
        _end(pieces_of(period), last_good_day, row, actor)


def _withdraw_claims(period: Period, row: Verification, actor: Person) -> None:
    """The source does not know it: what was only claimed or seen never was."""
    for piece in pieces_of(period):
        if piece.level != "verified":
            void_evidence(
                piece,
                note=_("Not found at %(source)s.") % {"source": row.source_name},
                actor=actor,
                source_kind=SOURCE,
                source_id=f"{row.pk}:void:{piece.pk}",
            )


def _end(pieces: Sequence[Evidence], last_good_day: date, row: Verification, actor: Person) -> None:
    ended = _endings(pieces)
    for piece in pieces:
        if ended.get(piece.pk, date.max) > last_good_day:
            end_evidence(
                piece,
                last_good_day=last_good_day,
                note=row.get_license_status_display(),
                actor=actor,
                source_kind=SOURCE,
                source_id=f"{row.pk}:end:{piece.pk}",
            )


def _stretch(
    pieces: Sequence[Evidence], stem: str, first: date, row: Verification, back_on: date | None
) -> tuple[str, date]:
    """Subject and first day of what is good by this look.

    Of one subject only the latest piece counts. So what was ended comes back under a subject of its
    own: the days before stay good, the days between stay lost. `back_on` is the day it came back if
    the source's first day does not say.
    """
    ended = max(_endings(pieces).values(), default=None)
    if ended is None:
        return stem, first
    given_back = [piece for piece in pieces if piece.effective_on and piece.effective_on > ended]
    if first <= ended:
        day = given_back[-1].effective_on if given_back else back_on
        if day is None:
            raise Refused(
                _(
                    "It was good until %(day)s only. Write the day from which it is good again; "
                    "if that was a mistake, withdraw the credential and enter it anew."
                )
                % {"day": short_date(ended, row.verified_on)},
                field="effective_on",
            )
        first = day
    return (given_back[-1].subject if given_back else f"{stem}@{row.pk}"), first


def _append(period: Period, row: Verification, actor: Person) -> date:
    """What the source says supersedes what was submitted: same subject, higher level, the source's own days.

    Returns the first day on which it is good.
    """
    held = qualification_of(period.credential.type)
    about = [piece for piece in pieces_of(period) if piece.qualification == held]
    subject, first = _stretch(about, period.subject, row.effective_on or period.issued_on, row, None)
    record_piece(
        NewPiece(
            person_id=period.credential.person_id,
            qualification=held,
            subject=subject,
            effective_on=first,
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
    return first


# ---- the nurse compact ------------------------------------------------------------------------


def _follow_compact(period: Period, row: Verification, first: date, actor: Person) -> None:
    """A multistate license gives the privilege in each compact state; losing it ends them."""
    held = [p for p in pieces_of(period) if p.qualification.kind == Qualification.Kind.PRIVILEGE]
    if not row.multistate or not is_in_nurse_compact(period.credential.type):
        _end(held, day_before(row.verified_on), row, actor)
        return
    record_pieces(_privileges(period, row, first, held), actor=actor)


def _privileges(
    period: Period, row: Verification, first: date, held: Sequence[Evidence]
) -> Iterator[NewPiece]:
    kind = period.credential.type
    for state in sorted(compact_states() - {kind.jurisdiction}):
        privilege = privilege_of(kind, state)
        before = [piece for piece in held if piece.qualification == privilege]
        # Lost once, it is back from the day it was seen to be.
        subject, day = _stretch(before, f"{period.subject}:{state}", first, row, row.verified_on)
        yield NewPiece(
            person_id=period.credential.person_id,
            qualification=privilege,
            subject=subject,
            effective_on=day,
            last_good_day=row.expires_on,
            level="verified",
            method=row.get_method_display(),
            verified_on=row.verified_on,
            source_kind=SOURCE,
            source_id=f"{row.pk}:{state}",
        )
