"""How allauth is bent to the portal: accounts are opened by HR, nobody signs up, mail is owed as rows."""

import logging
from typing import Any, ClassVar

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.models import EmailAddress
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy

from portal.addresses import client_address
from portal.clock import business_today
from portal.errors import Refused
from portal.people.access.viewer import Viewer
from portal.people.accounts.email import confirm_address, refuse_local_accents
from portal.people.accounts.mail import queue_mail, queue_mail_to
from portal.people.accounts.sessions import end_sessions
from portal.people.models import AccountMail, Person

log = logging.getLogger(__name__)

# allauth's templates of mail, and the letter that is owed instead.
NOTIFICATIONS = {
    "account/email/password_changed": AccountMail.Kind.PASSWORD_CHANGED,
    "account/email/password_reset": AccountMail.Kind.PASSWORD_CHANGED,
    "account/email/password_set": AccountMail.Kind.PASSWORD_CHANGED,
    "mfa/email/totp_activated": AccountMail.Kind.TOTP_ON,
    "mfa/email/totp_deactivated": AccountMail.Kind.TOTP_OFF,
    "mfa/email/webauthn_added": AccountMail.Kind.PASSKEY_ADDED,
    "mfa/email/webauthn_removed": AccountMail.Kind.PASSKEY_REMOVED,
    "mfa/email/recovery_codes_generated": AccountMail.Kind.RECOVERY_CODES,
}
# Nothing to tell: who cancels a change that was never confirmed changes nothing, and
# email.py tells the old address itself.
UNTOLD = frozenset({"account/email/email_deleted", "account/email/email_changed"})


def display_name(person: Any) -> str:
    """The name in use, never the number that signs in."""
    return str(person)


class AccountAdapter(DefaultAccountAdapter):
    """Sign-up is closed; mail is owed; an address is written in one way; a new password ends sessions."""

    error_messages: ClassVar[dict[str, Any]] = {
        **DefaultAccountAdapter.error_messages,
        "account_inactive": gettext_lazy("This account is closed. HR can open it again."),
        "duplicate_email": gettext_lazy("This is your address already."),
        "email_password_mismatch": gettext_lazy("This address and password do not fit. Try again."),
        "email_taken": gettext_lazy("Another person has this address."),
        "enter_current_password": gettext_lazy("Type the password you have now."),
        "incorrect_password": gettext_lazy("This password is not right. Try again."),
        "invalid_password_reset": gettext_lazy("This link no longer works. Ask for a new one."),
        "rate_limited": gettext_lazy("That was a bit fast. Wait a minute, and try again."),
        "too_many_login_attempts": gettext_lazy("Too many wrong tries. Wait five minutes, and try again."),
        "username_password_mismatch": gettext_lazy("This number and password do not fit. Try again."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        """Whom allauth's own limits count, and what the list of sessions shows."""
        return client_address(request)

    # ---- mail -------------------------------------------------------------------------------

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Owe the letter. Links and tokens in the context are dropped: the worker makes fresh ones."""
        if template_prefix == "account/email/password_reset_key":
            queue_mail(AccountMail.Kind.RESET, address=email)
        elif template_prefix == "account/email/email_confirmation":
            queue_mail(AccountMail.Kind.CONFIRM, address=email, person=context["user"])
        else:
            log.error("There is no letter for %s: nothing was sent.", template_prefix)

    def send_notification_mail(
        self,
        template_prefix: str,
        user: Any,
        context: dict[str, Any] | None = None,
        email: str | None = None,
    ) -> None:
        if template_prefix in UNTOLD:
            return
        if template_prefix not in NOTIFICATIONS:
            log.error("There is no letter for %s: nothing was sent.", template_prefix)
            return
        ip = self.get_client_ip(self.request)
        queue_mail_to(user, NOTIFICATIONS[template_prefix], at=timezone.now().isoformat(), ip=ip)

    # ---- the address ------------------------------------------------------------------------

    def clean_email(self, email: str) -> str:
        try:
            refuse_local_accents(email)
        except Refused as error:
            raise ValidationError(error.message) from error
        return email

    def can_delete_email(self, email_address: EmailAddress) -> bool:
        """A change that waits can be cancelled; the address on record is HR's to empty."""
        return not (email_address.verified or email_address.primary)

    def confirm_email(self, request: HttpRequest, email_address: EmailAddress) -> bool:
        try:
            confirm_address(email_address)
        except Refused as error:
            messages.error(request, error.message)
            return False
        messages.success(request, gettext_lazy("Your new address is confirmed."))
        return True

    # ---- password and sessions --------------------------------------------------------------

    def set_password(self, user: Person, password: str) -> None:
        """A new password signs out everywhere else."""
        user.set_password(password)
        user.save(update_fields=["password"])
        end_sessions(user, keep=self.request.session.session_key)

    def login(self, request: HttpRequest, user: Person) -> None:
        """Not where the account was closed between the password and the second factor, or the person has left."""
        there = Person.objects.filter(pk=user.pk, is_active=True).exists()
        if not there or not Viewer(user, business_today()).admission.is_open:
            raise ImmediateHttpResponse(self.respond_user_inactive(request, user))
        super().login(request, user)


class SecondFactorAdapter(DefaultMFAAdapter):
    """The same second factors, in plain words."""

    error_messages: ClassVar[dict[str, Any]] = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": gettext_lazy("This code is not right. Wait for the next one, and try that."),
        "cannot_generate_recovery_codes": gettext_lazy("Set up an app or a passkey first."),
    }
