"""The content security policy, chosen by path: strict for the portal, Wagtail's own for its admin."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.middleware.csp import ContentSecurityPolicyMiddleware


class PathPolicyMiddleware(ContentSecurityPolicyMiddleware):
    """Django's policy middleware with a second policy for `/admin/`."""

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        if request.path_info.startswith("/admin/") and not hasattr(response, "_csp_config"):
            response._csp_config = settings.ADMIN_CSP  # type: ignore[attr-defined]
        return super().process_response(request, response)
