"""The rounds beside the one that counts: how each ended, and its document."""

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from evaluations.models import Document, Evaluation, Round
from portal.ui.notation import day


@dataclass(frozen=True)
class OtherRound:
    """A round that is over and does not count any more."""

    round: Round
    document: Document | None
    on: date

    @property
    def title(self) -> str:
        return _("Round %(number)d") % {"number": self.round.number}

    @property
    def words(self) -> str:
        """Acknowledged, Nov 3, 2026."""
        return f"{self.round.get_ending_display()}, {day(self.round.ended_at, self.on)}"


def other_rounds(evaluation: Evaluation, on: date) -> list[OtherRound]:
    """In order. Two queries."""
    documents = {row.number: row for row in evaluation.documents.select_related("file")}
    rows = evaluation.rounds.filter(ended_at__isnull=False).exclude(number=evaluation.round)
    return [OtherRound(row, documents.get(row.number), on) for row in rows]
