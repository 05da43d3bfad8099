"""Who may see an evaluation, and which part of it while it is open."""

from django.http import Http404

from evaluations.models import Evaluation, Part
from evaluations.ratings.answer import missing
from evaluations.workflow.raters import rates
from portal.people.access.viewer import Viewer


def get_evaluation_for(viewer: Viewer, code: str) -> Evaluation:
    """The evaluation, with its parts. A stranger learns nothing: Http404."""
    rows = Evaluation.objects.visible_to(viewer).select_related("person", "template")
    row: Evaluation | None = rows.prefetch_related("parts__rater").filter(code=code).first()
    if row is None:
        raise Http404
    return row


def reads_words(viewer: Viewer, evaluation: Evaluation) -> bool:
    """May the viewer read what the evaluation says, or only that it exists, where it stands and when?"""
    return Evaluation.objects.readable_by(viewer).filter(pk=evaluation.pk).exists()


def sees_part(viewer: Viewer, evaluation: Evaluation, part: Part) -> bool:
    """Who rates sees what is written in the part; others who may read it see it once it is signed.

    The supervisor's rating opens to others when it is shared. The self-evaluation opens when it
    is submitted, or, where the form says so, only after the supervisor's ratings are complete.
    """
    if rates(viewer, part):
        return True
    if not reads_words(viewer, evaluation):
        return False
    if part.role == Part.Role.SUPERVISOR:
        return part.submitted_at is not None
    if part.submitted_at is None:
        return False
    if evaluation.self_hidden_until_rated and evaluation.shared_at is None:
        return _all_rated(evaluation)
    return True


def _all_rated(evaluation: Evaluation) -> bool:
    part = evaluation.parts.current().get(role=Part.Role.SUPERVISOR)
    return not any(True for _lack in missing(part))
