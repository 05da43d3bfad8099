"""The word of a day in SQL is the word in Python."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.standing.engine.status import StatusFacts, word_of
from portal.standing.engine.types import State
from portal.standing.models import Requirement, RequirementVersion, Span
from tests.cast import Cast
from tests.standing.engine.test_timeline_properties import briefly
from tests.standing.rules import make_requirement
from tests.transactions import taken_back

DAY = date(2026, 11, 24)
near = st.none() | st.integers(-200, 200).map(lambda days: DAY + timedelta(days))
columns = st.fixed_dictionaries(
    {"state": st.sampled_from([str(state) for state in State]), "deadline": near, "on_file": st.booleans()}
)


@pytest.fixture
def version(cast: Cast) -> RequirementVersion:
    rule: Requirement = make_requirement("hipaa", recurrence="once")
    return rule.versions.get()


def test_the_word_in_sql_is_the_word_in_python(cast: Cast, version: RequirementVersion) -> None:
    @briefly
    @given(st.lists(columns, min_size=1, max_size=30))
    def compare(rows: list[dict[str, object]]) -> None:
        with taken_back():
            Span.objects.all().delete()
            spans = [
                Span(
                    person=cast.dana,
                    requirement=version.requirement,
                    version=version,
                    scope=f"{number:02}",
                    start=DAY,
                    **row,
                )
                for number, row in enumerate(rows)
            ]
            Span.objects.bulk_create(spans)
            for span in Span.objects.with_word(DAY):
                facts = StatusFacts(DAY, span.state, span.deadline, None, None, span.on_file)
                assert span.word == word_of(facts)  # type: ignore[attr-defined]
                assert span.word_rank == word_of(facts).rank  # type: ignore[attr-defined]

    compare()
