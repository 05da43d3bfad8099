"""Cookies are for the server: no script reads one."""

import pytest
from django.test import Client
from django.urls import reverse


@pytest.mark.django_db
def test_no_script_reads_a_cookie(client: Client) -> None:
    client.get(reverse("account_login"))
    client.post(reverse("theme"), {"theme": "dark", "next": "/"})
    assert {"csrftoken", "theme"} <= set(client.cookies)
    assert all(morsel["httponly"] and morsel["samesite"] == "Lax" for morsel in client.cookies.values())
