"""PDFs: the pages stay as they were, what can act goes, and what goes is said."""

import io
from collections.abc import Callable
from typing import Any

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, Pdf, String
from pypdf import PdfReader

from portal.files.decoding import pdf as decoding
from portal.files.decoding.worker import examine
from tests.files.hostile.pdfs import (
    CATALOG,
    PAGE,
    SCRIPT,
    TREE,
    attach,
    by_hand,
    form,
    note,
    pdf,
    root,
    stream,
)


def cleaned(content: bytes) -> tuple[bytes, dict[str, Any]]:
    out = io.BytesIO()
    answer = examine(io.BytesIO(content), out)
    assert "refused" not in answer, answer
    return out.getvalue(), answer


def refused(content: bytes) -> str:
    return str(examine(io.BytesIO(content), io.BytesIO())["refused"])


def test_a_password_that_is_empty_is_no_lock() -> None:
    content, answer = cleaned(pdf(encryption=pikepdf.Encryption(owner="boss", user="")))
    assert not PdfReader(io.BytesIO(content)).is_encrypted
    assert (answer["lost"], answer["removed"]) == ((), ())
    assert refused(pdf(encryption=pikepdf.Encryption(owner="boss", user="secret"))) == "locked"


def test_bytes_before_and_behind_do_not_come_along() -> None:
    content, _answer = cleaned(b"<html>\r\n" + pdf() + b"PK\x03\x04 more")
    assert content.startswith(b"%PDF-")
    assert b"<html>" not in content
    assert b"PK" not in content[-60:]


@pytest.mark.parametrize(
    ("change", "removed"),
    [
        (root(OpenAction=SCRIPT), "scripts"),
        (root(AA=Dictionary(WC=SCRIPT)), "scripts"),
        (attach, "attachments"),
        (note(Subtype=Name.RichMedia), "media"),
        (root(SomethingOfOurs=Dictionary()), ""),
    ],
)
def test_what_goes_is_named(change: Callable[[Pdf], None], removed: str) -> None:
    assert list(cleaned(pdf(change))[1]["removed"]) == ([removed] if removed else [])


def test_what_is_written_in_a_form_is_drawn_into_the_page() -> None:
    content, _answer = cleaned(pdf(form()))
    assert "Dana" in PdfReader(io.BytesIO(content)).pages[0].extract_text()


def test_a_form_that_only_adobe_shows_is_refused_and_another_with_its_data_is_not() -> None:
    alone = Dictionary(Fields=Array(), XFA=String("<xfa/>"))
    assert refused(pdf(root(AcroForm=alone, NeedsRendering=True))) == "form"
    assert (
        "Dana" in PdfReader(io.BytesIO(cleaned(pdf(form(XFA=String("<xfa/>"))))[0])).pages[0].extract_text()
    )


def test_of_a_signed_one_the_original_is_worth_keeping_unless_it_can_act() -> None:
    assert list(cleaned(pdf(form(SigFlags=3)))[1]["lost"]) == ["signature"]
    assert list(cleaned(pdf(form(SigFlags=3), root(OpenAction=SCRIPT)))[1]["lost"]) == []


def test_layers_that_are_off_stay_off() -> None:
    def layered(made: Pdf) -> None:
        group = made.make_indirect(Dictionary(Type=Name.OCG, Name=String("x")))
        made.pages[0].obj.Resources = Dictionary(Properties=Dictionary(L=group))
        made.Root.OCProperties = Dictionary(OCGs=Array([group]), D=Dictionary(OFF=Array([group])))

    with pikepdf.open(io.BytesIO(cleaned(pdf(layered))[0])) as found:
        group = found.pages[0].obj.Resources.Properties.L
        assert found.Root.OCProperties.D.OFF[0].objgen == group.objgen


def test_pages_keep_their_size_and_turn() -> None:
    def turned(made: Pdf) -> None:
        made.pages[0].obj.Rotate = 90
        made.pages[1].obj.MediaBox = Array([0, 0, 612, 792])

    pages = PdfReader(io.BytesIO(cleaned(pdf(turned, pages=2))[0])).pages
    assert pages[0].rotation == 90
    assert [float(side) for side in pages[1].mediabox[2:]] == [612, 792]


def test_pages_keep_what_they_inherit() -> None:
    tree = b"<</Type/Pages/Kids[3 0 R]/Count 1/MediaBox[0 0 70 80]/Resources<</Font<</EF 5 0 R>>/X 1>>>>"
    page = b"<</Type/Page/Parent 2 0 R/Contents 4 0 R>>"
    font = b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"
    content, _answer = cleaned(by_hand(CATALOG, tree, page, stream(b"BT /EF 9 Tf (Dana) Tj ET"), font))
    found = PdfReader(io.BytesIO(content)).pages[0]
    assert [float(side) for side in found.mediabox] == [0, 0, 70, 80]
    assert "Dana" in found.extract_text()


def test_half_a_document_does_not_pass_for_an_empty_page() -> None:
    whole = by_hand(CATALOG, TREE, PAGE, stream(b"0 0 9 9 re f" * 50))
    assert refused(whole[: whole.index(b"4 0 obj")]) == "pdf"
    assert cleaned(whole[: whole.index(b"startxref")]), "what is whole but for its table is repaired"


def test_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    assert refused(pdf(pages=0)) == "no_pages"
    monkeypatch.setattr(decoding, "MAX_PAGES", 2)
    assert refused(pdf(pages=3)) == "pages"
    monkeypatch.setattr(decoding, "MAX_UNPACKED", 1000)
    assert refused(pdf(content=b"0 0 9 9 re f " * 1000)) == "unpacks"
