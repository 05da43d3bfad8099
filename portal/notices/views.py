"""The inbox, what a supervisor passes on, and HR's view of delivery."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from portal.notices.account_mail import try_account_mail_again
from portal.notices.deliver import try_again, what_to_do
from portal.notices.going_live import go_live, set_mode, switch, waiting_notices
from portal.notices.in_person import carried_by, passed_on
from portal.notices.inbox import find_notice, inbox_of, mark_shown, new_notices, read
from portal.notices.kinds import label_of
from portal.notices.models import Delivery, Message, Notice
from portal.notices.nobody import reaching_nobody
from portal.people.access.reading import read_list
from portal.people.access.requests import PortalRequest
from portal.people.access.viewer import Viewer
from portal.people.models import AccountMail
from portal.ui.notation import amount

PAGE = 30


@login_required
@require_GET
def inbox(request: PortalRequest) -> HttpResponse:
    viewer = request.viewer
    page = Paginator(inbox_of(viewer), PAGE).get_page(request.GET.get("page"))
    notices = list(page)
    new = len(new_notices(viewer))
    request.notice_count = new
    context = {
        "page": page,
        "rows": [Row.of(notice) for notice in notices],
        "lead": _new_words(new),
        "carried_words": _carried_words(carried_by(viewer).count()),
    }
    mark_shown(viewer, notices)
    return render(request, "notices/inbox.html", context)


@dataclass(frozen=True)
class Row:
    """A notice as one member of its queue sees it. `button`: where it leads, or that it is read by it."""

    notice: Notice
    is_new: bool
    button: str

    @classmethod
    def of(cls, notice: Any) -> "Row":
        button = (notice.action or _("Open")) if notice.url else _("Mark as read")
        return cls(notice, not any(told.read_at for told in notice.told_viewer), button)


def _new_words(count: int) -> str:
    if not count:
        return _("Nothing new.")
    return ngettext("One notice is new.", "%(count)s notices are new.", count) % {"count": amount(count)}


def _carried_words(count: int) -> str:
    if not count:
        return ""
    return ngettext(
        "One person without e-mail waits to be told by you",
        "%(count)d people without e-mail wait to be told by you",
        count,
    ) % {"count": count}


@login_required
@require_POST
def open_notice(request: PortalRequest, pk: int) -> HttpResponse:
    """Mark it read and go where it leads."""
    notice = find_notice(request.viewer, pk)
    if notice is None:
        raise Http404
    read(request.viewer, [pk])
    if notice.url and url_has_allowed_host_and_scheme(notice.url, allowed_hosts=None):
        return redirect(notice.url)
    return redirect("notices:inbox")


@login_required
@require_POST
def read_all(request: PortalRequest) -> HttpResponse:
    read(request.viewer, new_notices(request.viewer))
    return redirect("notices:inbox")


@login_required
@require_GET
def to_pass_on(request: PortalRequest) -> HttpResponse:
    """What people without e-mail are to be told in person, by who is signed in."""
    return render(request, "notices/to_pass_on.html", {"rows": carried_by(request.viewer)})


@login_required
@require_POST
def pass_on(request: PortalRequest, pk: int) -> HttpResponse:
    passed_on(get_object_or_404(carried_by(request.viewer), pk=pk), by=request.viewer)
    messages.success(request, _("Noted: told in person."))
    return redirect("notices:to_pass_on")


# ---- HR ---------------------------------------------------------------------------------------


@login_required
@require_GET
def delivery(request: PortalRequest) -> HttpResponse:
    """Held or live, what waits, what went, what failed; of the notices their kind, never their text.

    HR and auditors of a scope see the messages to people in it.
    """
    request.viewer.require("hr", "site_admin", "auditor")
    read_list(request, "delivery")
    state = request.GET.get("state", "")
    rows = _messages_for(request.viewer).select_related("recipient", "told_by")
    rows = rows.prefetch_related("told__notice")
    rows = rows.order_by("-created_at", "-id")
    if state in Message.State.values:
        rows = rows.filter(state=state)
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    lost = reaching_nobody(request.viewer).select_related("about")
    nobody = Paginator(lost, PAGE).get_page(request.GET.get("nobody"))
    context = {
        "switch": (mode := switch()),
        "lead": _mode_words(mode.mode, waiting := waiting_notices()),
        "mail_waiting_words": _mail_waiting_words(waiting),
        "troubles": _troubles(request.viewer),
        "nobody": nobody,
        "nobody_words": _nobody_words(nobody.paginator.count),
        "nobody_rows": [(notice, label_of(notice.kind)) for notice in nobody],
        "page": page,
        "rows": [(message, _carries(message), what_to_do(message)) for message in page],
        "states": Message.State.choices,
        "state": state,
        "may_change": request.viewer.keeps_organization,
        "may_try_again": bool(request.viewer.roles & {"hr", "site_admin"}),
        "account_mail": _account_mail_in_trouble() if request.viewer.keeps_organization else (),
    }
    return render(request, "notices/delivery.html", context)


def _messages_for(viewer: Viewer) -> QuerySet[Message]:
    if viewer.keeps_organization:
        return Message.objects.all()
    return Message.objects.filter(viewer.role_q(["hr", "auditor"], "recipient_id"))


def _mode_words(mode: str, waiting: int) -> str:
    if mode == Delivery.Mode.LIVE:
        return _("Messages go out by themselves.")
    return ngettext(
        "Messages are held. One notice waits.", "Messages are held. %(count)s notices wait.", waiting
    ) % {"count": amount(waiting)}


def _mail_waiting_words(waiting: int) -> str:
    """The box with which HR asks for what is in the inboxes to be mailed too; nothing where nothing is."""
    if not waiting:
        return ""
    return ngettext(
        "Mail the notice that waits, too", "Mail the %(count)s notices that wait, too", waiting
    ) % {"count": amount(waiting)}


def _troubles(viewer: Viewer) -> list[str]:
    """What needs HR: mail that did not leave."""
    failed = _messages_for(viewer).filter(state=Message.State.FAILED).count()
    late = _messages_for(viewer).filter(state=Message.State.PENDING).exclude(last_error="").count()
    found = []
    if late:
        words = ngettext(
            "The mail server does not take one message now. It is tried again by itself; if this stays, "
            "tell a site admin.",
            "The mail server does not take %(count)d messages now. They are tried again by themselves; if "
            "this stays, tell a site admin.",
            late,
        )
        found.append(words % {"count": late})
    if failed:
        words = ngettext(
            "One message did not leave. Show what failed, and do what it says there.",
            "%(count)d messages did not leave. Show what failed, and do what it says there.",
            failed,
        )
        found.append(words % {"count": failed})
    return found


def _nobody_words(count: int) -> str:
    return ngettext("One notice reaches nobody", "%(count)s notices reach nobody", count) % {
        "count": amount(count)
    }


def _carries(message: Message) -> str:
    """What kinds of notices, and how many of each: Expiring soon × 2, Overdue."""
    counts = Counter(label_of(told.notice.kind) for told in message.told.all())
    return "; ".join(f"{label} × {n}" if n > 1 else str(label) for label, n in counts.items())


def _account_mail_in_trouble() -> QuerySet[Any]:
    """Mail about accounts that failed, or was tried in vain. It holds no link and no token to read."""
    stuck = Q(state=AccountMail.State.FAILED) | (Q(state=AccountMail.State.PENDING) & ~Q(last_error=""))
    return AccountMail.objects.filter(stuck).select_related("person").order_by("-id")[:PAGE]


@login_required
@require_POST
def account_mail_again(request: PortalRequest, pk: int) -> HttpResponse:
    """For those who see this mail on the page: whose it is lies outside of every scope."""
    request.viewer.require_keeper()
    row = get_object_or_404(AccountMail, pk=pk, state=AccountMail.State.FAILED)
    try_account_mail_again(row, by=request.viewer)
    messages.success(request, _("It is tried again."))
    return redirect("notices:delivery")


@login_required
@require_POST
def change_mode(request: PortalRequest) -> HttpResponse:
    """Go live, or hold: it concerns everybody."""
    request.viewer.require_keeper()
    mode = request.POST.get("mode", "")
    if mode not in Delivery.Mode.values:
        raise Http404
    if mode == Delivery.Mode.LIVE:
        mail_waiting = request.POST.get("mail_waiting") == "on"
        go_live(on=request.today, by=request.viewer, mail_waiting=mail_waiting)
        messages.success(request, _("Messages go out now."))
    else:
        set_mode(mode, on=request.today, by=request.viewer)
        messages.success(request, _("Messages are held."))
    return redirect("notices:delivery")


@login_required
@require_POST
def again(request: PortalRequest, pk: int) -> HttpResponse:
    request.viewer.require("hr", "site_admin")
    rows = _messages_for(request.viewer).filter(state=Message.State.FAILED)
    try_again(get_object_or_404(rows, pk=pk), by=request.viewer)
    messages.success(request, _("It is tried again."))
    return redirect("notices:delivery")
