"""Sessions end with what they rest on: the password, the account."""

from datetime import date, timedelta

import pytest
from allauth.usersessions.models import UserSession
from django.test import Client
from django.urls import reverse

from portal.errors import Refused
from portal.people.accounts.invitations import close_account, invite, open_account
from portal.people.employment.end import end_employment
from portal.people.models import Person
from tests.cast import PASSWORD, Cast, by

NEW = "a wholly new passphrase"


def browser_of(person: Person) -> Client:
    client = Client()
    client.post(reverse("account_login"), {"login": person.employee_number, "password": PASSWORD})
    assert client.get(reverse("my_work")).status_code == 200
    return client


def test_a_closed_account_is_signed_out_at_once(cast: Cast) -> None:
    client = browser_of(cast.dana)
    close_account(cast.dana, by=by(cast.hana))
    assert not UserSession.objects.filter(user=cast.dana).exists()
    assert client.get(reverse("my_work")).status_code == 302


def test_a_new_password_by_invitation_ends_the_sessions_before(cast: Cast) -> None:
    client = browser_of(cast.dana)
    open_account(invite(cast.dana, "mail", by=by(cast.hana)).invitation, password=NEW)
    assert client.get(reverse("my_work")).status_code == 302
    assert not UserSession.objects.filter(user=cast.dana).exists()


def test_changing_the_password_ends_the_other_sessions(cast: Cast) -> None:
    other, mine = browser_of(cast.dana), browser_of(cast.dana)
    values = {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW}
    assert mine.post(reverse("account_change_password"), values).status_code == 302
    assert other.get(reverse("my_work")).status_code == 302
    assert UserSession.objects.purge_and_list(cast.dana) == []


def test_the_last_site_admin_is_not_closed(cast: Cast) -> None:
    with pytest.raises(Refused, match="last site admin"):
        close_account(cast.ilse, by=by(cast.hana))
    assert Person.objects.get(pk=cast.ilse.pk).is_active


def test_the_sign_in_page_lets_nobody_in_who_has_left(cast: Cast, today: date) -> None:
    end_employment(cast.dana, last_day=today - timedelta(days=1), by=by(cast.hana))
    Person.objects.filter(pk=cast.dana.pk).update(is_active=True, password=cast.dana.password)
    client = Client()
    client.post(reverse("account_login"), {"login": cast.dana.employee_number, "password": PASSWORD})
    assert "_auth_user_id" not in client.session
