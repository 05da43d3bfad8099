"""Archives, programs, pages and nothing."""

import gzip
import io
import random
import tarfile
import zipfile
from collections.abc import Iterator

from tests.files.hostile import Sample, sample


def archive(**files: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in files.items():
            packed.writestr(name, content)
    return out.getvalue()


def tarred() -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as packed:
        packed.addfile(tarfile.TarInfo("../../etc/passwd"))
    return out.getvalue()


def samples(chance: random.Random) -> Iterator[Sample]:
    yield sample("nothing.pdf", b"", "empty")
    bomb = archive(**{f"n{number}": b"\0" * 5_000_000 for number in range(4)})
    never = {
        "one-byte.pdf": b"x",
        "cards.zip": archive(card=b"x"),
        "bomb.zip": bomb,
        "nested.zip": archive(inner=bomb),
        "letter.docx": archive(**{"[Content_Types].xml": b"<Types/>"}),
        "bomb.pdf.gz": gzip.compress(b"\0" * 10_000_000),
        "up.tar": tarred(),
        "cards.7z": b"7z\xbc\xaf\x27\x1c" + chance.randbytes(200),
        "cards.rar": b"Rar!\x1a\x07\x00" + chance.randbytes(200),
        "program.pdf": b"MZ" + chance.randbytes(500),
        "program": b"\x7fELF" + chance.randbytes(500),
        "page.pdf": b"<html><script>alert(1)</script>",
        "text.jpg": b"Dear HR, the card follows.",
        "letter.rtf": b"{\\rtf1 x}",
        "wide.txt": "Dear HR".encode("utf-16"),
        "nul.png": b"\0" * 1_000_000,
        "noise.heic": chance.randbytes(100_000),
        "script.ps": b"%!PS-Adobe-3.0\n(x) run",
        "late.pdf": b" " * 2000 + b"%PDF-1.7\n",
        "film.webm": b"\x1aE\xdf\xa3" + chance.randbytes(300),
    }
    for name, content in never.items():
        yield sample(name, content, "kind")
