"""Mail about accounts: owed as rows, links from SITE_URL, no oracle, an address that is confirmed first."""

import smtplib
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import allauth
import pytest
import time_machine
from allauth.account.models import EmailAddress
from allauth.mfa.totp.internal import auth
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from portal.errors import NotAllowed, Refused
from portal.notices.account_mail import deliver_account_mail
from portal.notices.going_live import is_live
from portal.people.accounts.adapters import NOTIFICATIONS, UNTOLD
from portal.people.accounts.email import confirm_address, set_email
from portal.people.accounts.letters import letter_of
from portal.people.accounts.mail import queue_mail
from portal.people.models import AccountMail, Person
from tests.cast import PASSWORD, Cast, by
from tests.people.accounts.test_invitations import link_in

SignIn = Callable[[Person], Client]
NEW = "a wholly new passphrase"
RESET = "account_reset_password"


def ask(client: Client, address: str, **headers: Any) -> Any:
    return client.post(reverse(RESET), {"email": address}, **headers)


# ---- a new password ----------------------------------------------------------------------------


def test_a_reset_is_mailed_by_the_worker_and_works_once(cast: Cast, client: Client) -> None:
    ask(client, str(cast.dana.email).upper())
    assert mail.outbox == []
    assert deliver_account_mail() == 1
    path = link_in(mail.outbox[0].body)
    form = client.get(path, follow=True)
    there = form.redirect_chain[-1][0]
    assert client.post(there, {"password1": NEW, "password2": NEW}).status_code == 302
    cast.dana.refresh_from_db()
    assert cast.dana.check_password(NEW)
    assert "_auth_user_id" not in client.session, "signing in asks what it always asks"
    assert b"no longer works" in Client().get(path, follow=True).content


def test_a_reset_keeps_the_second_factor_and_tells_its_holder(cast: Cast, client: Client) -> None:
    ask(client, str(cast.ilse.email))
    deliver_account_mail()
    there = client.get(link_in(mail.outbox[0].body), follow=True).redirect_chain[-1][0]
    client.post(there, {"password1": NEW, "password2": NEW})
    answer = client.post(reverse("account_login"), {"login": cast.ilse.employee_number, "password": NEW})
    assert answer["Location"] == reverse("mfa_authenticate")
    deliver_account_mail()
    assert mail.outbox[-1].subject == "Your password was changed"


def test_the_reset_link_runs_out_after_an_hour(cast: Cast, client: Client) -> None:
    ask(client, str(cast.dana.email))
    deliver_account_mail()
    with time_machine.travel(timezone.now() + timedelta(minutes=61)):
        page = client.get(link_in(mail.outbox[0].body), follow=True)
    assert b"no longer works" in page.content


def test_known_and_unknown_addresses_cost_and_answer_the_same(cast: Cast) -> None:
    seen = []
    for address in (str(cast.dana.email), "nobody@example.org"):
        client = Client()
        client.get(reverse(RESET))
        with CaptureQueriesContext(
            connection,
        ) as queries:
            answer = ask(client, address)
        seen.append((len(queries), answer.status_code, answer["Location"]))
    assert seen[0] == seen[1]


def test_nobody_is_mailed_for_an_unknown_address_and_it_is_not_kept(db: Any, client: Client) -> None:
    ask(client, "nobody@example.org")
    assert deliver_account_mail() == 0
    assert mail.outbox == []
    assert not AccountMail.objects.exists()


def test_a_closed_account_gets_no_reset(cast: Cast, client: Client) -> None:
    Person.objects.filter(pk=cast.dana.pk).update(is_active=False)
    ask(client, str(cast.dana.email))
    deliver_account_mail()
    assert mail.outbox == []


def test_an_address_that_waits_to_be_confirmed_resets_nothing(cast: Cast, client: Client) -> None:
    EmailAddress.objects.create(user=cast.dana, email="typo@example.org", verified=False)
    ask(client, "typo@example.org")
    deliver_account_mail()
    assert mail.outbox == []


def test_the_host_of_the_request_is_not_in_the_link(cast: Cast, client: Client, settings: Any) -> None:
    settings.ALLOWED_HOSTS = ["*"]
    settings.SITE_URL = "https://portal.example.org"
    ask(client, str(cast.dana.email), HTTP_HOST="evil.example.com")
    deliver_account_mail()
    [letter] = mail.outbox
    assert "https://portal.example.org/accounts/" in str(letter.body)
    assert "evil" not in str(letter.message())


def test_mail_about_accounts_leaves_while_messages_are_held(cast: Cast, client: Client) -> None:
    assert not is_live()
    ask(client, str(cast.dana.email))
    assert deliver_account_mail() == 1


