"""What follows when a submit, a look or a withdrawal of a credential is taken back, or counts again."""

from collections.abc import Iterable
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from certifications.credentials.waiting import settle_queue
from certifications.errors import NumberTaken
from certifications.models import Credential, Period, Verification
from certifications.verification.verify import NOT_CONFIRMED, VERIFIED, tell_holder
from portal.notices.models import Notice
from portal.notices.notify import settle
from portal.people.access.rights import demand_hr_for
from portal.people.errors import Conflict
from portal.people.facts.plan import Plan
from portal.people.facts.taking_back import taken_back_with
from portal.people.models import Change
from portal.ui.notation import day_year


def take_back(plan: Plan, change: Change) -> None:
    """Plan what follows: registered with the acts that take back.

    The evidence takes back itself. A credential without any term that stands is withdrawn; one whose
    withdrawal is taken back counts again; what nobody looked up waits again. Raises OwnRecord and
    NotAllowed.
    """
    ids = [row.pk for row in taken_back_with(change)]
    about = Q(withdrawn_in__in=ids) | Q(periods__inserted_in__in=ids)
    about |= Q(periods__verifications__inserted_in__in=ids)
    credentials = list(Credential.objects.filter(about).distinct().order_by("pk"))
    looks = list(Verification.objects.filter(inserted_in__in=ids))
    by: Any = plan.by
    for person_id in sorted({row.person_id for row in credentials}):
        demand_hr_for(by, person_id)
    plan.lock(row.person_id for row in credentials)
    for row in credentials:
        _refuse_taken(plan, row)
    if credentials:
        plan.then(lambda made: _settle(credentials, looks, made), words=_words(change))


def _words(change: Change) -> str:
    """What the change itself put on record besides evidence, as it will be without it."""
    for look in Verification.objects.filter(inserted_in=change).select_related("period__credential__type"):
        return _("%(credential)s: the look at the source of %(day)s never was") % {
            "credential": look.period.credential,
            "day": day_year(look.verified_on),
        }
    for period in Period.objects.filter(inserted_in=change).select_related("credential__type"):
        return _("%(credential)s: the term from %(day)s never was") % {
            "credential": period.credential,
            "day": day_year(period.issued_on),
        }
    for credential in Credential.objects.filter(withdrawn_in=change).select_related("type"):
        return _("%(credential)s counts again") % {"credential": credential}
    return ""


def _refuse_taken(plan: Plan, credential: Credential) -> None:
    """Raises Conflict where its number was sent anew since it was withdrawn."""
    if credential.withdrawn_at is None or not credential.number_key:
        return
    rivals = Period.objects.standing(without=plan.withdraws).filter(
        credential__type=credential.type_id,
        credential__jurisdiction=credential.jurisdiction,
        credential__number_key=credential.number_key,
        credential__withdrawn_at__isnull=True,
        inserted_in__isnull=False,
    )
    rival: Any = rivals.select_related("inserted_in").order_by("pk").last()
    if rival is not None:
        raise Conflict(rival.inserted_in)


def _settle(credentials: Iterable[Credential], looks: Iterable[Verification], made: Change) -> None:
    for credential in credentials:
        row = Credential.objects.select_related("withdrawn_in").get(pk=credential.pk)
        _settle_withdrawal(row, made)
        for period in credential.periods.all():
            settle_queue(period)
    stand = set(Verification.objects.standing().filter(pk__in=[row.pk for row in looks]))
    for look in looks:
        if look in stand:
            tell_holder(look)
        else:
            settle(kind=VERIFIED, key=str(look.pk), why=Notice.Why.GONE)
            settle(kind=NOT_CONFIRMED, key=str(look.pk), why=Notice.Why.GONE)


def _settle_withdrawal(credential: Credential, made: Change) -> None:
    """Withdrawn by an act that stands, or without a term that stands; else not."""
    by_act = credential.withdrawn_in is not None and credential.withdrawn_in.stands
    is_withdrawn = by_act or not credential.periods.standing().exists()
    if is_withdrawn == (credential.withdrawn_at is not None):
        return
    credential.withdrawn_at = timezone.now() if is_withdrawn else None
    credential.withdrawn_in = made if is_withdrawn else None
    try:
        with transaction.atomic():
            credential.save(update_fields=["withdrawn_at", "withdrawn_in"])
    except IntegrityError as error:
        raise NumberTaken(_("This number is on record for somebody else by now.")) from error
