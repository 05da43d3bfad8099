"""Opening and closing accounts: by HR's link, or by a one-time code on paper."""

import hashlib
import secrets
from datetime import timedelta
from typing import NamedTuple

from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.audit.log import record
from portal.errors import Refused
from portal.people.models import Invitation, Person
from portal.people.own_record import refuse_own_record

VALID = {Invitation.Kind.LINK: timedelta(days=7), Invitation.Kind.PAPER: timedelta(days=14)}
MAX_FAILURES = 5
# Letters and digits that are not mistaken for one another on paper.
_PAPER = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"


class Secret(NamedTuple):
    """The invitation and its secret, which is shown once and kept as a hash only."""

    invitation: Invitation
    secret: str

    @property
    def link(self) -> str:
        return settings.SITE_URL + reverse("open_account", args=[self.secret])

    @property
    def grouped(self) -> str:
        return "-".join(self.secret[i : i + 4] for i in range(0, len(self.secret), 4))


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


@transaction.atomic
def invite(person: Person, kind: str, *, actor: Person) -> Secret:
    """A way in, once. Earlier invitations of the person stop working. Raises Refused for a link without e-mail."""
    refuse_own_record(actor, person.pk)
    if kind == Invitation.Kind.LINK and not person.email:
        raise Refused(_("There is no e-mail address. Print a code instead."))
    now = timezone.now()
    person.invitations.filter(used_at__isnull=True, revoked_at__isnull=True).update(revoked_at=now)
    paper = kind == Invitation.Kind.PAPER
    secret = "".join(secrets.choice(_PAPER) for _i in range(12)) if paper else secrets.token_urlsafe(24)
    row = Invitation.objects.create(
        person=person,
        kind=kind,
        secret_sha256=_hash(secret),
        created_by=actor,
        expires_at=now + VALID[Invitation.Kind(kind)],
    )
    record("people.account.invited", person, actor=actor, kind=kind)
    return Secret(row, secret)


def find_by_link(secret: str) -> Invitation | None:
    """The invitation of a link, if it can still be used."""
    return _usable(Invitation.objects.filter(kind=Invitation.Kind.LINK, secret_sha256=_hash(secret)).first())


def find_by_code(employee_number: str, code: str) -> Invitation | None:
    """The invitation of a code on paper. Wrong codes count; after some the invitation is dead."""
    person = Person.objects.filter(employee_number=employee_number.strip().lower()).first()
    rows = (
        Invitation.objects.filter(person=person, kind=Invitation.Kind.PAPER)
        if person
        else Invitation.objects.none()
    )
    row = _usable(rows.order_by("-id").first())
    if row is None:
        return None
    if secrets.compare_digest(row.secret_sha256, _hash(code.replace("-", "").strip().upper())):
        return row
    row.failures += 1
    row.revoked_at = timezone.now() if row.failures >= MAX_FAILURES else None
    row.save(update_fields=["failures", "revoked_at"])
    return None


def _usable(row: Invitation | None) -> Invitation | None:
    if row is None or row.used_at or row.revoked_at or row.expires_at < timezone.now():
        return None
    return row


@transaction.atomic
def open_account(invitation: Invitation, *, password: str) -> Person:
    """Set the password and use the invitation up. Raises Refused: used meanwhile, or a weak password."""
    row = Invitation.objects.select_for_update().select_related("person").get(pk=invitation.pk)
    if _usable(row) is None:
        raise Refused(_("This invitation was used or has run out. Ask HR for a new one."))
    try:
        validate_password(password, row.person)
    except ValidationError as error:
        raise Refused(" ".join(error.messages), field="password") from error
    row.person.set_password(password)
    row.person.is_active = True
    row.person.save(update_fields=["password", "is_active"])
    row.used_at = timezone.now()
    row.save(update_fields=["used_at"])
    record("people.account.opened", row.person, actor=row.person)
    return row.person


@transaction.atomic
def close_account(person: Person, *, actor: Person) -> None:
    """The person can no longer sign in; what is on record stays. Raises OwnRecord."""
    refuse_own_record(actor, person.pk)
    person.is_active = False
    person.set_unusable_password()
    person.save(update_fields=["is_active", "password"])
    person.invitations.filter(used_at__isnull=True, revoked_at__isnull=True).update(revoked_at=timezone.now())
    record("people.account.closed", person, actor=actor)
