"""The services are the real ones."""

import pytest
import redis
from django.conf import settings
from django.db import connection


@pytest.mark.django_db
def test_the_database_is_postgresql() -> None:
    assert connection.vendor == "postgresql"
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_database()")
        assert cursor.fetchone()[0].startswith("test_")


def test_the_broker_is_redis() -> None:
    assert redis.from_url(settings.REDIS_URL).ping()
    assert settings.CELERY_BROKER_URL == settings.REDIS_URL
