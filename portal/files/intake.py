"""Files on the way in: judged by content, not by name; size-limited; pictures cleaned.

Accepted: PDF, JPEG, PNG; HEIC is converted to JPEG. Pictures are turned upright and written anew,
so place, camera and owner (EXIF) do not come along.
"""

import hashlib
import io
import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import PurePath
from typing import Any, NamedTuple

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.codes import public_code
from portal.files.access import check_kind
from portal.files.errors import BadFile
from portal.files.models import StoredFile
from portal.texts import one_line

log = logging.getLogger(__name__)

# Decompressed pixels: a phone's camera and then some, at 4 bytes each. A small file can claim far more.
MAX_PIXELS = 64_000_000
_PICTURE = gettext_lazy("This picture cannot be read. Take it again, or send a PDF.")
_HEIC_BRANDS = {b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1", b"heif"}


class Cleaned(NamedTuple):
    content: bytes
    content_type: str
    extension: str


def store_upload(
    upload: UploadedFile, *, kind: str, person: Any, about: str = "", actor: Any, field: str = "file"
) -> StoredFile:
    """Check, clean and store an uploaded file. Raises BadFile, naming the field, with words for the person."""
    limit = settings.UPLOAD_MAX_BYTES
    if (upload.size or 0) > limit:
        raise BadFile(
            _("The file is larger than %(mb)d MB. Send a smaller scan or photo.") % {"mb": limit // 2**20},
            field=field,
        )
    try:
        cleaned = clean(upload.read())
    except BadFile as error:
        raise BadFile(error.message, field=field) from error
    name = safe_name(upload.name or "file", cleaned.extension)
    return _store(cleaned.content, name, cleaned.content_type, kind, person, about, actor)


def store_bytes(
    content: bytes, *, name: str, content_type: str, kind: str, person: Any, about: str = "", actor: Any
) -> StoredFile:
    """Store what we made ourselves."""
    return _store(content, name, content_type, kind, person, about, actor)


def _store(
    content: bytes, name: str, content_type: str, kind: str, person: Any, about: str, actor: Any
) -> StoredFile:
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


def safe_name(name: str, extension: str) -> str:
    """The person's own name for the file, without path or odd characters, with the true extension."""
    stem = re.sub(r"[^\w\- ().]+", "_", PurePath(name.replace("\\", "/")).stem).strip("._ ")[:80]
    return f"{stem or 'file'}{extension}"


def clean(content: bytes) -> Cleaned:
    """What the bytes are, cleaned. Raises BadFile for anything else."""
    if not content:
        raise BadFile(_("The file is empty."))
    if content[:1024].lstrip().startswith(b"%PDF-"):
        return _clean_pdf(content)
    if content.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")):
        return _clean_picture(content)
    if content[4:8] == b"ftyp" and content[8:12] in _HEIC_BRANDS:
        return _clean_heic(content)
    raise BadFile(_("This is not a PDF, JPEG, PNG or HEIC file. Its content counts, not its name."))


@contextmanager
def _reading(words: str) -> Iterator[None]:
    """Whatever a parser raises over a damaged or hostile file, the person gets a sentence, not an error."""
    try:
        yield
    except BadFile:
        raise
    except Exception as error:
        log.info("A file was refused: %s", error)
        raise BadFile(words) from error


def _clean_pdf(content: bytes) -> Cleaned:
    from pypdf import PdfReader

    with _reading(_("This PDF cannot be read. Save it again, or send a photo.")):
        reader = PdfReader(io.BytesIO(content))
        if reader.is_encrypted:
            raise BadFile(_("This PDF is locked with a password. Save it without one and send it again."))
        if len(reader.pages) == 0:
            raise BadFile(_("This PDF has no pages."))
    return Cleaned(content, "application/pdf", ".pdf")


def _clean_picture(content: bytes) -> Cleaned:
    from PIL import Image, ImageOps

    with _reading(str(_PICTURE)), Image.open(io.BytesIO(content), formats=["JPEG", "PNG"]) as image:
        _check_pixels(image.size)
        kind = image.format
        image.load()
        ImageOps.exif_transpose(image, in_place=True)
        return _written(image, "PNG" if kind == "PNG" else "JPEG")


def _clean_heic(content: bytes) -> Cleaned:
    import pillow_heif
    from PIL import ImageOps

    with _reading(str(_PICTURE)):
        heif = pillow_heif.open_heif(io.BytesIO(content), convert_hdr_to_8bit=True)
        _check_pixels(heif.size)
        image = heif.to_pillow()
        ImageOps.exif_transpose(image, in_place=True)
        return _written(image, "JPEG")


def _check_pixels(size: tuple[int, int]) -> None:
    if size[0] * size[1] > MAX_PIXELS:
        raise BadFile(_("This picture has too many pixels. Send a smaller one."))


def _written(image: Any, kind: str) -> Cleaned:
    """The picture written anew from its pixels alone."""
    mode = "RGB" if kind == "JPEG" or image.mode not in ("RGB", "RGBA", "L") else image.mode
    pixels = image if image.mode == mode else image.convert(mode)
    # Place, camera, owner and comments live here; a copy of the pixels would need as much memory again.
    pixels.info = {}
    out = io.BytesIO()
    if kind == "JPEG":
        pixels.save(out, "JPEG", quality=88, optimize=True, exif=b"")
        return Cleaned(out.getvalue(), "image/jpeg", ".jpg")
    pixels.save(out, "PNG", exif=b"")
    return Cleaned(out.getvalue(), "image/png", ".png")
