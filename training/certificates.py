"""Certificates of completion: the PDF, the public check, revoking."""

from typing import Any

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.audit.log import record
from portal.errors import NotAllowed, Refused
from portal.files.intake import store_bytes
from portal.files.models import StoredFile
from portal.jobs.models import Job
from portal.pdf import render_pdf
from portal.people.access import Viewer
from portal.people.models import Person
from portal.qr import qr_data_uri
from portal.standing.models import Evidence
from portal.standing.recording import void_evidence
from training.learning import SOURCE
from training.models import Certificate

FILE_KIND = "certificate"


def certificate_job(job: Job) -> dict[str, Any]:
    """The job's handler: a certificate has one file, however often this runs."""
    certificate = Certificate.objects.select_related("completion__edition", "completion__person").get(
        pk=job.arguments["certificate"]
    )
    if certificate.file_id:
        return {"skipped": "there already"}
    content = render_pdf("pdf/certificate.html", context_of(certificate))
    with transaction.atomic():
        locked = Certificate.objects.select_for_update().get(pk=certificate.pk)
        if locked.file_id:
            return {"skipped": "there already"}
        stored = store_bytes(
            content,
            name=f"certificate-{certificate.completion.edition.course.code}-{certificate.issued_on:%Y}.pdf",
            content_type="application/pdf",
            kind=FILE_KIND,
            person=certificate.completion.person,
            about=str(certificate.pk),
            actor=None,
        )
        Certificate.objects.filter(pk=certificate.pk).update(file=stored)
    return {"file": stored.pk}


def context_of(certificate: Certificate) -> dict[str, Any]:
    """Everything the certificate shows. No clock: the same certificate gives the same bytes."""
    completion = certificate.completion
    address = verify_url(certificate.code)
    return {
        "organization": settings.ORGANIZATION_NAME,
        "certificate": certificate,
        "completion": completion,
        "edition": completion.edition,
        "code": certificate.code,
        "qr": qr_data_uri(address),
        "verify_url": address,
    }


def verify_url(code: str) -> str:
    return settings.SITE_URL + reverse("training:verify", args=[code])


def is_superseded(certificate: Certificate) -> bool:
    """A later completion of the same course stands in its place."""
    later = Certificate.objects.filter(
        completion__person_id=certificate.completion.person_id,
        completion__edition__course_id=certificate.completion.edition.course_id,
        pk__gt=certificate.pk,
        revoked_at__isnull=True,
    )
    return later.exists()


def file_is_readable(viewer: Viewer, stored: StoredFile) -> bool:
    return stored.person_id is not None and viewer.sees_standing_of(stored.person_id)


@transaction.atomic
def revoke(certificate: Certificate, *, reason: str, actor: Person) -> Certificate:
    """The completion should not have counted: the certificate says revoked, the evidence is withdrawn.

    Raises NotAllowed for one's own, Refused without a reason.
    """
    if actor.pk == certificate.completion.person_id:
        raise NotAllowed(_("Nobody revokes their own certificate."))
    if not reason.strip():
        raise Refused(_("Say why it is revoked."), field="reason")
    certificate = Certificate.objects.select_for_update().get(pk=certificate.pk)
    if certificate.revoked_at:
        return certificate
    piece = Evidence.objects.filter(source_kind=SOURCE, source_id=str(certificate.completion_id)).first()
    if piece:
        void_evidence(
            piece, note=reason, actor=actor, source_kind=SOURCE, source_id=f"{certificate.completion_id}:revoked"
        )
    certificate.revoked_at, certificate.revoked_by = timezone.now(), actor
    certificate.revoked_reason = reason.strip()
    certificate.save(update_fields=["revoked_at", "revoked_by", "revoked_reason"])
    record("training.certificate.revoked", certificate, actor=actor, reason=reason)
    return certificate
