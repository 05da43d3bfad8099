"""What a version of a requirement demands, in sentences."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portal.people.models import Person
from portal.standing.labels import short_date
from portal.standing.models import RequirementVersion
from portal.standing.requirements.preview import Shift
from portal.ui.status import STYLES, style_of


def rule_sentence(version: RequirementVersion, on: date) -> str:
    """What the version demands, seen from a day: since when, what it accepts, how it is proved, how often."""
    day = short_date(version.starts_on, date.max)
    begins = _("Since %(day)s") if version.starts_on <= on else _("From %(day)s on")
    return _("%(begins)s: %(accepted)s. %(level)s; %(often)s. Version %(number)d.") % {
        "begins": begins % {"day": day},
        "number": version.number,
        "accepted": accepted_phrase(row.qualification.name for row in version.accepted.all()),
        "level": str(version.get_level_display()).capitalize(),
        "often": recurrence_phrase(version),
    }


NAMED_STATES = 3


def accepted_phrase(names: Iterable[str]) -> str:
    """What is accepted, any one of it. What differs by state only is named once: "RN license (AZ, CA)"."""
    states: dict[str, list[str]] = {}
    for name in sorted(names):
        what, _comma, state = name.rpartition(", ")
        states.setdefault(what or name, []).append(state if what else "")
    found = [_with_states(what, [code for code in codes if code]) for what, codes in states.items()]
    if len(found) < 2:
        return "".join(found)
    return _("%(some)s or %(last)s") % {"some": ", ".join(found[:-1]), "last": found[-1]}


def _with_states(what: str, codes: list[str]) -> str:
    if not codes:
        return what
    if len(codes) == 1 and len(codes[0]) > 2:
        return f"{what}, {codes[0]}"
    if len(codes) <= NAMED_STATES + 1:
        return f"{what} ({', '.join(codes)})"
    named = ", ".join(codes[:NAMED_STATES])
    more = _("%(named)s and %(count)d more") % {"named": named, "count": len(codes) - NAMED_STATES}
    return f"{what} ({more})"


def weight_sentence(version: RequirementVersion) -> str:
    """How much it weighs, whose list it is on, the days of grace, and why it was changed."""
    parts = [
        str(version.get_severity_display()).capitalize(),
        _("on the list of %(who)s") % {"who": version.get_responsible_display()},
    ]
    if version.grace_days:
        days = ngettext("one day of grace", "%(count)d days of grace", version.grace_days)
        parts.append(days % {"count": version.grace_days})
    reason = _("Reason: %(reason)s") % {"reason": version.reason} if version.reason else ""
    return ". ".join(filter(None, ("; ".join(parts), reason)))


def recurrence_phrase(version: RequirementVersion) -> str:
    kind = RequirementVersion.Recurrence
    match version.recurrence:
        case kind.ONCE:
            return _("once")
        case kind.OWN_VALIDITY:
            return _("good for its own term")
        case kind.EVERY_MONTHS:
            months = version.recurrence_months or 0
            return ngettext("every month", "every %(count)d months", months) % {"count": months}
        case kind.EACH_YEAR:
            return _("once in each year")
        case kind.FIXED_DAY:
            return _("by a fixed day of each year")
    return _("by the hire date of each year")


def counts_phrase(counts: Mapping[str, int]) -> str:
    """People by state, the most urgent first: 3 overdue, 12 met."""
    styles = list(STYLES.values())
    urgent = sorted(counts.items(), key=lambda pair: styles.index(style_of(pair[0])))
    return ", ".join(f"{count} {style_of(state).word}".lower() for state, count in urgent)


# Of how many people an effect says the names.
NAMED = 20


def named_effects(shift: Shift) -> Iterator[str]:
    """To whom a change of a rule does something on the day: each effect a sentence with names."""
    named = Person.objects.in_bulk({*shift.made_late, *shift.told, *shift.barred, *shift.cleared})
    effects = (
        (_("Made late"), dict.fromkeys(shift.made_late, ())),
        (_("No longer cleared"), shift.barred),
        (_("Cleared"), shift.cleared),
        (_("Told of it"), dict.fromkeys(shift.told, ())),
    )
    for words, people in effects:
        if people:
            names = sorted(_in_states(str(named[pk]), people[pk]) for pk in people)
            more = ", …" if len(names) > NAMED else ""
            yield f"{words} ({len(names)}): {', '.join(names[:NAMED])}{more}"


def _in_states(name: str, states: Iterable[str]) -> str:
    codes = ", ".join(filter(None, states))
    return f"{name} ({codes})" if codes else name
