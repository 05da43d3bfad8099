"""Which states are in a compact on a day; joining and leaving one."""

from datetime import date

from django.utils.translation import gettext_lazy

from certifications.models import Compact, CompactMembership, CredentialType
from portal.people.access.rights import demand_keeper
from portal.people.access.viewer import Viewer
from portal.people.facts.act import act
from portal.people.facts.days import take_over
from portal.people.facts.plan import Plan

NURSING = "nursing"


def compact_states(on: date, compact: str = NURSING) -> frozenset[str]:
    """The states in the compact on the day: there a multistate license gives the privilege to practice."""
    rows = CompactMembership.objects.current().on(on).filter(compact__code=compact)
    return frozenset(rows.values_list("state", flat=True))


def is_in_nurse_compact(kind: CredentialType, on: date) -> bool:
    """A nursing license of a state that is in the compact: only there may it be multistate."""
    return kind.field == NURSING and kind.jurisdiction in compact_states(on)


@act("compact", gettext_lazy("State joined a compact"))
def join_compact(
    plan: Plan, /, compact: Compact, state: str, *, starts_on: date, by: Viewer | None
) -> CompactMembership:
    """The state is in the compact from a day on, by HR for everybody or a site admin.

    Licenses looked at before keep what that look established.
    """
    demand_keeper(by)
    row = CompactMembership(compact=compact, state=state.upper(), starts_on=starts_on)
    return take_over(plan, row, plan.rows(CompactMembership, compact_id=compact.pk, state=row.state))
