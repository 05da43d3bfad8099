"""Revoking a certificate of completion."""

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.audit.log import record
from portal.errors import NotAllowed, Refused
from portal.notices.notify import notify
from portal.people.access.rights import actor_of
from portal.people.access.viewer import Viewer
from portal.people.own_record import refuse_own_record
from portal.standing.evidence import void_evidence
from portal.standing.models import Evidence
from training.completion.complete import SOURCE
from training.models import Certificate

REVOKED = "training-revoked"


def may_revoke(viewer: Viewer, person_id: int) -> bool:
    """HR within its scope, or a training author who may see the record; nobody for themselves."""
    if person_id == viewer.person.pk:
        return False
    return viewer.is_hr_for(person_id) or (viewer.has("author") and viewer.sees_standing_of(person_id))


@transaction.atomic
def revoke(certificate: Certificate, *, reason: str, by: Viewer | None) -> Certificate:
    """The completion should not have counted: the certificate says revoked, the evidence is withdrawn.

    Raises OwnRecord for one's own, NotAllowed for who may not, Refused without a reason. Revoked twice
    is revoked once.
    """
    actor, person_id = actor_of(by), certificate.completion.person_id
    refuse_own_record(actor, person_id, _("Nobody revokes their own certificate."))
    if by is not None and not may_revoke(by, person_id):
        raise NotAllowed(_("Only HR of this person, or an author who sees the record, revokes it."))
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
    notify(
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