def test_a_mail_server_that_refuses_is_no_error_of_the_page_and_is_tried_again(
    cast: Cast, client: Client, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_args: Any) -> None:
        raise OSError("connection refused")

    with monkeypatch.context() as broken:
        broken.setattr("django.core.mail.EmailMultiAlternatives.send", refuse)
        assert ask(client, str(cast.dana.email)).status_code == 302
        assert deliver_account_mail() == 0
        row = AccountMail.objects.get()
        assert (row.state, row.attempts) == (AccountMail.State.PENDING, 0), "a dead server is no try"
    assert b"connection refused" in sign_in(cast.hana).get(reverse("notices:delivery")).content

    def full(*_args: Any) -> None:
        raise smtplib.SMTPResponseException(451, b"mailbox full")

    with monkeypatch.context() as broken:
        broken.setattr("django.core.mail.EmailMultiAlternatives.send", full)
        AccountMail.objects.update(attempts=AccountMail.MAX_ATTEMPTS - 1, not_before=timezone.now())
        deliver_account_mail()
    page = sign_in(cast.hana).get(reverse("notices:delivery")).content.decode()
    assert "mailbox full" in page
    sign_in(cast.hana).post(reverse("notices:account_mail_again", args=[row.pk]))
    assert deliver_account_mail() == 1


def test_no_token_is_stored_or_shown_on_the_delivery_page(
    cast: Cast, client: Client, sign_in: SignIn
) -> None:
    ask(client, str(cast.dana.email))
    deliver_account_mail()
    key = link_in(mail.outbox[0].body).split("/")[-2]
    AccountMail.objects.update(state=AccountMail.State.FAILED, person=cast.dana)
    assert key not in str(vars(AccountMail.objects.get()))
    page = sign_in(cast.hana).get(reverse("notices:delivery")).content.decode()
    assert "Link to choose a new password" in page
    assert key not in page
    assert key.split("-", 1)[1] not in page


# ---- one's own address -------------------------------------------------------------------------


def confirmed_again(client: Client) -> None:
    """Confirm that it is you."""
    client.get(reverse("account_email"))
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})


@pytest.fixture
def dana(cast: Cast, sign_in: SignIn) -> Client:
    set_email(cast.dana, "dana@example.org", by=None)
    AccountMail.objects.all().delete()
    return sign_in(cast.dana)


def change(client: Client, address: str) -> Any:
    return client.post(reverse("account_email"), {"email": address, "action_add": ""})


def test_changing_ones_address_asks_once_more_who_it_is(cast: Cast, dana: Client) -> None:
    for answer in (dana.get(reverse("account_email")), change(dana, "new@example.org")):
        assert answer["Location"].startswith(reverse("account_reauthenticate"))
    assert not EmailAddress.objects.filter(email="new@example.org").exists()


def test_the_old_address_stays_until_the_new_one_is_confirmed_and_is_told(cast: Cast, dana: Client) -> None:
    confirmed_again(dana)
    change(dana, "New.Dana@Example.ORG")
    deliver_account_mail()
    [letter] = mail.outbox
    assert letter.to == ["new.dana@example.org"]
    cast.dana.refresh_from_db()
    assert cast.dana.email == "dana@example.org"
    path = link_in(letter.body)
    assert b"new.dana@example.org" in dana.get(path).content
    assert dana.post(path).status_code == 302
    cast.dana.refresh_from_db()
    assert cast.dana.email == "new.dana@example.org"
    rows = EmailAddress.objects.filter(user=cast.dana).values_list("email", "verified", "primary")
    assert list(rows) == [("new.dana@example.org", True, True)]
    deliver_account_mail()
    told = mail.outbox[-1]
    assert told.to == ["dana@example.org"]
    assert "n…@example.org" in str(told.body)
    assert b"no longer works" in dana.get(path).content
    client = Client()
    client.post(reverse("account_login"), {"login": "NEW.Dana@example.org", "password": PASSWORD})
    assert client.session["_auth_user_id"] == str(cast.dana.pk)


def test_an_address_of_somebody_else_is_neither_mailed_nor_confirmed(cast: Cast, dana: Client) -> None:
    set_email(cast.sol, "sol@example.org", by=None)
    AccountMail.objects.all().delete()
    confirmed_again(dana)
    answer = change(dana, "Sol@example.org")
    assert answer.status_code == 302, "the page does not say whose it is"
    deliver_account_mail()
    assert mail.outbox == []
    waiting = EmailAddress.objects.get(user=cast.dana, verified=False)
    with pytest.raises(Refused):
        confirm_address(waiting)
    cast.dana.refresh_from_db()
    assert cast.dana.email == "dana@example.org"


def test_an_address_taken_after_the_mail_went_out_is_refused_with_words(cast: Cast, dana: Client) -> None:
    confirmed_again(dana)
    change(dana, "new@example.org")
    deliver_account_mail()
    path = link_in(mail.outbox[0].body)
    set_email(cast.sol, "new@example.org", by=None)
    assert dana.post(path, follow=True).status_code == 200
    cast.dana.refresh_from_db()
    assert cast.dana.email == "dana@example.org"


