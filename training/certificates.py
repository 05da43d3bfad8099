"""Certificates of completion: the PDF, the public check, revoking."""

import re
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
from portal.limits import within_limit
from portal.notices.owing import owe
from portal.pdf import render_pdf
from portal.people.access import Viewer
from portal.people.models import Person
from portal.qr import qr_data_uri
from portal.standing.models import Evidence
from portal.standing.recording import void_evidence
from training.completing import SOURCE
from training.models import Certificate

FILE_KIND = "certificate"
REVOKED = "training-revoked"
# A person with a paper in hand checks a handful; guessing 80 bits is hopeless at any rate.
CHECKS_PER_MINUTE = 30
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


def code_from(typed: str) -> str:
    """A code as it is stored, from what somebody read off paper: any case, any grouping, O for 0, I or L for 1."""
    letters = re.sub(r"[^0-9A-Z]", "", typed.upper())
    return letters.translate(str.maketrans("OIL", "011"))


def certificate_of(code: str) -> Certificate | None:
    rows = Certificate.objects.select_related("completion__edition")
    found: Certificate | None = rows.filter(code=code_from(code)).first()
    return found


def is_superseded(certificate: Certificate) -> bool:
    """A later completion of the same course stands in its place."""
    later = Certificate.objects.filter(
        completion__person_id=certificate.completion.person_id,
        completion__edition__course_id=certificate.completion.edition.course_id,
        revoked_at__isnull=True,
        issued_on__gte=certificate.issued_on,
        pk__gt=certificate.pk,
    )
    return later.exists()


def may_check(address: str) -> bool:
    """At most so many checks a minute from one address."""
    return within_limit("training:verify", address, times=CHECKS_PER_MINUTE, seconds=60)


# ---- who may ----------------------------------------------------------------------------------


def file_is_readable(viewer: Viewer, stored: StoredFile) -> bool:
    """The holder, the own line, HR and auditors within their scope."""
    return stored.person_id is not None and viewer.sees_standing_of(stored.person_id)


def may_revoke(viewer: Viewer, person_id: int) -> bool:
    """HR within its scope, or a training author who may see the record; nobody for themselves."""
    if person_id == viewer.person.pk:
        return False
    return viewer.is_hr_for(person_id) or (viewer.has("author") and viewer.sees_standing_of(person_id))


# ---- revoking ---------------------------------------------------------------------------------


@transaction.atomic
def revoke(certificate: Certificate, *, reason: str, actor: Person) -> Certificate:
    """The completion should not have counted: the certificate says revoked, the evidence is withdrawn.

    Raises NotAllowed for one's own, Refused without a reason. Revoked twice is revoked once.
    """
    if actor.pk == certificate.completion.person_id:
        raise NotAllowed(_("Nobody revokes their own certificate."))
    if not reason.strip():
        raise Refused(_("Say why it is revoked."), field="reason")
    rows = Certificate.objects.select_for_update(of=("self",)).select_related("completion__edition")
    certificate = rows.get(pk=certificate.pk)
    if certificate.revoked_at:
        return certificate
    source = str(certificate.completion_id)
    for piece in Evidence.objects.filter(source_kind=SOURCE, source_id=source, kind=Evidence.Kind.PIECE):
        void_evidence(
            piece, note=reason.strip(), actor=actor, source_kind=SOURCE, source_id=f"{source}:revoked"
        )
    certificate.revoked_at, certificate.revoked_by = timezone.now(), actor
    certificate.revoked_reason = reason.strip()
    certificate.save(update_fields=["revoked_at", "revoked_by", "revoked_reason"])
    record("training.certificate.revoked", certificate, actor=actor, reason=reason.strip())
    _tell(certificate)
    return certificate


def _tell(certificate: Certificate) -> None:
    person = certificate.completion.person
    owe(
        person,
        kind=REVOKED,
        key=str(certificate.pk),
        subject=_("A certificate of yours was revoked"),
        body=_("“%(title)s” no longer counts. Take the course again, or speak with HR.")
        % {"title": certificate.completion.edition.title},
        url=reverse("training:mine"),
        action=_("Open training"),
        about=person,
    )
