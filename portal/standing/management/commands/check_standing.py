"""manage.py check_standing: recompute everything and name each difference to what is stored."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from portal.standing.models import ClearanceSpan, Span
from portal.standing.projection.rebuild import differences, everybody


class Command(BaseCommand):
    help = "Recomputes everyone's standing and prints each difference to what is stored: none, ever."

    def handle(self, *args: Any, **options: Any) -> None:
        people = set(everybody())
        for model in (Span, ClearanceSpan):
            people |= set(model.objects.values_list("person_id", flat=True).distinct())
        found = 0
        for line in differences(people):
            self.stdout.write(line)
            found += 1
        if found:
            raise CommandError(f"{found} differences for {len(people)} people.")
        count = f"{Span.objects.count()} spans and {ClearanceSpan.objects.count()} rows of clearance"
        self.stdout.write(f"No difference: {count} of {len(people)} people.")
