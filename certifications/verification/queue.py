"""The verification queue: what is to be looked up at the source."""

from django.db.models import QuerySet

from certifications.credentials.waiting import waiting_terms
from certifications.models import Period
from portal.people.access.viewer import Viewer


def waiting_for_verification(viewer: Viewer) -> QuerySet[Period]:
    """Terms in the viewer's scope that wait for a look, oldest first; never one's own."""
    rows = waiting_terms().filter(viewer.role_q(["hr", "auditor"], "credential__person_id"))
    rows = rows.exclude(credential__person=viewer.person)
    return rows.select_related("credential__person", "credential__type", "card").order_by(
        "submitted_at", "pk"
    )
