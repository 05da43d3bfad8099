"""Which accounts nobody but their holder, or a site admin, may be handed the way into."""

from datetime import date

from django.db.models import Q

from portal.people.access.viewer import Viewer
from portal.people.models import Person, Role, RoleGrant

PRIVILEGED_ROLES = (Role.HR, Role.AUDITOR, Role.SITE_ADMIN)


def is_open(person: Person) -> bool:
    """Has the person ever had a way in: a usable password, or a sign-in?"""
    return person.has_usable_password() or person.last_login is not None


def is_privileged(person: Person, on: date) -> bool:
    """Does the person hold HR, auditor or site admin on the day, or from a later day on?"""
    held = RoleGrant.objects.current().filter(person=person, role__in=PRIVILEGED_ROLES)
    return person.is_superuser or held.filter(Q(last_day__isnull=True) | Q(last_day__gte=on)).exists()


def may_invite(viewer: Viewer, person: Person) -> bool:
    """HR within its scope, and site admins; nobody for oneself."""
    if viewer.person.pk == person.pk:
        return False
    return viewer.has(Role.SITE_ADMIN) or viewer.is_hr_for(person.pk)


def account_panel(viewer: Viewer, person: Person) -> dict[str, bool]:
    """What the person's page offers about the account."""
    invites = may_invite(viewer, person)
    return {
        "may_invite": invites,
        "may_hand_over": may_hand_over(viewer, person),
        "may_change_address": may_change_address(viewer, person),
    }


def may_hand_over(viewer: Viewer, person: Person) -> bool:
    """May the viewer see a link or a code that opens this account?

    HR may for an account that nobody has used and that opens nothing of others; a site admin for all.
    """
    if not may_invite(viewer, person):
        return False
    return viewer.has(Role.SITE_ADMIN) or not (is_open(person) or is_privileged(person, viewer.on))


def may_change_address(viewer: Viewer, person: Person) -> bool:
    """The address is a way in: a site admin changes everybody's, HR that of unprivileged accounts.

    Nobody their own: that one is confirmed first.
    """
    if not may_invite(viewer, person):
        return False
    return viewer.has(Role.SITE_ADMIN) or not is_privileged(person, viewer.on)
