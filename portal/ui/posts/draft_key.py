"""The key of a person's drafts: what is typed and not sent is encrypted with it before a device keeps it.

Derived (HKDF with SHA-256, RFC 5869) from the server's secret and the person: the same after signing in
again, another for everybody else, and gone from the device with the page. It is stored nowhere.
"""

import base64
import hashlib
import hmac

from django.conf import settings

# A new way to derive it is another version: what is kept under the old one is not read any more.
VERSION = "1"
_SALT = b"preceptor.drafts"
_BYTES = 32


def _hkdf(secret: bytes, info: bytes, length: int) -> bytes:
    pseudorandom = hmac.digest(_SALT, secret, hashlib.sha256)
    block, made = b"", b""
    for number in range(1, -(-length // hashlib.sha256().digest_size) + 1):
        block = hmac.digest(pseudorandom, block + info + bytes([number]), hashlib.sha256)
        made += block
    return made[:length]


def draft_keys(person_pk: int) -> str:
    """For the page, newest first, separated by spaces: version.owner:key.

    `owner` names whose drafts they are without telling who that is. Secrets that were rotated out
    still open what they closed.
    """
    secrets = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return " ".join(_named_key(str(secret).encode(), person_pk) for secret in secrets)


def _named_key(secret: bytes, person_pk: int) -> str:
    key = _hkdf(secret, f"key.{VERSION}.{person_pk}".encode(), _BYTES)
    owner = _hkdf(secret, f"owner.{VERSION}.{person_pk}".encode(), 8).hex()
    return f"{VERSION}.{owner}:{base64.b64encode(key).decode()}"
