"""Whose items the ladder watches on a day: who is employed, and who will be before the first stage is over."""

from collections.abc import Collection, Iterable, Iterator
from datetime import date, timedelta

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from portal.people.models import Employment, Person
from portal.standing.engine.ladder import FIRST_STAGE
from portal.standing.items import Item, spans_on
from portal.standing.models import RequirementVersion, Span, SpanQuerySet


def _coming(on: date) -> QuerySet[Employment]:
    """Employments that begin within the first stage of the ladder."""
    rows = Employment.objects.current().filter(starts_on__gt=on)
    return rows.filter(starts_on__lte=on + timedelta(days=FIRST_STAGE))


def watched(on: date) -> QuerySet[Person]:
    """Who is employed on the day, or will be within the first stage."""
    now = Employment.objects.current().on(on).filter(person=OuterRef("pk"))
    return Person.objects.filter(Q(Exists(now)) | Q(Exists(_coming(on).filter(person=OuterRef("pk")))))


def items_watched(
    on: date, people: Collection[int], *, requirements: Iterable[int] | None = None
) -> Iterator[Item]:
    """The items of these people that have reached a stage; of new hires those needed from day one. Three queries.

    The items of a new hire are those of day one whose last day in time lies before it.
    """
    reached = spans_on(on, people).filter(deadline__lte=on + timedelta(days=FIRST_STAGE))
    coming = _needed_from_day_one(on, people)
    if requirements is not None:
        wanted = list(requirements)
        reached, coming = (rows.filter(requirement__in=wanted) for rows in (reached, coming))
    order = ("person_id", "requirement_id", "scope")
    spans = [span for rows in (reached, coming) for span in rows.order_by(*order).select_related("person")]
    # A dozen versions for thousands of spans: each is made once.
    versions = RequirementVersion.objects.select_related("requirement")
    held = versions.in_bulk({span.version_id for span in spans})
    for span in spans:
        span.version = held[span.version_id]
        span.requirement = span.version.requirement
        yield Item(span, on)


def _needed_from_day_one(on: date, people: Collection[int]) -> SpanQuerySet:
    begins = _coming(on).filter(person=OuterRef("person"), starts_on=OuterRef("start"))
    here = Employment.objects.current().on(on).filter(person=OuterRef("person"))
    rows: SpanQuerySet = Span.objects.filter(Exists(begins), ~Exists(here), person__in=people)
    return rows.filter(deadline__lt=F("start"))
