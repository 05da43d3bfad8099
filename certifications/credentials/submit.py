"""Claiming: somebody says that a person holds a credential for a term, with or without a card."""

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from certifications.catalog.qualifications import qualification_of
from certifications.errors import NumberTaken
from certifications.models import Credential, CredentialType, Period, number_key
from portal.audit.log import record
from portal.errors import NotAllowed, Refused, refused_from
from portal.files.models import StoredFile
from portal.notices.notify import notify
from portal.people.access.viewer import Viewer
from portal.people.facts.lock import lock_people
from portal.people.models import Person
from portal.people.organization.supervision import OrgChart
from portal.standing.evidence import NewPiece, record_piece

SOURCE = "certifications.period"
TO_VERIFY = "certifications-to-verify"


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

    A card handed to HR or the supervisor counts as seen; what the holder sends is only submitted until
    somebody checks it. A card that comes later is kept with the term. Raises NotAllowed for who may
    not, NumberTaken, or Refused for dates out of order and for what the source did not know.
    """
    if not may_submit_for(by, person.pk):
        raise NotAllowed(_("Only the person, their supervisor or HR sends this."))
    actor = by.person
    lock_people([person.pk])
    credential = _credential(person, kind, number.strip(), name_on_it.strip(), actor)
    period = _period(credential, issued_on, expires_on, never_expires, card, note, actor)
    level = "seen" if card is not None and actor.pk != person.pk else "claimed"
    _append(period, level, actor)
    record("certifications.period.submitted", period, actor=actor, person=person.pk, type=kind.code)
    if tell_hr:
        _ask_hr(period, on)
    return period


def _credential(person: Person, kind: CredentialType, number: str, name: str, actor: Person) -> Credential:
    """The credential of that number, or a new one. Without a number: the person's only one of the kind."""
    key = number_key(number)
    if kind.kind == CredentialType.Kind.LICENSE and not key:
        raise Refused(_("A license has a number. Write it as it stands on the license."), field="number")
    rows = Credential.objects.filter(type=kind, jurisdiction=kind.jurisdiction, withdrawn_at__isnull=True)
    if key:
        there = rows.filter(number_key=key).first()
        if there and there.person_id != person.pk:
            raise _taken()
    else:
        there = rows.filter(person=person, number_key="").first()
    if there:
        return there
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
    credential: Credential,
    issued_on: date,
    expires_on: date | None,
    never: bool,
    card: StoredFile | None,
    note: str,
    actor: Person,
) -> Period:
    there = credential.periods.filter(issued_on=issued_on, expires_on=expires_on, never_expires=never).first()
    if there:
        _refuse_unknown(there, actor)
        if card and there.card is None:
            there.card = card
            there.save(update_fields=["card"])
        return there
    period = Period(
        credential=credential,
        issued_on=issued_on,
        expires_on=None if never else expires_on,
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
    period.save(force_insert=True)
    return period


def _refuse_unknown(period: Period, actor: Person) -> None:
    """What the source did not know, the holder does not send in again: nothing would come of it."""
    last = period.verifications.first()
    if actor.pk == period.credential.person_id and last and last.result == last.Result.NOT_FOUND:
        raise Refused(_("The source did not know this when it was asked. Speak with HR."), field="issued_on")


def _append(period: Period, level: str, actor: Person) -> None:
    record_piece(
        NewPiece(
            person_id=period.credential.person_id,
            qualification=qualification_of(period.credential.type),
            subject=period.subject,
            effective_on=period.issued_on,
            last_good_day=period.expires_on,
            never_expires=period.never_expires,
            level=level,
            method="card" if period.card_id else "",
            source_kind=SOURCE,
            source_id=f"{period.pk}:seen" if level == "seen" else str(period.pk),
        ),
        actor=actor,
    )


def _ask_hr(period: Period, on: date) -> None:
    """One of HR is asked to check it, never the holder."""
    person = period.credential.person
    for hr in [p for p in OrgChart(on).hr if p.pk != person.pk][:1]:
        notify(
            hr,
            kind=TO_VERIFY,
            key=str(period.pk),
            subject=_("%(name)s sent %(what)s to verify")
            % {"name": person.get_full_name(), "what": period.credential.type.short_name},
            body=_("Look it up at the issuer and record what the source says."),
            url=reverse("certifications:verify", args=[period.pk]),
            action=_("Verify"),
            about=person,
        )


def still_to_verify(notice: Any) -> bool:
    """Before sending: has nobody checked it meanwhile?"""
    period = Period.objects.filter(pk=int(notice.key), credential__withdrawn_at__isnull=True).first()
    if period is None:
        return False
    is_card = period.credential.type.kind == CredentialType.Kind.CARD
    return not any(is_card or check.is_primary_source for check in period.verifications.all())
