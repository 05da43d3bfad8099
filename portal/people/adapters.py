"""How allauth is bent to the portal: accounts are opened by HR, nobody signs up."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest

from portal.addresses import client_address


class AccountAdapter(DefaultAccountAdapter):
    """Sign-up is closed; a person's display name is the name in use."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        """Whom allauth's own limits count, and what the list of sessions shows."""
        return client_address(request)

    def get_user_display(self, user: Any) -> str:  # pragma: no cover - called by allauth
        return str(user)
