"""Writing answers: saved as they come, incomplete or not; refused once submitted or closed."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from evaluations.errors import ChangedElsewhere, Closed
from evaluations.forms.schema import Content, Item, items_for, points
from evaluations.models import Answer, Evaluation, Part
from evaluations.ratings.scoring import overall
from portal.errors import NotAllowed, Refused
from portal.people.access.viewer import Viewer

TEXT_MAX = 8000


@dataclass(frozen=True, slots=True)
class Given:
    """What somebody gave for one item."""

    rating: int | None = None
    not_applicable: bool = False
    text: str = ""


@transaction.atomic
def save_answers(part: Part, given: Mapping[str, Given], *, by: Viewer, revision: int | None) -> Part:
    """Save what was given; items not named stay as they are. Returns the part with its new revision.

    Raises NotAllowed for anybody but the rater, and for one who has left; Closed after submitting,
    ChangedElsewhere when another window saved since `revision`, Refused for a rating off the scale.
    """
    # The part alone: a move holds the evaluation already while it waits for the part.
    parts = Part.objects.select_for_update(of=("self",), no_key=True).select_related("evaluation")
    part = parts.get(pk=part.pk)
    if part.rater_id != by.person.pk or not by.is_employed:
        raise NotAllowed(_("Only the rater writes here."))
    if not is_open(part):
        raise Closed(
            _("This part was signed and is closed. Your text was not added; copy it if you need it.")
        )
    if revision is not None and revision != part.revision:
        raise ChangedElsewhere(
            _("This form was saved from another window. Reload to see it; copy your text first.")
        )
    rows = {row.item: row for row in part.answers.all()}
    changed = []
    for item in items_for(part.evaluation.form, part.role):
        answer = given.get(item["id"])
        if answer is not None and _apply(rows[item["id"]], answer, item, part.evaluation):
            changed.append(rows[item["id"]])
    if changed:
        now = timezone.now()
        for row in changed:
            row.saved_at = now
        Answer.objects.bulk_update(changed, ["rating", "not_applicable", "text", "saved_at"])
        part.revision += 1
        part.overall = overall_of(part, rows)
        part.save(update_fields=["revision", "overall"])
    return part


def is_open(part: Part) -> bool:
    """May the rater still write? The supervisor may begin while the self-evaluation is open."""
    state = part.evaluation.state
    if part.closed_at or part.submitted_at:
        return False
    if part.role == Part.Role.SELF:
        return bool(state == Evaluation.State.SELF)
    return state in (Evaluation.State.SELF, Evaluation.State.RATING)


def overall_of(part: Part, rows: Mapping[str, Answer]) -> Decimal | None:
    ratings = {row.item: row.rating for row in rows.values() if row.rating is not None}
    return overall(part.evaluation.form, ratings)


def _apply(row: Answer, given: Given, item: Item, evaluation: Evaluation) -> bool:
    """Put the answer into the row; True if anything changed."""
    if not _on_scale(given, item, evaluation.form):
        raise Refused(_("That rating is not on the scale."), field=f"rating-{item['id']}")
    if len(given.text) > TEXT_MAX:
        raise Refused(
            _("This text is longer than %(count)d characters.") % {"count": TEXT_MAX},
            field=f"text-{item['id']}",
        )
    rating = None if given.not_applicable else given.rating
    was = (row.rating, row.not_applicable, row.text)
    row.rating, row.not_applicable, row.text = rating, given.not_applicable, given.text
    return was != (rating, given.not_applicable, given.text)


def _on_scale(given: Given, item: Item, form: Content) -> bool:
    """A text takes no rating; "does not apply" is a rating only where the scale has it."""
    if given.not_applicable and not (item["kind"] == "rating" and form["scale"].get("allow_na")):
        return False
    allowed = {point["value"] for point in points(form)} if item["kind"] == "rating" else set()
    return given.rating is None or given.rating in allowed


def missing(part: Part) -> Iterator[tuple[str, str, str]]:
    """What the part lacks before it can be signed: (item id, its title, what to do)."""
    rows = {row.item: row for row in part.answers.all()}
    for item in items_for(part.evaluation.form, part.role):
        if words := _lacks(item, rows[item["id"]], part.role):
            yield item["id"], item["title"], words


def _lacks(item: Item, row: Answer, role: str) -> str:
    if item["kind"] == "text":
        if item.get("required") and not row.text.strip():
            return _("Write a few words.")
        return ""
    if row.rating is None and not row.not_applicable:
        return _("Choose a rating.")
    needs = role == Part.Role.SUPERVISOR and row.rating in item.get("comment_required_at", ())
    if needs and not row.text.strip():
        return _("Say what you saw, with an example.")
    return ""
