"""What a person's page shows of credentials."""

from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from certifications.models import Credential
from portal.people.access.requests import PortalRequest
from portal.people.directory.panels import register_panel
from portal.people.models import Person


def credentials_panel(request: PortalRequest, person: Person) -> SafeString:
    rows = Credential.objects.visible_to(request.viewer).filter(person=person, withdrawn_at__isnull=True)
    rows = rows.select_related("type").prefetch_related("periods__verifications")
    context = {"rows": rows, "person": person, "is_hr": request.viewer.is_hr_for(person.pk)}
    return render_to_string("certifications/_panel.html", context, request=request)


def register_panels() -> None:
    register_panel("credentials", credentials_panel, order=20)
