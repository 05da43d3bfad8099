"""The locks of the database: every locked table, every way in; on SQLite and on PostgreSQL."""

import contextlib
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.apps import apps
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.db.models import Value
from django.test import Client
from wagtail.log_actions import log
from wagtail.models import PageLogEntry

from evaluations.models import Answer, Part, Signature
from portal.audit import locks
from portal.audit.lock_sql import PREFIX, Lock, present
from portal.audit.tasks import look_after_locks
from portal.files.models import StoredFile
from portal.people.models import Position
from tests.audit.rows import another, close, closed_row, make, raw
from tests.cast import Cast
from training.models import LessonProgress, Sitting, SittingAnswer

SQLITE = connection.vendor == "sqlite"


def refuses(act: Callable[[], Any]) -> bool:
    """Is the act refused by a lock, and not by some other rule?"""
    try:
        with transaction.atomic():
            act()
    except IntegrityError as error:
        return locks.is_lock_error(error)
    return False


def execute(statement: str, *parameters: Any) -> Callable[[], None]:
    def act() -> None:
        with connection.cursor() as cursor:
            cursor.execute(statement, parameters)

    return act


@contextlib.contextmanager
def without_the_pragma() -> Iterator[None]:
    """As a connection that is not ours."""
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA recursive_triggers = OFF")
        try:
            yield
        finally:
            cursor.execute("PRAGMA recursive_triggers = ON")


# ---- every locked table -----------------------------------------------------------------------


@pytest.mark.parametrize("lock", locks.registered(), ids=lambda lock: lock.table)
@pytest.mark.django_db
def test_a_closed_row_is_neither_changed_nor_deleted(lock: Lock) -> None:
    row = closed_row(lock)
    ways = {**changes(lock, row), **removals(lock, row)}
    assert [name for name, act in ways.items() if not refuses(act)] == []


def changes(lock: Lock, row: Any) -> dict[str, Callable[[], None]]:
    """Each frozen column set to another value, by UPDATE; one of them by ON CONFLICT."""
    found = {}
    for field in lock.model._meta.concrete_fields:
        if field.column not in lock.frozen_columns:
            continue
        value = raw(field, another(field, getattr(row, field.attname)))
        update = f'UPDATE "{lock.table}" SET "{field.column}" = %s WHERE id = %s'
        found[str(field.column)] = execute(update, value, row.pk)
        columns = columns_of(lock)
        upsert = (
            f'INSERT INTO "{lock.table}" ({columns}) SELECT {columns} FROM "{lock.table}" WHERE id = %s '
            f'ON CONFLICT (id) DO UPDATE SET "{field.column}" = %s'
        )
        found["on conflict"] = execute(upsert, row.pk, value)
    return found


def removals(lock: Lock, row: Any) -> dict[str, Callable[[], None]]:
    found = {"delete": execute(f'DELETE FROM "{lock.table}" WHERE id = %s', row.pk)}
    if not SQLITE:
        # The row's own links are checked before, else TRUNCATE is refused for their sake.
        truncate = f'SET CONSTRAINTS ALL IMMEDIATE; TRUNCATE "{lock.table}" CASCADE'
        return {**found, "truncate": execute(truncate)}
    columns = columns_of(lock)
    replace = execute(
        f'REPLACE INTO "{lock.table}" ({columns}) SELECT {columns} FROM "{lock.table}" WHERE id = %s', row.pk
    )

    def elsewhere() -> None:
        with without_the_pragma():
            replace()

    return {**found, "replace": replace, "replace from elsewhere": elsewhere}


def columns_of(lock: Lock) -> str:
    return ", ".join(f'"{field.column}"' for field in lock.model._meta.concrete_fields)


def test_every_trigger_has_a_name_that_postgresql_keeps_whole() -> None:
    names = [f"{PREFIX}{lock.table}_truncate" for lock in locks.registered()]
    assert [name for name in names if len(name) > 63] == []


# ---- the ORM's ways ---------------------------------------------------------------------------


@pytest.fixture
def answer() -> Answer:
    """Of a closed part of a closed evaluation."""
    row: Any = make(Answer)
    close(row)
    close(row.part)
    close(row.part.evaluation)
    row.refresh_from_db()
    return row


@pytest.mark.django_db
@pytest.mark.parametrize("way", ["save", "update", "bulk_update", "delete", "bulk_create"])
def test_the_orm_is_refused_as_well(answer: Answer, way: str) -> None:
    answer.text = "another"
    conflict = {"update_conflicts": True, "update_fields": ["text"], "unique_fields": ["part", "item"]}
    fresh = Answer(part_id=answer.part_id, item=answer.item, text="another")
    ways: dict[str, Callable[[], Any]] = {
        "save": answer.save,
        "update": lambda: Answer.objects.filter(pk=answer.pk).update(text=Value("another")),
        "bulk_update": lambda: Answer.objects.bulk_update([answer], ["text"]),
        "delete": lambda: Answer.objects.filter(pk=answer.pk).delete(),
        "bulk_create": lambda: Answer.objects.bulk_create([fresh], **conflict),
    }
    assert refuses(ways[way])


