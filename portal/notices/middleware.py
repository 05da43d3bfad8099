"""How many notices are unread, for the letterhead; asked only when shown."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject

from portal.notices.inbox import new_count

type Next = Callable[[HttpRequest], HttpResponse]


class NoticeCountMiddleware:
    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.notice_count = SimpleLazyObject(lambda: _count(request))  # type: ignore[attr-defined]
        return self.get_response(request)


def _count(request: HttpRequest) -> int:
    if not request.user.is_authenticated:
        return 0
    return new_count(request.viewer)  # type: ignore[attr-defined]
