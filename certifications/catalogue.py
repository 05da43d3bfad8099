"""The catalogue of issuers and credential types, and the states of the nurse compact, from data files.

Each entry carries its source, how sure it is, and when it was last checked; HR may edit it after.
"""

import csv
import json
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from functools import lru_cache
from pathlib import Path

from django.db import transaction

from certifications.models import CredentialType, Issuer
from portal.standing.evidence import qualification
from portal.standing.models import Qualification

DATA = Path(__file__).parent / "data"


def _rows(name: str) -> Iterator[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as source:
        yield from csv.DictReader(source)


@lru_cache(maxsize=1)
def compact_states() -> frozenset[str]:
    """States in which a multistate nursing license gives the privilege to practice."""
    return frozenset(row["state"] for row in _rows("compact_states.csv") if row["compact"] == "nursing")


def is_in_nurse_compact(kind: CredentialType) -> bool:
    """A nursing license of a compact state: only there may it be multistate."""
    return kind.discipline == "nursing" and kind.jurisdiction in compact_states()


@transaction.atomic
def load_catalogue(*, overwrite: bool = False) -> int:
    """Put the catalogue into the database; entries that are there stay as HR left them, unless `overwrite`.

    Returns how many types were added or overwritten. Running it again adds nothing.
    """
    done = 0
    for row in _rows("credentials.csv"):
        issuer, _made = Issuer.objects.get_or_create(
            code=row["issuer_code"],
            defaults={"name": row["issuer_name"], "jurisdiction": row["jurisdiction"]},
        )
        there = CredentialType.objects.filter(code=row["code"]).first()
        if there and not overwrite:
            continue
        CredentialType.objects.update_or_create(code=row["code"], defaults={"issuer": issuer, **_values(row)})
        done += 1
    return done


def _values(row: dict[str, str]) -> dict[str, object]:
    return {
        "name": row["name"],
        "short_name": row["short_name"],
        "kind": row["kind"],
        "discipline": row["discipline"],
        "jurisdiction": row["jurisdiction"],
        "needs_jurisdiction": bool(row["jurisdiction"]),
        "expires": row["kind"] != CredentialType.Kind.AWARD,
        "valid_months": int(row["valid_months"]) if row["valid_months"] else None,
        "renewal_hours": Decimal(row["renewal_hours"]) if row["renewal_hours"] else None,
        "category_minimums": json.loads(row["category_minimums"]),
        "primary_source_required": row["primary_source_required"] == "1",
        "notes": row["notes"],
        "source": row["source"],
        "confidence": row["confidence"],
        "checked_on": date.fromisoformat(row["checked_on"]),
    }


def qualification_of(kind: CredentialType) -> Qualification:
    """What holding this credential is evidence for: license:RN:CA, certification:CCM, card:BLS."""
    parts = [kind.kind, kind.short_name]
    if kind.jurisdiction:
        parts.append(kind.jurisdiction)
    stored = {"license": "license", "card": "card"}.get(kind.kind, "certification")
    return qualification(":".join(parts), kind=stored, name=kind.name, jurisdiction=kind.jurisdiction)


def privilege_of(kind: CredentialType, state: str) -> Qualification:
    """The right to practice in another compact state on a multistate license."""
    name = f"{kind.short_name} multistate privilege, {state}"
    return qualification(
        f"privilege:{kind.short_name}:{state}", kind="privilege", name=name, jurisdiction=state
    )
