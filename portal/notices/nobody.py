"""Notices that reach nobody: no supervisor, no next one up and no HR is here for whom they are about.

A site admin is in no queue. They stand on the delivery page, counted in the navigation, for those who can grant
the role or name the supervisor that is missing.
"""

from datetime import date
from typing import Any

from django.core.cache import cache
from django.db import transaction
from django.db.models import QuerySet

from portal.notices.going_live import is_live
from portal.notices.models import Notice
from portal.notices.queues import Members
from portal.people.access.viewer import Viewer


def lost_notices() -> QuerySet[Any]:
    """All of them. What a leaver was owed by name is none: nothing is asked of who has left."""
    return Notice.objects.open().filter(reaches_nobody=True).exclude(role=Notice.Role.PERSON)


def reaching_nobody(viewer: Viewer) -> QuerySet[Any]:
    """Those about people whom the viewer keeps: of all, or within the scope of HR or an auditor. Oldest first."""
    rows = lost_notices().order_by("created_at", "pk")
    if viewer.keeps_organization:
        return rows
    return rows.filter(viewer.role_q(["hr", "auditor"], "about_id"))


COUNT = "notices:nobody"
# In seconds: what is settled meanwhile is counted that long.
COUNT_STANDS = 60


def count_for(viewer: Viewer) -> int:
    """How many there are, for the navigation of those who keep the organization.

    Counted anew where the look for them found others, and once a minute.
    """
    if not viewer.keeps_organization:
        return 0
    count: int = cache.get_or_set(COUNT, lambda: lost_notices().count(), COUNT_STANDS) or 0
    return count


def count_again() -> None:
    """What was marked may be others than before."""
    cache.delete(COUNT)


def look_beside_mail(on: date) -> int:
    """Mark those that no planning of mail looks at: only in inboxes, or all while delivery is held.

    Returns how many reach nobody.
    """
    rows = Notice.objects.open().exclude(role=Notice.Role.PERSON)
    notices = list((rows.filter(by_mail=False) if is_live() else rows).order_by("pk"))
    members = Members(on, notices)
    lost = {notice.pk for notice in notices if not members.of(notice)}
    marked = {notice.pk for notice in notices if notice.reaches_nobody}
    Notice.objects.filter(pk__in=lost - marked).update(reaches_nobody=True)
    Notice.objects.filter(pk__in=marked - lost).update(reaches_nobody=False)
    transaction.on_commit(count_again)
    return len(lost)
