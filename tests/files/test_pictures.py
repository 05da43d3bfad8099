"""What a picture shows, it shows afterwards: of every mode and depth, and seen through."""

import io
from collections.abc import Callable
from typing import Any

import pytest
from PIL import Image, ImageChops, ImageCms

from portal.files.decoding import pictures
from portal.files.decoding.worker import examine
from tests.files.hostile.heics import heic
from tests.files.hostile.pictures import SIZE, drawn, gray16, marks, profile, rgb16, saved


def cleaned(content: bytes) -> tuple[Image.Image, dict[str, Any]]:
    out = io.BytesIO()
    answer = examine(io.BytesIO(content), out)
    assert "refused" not in answer, answer
    image = Image.open(out)
    image.load()
    return image, answer


def shades(image: Image.Image) -> list[int]:
    """Of the middle line, at the left, in the middle, at the right."""
    gray = image.convert("L")
    middle = gray.height // 2
    return [gray.getpixel((x, middle)) for x in (1, gray.width // 2, gray.width - 2)]  # type: ignore[misc]


def rises(image: Image.Image) -> bool:
    left, middle, right = shades(image)
    return left < 40 and 90 < middle < 170 and right > 215


@pytest.mark.parametrize(
    ("content", "lost"),
    [
        (lambda: saved(drawn("RGB"), "JPEG"), []),
        (lambda: saved(drawn("L"), "JPEG"), []),
        (lambda: saved(drawn("CMYK"), "JPEG"), ["inks"]),
        (lambda: saved(drawn("P"), "PNG"), []),
        (lambda: saved(drawn("RGBA"), "PNG"), []),
        (gray16, ["depth"]),
        (lambda: heic("RGB"), []),
        (lambda: heic("L"), []),
    ],
)
def test_dark_stays_dark_and_light_stays_light(content: Callable[[], bytes], lost: list[str]) -> None:
    image, answer = cleaned(content())
    assert rises(image)
    assert list(answer["lost"]) == lost


def test_sixteen_bits_of_color_keep_their_color() -> None:
    image, answer = cleaned(rgb16())
    red, green, blue = image.convert("RGB").getpixel((40, 3))  # type: ignore[misc]
    assert (green, blue) == (0, 255)
    assert abs(red - 40 * 1300 // 257) <= 1
    assert list(answer["lost"]) == ["depth"]


def text_on_nothing(mode: str) -> Image.Image:
    """Black on nothing, and what is not seen is black as well."""
    image = Image.new("LA", SIZE, (0, 0))
    image.paste((0, 255), (4, 4, 20, 20))
    return image.convert("RGBA") if mode == "RGBA" else image


@pytest.mark.parametrize("mode", ["LA", "RGBA"])
def test_a_png_is_seen_through_as_before(mode: str) -> None:
    image, _answer = cleaned(saved(text_on_nothing(mode), "PNG"))
    assert image.mode == mode
    alpha = image.getchannel("A")
    assert (alpha.getpixel((10, 10)), alpha.getpixel((30, 25))) == (255, 0)


def test_a_palette_keeps_what_is_not_seen() -> None:
    image, _answer = cleaned(saved(drawn("P"), "PNG", transparency=bytes([0] * 128 + [255] * 128)))
    assert image.mode == "RGBA"
    assert image.getchannel("A").getextrema() == (0, 255)


def test_a_heic_that_is_seen_through_lies_on_white_and_its_original_is_worth_keeping() -> None:
    import pillow_heif

    out = io.BytesIO()
    pillow_heif.from_pillow(text_on_nothing("RGBA").resize((96, 64))).save(out, quality=90)
    image, answer = cleaned(out.getvalue())
    assert image.convert("L").getpixel((80, 55)) > 240  # type: ignore[operator]
    assert image.convert("L").getpixel((20, 20)) < 30  # type: ignore[operator]
    assert "see_through" in answer["lost"]


@pytest.mark.parametrize("adobe", [True, False])
def test_inks_are_read_as_they_are_written(adobe: bool) -> None:
    """Adobe's programs write them inverted and say so; others do neither."""
    content = saved(drawn("CMYK"), "JPEG")
    if not adobe:
        at = content.index(b"\xff\xee")
        content = saved(ImageChops.invert(drawn("CMYK")), "JPEG")
        length = int.from_bytes(content[at + 2 : at + 4])
        content = content[:at] + content[at + 2 + length :]
    assert rises(cleaned(content)[0])


def test_colors_follow_their_profile() -> None:
    """In a profile whose red is green, red is green."""
    swapped = Image.new("RGB", SIZE, (200, 30, 30))
    as_is, _answer = cleaned(saved(swapped, "PNG", icc_profile=profile()))
    assert as_is.getpixel((3, 3)) == (200, 30, 30)
    lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
    unfit, _answer = cleaned(saved(swapped, "PNG", icc_profile=lab))
    assert unfit.getpixel((3, 3)) == (200, 30, 30), "a profile that does not fit is not believed"
    assert "icc_profile" not in as_is.info


@pytest.mark.parametrize("orientation", range(1, 9))
def test_it_stands_upright(orientation: int) -> None:
    image, _answer = cleaned(saved(drawn("RGB"), "JPEG", exif=marks(orientation), quality=95))
    assert image.size == (SIZE if orientation < 5 else SIZE[::-1])
    assert not image.getexif()


def test_a_jpeg_that_is_written_anew_is_the_same_to_the_eye() -> None:
    once = saved(Image.effect_noise((64, 64), 60).convert("RGB"), "JPEG", quality=70)
    image, _answer = cleaned(once)
    difference = ImageChops.difference(image.convert("RGB"), Image.open(io.BytesIO(once)).convert("RGB"))
    assert max(high for _low, high in difference.getextrema()) <= 8  # type: ignore[misc,has-type]


def test_several_pictures_in_one_become_the_first_and_are_worth_keeping() -> None:
    frames = {"save_all": True, "append_images": [drawn("RGB").rotate(180)]}
    for content in (saved(drawn("RGB"), "PNG", **frames), heic("RGB", "L")):
        image, answer = cleaned(content)
        assert rises(image)
        assert list(answer["lost"]) == ["several"]


def test_too_many_pixels_are_refused_before_they_are_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pictures, "MAX_PIXELS", 100)
    for content in (saved(drawn("RGB"), "PNG"), saved(drawn("RGB"), "JPEG"), heic()):
        assert examine(io.BytesIO(content), io.BytesIO()) == {"refused": "pixels"}
