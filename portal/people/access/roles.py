"""Granting, ending and withdrawing roles: nobody gives more than they hold, nobody to oneself.

A site admin gives and ends every role; HR for everybody every role but the site admin's; HR of a
scope only roles that reach no further than that scope. Wagtail's groups are kept in step.
"""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from django.contrib.auth.models import Group
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.clock import business_today
from portal.dates import day_after
from portal.errors import NotAllowed, Refused
from portal.people.access.rights import demand_hr_for
from portal.people.access.viewer import Viewer
from portal.people.facts.act import act
from portal.people.facts.acting import actor_of
from portal.people.facts.days import end_on, take_over, within_employment
from portal.people.facts.integrity import Contradiction, register_check
from portal.people.facts.plan import Plan
from portal.people.models import Change, Employment, Person, Role, RoleGrant, Team
from portal.people.own_record import refuse_own_record
from portal.prepared import prepared

# Which group of Wagtail's opens the back office to a role.
GROUPS = {Role.AUTHOR: "Training authors", Role.HR: "Catalog keepers", Role.SITE_ADMIN: "Site admins"}
# The other roles concern everybody whatever scope they are written with.
SCOPED = frozenset({Role.HR, Role.AUDITOR})


def may_give(by: Viewer, role: str, scope: str, *, state: str = "", team_id: int | None = None) -> bool:
    """Does the viewer hold enough to grant, end or withdraw this role in this scope?"""
    if by.has("site_admin"):
        return True
    if by.is_hr_for_all:
        return role != Role.SITE_ADMIN
    if role not in SCOPED:
        return False
    if scope == RoleGrant.Scope.STATE:
        return state in by.hr_states
    return scope == RoleGrant.Scope.TEAM and team_id in by.hr_teams


def may_end(by: Viewer, grant: RoleGrant) -> bool:
    """Is the role within the viewer's reach, and somebody else's?"""
    if by.person.pk == grant.person_id:
        return False
    if not may_give(by, grant.role, grant.scope, state=grant.state, team_id=grant.team_id):
        return False
    return by.has("site_admin") or by.is_hr_for(grant.person_id)


def may_grant_to(by: Viewer, person_id: int) -> bool:
    """May the viewer grant the person any role at all?"""
    return by.person.pk != person_id and (by.has("site_admin") or by.is_hr_for(person_id))


def demand_role(by: Viewer | None, grant: RoleGrant) -> None:
    """Raises OwnRecord for oneself, NotAllowed for more than the viewer holds."""
    refuse_own_record(actor_of(by), grant.person_id)
    if by is None:
        return
    if not by.has("site_admin"):
        demand_hr_for(by, grant.person_id)
    if not may_give(by, grant.role, grant.scope, state=grant.state, team_id=grant.team_id):
        raise NotAllowed(_("Nobody gives or takes a role beyond their own. Ask a site admin."), field="role")


@act("role", gettext_lazy("Role granted"), corrected=gettext_lazy("Role corrected"))
def grant_role(
    plan: Plan,
    /,
    person: Person,
    role: str,
    *,
    starts_on: date,
    by: Viewer | None,
    last_day: date | None = None,
    scope: str = RoleGrant.Scope.ALL,
    state: str = "",
    team: Team | None = None,
    **values: Any,
) -> RoleGrant:
    """Give a role for days, within a scope.

    Raises OwnRecord for oneself, NotAllowed for more than the viewer holds, Refused for somebody who
    is not employed on the first day (an external auditor was never employed).
    """
    days = {"starts_on": starts_on, "last_day": last_day}
    row = RoleGrant(person=person, role=role, scope=scope, state=state, team=team, **days, **values)
    demand_role(by, row)
    if role not in SCOPED and scope != RoleGrant.Scope.ALL:
        raise Refused(_("This role concerns everybody: it has no narrower scope."), field="scope")
    plan.lock([person.pk])
    row.last_day = _within_employment(plan, row)
    same = {"role": role, "scope": scope, "state": state, "team_id": team.pk if team else None}
    return take_over(plan, row, plan.rows(RoleGrant, person_id=person.pk, **same))


