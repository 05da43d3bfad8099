"""What pages show of credentials, in words; and the panel on a person's page."""

from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from certifications.credentials.terms import terms_in_sight
from certifications.models import Credential
from portal.people.access.requests import PortalRequest
from portal.people.directory.panels import register_panel
from portal.people.models import Person


def credentials_panel(request: PortalRequest, person: Person) -> SafeString:
    rows = Credential.objects.visible_to(request.viewer).filter(person=person, withdrawn_at__isnull=True)
    terms = terms_in_sight(rows.select_related("type"), request.today)
    context = {"rows": terms, "person": person, "is_hr": request.viewer.is_hr_for(person.pk)}
    return render_to_string("certifications/_panel.html", context, request=request)


def register_panels() -> None:
    register_panel("credentials", credentials_panel, order=20)
