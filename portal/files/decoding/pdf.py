"""PDFs: their pages are copied into a new document, and nothing else.

What is written in forms and notes is drawn into the page first. Scripts, actions, attachments, films,
data of forms, what other programs left, earlier versions and bytes before or behind the document are
not reached from the pages, so they do not come along. A password that is empty is no lock.
"""

import zlib
from collections.abc import Iterator
from typing import Any, BinaryIO

import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf, Stream, String

from .verdict import Cleaned, Lost, Refusal, Removed, Why

MAX_PAGES = 500
# What all compressed parts hold, unpacked, and the pixels of one picture: a viewer has to bear them.
MAX_UNPACKED = 512 * 2**20
MAX_IMAGE_PIXELS = 400_000_000
MAX_NESTED = 3
_PIECE = 2**20

_OF_A_PAGE = {
    "/Type", "/Parent", "/MediaBox", "/CropBox", "/BleedBox", "/TrimBox", "/ArtBox", "/Rotate", "/UserUnit",
    "/Resources", "/Contents", "/Group",
}  # fmt: skip
_OF_RESOURCES = {
    "/Font", "/XObject", "/ExtGState", "/ColorSpace", "/Pattern", "/Shading", "/Properties", "/ProcSet",
}  # fmt: skip
# Keys of streams that point out of the document or carry what is not shown.
_NOT_OF_A_STREAM = (
    "/F", "/FFilter", "/FDecodeParms", "/Ref", "/OPI", "/AF", "/Metadata", "/PieceInfo", "/Alternates",
)  # fmt: skip
_ACTIONS = {
    "/JavaScript", "/Launch", "/URI", "/GoTo", "/GoToR", "/GoToE", "/SubmitForm", "/ImportData", "/ResetForm",
    "/Rendition", "/Movie", "/Sound", "/RichMediaExecute", "/GoTo3DView", "/Hide", "/Named", "/Thread",
}  # fmt: skip
_MEDIA = {"/RichMedia", "/Screen", "/Movie", "/Sound", "/3D"}


def clean_pdf(source: BinaryIO, out: BinaryIO) -> Cleaned:
    source.seek(0)
    with _opened(source) as pdf, pikepdf.new() as new:
        if len(pdf.pages) == 0:
            raise Refusal(Why.NO_PAGES)
        if len(pdf.pages) > MAX_PAGES:
            raise Refusal(Why.PAGES)
        _refuse_half_a_document(pdf)
        _refuse_what_only_adobe_shows(pdf)
        removed = tuple(sorted(set(_acting(pdf))))
        is_signed = _is_signed(pdf)
        _copy(pdf, new)
        for number in range(len(new.objects)):
            _strip(new.objects[number], 0)
        _refuse_bombs(new)
        new.save(
            out,
            compress_streams=True,
            stream_decode_level=pikepdf.StreamDecodeLevel.none,
            object_stream_mode=pikepdf.ObjectStreamMode.generate,
            deterministic_id=True,
        )
    # What can act is not kept, not even beside.
    lost = (Lost.SIGNATURE,) if is_signed and not removed else ()
    return Cleaned("application/pdf", ".pdf", lost, removed)


def _opened(source: BinaryIO) -> Pdf:
    try:
        return pikepdf.open(source, password="", suppress_warnings=True)
    except pikepdf.PasswordError as error:
        raise Refusal(Why.LOCKED) from error
    except pikepdf.PdfError as error:
        raise Refusal(Why.LOCKED if "encrypt" in str(error).lower() else Why.PDF) from error


# ---- what is in it --------------------------------------------------------------------------------


def _dictionary(of: Any, *names: str) -> Any:
    """The dictionary that these names lead to, or an empty one."""
    for name in names:
        of = of.get(name) if isinstance(of, Dictionary) else None
    return of if isinstance(of, Dictionary) else Dictionary()


def _refuse_half_a_document(pdf: Pdf) -> None:
    """What was cut off is repaired, but a page whose content is gone must not pass for an empty one."""
    if any("reconstruct" in str(warning) for warning in pdf.get_warnings()) and any(
        page.obj.get("/Contents") is None for page in pdf.pages
    ):
        raise Refusal(Why.PDF)


def _refuse_what_only_adobe_shows(pdf: Pdf) -> None:
    """A form whose pages are made by its reader: without its data it is one page that says "please wait"."""
    form = _dictionary(pdf.Root, "/AcroForm")
    if "/XFA" in form and (bool(pdf.Root.get("/NeedsRendering")) or not form.get("/Fields")):
        raise Refusal(Why.FORM)


def _is_signed(pdf: Pdf) -> bool:
    form = _dictionary(pdf.Root, "/AcroForm")
    flags = form.get("/SigFlags", 0)
    return bool(isinstance(flags, int) and flags & 1) or "/Perms" in pdf.Root


