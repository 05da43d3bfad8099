"""Opening and closing accounts: by a link that is mailed or handed over, or by a one-time code on paper.

Who may be given which: `privilege.py`. A link or a code is shown once to whoever made it and kept as
a hash. The link in a mail is not the secret: it is signed from the invitation's id and that hash when
the mail is sent, so that it stands in no table and dies with the invitation.
"""

import hashlib
import secrets
from datetime import timedelta
from typing import NamedTuple

from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core import signing
from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.audit.log import record
from portal.errors import NotAllowed, Refused
from portal.people.access.rights import demand_hr_for
from portal.people.access.roles import refuse_without_site_admin, site_admin_ids
from portal.people.access.viewer import Viewer
from portal.people.accounts.mail import queue_mail, queue_mail_to
from portal.people.accounts.privilege import is_open, may_hand_over, may_invite
from portal.people.accounts.sessions import end_sessions
from portal.people.accounts.tries import count_try, forget_number, forget_try
from portal.people.facts.lock import lock_people
from portal.people.models import AccountMail, Invitation, Person, RoleGrant
from portal.people.own_record import refuse_own_record

VALID = {
    Invitation.Kind.LINK: timedelta(days=7),
    Invitation.Kind.MAIL: timedelta(days=7),
    Invitation.Kind.PAPER: timedelta(days=14),
}
LINKS = (Invitation.Kind.LINK, Invitation.Kind.MAIL)
# Letters and digits that are not mistaken for one another on paper.
_PAPER = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
_MAILED = "people.invitation.mailed"


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
def invite(person: Person, kind: str, *, by: Viewer) -> Secret:
    """A way in, once. Earlier invitations of the person stop working.

    Raises OwnRecord; NotAllowed unless by HR for the person or a site admin, and for a link or code to
    look at where the account is open or privileged, unless by a site admin; Refused for a link without
    an e-mail address.
    """
    _demand_invite(by, person)
    if kind != Invitation.Kind.MAIL and not may_hand_over(by, person):
        raise NotAllowed(
            _(
                "This account is in use, or has rights over others: send the invitation by mail, or ask a site admin."
            )
        )
    if kind in LINKS and not person.email:
        raise Refused(_("There is no e-mail address. Print a code instead."))
    now = timezone.now()
    person.invitations.filter(used_at__isnull=True, revoked_at__isnull=True).update(revoked_at=now)
    forget_number(person.employee_number)
    paper = kind == Invitation.Kind.PAPER
    secret = "".join(secrets.choice(_PAPER) for _i in range(12)) if paper else secrets.token_urlsafe(24)
    row = Invitation.objects.create(
        person=person,
        kind=kind,
        secret_sha256=_hash(secret),
        created_by=by.person,
        expires_at=now + VALID[Invitation.Kind(kind)],
    )
    record("people.account.invited", person, actor=by.person, kind=kind)
    if kind == Invitation.Kind.MAIL:
        mail_invitation(row, by=by)
    return Secret(row, secret)


def _demand_invite(by: Viewer, person: Person) -> None:
    refuse_own_record(by.person, person.pk)
    if not may_invite(by, person):
        raise NotAllowed(_("Only HR of this person or a site admin does that."))


@transaction.atomic
def mail_invitation(invitation: Invitation, *, by: Viewer) -> AccountMail:
    """Owe the mail with the link, to the address on record.

    Raises OwnRecord, NotAllowed unless by HR for the person or a site admin, Refused: it no longer works.
    """
    person = invitation.person
    _demand_invite(by, person)
    if invitation.kind not in LINKS or not is_usable(invitation) or not person.email:
        raise Refused(_("This invitation no longer works. Make a new one."))
    record("people.account.invited", person, actor=by.person, kind=Invitation.Kind.MAIL)
    return queue_mail(AccountMail.Kind.INVITATION, address=person.email, person=person, invitation=invitation)


def mail_token(invitation: Invitation) -> str:
    """What stands in the mailed link: signed, and bound to this invitation's secret."""
    return signing.dumps([invitation.pk, invitation.secret_sha256[:20]], salt=_MAILED)


def find_by_link(secret: str) -> Invitation | None:
    """The invitation of a link, handed over or mailed, if it can still be used."""
    rows = Invitation.objects.filter(kind__in=LINKS).select_related("person")
    row = rows.filter(secret_sha256=_hash(secret)).first()
    if row is None:
        try:
            pk, start = signing.loads(secret, salt=_MAILED)
        except (signing.BadSignature, ValueError, TypeError):
            return None
        row = rows.filter(pk=pk, secret_sha256__startswith=start).first()
    return row if row is not None and is_usable(row) else None


def find_by_code(employee_number: str, code: str, *, address: str) -> Invitation | None:
    """The invitation of a code on paper, typed at a network address. Raises Refused: too many were wrong."""
    number = employee_number.strip().lower()
    count_try(number, address)
    rows = Invitation.objects.filter(person__employee_number=number, kind=Invitation.Kind.PAPER)
    row = rows.select_related("person").order_by("-id").first()
    typed = _hash(code.replace("-", "").replace(" ", "").strip().upper())
    right = secrets.compare_digest(row.secret_sha256 if row else _hash(""), typed)
    if row is None or not right or not is_usable(row):
        return None
    forget_try(number, address)
    return row


def is_usable(row: Invitation) -> bool:
    return not (row.used_at or row.revoked_at or row.expires_at < timezone.now())


@transaction.atomic
def open_account(invitation: Invitation, *, password: str) -> Person:
    """Set the password and use the invitation up; sessions from before end, second factors stay.

    Raises Refused: used meanwhile, or a weak password.
    """
    # The person before the invitation, as the end of employment does.
    person = Person.objects.select_for_update(no_key=True).get(pk=invitation.person_id)
    row = Invitation.objects.select_for_update(no_key=True).get(pk=invitation.pk)
    row.person = person
    if not is_usable(row):
        raise Refused(_("This invitation was used or has run out. Ask HR for a new one."))
    try:
        validate_password(password, row.person)
    except ValidationError as error:
        raise Refused(" ".join(error.messages), field="password") from error
    was_open = is_open(row.person)
    row.person.set_password(password)
    row.person.is_active, row.person.closed_in = True, None
    row.person.save(update_fields=["password", "is_active", "closed_in"])
    row.used_at = timezone.now()
    row.save(update_fields=["used_at"])
    end_sessions(row.person)
    forget_number(row.person.employee_number)
    record("people.account.opened", row.person, actor=row.person)
    if was_open:
        queue_mail_to(row.person, AccountMail.Kind.PASSWORD_CHANGED)
    return row.person


@transaction.atomic
def close_account(person: Person, *, by: Viewer) -> None:
    """The person can no longer sign in, and is signed out now; what is on record stays.

    Raises OwnRecord, NotAllowed unless HR for the person, Refused for the last site admin.
    """
    demand_hr_for(by, person.pk)
    # So that two site admins cannot close each other's accounts at once.
    grants = RoleGrant.objects.held(by.on).filter(person=person)
    lock_people([person.pk, *site_admin_ids(*grants)])
    refuse_without_site_admin(list(grants.all()), by.on)
    person.is_active = False
    person.set_unusable_password()
    person.save(update_fields=["is_active", "password"])
    person.invitations.filter(used_at__isnull=True, revoked_at__isnull=True).update(revoked_at=timezone.now())
    end_sessions(person)
    record("people.account.closed", person, actor=by.person)
