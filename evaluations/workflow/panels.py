"""What a person's page shows of evaluations."""

from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from evaluations.models import Evaluation
from portal.people.access.requests import PortalRequest
from portal.people.directory.panels import register_panel
from portal.people.models import Person


def evaluations_panel(request: PortalRequest, person: Person) -> SafeString:
    rows = Evaluation.objects.visible_to(request.viewer).filter(person=person)[:10]
    viewer = request.viewer
    may_launch = viewer.leads(person.pk) or viewer.is_hr_for(person.pk)
    context = {"rows": rows, "person": person, "may_launch": may_launch}
    return render_to_string("evaluations/_panel.html", context, request=request)


def register_panels() -> None:
    register_panel("evaluations", evaluations_panel, order=40)
