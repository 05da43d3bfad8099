"""Pages as a person opens them."""

from typing import Any

from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from allauth.mfa.utils import is_mfa_enabled
from django.test import Client

from portal.clock import business_today
from portal.people.access.viewer import Viewer
from portal.people.models import Person
from tests.scenarios.errors import Impossible

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def may_sign_in(person: Person) -> bool:
    return person.is_active and Viewer(person, business_today()).admission.is_open


def open_page(person: Person, address: str, **query: str) -> Any:
    """The answer to somebody who is signed in, with the second factor that some roles must have."""
    if not is_mfa_enabled(person):
        TOTP.activate(person, generate_totp_secret())
    client = Client()
    client.force_login(person, backend=BACKEND)
    return client.get(address, query)


def page_for(person: Person, address: str, **query: str) -> Any:
    """The page. Raises Impossible for somebody who does not get it."""
    answer = open_page(person, address, **query)
    if answer.status_code != 200:
        raise Impossible(f"{person} gets {answer.status_code} for {address}")
    return answer
