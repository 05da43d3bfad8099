"""Granting and ending roles; keeping Wagtail's groups in step with them."""

from datetime import date
from typing import Any

from django.contrib.auth.models import Group
from django.db import transaction
from django.utils.translation import gettext as _

from portal.audit.log import record
from portal.clock import business_today
from portal.dates import day_after
from portal.errors import Refused
from portal.people.facts.record import insert
from portal.people.facts.replace import replace
from portal.people.models import Person, Role, RoleGrant
from portal.people.own_record import refuse_own_record

# Which group of Wagtail's opens the back office to a role.
GROUPS = {Role.AUTHOR: "Training authors", Role.HR: "Catalog keepers", Role.SITE_ADMIN: "Site admins"}


@transaction.atomic
def grant_role(
    person: Person,
    role: str,
    *,
    starts_on: date,
    actor: Person | None,
    last_day: date | None = None,
    on: date | None = None,
    **scope: Any,
) -> RoleGrant:
    """Give a role for days, within a scope. Raises OwnRecord: nobody grants to oneself."""
    refuse_own_record(actor, person.pk)
    row = insert(
        RoleGrant(person=person, role=role, starts_on=starts_on, last_day=last_day, **scope), actor=actor
    )
    record("people.role.granted", person, actor=actor, role=role, starts_on=starts_on.isoformat())
    sync_groups(person, on or starts_on)
    return row


@transaction.atomic
def end_role(grant: RoleGrant, *, last_day: date, actor: Person) -> RoleGrant:
    """End a role. Raises Refused for the last site admin: somebody must be able to let others in."""
    refuse_own_record(actor, grant.person_id)
    if grant.role == Role.SITE_ADMIN:
        after = RoleGrant.objects.current().filter(role=Role.SITE_ADMIN).on(day_after(last_day))
        if not after.exclude(pk=grant.pk).exists():
            raise Refused(_("This is the last site admin. Grant the role to somebody else first."))
    fresh = replace(grant, by=actor, last_day=last_day)
    record("people.role.ended", grant.person, actor=actor, role=grant.role, last_day=last_day.isoformat())
    sync_groups(grant.person, last_day)
    return fresh


def sync_groups(person: Person, on: date) -> None:
    """Make the person's groups in Wagtail those of the roles held on the day."""
    held = set(RoleGrant.objects.current().on(on).filter(person=person).values_list("role", flat=True))
    for role, name in GROUPS.items():
        group, _made = Group.objects.get_or_create(name=name)
        if role in held:
            person.groups.add(group)
        else:
            person.groups.remove(group)


def on_sign_in(sender: Any, user: Person, **_kwargs: Any) -> None:
    """Roles begin and end by date; the groups follow when the person comes in."""
    sync_groups(user, business_today())
