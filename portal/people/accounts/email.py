"""A person's e-mail address."""

from allauth.account.models import EmailAddress
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from portal.audit.log import record
from portal.errors import Refused, refused_from
from portal.people.models import (
    Person,
)


@transaction.atomic
def set_email(person: Person, email: str | None, *, actor: Person | None) -> Person:
    """The one way an address is written: lower case, unique, with its row for signing in.

    HR's address is taken as verified. Raises Refused for an address in use.
    """
    address = (email or "").strip().lower() or None
    if address and not address.partition("@")[0].isascii():
        raise Refused(_("Mail servers do not take accents before the @. Write it without."), field="email")
    taken = address and Person.objects.filter(email=address).exclude(pk=person.pk).exists()
    if taken:
        raise Refused(_("Another person has this address."), field="email")
    person.email = address
    try:
        person.full_clean(exclude=["password"])
    except ValidationError as error:
        raise refused_from(error) from error
    person.save(update_fields=["email"])
    EmailAddress.objects.filter(user=person).delete()
    if address:
        EmailAddress.objects.create(user=person, email=address, verified=True, primary=True)
    record("people.person.changed", person, actor=actor, what="email")
    return person
