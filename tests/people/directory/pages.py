"""Pages that ask before they do: the form, then what follows, then done."""

from typing import Any

from django.http import HttpResponse
from django.test import Client


def shown(client: Client, address: str, data: Any) -> Any:
    """The answer to the form: the page with what follows."""
    return client.post(address, data)


def confirmed(client: Client, address: str, data: Any) -> HttpResponse:
    """Fill in the form, look at what follows, and say yes. The first answer where nothing was asked."""
    answer: Any = shown(client, address, data)
    preview = answer.context and answer.context.get("preview")
    if not preview:
        return answer  # type: ignore[no-any-return]
    return client.post(address, {**data, "seen": preview.fingerprint})  # type: ignore[return-value]
