"""What is printed: every word inside the page, readable back, in fonts of our own, whatever was written."""

import pytest
from django.template.loader import render_to_string

from bench.paper import certificate, evaluation
from portal.documents import fonts
from portal.documents.fonts import coverage, fonts_for
from portal.documents.pdf import direction_of, press, print_html, render_pdf
from portal.ui.templatetags.ui import paragraphs
from tests.documents.reading import Printed, family_of, font_file

EVALUATION, CERTIFICATE = "pdf/evaluation.html", "pdf/certificate.html"
MARGIN = 21
# Bytes. A subset keeps a number for each glyph of the font: 30,000 in a Chinese one, whose outlines take 8 MB.
LARGEST_SUBSET = 500_000
LINK = "https://records.example.org/case/" + "x" * 400 + "?q=" + "1" * 300
WIDE = "W" * 100

# What each script is printed with, and what is read back of it.
SCRIPTS = {
    "Wałęsa, Şahin, Đorđević, Þór, Łukasz, ẞ, Nguyễn Thị Ánh": (),
    "ǅ ɸ ʔ Ḱ ᴀ": ("Noto-Sans",),
    "Καλημέρα κόσμε, ἀγάπη": (),
    "Привет, мир. Ґанок ї є": (),
    "Ѣ Ҩ Ӡ": ("Noto-Sans",),
    "עזרה בזמן": ("Noto-Sans-Hebrew",),
    "تلقى المريض المساعدة": ("Noto-Naskh-Arabic",),
    "मरीज़ को समय पर सहायता मिली": ("Noto-Sans",),
    "ผู้ป่วยได้รับความช่วยเหลือ": ("Noto-Sans-Thai",),
    "病人及时得到了帮助，臺灣": ("Noto-Sans-SC",),
    "日本語の文章です。患者": ("Noto-Sans-JP",),
    "환자는 제때 도움을": ("Noto-Sans-KR",),
    "👍 🙂 ❤️ 👩‍⚕️ 🇺🇸 1️⃣ ✅": ("emoji",),
    "→ ≥ ½ ✓ ∑ ⟶": ("Noto-Sans-Math",),
}


def printed(**given: object) -> Printed:
    texts = given.pop("texts", [("a", "b")])
    return Printed(render_pdf(EVALUATION, evaluation(texts, **given)))  # type: ignore[arg-type]


def sound(document: Printed, margin: float = MARGIN) -> None:
    assert document.faults == []
    assert document.boxes() == []
    assert document.outside(margin) == []


# ---- inside the page --------------------------------------------------------------------------


def test_the_reading_sees_what_is_outside() -> None:
    page = '<html lang="en"><p style="white-space: nowrap">' + "W" * 200
    assert Printed(print_html(page)).outside(MARGIN)


@pytest.mark.parametrize("word", [LINK, WIDE * 3, "世" * 500, "x\u00a0" * 300, "-" * 400])
def test_a_word_wider_than_its_column_goes_on_in_the_next_line(word: str) -> None:
    document = printed(texts=[(word, "The other column."), ("The other column.", word)], comment=word)
    sound(document)
    assert document.text.count("".join(word.split())) == 3
    assert document.text.count("Theothercolumn.") == 2


def test_names_and_titles_without_a_space_stay_inside() -> None:
    document = printed(name=f"{WIDE} {WIDE}", title="T" * 200, item="I" * 150)
    sound(document)
    assert document.text.count("W" * 200) >= 2
    assert "T" * 200 in document.text


def test_many_short_lines_flow_over_pages() -> None:
    document = printed(texts=[("\n".join(f"line{n}." for n in range(150)), "b")])
    sound(document)
    assert all(f"line{n}." in document.text for n in range(150))


@pytest.mark.parametrize(
    ("name", "title", "pages"),
    [
        ("Suharto", "A safe handover", 1),
        (f"{'N' * 40} {'M' * 40}", "Title " * 33, 1),
        ("世" * 60, "題" * 100, 1),
        (f"{WIDE} {WIDE}", "W" * 255, 2),
    ],
)
def test_a_certificate_stays_inside_one_page_or_goes_on(name: str, title: str, pages: int) -> None:
    document = Printed(render_pdf(CERTIFICATE, certificate(name=name, title=title, provider="P" * 60)))
    sound(document, 24)
    assert len(document.pdf.pages) <= pages
    assert "".join(name.split()) in document.text


@pytest.mark.long
def test_sixty_items_of_five_thousand_characters() -> None:
    texts = [(_marked(n, "s"), _marked(n, "r")) for n in range(60)]
    document = printed(texts=texts)
    sound(document)
    text = document.text
    assert all(f"{role}{n}word{at}." in text for n in range(60) for role in "sr" for at in range(240))


