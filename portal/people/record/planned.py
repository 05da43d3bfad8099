"""What is on record for later days: which changes say it, and what each will do, in the words of a preview."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, cast

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from portal.errors import Refused
from portal.people.errors import Conflict
from portal.people.facts.effects import Section, Step, effects_of
from portal.people.facts.plan import Plan, recorded
from portal.people.facts.taking_back import fact_models, withdraw
from portal.people.facts.wording import change_words
from portal.people.models import Change
from portal.people.models.fact import DatedFact, RecordedFact


@dataclass(frozen=True)
class Doing:
    """What a change does from today on; `why_not`: why that cannot be told, with the changes in the way."""

    sections: tuple[Section, ...] = ()
    why_not: str = ""
    conflicts: tuple[str, ...] = ()


def what_it_does(change: Change, on: date) -> Doing:
    """Standing without the change beside standing as it is, from the day on. Reads only; asks for no right."""
    try:
        without: Plan = withdraw.plan(change, reason=_("What it does"), by=None)
    except Conflict as conflict:
        words = tuple(change_words(later) for later in conflict.changes)
        return Doing(why_not=_("Later changes build on it. Look at what those do."), conflicts=words)
    except Refused as refused:
        return Doing(why_not=refused.message)
    return Doing(tuple(effects_of(Step.done(without), on)))


def planned_ids(on: date) -> QuerySet[Any]:
    """The ids of the changes that stand and say something for later days: a beginning, or another end."""
    first, *others = [_of_kind(model, on) for model in fact_models() if _begins(model)]
    return first.union(*others)


def _begins(model: type[RecordedFact]) -> bool:
    return any(field.name == "starts_on" for field in model._meta.concrete_fields)


def _of_kind(model: type[RecordedFact], on: date) -> QuerySet[Any]:
    rows = recorded(model).current().order_by()
    later = Q(starts_on__gt=on)
    if issubclass(model, DatedFact):
        before = recorded(model).filter(closed_in=OuterRef("inserted_in"), starts_on=OuterRef("starts_on"))
        later = later | Q(Exists(before), last_day__gte=on)
    said = rows.filter(later).annotate(said=Coalesce("origin__inserted_in", "inserted_in"))
    return cast(QuerySet[Any], said.filter(said__isnull=False).values_list("said", flat=True))


def reaches_ahead(row: DatedFact, on: date) -> bool:
    """Does it begin or end on a later day?"""
    return row.starts_on > on or (row.last_day is not None and row.last_day >= on)


def changes_ahead(rows: Iterable[DatedFact], on: date) -> dict[DatedFact, int]:
    """Of the facts that begin or end later, the change that said so, by id."""
    found = {row: (row.origin or row).inserted_in_id for row in rows if reaches_ahead(row, on)}
    return {row: change for row, change in found.items() if change is not None}
