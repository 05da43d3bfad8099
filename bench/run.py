"""Runs the measures and prints one line each: `make bench`, or `make bench ARGS=timeline`."""

import json
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ROUNDS = 20

Measure = Callable[[], object]


def timeline() -> Iterator[tuple[str, Measure]]:
    """The heart: each worked case of the standing rules, and all of them together."""
    from portal.standing.cases import parse_case
    from portal.standing.engine.timeline import timeline as compute

    cases = json.loads((ROOT / "tests/standing/engine/cases.json").read_text())
    parsed = [parse_case(case) for case in cases]
    for case, (requirement, facts) in zip(cases, parsed, strict=True):
        yield case["name"], lambda r=requirement, f=facts: compute(r, f)
    yield f"all {len(parsed)} cases", lambda: [compute(requirement, facts) for requirement, facts in parsed]


GROUPS = {"timeline": timeline}


def milliseconds(measure: Measure) -> tuple[float, float]:
    """Median and slowest of ROUNDS, after one round that is not counted."""
    measure()
    taken = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        measure()
        taken.append((time.perf_counter() - start) * 1000)
    return statistics.median(taken), max(taken)


def main(names: list[str]) -> None:
    for name in names or GROUPS:
        print(f"{name:<62} {'median ms':>10} {'slowest':>10}")
        for label, measure in GROUPS[name]():
            median, slowest = milliseconds(measure)
            print(f"  {label[:59]:<60} {median:>10.3f} {slowest:>10.3f}")


if __name__ == "__main__":
    main(sys.argv[1:])
