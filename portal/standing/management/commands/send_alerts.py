"""manage.py send_alerts --on DATE [--dry-run]: the daily scan by hand."""

from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from portal.clock import business_today
from portal.notices.deliver import deliver_waiting
from portal.notices.going_live import is_live
from portal.standing.alerts.scan import run_alerts
from portal.standing.alerts.stages import Alert
from portal.standing.alerts.words import subject

LINE = "{:>5}  {:<10}  {:<11} {:<28} {}"


class Command(BaseCommand):
    help = "Tells each crossed stage of the alert ladder once. Safe to run again."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--on", help="The day to run for, YYYY-MM-DD or 'today' (default).")
        parser.add_argument("--dry-run", action="store_true", help="Show what would be told; change nothing.")

    def handle(self, *args: Any, on: str | None, dry_run: bool, **options: Any) -> None:
        self.lines = 0
        summary = run_alerts(self._day(on), dry_run=dry_run, report=self._show)
        if dry_run:
            self.stdout.write(f"{summary.on}: {summary.crossed} would be told. Nothing was changed.")
            return
        sent = deliver_waiting()
        held = "" if is_live() else " Delivery is held: nothing leaves until HR goes live."
        self.stdout.write(
            f"{summary.on}: {summary.crossed} reminders due, {summary.owed} notices made, "
            f"{summary.cancelled} taken back, {sent} messages sent.{held}"
        )

    def _show(self, alert: Alert) -> None:
        """One line: stage, deadline, in which role who is told, and what."""
        if not self.lines:
            self.stdout.write(LINE.format("stage", "deadline", "told as", "who", "what"))
        self.lines += 1
        who = ", ".join(f"{person} ({person.employee_number})" for person in alert.people)
        role = alert.role.value.replace("_", " ")
        self.stdout.write(
            LINE.format(alert.stage, alert.deadline.isoformat(), role, who, subject(alert)).replace(
                "\u00a0", " "
            )
        )

    def _day(self, text: str | None) -> date:
        if text in (None, "today"):
            return business_today()
        try:
            return date.fromisoformat(str(text))
        except ValueError as error:
            raise CommandError(f"{text} is not a day: write YYYY-MM-DD.") from error
