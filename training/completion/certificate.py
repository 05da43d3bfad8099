"""Certificates of completion: the PDF, made by a job."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from portal.documents.check import printed_check
from portal.documents.render import render_once
from portal.files.models import StoredFile
from portal.jobs.models import Job
from portal.texts import width_of
from training.models import Certificate

FILE_KIND = "certificate"
# Letters that fit in one and in two lines of the certificate; beyond them it is set smaller, and smaller again.
LONG_NAME, LONG_TITLE = 36, 90
VERY_LONG_NAME, VERY_LONG_TITLE = 70, 160


def make_certificate(arguments: Mapping[str, Any]) -> StoredFile:
    """The job's work: a certificate has one file, however often this runs."""
    rows = Certificate.objects.select_related(
        "completion__edition__course", "completion__person", "completion__sitting"
    )
    certificate = rows.get(pk=arguments["certificate"])
    course = certificate.completion.edition.content["code"]
    return render_once(
        certificate,
        template="pdf/certificate.html",
        context=lambda: context_of(certificate),
        file={
            "name": f"certificate-{course}-{certificate.issued_on}.pdf",
            "kind": FILE_KIND,
            "person": certificate.completion.person,
            "about": str(certificate.pk),
        },
        there=lambda row: row.file,
        keep=_keep,
    )


def about(jobs: Sequence[Job]) -> dict[int, str]:
    """Whose certificate each is to make, of which course."""
    ids = {job.pk: job.arguments.get("certificate") for job in jobs}
    rows = Certificate.objects.select_related("completion__edition").in_bulk(list(ids.values()))
    words = {pk: f"{row.name}, {row.completion.edition.title}" for pk, row in rows.items()}
    return {pk: words.get(certificate, "") for pk, certificate in ids.items()}


def _keep(certificate: Certificate, stored: StoredFile) -> StoredFile:
    certificate.file = stored
    certificate.save(update_fields=["file"])
    return stored


def context_of(certificate: Certificate) -> dict[str, Any]:
    """Everything the certificate shows. No clock: the same certificate gives the same bytes."""
    completion = certificate.completion
    edition = completion.edition
    asked = len(edition.assessment["questions"]) if edition.assessment else 0
    right = completion.sitting.answers.filter(right=True).count() if completion.sitting else 0
    return {
        "certificate": certificate,
        "document_title": _("Certificate of completion: %(title)s, %(name)s")
        % {"title": edition.title, "name": certificate.name},
        "completion": completion,
        "edition": edition,
        **sizes_for(certificate.name, edition.title),
        "provider": edition.content.get("provider", ""),
        "asked": asked,
        "right": right,
        "check": printed_check(certificate.code),
    }


def sizes_for(name: str, title: str) -> dict[str, bool]:
    """Whether a certificate must be set smaller to stay one page."""
    wide, long = width_of(name), width_of(title)
    return {
        "is_long": wide > LONG_NAME or long > LONG_TITLE,
        "is_very_long": wide > VERY_LONG_NAME or long > VERY_LONG_TITLE,
    }
