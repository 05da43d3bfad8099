"""The second factor that some roles must have."""

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from portal.people.access.middleware import Next

# What stays open to somebody who still has to set up the second factor.
_OPEN_PREFIXES = ("/accounts/", "/static/", "/healthz", "/readyz", "/ui/")


class SecondFactorMiddleware:
    """HR, auditors and site admins reach only the set-up of a second factor until they have one."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if self._must_set_up(request):
            return redirect("mfa_index")
        return self.get_response(request)

    def _must_set_up(self, request: HttpRequest) -> bool:
        if not settings.SECOND_FACTOR_ROLES or request.path_info.startswith(_OPEN_PREFIXES):
            return False
        if not request.user.is_authenticated:
            return False
        if not settings.SECOND_FACTOR_ROLES.intersection(getattr(request, "roles", ())):
            return False
        return not is_mfa_enabled(request.user)
