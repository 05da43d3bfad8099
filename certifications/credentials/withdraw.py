"""Withdrawing a credential entered by mistake."""

from functools import partial

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from certifications.credentials.evidence import evidence_of_all
from certifications.credentials.submit import SOURCE
from certifications.credentials.waiting import TO_VERIFY
from certifications.models import Credential
from portal.audit.log import record
from portal.errors import Refused, Stale
from portal.notices.notify import settle
from portal.people.access.rights import demand_hr_for
from portal.people.access.viewer import Viewer
from portal.people.facts.act import act
from portal.people.facts.plan import Plan
from portal.people.models import Change
from portal.standing.ledger import plan_void


@act("withdraw-credential", gettext_lazy("Credential withdrawn"))
def withdraw_credential(
    plan: Plan, /, credential: Credential, *, reason: str, by: Viewer | None
) -> Credential:
    """Entered by mistake: what it was evidence for never was; the rows stay.

    Raises OwnRecord, NotAllowed unless HR for the person, Refused without a reason, Stale when
    somebody withdrew it first.
    """
    demand_hr_for(by, credential.person_id, _("Nobody withdraws their own credential. Ask HR."))
    if not reason.strip():
        raise Refused(_("Say why it is withdrawn."), field="reason")
    plan.lock([credential.person_id])
    plan.people.add(credential.person_id)
    rows = Credential.objects.select_related("type")
    if not plan.dry:
        rows = rows.select_for_update(of=("self",), no_key=True)
    there: Credential = rows.get(pk=credential.pk)
    if there.withdrawn_at:
        raise Stale(_("Somebody withdrew this credential meanwhile."))
    for piece in evidence_of_all(there).pieces:
        plan_void(plan, piece, source_kind=SOURCE)
    plan.also(partial(_withdraw, there, reason), words=_words(there))
    return there


def _words(credential: Credential) -> str:
    what = f"{credential}, {credential.number}".removesuffix(", ")
    return _("%(credential)s is withdrawn, with all its terms") % {"credential": what}


def _withdraw(credential: Credential, reason: str, change: Change) -> None:
    for period in credential.periods.all():
        settle(kind=TO_VERIFY, key=str(period.pk))
    credential.withdrawn_at, credential.withdrawn_in = timezone.now(), change
    credential.save(update_fields=["withdrawn_at", "withdrawn_in"])
    record("certifications.credential.withdrawn", credential, actor=change.made_by, reason=reason)
