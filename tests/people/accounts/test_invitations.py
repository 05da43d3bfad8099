"""Invitations: who may hand over which, what opening an account asks, wrong codes, shared browsers."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from portal.errors import NotAllowed, Refused
from portal.notices.account_mail import deliver_account_mail
from portal.people.accounts.email import set_email
from portal.people.accounts.invitations import (
    close_account,
    find_by_code,
    find_by_link,
    invite,
    mail_invitation,
    open_account,
)
from portal.people.models import AccountMail, CodeTry, Invitation, Person
from tests.cast import PASSWORD, Cast, by, grant

SignIn = Callable[[Person], Client]
NEW = "a wholly new passphrase"
HERE, ELSEWHERE = "192.0.2.1", "198.51.100.7"


@pytest.fixture(autouse=True)
def nobody_tried_before() -> None:
    cache.clear()


def never_opened(person: Person) -> Person:
    person.set_unusable_password()
    person.save()
    return person


@pytest.fixture
def newcomer(cast: Cast) -> Person:
    """Dana, before she has ever signed in."""
    return never_opened(cast.dana)


def link_in(text: object) -> str:
    """The path of the one link to the portal in a mail."""
    [line] = [line for line in str(text).splitlines() if "http" in line]
    return line[line.index("/accounts/") :].strip()


# ---- links and codes ---------------------------------------------------------------------------


def test_a_link_opens_the_account_once(cast: Cast, newcomer: Person, client: Client) -> None:
    secret = invite(newcomer, "link", by=by(cast.hana))
    address = reverse("open_account", args=[secret.secret])
    assert client.get(address).status_code == 200
    answer = client.post(address, {"password": NEW, "again": NEW})
    assert answer["Location"] == reverse("home")
    newcomer.refresh_from_db()
    assert newcomer.check_password(NEW)
    assert Client().get(address).status_code == 404
    assert secret.secret not in Invitation.objects.get().secret_sha256, "only a hash is kept"


def test_a_weak_or_differing_password_is_refused_at_its_field(
    cast: Cast, newcomer: Person, client: Client
) -> None:
    address = reverse("open_account", args=[invite(newcomer, "link", by=by(cast.hana)).secret])
    assert b"The two differ." in client.post(address, {"password": NEW, "again": "x"}).content
    assert b"too short" in client.post(address, {"password": "short", "again": "short"}).content


def test_a_link_needs_an_address_and_runs_out(cast: Cast, newcomer: Person) -> None:
    secret = invite(newcomer, "link", by=by(cast.hana))
    Invitation.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert find_by_link(secret.secret) is None
    set_email(newcomer, None, by=by(cast.hana))
    for kind in ("link", "mail"):
        with pytest.raises(Refused):
            invite(newcomer, kind, by=by(cast.hana))


def test_a_new_invitation_ends_the_one_before(cast: Cast, newcomer: Person) -> None:
    first = invite(newcomer, "link", by=by(cast.hana))
    invite(newcomer, "paper", by=by(cast.hana))
    assert find_by_link(first.secret) is None


def test_a_changed_address_ends_the_links_to_the_old_one(cast: Cast, newcomer: Person) -> None:
    secret = invite(newcomer, "link", by=by(cast.hana))
    set_email(newcomer, "right@example.org", by=by(cast.hana))
    assert find_by_link(secret.secret) is None


def test_a_code_on_paper_opens_the_account(cast: Cast, newcomer: Person, client: Client) -> None:
    secret = invite(newcomer, "paper", by=by(cast.hana))
    values = {"employee_number": newcomer.employee_number.upper(), "code": secret.grouped.lower()}
    page = client.post(reverse("open_by_code"), values)
    assert page.context["person"] == newcomer
    door = page.context["form"]["door"].value()
    answer = client.post(reverse("open_by_code"), {"door": door, "password": NEW, "again": NEW})
    assert answer["Location"] == reverse("home")
    found = Invitation.objects.get()
    assert found.used_at is not None
    with pytest.raises(Refused):
        open_account(found, password=NEW)


# ---- who may hand over what --------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["link", "paper"])
@pytest.mark.parametrize("who", ["dana", "ilse", "ada"])
def test_hr_sees_no_way_into_an_open_or_privileged_account(
    cast: Cast, sign_in: SignIn, who: str, kind: str
) -> None:
    person = getattr(cast, who)
    if who != "dana":
        never_opened(person)
    answer = sign_in(cast.hana).post(reverse("people:invite", args=[person.pk, kind]))
    assert answer.status_code == 403
    assert not Invitation.objects.exists()


def test_a_role_that_begins_later_counts_already(cast: Cast, newcomer: Person, today: Any) -> None:
    grant(newcomer, "hr", since=today + timedelta(days=30))
    with pytest.raises(NotAllowed):
        invite(newcomer, "link", by=by(cast.hana))


def test_a_site_admin_may_hand_over_a_code_for_an_open_account(cast: Cast, sign_in: SignIn) -> None:
    page = sign_in(cast.ilse).post(reverse("people:invite", args=[cast.hana.pk, "paper"]))
    assert page.status_code == 200
    assert page.context["secret"].grouped in page.content.decode()


def test_a_site_admin_does_not_invite_herself(cast: Cast, sign_in: SignIn) -> None:
    answer = sign_in(cast.ilse).post(reverse("people:invite", args=[cast.ilse.pk, "mail"]))
    assert answer.status_code in (403, 404)
    assert not Invitation.objects.exists()


def test_the_page_offers_hr_only_what_hr_may_do(cast: Cast, sign_in: SignIn) -> None:
    hana = sign_in(cast.hana)
    page = hana.get(reverse("people:detail", args=[cast.dana.pk])).content.decode()
    assert reverse("people:invite", args=[cast.dana.pk, "mail"]) in page
    assert reverse("people:invite", args=[cast.dana.pk, "link"]) not in page
    never_opened(cast.dana)
    page = hana.get(reverse("people:detail", args=[cast.dana.pk])).content.decode()
    assert reverse("people:invite", args=[cast.dana.pk, "link"]) in page


def test_an_invitation_by_mail_goes_to_the_address_on_record_and_hr_never_sees_it(
    cast: Cast, sign_in: SignIn, client: Client
) -> None:
    answer = sign_in(cast.hana).post(reverse("people:invite", args=[cast.dana.pk, "mail"]))
    assert answer["Location"] == reverse("people:detail", args=[cast.dana.pk])
    assert deliver_account_mail() == 1
    [letter] = mail.outbox
    assert letter.to == [cast.dana.email]
    path = link_in(letter.body)
    assert client.get(path).status_code == 200
    assert client.post(path, {"password": NEW, "again": NEW}).status_code == 302
    assert Client().get(path).status_code == 404, "it works once"


def test_the_mailed_link_stands_in_no_table(cast: Cast) -> None:
    invite(cast.dana, "mail", by=by(cast.hana))
    deliver_account_mail()
    token = link_in(mail.outbox[0].body).split("/")[-2]
    stored = [str(vars(row)) for row in (*AccountMail.objects.all(), *Invitation.objects.all())]
    assert not any(token in text or token.split(":")[-1] in text for text in stored)


def test_a_tampered_mailed_link_opens_nothing(cast: Cast, client: Client) -> None:
    invite(cast.dana, "mail", by=by(cast.hana))
    deliver_account_mail()
    path = link_in(mail.outbox[0].body)
    assert client.get(path[:-3] + "xx/").status_code == 404


def test_a_link_that_was_shown_can_be_copied_and_also_mailed(
    cast: Cast, newcomer: Person, sign_in: SignIn, client: Client
) -> None:
    hana = sign_in(cast.hana)
    page = hana.post(reverse("people:invite", args=[newcomer.pk, "link"]))
    secret = page.context["secret"]
    assert f'data-copy="{secret.link}"' in page.content.decode()
    hana.post(reverse("people:mail_invitation", args=[newcomer.pk, secret.invitation.pk]))
    deliver_account_mail()
    assert client.get(link_in(mail.outbox[0].body)).status_code == 200
    assert client.get(reverse("open_account", args=[secret.secret])).status_code == 200


def test_a_used_invitation_is_not_mailed(cast: Cast, newcomer: Person) -> None:
    invitation = invite(newcomer, "link", by=by(cast.hana)).invitation
    mail_invitation(invitation, by=by(cast.hana))
    open_account(invitation, password=NEW)
    invitation.refresh_from_db()
    with pytest.raises(Refused):
        mail_invitation(invitation, by=by(cast.hana))
    deliver_account_mail()
    assert mail.outbox == []


# ---- the second factor -------------------------------------------------------------------------


def totp_code(secret: str) -> str:
    return auth.format_hotp_value(auth.hotp_value(secret, next(auth.yield_hotp_counters_from_time())))


def test_a_new_password_by_invitation_still_asks_for_the_second_factor(
    cast: Cast, client: Client, settings: Any
) -> None:
    Authenticator.objects.filter(user=cast.ilse).delete()
    secret = auth.generate_totp_secret()
    auth.TOTP.activate(cast.ilse, secret)
    invite(cast.ilse, "mail", by=by(cast.hana))
    deliver_account_mail()
    path = link_in(mail.outbox[0].body)
    answer = client.post(path, {"password": NEW, "again": NEW})
    assert answer["Location"] == reverse("mfa_authenticate")
    assert "_auth_user_id" not in client.session
    assert client.get(reverse("my_work"))["Location"].startswith(reverse("account_login"))
    assert Authenticator.objects.filter(user=cast.ilse, type="totp").exists(), "resetting removes no factor"
    assert client.post(reverse("mfa_authenticate"), {"code": totp_code(secret)}).status_code == 302
    assert client.session["_auth_user_id"] == str(cast.ilse.pk)


def test_who_must_have_a_second_factor_and_has_none_is_led_to_set_it_up(cast: Cast, client: Client) -> None:
    Authenticator.objects.filter(user=cast.hana).delete()
    secret = invite(cast.hana, "link", by=by(cast.ilse))
    client.post(reverse("open_account", args=[secret.secret]), {"password": NEW, "again": NEW})
    assert client.get(reverse("home"))["Location"] == reverse("mfa_index")


def test_an_account_closed_between_password_and_code_does_not_open(cast: Cast, client: Client) -> None:
    Authenticator.objects.filter(user=cast.ada).delete()
    secret = auth.generate_totp_secret()
    auth.TOTP.activate(cast.ada, secret)
    client.post(reverse("account_login"), {"login": cast.ada.employee_number, "password": PASSWORD})
    close_account(cast.ada, by=by(cast.hana))
    answer = client.post(reverse("mfa_authenticate"), {"code": totp_code(secret)})
    assert answer["Location"] == reverse("account_inactive")
    assert "_auth_user_id" not in client.session


# ---- wrong codes -------------------------------------------------------------------------------


def guess(cast: Cast, times: int, *, address: str) -> None:
    for _try in range(times):
        assert find_by_code(cast.dana.employee_number, "WRONG", address=address) is None


def test_a_strangers_wrong_codes_do_not_kill_the_code(cast: Cast, newcomer: Person) -> None:
    secret = invite(newcomer, "paper", by=by(cast.hana))
    guess(cast, 5, address=ELSEWHERE)
    for _try in range(20):
        with pytest.raises(Refused, match="Try again in"):
            find_by_code(newcomer.employee_number, "WRONG", address=ELSEWHERE)
    assert find_by_code(newcomer.employee_number, secret.grouped, address=HERE) == secret.invitation


def test_the_wait_doubles_up_to_an_hour_and_ends(cast: Cast, newcomer: Person) -> None:
    secret = invite(newcomer, "paper", by=by(cast.hana))
    with time_machine.travel(timezone.now(), tick=False) as clock:
        guess(cast, 5, address=HERE)
        for minutes in (1, 2, 4, 8, 16, 32, 60, 60):
            clock.shift(timedelta(minutes=minutes, seconds=-1))
            with pytest.raises(Refused):
                find_by_code(newcomer.employee_number, secret.grouped, address=HERE)
            clock.shift(timedelta(seconds=1))
            guess(cast, 1, address=HERE)
        clock.shift(timedelta(hours=1))
        assert find_by_code(newcomer.employee_number, secret.grouped, address=HERE)


def test_many_addresses_together_wait_sooner(cast: Cast, newcomer: Person) -> None:
    invite(newcomer, "paper", by=by(cast.hana))
    for n in range(20):
        guess(cast, 1, address=f"203.0.113.{n}")
    with pytest.raises(Refused):
        guess(cast, 2, address="203.0.113.1")


def test_one_address_does_not_try_number_after_number(cast: Cast) -> None:
    for n in range(30):
        assert find_by_code(f"nobody{n}", "WRONG", address=ELSEWHERE) is None
    with pytest.raises(Refused):
        find_by_code("nobody31", "WRONG", address=ELSEWHERE)


def test_a_number_that_nobody_has_answers_like_one_that_somebody_has(
    cast: Cast, newcomer: Person, client: Client
) -> None:
    invite(newcomer, "paper", by=by(cast.hana))
    said = []
    for number in (newcomer.employee_number, "nobody"):
        texts = []
        for _try in range(7):
            page = client.post(reverse("open_by_code"), {"employee_number": number, "code": "WRONG"})
            texts.append(list(page.context["form"].non_field_errors()))
            client.cookies.clear()
        said.append(texts)
        CodeTry.objects.all().delete()
        cache.clear()
    assert said[0] == said[1]


def test_a_new_code_begins_the_count_anew(cast: Cast, newcomer: Person) -> None:
    invite(newcomer, "paper", by=by(cast.hana))
    guess(cast, 5, address=HERE)
    fresh = invite(newcomer, "paper", by=by(cast.hana))
    assert find_by_code(newcomer.employee_number, fresh.grouped, address=HERE)


def test_what_was_typed_is_not_kept_readable(cast: Cast) -> None:
    guess(cast, 1, address=HERE)
    kept = str(vars(CodeTry.objects.get()))
    assert HERE not in kept
    assert cast.dana.employee_number not in kept


# ---- a shared browser --------------------------------------------------------------------------


def test_a_right_code_opens_a_door_in_that_page_only(cast: Cast, newcomer: Person, client: Client) -> None:
    secret = invite(newcomer, "paper", by=by(cast.hana))
    values = {"employee_number": newcomer.employee_number, "code": secret.secret}
    page = client.post(reverse("open_by_code"), values)
    assert str(newcomer) in page.content.decode()
    assert f'href="{reverse("open_by_code")}"' in page.content.decode(), "Not you?"
    assert "form" in client.get(reverse("open_by_code")).context
    assert "person" not in client.get(reverse("open_by_code")).context, "nothing stays in the browser"


def test_the_door_shuts_after_ten_minutes(cast: Cast, newcomer: Person, client: Client) -> None:
    secret = invite(newcomer, "paper", by=by(cast.hana))
    values = {"employee_number": newcomer.employee_number, "code": secret.secret}
    with time_machine.travel(timezone.now(), tick=False) as clock:
        door = client.post(reverse("open_by_code"), values).context["form"]["door"].value()
        clock.shift(timedelta(minutes=10, seconds=1))
        page = client.post(reverse("open_by_code"), {"door": door, "password": NEW, "again": NEW})
    assert b"More than ten minutes" in page.content
    newcomer.refresh_from_db()
    assert not newcomer.has_usable_password()


@pytest.mark.parametrize("who", ["sol", "dana"])
def test_no_account_opens_inside_a_session(cast: Cast, sign_in: SignIn, who: str) -> None:
    secret = invite(cast.dana, "link", by=by(cast.ilse))
    address = reverse("open_account", args=[secret.secret])
    client = sign_in(getattr(cast, who))
    for page in (client.get(address), client.post(address, {"password": NEW, "again": NEW})):
        assert b"sign out first" in page.content
    cast.dana.refresh_from_db()
    assert cast.dana.check_password(PASSWORD)
    assert client.post(reverse("account_logout"), {"next": address})["Location"] == address
    assert client.post(address, {"password": NEW, "again": NEW}).status_code == 302


def test_signing_in_beside_somebody_else_asks_to_sign_out_first(cast: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast.sol)
    values = {"login": cast.dana.employee_number, "password": PASSWORD}
    page = client.post(reverse("account_login"), values)
    assert b"Sol Reyes is signed in here" in page.content
    assert client.session["_auth_user_id"] == str(cast.sol.pk)
