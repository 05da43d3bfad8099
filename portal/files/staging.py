"""Files are staged first: opened, cleaned and kept for their sender, outside any transaction.

The form carries the code of the staged file, so that nobody chooses a file twice because another field
was wrong or the session ended. The use case claims it, in its transaction. In this order nothing is
lost and nothing is left over, wherever a process is killed: row, files, `arrived_at`, claim.
"""

import hashlib
import tempfile
from typing import IO, Any

from django.conf import settings
from django.core.files.base import File
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone

from portal.codes import code_from, public_code
from portal.files import words
from portal.files.access import ORIGINAL, check_kind
from portal.files.decoder import Decoded, decoded
from portal.files.errors import BadFile
from portal.files.models import StagedFile, StoredFile, private_storage
from portal.files.names import extension_of, safe_name
from portal.people.models import Person

# Of one person, waiting at the same time; the oldest goes when there are more.
AT_MOST = 20
_PIECE = 2**20


def stage_upload(upload: UploadedFile, *, sender: Person, durable: bool = True) -> StagedFile:
    """Open, clean and keep a file for who sends it. Raises BadFile, with words for the person.

    RuntimeError inside a transaction: opening a file takes long, and a rollback would lose its row.
    `durable=False`: what is lost then is left to the sweep.
    """
    if (upload.size or 0) > settings.UPLOAD_MAX_BYTES:
        raise BadFile(words.too_large())
    with _on_disk(upload) as source, decoded(source) as copy:
        with transaction.atomic(durable=durable):
            staged = _announce(upload, source, copy, sender)
        _save(staged.path, copy.content)
        if staged.original:
            _save(staged.original["path"], source)
        staged.arrived_at = timezone.now()
        staged.save(update_fields=["arrived_at"])
    _drop_surplus(sender)
    return staged


def _on_disk(upload: UploadedFile) -> IO[bytes]:
    """The bytes in a file of the system without a name, which a process of its own can read."""
    copy = tempfile.TemporaryFile()  # noqa: SIM115
    for piece in upload.chunks(_PIECE):
        copy.write(piece)
    copy.flush()
    return copy


def _announce(upload: UploadedFile, source: IO[bytes], copy: Decoded, sender: Person) -> StagedFile:
    """The row, before its files are written."""
    given = upload.name or "file"
    return StagedFile.objects.create(
        code=public_code(),
        sender=sender,
        name=safe_name(given, copy.extension),
        content_type=copy.content_type,
        size=copy.size,
        sha256=_sha256(copy.content),
        path=_new_path(copy.extension),
        original=_original(given, source, copy) if copy.lost else {},
        removed=list(copy.removed),
    )


def _original(given: str, source: IO[bytes], copy: Decoded) -> dict[str, Any]:
    extension, content_type = extension_of(source)
    return {
        "name": safe_name(given, extension),
        "path": _new_path(extension),
        "content_type": content_type,
        "size": source.seek(0, 2),
        "sha256": _sha256(source),
        "lost": list(copy.lost),
    }


def _new_path(extension: str) -> str:
    """A name that tells nothing: neither who nor what, nor the code by which it is asked for."""
    code = public_code()
    return f"sent/{code[:2]}/{code}{extension}"


def _sha256(content: IO[bytes]) -> str:
    content.seek(0)
    return hashlib.file_digest(content, "sha256").hexdigest()  # type: ignore[arg-type]


def _save(path: str, content: IO[bytes]) -> None:
    content.seek(0)
    kept = private_storage().save(path, File(content, name=path))
    if kept != path:
        raise FileExistsError(path)


def _drop_surplus(sender: Person) -> None:
    waiting = StagedFile.objects.filter(sender=sender, claimed_at=None, cleared_at=None)
    for surplus in waiting.order_by("-sent_at", "-id")[AT_MOST:]:
        clear(surplus)


# ---- found again, and claimed ---------------------------------------------------------------------


def find_staged(code: str, *, sender: Person) -> StagedFile:
    """The file that a form names. Raises BadFile where it is not this sender's, gone, or claimed."""
    found = StagedFile.objects.filter(code=code_from(code[:40]), sender=sender).first()
    if found is None or found.arrived_at is None or found.cleared_at:
        raise BadFile(words.gone())
    if found.claimed_at:
        raise BadFile(words.sent_already())
    return found


def claim(
    staged: StagedFile,
    *,
    kind: str,
    person: Person | None,
    about: str = "",
    actor: Person,
    field: str = "file",
) -> StoredFile:
    """The staged file becomes a stored one, in the transaction of the record that it belongs to.

    By its sender alone, and once: the row says so to whoever comes second. Raises BadFile, KeyError for
    an unknown kind. No byte is moved, so a rollback leaves the file staged as it was.
    """
    check_kind(kind)
    now = timezone.now()
    with transaction.atomic():
        rows = StagedFile.objects.filter(pk=staged.pk, sender=actor, arrived_at__isnull=False)
        if not rows.filter(claimed_at=None, cleared_at=None).update(claimed_at=now):
            was_claimed = rows.exclude(claimed_at=None).exists()
            raise BadFile(words.sent_already() if was_claimed else words.gone(), field=field)
        whose = {"person": person, "uploaded_by": actor}
        original = None
        if kept := staged.original:
            original = _insert(ORIGINAL, kept, **whose)
        copy = {name: getattr(staged, name) for name in ("name", "path", "content_type", "size", "sha256")}
        return _insert(kind, copy, about=about, original=original, **whose)


def _insert(kind: str, file: dict[str, Any], **values: Any) -> StoredFile:
    columns = {name: file[name] for name in ("name", "content_type", "size", "sha256")}
    stored = StoredFile(code=public_code(), kind=kind, content=file["path"], **columns, **values)
    stored.save(force_insert=True)
    return stored


# ---- removed --------------------------------------------------------------------------------------


def clear(staged: StagedFile) -> bool:
    """Remove a staged file that nobody claimed: marked, then its files, then its row.

    The mark keeps a claim out. False where it was claimed meanwhile. Killed in between, it is done again.
    """
    rows = StagedFile.objects.filter(pk=staged.pk, claimed_at=None)
    if not rows.update(cleared_at=timezone.now()):
        return False
    for path in staged.paths:
        private_storage().delete(path)
    rows.delete()
    return True
