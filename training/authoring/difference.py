"""What one edition has that another has not, in words: from their contents alone."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

type Content = Mapping[str, Any]

FACTS = {
    "title": gettext_lazy("Title"),
    "summary": gettext_lazy("Summary"),
    "objectives": gettext_lazy("Objectives"),
    "minutes": gettext_lazy("Minutes"),
    "contact_hours": gettext_lazy("Contact hours"),
    "valid_months": gettext_lazy("Certificate valid for (months)"),
    "provider": gettext_lazy("Provider approval"),
}
RULES = {
    "title": gettext_lazy("Title of the assessment"),
    "passing_percent": gettext_lazy("Passing score (percent)"),
    "tries_allowed": gettext_lazy("Tries allowed"),
    "shuffle_choices": gettext_lazy("Mixed choices"),
}
# Longer values are named, not quoted.
QUOTED = 60


def differences(before: Content | None, after: Content) -> list[str]:
    """Each change as a sentence; empty where learners would notice none."""
    if before is None:
        return [_("This is the first edition.")]
    return [
        *_facts(before, after, FACTS),
        *_lessons(before["lessons"], after["lessons"]),
        *_assessments(before.get("assessment"), after.get("assessment")),
    ]


def _facts(before: Content, after: Content, names: Mapping[str, Any]) -> Iterator[str]:
    for name, label in names.items():
        old, new = before.get(name), after.get(name)
        if old == new:
            continue
        words = _("%(fact)s: changed.")
        if max(len(_said(old)), len(_said(new))) <= QUOTED and not isinstance(new, list):
            words = _("%(fact)s: “%(new)s” instead of “%(old)s”.")
        yield words % {"fact": label, "old": _said(old), "new": _said(new)}


def _said(value: Any) -> str:
    if value is None or value == "":
        return _("none")
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return str(value)


def _lessons(before: Sequence[Content], after: Sequence[Content]) -> Iterator[str]:
    old, new = _by_id(before), _by_id(after)
    for pk, lesson in new.items():
        if pk not in old:
            yield _("New lesson: “%(title)s”.") % lesson
        elif lesson != old[pk]:
            yield _("Lesson changed: “%(title)s”.") % lesson
    for pk, lesson in old.items():
        if pk not in new:
            yield _("Lesson left out: “%(title)s”.") % lesson
    if [pk for pk in old if pk in new] != [pk for pk in new if pk in old]:
        yield _("The lessons stand in another order.")


def _assessments(before: Content | None, after: Content | None) -> Iterator[str]:
    if before is None or after is None:
        if after is not None:
            yield _("New: an assessment.")
        elif before is not None:
            yield _("The assessment is left out.")
        return
    yield from _facts(before, after, RULES)
    old, new = _by_id(before["questions"]), _by_id(after["questions"])
    for pk, question in new.items():
        if pk not in old:
            yield _("New question: “%(stem)s”.") % _named(question)
        elif question != old[pk]:
            yield _("Question changed: “%(stem)s” (version %(version)s).") % _named(question)
    for pk, question in old.items():
        if pk not in new:
            yield _("Question left out: “%(stem)s”.") % _named(question)
    if [pk for pk in old if pk in new] != [pk for pk in new if pk in old]:
        yield _("The questions stand in another order.")


def _by_id(rows: Sequence[Content]) -> dict[str, Content]:
    return {row["id"]: row for row in rows}


def _named(question: Content) -> dict[str, Any]:
    stem = question["stem"]
    short = stem if len(stem) <= QUOTED else f"{stem[: QUOTED - 1]}…"
    return {"stem": short, "version": question.get("version", 1)}
