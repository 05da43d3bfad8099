"""The inbox, and what a supervisor passes on in person."""

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from wagtail.models import ModelLogEntry

from portal.notices import kinds
from portal.notices.deliver import deliver_waiting
from portal.notices.going_live import set_mode
from portal.notices.in_person import carried_by, tend_lists
from portal.notices.kinds import register_kind
from portal.notices.models import Message, Notice, Told
from portal.notices.notify import notify, settle
from portal.people.accounts.email import set_email
from portal.people.employment.clock import make_absence_kind
from portal.people.employment.leave import record_absence
from portal.people.models import Person
from portal.people.organization.delegation import delegate
from tests.cast import Cast, by
from tests.cost import cost_of_page

KIND = "test-thing"
SignIn = Callable[[Person], Client]


@pytest.fixture(autouse=True)
def _kind() -> Iterator[None]:
    register_kind(KIND, "A thing to do")
    yield
    kinds._kinds.pop(KIND)


def test_a_notice_is_opened_read_and_leads_on(cast: Cast, sign_in: SignIn) -> None:
    notice = notify(cast.dana, kind=KIND, key="a", subject="Look here", url="/inbox/?x=1")
    assert notice
    dana = sign_in(cast.dana)
    assert b"Look here" in dana.get(reverse("notices:inbox")).content
    assert dana.post(reverse("notices:open", args=[notice.pk]))["Location"] == "/inbox/?x=1"
    told = Told.objects.get()
    assert (told.person, bool(told.shown_at), bool(told.read_at)) == (cast.dana, True, True)
    assert Notice.objects.open().exists(), "what asks for work is not done by reading"
    assert sign_in(cast.marcus).post(reverse("notices:open", args=[notice.pk])).status_code == 404


def test_a_notice_never_leads_elsewhere(cast: Cast, sign_in: SignIn) -> None:
    notice = notify(cast.dana, kind=KIND, key="a", subject="x", url="https://evil.example/")
    assert notice
    answer = sign_in(cast.dana).post(reverse("notices:open", args=[notice.pk]))
    assert answer["Location"] == reverse("notices:inbox")


def test_all_are_marked_read_and_the_count_follows(cast: Cast, sign_in: SignIn) -> None:
    for key in "ab":
        notify(cast.dana, kind=KIND, key=key, subject=key)
    notify(cast.marcus, kind=KIND, key="a", subject="his")
    dana = sign_in(cast.dana)
    assert b"2 notices are new" in dana.get(reverse("notices:inbox")).content
    dana.post(reverse("notices:read_all"))
    assert b"Nothing new" in dana.get(reverse("notices:inbox")).content
    assert set(Told.objects.filter(read_at__isnull=False).values_list("person", flat=True)) == {cast.dana.pk}


def test_what_was_settled_is_not_shown(cast: Cast, sign_in: SignIn) -> None:
    notify(cast.dana, kind=KIND, key="a", subject="Gone by now")
    settle(kind=KIND, key="a")
    assert b"Gone by now" not in sign_in(cast.dana).get(reverse("notices:inbox")).content


def test_the_inbox_costs_the_same_for_many(cast: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast.dana)

    def cost(keys: range) -> int:
        for key, about in zip(keys, [cast.marcus, cast.sol] * len(keys), strict=False):
            notify(cast.dana, kind=KIND, key=str(key), subject="x", about=about)
        return cost_of_page(client, reverse("notices:inbox"))

    assert cost(range(2)) == cost(range(2, 14))


# ---- told in person ---------------------------------------------------------------------------


@pytest.fixture
def carried(cast: Cast, today: date) -> Message:
    """Dana has no address: what is owed to her is on Renata's list."""
    set_mode("live", on=today, by=by(cast.hana))
    set_email(cast.dana, None, by=by(cast.hana))
    notify(cast.dana, kind=KIND, key="a", subject="Tell her this")
    deliver_waiting()
    message: Message = Message.objects.get()
    return message


def test_the_supervisor_tells_and_it_is_on_record(cast: Cast, carried: Message, sign_in: SignIn) -> None:
    renata = sign_in(cast.renata)
    assert b"One person without e-mail" in renata.get(reverse("notices:inbox")).content
    assert b"Tell her this" in renata.get(reverse("notices:to_pass_on")).content
    renata.post(reverse("notices:pass_on", args=[carried.pk]))
    carried.refresh_from_db()
    assert (carried.state, carried.told_by) == (Message.State.SENT, cast.renata)
    assert carried.sent_at
    assert ModelLogEntry.objects.get(action="notices.message.passed_on").user == cast.renata
    assert not carried_by(by(cast.renata)).exists()


def test_another_supervisor_cannot_pass_it_on(cast: Cast, carried: Message, sign_in: SignIn) -> None:
    assert sign_in(cast.sam).post(reverse("notices:pass_on", args=[carried.pk])).status_code == 404


def test_the_list_follows_the_supervisor_of_the_day(cast: Cast, today: date, carried: Message) -> None:
    kind = make_absence_kind(code="v", name="Vacation", by=None)
    record_absence(cast.renata, kind=kind, starts_on=today, last_day=today, by=by(cast.hana))
    delegate(cast.renata, cast.sam, starts_on=today, last_day=today, by=by(cast.hana))
    assert not carried_by(by(cast.renata)).exists()
    assert carried_by(by(cast.sam)).get() == carried
    assert tend_lists(today) == 0, "the list follows by itself"


def test_what_is_no_longer_owed_leaves_the_list(cast: Cast, today: date, carried: Message) -> None:
    settle(kind=KIND, key="a")
    assert not carried_by(by(cast.renata)).exists()
    tend_lists(today)
    carried.refresh_from_db()
    assert carried.state == Message.State.CANCELLED


def test_who_has_an_address_now_gets_the_mail(
    cast: Cast, today: date, carried: Message, mailoutbox: list[Any]
) -> None:
    set_email(cast.dana, "dana@example.org", by=by(cast.hana))
    tend_lists(today)
    deliver_waiting()
    assert [mail.to for mail in mailoutbox] == [["dana@example.org"]]
