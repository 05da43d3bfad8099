"""What the public check tells of a printed evaluation."""

from datetime import date

from django.utils import timezone
from django.utils.translation import gettext as _

from evaluations.models import Document, Evaluation, Round
from portal.documents.check import Fact, Finding


def find_document(code: str, on: date) -> Finding | None:
    """When its round was closed, and whether a later document takes its place. No name, no rating."""
    document = Document.objects.filter(code=code).select_related("evaluation").first()
    if document is None:
        return None
    facts = (_ended(document),)
    if is_superseded(document):
        words = _("It was issued here. The evaluation was reopened: a later document takes its place.")
        return Finding(document.code, words, "not_required", _("Superseded"), facts)
    return Finding(document.code, _("It was issued here and is in force."), "met", _("In force"), facts)


def is_superseded(document: Document) -> bool:
    """The evaluation is open again, or was closed again in a later round."""
    evaluation = document.evaluation
    return bool(evaluation.state != Evaluation.State.CLOSED or evaluation.round != document.number)


def _ended(document: Document) -> Fact:
    """When the round was closed, or taken back for a correction."""
    row = Round.objects.get(evaluation_id=document.evaluation_id, number=document.number)
    label = _("Taken back on") if row.ending == Round.Ending.CORRECTED else _("Closed on")
    return Fact(label, day=timezone.localdate(row.ended_at))
