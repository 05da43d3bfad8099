"""Nobody supervises, by name, somebody who supervises them: whichever half is entered first."""

from datetime import date, timedelta
from itertools import permutations

import pytest

from portal.people.employment.positions import take_position
from portal.people.errors import Conflict, Cycle
from portal.people.facts.act import recording
from portal.people.facts.taking_back import withdraw
from portal.people.models import Person, Position
from tests.cast import Cast

DAY = timedelta(days=1)


def under(who: Person, above: Person, cast: Cast, first: date, last: date | None = None) -> None:
    given = {"starts_on": first, "last_day": last, "by": None}
    take_position(who, team=cast.north, title="Case manager", supervisor=above, **given)


@pytest.mark.django_db
@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_a_ring_of_three_is_refused_with_its_last_link(
    cast: Cast, today: date, order: tuple[int, ...]
) -> None:
    three = [cast.dana, cast.marcus, cast.sol]
    links = [(three[n], three[(n + 1) % 3]) for n in range(3)]
    for number in order[:2]:
        under(*links[number], cast, today)
    with pytest.raises(Cycle):
        under(*links[order[2]], cast, today)


@pytest.mark.django_db
@pytest.mark.parametrize("turned", [False, True])
def test_only_days_in_common_make_a_ring(cast: Cast, today: date, turned: bool) -> None:
    one, other = (cast.marcus, cast.dana) if turned else (cast.dana, cast.marcus)
    under(one, other, cast, today, today + 9 * DAY)
    under(other, one, cast, today + 10 * DAY)
    with pytest.raises(Cycle):
        under(other, one, cast, today + 9 * DAY)
    under(other, one, cast, today - 20 * DAY, today - DAY)


@pytest.mark.django_db
@pytest.mark.parametrize("turned", [False, True])
def test_a_ring_does_not_come_back_with_what_is_taken_back(cast: Cast, today: date, turned: bool) -> None:
    one, other = (cast.marcus, cast.dana) if turned else (cast.dana, cast.marcus)
    under(one, other, cast, today)
    with recording() as made:
        take_position(one, team=cast.south, title="Case manager", starts_on=today, by=None)
    under(other, one, cast, today)
    with pytest.raises(Conflict):
        withdraw(made[0], reason="x", by=None)
    assert not Position.objects.current().filter(person=one, supervisor=other).exists()
