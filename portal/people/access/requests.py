"""The request as the portal's views get it: who asks, on which day."""

from datetime import date
from typing import Any

from django.http import HttpRequest

from portal.people.access.viewer import Viewer
from portal.people.models import Person


class PortalRequest(HttpRequest):
    """What WhoMiddleware and its neighbors add. `user` is a Person wherever sign-in is demanded."""

    user: Person
    today: date
    viewer: Viewer
    roles: frozenset[str]
    notice_count: int
    htmx: Any
    files_too_large: set[str]
