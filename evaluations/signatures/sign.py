"""Signing: what the signer saw is kept, and the signature points at it."""

from typing import Any

from django.utils.translation import gettext as _

from evaluations.models import Evaluation, Signature, SignedContent
from portal.hashing import canonical_text, text_sha256
from portal.people.access.viewer import Viewer
from portal.people.models import Person
from portal.people.organization.primary import title_on
from portal.texts import fitted


def sign(
    evaluation: Evaluation,
    meaning: str,
    content: dict[str, Any],
    *,
    by: Viewer,
    comment: str = "",
    witness: Person | None = None,
) -> Signature:
    """Keep the content and sign it, in the present round. Called with the evaluation locked."""
    text = canonical_text(content)
    kept = SignedContent.objects.create(
        evaluation=evaluation, kind=content["kind"], text=text, sha256=text_sha256(text)
    )
    return Signature.objects.create(
        evaluation=evaluation,
        round=evaluation.round,
        meaning=meaning,
        signer=by.person,
        name=fitted(by.person.get_full_name(), 200),
        title=title_on(by.person.pk, by.on),
        method=_("Signed in to Preceptor"),
        comment=comment,
        witness=witness,
        witness_name=fitted(witness.get_full_name(), 200) if witness else "",
        content=kept,
        signed_on=by.on,
    )


def signed(evaluation: Evaluation, meaning: str, *, number: int) -> SignedContent | None:
    """What was signed with this meaning in the round; the self-evaluation is that of the first."""
    rows = Signature.objects.filter(evaluation=evaluation, meaning=meaning)
    if meaning != Signature.Meaning.SELF:
        rows = rows.filter(round=number)
    row = rows.select_related("content").first()
    return row.content if row else None


def signatures_of(evaluation: Evaluation, number: int) -> list[Signature]:
    """Those that the round rests on, in the order they were made.

    Its own, and that of the self-evaluation, where what was shared holds one.
    """
    rows = Signature.objects.filter(evaluation=evaluation, round__lte=number).select_related("content")
    found = [row for row in rows if row.round == number or row.meaning == Signature.Meaning.SELF]
    return sorted(found, key=lambda row: (row.signed_at, row.pk))
