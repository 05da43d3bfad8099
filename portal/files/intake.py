"""Files on their way into the record, for code that is not asked by a browser.

A form stages its file first and its use case claims it (portal.files.staging). Accepted: PDF, JPEG,
PNG; HEIC is converted to JPEG. What the bytes are counts, not the name.
"""

import hashlib
import tempfile
from pathlib import PurePath
from typing import Any, NamedTuple

from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile

from portal.codes import public_code
from portal.files.access import check_kind
from portal.files.decoder import decoded
from portal.files.errors import BadFile
from portal.files.models import StoredFile
from portal.files.names import safe_name
from portal.files.staging import claim, stage_upload
from portal.texts import one_line

__all__ = ["Cleaned", "clean", "safe_name", "store_bytes", "store_upload"]


class Cleaned(NamedTuple):
    content: bytes
    content_type: str
    extension: str


def store_upload(
    upload: UploadedFile, *, kind: str, person: Any, about: str = "", actor: Any, field: str = "file"
) -> StoredFile:
    """Check, clean and store a file at once. Raises BadFile, naming the field, with words for the person.

    Not for views: opening a file takes long, and its transaction would wait for it.
    """
    check_kind(kind)
    try:
        staged = stage_upload(upload, sender=actor, durable=False)
        return claim(staged, kind=kind, person=person, about=about, actor=actor)
    except BadFile as error:
        raise BadFile(error.message, field=field) from error


def store_bytes(
    content: bytes, *, name: str, content_type: str, kind: str, person: Any, about: str = "", actor: Any
) -> StoredFile:
    """Store what we made ourselves. After a rollback its file is removed by portal.files.sweeping."""
    check_kind(kind)
    stored = StoredFile(
        code=public_code(),
        person=person,
        kind=kind,
        about=about,
        name=one_line(name),
        content_type=content_type,
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        uploaded_by=actor,
    )
    # The name on disk tells nothing: neither who nor what.
    path = f"{kind}/{stored.code[:2]}/{stored.code}{PurePath(name).suffix}"
    stored.content.save(path, ContentFile(content), save=False)
    stored.save(force_insert=True)
    return stored


def clean(content: bytes) -> Cleaned:
    """What the bytes are, cleaned. Raises BadFile for anything else."""
    with tempfile.TemporaryFile() as source:
        source.write(content)
        source.flush()
        with decoded(source) as copy:
            return Cleaned(copy.content.read(), copy.content_type, copy.extension)