@pytest.mark.django_db
@pytest.mark.skipif(not SQLITE, reason="PostgreSQL has no REPLACE")
def test_replacing_by_another_key_than_the_id_is_refused(answer: Answer) -> None:
    columns = '"part_id", "item", "not_applicable", "text"'
    statement = f"INSERT OR REPLACE INTO evaluations_answer ({columns}) VALUES (%s, %s, 0, 'another')"
    with locks.opened("so that only the key is asked", actor=None):
        Part.objects.filter(pk=answer.part_id).update(closed_at=None)
    with without_the_pragma():
        assert refuses(execute(statement, answer.part_id, answer.item))
        other: Any = make(Answer, part=answer.part)
        moved = "UPDATE OR REPLACE evaluations_answer SET item = %s WHERE id = %s"
        assert refuses(execute(moved, answer.item, other.pk))


@pytest.mark.django_db
def test_an_open_row_may_be_changed_and_a_key_used_again_where_its_condition_says_so() -> None:
    sitting: Any = make(Sitting)
    Sitting.objects.filter(pk=sitting.pk).update(passed=False)
    close(sitting)
    make(Sitting, attempt=sitting.attempt, number=7)


# ---- closed parents ---------------------------------------------------------------------------

PARENTS = [
    (Part, "evaluation", {"role": "self"}),
    (Answer, "part", {}),
    (Signature, "evaluation", {}),
    (Sitting, "attempt", {}),
    (SittingAnswer, "sitting", {}),
    (LessonProgress, "attempt", {}),
]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("model", "link", "values"), PARENTS, ids=lambda value: getattr(value, "__name__", "")
)
def test_nothing_comes_in_under_a_closed_parent(model: Any, link: str, values: dict[str, Any]) -> None:
    parent: Any = make(model._meta.get_field(link).related_model)
    make(model, **{link: parent}, **values)
    moved: Any = make(model)
    close(parent)
    other = {"role": "supervisor"} if values else values
    assert refuses(lambda: make(model, **{link: parent}, **other))
    assert refuses(lambda: model.objects.filter(pk=moved.pk).update(**{link: parent}))


@pytest.mark.django_db
def test_an_answer_does_not_come_in_under_a_part_that_is_signed() -> None:
    part: Any = make(Part)
    signed = "2026-03-02T00:00Z"
    Part.objects.filter(pk=part.pk).update(submitted_at=signed, closed_at=signed)
    assert refuses(lambda: make(Answer, part=part))


# ---- lifting the locks ------------------------------------------------------------------------


def is_shut() -> bool:
    """Do the locks hold for a row that is made now?"""
    row: Any = make(StoredFile)
    return refuses(lambda: StoredFile.objects.filter(pk=row.pk).update(name="other"))


@pytest.mark.django_db
def test_opened_lifts_the_locks_and_shuts_them_again(answer: Answer, cast: Cast) -> None:
    with locks.opened("reopened", actor=cast.hana):
        Answer.objects.filter(pk=answer.pk).update(text="another")
        with locks.opened("one within the other", actor=cast.hana):
            Answer.objects.filter(pk=answer.pk).update(text="and another")
        Answer.objects.filter(pk=answer.pk).update(text="a third")
    assert is_shut()


@pytest.mark.django_db
def test_opening_needs_a_reason() -> None:
    with pytest.raises(ValueError, match="stated reason"), locks.opened("  ", actor=None):
        raise AssertionError


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("inner", ["plain", "savepoint", "no savepoint"])
def test_a_block_that_raises_leaves_the_locks_shut_after_the_commit(inner: str) -> None:
    row: Any = make(StoredFile)

    def change() -> None:
        StoredFile.objects.filter(pk=row.pk).update(name="other")
        raise LookupError

    def fail() -> None:
        with locks.opened("for a test", actor=None):
            if inner == "plain":
                change()
            with transaction.atomic(savepoint=inner == "savepoint"):
                change()

    with transaction.atomic():
        with contextlib.suppress(LookupError):
            fail()
        assert is_shut()
    assert is_shut()
    row.refresh_from_db()
    assert row.name != "other"
    assert [message.id for message in locks.check_locks(databases=["default"])] == []


@pytest.mark.django_db(transaction=True)
def test_an_override_that_stays_cannot_be_committed() -> None:
    def leave() -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("INSERT INTO audit_lockoverride (why, never_id) VALUES ('by hand', 0)")

    with pytest.raises(IntegrityError):
        leave()
    assert is_shut()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "values", ["(id, why, never_id) VALUES (7, 'x', 7)", "(id, why, never_id) VALUES (0, 'x', 0)"]
)
def test_an_override_cannot_name_a_row_that_is_there(values: str) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        execute(f"INSERT INTO audit_lockoverride {values}")()


