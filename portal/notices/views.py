"""The inbox, what a supervisor passes on, and HR's view of delivery."""

from collections import Counter
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from portal.notices.account_mail import try_account_mail_again
from portal.notices.deliver import try_again
from portal.notices.going_live import go_live, set_mode, switch, would_go
from portal.notices.in_person import carried_by, passed_on
from portal.notices.kinds import label_of
from portal.notices.models import Delivery, Message, Notice
from portal.people.access.reading import read_list
from portal.people.access.requests import PortalRequest
from portal.people.access.viewer import Viewer
from portal.people.models import AccountMail

PAGE = 30


@login_required
@require_GET
def inbox(request: PortalRequest) -> HttpResponse:
    rows = Notice.objects.visible_to(request.viewer).standing_in_inbox()
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    carried = carried_by(request.user).count()
    context = {
        "page": page,
        "lead": _new_words(int(str(getattr(request, "notice_count", 0) or 0))),
        "carried_words": _carried_words(carried),
    }
    return render(request, "notices/inbox.html", context)


def _new_words(count: int) -> str:
    if not count:
        return _("Nothing new.")
    return ngettext("One notice is new.", "%(count)d notices are new.", count) % {"count": count}


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
    notice = get_object_or_404(Notice.objects.visible_to(request.viewer), pk=pk)
    Notice.objects.filter(pk=pk, read_at__isnull=True).update(read_at=timezone.now())
    if notice.url and url_has_allowed_host_and_scheme(notice.url, allowed_hosts=None):
        return redirect(notice.url)
    return redirect("notices:inbox")


@login_required
@require_POST
def read_all(request: PortalRequest) -> HttpResponse:
    Notice.objects.unread().filter(recipient=request.user).update(read_at=timezone.now())
    return redirect("notices:inbox")


@login_required
@require_GET
def to_pass_on(request: PortalRequest) -> HttpResponse:
    """What people without e-mail are to be told in person, by who is signed in."""
    return render(request, "notices/to_pass_on.html", {"rows": carried_by(request.user)})


@login_required
@require_POST
def pass_on(request: PortalRequest, pk: int) -> HttpResponse:
    rows = Message.objects.filter(carrier=request.user, state=Message.State.CARRIED)
    passed_on(get_object_or_404(rows, pk=pk), by=request.viewer)
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
    rows = _messages_for(request.viewer).select_related("recipient", "carrier").prefetch_related("notices")
    rows = rows.order_by("-created_at", "-id")
    if state in Message.State.values:
        rows = rows.filter(state=state)
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    context = {
        "switch": (mode := switch()),
        "lead": _mode_words(mode.mode, would_go()),
        "page": page,
        "rows": [(message, _carries(message)) for message in page],
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
        "Messages are held. One would go out.", "Messages are held. %(count)d would go out.", waiting
    ) % {"count": waiting}


def _carries(message: Message) -> str:
    """What kinds of notices, and how many of each: Expiring soon × 2, Overdue."""
    counts = Counter(label_of(notice.kind) for notice in message.notices.all())
    return "; ".join(f"{label} × {n}" if n > 1 else str(label) for label, n in counts.items())


def _account_mail_in_trouble() -> QuerySet[Any]:
    """Mail about accounts that failed, or was tried in vain. It holds no link and no token to read."""
    stuck = Q(state=AccountMail.State.FAILED) | Q(state=AccountMail.State.PENDING, attempts__gt=0)
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
        go_live(on=request.today, by=request.viewer)
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