def _acting(pdf: Pdf) -> Iterator[Removed]:
    """What can act, at the places where viewers look for it."""
    root, names = pdf.Root, _dictionary(pdf.Root, "/Names")
    if "/JavaScript" in names or "/AA" in root or _does_more_than_go(root.get("/OpenAction")):
        yield Removed.SCRIPTS
    if "/EmbeddedFiles" in names or "/AF" in root or "/Collection" in root:
        yield Removed.ATTACHMENTS
    for page in pdf.pages:
        if "/AA" in page.obj:
            yield Removed.SCRIPTS
        notes = page.obj.get("/Annots")
        for note in notes if isinstance(notes, Array) else ():
            if isinstance(note, Dictionary):
                yield from _acting_note(note)


def _acting_note(note: Any) -> Iterator[Removed]:
    kind = str(note.get("/Subtype", ""))
    if kind == "/FileAttachment":
        yield Removed.ATTACHMENTS
    if kind in _MEDIA:
        yield Removed.MEDIA
    if "/AA" in note or _does_more_than_go(note.get("/A")):
        yield Removed.SCRIPTS


def _does_more_than_go(action: Any) -> bool:
    """A link or a first page is no script."""
    return isinstance(action, Dictionary) and str(action.get("/S", "")) not in ("/GoTo", "/URI", "/Named")


# ---- the copy -------------------------------------------------------------------------------------


def _copy(pdf: Pdf, new: Pdf) -> None:
    if "/AcroForm" in pdf.Root:
        pdf.generate_appearance_streams()
    pdf.flatten_annotations("all")
    layers = pdf.Root.get("/OCProperties")
    for page in pdf.pages:
        for key in set(page.obj.keys()) - _OF_A_PAGE:
            del page.obj[key]
    new.pages.extend(pdf.pages)
    for page in new.pages:  # What was inherited from the tree of pages is theirs now.
        resources = page.obj.get("/Resources")
        if isinstance(resources, Dictionary):
            for key in set(resources.keys()) - _OF_RESOURCES:
                del resources[key]
    if isinstance(layers, Dictionary):
        # Which layers are shown: without it hidden ones would appear.
        new.Root.OCProperties = new.copy_foreign(pdf.make_indirect(layers))


def _strip(thing: Any, depth: int) -> None:
    """Empty every action and outside file that hides where none belongs; not followed into other objects."""
    if depth > 50:
        raise Refusal(Why.PDF)
    if isinstance(thing, Stream):
        for key in _NOT_OF_A_STREAM:
            if key in thing.stream_dict:
                del thing.stream_dict[key]
    if isinstance(thing, Dictionary) and _acts(thing):
        for key in list(thing.keys()):
            del thing[key]
    inner: Any = ()
    if isinstance(thing, Stream):
        inner = thing.stream_dict.values()
    elif isinstance(thing, Dictionary):
        inner = thing.values()
    elif isinstance(thing, Array):
        inner = thing
    for each in inner:
        if isinstance(each, Dictionary | Array) and not each.is_indirect:
            _strip(each, depth + 1)


def _acts(thing: Any) -> bool:
    kind = thing.get("/Type")
    if isinstance(kind, Name) and str(kind) in ("/Action", "/Filespec", "/EmbeddedFile", "/Sig"):
        return True
    does = thing.get("/S")
    if isinstance(does, Name) and str(does) in _ACTIONS:
        return True
    # By itself a key of two letters may be the name of a font.
    return "/EF" in thing and isinstance(thing.get("/F", thing.get("/UF")), String)


# ---- bombs ----------------------------------------------------------------------------------------


def _refuse_bombs(pdf: Pdf) -> None:
    left = MAX_UNPACKED
    for thing in pdf.objects:
        if not isinstance(thing, Stream):
            continue
        width, height = thing.get("/Width", 0), thing.get("/Height", 0)
        if isinstance(width, int) and isinstance(height, int) and width * height > MAX_IMAGE_PIXELS:
            raise Refusal(Why.UNPACKS)
        left -= _unpacked(thing, left)


def _unpacked(stream: Any, limit: int) -> int:
    """How many bytes the stream holds once unpacked, counted piece by piece. Refuses at the limit."""
    filters = stream.get("/Filter")
    names = [str(name) for name in filters] if isinstance(filters, Array) else [str(filters)]
    nested = 0
    while nested < len(names) and names[nested] in ("/FlateDecode", "/Fl"):
        nested += 1
    if not nested:
        return 0
    if nested > MAX_NESTED:
        raise Refusal(Why.UNPACKS)
    count = 0
    for piece in _inflated(iter([stream.read_raw_bytes()]), nested):
        count += len(piece)
        if count > limit:
            raise Refusal(Why.UNPACKS)
    return count


def _inflated(pieces: Iterator[bytes], times: int) -> Iterator[bytes]:
    """The bytes inflated so many times over, a piece at a time; what is damaged ends there."""
    for _time in range(times):
        pieces = _inflate(pieces)
    return pieces


def _inflate(pieces: Iterator[bytes]) -> Iterator[bytes]:
    inflater = zlib.decompressobj()
    for piece in pieces:
        while piece:
            try:
                yield inflater.decompress(piece, _PIECE)
            except zlib.error:
                return
            piece = inflater.unconsumed_tail
