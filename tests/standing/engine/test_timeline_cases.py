"""Every worked example comes out exactly as written down."""

import json
from pathlib import Path
from typing import Any

import pytest

from portal.standing.cases import parse_case, spans_as_json
from portal.standing.engine.timeline import timeline

CASES = json.loads((Path(__file__).parent / "cases.json").read_text())


def _named(case: dict[str, Any]) -> str:
    return f"{CASES.index(case)} {case['name']}"


@pytest.mark.parametrize("case", CASES, ids=_named)
def test_a_worked_example_comes_out_as_written(case: dict[str, Any]) -> None:
    assert spans_as_json(timeline(*parse_case(case))) == case["expect"]
