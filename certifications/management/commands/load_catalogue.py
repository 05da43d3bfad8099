"""manage.py load_catalogue: issuers and credential types from the project's data file."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from certifications.catalog.load import load_catalogue


class Command(BaseCommand):
    help = "Loads issuers and credential types; entries that are there stay as they are."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--overwrite", action="store_true", help="Put back what the data file says.")

    def handle(self, *args: Any, overwrite: bool, **options: Any) -> None:
        self.stdout.write(f"{load_catalogue(overwrite=overwrite)} credential types loaded.")
