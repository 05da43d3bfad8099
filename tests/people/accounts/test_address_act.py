"""The page where somebody else writes a person's address: who is offered it, and who may."""

from collections.abc import Callable

from django.test import Client
from django.urls import reverse

from portal.audit.models import AccessLog
from portal.people.models import Person
from tests.cast import Cast

type SignIn = Callable[[Person], Client]


def test_a_site_admin_changes_the_address_of_somebody_with_rights(cast: Cast, sign_in: SignIn) -> None:
    address = reverse("people:act", args=[cast.hana.pk, "email"])
    client = sign_in(cast.ilse)
    assert address in client.get(reverse("people:detail", args=[cast.hana.pk])).content.decode()
    assert client.get(address).status_code == 200
    assert AccessLog.objects.filter(reader=cast.ilse, person=cast.hana, what="act").exists()
    client.post(address, {"email": "hana.new@example.org"})
    cast.hana.refresh_from_db()
    assert cast.hana.email == "hana.new@example.org"
    own = reverse("people:act", args=[cast.ilse.pk, "email"])
    assert client.post(own, {"email": "x@example.org"}).status_code == 403
    for person, status in ((cast.dana, 404), (cast.ada, 403)):
        assert sign_in(person).post(address, {"email": "x@example.org"}).status_code == status


def test_hr_is_offered_the_address_only_of_accounts_without_rights(cast: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast.hana)
    for person, offered in ((cast.dana, True), (cast.ilse, False)):
        page = client.get(reverse("people:detail", args=[person.pk])).content.decode()
        assert (reverse("people:act", args=[person.pk, "email"]) in page) is offered
