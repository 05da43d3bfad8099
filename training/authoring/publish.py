"""Publishing: a course as it is now becomes an Edition, which never changes."""

from datetime import date
from typing import Any

from django.db import transaction

from portal.audit.log import record
from portal.hashing import canonical_sha256
from portal.standing.evidence import qualification
from training.authoring.check import problems_of
from training.authoring.freeze import content_of
from training.errors import NotReady
from training.models import CoursePage, Edition
from training.models.edition import latest_edition


@transaction.atomic
def publish_edition(course: CoursePage, *, actor: Any, on: date) -> Edition:
    """Freeze the course as it is. The same content published again makes no new edition.

    Raises NotReady with everything that is missing.
    """
    course = CoursePage.objects.select_for_update(of=("self",), no_key=True).get(pk=course.pk)
    if problems := problems_of(course):
        raise NotReady(problems)
    content = content_of(course)
    digest = canonical_sha256(content)
    latest = latest_edition(course)
    if latest and latest.sha256 == digest:
        return latest
    edition = Edition.objects.create(
        course=course,
        number=latest.number + 1 if latest else 1,
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
