"""Guards of views: a stranger gets 404, an insider without the right 403."""

from django.core.exceptions import PermissionDenied
from django.http import Http404

from portal.people.access.viewer import Viewer
from portal.people.models import Person


def get_person_for(viewer: Viewer, pk: int) -> Person:
    """The person, if the viewer may see the standing. Raises Http404 otherwise: a stranger learns nothing."""
    person: Person | None = Person.objects.filter(pk=pk).first()
    if person is None or not viewer.sees_standing_of(person.pk):
        raise Http404
    return person


def require_hr_for(viewer: Viewer, person_id: int) -> None:
    """Raises Http404 for a stranger to the record, PermissionDenied for an insider who is not HR for it."""
    if not viewer.sees_standing_of(person_id):
        raise Http404
    if not viewer.is_hr_for(person_id):
        raise PermissionDenied
