"""Acts on facts about people: what they refuse, and what stays on record."""

from datetime import date, timedelta
from typing import Any

import pytest

from portal.errors import Refused, Stale
from portal.people.access.roles import end_role, grant_role
from portal.people.access.viewer import Viewer
from portal.people.accounts.email import set_email
from portal.people.employment.details import change_name
from portal.people.employment.end import end_employment
from portal.people.employment.hire import add_person, hire
from portal.people.employment.positions import profession_on, take_position
from portal.people.errors import Cycle, Overlap, OwnRecord
from portal.people.facts.act import recording
from portal.people.facts.batches import open_batch
from portal.people.facts.taking_back import correct_fact, undo, withdraw_fact
from portal.people.models import Employment, Person, PersonName, Position, Profession, Team, TeamLead
from portal.people.organization.teams import move_team
from portal.standing.models import Span
from tests.cast import Cast, by, make_person
from tests.standing.rules import make_requirement


def primary_on(person: Person, day: date) -> list[Position]:
    return list(Position.objects.current().filter(person=person, is_primary=True).on(day))


def move(person: Person, team: Team, day: date, who: Viewer, **values: Any) -> Position:
    """The person in another team, in the same profession."""
    profession = profession_on(person, day)
    return take_position(
        person, team=team, title="Lead", starts_on=day, by=who, profession=profession, **values
    )


def test_a_new_primary_position_ends_the_one_before(cast: Cast, today: date) -> None:
    move(cast.dana, cast.south, today, by(cast.hana))
    assert [row.team for row in primary_on(cast.dana, today)] == [cast.south]
    assert [row.team for row in primary_on(cast.dana, today - timedelta(days=1))] == [cast.north]
    assert Position.objects.filter(person=cast.dana, superseded_at__isnull=False).count() == 1, "kept, closed"


def test_of_two_primary_positions_each_has_its_own_days(cast: Cast, today: date) -> None:
    move(cast.dana, cast.south, today, by(cast.hana))
    earlier = move(cast.dana, cast.network, today - timedelta(days=5), by(cast.hana))
    assert earlier.last_day == today - timedelta(days=1), "what is planned for later stays"
    with pytest.raises(Overlap):
        move(cast.dana, cast.north, today - timedelta(days=2), by(cast.hana), last_day=today)


def test_employment_may_not_overlap_and_a_rehire_may_follow(cast: Cast, today: date) -> None:
    with pytest.raises(Overlap):
        hire(cast.dana, starts_on=today, by=by(cast.hana))
    end_employment(cast.dana, last_day=today, end_reason="Moved", by=by(cast.hana))
    hire(cast.dana, starts_on=today + timedelta(days=30), by=by(cast.hana))
    assert Employment.objects.current().filter(person=cast.dana).count() == 2
    assert primary_on(cast.dana, today + timedelta(days=1)) == []


def test_leaving_ends_what_one_leads(cast: Cast, today: date) -> None:
    end_employment(cast.renata, last_day=today, by=by(cast.hana))
    assert not TeamLead.objects.current().on(today + timedelta(days=1)).filter(person=cast.renata).exists()
    assert TeamLead.objects.current().on(today).filter(person=cast.renata).exists()


def test_a_position_needs_employment(cast: Cast, today: date) -> None:
    with pytest.raises(Refused, match="not employed"):
        take_position(cast.ada, team=cast.north, title="X", starts_on=today, by=by(cast.hana))


def test_rings_of_teams_and_of_supervisors_are_refused(cast: Cast, today: date) -> None:
    with pytest.raises(Cycle):
        move_team(cast.network, parent=cast.north, starts_on=today, by=by(cast.hana))
    worker = make_person("W", "Orker", team=cast.north, supervisor=cast.dana)
    with pytest.raises(Cycle):
        move(cast.dana, cast.north, today, by(cast.hana), supervisor=worker)


def test_nobody_works_on_their_own_record(cast: Cast, today: date) -> None:
    with pytest.raises(OwnRecord):
        end_employment(cast.hana, last_day=today, by=by(cast.hana))
    with pytest.raises(OwnRecord):
        grant_role(cast.ilse, "hr", starts_on=today, by=by(cast.ilse))


