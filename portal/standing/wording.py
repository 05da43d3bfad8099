"""Facts of standing and rows of the ledger in words, for pages that list what was put on record."""

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.people.facts.act import register_label
from portal.people.facts.wording import register_rows, register_words
from portal.people.models import Change
from portal.people.models.change import Inserted
from portal.standing.models import Evidence, Extension, RequirementVersion, Waiver


def _scoped(row: Waiver | Extension) -> str:
    return f"{row.requirement} ({row.scope})" if row.scope else str(row.requirement)


def _evidence(row: Evidence) -> str:
    """RN license, verified, good through Dec 31, 2027; or what became of an earlier row."""
    if row.kind == Evidence.Kind.VOID and row.target is not None:
        return _("%(what)s: withdrawn, never was") % {"what": _evidence(row.target)}
    if row.kind == Evidence.Kind.ENDING:
        words = {"what": row.qualification.name, "day": _day(row.last_good_day)}
        return _("%(what)s: good no longer than %(day)s") % words
    parts = [row.qualification.name, str(row.get_level_display())]
    if row.last_good_day is not None:
        parts.append(_("good through %(day)s") % {"day": _day(row.last_good_day)})
    return ", ".join(parts)


def _version(row: RequirementVersion) -> str:
    """RN license, version 2."""
    return _("%(requirement)s, version %(number)d") % {"requirement": row.requirement, "number": row.number}


def _day(day: object) -> str:
    return str(date_format(day, "M j, Y"))  # type: ignore[arg-type]


def _rows_of(change: Change) -> list[Inserted]:
    rows = Evidence.objects.filter(inserted_in=change).select_related(
        "qualification", "target__qualification"
    )
    return list(rows.order_by("pk"))


def register() -> None:
    register_words(Waiver, _scoped)
    register_words(Extension, _scoped)
    register_words(RequirementVersion, _version)
    register_words(Evidence, _evidence)
    register_rows(_rows_of)
    register_label("evidence", gettext_lazy("Put on record"))
