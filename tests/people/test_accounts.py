"""Accounts: invitations, sign-in, the second factor, and Wagtail's side doors."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from portal.errors import Refused
from portal.people.accounts.email import set_email
from portal.people.accounts.invitations import find_by_code, find_by_link, invite, open_account
from portal.people.models import Invitation, Person
from tests.cast import PASSWORD, Cast, by

SignIn = Callable[[Person], Client]
NEW = "a wholly new passphrase"


def test_a_link_opens_the_account_once(cast: Cast, client: Client) -> None:
    secret = invite(cast.dana, "link", actor=cast.hana)
    address = reverse("open_account", args=[secret.secret])
    assert client.get(address).status_code == 200
    answer = client.post(address, {"password": NEW, "again": NEW})
    assert answer.status_code == 302
    cast.dana.refresh_from_db()
    assert cast.dana.check_password(NEW)
    assert client.get(address).status_code == 404
    assert secret.secret not in Invitation.objects.get().secret_sha256, "only a hash is kept"


def test_a_weak_or_differing_password_is_refused_at_its_field(cast: Cast, client: Client) -> None:
    address = reverse("open_account", args=[invite(cast.dana, "link", actor=cast.hana).secret])
    assert b"The two differ." in client.post(address, {"password": NEW, "again": "x"}).content
    assert b"too short" in client.post(address, {"password": "short", "again": "short"}).content


def test_a_link_needs_an_address_and_runs_out(cast: Cast) -> None:
    secret = invite(cast.dana, "link", actor=cast.hana)
    Invitation.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert find_by_link(secret.secret) is None
    set_email(cast.dana, None, actor=cast.hana)
    with pytest.raises(Refused):
        invite(cast.dana, "link", actor=cast.hana)


def test_a_new_invitation_ends_the_one_before(cast: Cast) -> None:
    first = invite(cast.dana, "link", actor=cast.hana)
    invite(cast.dana, "paper", actor=cast.hana)
    assert find_by_link(first.secret) is None


def test_a_code_on_paper_dies_after_wrong_tries(cast: Cast) -> None:
    secret = invite(cast.dana, "paper", actor=cast.hana)
    for _try in range(5):
        assert find_by_code(cast.dana.employee_number, "WRONG") is None
    assert find_by_code(cast.dana.employee_number, secret.grouped) is None


def test_a_code_on_paper_opens_the_account(cast: Cast, client: Client) -> None:
    secret = invite(cast.dana, "paper", actor=cast.hana)
    values = {"employee_number": cast.dana.employee_number.upper(), "code": secret.grouped.lower()}
    assert client.post(reverse("open_by_code"), values).status_code == 302
    assert client.post(reverse("open_by_code"), {"password": NEW, "again": NEW}).status_code == 302
    found = Invitation.objects.get()
    assert found.used_at is not None
    with pytest.raises(Refused):
        open_account(found, password=NEW)


@pytest.mark.parametrize("how", ["number", "upper number", "address"])
def test_signing_in_by_number_or_address(cast: Cast, client: Client, how: str) -> None:
    set_email(cast.dana, "dana@example.org", actor=cast.hana)
    login = {"number": cast.dana.employee_number, "upper number": cast.dana.employee_number.upper()}
    values = {"login": login.get(how, "Dana@Example.org"), "password": PASSWORD}
    assert client.post(reverse("account_login"), values).status_code == 302
    assert client.get(reverse("my_work")).status_code == 200


def test_sign_up_is_closed(client: Client, db: object) -> None:
    before = Person.objects.count()
    answer = client.post(reverse("account_signup"), {"username": "x", "password1": NEW, "password2": NEW})
    assert answer.status_code in (200, 403)
    assert Person.objects.count() == before


@pytest.mark.parametrize("who", ["hana", "ada", "ilse"])
def test_a_privileged_role_without_a_second_factor_reaches_only_its_set_up(
    cast: Cast, sign_in: SignIn, who: str
) -> None:
    person = getattr(cast, who)
    Authenticator.objects.filter(user=person).delete()
    client = sign_in(person)
    for name in ("home", "my_work", "people:list", "compliance"):
        assert client.get(reverse(name))["Location"] == reverse("mfa_index")
    assert client.get("/admin/")["Location"] == reverse("mfa_index")
    assert client.get(reverse("mfa_index")).status_code == 200


def test_staff_need_no_second_factor(cast: Cast, sign_in: SignIn) -> None:
    assert sign_in(cast.dana).get(reverse("my_work")).status_code == 200


@pytest.mark.parametrize("address", ["/admin/login/", "/_util/login/"])
def test_wagtails_own_sign_in_leads_to_ours(cast: Cast, client: Client, address: str) -> None:
    answer = client.post(address, {"username": cast.hana.employee_number, "password": PASSWORD})
    assert answer["Location"].startswith(reverse("account_login"))
    assert "_auth_user_id" not in client.session


def test_wagtails_own_reset_leads_to_ours(client: Client, db: object) -> None:
    assert client.get("/admin/password_reset/")["Location"] == reverse("account_reset_password")


@pytest.mark.parametrize("path", ["delete", "edit"])
def test_wagtails_user_pages_change_nobody(cast: Cast, sign_in: SignIn, path: str) -> None:
    Person.objects.filter(pk=cast.ilse.pk).update(is_superuser=True)
    client = sign_in(cast.ilse)
    answer = client.post(f"/admin/users/{path}/{cast.dana.pk}/", {"first_name": "X"})
    assert answer.status_code == 404
    assert Person.objects.filter(pk=cast.dana.pk, first_name="Dana").exists()


@pytest.mark.parametrize("action", ["delete", "set_active_state", "assign_role"])
def test_wagtails_bulk_actions_change_nobody(cast: Cast, sign_in: SignIn, action: str) -> None:
    Person.objects.filter(pk=cast.ilse.pk).update(is_superuser=True)
    client = sign_in(cast.ilse)
    answer = client.post(f"/admin/bulk/people/person/{action}/?id={cast.dana.pk}", {"is_active": ""})
    assert answer.status_code in (302, 403, 404)
    cast.dana.refresh_from_db()
    assert cast.dana.is_active


def test_the_back_office_is_closed_to_staff(cast: Cast, sign_in: SignIn) -> None:
    answer = sign_in(cast.dana).get("/admin/")
    assert answer.status_code in (302, 403)
    if answer.status_code == 302:
        assert not answer["Location"].startswith("/admin/")


def test_wagtails_account_page_writes_no_name(cast: Cast, sign_in: SignIn) -> None:
    Person.objects.filter(pk=cast.ilse.pk).update(is_superuser=True)
    answer = sign_in(cast.ilse).post(
        "/admin/account/", {"name_email-first_name": "X", "name_email-last_name": "Y"}
    )
    assert answer["Location"] == reverse("standing:mine")
    cast.ilse.refresh_from_db()
    assert cast.ilse.first_name == "Ilse"


def test_a_person_is_never_deleted(cast: Cast) -> None:
    with pytest.raises(RuntimeError):
        cast.dana.delete()


def test_an_ended_role_closes_the_back_office(cast: Cast, sign_in: SignIn, today: date) -> None:
    from portal.home.groups import ensure_groups
    from portal.home.pages import ensure_page_tree
    from portal.people.access.roles import end_role, sync_groups

    ensure_groups(ensure_page_tree())
    sync_groups(cast.arthur, today)
    client = sign_in(cast.arthur)
    assert client.get("/admin/").status_code == 200
    end_role(cast.arthur.grants.get(), last_day=today - timedelta(days=1), by=by(cast.hana))
    sync_groups(cast.arthur, today)
    assert client.get("/admin/").status_code in (302, 403)
