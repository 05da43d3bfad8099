"""Revoking a certificate of completion."""

from functools import partial

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.audit import locks
from portal.audit.log import record
from portal.errors import NotAllowed, Refused
from portal.notices.models import Notice
from portal.notices.notify import notify, settle
from portal.people.access.viewer import Viewer
from portal.people.facts.act import act
from portal.people.facts.acting import actor_of
from portal.people.facts.plan import Plan
from portal.people.models import Change, Person
from portal.people.own_record import refuse_own_record
from portal.standing.ledger import counting, plan_void
from portal.standing.models import Evidence
from portal.ui.notation import day_year
from training.completion.complete import SOURCE
from training.models import Certificate

REVOKED = "training-revoked"
REVOCATION = ["revoked_at", "revoked_by", "revoked_reason", "revoked_in"]


def may_revoke(viewer: Viewer, person_id: int) -> bool:
    """HR within its scope, or a training author who may see the record; nobody for themselves."""
    if person_id == viewer.person.pk:
        return False
    return viewer.is_hr_for(person_id) or (viewer.has("author") and viewer.sees_standing_of(person_id))


@act("revoke", gettext_lazy("Certificate revoked"))
def revoke(plan: Plan, /, certificate: Certificate, *, reason: str, by: Viewer | None) -> Certificate:
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
    plan.lock([person_id])
    rows = Certificate.objects.select_related("completion__edition", "completion__person")
    if not plan.dry:
        rows = rows.select_for_update(of=("self",), no_key=True)
    there: Certificate = rows.get(pk=certificate.pk)
    if not there.revoked_at:
        _revoke(plan, there, reason.strip())
    return there


def _revoke(plan: Plan, certificate: Certificate, reason: str) -> None:
    person_id = certificate.completion.person_id
    plan.people.add(person_id)
    rows = Evidence.objects.filter(person=person_id, subject=f"completion:{certificate.completion_id}")
    for piece in counting(rows).pieces:
        plan_void(plan, piece, source_kind=SOURCE)
    words = _("The certificate of “%(title)s”, issued %(day)s, says “revoked”; %(name)s is told") % {
        "title": certificate.completion.edition.title,
        "day": day_year(certificate.issued_on),
        "name": certificate.completion.person,
    }
    plan.also(partial(mark_revoked, certificate, actor=plan.made_by, reason=reason), words=words)


def mark_revoked(certificate: Certificate, change: Change, *, actor: Person | None, reason: str) -> None:
    """The certificate says revoked, by the change that took its evidence; the holder is told."""
    certificate.revoked_at, certificate.revoked_by = timezone.now(), actor
    certificate.revoked_reason, certificate.revoked_in = reason, change
    certificate.save(update_fields=REVOCATION)
    record("training.certificate.revoked", certificate, actor=actor, reason=reason)
    _tell(certificate)


def clear_revoked(certificate: Certificate, *, actor: Person | None, reason: str) -> None:
    """What revoked it was taken back: it is in force again."""
    certificate.revoked_at = certificate.revoked_by = certificate.revoked_in = None
    certificate.revoked_reason = ""
    with locks.opened(reason or _("What revoked it was taken back."), actor=actor):
        certificate.save(update_fields=REVOCATION)
    record("training.certificate.restored", certificate, actor=actor, reason=reason)
    settle(kind=REVOKED, key=str(certificate.pk), why=Notice.Why.GONE)


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
