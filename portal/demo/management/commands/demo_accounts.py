"""manage.py demo_accounts: who signs in to the demo, as what."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from portal.demo.accounts import ACCOUNTS, PASSWORD


class Command(BaseCommand):
    help = "Prints the demo's accounts."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["json"]:
            rows = [
                {"login": a.login, "name": a.name, "role": a.role, "password": a.password} for a in ACCOUNTS
            ]
            self.stdout.write(json.dumps(rows, ensure_ascii=False))
            return
        self.stdout.write(f"Demo accounts, all with the password {PASSWORD}:")
        for account in ACCOUNTS:
            self.stdout.write(f"  {account.login}  {account.name:<18} {account.words}")
