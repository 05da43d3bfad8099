"""The database of a story: a copy of one that has the catalogue, the pages and the shipped form."""

import hashlib
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import psycopg
from django.conf import settings
from django.core.cache import cache as django_cache
from django.db import connection
from django.utils import timezone

from certifications.catalog.load import load_catalogue
from evaluations.models import FormTemplate
from portal.demo.content import evaluation_form
from portal.demo.people import LEAVE_KINDS, PROFESSIONS
from portal.home.groups import ensure_groups
from portal.home.pages import ensure_page_tree
from portal.people.employment.clock import make_absence_kind
from portal.people.models import Profession
from tests import database

BASE = "stories"
_DEPENDS_ON = (
    "certifications/catalog",
    "portal/demo/content/evaluation_form.json",
    "portal/demo/people.py",
    "portal/home",
    "portal/people/employment/clock.py",
    "portal/people/facts",
    "training/models",
    "tests/scenarios/database.py",
)


@contextmanager
def story_database() -> Iterator[None]:
    """The connection leads to a fresh copy for the time being."""
    own = _copy_sqlite() if connection.vendor == "sqlite" else _copy_postgresql()
    django_cache.clear()
    with database.connected_to(own):
        yield


def _copy_sqlite() -> str:
    own = Path(settings.VAR_DIR) / "story.sqlite3"
    database.copy_sqlite(_base_sqlite(), own)
    return str(own)


@cache
def _base_sqlite() -> Path:
    migrated = database.migrated_sqlite()

    def make(unfinished: Path) -> None:
        shutil.copyfile(migrated, unfinished)
        with database.connected_to(str(unfinished)):
            fill()

    return database.template_sqlite(BASE, _what_filling_depends_on(), make)


def _what_filling_depends_on() -> str:
    digest = hashlib.sha256(database.what_migrating_depends_on().encode())
    for name in _DEPENDS_ON:
        path = database.ROOT / name
        for file in sorted(path.rglob("*.*")) if path.is_dir() else [path]:
            if file.suffix in (".py", ".csv", ".json"):
                digest.update(str(file.relative_to(database.ROOT)).encode() + file.read_bytes())
    return digest.hexdigest()[:16]


def _copy_postgresql() -> str:
    own = f"{database.run_name()}_{Path(settings.VAR_DIR).name}_story"
    database.copy_postgresql(_base_postgresql, own)
    return own


def _base_postgresql(server: psycopg.Connection) -> str:
    base = f"{database.run_name()}_{BASE}"
    if base not in database.databases(server):
        database.create_from(server, base, database.migrated_postgresql(server))
        with database.connected_to(base):
            fill()
    return base


def fill() -> None:
    """What every story finds: what an installation begins with, and the shipped form of evaluations."""
    ensure_groups(ensure_page_tree())
    load_catalogue()
    for position, (code, name, field) in enumerate(PROFESSIONS):
        Profession.objects.create(code=code, name=name, field=field, position=position)
    for code, name, stops, days in LEAVE_KINDS:
        make_absence_kind(code=code, name=name, stops_clock=stops, stops_from_days=days, by=None)
    FormTemplate.objects.create(
        code="annual-case-management",
        title="Annual evaluation, case management",
        content=evaluation_form(),
        published_at=timezone.now(),
    )
