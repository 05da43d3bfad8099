"""A person's e-mail address: written in one way, by HR at once, by its holder after confirming it."""

from allauth.account.models import EmailAddress
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.audit.log import record
from portal.errors import NotAllowed, Refused, refused_from
from portal.people.access.viewer import Viewer
from portal.people.accounts.mail import queue_mail
from portal.people.accounts.privilege import may_change_address
from portal.people.facts.acting import actor_of
from portal.people.models import AccountMail, Invitation, Person
from portal.people.own_record import refuse_own_record


@transaction.atomic
def set_email(person: Person, email: str | None, *, by: Viewer | None) -> Person:
    """Somebody else writes a person's address: it counts at once, as verified; the old one is told.

    Raises OwnRecord for one's own (it is confirmed first); NotAllowed unless by HR for the person or a
    site admin, for a privileged account unless by a site admin; Refused for an address in use.
    """
    words = _("Change your own address under Sign-in, where it is confirmed.")
    refuse_own_record(actor_of(by), person.pk, words)
    if by is not None and not may_change_address(by, person):
        raise NotAllowed(_("Only HR does that; where the account has rights over others, a site admin."))
    return write_email(person, email, actor=actor_of(by))


@transaction.atomic
def confirm_address(waiting: EmailAddress) -> Person:
    """The link in the mail was opened: the new address takes the place of the old one, which is told.

    Raises Refused for an address that somebody else has by now, or a closed account.
    """
    person = Person.objects.select_for_update(no_key=True).get(pk=waiting.user_id)
    if not person.is_active:
        raise Refused(_("This account is closed. Ask HR."))
    return write_email(person, waiting.email, actor=person)


def ensure_address_row(person: Person) -> None:
    """Signing in by address goes by allauth's row; one that is missing is the address on record."""
    if person.email and not EmailAddress.objects.filter(user=person, email=person.email).exists():
        EmailAddress.objects.create(
            user=person,
            email=person.email,
            verified=True,
            primary=not EmailAddress.objects.filter(user=person, primary=True).exists(),
        )


def refuse_local_accents(address: str) -> None:
    """Raises Refused for an address that most mail servers cannot reach."""
    if not address.partition("@")[0].isascii():
        raise Refused(_("Mail servers do not take accents before the @. Write it without."), field="email")


def masked(address: str) -> str:
    """Enough for its owner to know it: d…@example.org."""
    name, _at, host = address.partition("@")
    return f"{name[:1]}…@{host}"


def refuse_address(person: Person, email: str | None) -> str | None:
    """The address as it is kept. Raises Refused for one that cannot be used, or that another person has."""
    address = (email or "").strip().lower() or None
    if address:
        refuse_local_accents(address)
        if Person.objects.filter(email=address).exclude(pk=person.pk).exists():
            raise Refused(_("Another person has this address."), field="email")
    return address


def write_email(person: Person, email: str | None, *, actor: Person | None) -> Person:
    """The one way: lower case, unique, with its row for signing in; links to the old address die.

    For use cases that check the rights themselves.
    """
    address = refuse_address(person, email)
    before, person.email = Person.objects.values_list("email", flat=True).get(pk=person.pk), address
    try:
        person.full_clean(exclude=["password"])
        with transaction.atomic():
            person.save(update_fields=["email"])
            EmailAddress.objects.filter(user=person).delete()
            if address:
                EmailAddress.objects.create(user=person, email=address, verified=True, primary=True)
    except ValidationError as error:
        raise refused_from(error) from error
    except IntegrityError as error:
        raise Refused(_("Another person has this address."), field="email") from error
    record("people.person.changed", person, actor=actor, what="email")
    if before and before != address:
        links = person.invitations.exclude(kind=Invitation.Kind.PAPER)
        links.filter(used_at__isnull=True, revoked_at__isnull=True).update(revoked_at=timezone.now())
        by = "self" if actor is not None and actor.pk == person.pk else "hr"
        new = masked(address) if address else ""
        queue_mail(AccountMail.Kind.ADDRESS_CHANGED, address=before, person=person, by=by, new=new)
    return person
