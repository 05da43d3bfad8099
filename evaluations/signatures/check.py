"""Are the signatures still true? Everything that was signed is compared with its hash and with the rows."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from evaluations.models import Evaluation, Part, Signature, SignedContent
from evaluations.signatures.content import part_as_plain
from portal.hashing import canonical_sha256
from portal.texts import fitted

Meaning = Signature.Meaning
Kind = SignedContent.Kind

KINDS = {Meaning.SELF: Kind.SELF, Meaning.SUPERVISOR: Kind.EVALUATION}


def differences() -> Iterator[str]:
    """One sentence for each signature or part that does not hold; none, ever. Reads a hundred evaluations at once."""
    rows = Evaluation.objects.filter(signatures__isnull=False).distinct().order_by("pk")
    rows = rows.prefetch_related("signatures__content", "parts__answers")
    for evaluation in rows.iterator(chunk_size=100):
        yield from _of(evaluation)
    for part in Part.objects.filter(submitted_at__isnull=False, evaluation__signatures__isnull=True):
        yield f"{part.evaluation.code}: a part was signed without a signature."


def _of(evaluation: Evaluation) -> Iterator[str]:
    by_round: dict[int, dict[str, Signature]] = defaultdict(dict)
    for signature in evaluation.signatures.all():
        by_round[signature.round][signature.meaning] = signature
        for words in _content(evaluation, signature):
            yield f"{evaluation.code}, round {signature.round}, {signature.meaning}: {words}"
    for number, found in by_round.items():
        for words in _ending(found):
            yield f"{evaluation.code}, round {number}: {words}"
    for words in _parts(evaluation, by_round):
        yield f"{evaluation.code}: {words}"


def _content(evaluation: Evaluation, signature: Signature) -> Iterator[str]:
    """What one signature points at."""
    kept = signature.content
    if not kept.is_true:
        yield "the text is not the one that was hashed."
        return
    data = kept.data
    if kept.evaluation_id != evaluation.pk or data["evaluation"]["code"] != evaluation.code:
        yield "it points at the content of another evaluation."
    if kept.kind != KINDS.get(Meaning(signature.meaning), Kind.ENDING) or data["kind"] != kept.kind:
        yield "it points at content of another kind."
    if data["evaluation"]["round"] != signature.round:
        yield "it points at the content of another round."
    if "form" in data and canonical_sha256(data["form"]) != evaluation.form_sha256:
        yield "the form is not the one that was launched."


def _ending(found: dict[str, Signature]) -> Iterator[str]:
    """Who received something received what the supervisor signed."""
    for meaning, signature in found.items():
        if meaning in KINDS:
            continue
        data = signature.content.data
        if Meaning.SUPERVISOR not in found:
            yield f"{meaning}: nothing was shared."
        elif data["shared"] != found[Meaning.SUPERVISOR].content.sha256:
            yield f"{meaning}: something else was received than was signed."
        if (data["comment"], fitted(data["witness"], 200)) != (signature.comment, signature.witness_name):
            yield f"{meaning}: the comment is not the one that was signed."


def _parts(evaluation: Evaluation, by_round: dict[int, dict[str, Signature]]) -> Iterator[str]:
    """A part that was submitted stands as it was signed."""
    for part in evaluation.parts.all():
        if part.submitted_at is None:
            continue
        signature = by_round[part.round].get(part.role)
        if signature is None:
            yield f"the {part.role} part of round {part.round} has no signature."
        elif part_as_plain(part) != _signed_part(signature):
            yield f"the {part.role} part of round {part.round} is not what was signed."


def _signed_part(signature: Signature) -> dict[str, Any]:
    data = signature.content.data
    kept = data if signature.meaning == Meaning.SELF else data["supervisor"]
    return {"answers": kept["answers"], "overall": kept["overall"]}
