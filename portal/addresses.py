"""Whose request is it? The client's address, behind as many proxies as the operator names."""

from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import Any

from django.conf import settings
from django.core import checks
from django.http import HttpRequest

# A peer without an address came through a socket file, which only this machine has.
THIS_MACHINE = "127.0.0.1"


def client_address(request: HttpRequest) -> str:
    """An IPv4 or IPv6 address.

    Each trusted proxy appends whom it heard to X-Forwarded-For: with TRUSTED_PROXIES = n the
    client is the n-th from the right, and what stands further left anybody may have written. With
    0, and where the header is too short or no address, it is the peer of the connection.
    """
    peer = _address(request.META.get("REMOTE_ADDR", "")) or THIS_MACHINE
    hops: int = settings.TRUSTED_PROXIES
    heard = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
    if hops <= 0 or len(heard) < hops:
        return peer
    return _address(heard[-hops]) or peer


def _address(text: str) -> str:
    """The address in its usual form, or an empty string. Some proxies write a port behind it."""
    text = text.strip()
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        address: IPv4Address | IPv6Address = ip_address(text)
    except ValueError:
        return ""
    if isinstance(address, IPv6Address):
        address = address.ipv4_mapped or address
    return str(address)


def check_proxies(app_configs: Any, **_more: Any) -> list[checks.CheckMessage]:
    """TLS ends at a proxy: in production there is one, and with 0 all visitors count as that one."""
    if not settings.PRODUCTION or settings.TRUSTED_PROXIES > 0:
        return []
    text = (
        "TRUSTED_PROXIES is 0: everybody behind the proxy counts as one address, and is locked out together."
    )
    return [
        checks.Warning(text, hint="Set it to the number of proxies before this site.", id="preceptor.W001")
    ]
