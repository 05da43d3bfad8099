"""What a version of a requirement demands, in sentences."""

from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portal.standing.labels import short_date
from portal.standing.models import RequirementVersion


def rule_sentence(version: RequirementVersion) -> str:
    """What the version demands, in one or two sentences."""
    accepted = ", ".join(sorted(row.qualification.name for row in version.accepted.all()))
    text = _(
        "Version %(number)d, in force since %(day)s, asks for one of: %(accepted)s; level: %(level)s; %(often)s."
    )
    return text % {
        "number": version.number,
        "day": short_date(version.starts_on, date.max),
        "accepted": accepted,
        "level": version.get_level_display(),
        "often": recurrence_phrase(version),
    }


def recurrence_phrase(version: RequirementVersion) -> str:
    kind = RequirementVersion.Recurrence
    match version.recurrence:
        case kind.ONCE:
            return _("once")
        case kind.OWN_VALIDITY:
            return _("good for as long as it says itself")
        case kind.EVERY_MONTHS:
            months = version.recurrence_months or 0
            return ngettext("every month", "every %(count)d months", months) % {"count": months}
        case kind.EACH_YEAR:
            return _("once in each year")
        case kind.FIXED_DAY:
            return _("by a fixed day of each year")
    return _("by the hire date of each year")
