"""What a person's page shows of training."""

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from portal.people.models import Person
from portal.people.panels import register_panel
from training.models import Completion


def training_panel(request: HttpRequest, person: Person) -> SafeString:
    rows = Completion.objects.visible_to(request.viewer).filter(person=person)
    rows = rows.select_related("edition", "certificate__file")[:20]
    return render_to_string("training/_panel.html", {"rows": rows, "person": person}, request=request)


def register_panels() -> None:
    register_panel("training", training_panel, order=30)
