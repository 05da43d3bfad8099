"""What comes in is well formed before any view sees it."""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse, QueryDict

from portal.texts import clean_text
from portal.ui.limits import BIGGEST

type Next = Callable[[HttpRequest], HttpResponse]


class CleanCookiesMiddleware:
    """A cookie with a NUL is dropped before anybody looks for its session: no database holds one."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        for name in [name for name, value in request.COOKIES.items() if "\0" in name + value]:
            del request.COOKIES[name]
        return self.get_response(request)


class WellFormedMiddleware:
    """For every address, those of Wagtail and allauth too.

    A NUL in the address is answered with 400: no link of ours has one. From what is posted it is
    taken out, with the other control characters: nobody can see them, and a text with one of them
    must not be lost. A number in the path that no database holds is answered with 404.
    """

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        query = request.META.get("QUERY_STRING", "")
        if "\0" in request.path_info or "\0" in query or "%00" in query:
            raise BadRequest("There is a NUL in the address.")
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, _view: Any, _args: list[Any], values: dict[str, Any]
    ) -> HttpResponse | None:
        if any(isinstance(value, int) and value > BIGGEST for value in values.values()):
            raise Http404
        if request.method == "POST":
            request.POST = cleaned(request.POST)  # type: ignore[assignment]
        return None


def cleaned(posted: QueryDict) -> QueryDict:
    """The same fields, with every text cleaned."""
    copy = QueryDict(mutable=True, encoding=posted.encoding)
    for name, texts in posted.lists():
        copy.setlist(clean_text(name), [clean_text(text) for text in texts])
    copy._mutable = False
    return copy
