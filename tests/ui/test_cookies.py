"""Cookies are for the server. Scripts read one: the CSRF token, which is taken when a form is sent."""

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse


@pytest.mark.django_db
def test_no_script_reads_a_cookie_but_the_token(client: Client) -> None:
    client.get(reverse("account_login"))
    client.post(reverse("theme"), {"theme": "dark", "next": "/"})
    assert {"csrftoken", "theme"} <= set(client.cookies)
    assert all(morsel["samesite"] == "Lax" for morsel in client.cookies.values())
    open_ones = {name for name, morsel in client.cookies.items() if not morsel["httponly"]}
    assert open_ones == {"csrftoken"}
    assert settings.SESSION_COOKIE_HTTPONLY
