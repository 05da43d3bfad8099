"""What a person's page shows of evaluations."""

from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from evaluations.models import Evaluation
from portal.people.access.requests import PortalRequest
from portal.people.directory.panels import register_panel
from portal.people.models import Person
from portal.ui.notation import day_year


def evaluations_panel(request: PortalRequest, person: Person) -> SafeString:
    rows = Evaluation.objects.visible_to(request.viewer).filter(person=person)[:10]
    viewer = request.viewer
    may_launch = viewer.leads(person.pk) or viewer.is_hr_for(person.pk)
    context = {"rows": [(row, state_words(row)) for row in rows], "person": person, "may_launch": may_launch}
    return render_to_string("evaluations/_panel.html", context, request=request)


def state_words(row: Evaluation) -> str:
    """Closed and filed. Due Dec 3, 2026."""
    return f"{row.get_state_display()}. " + _("Due %(day)s.") % {"day": day_year(row.due_on)}


def register_panels() -> None:
    register_panel("evaluations", evaluations_panel, order=40)
