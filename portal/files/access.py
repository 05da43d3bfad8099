"""Who may read a private file: the app that owns a kind registers the rule."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404

from portal.files.models import StoredFile
from portal.people.access.viewer import Viewer

# A file as it was sent, kept beside a cleaned copy that shows or proves less. EXIF may be in it.
ORIGINAL = "original"

type MayRead = Callable[[Viewer, StoredFile], bool]


@dataclass(frozen=True)
class FileKind:
    slug: str
    label: Any
    may_read: MayRead


_kinds: dict[str, FileKind] = {}


def register_kind(slug: str, label: Any, may_read: MayRead) -> None:
    _kinds[slug] = FileKind(slug, label, may_read)


def kinds() -> dict[str, FileKind]:
    return dict(_kinds)


def check_kind(slug: str) -> None:
    """Raises KeyError for a kind nobody registered: a file without a rule must not exist."""
    if slug not in _kinds:
        raise KeyError(f"Unknown kind of file {slug!r}: call register_kind() in the app's ready().")


def get_file_for(viewer: Viewer, code: str) -> StoredFile:
    """The file, if its kind lets the viewer read it.

    Raises Http404 for a stranger, who learns nothing; PermissionDenied for an insider to the person's
    record who may know that the file exists.
    """
    stored = StoredFile.objects.select_related("person").filter(code=code).first()
    if stored is None or stored.kind not in _kinds:
        raise Http404
    if not _kinds[stored.kind].may_read(viewer, stored):
        if standing_circle(viewer, stored):
            raise PermissionDenied
        raise Http404
    return stored


def reads_documents_of(viewer: Viewer, person_id: int) -> bool:
    """Oneself, the own line and HR open cards and proofs; an auditor sees that they exist."""
    return person_id == viewer.person.pk or viewer.leads(person_id) or viewer.is_hr_for(person_id)


def hr_alone(viewer: Viewer, stored: StoredFile) -> bool:
    """The rule of originals: HR for the person, nobody else."""
    return stored.person_id is not None and viewer.is_hr_for(stored.person_id)


def documents_circle(viewer: Viewer, stored: StoredFile) -> bool:
    """The rule of cards and proofs."""
    return stored.person_id is not None and reads_documents_of(viewer, stored.person_id)


def standing_circle(viewer: Viewer, stored: StoredFile) -> bool:
    """The common rule: whoever may see the standing of the person whose file it is."""
    return stored.person_id is not None and viewer.sees_standing_of(stored.person_id)
