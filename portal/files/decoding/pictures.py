"""Pictures: turned upright, in sRGB, written anew from their pixels alone.

What they show stays: 16 bits become 8 by dividing, not by cutting off; transparency stays in a PNG and
lies on white in a JPEG; inks and color profiles become sRGB. EXIF (place, camera, owner), texts,
thumbnails and whatever stands behind the picture do not come along.
"""

import io
import struct
from contextlib import suppress
from typing import Any, BinaryIO

from PIL import Image, ImageChops, ImageCms, ImageOps, JpegImagePlugin

from .verdict import Cleaned, Lost, Refusal, Why

# Decompressed pixels: a phone's camera and then some, at 4 bytes each. A small file can claim far more.
MAX_PIXELS = 64_000_000
# Above this a JPEG is written without a second look at it, which takes as much memory again.
MAX_OPTIMIZED = 16_000_000
# Of a JPEG that cannot have its own tables.
QUALITY = 92
MAX_PROFILE = 4 * 2**20

# What Pillow raises over EXIF that cannot be read.
_BAD_MARKS = (
    ArithmeticError, AttributeError, LookupError, OSError, SyntaxError, TypeError, ValueError, struct.error,
)  # fmt: skip
_PNG_DEPTH = 24
_SIXTEEN_BITS = ("I;16", "I;16B", "I;16L", "I")


def clean_picture(source: BinaryIO, out: BinaryIO) -> Cleaned:
    """A JPEG or PNG. A JPEG keeps its own tables, so that writing it anew loses next to nothing."""
    source.seek(0)
    head = source.read(32)
    source.seek(0)
    lost: list[Lost] = []
    with _opened(source) as image:
        _check_pixels(image.size)
        is_png = image.format == "PNG"
        if is_png and head[_PNG_DEPTH] == 16:
            lost.append(Lost.DEPTH)
        if is_png and getattr(image, "is_animated", False):
            lost.append(Lost.SEVERAL)
        if image.mode == "CMYK":
            lost.append(Lost.INKS)
        own = {} if is_png else _own_tables(image)
        image.load()
        plain = _plain(image)
    _write(plain, out, "PNG" if is_png else "JPEG", own)
    return _cleaned("PNG" if is_png else "JPEG", lost)


def clean_heic(source: BinaryIO, out: BinaryIO) -> Cleaned:
    """A HEIC becomes a JPEG: its first picture."""
    import pillow_heif

    for extra in ("THUMBNAILS", "DEPTH_IMAGES", "AUX_IMAGES"):
        setattr(pillow_heif.options, extra, False)
    pillow_heif.options.DECODE_THREADS = 1
    source.seek(0)
    heif = pillow_heif.open_heif(source, convert_hdr_to_8bit=True)
    _check_pixels(heif.size)
    lost = [Lost.SEVERAL] if len(heif) > 1 else []
    if (heif.info.get("bit_depth") or 8) > 8:
        lost.append(Lost.DEPTH)
    image = heif.to_pillow()
    del heif
    plain = _plain(image)
    if "A" in plain.mode:
        lost.append(Lost.SEE_THROUGH)
    _write(plain, out, "JPEG", {})
    return _cleaned("JPEG", lost)


def _opened(source: BinaryIO) -> Any:
    try:
        return Image.open(source, formats=["JPEG", "PNG"])
    except Image.DecompressionBombError as error:
        raise Refusal(Why.PIXELS) from error


def _check_pixels(size: tuple[int, int]) -> None:
    if size[0] * size[1] > MAX_PIXELS:
        raise Refusal(Why.PIXELS)


def _own_tables(image: Any) -> dict[str, Any]:
    """How a JPEG was compressed, so that the copy is compressed in the same way."""
    if image.mode not in ("RGB", "L"):
        return {}
    tables = [[min(value, 255) for value in table] for _number, table in sorted(image.quantization.items())]
    sampling = JpegImagePlugin.get_sampling(image)
    how: dict[str, Any] = {"qtables": tables[:2]} if tables else {}
    return {**how, "subsampling": sampling} if sampling in (0, 1, 2) else how


