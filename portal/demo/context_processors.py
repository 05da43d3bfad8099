"""The sign-in page of the demo shows its accounts."""

from typing import Any

from django.http import HttpRequest

from portal.demo.accounts import ACCOUNTS, PASSWORD


def accounts(_request: HttpRequest) -> dict[str, Any]:
    rows = [{"login": a.login, "name": a.name, "role": a.words} for a in ACCOUNTS]
    return {"demo_accounts": rows, "demo_password": PASSWORD}
