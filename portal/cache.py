"""The shared cache in Redis, which the site works without: only limits on tries are looser then."""

import logging
from collections.abc import Callable
from typing import Any

from django.core.cache.backends.redis import RedisCache
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

from portal.outage import Outage

log = logging.getLogger(__name__)
outage = Outage("The cache does not answer; the site goes on without it, limits on tries included.", log)

# A request must not wait for a Redis that hangs.
_IMPATIENT = {"socket_connect_timeout": 0.5, "socket_timeout": 1.0, "retry": Retry(NoBackoff(), 0)}


class ForgivingRedisCache(RedisCache):
    """While Redis is down nothing is found, and nothing fails.

    `add` says yes, for allauth takes its locks with it; `incr` raises ValueError as for a key that
    is not there.
    """

    def __init__(self, server: Any, params: dict[str, Any]) -> None:
        super().__init__(server, {**params, "OPTIONS": {**_IMPATIENT, **params.get("OPTIONS", {})}})

    def _forgiving[T](self, act: Callable[[], T], instead: T) -> T:
        if outage.lasts:
            return instead
        try:
            return act()
        except (RedisError, OSError) as error:
            outage.begin(error)
            return instead

    def add(self, *args: Any, **kwargs: Any) -> bool:
        return self._forgiving(lambda: super(ForgivingRedisCache, self).add(*args, **kwargs), instead=True)

    def get(self, key: Any, default: Any = None, version: int | None = None) -> Any:
        return self._forgiving(
            lambda: super(ForgivingRedisCache, self).get(key, default, version), instead=default
        )

    def set(self, *args: Any, **kwargs: Any) -> None:
        self._forgiving(lambda: super(ForgivingRedisCache, self).set(*args, **kwargs), instead=None)

    def touch(self, *args: Any, **kwargs: Any) -> bool:
        return self._forgiving(lambda: super(ForgivingRedisCache, self).touch(*args, **kwargs), instead=False)

    def delete(self, *args: Any, **kwargs: Any) -> bool:
        return self._forgiving(
            lambda: super(ForgivingRedisCache, self).delete(*args, **kwargs), instead=False
        )

    def get_many(self, *args: Any, **kwargs: Any) -> dict[Any, Any]:
        return self._forgiving(lambda: super(ForgivingRedisCache, self).get_many(*args, **kwargs), instead={})

    def has_key(self, *args: Any, **kwargs: Any) -> bool:
        return self._forgiving(
            lambda: super(ForgivingRedisCache, self).has_key(*args, **kwargs), instead=False
        )

    def incr(self, *args: Any, **kwargs: Any) -> int:
        counted = self._forgiving(
            lambda: super(ForgivingRedisCache, self).incr(*args, **kwargs), instead=None
        )
        if counted is None:
            raise ValueError("The cache does not answer.")
        return counted

    def set_many(self, data: Any, *args: Any, **kwargs: Any) -> list[Any]:
        return self._forgiving(
            lambda: super(ForgivingRedisCache, self).set_many(data, *args, **kwargs), instead=list(data)
        )

    def delete_many(self, *args: Any, **kwargs: Any) -> None:
        self._forgiving(lambda: super(ForgivingRedisCache, self).delete_many(*args, **kwargs), instead=None)

    def clear(self) -> None:
        self._forgiving(lambda: super(ForgivingRedisCache, self).clear(), instead=None)
