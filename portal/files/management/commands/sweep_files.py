"""Remove files that belong to nothing, and say which."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from portal.files.sweeping import sweep


class Command(BaseCommand):
    help = "Remove private files that nobody claimed and files without a row, and print what was removed."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--all",
            action="store_true",
            help="also where suspiciously many files have no row; look at DATABASE_URL and storage first",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        done = sweep(also_suspicious=options["all"])
        for path in done.removed:
            self.stdout.write(path)
        self.stdout.write(f"{done.unclaimed} never claimed and {done.without_row} without a row: removed.")
        if done.suspicious:
            self.stderr.write(f"{done.suspicious} files have no row. They are left alone; see --all.")
