"""What tests do with credentials, and the files they send: real ones, made here."""

import io
from datetime import date, timedelta
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image
from pypdf import PdfWriter

from certifications.catalog.qualifications import qualification_of
from certifications.credentials.submit import submit
from certifications.models import CredentialType, Period
from certifications.verification.verify import Finding
from portal.files.intake import store_upload
from portal.files.models import StoredFile
from portal.people.models import Person
from portal.standing.engine.status import Word
from portal.standing.items import items_on
from portal.standing.models import Requirement
from tests.cast import Cast, by
from tests.standing.rules import make_requirement


def photo(kind: str = "JPEG", *, color: str = "red") -> bytes:
    """A photo with place and camera in it."""
    image, out, marks = Image.new("RGB", (64, 40), color), io.BytesIO(), Image.Exif()
    marks[0x010F] = "Camera of somebody"
    place = marks.get_ifd(0x8825)
    place[1], place[2] = "N", (38.0, 34.0, 54.0)
    if kind == "HEIC":
        import pillow_heif

        pillow_heif.from_pillow(image).save(out, exif=marks.tobytes())
    else:
        image.save(out, kind, exif=marks)
    return out.getvalue()


def scan() -> bytes:
    writer, out = PdfWriter(), io.BytesIO()
    writer.add_blank_page(200, 100)
    writer.write(out)
    return out.getvalue()


def upload(name: str = "card.jpg", content: bytes | None = None) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, photo() if content is None else content)


def stored(person: Person, *, kind: str = "credential-card", actor: Person) -> StoredFile:
    return store_upload(upload(), kind=kind, person=person, actor=actor)


def kind(code: str = "RN-CA") -> CredentialType:
    return CredentialType.objects.get(code=code)


def claimed(cast: Cast, today: date, **changes: Any) -> Period:
    """Dana's license, sent by herself ten days after it began, good for two years."""
    values = {
        "number": "RN-000123",
        "issued_on": today - timedelta(days=10),
        "expires_on": today + timedelta(days=700),
        "on": today,
        "by": by(cast.dana),
    }
    code = changes.pop("code", "RN-CA")
    return submit(changes.pop("person", cast.dana), kind(code), **{**values, **changes})


def finding(today: date, **changes: Any) -> Finding:
    """The board confirms it."""
    values: dict[str, Any] = {
        "result": "confirmed",
        "method": "web",
        "source_name": "The board",
        "expires_on": today + timedelta(days=700),
        "verified_on": today,
    }
    if changes.get("result") != "not_found":
        values["license_status"] = "active"
    return Finding(**{**values, **changes})


def rule(code: str = "RN-CA") -> Requirement:
    return make_requirement(
        "license", qualification_of(kind(code)), recurrence="own_validity", due_days=-1, severity="blocks"
    )


def word(person: Person, on: date) -> Word:
    [item] = items_on(on, [person.pk])
    return item.word
