"""The actor of a request, for Wagtail's log; and refusals turned into pages."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from wagtail.log_actions import LogContext

from portal.errors import NotAllowed, Refused, Stale

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
    """A refusal that no form caught becomes a page that says why: 403, 409 or 422."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if not isinstance(error, Refused):
            return None
        status = 403 if isinstance(error, NotAllowed) else 409 if isinstance(error, Stale) else 422
        return render(request, "errors/refused.html", {"message": error.message}, status=status)
