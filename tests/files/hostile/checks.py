"""What every cleaned copy must be, whatever was sent."""

import io
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, Stream
from PIL import Image

ACTIONS = {"/JavaScript", "/Launch", "/SubmitForm", "/ImportData", "/Rendition", "/GoToR", "/GoToE", "/URI"}
NOWHERE = (
    "/JS",
    "/EF",
    "/XFA",
    "/AA",
    "/OpenAction",
    "/EmbeddedFiles",
    "/RichMediaContent",
    "/Annots",
    "/AcroForm",
)


def flaws(content: bytes, content_type: str) -> list[str]:
    """What is wrong with the copy, in words; nothing where it is clean."""
    if content_type == "application/pdf":
        return _of_pdf(content)
    return _of_picture(content, content_type)


def _of_picture(content: bytes, content_type: str) -> list[str]:
    with Image.open(io.BytesIO(content)) as image:
        image.load()
        kind = image.get_format_mimetype()
        extra = set(image.info) - {"jfif", "jfif_version", "jfif_unit", "jfif_density", "dpi"}
        marks = bool(image.getexif())
    found = [f"says {kind}"] if kind != content_type else []
    if marks or extra:
        found.append(f"marks {sorted(extra)}")
    ends = b"\xff\xd9" if kind == "image/jpeg" else b"IEND\xaeB`\x82"
    if not content.endswith(ends):
        found.append("something behind the picture")
    return found


def _of_pdf(content: bytes) -> list[str]:
    found = [] if content.startswith(b"%PDF-") else ["something before it"]
    if not content.rstrip().endswith(b"%%EOF") or content.count(b"startxref") != 1:
        found.append("something behind it")
    with pikepdf.open(io.BytesIO(content)) as pdf:
        if pdf.is_encrypted or not pdf.pages:
            found.append("locked or empty")
        for thing in pdf.objects:
            found += _acting(thing)
    return found


def _acting(thing: Any) -> list[str]:
    if not isinstance(thing, Dictionary | Array | Stream):
        return []
    if isinstance(thing, Array):
        return [words for each in thing if not _elsewhere(each) for words in _acting(each)]
    found = [f"has {key}" for key in NOWHERE if key in thing]
    does = thing.get("/S")
    if isinstance(does, Name) and str(does) in ACTIONS:
        found.append(f"does {does}")
    if isinstance(thing, Stream) and "/F" in thing:
        found.append("points outside")
    return found + [words for each in thing.values() if not _elsewhere(each) for words in _acting(each)]


def _elsewhere(thing: Any) -> bool:
    """An object of its own is looked at by itself."""
    return bool(getattr(thing, "is_indirect", False))
