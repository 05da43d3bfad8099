"""What the base layout needs on every page."""

from functools import cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.ui import nav
from portal.ui.posts.draft_key import draft_keys

THEMES = ("auto", "light", "dark")
THEME_COOKIE = "theme"

# What people here call their time; elsewhere the zone's own city.
_ZONES = {
    "America/New_York": _("Eastern"),
    "America/Chicago": _("Central"),
    "America/Denver": _("Mountain"),
    "America/Phoenix": _("Arizona"),
    "America/Los_Angeles": _("Pacific"),
    "America/Anchorage": _("Alaska"),
    "Pacific/Honolulu": _("Hawaii"),
}


def time_zone_name() -> str:
    """Pacific, or the city of a zone without a common name."""
    zone = timezone.get_current_timezone_name()
    return str(_ZONES.get(zone) or zone.rsplit("/", 1)[-1].replace("_", " "))


def theme_of(request: HttpRequest) -> str:
    """light or dark, where the person chose one; else nothing, and the system decides."""
    chosen = request.COOKIES.get(THEME_COOKIE, "")
    return chosen if chosen in {"light", "dark"} else ""


def layout(request: HttpRequest) -> dict[str, Any]:
    user = getattr(request, "user", None)
    signed_in = bool(user and user.is_authenticated)
    # Functions, called by the template that shows them: a fragment asks the database for nothing.
    viewer = getattr(request, "viewer", None)
    links = cache(lambda: nav.links_for(_roles(request), request.path, viewer) if signed_in else ([], []))
    return {
        "organization_name": settings.ORGANIZATION_NAME,
        "theme": theme_of(request),
        "today": getattr(request, "today", None) or timezone.localdate(),
        "nav": lambda: links()[0],
        "nav_more": lambda: links()[1],
        "role_word": lambda: nav.ROLE_WORDS.get(nav.leading_role(_roles(request)), ""),
        "notice_count": cache(lambda: int(str(getattr(request, "notice_count", 0) or 0))),
        "demo": getattr(settings, "DEMO", False),
        "draft_keys": cache(lambda: draft_keys(user.pk) if user and signed_in else ""),
        "time_zone_name": time_zone_name(),
    }


def _roles(request: HttpRequest) -> frozenset[str]:
    return frozenset(getattr(request, "roles", ()))
