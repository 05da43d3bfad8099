"""Every count on the compliance page opens exactly its list, for every viewer and on every day."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from html import unescape
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.test import Client
from django.urls import reverse

from portal.people.employment.leave import remove_from_patient_work
from portal.people.models import Person, Team
from portal.standing.evidence import NewPiece, record_piece, register_source
from portal.standing.models import Qualification
from tests.cast import Cast, by, grant, make_lead
from tests.standing.rules import make_qualification, make_requirement

DAY = timedelta(1)
register_source("test", "a test")


@pytest.fixture
def organization(cast: Cast, today: date) -> None:
    """Items of most words, somebody removed from patient work, and HR of a team who leads another."""
    license_, course = make_qualification("license:RN:CA"), make_qualification("course:hipaa")
    make_requirement("license", license_, due_days=-1, severity="blocks", recurrence="own_validity")
    make_requirement("hipaa", course, recurrence="once", due_days=30)
    _hold(cast.dana, license_, today + 20 * DAY)
    _hold(cast.marcus, license_, today + 400 * DAY)
    _hold(cast.sam, license_, today - 3 * DAY)
    _hold(cast.sol, license_, today + 400 * DAY, level="claimed")
    remove_from_patient_work(
        cast.marcus, starts_on=today - DAY, last_day=None, reason="Complaint", by=by(cast.hana)
    )
    grant(cast.arthur, "hr", scope="team", team=cast.south)
    TOTP.activate(cast.arthur, generate_totp_secret())
    make_lead(Team.objects.get(code="office"), cast.arthur)


def _hold(person: Person, what: Qualification, last: date, level: str = "verified") -> None:
    piece = NewPiece(
        person_id=person.pk,
        qualification=what,
        subject="s",
        effective_on=last - 800 * DAY,
        last_good_day=last,
        level=level,
        source_kind="test",
        source_id=f"{person.pk}",
    )
    record_piece(piece, actor=None)


@pytest.mark.parametrize("who", ["hana", "arthur", "ada"])
@pytest.mark.parametrize("ago", [0, 40, 800])
def test_every_count_opens_its_list(
    cast: Cast, organization: None, sign_in: Callable[[Person], Client], today: date, who: str, ago: int
) -> None:
    client = sign_in(getattr(cast, who))
    as_of = (today - ago * DAY).isoformat()
    page: Any = client.get(reverse("compliance"), {"as_of": as_of})
    found = re.findall(r'<dd>\s*<a href="([^"]*)">(.*?)</a>', page.content.decode(), re.DOTALL)
    figures = [(address, re.sub(r"<[^>]*>|\s", "", shown)) for address, shown in found]
    assert len(figures) == 6
    for address, shown in figures:
        parts = urlsplit(unescape(address))
        assert parse_qs(parts.query)["as_of"] == [as_of]
        opened: Any = client.get(parts.path, parse_qs(parts.query))
        assert opened.context["page"].paginator.count == int(shown.replace(",", "")), address


@pytest.mark.parametrize("who", ["renata", "nadia", "hana", "arthur", "ada"])
@pytest.mark.parametrize("ago", [0, 40])
def test_the_count_of_a_board_opens_the_list_of_that_board(
    cast: Cast, organization: None, sign_in: Callable[[Person], Client], today: date, who: str, ago: int
) -> None:
    person: Person = getattr(cast, who)
    client, as_of = sign_in(person), (today - ago * DAY).isoformat()
    # The viewer is on no board; somebody is not cleared on each of the days.
    for barred in {person, cast.dana} - {cast.ada}:
        remove_from_patient_work(barred, starts_on=today - 100 * DAY, last_day=None, reason="x", by=None)
    opened_one = False
    for team in ["", *Team.objects.values_list("pk", flat=True)]:
        board: Any = client.get(reverse("team_board"), {"as_of": as_of, "team": team})
        count = board.context["board"].not_cleared_count
        found = re.search(r'<a href="([^"]*)">\s*Show ', board.content.decode())
        assert bool(found) == bool(count)
        if not found:
            continue
        parts = urlsplit(unescape(found.group(1)))
        query = parse_qs(parts.query, keep_blank_values=True)
        opened: Any = client.get(parts.path, query)
        listed = {row.person.pk for row in opened.context["rows"]}
        shown = set(board.context["board"].not_cleared.values_list("pk", flat=True))
        assert listed == shown
        assert opened.context["page"].paginator.count == count
        opened_one = True
    assert opened_one
