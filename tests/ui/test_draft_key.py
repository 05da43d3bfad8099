"""The key of drafts: one for each person, the same after signing in again, gone with the server's secret."""

import base64
import re
from typing import Any

import pytest
from django.test import Client

from portal.ui.posts.draft_key import _hkdf, draft_keys
from tests.cast import Cast


def test_it_is_derived_as_the_standard_says() -> None:
    """Against the same by the library that carries passkeys."""
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    for length in (8, 32, 50):
        theirs = HKDF(SHA256(), length, salt=b"preceptor.drafts", info=b"key.1.7").derive(b"secret")
        assert _hkdf(b"secret", b"key.1.7", length) == theirs


def test_everybody_has_another(settings: Any) -> None:
    assert draft_keys(1) == draft_keys(1)
    named = {draft_keys(pk) for pk in range(50)}
    assert len(named) == len({text.partition(":")[0] for text in named}) == 50
    before = draft_keys(1)
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "another"
    now = draft_keys(1).split()
    assert now[0] != before
    assert now[1] == before, "what the old secret closed, it still opens"


@pytest.mark.django_db
def test_it_is_given_to_whoever_is_signed_in_alone(cast: Cast, sign_in: Any) -> None:
    page = sign_in(cast.dana).get("/my-work/").content.decode()
    found = re.search(r'data-drafts="1\.[0-9a-f]{16}:([^"]+)"', page)
    assert found
    assert len(base64.b64decode(found.group(1))) == 32
    assert "data-drafts" not in Client().get("/accounts/login/").content.decode()
