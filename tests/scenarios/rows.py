"""Codes of a story as the rows and columns that use cases take."""

from collections.abc import Iterable
from typing import Any

from portal.people.models import Profession
from portal.standing.evidence import qualification
from portal.standing.models import Qualification, Requirement
from tests.scenarios.world import World

_WITH_STATE = ("license", "privilege")


def profession_of(discipline: str | None) -> Profession | None:
    """The profession of that short name, made where the demo has none."""
    if discipline is None:
        return None
    row, _made = Profession.objects.get_or_create(
        code=discipline.lower(), defaults={"name": discipline, "field": "other", "position": 50}
    )
    return row


def scope_columns(world: World, scope: tuple[str, str]) -> dict[str, Any]:
    """The columns of a role's scope."""
    kind, which = scope
    team = world.team(which) if kind == "team" else None
    return {"scope": kind, "state": which if kind == "state" else "", "team": team}


def engagement_of(role: str) -> dict[str, Any]:
    """An auditor comes for something."""
    return {"engagement": "State survey"} if role == "auditor" else {}


# ---- rules ------------------------------------------------------------------------------------


def audience_of(world: World, audience: tuple[str, list[str]] | None) -> dict[str, Any]:
    """To whom a version applies, as it is stored; nothing said: to everybody."""
    if audience is None:
        return {"everyone": True}
    which, codes = audience
    if which == "people":
        return {"people": [world.people[key] for key in codes]}
    if which == "teams":
        return {"any": [{"teams": [world.team(code).pk for code in codes]}]}
    made = [profession_of(code) for code in codes]
    return {"any": [{"professions": [row.code for row in made if row]}]}


def accepted_rows(codes: Iterable[str]) -> list[dict[str, Any]]:
    """What a version accepts; qualifications are made where they are missing."""
    return [{"qualification_id": _qualification(code).pk} for code in codes]


def _qualification(code: str) -> Qualification:
    kind, _colon, rest = code.partition(":")
    last = rest.rpartition(":")[2]
    return qualification(
        code, kind=kind, name=code, jurisdiction=last if kind in _WITH_STATE and len(last) == 2 else ""
    )


def group_of(codes: Iterable[str]) -> str:
    """The heading under which lists show the requirement."""
    groups = Requirement.Group
    kinds = {code.partition(":")[0] for code in codes}
    if kinds & {"license", "privilege", "certification", "card"}:
        return groups.LICENSE
    if kinds & {"course", "path"}:
        return groups.TRAINING
    return groups.EVALUATION if "evaluation" in kinds else groups.OTHER
