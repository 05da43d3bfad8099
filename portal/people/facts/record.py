"""The common part of every act on facts about people: check, insert or close, audit, recompute."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from portal.audit.log import record
from portal.errors import Refused, refused_from
from portal.people.facts.lock import lock_people
from portal.people.facts.recompute import recompute
from portal.people.facts.replace import replace, supersede
from portal.people.models import Batch, Person
from portal.people.models.fact import DatedFact
from portal.people.own_record import refuse_own_record


def insert[Fact: DatedFact](fact: Fact, *, actor: Person | None, batch: Batch | None = None) -> Fact:
    """Put a fact on record, inside the use case's transaction. Raises Refused with the model's words."""
    fact.recorded_by, fact.batch = actor, batch
    try:
        fact.full_clean(exclude=["recorded_by", "batch"])
    except ValidationError as error:
        raise refused_from(error) from error
    fact.save(force_insert=True)
    person_id = getattr(fact, "person_id", None)
    record("people.fact.recorded", fact, actor=actor, person=person_id, model=fact._meta.model_name)
    return fact


@transaction.atomic
def correct[Fact: DatedFact](fact: Fact, *, reason: str, actor: Person, **changes: Any) -> Fact:
    """Close a fact and record the corrected one. Raises OwnRecord, Stale, Refused without a reason."""
    person_id = _person_of(fact)
    refuse_own_record(actor, person_id)
    if not reason.strip():
        raise Refused(_("Say why it is corrected."), field="reason")
    lock_people([person_id])
    try:
        fresh = replace(fact, by=actor, reason=reason.strip(), **changes)
    except ValidationError as error:
        raise refused_from(error) from error
    recompute(affected(fact))
    record("people.fact.corrected", fresh, actor=actor, person=person_id, model=fact._meta.model_name)
    return fresh


@transaction.atomic
def end[Fact: DatedFact](
    fact: Fact, *, last_day: date, actor: Person, reason: str = "", **changes: Any
) -> Fact:
    """The fact holds no longer than this day. Raises Refused when that is before it began."""
    person_id = _person_of(fact)
    refuse_own_record(actor, person_id)
    lock_people([person_id])
    try:
        fresh = replace(fact, by=actor, reason=reason, last_day=last_day, **changes)
    except ValidationError as error:
        raise refused_from(error) from error
    recompute(affected(fact))
    record("people.fact.ended", fresh, actor=actor, person=person_id, model=fact._meta.model_name)
    return fresh


@transaction.atomic
def withdraw(fact: DatedFact, *, reason: str, actor: Person) -> None:
    """The fact never was. The row stays on record, closed. Raises Refused without a reason."""
    person_id = _person_of(fact)
    refuse_own_record(actor, person_id)
    if not reason.strip():
        raise Refused(_("Say why it is withdrawn."), field="reason")
    lock_people([person_id])
    supersede(fact, by=actor)
    recompute(affected(fact))
    record(
        "people.fact.voided", fact, actor=actor, person=person_id, model=fact._meta.model_name, reason=reason
    )


def _person_of(fact: Any) -> int:
    person_id: int = fact.person_id
    return person_id


def affected(fact: Any) -> Iterable[int]:
    return [fact.person_id]
