"""What HR has to look up: terms nobody asked the source about, and what the source knows no longer."""

from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from certifications.models import Period, Verification
from portal.notices.models import Notice
from portal.notices.notify import notify, settle
from portal.prepared import prepared

TO_VERIFY = "certifications-to-verify"
# For a course card the card is the proof; everything else is asked at its source.
AT_THE_SOURCE = ~Q(method=Verification.Method.CARD) | Q(period__credential__type__kind="card")
NOT_FOUND = Q(result=Verification.Result.NOT_FOUND)


def waiting_terms() -> QuerySet[Period]:
    """Terms without a look at the source, and verified ones that it did not find the last time.

    What was lost waits until a look at any term of the credential finds it again.
    """
    looks = Verification.objects.standing().filter(AT_THE_SOURCE)
    own = looks.filter(period=OuterRef("pk"))
    found_since = looks.filter(
        ~NOT_FOUND, period__credential=OuterRef("period__credential"), pk__gt=OuterRef("pk")
    )
    lost = own.filter(NOT_FOUND).filter(~Exists(found_since))
    found = own.filter(~NOT_FOUND, license_status__in=Verification.GOOD)
    rows: QuerySet[Period] = Period.objects.standing().filter(credential__withdrawn_at__isnull=True)
    return rows.annotate(was_lost=Exists(lost) & Exists(found)).filter(~Exists(own) | Q(was_lost=True))


def settle_queue(period: Period) -> None:
    """HR for the holder is asked while the term waits, and is not once it does not."""
    waiting = _waiting_term(period.pk)
    if not waiting:
        settle(kind=TO_VERIFY, key=str(period.pk))
        return
    _ask_hr(waiting[0])


@prepared
def _waiting_term(pk: int) -> Any:
    return waiting_terms().filter(pk=pk).select_related("credential__person", "credential__type")


def _ask_hr(period: Any) -> None:
    """Whoever of HR looks first: for all of them it is done by that."""
    person = period.credential.person
    words = {"name": person.get_full_name(), "what": period.credential.type.short_name}
    subject, body = (
        _("%(name)s sent %(what)s to verify"),
        _("Look it up at the issuer and record what it says."),
    )
    if period.was_lost:
        subject = _("%(what)s of %(name)s was not found at its source")
        body = _(
            "It was verified before. Ask the issuer, then record what it says. This stays until you did."
        )
    notify(
        role=Notice.Role.HR,
        kind=TO_VERIFY,
        key=str(period.pk),
        subject=subject % words,
        body=body,
        url=reverse("certifications:verify", args=[period.pk]),
        action=_("Verify"),
        about=person,
    )


def still_to_verify(notice: Any) -> bool:
    """Before sending: has nobody checked it meanwhile?"""
    return waiting_terms().filter(pk=int(notice.key)).exists()
