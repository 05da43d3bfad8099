"""HEIC photos, as phones send them and as they do not."""

import io
import struct
from collections.abc import Iterator
from typing import Any

import pillow_heif

from tests.files.hostile import Sample, sample
from tests.files.hostile.pictures import drawn, marks


def heic(*modes: str, **how: Any) -> bytes:
    out = io.BytesIO()
    made = pillow_heif.HeifFile()
    for mode in modes or ("RGB",):
        made.add_from_pillow(drawn(mode, (64, 48)))
    made.save(out, save_all=len(modes) > 1, **how)
    return out.getvalue()


def samples() -> Iterator[Sample]:
    photo = heic()
    yield sample("photo.heic", photo)
    yield sample("photo.heif", heic(exif=marks(6).tobytes()))
    yield sample("photo-as.jpg", photo)
    yield sample("several.heic", heic(*["RGB"] * 3))
    yield sample("very-many.heic", heic(*["RGB"] * 60))
    yield sample("see-through.heic", heic("RGBA"))
    yield sample("gray.heic", heic("L"))
    yield sample("zip-behind.heic", photo + b"PK\x03\x04" + b"x" * 400)
    at = photo.index(b"ispe") + 8
    for size in (100_000, 2**31 - 1, 7900, 0):
        wide = photo[:at] + struct.pack(">II", size, size) + photo[at + 8 :]
        yield sample(f"says-{size}.heic", wide, "ok", "pixels", "picture", "memory")
    for part in (12, 40, len(photo) // 2, len(photo) - 30):
        yield sample(f"cut-{part}.heic", photo[:part], "picture")
    nested = photo[:24] + struct.pack(">I4s", len(photo), b"meta") * 2000 + photo[24:]
    yield sample("deep.heic", nested, "picture", "memory", "ok")
    yield sample("film.mp4", b"\0\0\0\x18ftypisom\0\0\0\0isomiso2" + b"\0" * 500, "kind")
    yield sample("other.avif", photo[:8] + b"avif" + photo[12:], "kind")
