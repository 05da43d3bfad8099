"""Why a person stands where they stand: which state, which rows, which rule, in plain sentences."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext as _

from portal.dates import day_before, holds
from portal.people.models import Person
from portal.standing.engine.audience import required_days
from portal.standing.engine.runs import Row, rows
from portal.standing.engine.timeline import stretches
from portal.standing.engine.types import EvidenceRow, Facts, State, Void
from portal.standing.engine.validity import Good, standing_rows
from portal.standing.evidence import source_label
from portal.standing.labels import short_date
from portal.standing.models import Evidence, Requirement, RequirementVersion
from portal.standing.projection.compute import case_of, load_known
from portal.standing.projection.rules import Rule, load_rules
from portal.standing.requirements.wording import rule_sentence


@dataclass(frozen=True)
class RowVerdict:
    """A row of the ledger and what it counts for."""

    row: Evidence
    verdict: str
    counts: bool


@dataclass(frozen=True)
class Explanation:
    """The state of one day, why, by which rule, and every row that was looked at."""

    on: date
    state: str
    version: RequirementVersion | None
    sentences: tuple[str, ...]
    rows: tuple[RowVerdict, ...]


def explain(
    person: Person, requirement: Requirement, scope: str, on: date, *, known_at: datetime | None = None
) -> Explanation:
    """Explain where the person stands on the day, as of now or as our records showed at a moment."""
    rule = next((r for r in load_rules(known_at) if r.requirement.pk == requirement.pk), None)
    known = load_known([person.pk], known_at)[person.pk]
    if rule is None:
        return Explanation(on, "", None, (_("No version of this requirement was in force."),), ())
    required = required_days(rule.asked, known.positions, person.pk)
    facts = case_of(known, rule, scope, required.get(scope, []))
    span = next((r for r in rows(rule.values, facts) if holds(r.start, r.until, on)), None)
    ledger = {str(row.pk): row for row in known.evidence if rule.counts_in(row.qualification_id, scope)}
    good = _good_on(rule, facts, on)
    verdicts = tuple(_verdict(row, rule, facts, good, on, span) for row in ledger.values())
    if span is None:
        return Explanation(on, "", rule.version_on(on), (_not_asked(rule, on),), verdicts)
    version = rule.version_on(on)
    assert version is not None, "a span lies within the versions' days"
    because = ledger.get(span.because or "")
    sentences = (
        _state_sentence(span, because, on, version),
        rule_sentence(version, on),
    )
    return Explanation(on, str(span.state), version, sentences, verdicts)


def _good_on(rule: Rule, facts: Facts, on: date) -> dict[str, Good]:
    """What the version in force on the day makes of each piece."""
    for stretch in stretches(rule.values, facts):
        if stretch.start <= on < stretch.until:
            return {piece.id: piece for piece in stretch.yardstick.good}
    return {}


def _not_asked(rule: Rule, on: date) -> str:
    if rule.version_on(on) is None:
        return _("The requirement was not in force on %(day)s.") % {"day": short_date(on, on)}
    return _("It was not asked of this person on %(day)s: no employment, or no position that it covers.") % {
        "day": short_date(on, on)
    }


# ---- the state --------------------------------------------------------------------------------


def _name(row: Evidence) -> str:
    return f"{row.qualification.name} ({row.get_level_display()})"


def _state_sentence(span: Row, because: Evidence | None, on: date, version: RequirementVersion) -> str:
    since = short_date(span.late_since or span.start, on)
    last = short_date(day_before(span.run_until), on) if span.run_until else ""
    due = short_date(span.deadline, on) if span.deadline else ""
    match span.state:
        case State.MET:
            what = _name(because) if because else ""
            if last:
                return _("Met since %(since)s and through %(last)s, because of %(what)s.") % {
                    "since": since, "last": last, "what": what,
                }  # fmt: skip
            return _("Met since %(since)s with no end, because of %(what)s.") % {"since": since, "what": what}
        case State.REPORTED:
            return _(
                "Something was sent (%(what)s), but it is not enough: this asks for %(level)s. "
                "It counts as met only when that is done."
            ) % {"what": _name(because) if because else "", "level": version.get_level_display()}
        case State.WAIVED:
            return _("Excused since %(since)s%(to)s.") % {"since": since, "to": _to(last)}
        case State.PAUSED:
            return _("On leave since %(since)s%(to)s: the clock stands still.") % {
                "since": since,
                "to": _to(last),
            }
        case State.PENDING:
            if due:
                return _("Not yet done, and not late: the last day is %(due)s.") % {"due": due}
            return _("Not yet done, and not late.")
        case State.GRACE:
            return _("Ran out before %(since)s; the grace days last through %(last)s.") % {
                "since": since, "last": last,
            }  # fmt: skip
    return _("Overdue since %(since)s: nothing that is enough covers this day.") % {"since": since}


def _to(last: str) -> str:
    return _(" through %(last)s") % {"last": last} if last else ""


# ---- the rows ---------------------------------------------------------------------------------


def _verdict(
    row: Evidence, rule: Rule, facts: Facts, good: dict[str, Good], on: date, span: Row | None
) -> RowVerdict:
    if span is not None and span.because == str(row.pk):
        return RowVerdict(row, _("decides this day"), counts=True)
    return RowVerdict(row, _why_not(row, rule, facts.evidence, good.get(str(row.pk)), on), counts=False)


def _why_not(row: Evidence, rule: Rule, evidence: Iterable[EvidenceRow], piece: Good | None, on: date) -> str:
    if row.kind != Evidence.Kind.PIECE:
        return row.get_kind_display()
    evidence = list(evidence)
    if any(isinstance(r, Void) and r.voids == str(row.pk) for r in evidence):
        return _("withdrawn: never was")
    if str(row.pk) not in {r.piece.id for r in standing_rows(evidence)}:
        return _("replaced by a better check of the same thing")
    if piece is None:
        return _("does not count under the version in force")
    if piece.effective_on > on:
        return _("begins on %(day)s") % {"day": short_date(piece.effective_on, on)}
    if piece.last < on:
        return _("was good through %(day)s") % {"day": short_date(piece.last, on)}
    if not piece.enough:
        return _("not enough: only %(level)s") % {"level": row.get_level_display()}
    return _("also good; another one lasts longer")


def source_of(row: Evidence) -> str:
    """What kind of record the row comes from, in words."""
    return source_label(row.source_kind)
