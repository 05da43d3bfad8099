"""The product against the slow oracle, day by day, on many drawn cases."""

import pytest
from hypothesis import HealthCheck, given, settings

from portal.standing.cases import parse_case, spans_as_json
from portal.standing.engine.timeline import timeline
from tests.standing.engine.oracle import oracle
from tests.standing.engine.strategies import Case, cases
from tests.standing.engine.test_timeline_cases import CASES

pytestmark = pytest.mark.long


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_the_oracle_agrees_with_the_worked_examples(case: Case) -> None:
    assert oracle(case) == case["expect"]


@settings(
    max_examples=1500,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
@given(cases())
def test_the_product_agrees_with_the_oracle(case: Case) -> None:
    assert spans_as_json(timeline(*parse_case(case))) == oracle(case)
