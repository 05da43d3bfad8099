"""The catalogue of issuers and credential types, and the states of the nurse compact, from data files.

Each entry carries its source, how sure it is, and when it was last checked; HR may edit it after.
"""

import json
from datetime import date
from decimal import Decimal

from django.db import transaction

from certifications.catalog.compacts import NURSING
from certifications.catalog.qualifications import _rows
from certifications.models import Compact, CompactMembership, CredentialType, Issuer
from portal.dates import EARLIEST
from portal.people.facts.act import one_change


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
    _load_compacts()
    return done


def _load_compacts() -> None:
    """Members that no row names are on record for all days: when they joined, the catalogue does not say."""
    compact, _made = Compact.objects.get_or_create(code=NURSING, defaults={"name": "Nurse licensure compact"})
    known = set(CompactMembership.objects.filter(compact=compact).values_list("state", flat=True))
    with one_change("compact", reason="From the catalogue") as plan:
        for row in _rows("compact_states.csv"):
            if row["compact"] == NURSING and row["state"] not in known:
                days = {"starts_on": EARLIEST, "known_on": EARLIEST}
                plan.insert(CompactMembership(compact=compact, state=row["state"], **days))


def _values(row: dict[str, str]) -> dict[str, object]:
    return {
        "name": row["name"],
        "short_name": row["short_name"],
        "kind": row["kind"],
        "field": row["field"],
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