def _marked(item: int, role: str) -> str:
    """5,000 characters, a word in twenty of which is found again, and a link."""
    words = " ".join(f"{role}{item}word{at}. and so on" for at in range(240))
    return f"{words[:4300]} {words[4300:]} {LINK}"[: max(5000, len(words))]


@pytest.mark.long
@pytest.mark.parametrize("text", ["x" * 5000, "世" * 5000, "a\n" * 2500, "שלום " * 1000, "x " * 2500])
def test_five_thousand_characters_of_one_kind(text: str) -> None:
    document = printed(texts=[(text, text)] * 3)
    sound(document)
    assert len(document.text) > 6 * len("".join(text.split()))


# ---- fonts ------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", SCRIPTS)
def test_each_script_has_its_font_embedded_in_part(text: str) -> None:
    document = printed(texts=[(text, "b")], name="Suharto")
    sound(document)
    families = {family_of(font) for font in document.fonts().values()}
    assert families == {"Source-Sans-3", "Source-Serif-4", *SCRIPTS[text]}
    assert max(len(font_file(font)) for font in document.fonts().values()) < LARGEST_SUBSET
    assert len(document.content) < 150_000
    found = f"{document.text} {document.spelled_out}"
    assert all(word in found or word[::-1] in found for word in text.replace(",", " ").split())


def test_a_script_without_a_font_is_spelled_out() -> None:
    document = printed(texts=[("தமிழ் and \ue000", "b")])
    sound(document)
    assert "[U+0BA4][U+0BAE][U+0BBF][U+0BB4][U+0BCD]" in document.text
    assert "[U+E000]" in document.text


def test_only_what_a_text_needs_is_loaded() -> None:
    assert fonts_for("Dana — “née” Núñez ≥ 3") == ("Dana — “née” Núñez ≥ 3", ())
    assert fonts_for("中文")[1] == (fonts.CHINESE,)
    assert fonts_for("かな漢字")[1] == (fonts.JAPANESE,)
    assert fonts_for("한국 漢字")[1] == (fonts.KOREAN,)
    # A character that the language's own font lacks comes from the other.
    assert fonts_for("かな 们")[1] == (fonts.JAPANESE, fonts.CHINESE)
    assert fonts_for("a\u2028b\x0bc") == ("a\nb\nc", ())


def test_the_fonts_are_whole() -> None:
    latin = coverage(fonts.SANS) | coverage(fonts.NOTO)
    assert latin >= {*range(0xA0, 0x250), *range(0x1E00, 0x1F00), *range(0x400, 0x530)}
    assert len([code for code in range(0x4E00, 0xA000) if code in coverage(fonts.CHINESE)]) > 20_900
    assert coverage(fonts.KOREAN) >= set(range(0xAC00, 0xD7A4))
    assert coverage(fonts.JAPANESE) >= set(range(0x3041, 0x3097))
    assert coverage(fonts.EMOJI) >= set(range(0x1F600, 0x1F650))


def test_the_same_text_has_the_same_bytes_whatever_was_printed_before() -> None:
    context = evaluation([("Dana Núñez", "עזרה 病人"), ("👍", "b")])
    first = render_pdf(EVALUATION, context)
    press.cache_clear()
    render_pdf(EVALUATION, evaluation([("かな", "환자")]))
    assert render_pdf(EVALUATION, context) == first


# ---- directions, names, lines -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "direction"), [("3. שלום abc", "rtl"), ("abc שלום", "ltr"), ("مرحبا", "rtl"), ("123", "ltr")]
)
def test_the_first_letter_decides_the_direction(text: str, direction: str) -> None:
    assert direction_of(iter(["", text])) == direction


def test_lines_become_paragraphs_of_their_own_direction() -> None:
    assert paragraphs("a <b>\n\n\nc") == '<p dir="auto">a &lt;b&gt;</p><p dir="auto" class="gap">c</p>'
    assert paragraphs("") == paragraphs(None) == '<p dir="auto">—</p>'


def test_hebrew_begins_at_the_right() -> None:
    page = '<html lang="en"><p dir="auto">שלום</p><p dir="auto">abc</p>'
    hebrew, latin, *_margins = Printed(print_html(page)).shown()
    assert hebrew.left > 500
    assert latin.left < 100


def test_nobody_signs_a_certificate_so_it_has_no_lines_to_sign_on() -> None:
    page = render_to_string(CERTIFICATE, certificate())
    assert "Issued by" in page
    assert 'class="line"' not in page


def test_somebody_with_one_name_is_printed_with_it() -> None:
    document = printed(name="Suharto")
    assert "Suharto,fortheperiod" in document.text
    assert "None" not in document.text
