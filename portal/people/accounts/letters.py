"""The letters about an account, written at the moment they are sent: links from SITE_URL, fresh tokens."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from allauth.account.forms import default_token_generator
from allauth.account.models import EmailAddress, EmailConfirmationHMAC
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from portal.people.accounts.invitations import is_usable, mail_token
from portal.people.models import AccountMail, Person


@dataclass(frozen=True)
class Letter:
    subject: str
    paragraphs: tuple[str, ...]
    path: str = ""
    action: str = ""


def letter_of(row: AccountMail) -> Letter | None:
    """What is said; None if it is no longer needed: its reason has gone, or nobody has the address."""
    return _WRITERS[AccountMail.Kind(row.kind)](row)


def mail_of(row: AccountMail, letter: Letter) -> EmailMultiAlternatives:
    context = {
        "subject": letter.subject,
        "paragraphs": letter.paragraphs,
        "action_url": settings.SITE_URL + letter.path if letter.path else "",
        "action_label": letter.action,
    }
    mail = EmailMultiAlternatives(
        subject=letter.subject,
        body=render_to_string("emails/account.txt", context),
        to=[row.address],
        headers={"Message-ID": row.message_id, "Auto-Submitted": "auto-generated"},
    )
    mail.attach_alternative(render_to_string("emails/account.html", context), "text/html")
    return mail


def _reset(row: AccountMail) -> Letter | None:
    # Only the address on record: one that waits to be confirmed may belong to a stranger.
    person = Person.objects.filter(email=row.address.lower(), is_active=True).first()
    if person is None:
        return None
    key = {"uidb36": user_pk_to_url_str(person), "key": default_token_generator.make_token(person)}
    return Letter(
        _("Choose a new password"),
        (
            _("Somebody, probably you, asked for a new password."),
            _("The link works once, for one hour. If it was not you, do nothing: your password stays."),
        ),
        reverse("account_reset_password_from_key", kwargs=key),
        _("Choose a new password"),
    )


def _confirm(row: AccountMail) -> Letter | None:
    waiting = EmailAddress.objects.filter(user=row.person, email=row.address, verified=False).first()
    taken = Person.objects.filter(email=row.address).exclude(pk=row.person_id).exists()
    if waiting is None or taken or not _may_sign_in(row):
        return None
    return Letter(
        _("Confirm your e-mail address"),
        (
            _("This address was given for a sign-in here. Open the link to use it from now on."),
            _("The link works for three days. If you know nothing of this, do nothing."),
        ),
        reverse("account_confirm_email", args=[EmailConfirmationHMAC(waiting).key]),
        _("Confirm the address"),
    )


def _invitation(row: AccountMail) -> Letter | None:
    invitation = row.invitation
    if invitation is None or not is_usable(invitation) or invitation.person.email != row.address:
        return None
    until = formats.date_format(timezone.localtime(invitation.expires_at), "DATE_FORMAT")
    return Letter(
        _("Set up your sign-in"),
        (
            _("HR invites you to set up your sign-in. Your employee number is %(number)s.")
            % {"number": invitation.person.employee_number},
            _("The link works once, until %(day)s. It is for you alone: do not pass it on.") % {"day": until},
        ),
        reverse("open_account", args=[mail_token(invitation)]),
        _("Choose a password"),
    )


def _address_changed(row: AccountMail) -> Letter:
    by_oneself = row.facts.get("by") == "self"
    now = row.facts.get("new")
    return Letter(
        _("Your e-mail address was changed"),
        (
            _("You changed the address of your sign-in.")
            if by_oneself
            else _("HR changed the address of your sign-in."),
            _("It is now %(new)s. No more mail comes to this address.") % {"new": now}
            if now
            else _("There is none now. No more mail comes to this address."),
            _("If you did not expect this, tell HR today."),
        ),
    )


def _told(subject: str, sentence: str) -> Callable[[AccountMail], Letter | None]:
    """A change the person is told of, so that nobody makes it unseen. Texts are marked in _WRITERS."""

    def write(row: AccountMail) -> Letter | None:
        if not _may_sign_in(row):
            return None
        said = [_(sentence)]
        if row.facts.get("ip"):
            moment = timezone.localtime(datetime.fromisoformat(row.facts["at"]))
            said.append(
                _("It was done on %(when)s from the address %(ip)s.")
                % {"when": formats.date_format(moment, "DATETIME_FORMAT"), "ip": row.facts["ip"]}
            )
        said.append(_("If it was not you, tell HR today."))
        return Letter(_(subject), tuple(said))

    return write


def _may_sign_in(row: AccountMail) -> bool:
    return row.person is not None and row.person.is_active


_WRITERS: dict[AccountMail.Kind, Callable[[AccountMail], Letter | None]] = {
    AccountMail.Kind.RESET: _reset,
    AccountMail.Kind.CONFIRM: _confirm,
    AccountMail.Kind.INVITATION: _invitation,
    AccountMail.Kind.ADDRESS_CHANGED: _address_changed,
    AccountMail.Kind.PASSWORD_CHANGED: _told(
        gettext_noop("Your password was changed"), gettext_noop("Your sign-in has a new password.")
    ),
    AccountMail.Kind.TOTP_ON: _told(
        gettext_noop("An authenticator app was added"),
        gettext_noop("Signing in now also asks for a code from your app."),
    ),
    AccountMail.Kind.TOTP_OFF: _told(
        gettext_noop("The authenticator app was removed"),
        gettext_noop("Signing in no longer asks for a code from your app."),
    ),
    AccountMail.Kind.PASSKEY_ADDED: _told(
        gettext_noop("A passkey was added"), gettext_noop("Your sign-in has a new passkey.")
    ),
    AccountMail.Kind.PASSKEY_REMOVED: _told(
        gettext_noop("A passkey was removed"), gettext_noop("Your sign-in has one passkey less.")
    ),
    AccountMail.Kind.RECOVERY_CODES: _told(
        gettext_noop("New recovery codes were made"),
        gettext_noop("The recovery codes from before no longer work."),
    ),
}
