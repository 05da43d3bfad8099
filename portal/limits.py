"""Limits on tries: so many in so much time, counted in the cache, which all processes share."""

import hashlib
import logging
import time
from ipaddress import IPv6Network

from django.core.cache import cache

from portal.outage import Outage

log = logging.getLogger(__name__)
outage = Outage("Tries cannot be counted; all are let pass.", log)


def within_limit(name: str, who: str, *, times: int, seconds: int) -> bool:
    """Counts one try of `who` at `name`: is it among the first `times` of these `seconds`?

    The seconds begin with the first try. Where the cache fails the answer is yes: a door that
    nobody can open is worse than one without a counter for some minutes.
    """
    key = f"limit:{name}:{hashlib.sha256(_counted_as(who).encode()).hexdigest()[:32]}"
    try:
        since = cache.get_or_set(f"{key}:since", lambda: time.time_ns(), seconds)
        counter = f"{key}:{since}"
        cache.add(counter, 0, seconds + 1)
        return cache.incr(counter) <= times
    except ValueError:  # It ran out between the two calls, or the cache does not answer.
        return True
    except Exception as error:
        outage.begin(error)
        return True


def _counted_as(who: str) -> str:
    """One household or firm has a whole /64 of IPv6 addresses: they count as one."""
    try:
        return str(IPv6Network(f"{who}/64", strict=False))
    except ValueError:
        return who
