"""Evaluations, and what the documents say that were made in the worker."""

import io
from collections.abc import Iterator

from pypdf import PdfReader

from evaluations.models import Document, Evaluation
from evaluations.workflow.waiting import waiting_for
from portal.files.models import StoredFile
from portal.people.access.viewer import Viewer
from tests.scenarios import kinds
from tests.scenarios.errors import Impossible
from tests.scenarios.expectations.compare import Difference, differences, text_differences
from tests.scenarios.expectations.words import outside
from tests.scenarios.language import Step, expectation
from tests.scenarios.world import World
from training.completion.check import find_certificate
from training.learning.my_training import completions_of
from training.models import Certificate, Completion


@expectation(
    "evaluation",
    {
        "what": kinds.made_by("launch"),
        "state?": kinds.one_of(*Evaluation.State.values),
        "waits_for?": kinds.or_null(kinds.person),
    },
)
def evaluation(world: World, step: Step) -> Iterator[Difference]:
    row: Evaluation = world.labelled(step["what"]).row()
    yield from differences(step, state=row.state)
    waiting = [key for key in world.people if _has_to_act(world, key, row, step)]
    wanted = [step["waits_for"]] if step.get("waits_for") else []
    if "waits_for" in step and waiting != wanted:
        yield f"waits_for: {', '.join(wanted) or 'nobody'}", f"waits_for: {', '.join(waiting) or 'nobody'}"


def _has_to_act(world: World, key: str, row: Evaluation, step: Step) -> bool:
    return any(found.evaluation.pk == row.pk for found in waiting_for(Viewer(world.person(key), step.on)))


@expectation("completion", {"what": kinds.made_by("complete"), "counts": kinds.flag, "check": kinds.word})
def completion(world: World, step: Step) -> Iterator[Difference]:
    """Whether pages show the course as done, and the word of the certificate's public check."""
    row: Completion = world.labelled(step["what"]).row()
    counts = completions_of(row.person).counting().filter(pk=row.pk).exists()
    found = find_certificate(Certificate.objects.get(completion=row).code, step.on)
    return differences(step, counts=counts, check=found.word if found else "")


@expectation(
    "document",
    {
        "what": kinds.made_by("launch", "complete"),
        "round?": kinds.count,
        "says?": kinds.word,
        "says_not?": kinds.word,
        "words_inside_page?": kinds.yes,
    },
)
def document(world: World, step: Step) -> Iterator[Difference]:
    stored = _stored(world.labelled(step["what"]).row(), step.get("round"))
    with stored.content.open("rb") as file:
        pages = PdfReader(io.BytesIO(file.read())).pages
    yield from text_differences(step, ["\n".join(page.extract_text() for page in pages)])
    if "words_inside_page" in step and (words := [word for page in pages for word in outside(page)]):
        yield "every word inside the page", f"outside: {', '.join(words[:5])}"


def _stored(row: Evaluation | Completion, number: int | None) -> StoredFile:
    """The file of a round (none said: of the latest), or of a certificate, which has one."""
    if isinstance(row, Completion):
        file = Certificate.objects.get(completion=row).file
    else:
        rows = Document.objects.filter(evaluation=row).order_by("-number")
        found = rows.filter(number=number).first() if number is not None else rows.first()
        file = found.file if found else None
    if file is None:
        raise Impossible(f"no document of round {number}" if number else "no document")
    return file
