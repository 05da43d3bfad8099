"""Making a document: rendered by a job outside any transaction, then stored once with its owner row."""

from collections.abc import Callable, Mapping
from typing import Any

from django.db import models, transaction

from portal.documents.pdf import render_pdf
from portal.files.intake import store_bytes
from portal.files.models import StoredFile
from portal.jobs.models import Job
from portal.jobs.queue import About, register
from portal.ui.status import StrOrPromise


def render_once[Owner: models.Model, Made](
    owner: Owner,
    *,
    template: str,
    context: Callable[[], dict[str, Any]],
    file: Mapping[str, Any],
    there: Callable[[Owner], Made | None],
    keep: Callable[[Owner, StoredFile], Made],
) -> Made:
    """The document of `owner`, rendered and stored unless it is there. Safe to run twice, also at once.

    `there(owner)` finds the document that was made already; `context` is asked only where there is none.
    `keep(owner, stored)` writes down the one just made, with the owner row locked. `file` holds
    store_bytes()'s name, kind, person and about.
    """
    if (found := there(owner)) is not None:
        return found
    content = render_pdf(template, context())
    with transaction.atomic():
        rows = type(owner)._default_manager.select_for_update(of=("self",), no_key=True)
        locked = rows.get(pk=owner.pk)
        if (found := there(locked)) is not None:
            return found
        return keep(locked, store_bytes(content, content_type="application/pdf", actor=None, **file))


def register_render_job(
    kind: str,
    make: Callable[[Mapping[str, Any]], models.Model | None],
    words: StrOrPromise,
    about: About,
) -> None:
    """Jobs of this kind, called by these words, make a document: `make` gets the job's arguments.

    It returns the row that was stored, or None where the document is not wanted any more.
    """

    def handle(job: Job) -> dict[str, Any]:
        made = make(job.arguments)
        return {"skipped": "not wanted any more"} if made is None else {"document": made.pk}

    register(kind, handle, words, about)
