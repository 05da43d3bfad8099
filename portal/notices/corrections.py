"""When a change is taken back: what it told is taken out, and who was misled by it is told so."""

from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portal.notices.models import Message, Notice
from portal.notices.notify import NewNotice, notify_all
from portal.people.facts.effects import Line, Section, Step
from portal.people.facts.plan import Plan
from portal.people.models import Change

CORRECTION = "correction"


def told_by(changes: list[Change]) -> Any:
    """The notices of these changes that were not taken out."""
    return Notice.objects.filter(change__in=changes, cancelled_at__isnull=True).exclude(kind=CORRECTION)


def misled_by(changes: list[Change]) -> list[Notice]:
    """Those that somebody has read, or that left by mail."""
    sent = Message.objects.filter(notices=OuterRef("pk"), sent_at__isnull=False)
    rows = told_by(changes).filter(Q(read_at__isnull=False) | Exists(sent))
    return list(rows.select_related("recipient", "about").order_by("pk"))


def take_back(plan: Plan, change: Change) -> None:
    """Plan that what the change told is taken out of inboxes, and corrected where it was seen."""
    plan.then(lambda by: _correct(change, by))


def _correct(change: Change, by: Change) -> None:
    misled = misled_by([change])
    told_by([change]).update(cancelled_at=timezone.now())
    notify_all([_correction(notice, by) for notice in misled])


def _correction(notice: Notice, by: Change) -> NewNotice:
    day = date_format(timezone.localtime(notice.created_at), "M j, Y")
    return NewNotice(
        recipient=notice.recipient,
        kind=CORRECTION,
        key=f"{by.pk}:{notice.pk}",
        subject=_("Taken back: %(subject)s") % {"subject": notice.subject},
        body=_("What you were told on %(day)s was entered by mistake. It does not count.") % {"day": day},
        url=notice.url,
        action=notice.action,
        about=notice.about,
    )


def effects(step: Step, _on: date) -> list[Section]:
    """Who will be told that something was taken back."""
    names = sorted({str(notice.recipient) for notice in misled_by(step.after.withdraws)})
    title = ngettext("One person is told", "%(count)d people are told", len(names)) % {"count": len(names)}
    return [Section(title, tuple(Line(name) for name in names))]