def test_the_last_site_admin_stays(cast: Cast, today: date) -> None:
    row = cast.ilse.grants.get()
    with pytest.raises(Refused, match="last site admin"):
        end_role(row, last_day=today, by=None)
    grant_role(cast.arthur, "site_admin", starts_on=today, last_day=today, by=by(cast.ilse))
    with pytest.raises(Refused, match="last site admin"):
        end_role(row, last_day=today, by=by(cast.arthur))
    grant_role(cast.arthur, "site_admin", starts_on=today + timedelta(days=1), by=by(cast.ilse))
    assert end_role(row, last_day=today, by=by(cast.arthur)).last_day == today


def test_an_auditor_needs_an_engagement_with_an_end(cast: Cast, today: date) -> None:
    with pytest.raises(Refused, match="engagement"):
        grant_role(cast.sol, "auditor", starts_on=today, by=by(cast.hana))


def test_an_address_is_written_in_lower_case_and_once(cast: Cast) -> None:
    set_email(cast.dana, " Dana.New@Example.ORG ", by=by(cast.hana))
    assert cast.dana.email == "dana.new@example.org"
    assert list(cast.dana.emailaddress_set.values_list("email", "verified")) == [
        ("dana.new@example.org", True)
    ]
    with pytest.raises(Refused) as refused:
        set_email(cast.sol, "dana.new@example.org", by=by(cast.hana))
    assert refused.value.field == "email"
    set_email(cast.dana, None, by=by(cast.hana))
    assert cast.dana.emailaddress_set.count() == 0


def test_a_name_changes_from_a_day_and_the_former_one_stays(cast: Cast, today: date) -> None:
    person = add_person(
        employee_number="E9001", first_name="Ana", last_name="Vega", by=by(cast.hana), on=date(2020, 1, 1)
    )
    change_name(person, first_name="Ana", last_name="Núñez", on=today, by=by(cast.hana))
    person.refresh_from_db()
    assert person.get_full_name() == "Ana Núñez"
    assert [
        str(n) for n in PersonName.objects.current().on(today - timedelta(days=1)).filter(person=person)
    ] == ["Ana Vega"]


def test_an_employee_number_in_use_is_refused_at_its_field(cast: Cast, today: date) -> None:
    with pytest.raises(Refused) as refused:
        add_person(
            employee_number=cast.dana.employee_number.upper(),
            first_name="X",
            last_name="Y",
            by=by(cast.hana),
            on=today,
        )
    assert refused.value.field == "employee_number"


def test_a_correction_closes_the_row_and_inserts_another(cast: Cast) -> None:
    row = Position.objects.get(person=cast.dana)
    profession = Profession.objects.get(code="rn")
    fresh = correct_fact(
        row,
        take_position,
        cast.dana,
        team=cast.north,
        title="Senior case manager",
        starts_on=row.starts_on,
        profession=profession,
        by=by(cast.hana),
    )
    row.refresh_from_db()
    assert row.superseded_at is not None
    assert (fresh.title, fresh.starts_on, fresh.recorded_by) == (
        "Senior case manager",
        row.starts_on,
        cast.hana,
    )
    with pytest.raises(Stale):
        withdraw_fact(row, reason="again", by=by(cast.hana))


def test_a_batch_is_undone_as_one_and_standing_follows(cast: Cast, today: date) -> None:
    requirement = make_requirement("hipaa")
    before = list(Span.objects.filter(requirement=requirement).values_list("person_id", "start", "state"))
    batch = open_batch(kind="import", reason="A file", actor=cast.hana)
    newcomer = make_person("N", "Ew", hired=None)
    with recording(batch=batch):
        hire(newcomer, starts_on=today, by=by(cast.hana))
        take_position(newcomer, team=cast.north, title="X", starts_on=today, by=None)
    assert Span.objects.filter(person=newcomer).exists()
    assert undo(batch, reason="Wrong file", by=by(cast.hana)) == 2
    assert not Span.objects.filter(person=newcomer).exists()
    assert (
        list(Span.objects.filter(requirement=requirement).values_list("person_id", "start", "state"))
        == before
    )
    with pytest.raises(Refused, match="stands any longer"):
        undo(batch, reason="again", by=by(cast.hana))
