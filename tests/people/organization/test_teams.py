"""A new team: first what follows, then made."""

from collections.abc import Callable

from django.test import Client
from django.urls import reverse

from portal.people.models import Person, Team
from tests.cast import Cast
from tests.people.directory.pages import confirmed, shown


def test_a_team_is_added_after_a_look_at_what_follows(
    cast: Cast, sign_in: Callable[[Person], Client]
) -> None:
    hana, address = sign_in(cast.hana), reverse("people:add_team")
    data = {"name": "Case Management East", "code": "east", "parent": cast.network.pk}
    asked = shown(hana, address, data).content.decode()
    assert "Case Management East below Care management" in asked
    assert not Team.objects.filter(code="east").exists(), "looking writes nothing"
    assert confirmed(hana, address, data).status_code == 302
    assert Team.objects.get(code="east").places.get().parent == cast.network
    assert "already" in shown(hana, address, data).content.decode()
    assert address in hana.get(reverse("people:teams")).content.decode()
    assert address not in sign_in(cast.dana).get(reverse("people:teams")).content.decode()
