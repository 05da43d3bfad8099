"""Loading the demo organization: the same rows on the same day."""

from datetime import date

from certifications.catalog.load import load_catalogue
from portal.demo import activity, records
from portal.demo.people import make_people
from portal.demo.rules import make_requirements
from portal.people.access.viewer import Viewer
from portal.people.facts.recompute import together
from portal.people.models import Person


def is_loaded() -> bool:
    return Person.objects.exists()


def load(today: date) -> int:
    """Load everything; returns how many people there are. Computes standing once, at the end of each part."""
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
    return Person.objects.count()
