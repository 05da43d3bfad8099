"""Taking back: a change never was; a batch never was; a change was meant otherwise.

What a change inserted is closed, what it closed comes back as a copy that names its origin. Apps
above take back what else a change put on record (register_ledger). Refused, naming the change,
where a row it inserted was closed by a later change that still stands, or a later change rests on it.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from typing import Any

from django.apps import apps
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.errors import Refused, Stale
from portal.people.errors import Conflict
from portal.people.facts.act import Act, act, new_plan, one_change
from portal.people.facts.acting import Acting
from portal.people.facts.guards import demand_rights
from portal.people.facts.integrity import refuse_contradictions
from portal.people.facts.plan import Plan, recorded
from portal.people.models import Batch, Change, ChangePerson, Employment
from portal.people.models.fact import RecordedFact
from portal.prepared import Prepared

type TakeBack = Callable[[Plan, Change], object]

_ledgers: list[TakeBack] = []
TAKING_BACK = frozenset({"withdraw", "withdraw-fact", "undo"})


def register_ledger(take_back: TakeBack) -> None:
    """An app above takes back what else a change put on record: `take_back(plan, change)` adds to the plan."""
    if take_back not in _ledgers:
        _ledgers.append(take_back)


def fact_models() -> Iterator[type[RecordedFact]]:
    for model in apps.get_models():
        if issubclass(model, RecordedFact):
            yield model


def inserted_by(change: Change) -> list[RecordedFact]:
    """The facts that the change put on record, whether they still count or not."""
    return [row for model in fact_models() for row in _by(model, "inserted_in")(change.pk)]


def closed_by(change: Change) -> list[RecordedFact]:
    return [row for model in fact_models() for row in _by(model, "closed_in")(change.pk)]


@cache
def _by(model: type[RecordedFact], column: str) -> Prepared:
    return Prepared(lambda change_id: recorded(model).filter(**{column: change_id}))


def concern_everybody(changes: Iterable[Change]) -> bool:
    """Did one of the changes put on record or close what is read for everybody's standing, such as a rule?"""
    ids = [change.pk for change in changes]
    rows = Q(inserted_in__in=ids) | Q(closed_in__in=ids)
    everybodys = (model for model in fact_models() if model.concerns_everybody)
    return any(recorded(model).filter(rows).exists() for model in everybodys)


def taken_back_with(change: Change) -> list[Change]:
    """The change, and those that it took back, and so on: what stands or not follows from it."""
    found, waiting = list[Change](), [change]
    while waiting:
        found.append(waiting.pop())
        waiting += found[-1].withdraws.all()
    return found


def _lock(plan: Plan, changes: Sequence[Change]) -> None:
    """Lock whatever the changes put on record or closed; with one that concerns everybody, everything.

    What a change did is known before the locks, and stays; whether it stands is asked after them.
    """
    rows: list[Any] = [row for change in changes for row in [*inserted_by(change), *closed_by(change)]]
    if any(row.concerns_everybody for row in rows):
        plan.lock_organization()
    if any(row.recomputes_everybody for row in rows):
        plan.recomputed.update(Employment.objects.values_list("person_id", flat=True))
    if any(getattr(row, "supervisor_id", None) for row in rows):
        plan.lock_lines()
    about = ChangePerson.objects.filter(change__in=changes).values_list("person_id", flat=True)
    plan.lock([*about, *_people(rows)], teams=_teams(rows))
    for change in changes:
        change.refresh_from_db(fields=["stands"])


def _take_back(plan: Plan, change: Change) -> None:
    """Plan that the change never was. Raises Conflict. The plan holds the locks."""
    if not _stands(plan, change):
        raise Refused(_("This was taken back before."))
    inserted, closed = inserted_by(change), closed_by(change)
    demand_rights(plan.by, [*inserted, *closed])
    resting = change.carries.filter(stands=True).exclude(pk__in=[other.pk for other in plan.withdraws])
    if (later := resting.order_by("-pk").first()) is not None:
        raise Conflict(later)
    for row in inserted:
        plan.close(_living(plan, row))
    for row in closed:
        plan.restore(row)
    for take_back in _ledgers:
        take_back(plan, change)
    plan.withdraws.append(change)
    plan.people.update(change.people.values_list("person_id", flat=True))


def _stands(plan: Plan, change: Change) -> bool:
    """Does the change stand, with the plan's own takings back?"""
    gone = [other.pk for other in plan.withdraws]
    return change.stands or not change.withdrawn_by.filter(stands=True).exclude(pk__in=gone).exists()


def _people(rows: Iterable[Any]) -> set[int]:
    """Whose facts these are, and who is named in them."""
    names = ("person_id", "supervisor_id", "delegate_id")
    return {pk for row in rows for name in names if (pk := getattr(row, name, None))}


def _teams(rows: Iterable[Any]) -> set[int]:
    return {pk for row in rows if (pk := getattr(row, "team_id", None))}


def _living(plan: Plan, row: RecordedFact) -> RecordedFact:
    """The row itself, or the copy of it that counts. Raises Conflict, naming who closed it."""
    for planned in plan.inserted:
        if type(planned) is type(row) and planned.origin_id == row.root_id:
            return planned
    model, root = type(row), row.root_id
    line: list[RecordedFact] = [*recorded(model).filter(pk=root), *recorded(model).filter(origin=root)]
    for other in line:
        if other.is_current and (model, other.pk) not in plan.closed:
            return other
    last = max(line, key=lambda other: other.pk)
    if last.closed_in is None:
        raise Refused(_("This does not count any longer."))
    raise Conflict(last.closed_in)


