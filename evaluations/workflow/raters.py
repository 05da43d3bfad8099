"""Who can be named as a rater."""

from datetime import date

from django.utils.translation import gettext as _

from portal.errors import Refused
from portal.people.models import Employment, Person


def refuse_absent_rater(rater: Person, on: date, *, field: str = "rater") -> None:
    """Raises Refused for somebody who does not work here on the day: who left holds nothing."""
    if not Employment.objects.current().filter(person=rater).on(on).exists():
        raise Refused(_("This person does not work here. Name somebody else."), field=field)