@pytest.mark.skipif(not SQLITE, reason="PostgreSQL refuses the commit of every session")
@pytest.mark.django_db(transaction=True)
def test_an_override_left_past_the_portal_is_reported_and_shut(caplog: pytest.LogCaptureFixture) -> None:
    connection.disable_constraint_checking()
    execute("INSERT INTO audit_lockoverride (why, never_id) VALUES ('by hand', 0)")()
    connection.enable_constraint_checking()
    assert not is_shut()
    assert [message.id for message in locks.check_locks(databases=["default"])] == ["audit.E004"]
    assert locks.shut() == 1
    assert "by hand" in caplog.text
    assert is_shut()
    assert locks.check_locks(databases=["default"]) == []


# ---- the check --------------------------------------------------------------------------------


def differences() -> list[tuple[str | None, str]]:
    return [(message.id, message.msg.split()[2]) for message in locks.check_locks(databases=["default"])]


@pytest.mark.django_db
def test_the_database_has_the_locks_of_the_register_and_no_others() -> None:
    assert differences() == []
    assert set(present(connection)) == set(locks.wanted(connection))


@pytest.mark.django_db
def test_a_lock_that_is_gone_is_named() -> None:
    name = "preceptor_lock_files_storedfile_update"
    execute(f'DROP TRIGGER "{name}"' + ("" if SQLITE else ' ON "files_storedfile"'))()
    assert differences() == [("audit.E001", name)]
    locks.create_locks(connection)
    assert differences() == []


@pytest.mark.django_db
def test_a_lock_with_another_body_is_named() -> None:
    name = "preceptor_lock_files_storedfile_update"
    trigger = present(connection)[name]
    if SQLITE:
        execute(f'DROP TRIGGER "{name}"')()
        execute(trigger.shown.replace("WHEN (", "WHEN 1 = 0 AND ("))()
    else:
        execute(
            f'CREATE OR REPLACE FUNCTION "{name}"() RETURNS trigger LANGUAGE plpgsql AS '
            "$$ BEGIN RETURN NEW; END $$"
        )()
    assert differences() == [("audit.E003", name)]


@pytest.mark.skipif(SQLITE, reason="SQLite cannot disable a trigger")
@pytest.mark.django_db
def test_a_lock_that_is_disabled_is_named() -> None:
    name = "preceptor_lock_files_storedfile_delete"
    execute(f"ALTER TABLE files_storedfile DISABLE TRIGGER {name}")()
    assert differences() == [("audit.E003", name)]


@pytest.mark.django_db
def test_a_lock_that_nobody_registered_is_named() -> None:
    name = "preceptor_lock_jobs_job_delete"
    if SQLITE:
        execute(f"CREATE TRIGGER {name} BEFORE DELETE ON jobs_job BEGIN SELECT 1; END")()
    else:
        function = "preceptor_lock_files_storedfile_delete"
        execute(
            f"CREATE TRIGGER {name} BEFORE DELETE ON jobs_job FOR EACH ROW EXECUTE FUNCTION {function}()"
        )()
    assert differences() == [("audit.E002", name)]


@pytest.mark.django_db
def test_a_site_whose_locks_differ_is_not_ready(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    assert client.get("/readyz").json()["locks"] == "ok"
    assert look_after_locks() == 0
    name = "preceptor_lock_files_storedfile_update"
    execute(f'DROP TRIGGER "{name}"' + ("" if SQLITE else ' ON "files_storedfile"'))()
    assert client.get("/readyz").json()["locks"].startswith("failed")
    assert look_after_locks() == 1
    assert name in caplog.text


# ---- other tables' ways -----------------------------------------------------------------------


@pytest.mark.django_db
def test_whose_a_fact_is_cannot_change_even_while_it_is_superseded(cast: Cast) -> None:
    position = Position.objects.get(person=cast.dana)
    change = {"superseded_at": "2026-03-02T00:00Z", "person_id": cast.sol.pk}
    assert refuses(lambda: Position.objects.filter(pk=position.pk).update(**change))


@pytest.mark.django_db
def test_a_page_is_deleted_and_its_log_stays(cast: Cast) -> None:
    page: Any = make(apps.get_model("training", "CoursePage"))
    log(page, "wagtail.edit", user=cast.arthur)
    key = page.pk
    page.delete()
    kept = {row.action for row in PageLogEntry.objects.filter(page_id=key)}
    assert kept >= {"wagtail.edit", "wagtail.delete"}


@pytest.mark.django_db
def test_other_errors_of_the_database_are_not_taken_for_a_lock() -> None:
    assert not locks.is_lock_error(DatabaseError("UNIQUE constraint failed"))
    assert not locks.is_lock_error(LookupError(locks.MESSAGE))
