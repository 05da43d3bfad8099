"""Who was told about an item, and when, as its page shows it."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Q
from django.utils.text import get_text_list
from django.utils.translation import gettext as _

from portal.notices.models import Notice, Told
from portal.people.models import Person
from portal.standing.alerts.scan import KIND
from portal.standing.alerts.stages import ROLES, key_of
from portal.standing.engine.ladder import Recipient
from portal.standing.models import LadderStage, Requirement

SHOWN = 12


@dataclass(frozen=True)
class Line:
    """A stage told to a role: `title` names those whom it reached by mail or who opened it."""

    title: str
    on: date


def told_about(person: Person, requirement: Requirement, scope: str) -> list[Line]:
    """Latest first. Two queries."""
    stages = LadderStage.objects.filter(person=person, requirement=requirement, scope=scope, sent=True)
    reached = Q(mailed_at__isnull=False) | Q(read_at__isnull=False)
    rows = Told.objects.filter(
        reached, notice__kind=KIND, notice__key__startswith=f"{person.pk}:{requirement.pk}:{scope}:"
    )
    names: dict[tuple[date, int, str], list[str]] = {}
    for row in rows.select_related("notice", "person").order_by("id"):
        *_item, deadline, stage, role = key_of(row.notice.key, row.notice.role)
        names.setdefault((deadline, stage, role), []).append(str(row.person))
    return [
        Line(_title(stage.role, names.get((stage.deadline, stage.stage, stage.role), [])), stage.told_on)
        for stage in stages.order_by("-told_on", "stage")[:SHOWN]
    ]


def _title(role: str, names: list[str]) -> str:
    label = Notice.Role(ROLES[Recipient(role)]).label.capitalize()
    return f"{label}: {get_text_list(names, _('and'))}" if names else label
