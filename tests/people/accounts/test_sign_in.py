"""Accounts: sign-in, the second factor, and Wagtail's side doors."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.auth.models import Group
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from portal.home.groups import ensure_groups
from portal.home.pages import ensure_page_tree
from portal.people.access.roles import end_role, sync_groups
from portal.people.accounts.email import set_email
from portal.people.models import Person
from tests.cast import PASSWORD, Cast, by, grant

SignIn = Callable[[Person], Client]
NEW = "a wholly new passphrase"


@pytest.mark.parametrize("how", ["number", "upper number", "address"])
def test_signing_in_by_number_or_address(cast: Cast, client: Client, how: str) -> None:
    set_email(cast.dana, "dana@example.org", by=by(cast.hana))
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


def test_groups_of_the_back_office_follow_the_day_without_a_sign_in(
    cast: Cast, sign_in: SignIn, today: date
) -> None:
    """HR until yesterday, author still: the group of yesterday is left from the last sign-in."""
    ensure_groups(ensure_page_tree())
    grant(cast.arthur, "hr", last_day=today - timedelta(days=1))
    client = sign_in(cast.arthur)
    cast.arthur.groups.set(Group.objects.filter(name="Catalog keepers"))
    assert client.get("/admin/").status_code == 200
    assert [group.name for group in cast.arthur.groups.all()] == ["Training authors"]


def test_an_ended_role_closes_the_back_office(cast: Cast, sign_in: SignIn, today: date) -> None:
    ensure_groups(ensure_page_tree())
    sync_groups(cast.arthur, today)
    client = sign_in(cast.arthur)
    assert client.get("/admin/").status_code == 200
    end_role(cast.arthur.grants.get(), last_day=today - timedelta(days=1), by=by(cast.hana))
    sync_groups(cast.arthur, today)
    assert client.get("/admin/").status_code in (302, 403)


def test_too_many_tries_are_answered_with_kind_words(cast: Cast, client: Client, settings: Any) -> None:
    settings.ACCOUNT_RATE_LIMITS = {"reset_password": "1/m/ip"}
    cache.clear()
    answers = [
        client.post(reverse("account_reset_password"), {"email": "a@example.org"}) for _try in range(2)
    ]
    assert [answer.status_code for answer in answers] == [302, 429]
    assert b"a bit fast" in answers[1].content


def test_a_wrong_password_repeats_no_number(cast: Cast, client: Client) -> None:
    values = {"login": cast.dana.employee_number, "password": "not the password"}
    page = client.post(reverse("account_login"), values)
    assert page.context["form"].non_field_errors() == ["This number and password do not fit. Try again."]


def test_the_summary_of_errors_calls_a_field_as_its_label_does(client: Client, db: object) -> None:
    page = client.post(reverse("account_login"), {}).content.decode()
    assert page.count("Employee number or e-mail") == 2
    page = client.post(reverse("account_reset_password"), {}).content.decode()
    assert ">E-mail</a>" in page
    assert "placeholder" not in page
