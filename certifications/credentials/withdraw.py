"""Withdrawing a credential entered by mistake."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from certifications.credentials.evidence import evidence_of_all
from certifications.credentials.submit import SOURCE
from certifications.credentials.waiting import TO_VERIFY
from certifications.models import Credential
from portal.audit.log import record
from portal.errors import Refused, Stale
from portal.notices.notify import settle
from portal.people.access.rights import demand_hr_for
from portal.people.access.viewer import Viewer
from portal.people.facts.act import one_change
from portal.people.facts.acting import actor_of
from portal.standing.evidence import void_evidence


@transaction.atomic
def withdraw_credential(credential: Credential, *, reason: str, by: Viewer | None) -> Credential:
    """Entered by mistake: what it was evidence for never was; the rows stay.

    Raises OwnRecord, NotAllowed unless HR for the person, Refused without a reason, Stale when
    somebody withdrew it first.
    """
    demand_hr_for(by, credential.person_id, _("Nobody withdraws their own credential. Ask HR."))
    actor = actor_of(by)
    if not reason.strip():
        raise Refused(_("Say why it is withdrawn."), field="reason")
    with one_change("withdraw-credential", by=by, reason=reason) as plan:
        plan.lock([credential.person_id])
        plan.people.add(credential.person_id)
        credential = Credential.objects.select_for_update(no_key=True).get(pk=credential.pk)
        if credential.withdrawn_at:
            raise Stale(_("Somebody withdrew this credential meanwhile."))
        change = plan.open()
        for piece in evidence_of_all(credential).pieces:
            source = f"withdrawn:{piece.pk}:{change.pk}"
            void_evidence(piece, note=reason, actor=actor, source_kind=SOURCE, source_id=source)
        for period in credential.periods.all():
            settle(kind=TO_VERIFY, key=str(period.pk))
        credential.withdrawn_at, credential.withdrawn_in = timezone.now(), change
        credential.save(update_fields=["withdrawn_at", "withdrawn_in"])
        record("certifications.credential.withdrawn", credential, actor=actor, reason=reason)
    return credential
