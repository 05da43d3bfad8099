"""manage.py timeline FILE: the spans of one worked case, or of a list of cases, as JSON."""

import json
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from portal.standing.cases import parse_case, spans_as_json
from portal.standing.engine.timeline import timeline


def answer(case: dict[str, Any]) -> list[list[Any]]:
    requirement, facts = parse_case(case)
    return spans_as_json(timeline(requirement, facts))


class Command(BaseCommand):
    help = "Prints the spans of a case (or of a list of cases) given as JSON; - reads standard input."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file")

    def handle(self, *args: Any, file: str, **options: Any) -> None:
        try:
            text = sys.stdin.read() if file == "-" else Path(file).read_text(encoding="utf-8")
            data = json.loads(text)
            answers = [answer(case) for case in data] if isinstance(data, list) else answer(data)
        except OSError as error:
            raise CommandError(f"{file} cannot be read: {error.strerror}") from error
        except (KeyError, TypeError, ValueError) as error:
            raise CommandError(f"{file} is not a case in the known form: {error!r}") from error
        self.stdout.write(json.dumps(answers, ensure_ascii=False))
