"""manage.py load_demo: the demo organization, in the present database."""

import time
from argparse import ArgumentParser, ArgumentTypeError
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from portal.clock import business_today
from portal.demo.load import is_loaded, load


def at_least_one(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise ArgumentTypeError("a whole number from 1 on")
    return int(text)


class Command(BaseCommand):
    help = "Loads Harbor Valley Care Network: fictional people, dates relative to today."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--if-empty", action="store_true", help="Do nothing where people are on record.")
        parser.add_argument(
            "--copies",
            type=at_least_one,
            default=1,
            metavar="N",
            help="So many organizations of 120 people, each with names and numbers of its own (84: 10,000 people).",
        )

    def handle(self, *args: Any, if_empty: bool, copies: int, **options: Any) -> None:
        if settings.PRODUCTION:
            raise CommandError("The demo is not for production.")
        if is_loaded():
            if if_empty:
                return
            raise CommandError("There are people on record already. Use make demo-reset for a fresh demo.")
        began = time.monotonic()
        people = load(business_today(), organizations=copies)
        self.stdout.write(
            f"Harbor Valley Care Network: {people} people, in {time.monotonic() - began:.0f} s."
        )