@pytest.mark.parametrize("action", ["action_primary", "action_remove"])
def test_no_one_takes_an_unconfirmed_address_or_drops_the_one_on_record(
    cast: Cast, sign_in: SignIn, action: str
) -> None:
    set_email(cast.dana, None if action == "action_primary" else "dana@example.org", by=None)
    client = sign_in(cast.dana)
    confirmed_again(client)
    address = "dana@example.org"
    if action == "action_primary":
        address = "new@example.org"
        change(client, address)
    client.post(reverse("account_email"), {"email": address, action: ""})
    before = cast.dana.email
    cast.dana.refresh_from_db()
    assert cast.dana.email == before


def test_a_change_can_be_cancelled(cast: Cast, dana: Client) -> None:
    confirmed_again(dana)
    change(dana, "new@example.org")
    dana.post(reverse("account_email"), {"email": "new@example.org", "action_remove": ""})
    assert list(EmailAddress.objects.filter(user=cast.dana).values_list("email", flat=True)) == [
        "dana@example.org"
    ]
    deliver_account_mail()
    assert mail.outbox == [], "the link to confirm it went with it"


def test_an_accent_before_the_at_is_refused_at_the_field(cast: Cast, dana: Client) -> None:
    confirmed_again(dana)
    page = change(dana, "dána@example.org")
    assert page.status_code == 200
    assert page.context["form"].errors["email"]


def test_hr_changes_an_address_at_once_and_the_old_one_is_told(cast: Cast) -> None:
    set_email(cast.dana, "dana@example.org", by=None)
    AccountMail.objects.all().delete()
    set_email(cast.dana, "dana.w@example.org", by=by(cast.hana))
    cast.dana.refresh_from_db()
    assert cast.dana.email == "dana.w@example.org"
    deliver_account_mail()
    [letter] = mail.outbox
    assert letter.to == ["dana@example.org"]
    assert "HR changed" in str(letter.body)


def test_saving_the_same_address_tells_nobody(cast: Cast) -> None:
    set_email(cast.dana, cast.dana.email, by=by(cast.hana))
    assert not AccountMail.objects.exists()


def test_hr_does_not_move_the_mail_of_a_privileged_account_to_itself(cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        set_email(cast.ilse, "hana.too@example.org", by=by(cast.hana))
    assert set_email(cast.hana, "hana.new@example.org", by=by(cast.ilse)).email == "hana.new@example.org"


# ---- what people are told ----------------------------------------------------------------------


def test_an_added_authenticator_is_told(
    cast: Cast, sign_in: SignIn, django_capture_on_commit_callbacks: Any
) -> None:
    client = sign_in(cast.dana)
    confirmed_again(client)
    client.get(reverse("mfa_activate_totp"))
    secret = client.session["mfa.totp.secret"]
    code = auth.format_hotp_value(auth.hotp_value(secret, next(auth.yield_hotp_counters_from_time())))
    with django_capture_on_commit_callbacks(execute=True):
        client.post(reverse("mfa_activate_totp"), {"code": code})
    deliver_account_mail()
    subjects = [letter.subject for letter in mail.outbox]
    assert "An authenticator app was added" in subjects
    assert all("127.0.0.1" in str(letter.body) for letter in mail.outbox if "added" in letter.subject)


@pytest.mark.parametrize("kind", AccountMail.Kind.values)
def test_every_kind_of_mail_has_a_letter(cast: Cast, kind: str) -> None:
    row = queue_mail(AccountMail.Kind(kind), address=str(cast.dana.email), person=cast.dana)
    letter_of(row)
    deliver_account_mail()
    row.refresh_from_db()
    assert row.state in (AccountMail.State.SENT, AccountMail.State.CANCELLED)


def test_every_mail_that_allauth_can_send_here_has_a_letter() -> None:
    """What is switched off (sign-up, codes) is named; a mail that a new version adds is seen here."""
    folder = Path(allauth.__file__).parent / "templates"
    found = {
        str(path.relative_to(folder)).removesuffix("_subject.txt")
        for area in ("account", "mfa")
        for path in (folder / area / "email").glob("*_subject.txt")
    }
    off = {"account_already_exists", "email_confirmation_signup", "login_code", "password_reset_code"}
    off |= {"unknown_account", "email_confirm"}
    own = {"account/email/password_reset_key", "account/email/email_confirmation"}
    assert found - {f"account/email/{name}" for name in off} == own | set(NOTIFICATIONS) | UNTOLD


def test_signing_in_does_not_say_the_number(cast: Cast, client: Client) -> None:
    values = {"login": cast.dana.employee_number, "password": PASSWORD}
    page = client.post(reverse("account_login"), values, follow=True)
    said = " ".join(str(message) for message in page.context["messages"])
    assert "Welcome back, Dana." in said
    assert cast.dana.employee_number not in said
