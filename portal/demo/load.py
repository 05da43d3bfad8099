"""Loading the demo organization: the same rows on the same day."""

from datetime import date

from django.db import transaction

from certifications.catalog.load import load_catalogue
from portal.demo import activity, records
from portal.demo.copies import make_copies
from portal.demo.people import make_people
from portal.demo.rules import make_requirements
from portal.people.access.viewer import Viewer
from portal.people.facts.lock import lock_organization
from portal.people.facts.recompute import together
from portal.people.models import Person


def is_loaded() -> bool:
    return Person.objects.exists()


@transaction.atomic
def load(today: date, *, organizations: int = 1) -> int:
    """Load everything, or nothing; returns how many people there are.

    Computes standing once, at the end of each part. More organizations than one are copies of it.
    """
    lock_organization()
    load_catalogue()
    with together():
        org = make_people(today)
        activity.make_courses(org)
        make_requirements(Viewer(org.account("hr"), org.today))
        records.make_records(org)
    with together():
        records.send_renewals(org)
        activity.make_learning(org)
        activity.make_evaluations(org)
    activity.tell(org)
    if organizations > 1:
        make_copies(organizations)
    return Person.objects.count()
