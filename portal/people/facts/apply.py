"""Writing a plan: one Change, in the transaction in which the plan was made."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection
from django.utils.translation import gettext as _

from portal.audit.locks import is_second_holder
from portal.audit.log import write
from portal.clock import business_today
from portal.errors import Stale, refused_from
from portal.people.facts.plan import Plan
from portal.people.facts.recompute import recompute
from portal.people.models import Change, ChangePerson, ChangeWithdrawal
from portal.people.models.fact import RecordedFact

type Follower = Callable[[set[int], Change, date], object]
type RowsFollower = Callable[[list[Any]], object]

_followers: list[tuple[type[RecordedFact], Follower]] = []
_rows_followers: list[tuple[type[RecordedFact], RowsFollower]] = []


def register_follower(model: type[RecordedFact], follow: Follower) -> None:
    """What is kept in step with facts of this kind: `follow(person ids, change, today)`, after each change."""
    _followers.append((model, follow))


def register_rows_follower(model: type[RecordedFact], follow: RowsFollower) -> None:
    """What is computed from facts of this kind, which are about nobody alone: `follow(rows closed or inserted)`."""
    _rows_followers.append((model, follow))


def apply(plan: Plan) -> Change:
    """Write what the plan says and let follow what is computed from facts. Call inside a transaction.

    Raises Stale where a row that it closes was closed meanwhile, or somebody else was first to put on
    record what excludes a new one; Refused for a number in use.
    """
    if plan.dry or not connection.in_atomic_block:
        raise RuntimeError("A dry plan, or one outside of a transaction, is not applied.")
    change = plan.open()
    _close(plan, change)
    _insert(plan, change)
    _link(plan, change)
    for then in plan.afterwards:
        then(change)
    _follow(plan, change)
    data: dict[str, Any] = {"person": min(about)} if len(about := plan.about()) == 1 else {}
    if change.corrects:
        data["corrects"] = True
    plan.say("people.change.made", change, actor=change.made_by, act=plan.act, reason=plan.reason, **data)
    write(plan.lines)
    recompute(about | plan.recomputed)
    return change


def _close(plan: Plan, change: Change) -> None:
    keys = defaultdict(list)
    for model, pk in plan.closed:
        keys[model].append(pk)
    for model, ids in keys.items():
        rows = model._default_manager.filter(pk__in=ids, superseded_at__isnull=True)
        if rows.update(superseded_at=change.made_at, closed_in=change) != len(ids):
            raise Stale(_("Somebody else changed this record first. Look at it again."))
    for row in plan.closed.values():
        row.superseded_at, row.closed_in = change.made_at, change


def _insert(plan: Plan, change: Change) -> None:
    rows: dict[type[Any], list[Any]] = defaultdict(list)
    for fact in plan.inserted:
        fact.recorded_at, fact.recorded_by = change.made_at, change.made_by
        _refuse_taken(fact)
        rows[type(fact)].append(fact)
    for model, new in rows.items():
        for row in new:
            row.inserted_in = change
        _write(model, new)
    for fact in plan.inserted:
        if (source := fact.__dict__.pop("children_of", None)) is not None:
            fact.take_children_of(source)


def _write(model: type[Any], rows: list[Any]) -> None:
    try:
        model._default_manager.bulk_create(rows)
    except IntegrityError as error:
        if not (is_second_holder(error) or _is_taken(error)):
            raise
        raise Stale(
            _("Something else is on record for some of these days, or under this number. Look at it again.")
        ) from error


def _is_taken(error: IntegrityError) -> bool:
    """Was it refused by a unique key?"""
    return "UNIQUE constraint failed" in str(error) or getattr(error.__cause__, "sqlstate", "") == "23505"


def _follow(plan: Plan, change: Change) -> None:
    on = plan.by.on if plan.by is not None else business_today()
    rows: list[Any] = [*plan.closed.values(), *plan.inserted]
    for model, follow in _followers:
        if people := {
            pk for row in rows if isinstance(row, model) and (pk := getattr(row, "person_id", None))
        }:
            follow(people, change, on)
    for model, follow_rows in _rows_followers:
        if about := [row for row in rows if isinstance(row, model)]:
            follow_rows(about)


def _refuse_taken(fact: RecordedFact) -> None:
    try:
        fact.validate_constraints(exclude={"inserted_in", "closed_in"})
    except ValidationError as error:
        raise refused_from(error) from error


def _link(plan: Plan, change: Change) -> None:
    if plan.rests_on:
        change.rests_on.set(plan.rests_on)
    ChangePerson.objects.bulk_create(ChangePerson(change=change, person_id=pk) for pk in sorted(plan.about()))
    ChangeWithdrawal.objects.bulk_create(
        ChangeWithdrawal(by=change, change=withdrawn) for withdrawn in plan.withdraws
    )
    settle_standing(plan.withdraws)


def settle_standing(changes: Iterable[Change]) -> None:
    """Write which of these changes stand, and of those that they withdraw: see Change.stands."""
    waiting = list(changes)
    while waiting:
        change = waiting.pop()
        stands = not Change.objects.filter(withdraws=change, stands=True).exists()
        if Change.objects.filter(pk=change.pk).exclude(stands=stands).update(stands=stands):
            change.stands = stands
            waiting.extend(change.withdraws.all())
