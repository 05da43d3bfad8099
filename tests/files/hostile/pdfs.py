"""PDFs: locked, signed, acting, looping, packed too well, and two things at once."""

import io
import random
import zlib
from collections.abc import Callable, Iterator
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf, String

from tests.files.hostile import Sample, sample
from tests.files.hostile.others import archive
from tests.files.hostile.pictures import drawn, saved, zeros

SCRIPT = Dictionary(S=Name.JavaScript, JS=String("app.alert(1)"))


def pdf(
    *changes: Callable[[Pdf], Any], pages: int = 1, content: bytes = b"0 0 50 50 re f", **how: Any
) -> bytes:
    out = io.BytesIO()
    with pikepdf.new() as made:
        for _page in range(pages):
            made.add_blank_page(page_size=(200, 100))
        if pages:
            made.pages[0].Contents = made.make_stream(content)
        for change in changes:
            change(made)
        made.save(out, static_id=True, **how)
    return out.getvalue()


def by_hand(*objects: bytes, trailer: bytes = b"") -> bytes:
    """Objects 1, 2 ... as they are written, with a cross-reference table that is right."""
    out, offsets = bytearray(b"%PDF-1.7\n"), []
    for number, text in enumerate(objects, 1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, text)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    out += b"trailer\n<</Size %d/Root 1 0 R%s>>\n" % (
        len(objects) + 1,
        trailer.replace(b"HERE", b"%d" % start),
    )
    return bytes(out + b"startxref\n%d\n%%%%EOF\n" % start)


CATALOG = b"<</Type/Catalog/Pages 2 0 R>>"
TREE = b"<</Type/Pages/Kids[3 0 R]/Count 1>>"
PAGE = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 99 99]/Contents 4 0 R/Resources<<>>>>"


def stream(data: bytes, more: bytes = b"") -> bytes:
    return b"<</Length %d%s>>stream\n%s\nendstream" % (len(data), more, data)


def note(**keys: Any) -> Callable[[Pdf], None]:
    """An annotation on the first page."""

    def change(made: Pdf) -> None:
        box = Array([0, 0, 50, 50])
        found = made.make_indirect(Dictionary(Type=Name.Annot, Rect=box, **keys))
        made.pages[0].obj.Annots = Array([found])

    return change


def root(**keys: Any) -> Callable[[Pdf], None]:
    def change(made: Pdf) -> None:
        for name, value in keys.items():
            made.Root[f"/{name}"] = value

    return change


def attach(made: Pdf) -> None:
    made.attachments["letter.exe"] = b"MZ"


def form(**keys: Any) -> Callable[[Pdf], None]:
    """A text field with a value and no drawing of it."""

    def change(made: Pdf) -> None:
        note(Subtype=Name.Widget, FT=Name.Tx, T=String("n"), V=String("Dana"), DA=String("/Helv 9 Tf 0 g"))(
            made
        )
        font = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
        resources = Dictionary(Font=Dictionary(Helv=font))
        fields = Array([made.pages[0].obj.Annots[0]])
        made.Root.AcroForm = Dictionary(Fields=fields, DR=resources, NeedAppearances=True, **keys)

    return change


def samples(chance: random.Random) -> Iterator[Sample]:
    yield from as_people_send_them()
    yield from acting()
    yield from two_things()
    yield from _refused()
    yield from _broken(chance)


def as_people_send_them() -> Iterator[Sample]:
    yield sample("scan.pdf", pdf())
    yield sample("many-pages.pdf", pdf(pages=500))
    for level in (2, 3, 4, 6):
        lock = pikepdf.Encryption(owner="boss", user="", R=level, aes=level >= 4, metadata=level >= 4)  # type: ignore[arg-type]
        yield sample(f"empty-password-{level}.pdf", pdf(encryption=lock))
    yield sample("form.pdf", pdf(form()))
    yield sample("form-signed.pdf", pdf(form(SigFlags=3)))
    yield sample("form-xfa.pdf", pdf(form(XFA=String("<xfa/>"))))
    yield sample(
        "link.pdf", pdf(note(Subtype=Name.Link, A=Dictionary(S=Name.URI, URI=String("https://x.example"))))
    )
    yield sample("old.pdf", by_hand(CATALOG, TREE, PAGE, stream(b"0 0 9 9 re f")))
    yield sample("linear.pdf", pdf(linearize=True))
    yield sample("packed.pdf", pdf(object_stream_mode=pikepdf.ObjectStreamMode.generate))
    yield sample("bytes-before.pdf", b"\r\n\r\nContent-Type: application/pdf\r\n\r\n" + pdf())
    yield sample("mark-before.pdf", b"\xef\xbb\xbf" + pdf())


def acting() -> Iterator[Sample]:
    launch = Dictionary(S=Name.Launch, F=String("cmd.exe"))
    film = Dictionary(S=Name.Rendition, OP=0)
    for name, change in {
        "script-on-opening": root(OpenAction=SCRIPT),
        "script-by-name": root(Names=Dictionary(JavaScript=Dictionary(Names=Array([String("x"), SCRIPT])))),
        "script-at-closing": root(AA=Dictionary(WC=SCRIPT)),
        "script-of-a-page": lambda made: made.pages[0].obj.__setitem__("/AA", Dictionary(O=SCRIPT)),
        "launch": root(OpenAction=launch),
        "launch-by-click": note(Subtype=Name.Link, A=launch),
        "sends-form": note(Subtype=Name.Link, A=Dictionary(S=Name.SubmitForm, F=String("https://x.example"))),
        "attached": attach,
        "attached-note": note(Subtype=Name.FileAttachment, FS=Dictionary(Type=Name.Filespec, F=String("x"))),
        "film": note(Subtype=Name.RichMedia, RichMediaContent=Dictionary()),
        "screen": note(Subtype=Name.Screen, A=film),
        "portfolio": root(Collection=Dictionary(Type=Name.Collection)),
        "hidden-in-resources": lambda made: made.pages[0].obj.__setitem__(
            "/Resources", Dictionary(Properties=Dictionary(P=Dictionary(A=SCRIPT, Deep=Array([SCRIPT]))))
        ),
        "outside-stream": lambda made: made.pages[0].Contents.__setitem__("/F", String("//evil/share")),
    }.items():
        yield sample(f"{name}.pdf", pdf(change))


