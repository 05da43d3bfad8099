"""Waivers and more time on their pages: first what follows, then done; taken back the same way."""

from collections.abc import Callable
from datetime import date, timedelta

from django.test import Client
from django.urls import reverse
from django.utils.formats import date_format

from portal.people.models import Person
from portal.standing.models import Waiver
from tests.cast import Cast
from tests.people.directory.pages import confirmed, shown
from tests.standing.rules import make_requirement


def test_a_waiver_is_granted_and_withdrawn_after_a_look_at_what_follows(
    cast: Cast, today: date, sign_in: Callable[[Person], Client]
) -> None:
    rule, hana = make_requirement("hipaa"), sign_in(cast.hana)
    last = today + timedelta(days=30)
    grant = reverse("standing:waive", args=[cast.dana.pk, rule.code])
    data = {"starts_on": today.isoformat(), "last_day": last.isoformat(), "reason": "On a project"}
    asked = shown(hana, grant, data).content.decode()
    assert f"Dana Whitfield, from {date_format(today, 'M j, Y')}" in asked
    assert "Hipaa: Waived" in asked
    assert not Waiver.objects.exists(), "looking writes nothing"
    assert confirmed(hana, grant, data).status_code == 302
    waiver = Waiver.objects.get()
    item = hana.get(reverse("standing:item", args=[cast.dana.pk, rule.code])).content.decode()
    withdraw = reverse("standing:withdraw", args=["waiver", waiver.pk])
    assert withdraw in item
    assert "Hipaa" in shown(hana, withdraw, {"reason": "The wrong person"}).content.decode()
    assert Waiver.objects.current().exists()
    assert hana.post(withdraw, {"reason": " "}).context["form"].errors
    assert confirmed(hana, withdraw, {"reason": "The wrong person"}).status_code == 302
    assert not Waiver.objects.current().exists()