def _within_employment(plan: Plan, grant: RoleGrant) -> date | None:
    employments = plan.rows(Employment, person_id=grant.person_id)
    if grant.role == Role.AUDITOR and not any(row.holds(grant.starts_on) for row in employments):
        if any(row.starts_on <= grant.starts_on for row in employments):
            raise Refused(
                _("The person was employed here and has left: an outside auditor never was."),
                field="starts_on",
            )
        return grant.last_day
    return within_employment(plan, grant.person_id, grant.starts_on, grant.last_day)


@act("end-role", gettext_lazy("Role ended"))
def end_role(plan: Plan, /, grant: RoleGrant, *, last_day: date, by: Viewer | None) -> RoleGrant:
    """The role holds no longer than this day.

    Raises OwnRecord, NotAllowed as grant_role; Refused for the last site admin (somebody must be able
    to let others in), and for a day outside of the grant's own.
    """
    demand_role(by, grant)
    plan.lock([grant.person_id, *site_admin_ids(grant)])
    refuse_without_site_admin([grant], day_after(last_day))
    return end_on(plan, grant, last_day)


def site_admin_ids(*grants: RoleGrant) -> list[int]:
    """Who has to be locked so that two cannot end each other as site admins at once."""
    if not any(grant.role == Role.SITE_ADMIN for grant in grants):
        return []
    rows = RoleGrant.objects.current().filter(role=Role.SITE_ADMIN)
    return list(rows.values_list("person_id", flat=True))


def refuse_without_site_admin(ending: Sequence[RoleGrant], day: date) -> None:
    """Raises Refused where these grants end and nobody would be site admin on the day any more."""
    if not any(grant.role == Role.SITE_ADMIN and _reaches(grant, day) for grant in ending):
        return
    left = RoleGrant.objects.held(day).filter(role=Role.SITE_ADMIN, person__is_active=True)
    people = {grant.person_id for grant in ending}
    other = Q(pk__in=left.exclude(pk__in=[grant.pk for grant in ending]).values("person_id"))
    superuser = Q(is_superuser=True, is_active=True) & ~Q(pk__in=people)
    if not Person.objects.filter(other | superuser).exists():
        raise Refused(_("This is the last site admin. Grant the role to somebody else first."))


def _reaches(grant: RoleGrant, day: date) -> bool:
    return grant.last_day is None or grant.last_day >= day


@prepared
def _held(on: date, person_id: int) -> Any:
    rows = RoleGrant.objects.held(on).filter(person_id=person_id, scope=RoleGrant.Scope.ALL, role__in=GROUPS)
    return rows.values_list("role", flat=True)


@prepared
def _groups(person_id: int) -> Any:
    return Group.objects.filter(user=person_id, name__in=GROUPS.values()).values_list("name", flat=True)


def sync_groups(person: Person, on: date) -> None:
    """Make the person's groups in Wagtail those of the roles held on the day.

    HR of a scope keeps no catalog: catalogs are everybody's. Two queries where nothing changed.
    """
    held = {GROUPS[Role(role)] for role in _held(on, person.pk)}
    there = set(_groups(person.pk))
    for name in held - there:
        person.groups.add(Group.objects.get_or_create(name=name)[0])
    if gone := there - held:
        person.groups.remove(*Group.objects.filter(name__in=gone))


def follow_roles(people: set[int], _change: Change, on: date) -> None:
    """After a change of roles or employment."""
    for person in Person.objects.filter(pk__in=people):
        sync_groups(person, on)


def _site_admin_stays(plan: Plan, _people: set[int]) -> Iterator[Contradiction]:
    """Raises Refused where a plan takes the last site admin away."""
    on = plan.by.on if plan.by is not None else business_today()
    rows = [row for row in plan.inserted if isinstance(row, RoleGrant) and row.holds(on)]
    if not any(row.role == Role.SITE_ADMIN for row in rows):
        refuse_without_site_admin([row for row in plan.closed.values() if isinstance(row, RoleGrant)], on)
    yield from ()


register_check(_site_admin_stays)


def on_sign_in(sender: Any, user: Person, **_kwargs: Any) -> None:
    """Roles begin and end by date; the groups follow when the person comes in."""
    sync_groups(user, business_today())
