"""What a credential is evidence for."""

import csv
from collections.abc import Iterator
from pathlib import Path

from certifications.models import CredentialType
from portal.standing.evidence import qualification
from portal.standing.models import Qualification

DATA = Path(__file__).parent / "data"


def _rows(name: str) -> Iterator[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as source:
        yield from csv.DictReader(source)


def qualification_of(kind: CredentialType) -> Qualification:
    """What holding this credential is evidence for: license:RN:CA, certification:CCM, card:BLS."""
    stored = {"license": "license", "card": "card"}.get(kind.kind, "certification")
    return qualification(kind.qualification_code, kind=stored, name=kind.name, jurisdiction=kind.jurisdiction)


def privilege_of(kind: CredentialType, state: str) -> Qualification:
    """The right to practice in another compact state on a multistate license."""
    short = kind.qualification_code.split(":")[1]
    name = f"{kind.short_name} multistate privilege, {state}"
    return qualification(f"privilege:{short}:{state}", kind="privilege", name=name, jurisdiction=state)
