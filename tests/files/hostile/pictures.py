"""Pictures: of every mode, with marks, bombs, and other files behind them."""

import io
import random
import struct
import zlib
from collections.abc import Iterator
from typing import Any

from PIL import Image, ImageCms, PngImagePlugin

from tests.files.hostile import Sample, sample

SIZE = (48, 32)
SIGNATURE = b"\x89PNG\r\n\x1a\n"


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(width: int, height: int, depth: int, color: int, raw: bytes, *, before: bytes = b"") -> bytes:
    """A PNG by hand: `raw` are its lines, each with its filter byte."""
    return _png(width, height, depth, color, zlib.compress(raw, 9), before)


def empty_png(width: int, height: int, depth: int, color: int, line: int) -> bytes:
    """All black, or transparent; `line` is the length of one with its filter byte."""
    return _png(width, height, depth, color, zeros(line * height), b"")


def _png(width: int, height: int, depth: int, color: int, packed: bytes, before: bytes) -> bytes:
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, color, 0, 0, 0))
    return SIGNATURE + head + before + chunk(b"IDAT", packed) + chunk(b"IEND", b"")


def zeros(count: int) -> bytes:
    """So many zeros, compressed without ever being there."""
    packer, piece = zlib.compressobj(1), b"\0" * 2**20
    parts = [packer.compress(piece) for _each in range(count // 2**20)]
    return b"".join([*parts, packer.compress(piece[: count % 2**20]), packer.flush()])


def saved(image: Image.Image, kind: str, **how: Any) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **how)
    return out.getvalue()


def drawn(mode: str, size: tuple[int, int] = SIZE) -> Image.Image:
    """Dark on the left, light on the right."""
    image = Image.new("L", size)
    image.putdata([x * 255 // (size[0] - 1) for _y in range(size[1]) for x in range(size[0])])
    return image.convert("RGB").convert(mode) if mode not in ("L", "1") else image.convert(mode)


def marks(orientation: int = 1) -> Image.Exif:
    found = Image.Exif()
    found[0x010F] = "Camera of somebody"
    found[0x0112] = orientation
    place = found.get_ifd(0x8825)
    place[1], place[2] = "N", (38.0, 34.0, 54.0)
    return found


def gray16() -> bytes:
    lines = b"".join(
        b"\0" + b"".join(struct.pack(">H", x * 65535 // 47) for x in range(48)) for _y in range(32)
    )
    return png(48, 32, 16, 0, lines)


def rgb16() -> bytes:
    lines = b"".join(
        b"\0" + b"".join(struct.pack(">HHH", x * 1300, 0, 65535) for x in range(48)) for _y in range(32)
    )
    return png(48, 32, 16, 2, lines)


def profile(space: str = "sRGB") -> bytes:
    found = ImageCms.ImageCmsProfile(ImageCms.createProfile(space)).tobytes()  # type: ignore[arg-type]
    return found[:24] + b"\0" * 12 + found[36:]  # without the moment at which it was made


def samples(chance: random.Random) -> Iterator[Sample]:
    yield from as_people_send_them()
    yield from _bombs()
    yield from _broken(chance)


def as_people_send_them() -> Iterator[Sample]:
    for mode in ("RGB", "L", "CMYK"):
        yield sample(f"photo-{mode}.jpg", saved(drawn(mode), "JPEG", quality=85))
    yield sample("progressive.jpg", saved(drawn("RGB"), "JPEG", progressive=True))
    for orientation in range(10):  # 0 and 9 mean nothing
        yield sample(f"turned-{orientation}.jpg", saved(drawn("RGB"), "JPEG", exif=marks(orientation)))
    yield sample("profile.jpg", saved(drawn("RGB"), "JPEG", icc_profile=profile()))
    yield sample("profile-of-another-space.jpg", saved(drawn("RGB"), "JPEG", icc_profile=profile("LAB")))
    yield sample("profile-broken.jpg", saved(drawn("RGB"), "JPEG", icc_profile=b"\0" * 500))
    yield sample("marks-broken.jpg", saved(drawn("RGB"), "JPEG", exif=b"Exif\0\0MM\0*\xff\xff\xff\xff"))
    for mode in ("1", "L", "P", "LA", "RGB", "RGBA"):
        yield sample(f"scan-{mode}.png", saved(drawn(mode), "PNG"))
    yield sample("see-through-P.png", saved(drawn("P"), "PNG", transparency=0))
    yield sample("see-through-RGB.png", saved(drawn("RGB"), "PNG", transparency=(255, 255, 255)))
    yield sample("gray16.png", gray16())
    yield sample("rgb16.png", rgb16())
    yield sample("marks.png", saved(drawn("RGB"), "PNG", exif=marks(6)))
    frames = {"save_all": True, "append_images": [drawn("RGB").transpose(Image.Transpose.ROTATE_180)]}
    yield sample("moving.png", saved(drawn("RGB"), "PNG", **frames))
    yield sample("several.jpg", saved(drawn("RGB"), "MPO", **frames))
    for name, behind in {"zip": b"PK\x03\x04" + b"x" * 400, "page": b"<script>alert(1)</script>"}.items():
        yield sample(f"{name}-behind.jpg", saved(drawn("RGB"), "JPEG") + behind)
        yield sample(f"{name}-behind.png", saved(drawn("RGB"), "PNG") + behind)
    yield sample("says-pdf.jpg", saved(drawn("RGB"), "JPEG", comment=b"%PDF-1.7 <script>"))
    yield sample("card.exe", saved(drawn("RGB"), "PNG"))


def _bombs() -> Iterator[Sample]:
    yield sample("wide.png", png(100_000, 100_000, 8, 2, b""), "pixels")
    yield sample("widest.png", png(2**31 - 1, 2**31 - 1, 8, 2, b""), "pixels", "picture")
    yield sample("empty-size.png", png(0, 0, 8, 2, b""), "picture")
    yield sample("gray-64-megapixels.png", empty_png(8000, 8000, 1, 0, 1001))
    yield sample("colors-64-megapixels.png", empty_png(8000, 8000, 8, 6, 32001))
    yield sample("too-many-megapixels.png", empty_png(8001, 8001, 1, 0, 1002), "pixels")
    yield sample("more-than-it-says.png", png(10, 10, 8, 2, b"\0" * 50_000_000), "ok", "picture")
    text = zeros(80_000_000)
    small = b"\0" + b"\0\0\0"
    for kind, data in {
        "zTXt": b"Comment\0\0" + text,
        "iTXt": b"Comment\0\1\0\0\0" + text,
        "iCCP": b"p\0\0" + text,
    }.items():
        content = png(1, 1, 8, 2, small, before=chunk(kind.encode(), data))
        yield sample(f"bomb-{kind}.png", content, "ok", "picture", "memory")
    many = chunk(b"tEXt", b"Comment\0x") * 20_000
    yield sample("many-texts.png", png(1, 1, 8, 2, small, before=many), "ok", "picture")
    info = PngImagePlugin.PngInfo()
    info.add_itxt("XML:com.adobe.xmp", "<x>" * 100_000)
    yield sample("deep-xmp.png", saved(drawn("RGB"), "PNG", pnginfo=info), "ok", "picture")
    wide = bytearray(saved(drawn("RGB"), "JPEG"))
    at = wide.index(b"\xff\xc0")
    wide[at + 5 : at + 9] = struct.pack(">HH", 65500, 65500)
    yield sample("wide.jpg", bytes(wide), "pixels")
    wide[at + 5 : at + 9] = struct.pack(">HH", 7900, 7900)
    yield sample("more-than-there-is.jpg", bytes(wide), "picture", "ok")


def _broken(chance: random.Random) -> Iterator[Sample]:
    photo, scan = saved(drawn("RGB"), "JPEG"), saved(drawn("RGBA"), "PNG")
    for part in (3, 20, len(photo) // 2):
        yield sample(f"cut-{part}.jpg", photo[:part], "picture")
        yield sample(f"cut-{part}.png", scan[: min(part + 8, len(scan) - 40)], "picture")
    yield sample("noise.jpg", b"\xff\xd8\xff" + chance.randbytes(5000), "picture", "pixels")
    yield sample("noise.png", SIGNATURE + chance.randbytes(5000), "picture")
    for kind in ("GIF", "BMP", "TIFF", "WEBP", "ICO", "PPM"):
        yield sample(f"other.{kind.lower()}", saved(drawn("RGB"), kind), "kind")
    yield sample("vector.svg", b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>', "kind")
