"""The verification queue: terms that were sent and that nobody has checked at the source."""

from django.db.models import Exists, OuterRef, Q, QuerySet

from certifications.models import Period, Verification
from portal.people.access.viewer import Viewer


def waiting_for_verification(viewer: Viewer) -> QuerySet[Period]:
    """Terms in the viewer's scope without a check at the source, oldest first; never one's own."""
    checks = Verification.objects.filter(period=OuterRef("pk"))
    # For a course card the card is the proof; everything else is asked at its source.
    checked = checks.filter(~Q(method=Verification.Method.CARD) | Q(period__credential__type__kind="card"))
    rows: QuerySet[Period] = Period.objects.filter(
        viewer.role_q(["hr", "auditor"], "credential__person_id"), credential__withdrawn_at__isnull=True
    )
    rows = rows.filter(~Exists(checked)).exclude(credential__person=viewer.person)
    return rows.select_related("credential__person", "credential__type", "card").order_by(
        "submitted_at", "pk"
    )
