"""Whom the ladder's notices reach on a day, for tests."""

from datetime import date

from portal.notices.inbox import open_notices
from portal.notices.models import Notice
from portal.notices.queues import Members
from portal.people.access.viewer import Viewer
from portal.people.models import Person
from portal.standing.alerts.scan import KIND


def told(on: date) -> set[tuple[str, int]]:
    """(first name, stage) of all that was ever owed, by who is in the queues on the day."""
    notices = list(Notice.objects.filter(kind=KIND))
    members = Members(on, notices)
    names = dict(Person.objects.values_list("pk", "first_name"))
    return {(names[pk], int(n.key.split(":")[-1])) for n in notices for pk in members.of(n)}


def inbox(person: Person, on: date) -> list[str]:
    rows = open_notices(Viewer(Person.objects.get(pk=person.pk), on))
    return list(rows.order_by("id").values_list("subject", flat=True))
