"""Editions: the latest that learners get, and what is in it."""

from collections.abc import Iterator

from tests.scenarios import kinds
from tests.scenarios.expectations.compare import Difference, differences
from tests.scenarios.language import Step, expectation
from tests.scenarios.world import World
from training.models import CoursePage, LessonPage
from training.models.edition import latest_edition


@expectation(
    "edition",
    {
        "course?": kinds.course,
        "copy?": kinds.made_by("copy_course"),
        "number": kinds.or_null(kinds.count),
        "by?": kinds.person,
        "lesson?": kinds.word,
        "question?": kinds.word,
        "version?": kinds.count,
        "online?": kinds.flag,
        "taught_in_own?": kinds.flag,
    },
)
def edition(world: World, step: Step) -> Iterator[Difference]:
    """`online`: are all lessons of the course; `taught_in_own`: does each question name one of them?"""
    course = world.labelled(step["copy"]).row() if "copy" in step else world.course(step["course"])
    found = latest_edition(course)
    if found is None or step["number"] is None:
        return differences(step, number=found.number if found else None)
    questions = found.assessment["questions"] if found.assessment else []
    own = {lesson["id"] for lesson in found.lessons}
    return differences(
        step,
        number=found.number,
        by=world.key_of(found.published_by_id),
        lesson=found.lessons[0]["title"],
        question=questions[0]["stem"] if questions else None,
        version=questions[0]["version"] if questions else None,
        online=_online(course),
        taught_in_own=all(question["lesson"] in own for question in questions),
    )


def _online(course: CoursePage) -> bool:
    return not LessonPage.objects.child_of(course).filter(live=False).exists()
