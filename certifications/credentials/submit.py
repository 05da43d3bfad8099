"""Claiming: somebody says that a person holds a credential for a term, with or without a card."""

from datetime import date

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from certifications.catalog.qualifications import qualification_of
from certifications.credentials.evidence import evidence_of, is_refused, last_ending
from certifications.credentials.waiting import settle_queue
from certifications.errors import NumberTaken
from certifications.models import Credential, CredentialType, Period, number_key
from portal.audit.log import record
from portal.dates import day_after
from portal.errors import NotAllowed, Refused, refused_from
from portal.files.models import StoredFile
from portal.people.access.viewer import Viewer
from portal.people.facts.act import one_change
from portal.people.facts.plan import Plan
from portal.people.models import Person
from portal.standing.evidence import NewPiece, record_piece
from portal.standing.models.requirement import EvidenceLevel

SOURCE = "certifications.period"


def may_submit_for(by: Viewer, person_id: int) -> bool:
    """The person, hired and not gone; the line above; HR for the person."""
    if by.person.pk == person_id:
        return bool(by.employments) and by.admission.is_open
    return by.leads(person_id) or by.is_hr_for(person_id)


@transaction.atomic
def submit(
    person: Person,
    kind: CredentialType,
    *,
    number: str,
    issued_on: date,
    expires_on: date | None,
    never_expires: bool = False,
    card: StoredFile | None = None,
    name_on_it: str = "",
    note: str = "",
    on: date,
    by: Viewer,
    tell_hr: bool = True,
) -> Period:
    """Record a term of a credential as claimed; the same term claimed twice is one.

    What the source refused or ended is claimed anew: a term of its own, from the day after. A card
    handed to HR or the supervisor counts as seen; what the holder sends is only submitted until
    somebody checks it. A card that comes later is kept with the term. Raises NotAllowed for who may
    not, NumberTaken, or Refused at the field for dates that contradict each other.
    """
    if not may_submit_for(by, person.pk):
        raise NotAllowed(_("Only the person, their supervisor or HR sends this."))
    _refuse_contradictions(kind, expires_on, never_expires)
    actor = by.person
    with one_change("submit", by=by) as plan:
        plan.lock([person.pk])
        credential = _credential(plan, person, kind, number.strip(), name_on_it.strip(), actor)
        period = _period(plan, credential, issued_on, expires_on, never_expires, card, note, actor)
        is_seen = card is not None and actor.pk != person.pk
        _append(plan, period, EvidenceLevel.SEEN if is_seen else EvidenceLevel.CLAIMED, actor)
        record("certifications.period.submitted", period, actor=actor, person=person.pk, type=kind.code)
        if tell_hr:
            settle_queue(period)
    return period


def _refuse_contradictions(kind: CredentialType, expires_on: date | None, never_expires: bool) -> None:
    if expires_on and never_expires:
        raise Refused(_("It has an expiration date, so it does expire."), field="never_expires")
    if kind.expires and expires_on is None and not never_expires:
        raise Refused(_("Write the expiration date, or say that it does not expire."), field="expires_on")


def _credential(
    plan: Plan, person: Person, kind: CredentialType, number: str, name: str, actor: Person
) -> Credential:
    """The credential of that number, or a new one. Without a number: the person's only one of the kind."""
    key = number_key(number)
    if kind.kind == CredentialType.Kind.LICENSE and not key:
        raise Refused(_("A license has a number. Write it as it stands on the license."), field="number")
    every = Credential.objects.filter(type=kind, jurisdiction=kind.jurisdiction)
    rows = every.filter(withdrawn_at__isnull=True)
    if key:
        there = rows.filter(number_key=key).first()
        if there and there.person_id != person.pk:
            raise _taken()
    else:
        there = rows.filter(person=person, number_key="").first()
    if there:
        return there
    same = Q(number_key=key) if key else Q(number_key=key, person=person)
    # Without what withdrew it, that one would be the credential.
    plan.rests_on.update(
        every.filter(same, withdrawn_in__isnull=False).values_list("withdrawn_in_id", flat=True)
    )
    credential = Credential(
        person=person,
        type=kind,
        jurisdiction=kind.jurisdiction,
        number=number,
        name_on_it=name,
        created_by=actor,
    )
    try:
        with transaction.atomic():
            credential.save()
    except IntegrityError as error:
        # Somebody else sent the same number just now; one's own row would have waited for the lock.
        raise _taken() from error
    return credential


def _taken() -> NumberTaken:
    return NumberTaken(
        _("This number is on record for somebody else. Check it; ask HR if it is right."), field="number"
    )


def _period(
    plan: Plan,
    credential: Credential,
    issued_on: date,
    expires_on: date | None,
    never: bool,
    card: StoredFile | None,
    note: str,
    actor: Person,
) -> Period:
    rows = credential.periods.standing(without=plan.withdraws)
    rows = rows.filter(issued_on=issued_on, expires_on=expires_on, never_expires=never)
    there: Period | None = rows.order_by("pk").last()
    if there and not is_refused(there):
        if card and there.card is None:
            there.card = card
            there.save(update_fields=["card"])
        return there
    period = Period(
        credential=credential,
        issued_on=issued_on,
        expires_on=expires_on,
        never_expires=never,
        card=card,
        note=note,
        submitted_by=actor,
    )
    try:
        period.full_clean()
    except ValidationError as error:
        refused = refused_from(error)
        raise Refused(refused.message, field=refused.field or "expires_on") from error
    period.inserted_in = plan.open()
    period.save(force_insert=True)
    return period


def _append(plan: Plan, period: Period, level: EvidenceLevel, actor: Person) -> None:
    """On record for the term, unless as much is: after an ending from the day after it."""
    there = evidence_of(period.credential.person_id, period)
    if any(piece.level in (level, EvidenceLevel.VERIFIED, EvidenceLevel.SEEN) for piece in there.open):
        return
    plan.build_on(period)
    first = period.issued_on
    ending = last_ending(period.credential, without=plan.withdraws)
    if ending and ending.last_good_day and first <= ending.last_good_day:
        plan.build_on(ending)
        first = day_after(ending.last_good_day)
    is_seen = level is EvidenceLevel.SEEN
    record_piece(
        NewPiece(
            person_id=period.credential.person_id,
            qualification=qualification_of(period.credential.type),
            subject=period.subject,
            effective_on=first,
            last_good_day=period.expires_on,
            never_expires=period.never_expires,
            level=level,
            method="card" if period.card_id else "",
            source_kind=SOURCE,
            source_id=f"{period.pk}:seen:{plan.open().pk}" if is_seen else str(period.pk),
        ),
        actor=actor,
    )
