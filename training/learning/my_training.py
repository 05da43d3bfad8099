"""What training's pages show: my training, the catalogue, a course, an attempt's outline."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portal.people.models import Person
from portal.standing.engine.status import Group
from portal.standing.items import Item, standing_on
from portal.standing.labels import short_date
from portal.standing.models import Requirement
from portal.standing.models.requirement import AcceptedQualification
from training.learning import lessons
from training.models import Attempt, Completion, CoursePage, Edition
from training.models.learning import CompletionQuerySet

NEEDS_DOING = frozenset({Group.ACT_NOW, Group.SOON})


def offered() -> QuerySet[CoursePage]:
    """Courses that can be begun: published, with an edition."""
    editions = Edition.objects.filter(course=OuterRef("pk"), withdrawal__isnull=True)
    rows: QuerySet[CoursePage] = CoursePage.objects.live().filter(Exists(editions)).order_by("title")
    return rows


@dataclass(frozen=True)
class Begun:
    """An attempt under way: how far."""

    attempt: Attempt
    done: int
    steps: int

    @property
    def course(self) -> CoursePage:
        return self.attempt.course

    @property
    def words(self) -> str:
        return _("%(done)d of %(all)d steps done") % {"done": self.done, "all": self.steps}


@dataclass(frozen=True)
class Asked:
    """Training asked of the person, and the course that answers it, if it is one of ours."""

    item: Item
    course: CoursePage | None
    begun: Begun | None

    @property
    def course_words(self) -> str:
        """The course that answers it, where it has a name of its own."""
        if self.course is None or self.course.title == self.item.requirement.name:
            return ""
        return _("Course “%(title)s”, about %(minutes)d minutes") % {
            "title": self.course.title,
            "minutes": self.course.minutes,
        }

    @property
    def needs_doing(self) -> bool:
        return self.item.group in NEEDS_DOING


@dataclass(frozen=True)
class MyTraining:
    person: Person
    on: date
    asked: tuple[Asked, ...]
    begun: tuple[Begun, ...]
    completions: tuple[Completion, ...]
    courses: tuple[CoursePage, ...]

    @cached_property
    def due(self) -> list[Asked]:
        return [row for row in self.asked if row.needs_doing]

    @cached_property
    def fine(self) -> list[Asked]:
        return [row for row in self.asked if not row.needs_doing]

    @cached_property
    def also_begun(self) -> list[Begun]:
        """Under way without being due."""
        shown = {row.begun.attempt.pk for row in self.due if row.begun}
        return [row for row in self.begun if row.attempt.pk not in shown]

    @cached_property
    def more(self) -> list[CoursePage]:
        """The rest of the catalogue: not asked, not under way."""
        shown = {row.course.pk for row in self.asked if row.course} | {row.course.pk for row in self.begun}
        return [course for course in self.courses if course.pk not in shown]

    @property
    def nothing_due_words(self) -> str:
        if self.asked:
            return _("Nothing is due. What is asked of you is done.")
        return ngettext(
            "No training is asked of you. The catalog has one course.",
            "No training is asked of you. The catalog has %(count)d courses.",
            len(self.courses),
        ) % {"count": len(self.courses)}

    def lead(self) -> str:
        """Is there anything I must do?"""
        late = [row for row in self.due if row.item.group is Group.ACT_NOW]
        if late:
            return ngettext(
                "One course is late and needs you now.",
                "%(count)d courses are late and need you now.",
                len(late),
            ) % {"count": len(late)}
        dated = sorted(row.item.deadline for row in self.due if row.item.deadline is not None)
        if dated:
            return ngettext(
                "One course is due by %(day)s.",
                "%(count)d courses are due, the first by %(day)s.",
                len(self.due),
            ) % {"count": len(self.due), "day": short_date(dated[0], self.on)}
        if self.begun:
            return ngettext(
                "Nothing is due. One course is under way.",
                "Nothing is due. %(count)d courses are under way.",
                len(self.begun),
            ) % {"count": len(self.begun)}
        return _("Nothing is due.")


def my_training(person: Person, on: date) -> MyTraining:
    """Everything on the training page. The number of queries does not grow with the rows."""
    standing = standing_on(person, on)
    items = [item for item in standing.items if item.requirement.group == Requirement.Group.TRAINING]
    courses = list(offered())
    begun = begun_by(person)
    by_course = {row.course.pk: row for row in begun}
    answers = _courses_for(items, courses)
    asked = [
        Asked(item, course := answers.get(item.version.pk), by_course.get(course.pk) if course else None)
        for item in items
    ]
    asked.sort(key=lambda row: (row.item.word.rank, row.item.due_key))
    return MyTraining(person, on, tuple(asked), tuple(begun), tuple(completions_of(person)), tuple(courses))


def begun_by(person: Person) -> list[Begun]:
    rows = Attempt.objects.open().filter(person=person).select_related("edition", "course")
    attempts = list(rows)
    progress = lessons.progress_of(attempts)
    return [Begun(attempt, *progress[attempt.pk]) for attempt in attempts]


def completions_of(person: Person) -> CompletionQuerySet:
    """Those that were taken back too: lists say when."""
    rows = Completion.objects.filter(person=person)
    found: CompletionQuerySet = rows.select_related("edition", "attempt", "certificate__file")
    return found


def _courses_for(items: Iterable[Item], courses: list[CoursePage]) -> dict[int, CoursePage]:
    """Version of a requirement -> the course that answers it. One query."""
    versions = {item.version.pk for item in items}
    accepted = AcceptedQualification.objects.filter(version_id__in=versions, renewal_only=False)
    by_code = {course.qualification_code: course for course in courses}
    found: dict[int, CoursePage] = {}
    for version, code in accepted.values_list("version_id", "qualification__code").order_by("pk"):
        if code in by_code:
            found.setdefault(version, by_code[code])
    return found


# ---- pages of the catalogue -------------------------------------------------------------------