# ---- what it shows, in few modes ----------------------------------------------------------------


def _plain(image: Any) -> Any:
    """The picture upright, in sRGB, as 1, L, LA, RGB or RGBA."""
    with suppress(*_BAD_MARKS):
        # Marks that cannot be read turn nothing.
        ImageOps.exif_transpose(image, in_place=True)
    profile = image.info.get("icc_profile")
    return _in_srgb(_in_eight_bits(image), profile)


def _in_eight_bits(image: Any) -> Any:
    if image.mode in _SIXTEEN_BITS:
        seen = image.info.get("transparency")
        image = image.point(lambda value: value * (1 / 257) + 0.5).convert("L")
        if isinstance(seen, int):
            image.info["transparency"] = round(seen / 257)
    if image.mode == "CMYK" and "adobe" not in image.info:
        image = _with_info(ImageChops.invert(image), image)  # Only Adobe's are stored inverted.
    if "transparency" in image.info:
        image = _see_through(image)
    if image.mode in ("P", "PA"):
        has_alpha = image.mode == "PA" or (image.palette is not None and "A" in image.palette.mode)
        return image.convert("RGBA" if has_alpha else "RGB")
    if image.mode not in ("1", "L", "LA", "RGB", "RGBA", "CMYK"):
        return image.convert("RGB")
    return image


def _see_through(image: Any) -> Any:
    """Transparency that is said by a color or a palette, as a channel."""
    if image.mode == "1":
        image = _with_info(image.convert("L"), image)
    return image.convert({"L": "LA", "P": "RGBA", "RGB": "RGBA"}.get(image.mode, image.mode))


def _with_info(image: Any, of: Any) -> Any:
    image.info = dict(of.info)
    return image


def _in_srgb(image: Any, profile: bytes | None) -> Any:
    if not profile or len(profile) > MAX_PROFILE or image.mode == "1":
        return image.convert("RGB") if image.mode == "CMYK" else image
    try:
        described = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        if image.mode != "CMYK" and ImageCms.getProfileName(described).startswith("sRGB"):
            return image
        return _through(image, described)
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        # A profile that does not fit its picture is not believed.
        return image.convert("RGB") if image.mode == "CMYK" else image


def _through(image: Any, profile: Any) -> Any:
    """The colors by the profile; whether they can be seen through is no color."""
    alpha = image.getchannel("A") if image.mode in ("LA", "RGBA") else None
    colors = image.convert(image.mode[:-1]) if alpha else image
    shown = ImageCms.profileToProfile(colors, profile, ImageCms.createProfile("sRGB"), outputMode="RGB")
    if colors.mode == "L":
        shown = shown.convert("L")  # type: ignore[union-attr]
    if alpha is not None:
        shown.putalpha(alpha)  # type: ignore[union-attr]
    return shown


# ---- written ------------------------------------------------------------------------------------


def _write(image: Any, out: BinaryIO, kind: str, own: dict[str, Any]) -> None:
    if kind == "JPEG" and "A" in image.mode:
        image, own = _on_white(image), {}
    elif kind == "JPEG" and image.mode == "1":
        image = image.convert("L")
    # Place, camera, owner and comments live here.
    image.info = {}
    if kind == "PNG":
        image.save(out, "PNG")
        return
    is_small = image.size[0] * image.size[1] <= MAX_OPTIMIZED
    image.save(out, "JPEG", exif=b"", optimize=is_small, **(own or {"quality": QUALITY}))


def _on_white(image: Any) -> Any:
    mode = "L" if image.mode == "LA" else "RGB"
    white = Image.new(mode, image.size, "white")
    white.paste(image.convert(mode), mask=image.getchannel("A"))
    return white


def _cleaned(kind: str, lost: list[Lost]) -> Cleaned:
    if kind == "PNG":
        return Cleaned("image/png", ".png", tuple(lost))
    return Cleaned("image/jpeg", ".jpg", tuple(lost))
