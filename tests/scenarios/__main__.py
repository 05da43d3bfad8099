"""python -m tests.scenarios FILE: run the stories of a file, print what failed as JSON, exit 1 if any did.

Standard output holds the list and nothing else; whatever else is said goes to standard error.
"""

import json
import os
import sys
from pathlib import Path


def main(arguments: list[str]) -> int:
    if len(arguments) != 1:
        print("Usage: python -m tests.scenarios FILE", file=sys.stderr)  # noqa: T201
        return 2
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
    # A folder of its own, also where a test of the suite starts it: it is removed at the end.
    os.environ.pop("PRECEPTOR_TEST_RUN", None)
    own_output = os.dup(1)
    os.dup2(2, 1)
    outcomes = _run(Path(arguments[0]))
    if outcomes is None:
        return 2
    with os.fdopen(own_output, "w", encoding="utf-8") as output:
        output.write(json.dumps(outcomes, indent=1, ensure_ascii=False) + "\n")
    return 0 if all(outcome["ok"] for outcome in outcomes) else 1


def _run(path: Path) -> list[dict[str, object]] | None:
    """None where the file holds no JSON."""
    import django

    django.setup()
    from django.test.utils import setup_test_environment

    from tests.database import clean_up
    from tests.scenarios.errors import WrongStory
    from tests.scenarios.runner import run_data
    from tests.scenarios.story import load

    setup_test_environment()
    try:
        return [run_data(data).as_json() for data in load(path)]
    except WrongStory as error:
        print(error, file=sys.stderr)  # noqa: T201
        return None
    finally:
        clean_up()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
