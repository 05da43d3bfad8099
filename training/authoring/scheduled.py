"""What was planned is published when its time has come: pages, and courses whose time is over."""

import logging
from collections import defaultdict
from datetime import date, datetime

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from wagtail.models import Page, PageLogEntry, Revision

from portal.audit.log import record
from portal.errors import Refused
from portal.notices.notify import notify
from portal.people.access.viewer import Viewer
from portal.people.models import Person, Role, RoleGrant
from training.authoring.check import course_of
from training.authoring.release import may_release, published_together
from training.errors import NotReady

log = logging.getLogger(__name__)
NOT_RELEASED = "training-not-released"
PLANNED = "wagtail.publish.schedule"


def publish_due(now: datetime, on: date) -> int:
    """Publish what is due, each course by itself; returns how many pages went live.

    What cannot be published stays a draft, and the authors are told. One that fails stops no other.
    """
    done = 0
    for pages in _due(now).values():
        done += _publish_one(pages, now, on)
    return done


def unpublish_expired(now: datetime) -> int:
    """Take down what was to be shown until now; the editions stay. Returns how many pages."""
    rows = list(Page.objects.filter(live=True, expire_at__lte=now).order_by("expire_at", "pk"))
    for page in rows:
        with transaction.atomic():
            page.specific.unpublish(set_expired=True, log_action="wagtail.unpublish.scheduled")
    return len(rows)


def _due(now: datetime) -> dict[int, list[int]]:
    """The ids of pages that are due, by the course, or the page itself that is no part of one."""
    found: dict[int, list[int]] = defaultdict(list)
    rows = Revision.page_revisions.filter(approved_go_live_at__lte=now).order_by("approved_go_live_at", "pk")
    for revision in rows:
        page = revision.content_object
        course = course_of(page)
        found[course.pk if course else page.pk].append(revision.pk)
    return found


def _publish_one(pks: list[int], now: datetime, on: date) -> int:
    try:
        return _publish(pks, now, on)
    except Refused as error:
        _put_back(pks, error, on)
    except Exception:
        log.exception("Planned revisions %s could not be published", pks)
    return 0


@transaction.atomic
def _publish(pks: list[int], now: datetime, on: date) -> int:
    """Parts first, the course last; released once, under the name of who planned it last."""
    rows = Revision.objects.select_for_update(of=("self",), no_key=True).filter(pk__in=pks)
    due = [row for row in rows if row.approved_go_live_at and row.approved_go_live_at <= now]
    due.sort(key=lambda row: (-row.content_object.depth, row.content_object.path))
    users = {row.pk: planned_by(row) for row in due}
    for user in users.values():
        if user is not None and not may_release(Viewer(user, on)):
            words = _("%(person)s, who planned it, is no author any more.")
            raise Refused(words % {"person": user})
    last = next((users[row.pk] for row in reversed(due) if users[row.pk]), None)
    with published_together(user=last, on=on) as made:
        for row in due:
            row.publish(
                user=users[row.pk], skip_permission_checks=True, log_action="wagtail.publish.scheduled"
            )
    if problems := [line for lines in made.problems.values() for line in lines]:
        raise NotReady(problems)
    return len(due)


def planned_by(revision: Revision) -> Person | None:
    """Who planned the revision: the button, or the approval of a workflow."""
    entry = (
        PageLogEntry.objects.filter(revision=revision, action=PLANNED).order_by("-timestamp", "-pk").first()
    )
    user: Person | None = entry.user if entry is not None else None
    return user


@transaction.atomic
def _put_back(pks: list[int], error: Refused, on: date) -> None:
    """It stays a draft that is not planned any more; who may do something about it is told why."""
    for row in Revision.objects.filter(pk__in=pks, approved_go_live_at__isnull=False):
        Revision.objects.filter(pk=row.pk).update(approved_go_live_at=None)
        page = row.content_object
        record("training.release.refused", page, actor=planned_by(row), why=error.message)
        _tell_authors(page, row, error.message, on)


def _tell_authors(page: Page, revision: Revision, why: str, on: date) -> None:
    rows = RoleGrant.objects.held(on).filter(role=Role.AUTHOR).select_related("person")
    for person in {row.person_id: row.person for row in rows}.values():
        notify(
            person,
            kind=NOT_RELEASED,
            key=str(revision.pk),
            subject=_("“%(title)s” was planned for now and was not published") % {"title": page.title},
            body=_("It is kept as a draft. %(why)s") % {"why": why},
            url=reverse("wagtailadmin_pages:edit", args=[page.pk]),
            action=_("Open the page"),
        )
