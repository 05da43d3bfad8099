"""What grows with the organization: `python -m bench.growth` measures 1,000, 10,000 and 100,000 people.

ARGS as of bench.run: names of groups (pages, completion, alerts, rule, check), `--copies N` more than
once, `--json FILE`, `--database postgresql` (run it by `.ci/services`). On SQLite seconds of the
processor, which other work does not disturb; on PostgreSQL seconds of the wall.
"""

import argparse
import json
import os
import sys
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import django

from bench import timing
from bench.run import DATABASES, made, rows_of

SIZES = (8, 84, 840)
# Much longer than one person's act takes; and each of the long measures is taken once.
type Figure = tuple[str, float, int | None, str]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("groups", nargs="*")
    parser.add_argument("--copies", type=int, action="append")
    parser.add_argument("--json", type=Path)
    parser.add_argument("--database", choices=DATABASES, default="sqlite")
    given = parser.parse_args()
    found = []
    for copies in given.copies or SIZES:
        with made(given.database) as environment:
            for row in rows_of("bench.growth", [f"--measure={copies}", *given.groups], environment):
                found.append(row)
                print(
                    "{people:>8,} {name:<40} {figure:>12,.3f} {unit:<3} {queries}".format(**row), flush=True
                )
    if given.json:
        given.json.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n")


# ---- in the process that measures ----------------------------------------------------------------


def measure(copies: int, groups: list[str]) -> None:
    """Load so many organizations, then print the rows as they are measured."""
    django.setup()
    from django.conf import settings
    from django.core.management import call_command
    from django.db import connection

    from portal.people.models import Person

    settings.DEBUG, settings.ALLOWED_HOSTS = False, ["testserver"]
    if connection.vendor == "sqlite":
        timing.clock = time.process_time
    call_command("migrate", verbosity=0)
    took = timing.once(lambda: call_command("load_demo", if_empty=True, copies=copies, stdout=sys.stderr))
    people = Person.objects.count()

    def say(name: str, figure: float, queries: int | None = None, unit: str = "s") -> None:
        row = {"database": connection.vendor, "people": people, "name": name, "figure": round(figure, 4)}
        print(json.dumps({**row, "unit": unit, "queries": queries or ""}), flush=True)

    say("load", took / 1000)
    say("size of the database", _megabytes(), unit="MB")
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")
    for group in groups or GROUPS:
        for name, figure, queries, unit in GROUPS[group]():
            say(name, figure, queries, unit)


def _megabytes() -> float:
    from django.db import connection

    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT pg_database_size(current_database())")
            return float(cursor.fetchone()[0]) / 1e6
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    found: list[Path] = list(Path(os.environ["PRECEPTOR_VAR"]).glob("bench.sqlite3*"))
    return sum(path.stat().st_size for path in found) / 1e6


def page_figures() -> Iterator[Figure]:
    from bench.rows import FEW, page_rows

    for row in page_rows(FEW):
        if row.unit == "ms":
            yield f"page: {row.name}", row.figure / 1000, row.queries, "s"


def completion_figures() -> Iterator[Figure]:
    from bench.rows import completion_rows

    for row in completion_rows():
        yield "one completion", row.figure / 1000, row.queries, "s"


def alert_figures() -> Iterator[Figure]:
    """The scan of an ordinary day: that of the day before was run."""
    from django.db import transaction

    from portal.clock import business_today
    from portal.standing.alerts.scan import run_alerts

    with transaction.atomic():
        run_alerts(business_today())
        owed = []
        with timing.statements() as ran:
            tomorrow = business_today() + timedelta(1)
            took = timing.once(lambda: owed.append(run_alerts(tomorrow).owed))
        transaction.set_rollback(True)
    yield f"alert scan of an ordinary day, owes {owed[0]}", took / 1000, ran.count, "s"


def rule_figures() -> Iterator[Figure]:
    """One requirement's change for everybody: worked out and written with every row anew; and its preview."""
    from bench.rows import blocking, clear_rule, preview_of
    from portal.standing.projection.one_rule import rebuild_rule

    requirement = blocking()
    with timing.statements() as ran:
        took = timing.taken_back(lambda: rebuild_rule(requirement.pk), lambda: clear_rule(requirement))
    yield "one requirement's change", took / 1000, None, "s"
    with timing.statements() as ran:
        took = timing.once(preview_of(requirement))
    yield "preview of it", took / 1000, ran.count, "s"


def check_figures() -> Iterator[Figure]:
    from django.core.management import call_command

    took = timing.once(lambda: call_command("check_standing", stdout=sys.stderr))
    yield "check_standing", took / 1000, None, "s"
    import resource

    yield "memory at most", resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000, None, "MB"


GROUPS: dict[str, Callable[[], Iterator[Figure]]] = {
    "pages": page_figures,
    "completion": completion_figures,
    "alerts": alert_figures,
    "rule": rule_figures,
    "check": check_figures,
}


if __name__ == "__main__":
    if sys.argv[1:] and sys.argv[1].startswith("--measure="):
        measure(int(sys.argv[1].partition("=")[2]), sys.argv[2:])
    else:
        main()
