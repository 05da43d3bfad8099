"""Licenses and cards: sent, checked at the source, withdrawn."""

from typing import Any

from django.db import transaction

from certifications.credentials.submit import submit
from certifications.credentials.withdraw import withdraw_credential
from certifications.models import Credential, CredentialType, Period, Verification
from certifications.verification.verify import Finding, verify
from portal.dates import day_before
from portal.people.access.viewer import Viewer
from tests.certifications.acts import stored
from tests.scenarios import kinds
from tests.scenarios.language import Step, act
from tests.scenarios.world import World


@act(
    "submit",
    {
        "type": kinds.credential_type,
        "number?": kinds.text,
        "issued_on": kinds.day,
        "last_good_day?": kinds.or_null(kinds.day),
        "never_expires?": kinds.flag,
        "for?": kinds.person,
        "card?": kinds.flag,
    },
)
@transaction.atomic
def submit_(world: World, step: Step) -> Any:
    """With a photo of the card unless it says otherwise: stored in one transaction with the term, as by the page."""
    by, person = world.viewer(step), world.person(step.get("for", step.by))
    card = stored(person, actor=by.person) if step.get("card", True) else None
    return submit(
        person,
        CredentialType.objects.get(code=step["type"]),
        number=step.get("number", ""),
        issued_on=step["issued_on"],
        expires_on=step.get("last_good_day"),
        never_expires=step.get("never_expires", False),
        card=card,
        on=step.on,
        by=by,
    )


@act(
    "verify",
    {
        "credential": kinds.made_by("submit"),
        "result?": kinds.one_of("confirmed", "not_found"),
        "status?": kinds.one_of(*Verification.Status.values),
        "status_from?": kinds.day,
        "last_good_day?": kinds.or_null(kinds.day),
        "multistate?": kinds.flag,
    },
)
def verify_(world: World, step: Step) -> Any:
    period = world.labelled(step["credential"]).row()
    return verify(period, _finding(period, step), by=world.viewer(step), seen=period.verifications.count())


def _finding(period: Period, step: Step) -> Finding:
    """What the board's page says: of a good status the term, of another one the days before it."""
    result = step.get("result", Verification.Result.CONFIRMED)
    is_found = result != Verification.Result.NOT_FOUND
    status = step.get("status", Verification.Status.ACTIVE if is_found else "")
    is_good = status in Verification.GOOD
    last = step.get("last_good_day", period.expires_on)
    return Finding(
        result=result,
        method=Verification.Method.WEB,
        source_name=period.credential.type.issuer.name,
        number_searched=period.credential.number,
        license_status=status,
        multistate=step.get("multistate", False),
        effective_on=step.get("status_from") if is_good else None,
        expires_on=last,
        never_expires=period.never_expires and last is None,
        last_good_day=None if is_good else day_before(step.get("status_from", step.on)),
        verified_on=step.on,
    )


@act("withdraw_credential", {"credential": kinds.made_by("submit")})
def withdraw_credential_(world: World, step: Step) -> Any:
    return withdraw_term(world.labelled(step["credential"]).row(), reason=step.reason, by=world.viewer(step))


def withdraw_term(period: Period, *, reason: str, by: Viewer) -> Credential:
    """Today the credential goes as a whole, each term of it."""
    return withdraw_credential(period.credential, reason=reason, by=by)
