"""The language: every word is used by a story, and nothing that it does not know passes."""

from copy import deepcopy
from typing import Any

import pytest

from tests.scenarios.errors import WrongStory
from tests.scenarios.language import ACTS, EXPECTATIONS
from tests.scenarios.story import parse
from tests.scenarios.test_stories import STORIES
from tests.scenarios.world import moments

STORY: dict[str, Any] = {
    "name": "a leave",
    "given": {
        "teams": {"west": {"lead": "renata"}},
        "people": {
            "renata": {"name": "Renata Okafor", "team": "west"},
            "dana": {"name": "Dana Whitfield", "team": "west"},
        },
        "requirements": {"ethics": {"name": "Ethics", "accepts": ["course:ethics"]}},
    },
    "steps": [
        {"on": "2026-01-05", "by": "hana", "do": "leave", "who": "dana", "kind": "fmla", "label": "away"},
        {"on": "2026-01-05", "by": "hana", "do": "withdraw", "what": "away", "reason": "No"},
        {"on": "2026-01-06", "expect": "cleared", "of": "dana", "day": "2026-01-06", "is": True},
    ],
}


def changed(*path: Any, to: Any) -> dict[str, Any]:
    """The story with another value at that place."""
    story = deepcopy(STORY)
    place = story
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = to
    return story


def test_every_act_and_every_expectation_is_used_by_a_story() -> None:
    steps = [step for data in STORIES for step in data["steps"]]
    assert {step["do"] for step in steps if "do" in step} == set(ACTS)
    assert {step["expect"] for step in steps if "expect" in step} == set(EXPECTATIONS)


@pytest.mark.parametrize("table", [ACTS, EXPECTATIONS], ids=["acts", "expectations"])
def test_every_key_of_a_word_is_used_by_a_story(table: dict[str, Any]) -> None:
    """But for the many fields of a requirement: those that a new one has, a change may have."""
    said = "do" if table is ACTS else "expect"
    steps = [step for data in STORIES for step in data["steps"] if said in step]
    for name, verb in table.items():
        if name.endswith("_requirement"):
            continue
        used = {key for step in steps if step[said] == name for key in step}
        unused = {key.rstrip("?") for key in verb.keys} - used
        assert unused <= RARE.get(name, set()), name


# Said in no story yet; each means the same as in the acts beside it.
RARE = {
    "grant": {"last_day", "from"},
    "lead": {"from"},
    "move_team": {"from"},
    "delegate": {"from"},
    "leave": {"from"},
    "remove": {"from"},
    "rename": {"from", "first_name"},
    "home_state": {"from"},
    "waive": {"from"},
    "position": {"from", "last_day"},
    "end_role": {"last_day"},
    "end_position": {"last_day"},
    "end_removal": {"last_day"},
    "submit": {"never_expires"},
}


def test_the_story_is_read() -> None:
    story = parse(STORY)
    assert [step.words for step in story.steps] == ["hana does leave", "hana does withdraw", "cleared"]


def test_each_step_of_a_day_is_a_minute_later() -> None:
    first, second, third = moments(parse(STORY).steps)
    assert (first.hour, first.minute, second.minute) == (12, 0, 1)
    assert (third.hour, third.minute) == (12, 0)


WRONG = {
    "an unknown act": (changed("steps", 0, "do", to="fly"), 1, "unknown act 'fly'"),
    "an unknown expectation": (changed("steps", 2, "expect", to="rain"), 3, "unknown expectation 'rain'"),
    "an unknown key of a step": (changed("steps", 0, "color", to="red"), 1, "unknown key 'color'"),
    "a key of another act": (changed("steps", 1, "kind", to="fmla"), 2, "unknown key 'kind'"),
    "an act that expects": (changed("steps", 2, "label", to="x"), 3, "unknown key 'label'"),
    "a missing key": (changed("steps", 0, to={"on": "2026-01-05", "by": "hana", "do": "leave"}), 1, "'who'"),
    "neither": (changed("steps", 0, to={"on": "2026-01-05"}), 1, "either do or expect"),
    "both": (changed("steps", 0, "expect", to="checked"), 1, "either do or expect"),
    "an unknown person": (changed("steps", 0, "who", to="dora"), 1, "no person 'dora'"),
    "by nobody known": (changed("steps", 0, "by", to="dora"), 1, "no person 'dora'"),
    "an unknown label": (changed("steps", 1, "what", to="gone"), 2, "no label by then 'gone'"),
    "a label said twice": (changed("steps", 1, "label", to="away"), 2, "'away' is taken"),
    "a label not made yet": (changed("steps", 0, "label", to="later"), 2, "no label by then 'away'"),
    "on going back": (changed("steps", 2, "on", to="2026-01-04"), 3, "lies before the step before"),
    "a day that is none": (changed("steps", 2, "day", to="2026-02-30"), 3, "there is no day 2026-02-30"),
    "a day written otherwise": (changed("steps", 2, "day", to="5 Jan"), 3, "is not a day"),
    "a word for a flag": (changed("steps", 2, "is", to="yes"), 3, "neither true nor false"),
    "an unknown kind of leave": (changed("steps", 0, "kind", to="nap"), 1, "no kind of absence 'nap'"),
    "an unknown key of the story": (changed("when", to=2), 0, "unknown key 'when'"),
    "an unknown key given": (changed("given", "pets", to={}), 0, "unknown key 'pets'"),
    "an unknown key of a team": (changed("given", "teams", "west", "size", to=3), 0, "unknown key 'size'"),
    "an unknown lead": (changed("given", "teams", "west", "lead", to="dora"), 0, "no person 'dora'"),
    "an unknown team": (changed("given", "people", "dana", "team", to="east"), 0, "no team 'east'"),
    "one name alone": (changed("given", "people", "dana", "name", to="Dana"), 0, "first and a last name"),
    "an unknown discipline": (changed("given", "people", "dana", "discipline", to="RM"), 0, "'RM'"),
    "an unknown field": (changed("given", "requirements", "ethics", "grace", to=3), 0, "'grace'"),
    "a kind of nothing": (changed("given", "requirements", "ethics", "accepts", to=["pony:1"]), 0, "pony"),
    "no steps": (changed("steps", to=[]), 0, "at least one step"),
    "no story": ([], 0, "is not an object"),
}


@pytest.mark.parametrize(("data", "step", "words"), WRONG.values(), ids=WRONG)
def test_what_the_language_does_not_know_is_an_error(data: Any, step: int, words: str) -> None:
    with pytest.raises(WrongStory) as caught:
        parse(data)
    assert caught.value.step == step
    assert words in caught.value.words
