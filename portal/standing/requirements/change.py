"""Changing what a requirement demands: a new version from a day on, for everybody, in one transaction."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Self

from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from portal.audit.log import record
from portal.errors import Refused
from portal.people.access.rights import actor_of, demand_keeper
from portal.people.access.viewer import Viewer
from portal.people.facts.lock import lock_people
from portal.people.facts.replace import replace, supersede
from portal.people.models import Person
from portal.standing.models import AcceptedQualification, Requirement, RequirementVersion
from portal.standing.projection.rebuild import everybody, rebuild


@dataclass(frozen=True, kw_only=True)
class Draft:
    """A version to be: its demand columns by name (the others as the model has them), and what it accepts."""

    starts_on: date
    values: Mapping[str, Any]
    accepted: tuple[Mapping[str, Any], ...]
    reason: str = ""

    def as_json(self) -> dict[str, Any]:
        """As plain JSON, for a job's arguments."""
        written: dict[str, Any] = json.loads(json.dumps(vars(self), cls=DjangoJSONEncoder))
        return written

    @classmethod
    def from_json(cls, given: Mapping[str, Any]) -> Self:
        fields = {field.name: field for field in RequirementVersion.demand_fields()}
        return cls(
            starts_on=date.fromisoformat(given["starts_on"]),
            values={name: fields[name].to_python(value) for name, value in given["values"].items()},
            accepted=tuple(given["accepted"]),
            reason=given["reason"],
        )

    def is_in(self, version: RequirementVersion) -> bool:
        """Is this the version that was made of the draft?"""
        demands = version.demands()
        return (version.starts_on, version.reason) == (self.starts_on, self.reason) and all(
            demands[name] == value for name, value in self.values.items()
        )


@transaction.atomic
def change_requirement(requirement: Requirement, draft: Draft, *, by: Viewer | None) -> RequirementVersion:
    """From `draft.starts_on` on, the draft holds; what began later is superseded.

    Everyone's standing is computed anew in the same transaction: seconds for thousands of
    people, so a page asks a job to do it. Raises NotAllowed unless by HR for everybody or a site admin,
    Refused for a draft that accepts nothing.
    """
    demand_keeper(by)
    actor = actor_of(by)
    if not draft.accepted:
        raise Refused(_("Name at least one qualification that is accepted."), field="accepted")
    people = everybody()
    lock_people(people)
    # Locked second: every change of facts locks people first.
    Requirement.objects.select_for_update().get(pk=requirement.pk)
    _make_room(requirement, draft.starts_on, actor)
    version = _insert(requirement, draft, actor)
    rebuild(people)
    record(
        "standing.requirement.changed",
        requirement,
        actor=actor,
        version=version.number,
        starts_on=draft.starts_on.isoformat(),
        reason=draft.reason,
    )
    return version


def _make_room(requirement: Requirement, starts_on: date, actor: Person | None) -> None:
    """End the version in force the day before; supersede those that would begin later."""
    for row in RequirementVersion.objects.current().filter(requirement=requirement).order_by("starts_on"):
        if row.starts_on >= starts_on:
            supersede(row, by=actor)
        elif row.until is None or row.until > starts_on:
            accepted = [a.as_values() for a in row.accepted.all()]
            fresh = replace(row, by=actor, until=starts_on)
            _accept(fresh, accepted)


def _insert(requirement: Requirement, draft: Draft, actor: Person | None) -> RequirementVersion:
    top = requirement.versions.aggregate(top=Max("number"))["top"] or 0
    version = RequirementVersion(
        requirement=requirement,
        number=top + 1,
        starts_on=draft.starts_on,
        recorded_by=actor,
        reason=draft.reason,
        **draft.values,
    )
    version.full_clean(exclude=["recorded_by"])
    version.save(force_insert=True)
    _accept(version, draft.accepted)
    return version


def _accept(version: RequirementVersion, rows: Iterable[Mapping[str, Any]]) -> None:
    AcceptedQualification.objects.bulk_create([AcceptedQualification(version=version, **row) for row in rows])
