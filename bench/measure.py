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
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")
    else:
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
    for name in names[1:] or ROWS:
        for row in ROWS[name]():
            print(json.dumps({"database": connection.vendor, **row.as_json()}), flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
