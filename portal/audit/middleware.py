"""The actor of a request, for Wagtail's log; and refusals turned into pages."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from wagtail.log_actions import LogContext

from portal.audit.locks import is_lock_error, is_second_holder
from portal.errors import NotAllowed, Refused, Stale, waited_in_vain
from portal.ui.posts.kept import keep

type Next = Callable[[HttpRequest], HttpResponse]


class ActorMiddleware:
    """Wagtail's admin sets the actor of its own views only; the portal's need it too."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user = request.user if request.user.is_authenticated else None
        with LogContext(user=user):
            return self.get_response(request)


class DomainErrorMiddleware:
    """A refusal that no form caught becomes a page that says why: 403, 409 or 422.

    So do a lock of the database (409), and a change that waited too long for another (503).
    """

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if isinstance(error, Refused):
            status = 403 if isinstance(error, NotAllowed) else 409 if isinstance(error, Stale) else 422
            return _refused(request, error.message, status)
        if is_second_holder(error):
            text = _("Something else is on record for some of these days. Look at it again.")
            return _refused(request, text, 409)
        if is_lock_error(error):
            return _refused(request, _("This record is closed, so that was not saved."), 409)
        if waited_in_vain(error):
            text = _("Somebody else is changing this record right now. Try again.")
            return _refused(request, text, 503)
        return None


def _refused(request: HttpRequest, message: str, status: int) -> HttpResponse:
    """With what was typed: to change and send again, or to copy where it is not theirs to do."""
    context = {"message": message, "kept": keep(request), "may_send": status != 403}
    return render(request, "errors/refused.html", context, status=status)
