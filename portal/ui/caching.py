"""What a signed-in person was shown is kept by no cache, the browser's included."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

type Next = Callable[[HttpRequest], HttpResponse]


class PrivateAnswersMiddleware:
    """`Cache-Control: private, no-store` where the view said nothing and a session is involved.

    With it the back button after sign-out asks the server again instead of showing a record.
    Asking for the cookie, not for the person, costs no query and holds for error pages too.
    """

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        name = settings.SESSION_COOKIE_NAME
        if "Cache-Control" not in response and (name in request.COOKIES or name in response.cookies):
            response["Cache-Control"] = "private, no-store"
        return response
