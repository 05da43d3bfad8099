"""Measures one database: `python -m bench.measure ROWS...`, with DATABASE_URL; prints the rows as JSON."""

import json
import sys

import django


def main(names: list[str]) -> None:
    django.setup()
    from django.conf import settings
    from django.core.management import call_command
    from django.db import connection

    from bench.rows import ROWS

    settings.DEBUG = False
    settings.ALLOWED_HOSTS = ["testserver"]
    call_command("migrate", verbosity=0)
    call_command("load_demo", if_empty=True, copies=int(names[0]), verbosity=0, stdout=sys.stderr)
    for name in names[1:] or ROWS:
        with connection.cursor() as cursor:
            # What was taken back by the group before leaves dead rows and counts of them.
            cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")
        for row in ROWS[name]():
            print(json.dumps({"database": connection.vendor, **row.as_json()}), flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
