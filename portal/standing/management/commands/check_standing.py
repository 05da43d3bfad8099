"""manage.py check_standing: recompute everything and name each difference to the stored spans."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from portal.standing.models import Span
from portal.standing.projection.rebuild import differences, everybody


class Command(BaseCommand):
    help = "Recomputes everyone's standing and prints each difference to what is stored: none, ever."

    def handle(self, *args: Any, **options: Any) -> None:
        people = set(everybody()) | set(Span.objects.values_list("person_id", flat=True))
        found = 0
        for line in differences(people):
            self.stdout.write(line)
            found += 1
        if found:
            raise CommandError(f"{found} differences for {len(people)} people.")
        self.stdout.write(f"No difference: {Span.objects.count()} spans of {len(people)} people.")
