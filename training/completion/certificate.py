"""Certificates of completion: the PDF, the public check, revoking."""

from typing import Any

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from portal.documents.pdf import render_pdf
from portal.documents.qr import qr_data_uri
from portal.files.intake import store_bytes
from portal.files.models import StoredFile
from portal.jobs.models import Job
from portal.people.access.viewer import Viewer
from training.models import Certificate

FILE_KIND = "certificate"
# Letters that fit in one and in two lines of the certificate; beyond them it is set smaller.
LONG_NAME, LONG_TITLE = 36, 90


# ---- the PDF ----------------------------------------------------------------------------------


def certificate_job(job: Job) -> dict[str, Any]:
    """The job's handler: a certificate has one file, however often this runs."""
    rows = Certificate.objects.select_related(
        "completion__edition__course", "completion__person", "completion__sitting"
    )
    certificate = rows.get(pk=job.arguments["certificate"])
    if certificate.file_id:
        return {"skipped": "there already"}
    content = render_pdf("pdf/certificate.html", context_of(certificate))
    with transaction.atomic():
        locked = Certificate.objects.select_for_update().get(pk=certificate.pk)
        if locked.file_id:
            return {"skipped": "there already"}
        locked.file = store_bytes(
            content,
            name=f"certificate-{certificate.completion.edition.content['code']}-{certificate.issued_on}.pdf",
            content_type="application/pdf",
            kind=FILE_KIND,
            person=certificate.completion.person,
            about=str(certificate.pk),
            actor=None,
        )
        locked.save(update_fields=["file"])
    return {"file": locked.file_id}


def context_of(certificate: Certificate) -> dict[str, Any]:
    """Everything the certificate shows. No clock: the same certificate gives the same bytes."""
    completion = certificate.completion
    edition = completion.edition
    asked = len(edition.assessment["questions"]) if edition.assessment else 0
    right = completion.sitting.answers.filter(right=True).count() if completion.sitting else 0
    address = verify_url(certificate.code)
    return {
        "certificate": certificate,
        "document_title": _("Certificate of completion: %(title)s, %(name)s")
        % {"title": edition.title, "name": certificate.name},
        "completion": completion,
        "edition": edition,
        "is_long": len(certificate.name) > LONG_NAME or len(edition.title) > LONG_TITLE,
        "provider": edition.content.get("provider", ""),
        "asked": asked,
        "right": right,
        "qr": qr_data_uri(address),
        "verify_address": verify_url("").split("://")[-1].rstrip("/"),
    }


def verify_url(code: str) -> str:
    """The public address of a certificate; without a code, of the page that asks for one."""
    path = reverse("training:verify", args=[code]) if code else reverse("training:verify_form")
    return settings.SITE_URL + path


# ---- the public check -------------------------------------------------------------------------


# ---- who may ----------------------------------------------------------------------------------


def file_is_readable(viewer: Viewer, stored: StoredFile) -> bool:
    """The holder, the own line, HR and auditors within their scope."""
    return stored.person_id is not None and viewer.sees_standing_of(stored.person_id)


# ---- revoking ---------------------------------------------------------------------------------
