"""When a change is taken back or corrected: what it told is taken out, and who was misled by it is told so."""

from datetime import date
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portal.notices.models import Notice, Told
from portal.notices.notify import NewNotice, notify_all
from portal.people.facts.effects import Line, Section, Step
from portal.people.facts.plan import Plan
from portal.people.models import Change

CORRECTION = "correction"


def told_by(changes: list[Change]) -> Any:
    """The notices of these changes that stand: not settled, or settled by nothing but reading."""
    stands = Q(settled_at__isnull=True) | Q(settled_why=Notice.Why.READ)
    return Notice.objects.filter(stands, change__in=changes).exclude(kind=CORRECTION)


def misled_by(changes: list[Change]) -> list[Told]:
    """Each of those who have read one of them, or to whom it left by mail or in person."""
    reached = Q(read_at__isnull=False) | Q(mailed_at__isnull=False)
    rows = Told.objects.filter(reached, notice__in=told_by(changes))
    return list(rows.select_related("person", "notice__about").order_by("pk"))


def take_back(plan: Plan, change: Change) -> None:
    """Plan that what the change told is taken out of inboxes, and corrected where it was seen."""
    plan.then(lambda by: _correct(change, by))


def _correct(change: Change, by: Change) -> None:
    misled = misled_by([change])
    told_by([change]).update(settled_at=timezone.now(), settled_why=Notice.Why.GONE)
    notify_all([_correction(told, by) for told in misled])


def _correction(told: Told, by: Change) -> NewNotice:
    notice = told.notice
    day = date_format(timezone.localtime(notice.created_at), "M j, Y")
    if by.corrects:
        subject = _("Corrected: %(subject)s")
        body = _("What you were told on %(day)s was not right. It has been corrected.")
    else:
        subject = _("Taken back: %(subject)s")
        body = _("What you were told on %(day)s was entered by mistake. It does not count.")
    return NewNotice(
        recipient=told.person,
        kind=CORRECTION,
        key=f"{by.pk}:{notice.pk}",
        subject=subject % {"subject": notice.subject},
        body=body % {"day": day},
        url=notice.url,
        action=notice.action,
        about=notice.about,
    )


def effects(step: Step, _on: date) -> list[Section]:
    """Who will be told that something was taken back."""
    names = sorted({str(told.person) for told in misled_by(step.after.withdraws)})
    title = ngettext("One person is told", "%(count)d people are told", len(names)) % {"count": len(names)}
    return [Section(title, tuple(Line(name) for name in names))]
