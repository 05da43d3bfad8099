"""Who may read the directory, and what is logged when an auditor reads a list."""

from django.core.exceptions import PermissionDenied

from portal.audit.log import read
from portal.people.access.requests import PortalRequest
from portal.people.access.viewer import Viewer


def require_colleague(viewer: Viewer) -> None:
    """Raises PermissionDenied (403) for somebody who neither works here nor holds a role today."""
    if not viewer.roles:
        raise PermissionDenied


def read_list(request: PortalRequest, what: str) -> None:
    """Log that an auditor read a list, board or queue, and how the address narrowed it."""
    if request.viewer.has("auditor"):
        read(request.user, what, detail=request.GET.urlencode())
