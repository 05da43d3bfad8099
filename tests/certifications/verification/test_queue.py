"""The queue: what waits to be checked at the source."""

from collections.abc import Callable
from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from certifications.verification.verify import verify
from portal.people.models import Person
from tests.cast import Cast, by, make_hr, make_person
from tests.certifications.acts import claimed, finding, stored
from tests.cost import cost_of_page

SignIn = Callable[[Person], Client]


def test_the_queue_can_be_narrowed(cast: Cast, today: date, sign_in: SignIn) -> None:
    claimed(cast, today)
    claimed(cast, today, person=cast.marcus, by=by(cast.marcus), code="BLS", number="")
    client, address = sign_in(cast.hana), reverse("certifications:queue")
    assert b"Whitfield" in client.get(address, {"kind": "license"}).content
    assert b"Thiele" not in client.get(address, {"kind": "license"}).content
    assert b"Thiele" in client.get(address, {"q": "thiele"}).content
    assert b"Whitfield" not in client.get(address, {"q": "thiele"}).content
    empty = client.get(address, {"q": "nobody"}).content
    assert b"Nothing that waits fits this." in empty
    assert b"2 credentials wait" in empty, "what waits still waits"
    assert client.get(address, {"kind": "nonsense", "page": "99", "q": "%"}).status_code == 200


def test_the_queue_is_for_hr_and_auditors(cast: Cast, sign_in: SignIn) -> None:
    address = reverse("certifications:queue")
    people = (cast.dana, cast.renata, cast.arthur, cast.ilse, cast.ada, cast.hana)
    assert [sign_in(p).get(address).status_code for p in people] == [403, 403, 403, 403, 200, 200]


@pytest.mark.parametrize("name", ["queue", "mine"])
def test_a_list_costs_the_same_for_many(cast: Cast, today: date, sign_in: SignIn, name: str) -> None:
    client, address = sign_in(cast.hana), reverse(f"certifications:{name}")
    own, colleague = name == "mine", by(make_hr())
    claimed(cast, today, card=stored(cast.dana, actor=cast.dana))
    verify(claimed(cast, today, person=cast.hana, by=by(cast.hana), number="h"), finding(today), by=colleague)
    few = cost_of_page(client, address)
    for number in range(8):
        person = cast.hana if own else make_person("P", str(number), team=cast.north)
        period = claimed(cast, today, person=person, by=by(person), number=f"x{number}")
        if own:
            verify(period, finding(today), by=colleague)
    assert cost_of_page(client, address) == few
