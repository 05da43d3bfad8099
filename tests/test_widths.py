"""The longest texts that forms take, of people, credentials, evaluations and alerts: every act works.

Letters that become several when they are compared are among them.
"""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certifications.catalog.load import load_catalogue
from certifications.models.credential import number_key
from certifications.verification.verify import verify
from portal.people.models import Person
from portal.standing.alerts.scan import run_alerts
from portal.standing.models import Requirement
from tests.cast import Cast, by
from tests.certifications.acts import claimed, finding, rule
from tests.evaluations.acts import close, open_for
from tests.evaluations.form import make_template
from tests.widths import longest_name, too_wide

pytestmark = pytest.mark.django_db
WIDE = "ßﬃﷺN"


@pytest.mark.parametrize("letter", WIDE)
def test_a_license_of_the_longest_name_and_number_is_sent_checked_and_watched(
    cast: Cast, today: date, letter: str
) -> None:
    load_catalogue()
    longest_name(cast.dana, letter)
    rule()
    Requirement.objects.update(name="R" * 160, short_name="R" * 40)
    period = claimed(cast, today, number=f"9{letter * 59}", name_on_it=letter * 200)
    said = finding(
        today, source_name="s" * 200, spoken_to="p" * 120, number_searched="n" * 60, note="x" * 2000
    )
    verify(period, said, by=by(cast.hana))
    run_alerts(today)
    assert too_wide() == []


@pytest.mark.parametrize("letter", WIDE)
def test_an_evaluation_of_the_longest_names_is_signed(cast: Cast, today: date, letter: str) -> None:
    for person in (cast.dana, cast.renata):
        longest_name(person, letter)
    template = make_template()
    type(template).objects.filter(pk=template.pk).update(title="t" * 160)
    template.refresh_from_db()
    evaluation = open_for(cast.dana, cast, today, template=template)
    close(evaluation, cast, today, comment="c" * 2000)
    assert too_wide() == []


@given(st.text(max_size=60))
def test_a_number_is_compared_within_its_column(number: str) -> None:
    assert len(number_key(number)) <= 60


@given(st.text(max_size=100), st.text(max_size=100))
def test_a_name_is_searched_within_its_column(first: str, last: str) -> None:
    person = Person(first_name=first, last_name=last, employee_number="9" * 40)
    longest = Person._meta.get_field("search_text").max_length
    assert len(person.folded_name()) <= longest
