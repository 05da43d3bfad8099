"""What a person's page shows of training."""

from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from portal.people.access.requests import PortalRequest
from portal.people.directory.panels import register_panel
from portal.people.models import Person
from training.completion.revoke import may_revoke
from training.models import Completion

MOST = 20


def training_panel(request: PortalRequest, person: Person) -> SafeString:
    """Courses completed, the latest first, with their certificates."""
    rows = Completion.objects.visible_to(request.viewer).filter(person=person)
    context = {
        "rows": rows.select_related("edition", "attempt", "certificate__file")[:MOST],
        "person": person,
        "may_revoke": may_revoke(request.viewer, person.pk),
    }
    return render_to_string("training/_panel.html", context, request=request)


def register_panels() -> None:
    register_panel("training", training_panel, order=30)
