"""Ending employment: who is no longer employed holds nothing."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from portal.audit.log import record
from portal.dates import day_after, day_before
from portal.errors import Refused
from portal.people.access.rights import actor_of, demand_hr_for
from portal.people.access.roles import refuse_without_site_admin, site_admin_ids, sync_groups
from portal.people.access.viewer import Viewer
from portal.people.accounts.closing import close_accounts_of_gone
from portal.people.facts.lock import lock_people
from portal.people.facts.recompute import recompute
from portal.people.facts.record import insert
from portal.people.facts.replace import column_values, replace, supersede
from portal.people.models import Delegation, Employment, Person, Position, RoleGrant, TeamLead
from portal.people.models.fact import DatedFact


@transaction.atomic
def end_employment(
    person: Person, *, last_day: date, by: Viewer | None, end_reason: str = "", reason: str = ""
) -> Employment:
    """End the employment that holds the day, and with it all that the person holds.

    Positions, leads, roles, delegations to and from the person end on that day; what would begin
    later is withdrawn; whoever is supervised by name is the team lead's from the day after. The
    account ends with the day: now where it is past, else when it is over. Rows of a later employment
    that is on record already stay.

    Raises OwnRecord, NotAllowed unless HR for the person; Refused when there is no employment on the
    day, and for the last site admin.
    """
    demand_hr_for(by, person.pk)
    actor, after = actor_of(by), day_after(last_day)
    grants = list(RoleGrant.objects.current().filter(person=person).overlapping(after, None))
    workers = supervised_by_name(person, after, None)
    lock_people([person.pk, *workers, *site_admin_ids(*grants)])
    row = Employment.objects.current().filter(person=person).on(last_day).first()
    if row is None:
        raise Refused(_("The person is not employed on that day."), field="last_day")
    refuse_without_site_admin(grants, after)
    fresh = replace(row, by=actor, reason=reason, last_day=last_day, end_reason=end_reason)
    release(person, last_day, _day_before_return(person, last_day), actor, reason)
    recompute({person.pk, *workers})
    record("people.fact.ended", fresh, actor=actor, person=person.pk, model="employment")
    if by is not None and last_day < by.on:
        sync_groups(person, by.on)
        close_accounts_of_gone(by.on, [person.pk], actor=actor)
    return fresh


def supervised_by_name(person: Person, first: date, last: date | None) -> set[int]:
    """Ids of those whom the person supervises by name on some of these days."""
    rows = Position.objects.current().filter(supervisor=person).overlapping(first, last)
    return set(rows.values_list("person_id", flat=True))


def release(person: Person, last_day: date, until: date | None, actor: Person | None, reason: str) -> None:
    """Nothing that the person holds outlasts the day, up to `until` (None: for ever). Locks are the caller's."""
    after = day_after(last_day)
    for rows in what_is_held(person, after, until):
        _end_all(rows, last_day, actor, reason)
    for position in Position.objects.current().filter(supervisor=person).overlapping(after, until):
        _without_supervisor(position, last_day, actor)


def _day_before_return(person: Person, last_day: date) -> date | None:
    """The last day without employment before a return that is on record; None where there is none."""
    later = Employment.objects.current().filter(person=person, starts_on__gt=last_day)
    first = later.order_by("starts_on").values_list("starts_on", flat=True).first()
    return day_before(first) if first else None


def what_is_held(person: Person, first: date, last: date | None) -> Iterable[Any]:
    """The rows that the person holds on these days, by kind: what ends with employment."""
    mine = Q(person=person)
    for model, whose in (
        (Position, mine),
        (TeamLead, mine),
        (RoleGrant, mine),
        (Delegation, mine | Q(delegate=person)),
    ):
        yield model.objects.current().filter(whose).overlapping(first, last)


def _end_all(rows: Iterable[DatedFact], last_day: date, actor: Person | None, reason: str) -> None:
    """What began by the day ends with it; what would begin later is withdrawn."""
    for row in rows:
        if row.starts_on <= last_day:
            replace(row, by=actor, reason=reason, last_day=last_day)
        else:
            supersede(row, by=actor)
            data = {"person": getattr(row, "person_id", None), "model": row._meta.model_name}
            record("people.fact.voided", row, actor=actor, reason=_("The employment ends."), **data)


def _without_supervisor(position: Position, last_day: date, actor: Person | None) -> None:
    """From the day after, the position has no supervisor of its own: the team's lead it is."""
    if position.starts_on > last_day:
        replace(position, by=actor, supervisor=None)
        return
    values = column_values(position) | {"supervisor_id": None, "starts_on": day_after(last_day)}
    replace(position, by=actor, last_day=last_day)
    insert(Position(**values), actor=actor)