def two_things() -> Iterator[Sample]:
    packed = archive(card=b"x" * 100)
    yield sample("zip-behind.pdf", pdf() + packed)
    yield sample("page-behind.pdf", pdf() + b"<script>alert(1)</script>")
    yield sample("zip-before.pdf", packed + pdf())
    yield sample("page-before.pdf", b"<html><script>alert(1)</script><!-- " + pdf())
    yield sample("picture-before.pdf", saved(drawn("RGB"), "GIF")[:200] + pdf())
    yield sample("pdf-in-picture.png", saved(drawn("RGB"), "PNG") + pdf())
    yield sample("two-documents.pdf", pdf() + pdf(root(OpenAction=SCRIPT)))


def _refused() -> Iterator[Sample]:
    lock = pikepdf.Encryption(owner="boss", user="secret")
    yield sample("locked.pdf", pdf(encryption=lock), "locked")
    yield sample("by-certificate.pdf", by_hand(
        CATALOG, TREE, PAGE, stream(b""), b"<</Filter/Adobe.PubSec/V 4>>",
        trailer=b"/Encrypt 5 0 R/ID[<00><00>]",
    ), "locked", "pdf")  # fmt: skip
    yield sample("no-pages.pdf", pdf(pages=0), "no_pages")
    yield sample("too-many-pages.pdf", pdf(pages=501), "pages")
    yield sample("only-adobe.pdf", pdf(root(
        AcroForm=Dictionary(Fields=Array(), XFA=String("<xfa/>")), NeedsRendering=True
    )), "form")  # fmt: skip
    twice = zlib.compress(zeros(2**30), 9)
    nested = b"/Filter[/FlateDecode/FlateDecode]"
    yield sample("bomb.pdf", by_hand(CATALOG, TREE, PAGE, stream(twice, nested)), "unpacks")
    deep = b"/Filter[" + b"/FlateDecode" * 40 + b"]"
    yield sample("bomb-of-bombs.pdf", by_hand(CATALOG, TREE, PAGE, stream(b"x", deep)), "unpacks")
    wide = b"/Type/XObject/Subtype/Image/Width 90000/Height 90000/BitsPerComponent 8/ColorSpace/DeviceGray"
    page = PAGE.replace(b"<<>>", b"<</XObject<</I 5 0 R>>>>")
    yield sample("wide-picture.pdf", by_hand(CATALOG, TREE, page, stream(b""), stream(b"", wide)), "unpacks")


def _broken(chance: random.Random) -> Iterator[Sample]:
    bad = ("pdf", "no_pages", "pages", "memory", "slow")
    whole = pdf()
    yield sample("nothing-more.pdf", b"%PDF-1.7 nothing more", *bad)
    for part in (9, 200, len(whole) - 100):
        yield sample(f"cut-{part}.pdf", whole[:part], "ok", *bad)
    yield sample("noise.pdf", b"%PDF-1.7\n" + chance.randbytes(20_000), *bad)
    kids = b"<</Type/Pages/Kids[2 0 R 3 0 R]/Count 99999999>>"
    yield sample("tree-loops.pdf", by_hand(CATALOG, kids, PAGE, stream(b"")), "ok", *bad)
    yield sample(
        "table-loops.pdf", by_hand(CATALOG, TREE, PAGE, stream(b""), trailer=b"/Prev HERE"), "ok", *bad
    )
    deep = b"<</Type/Catalog/Pages 2 0 R/X " + b"[" * 50_000 + b"]" * 50_000 + b">>"
    yield sample("deep.pdf", by_hand(deep, TREE, PAGE, stream(b"")), "ok", *bad)
    own = PAGE.replace(b"<<>>", b"<</XObject<</X 5 0 R>>>>")
    itself = stream(b"/X Do", b"/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</X 5 0 R>>>>")
    yield sample("draws-itself.pdf", by_hand(CATALOG, TREE, own, stream(b"/X Do"), itself), "ok", *bad)
    objects = zeros(400_000_000)
    packed = b"/Type/ObjStm/N 1/First 5/Filter/FlateDecode"
    yield sample(
        "packed-bomb.pdf", by_hand(CATALOG, TREE, PAGE, stream(objects, packed)), "ok", "unpacks", *bad
    )
    length = stream(b"0 0 9 9 re f").replace(b"/Length 12", b"/Length 4 0 R")
    yield sample("length-of-itself.pdf", by_hand(CATALOG, TREE, PAGE, length), "ok", *bad)
    negative = stream(b"x").replace(b"/Length 1", b"/Length -5")
    yield sample("negative.pdf", by_hand(CATALOG, TREE, PAGE, negative), "ok", *bad)
    many = [b"<</A %d>>" % number for number in range(60_000)]
    yield sample("many-objects.pdf", by_hand(CATALOG, TREE, PAGE, stream(b""), *many))
    yield sample("same-page.pdf", by_hand(
        CATALOG, b"<</Type/Pages/Kids[" + b"3 0 R " * 50_000 + b"]/Count 50000>>", PAGE, stream(b"")
    ), "pages", "slow", "memory", "pdf")  # fmt: skip
