"""The theme switch, the error pages, and the style guide."""

from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.crypto import get_random_string
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from portal.ui import style_guide as guide
from portal.ui.context_processors import THEME_COOKIE, THEMES
from portal.ui.posts.kept import keep
from portal.ui.posts.mark import Mark

_YEAR = 60 * 60 * 24 * 365


@require_POST
def theme(request: HttpRequest) -> HttpResponse:
    """Keeps the chosen colors in a cookie, and goes back to where the person was."""
    chosen = request.POST.get("theme", "auto")
    back = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure()):
        back = "/"
    # Not redirect(): it would look the words up as the name of an address.
    response = HttpResponseRedirect(back)
    if chosen in THEMES and chosen != "auto":
        response.set_cookie(
            THEME_COOKIE,
            chosen,
            max_age=_YEAR,
            samesite="Lax",
            httponly=True,
            secure=request.is_secure(),
        )
    else:
        response.delete_cookie(THEME_COOKIE)
    return response


def style_guide(request: HttpRequest) -> HttpResponse:
    """Every component in every state. For developers: open while DEBUG, else to site admins."""
    if not settings.DEBUG and "site_admin" not in getattr(request, "roles", ()):
        raise PermissionDenied
    return render(request, "ui/style_guide.html", guide.context(request))


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _error(request, "400.html", 400)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _error(request, "403.html", 403)


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _error(request, "404.html", 404)


def server_error(request: HttpRequest) -> HttpResponse:
    """Without context processors: they may be what failed. What was typed was read before that."""
    context: dict[str, Any] = {"organization_name": settings.ORGANIZATION_NAME}
    if kept := keep(request):
        mark = Mark(kept.person, get_random_string(12))
        context |= {"kept": kept, "may_send": True, "token": get_token(request), "mark": mark}
    return HttpResponse(render_to_string("500.html", context), status=500)


def _error(request: HttpRequest, template: str, status: int) -> HttpResponse:
    """With what was typed, to copy: who may not do it cannot send it again."""
    return render(request, template, {"kept": keep(request)}, status=status)
