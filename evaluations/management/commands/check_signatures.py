"""Compare everything that was signed with its hash and with the record. Says each difference; none, ever."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from evaluations.models import Signature
from evaluations.signatures.check import differences


class Command(BaseCommand):
    help = "Compare every signature with what was signed. Ends with 1 if one does not hold."

    def handle(self, *_args: Any, **_options: Any) -> None:
        found = 0
        for words in differences():
            found += 1
            self.stdout.write(words)
        if found:
            raise CommandError(f"{found} signatures or parts do not hold.")
        self.stdout.write(f"{Signature.objects.count()} signatures hold.")
