"""An edition is made of a course as it is now; it never changes. What releases are made of."""

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from portal.audit.log import record
from portal.hashing import canonical_sha256
from portal.people.models import Person
from portal.standing.evidence import qualification
from training.authoring.check import assessment_of, problems_of
from training.authoring.freeze import content_of
from training.errors import NotReady
from training.models import CoursePage, Edition
from training.models.edition import is_withdrawn, last_edition
from training.questions.versions import keep_version


@transaction.atomic
def publish_edition(course: CoursePage, *, actor: Person | None, on: date) -> Edition:
    """Freeze the course as it is. The same content published again makes no new edition.

    Raises NotReady with everything that is missing, or where this very content was withdrawn.
    """
    course = CoursePage.objects.select_for_update(of=("self",), no_key=True).get(pk=course.pk)
    if problems := problems_of(course):
        raise NotReady(problems)
    _keep_versions(course, actor)
    content = content_of(course)
    digest, last = canonical_sha256(content), last_edition(course)
    if last and last.sha256 == digest:
        if is_withdrawn(last):
            raise NotReady([same_as_withdrawn(last)])
        return last
    edition = Edition.objects.create(
        course=course,
        number=last.number + 1 if last else 1,
        title=course.title,
        content=content,
        sha256=digest,
        minutes=course.minutes,
        contact_hours=course.contact_hours,
        valid_months=course.valid_months,
        published_on=on,
        published_by=actor,
    )
    # From now on a requirement can ask for the course.
    qualification(course.qualification_code, kind="course", name=course.title)
    record("training.edition.published", edition, actor=actor, number=edition.number, sha256=digest)
    return edition


def same_as_withdrawn(last: Edition) -> str:
    words = _("This is edition %(number)d as it was withdrawn. Correct it and publish again.")
    return words % {"number": last.number}


def _keep_versions(course: CoursePage, actor: Person | None) -> None:
    """The edition names the version of each question, so each has to be there."""
    if (assessment := assessment_of(course)) is not None:
        for row in assessment.asked.select_related("question"):
            keep_version(row.question, actor=actor)
