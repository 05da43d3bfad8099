"""At each request: who is no longer employed is signed out, whether or not a worker runs."""

from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from portal.people.access.middleware import Next
from portal.people.access.viewer import Viewer
from portal.people.accounts.closing import close_accounts_of_gone

# Asked often, by nobody in particular.
_UNASKED = ("/static/", "/healthz", "/readyz")


class AdmissionMiddleware:
    """Signs out whom the day does not admit, closes the account of who is gone, and answers 403."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path_info.startswith(_UNASKED) or not request.user.is_authenticated:
            return self.get_response(request)
        viewer: Viewer = request.viewer  # type: ignore[attr-defined]
        if viewer.admission.is_open:
            return self.get_response(request)
        close_accounts_of_gone(viewer.on, [viewer.person.pk])
        logout(request)
        return render(request, "account/account_inactive.html", status=403)