@act("withdraw", gettext_lazy("Withdrawn"))
def withdraw(plan: Plan, /, change: Change, *, reason: str, by: Acting | None) -> None:
    """The change never was.

    Raises Conflict where a later change closed what it put on record or rests on it; Refused without
    a reason or where it was taken back before; OwnRecord and NotAllowed.
    """
    _demand_reason(reason)
    _lock(plan, [change])
    _take_back(plan, change)
    refuse_contradictions(plan)


@act("withdraw-fact", gettext_lazy("Withdrawn"))
def withdraw_fact(plan: Plan, /, fact: RecordedFact, *, reason: str, by: Acting | None) -> None:
    """What the change that put the fact on record did, never was; of a hire's other facts, only this one.

    Of a corrected fact neither the correction nor what it corrected.

    Raises as withdraw.
    """
    _demand_reason(reason)
    _take_fact_back(plan, fact)
    refuse_contradictions(plan)


def _take_fact_back(plan: Plan, fact: RecordedFact) -> None:
    change = first_change(fact)
    if change is not None and not _is_one_of_many(fact, change):
        _take_back_corrected(plan, change)
        return
    plan.lock(_people([fact]), teams=_teams([fact]))
    demand_rights(plan.by, [fact])
    plan.close(fact)


def _take_back_corrected(plan: Plan, change: Change) -> None:
    """Plan that neither the change nor what it corrected ever was: of what was meant otherwise, nothing."""
    changes = [change]
    while change.act not in TAKING_BACK and (earlier := change.withdraws.order_by("-pk").first()) is not None:
        changes.append(change := earlier)
    _lock(plan, changes)
    for said in changes:
        _take_back(plan, said)


def _is_one_of_many(fact: RecordedFact, change: Change) -> bool:
    """One of several facts that were entered together with a hire: taken back alone. Employment takes all along."""
    if isinstance(fact, Employment) or closed_by(change):
        return False
    return len(inserted_by(change)) > 1


def first_change(fact: RecordedFact) -> Change | None:
    """The change that said it first: of a copy that came back, the one that put its origin on record."""
    first = fact.origin or fact
    change: Change | None = first.inserted_in
    return change


@act("undo", gettext_lazy("Batch undone"))
def undo(plan: Plan, /, batch: Batch, *, reason: str, by: Acting | None) -> int:
    """No change of the batch ever was, the newest taken back first. Returns how many.

    Raises Conflict with every later change that stands in the way; Refused where nothing of it stands.
    """
    _demand_reason(reason)
    changes = list(batch.changes.standing().order_by("-pk"))
    if not changes:
        raise Refused(_("Nothing of this batch stands any longer."))
    _lock(plan, changes)
    locked = {change.pk for change in changes}
    changes = list(batch.changes.standing().order_by("-pk"))
    if not locked.issuperset(change.pk for change in changes):
        raise Stale(_("The batch has grown since. Look at it again."))
    conflicts = list[Change]()
    for change in changes:
        try:
            _take_back(plan, change)
        except Conflict as conflict:
            conflicts += [later for later in conflict.changes if later.batch_id != batch.pk]
    if conflicts:
        raise Conflict(*conflicts)
    refuse_contradictions(plan)
    return len(changes)


def _demand_reason(reason: str) -> None:
    if not reason.strip():
        raise Refused(_("Say why: the reason is part of the record."), field="reason")


@contextmanager
def instead_of(change: Change, *, by: Acting | None, reason: str = "") -> Iterator[Plan]:
    """The change never was, and what is done in this block was done instead: one change. Raises as withdraw."""
    with one_change(change.act, by=by, reason=reason) as plan:
        plan.corrects = True
        _take_back_corrected(plan, change)
        yield plan
        refuse_contradictions(plan)


def _correction(plan: Plan, change: Change, do: Act[Any, Any], args: Any, kwargs: Any) -> Any:
    _take_back_corrected(plan, change)
    result = do.into(plan, *args, **kwargs)
    refuse_contradictions(plan)
    return result


def correct_fact[**P, R](fact: RecordedFact, do: Act[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """The fact was meant otherwise: one change that takes it back and does this instead.

    Takes back all that its change did, where that was the same act; else the fact alone.
    Raises as withdraw, and what `do` refuses.
    """
    given: dict[str, Any] = kwargs
    with one_change(do.name, by=given["by"], reason=given.get("reason", "")) as plan:
        plan.corrects = True
        plan.lock_like(plan_fact_correction(fact, do, *args, **kwargs))
        return _fact_correction(plan, fact, do, args, kwargs)


def plan_fact_correction[**P, R](
    fact: RecordedFact, do: Act[P, R], *args: P.args, **kwargs: P.kwargs
) -> Plan:
    """What correct_fact() would do. Reads only."""
    given: dict[str, Any] = kwargs
    plan = new_plan(do.name, by=given["by"], reason=given.get("reason", ""), dry=True)
    _fact_correction(plan, fact, do, args, kwargs)
    return plan


def _fact_correction(plan: Plan, fact: RecordedFact, do: Act[Any, Any], args: Any, kwargs: Any) -> Any:
    change = first_change(fact)
    if change is not None and change.act == do.name:
        return _correction(plan, change, do, args, kwargs)
    plan.lock(_people([fact]), teams=_teams([fact]))
    demand_rights(plan.by, [fact])
    plan.close(fact)
    result = do.into(plan, *args, **kwargs)
    refuse_contradictions(plan)
    return result
