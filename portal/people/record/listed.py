"""Changes as lists show them: what was done, to whom, and whether it stands."""

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portal.people.facts.plan import recorded
from portal.people.facts.taking_back import fact_models
from portal.people.facts.wording import name_of, what_of
from portal.people.models import Change, ChangePerson, ChangeWithdrawal
from portal.people.record.later import Told, told_of
from portal.people.record.planned import planned_ids

NAMES = 3


@dataclass(frozen=True)
class Row:
    """A change in the list."""

    change: Change
    what: str
    who: str
    state: str
    is_planned: bool = False


def rows_of(changes: list[Change], on: date) -> list[Row]:
    """The changes as the list shows them, in the order given. As many queries for one as for fifty."""
    told, planned, corrected = told_of(changes), set(planned_ids(on)), _corrected(changes)
    names: dict[int, list[str]] = {}
    about = ChangePerson.objects.filter(change__in=changes).select_related("person").order_by("id")
    for row in about:
        names.setdefault(row.change_id, []).append(str(row.person))
    for pk, words in _subjects([change for change in changes if change.pk not in names]).items():
        names[pk] = words
    return [
        Row(
            change,
            name_of(change),
            _names(names.get(change.pk, [])),
            _state(change, told.get(change), is_corrected=change.pk in corrected),
            change.stands and change.pk in planned,
        )
        for change in changes
    ]


def _subjects(changes: list[Change]) -> dict[int, list[str]]:
    """What changes about nobody put on record: a version of a rule, the place of a team."""
    found: dict[int, list[str]] = {}
    if not changes:
        return found
    for model in fact_models():
        links = [field.name for field in model._meta.concrete_fields if field.many_to_one]
        if "person" in links:
            continue
        for row in recorded(model).filter(inserted_in__in=changes).select_related(*links).order_by("pk"):
            found.setdefault(row.inserted_in_id, []).append(what_of(row))
    return found


def _names(names: list[str]) -> str:
    """Dana Whitfield, Sol Reyes and 4 more."""
    shown = ", ".join(names[:NAMES])
    if len(names) <= NAMES:
        return shown
    more = len(names) - NAMES
    return ngettext("%(names)s and one more", "%(names)s and %(count)d more", more) % {
        "names": shown,
        "count": more,
    }


def _corrected(changes: list[Change]) -> set[int]:
    """Those in whose place something else was said, by id."""
    rows = ChangeWithdrawal.objects.filter(change__in=changes, by__stands=True, by__corrects=True)
    return set(rows.values_list("change_id", flat=True))


def _state(change: Change, told: Told | None, *, is_corrected: bool) -> str:
    if not change.stands:
        return _("Corrected") if is_corrected else _("Taken back")
    return told.title if told is not None else ""
