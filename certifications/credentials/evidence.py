"""The evidence about one term of a credential."""

from django.db.models import Q

from certifications.models import Period
from portal.standing.models import Evidence


def pieces_of(period: Period) -> list[Evidence]:
    """The pieces about this term, its privileges in other states with it, that were not voided."""
    about = Q(subject=period.subject)
    for mark in (":", "@"):
        about |= Q(subject__startswith=f"{period.subject}{mark}")
    rows = Evidence.objects.filter(
        about, person=period.credential.person_id, kind=Evidence.Kind.PIECE
    ).exclude(answers__kind=Evidence.Kind.VOID)
    return list(rows.select_related("qualification").in_order())
