"""Where and when a session was last used, for the list of sessions: kept at most once in some minutes.

A session slides while somebody writes: what is sent, saved by itself or said by an open page (`X-Writing`)
moves its end.
"""

from collections.abc import Callable

from allauth.usersessions.models import UserSession
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse

from portal.addresses import client_address
from portal.hashing import canonical_sha256

SECONDS = 5 * 60


class SessionActivityMiddleware:
    """In place of allauth's, which writes with every request.

    A session from another address or device is recorded at once. Without a cache every request is.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        key = request.session.session_key
        if key and request.user.is_authenticated:
            device = request.headers.get("User-Agent", "")
            mark = canonical_sha256([key, client_address(request), device, request.user.pk])
            if cache.add(f"session-seen:{mark}", 1, SECONDS):
                UserSession.objects.create_from_request(request)
            if _writes(request) and cache.add(f"session-slid:{canonical_sha256(key)}", 1, SECONDS):
                request.session.modified = True
        return self.get_response(request)


def _writes(request: HttpRequest) -> bool:
    return request.method == "POST" or "X-Writing" in request.headers
