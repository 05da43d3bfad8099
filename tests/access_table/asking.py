"""How the table asks: each column with its own client, and nothing that was asked stays done."""

from typing import Any

from django.core.cache import cache
from django.db import transaction
from django.test import Client

from portal.people.models import Person
from tests.access_table.columns import COLUMNS, SIGN_IN, Expected

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
DONE = frozenset({"200", "204", "302", "400", "409", "422"})


class Asker(Client):
    """A column's client. It keeps no cookie that it is sent: being signed out is taken back with all the rest."""

    def request(self, **request: Any) -> Any:
        # The test client's own copies every context of every template, which is most of its time.
        return self.handler(self._base_environ(**request))

    def answer(self, method: str, path: str) -> Any:
        with transaction.atomic():
            response = getattr(self, method)(path)
            transaction.set_rollback(True)
        return response

    def ask(self, method: str, path: str) -> str:
        """The status; 302* for being led to the sign-in."""
        response = self.answer(method, path)
        if response.status_code == 302 and response["Location"].startswith("/accounts/login/"):
            return SIGN_IN
        return str(response.status_code)


def askers(people: dict[str, Person]) -> dict[str, Asker]:
    made = {name: Asker() for name in COLUMNS}
    for name, person in people.items():
        made[name].force_login(person, backend=BACKEND)
    return made


def signed_in(person: Person, **options: Any) -> Client:
    """A client as a browser is, with cookies of its own."""
    client = Client(**options)
    client.force_login(person, backend=BACKEND)
    return client


def fits(expected: str, got: str) -> bool:
    return got in DONE if expected == "ok" else expected == got


def differences(everybody: dict[str, Asker], method: str, path: str, expected: Expected) -> list[str]:
    """In words, each column that is answered otherwise than the row says."""
    cache.clear()  # Nobody has asked too often.
    got = {column: everybody[column].ask(method, path) for column in expected}
    return [
        f"{column}: {got[column]}, not {answer}"
        for column, answer in expected.items()
        if not fits(answer, got[column])
    ]
