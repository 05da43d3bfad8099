"""Saying what differs."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from tests.scenarios.language import Step

type Difference = tuple[str, str]


def differences(step: Step, **got: Any) -> Iterator[Difference]:
    """For each of these keys that the step names: what it expects, and what is, where they differ."""
    for key, value in got.items():
        if key in step and step[key] != value:
            yield f"{key}: {shown(step[key])}", f"{key}: {shown(value)}"


def shown(value: Any) -> str:
    if isinstance(value, bool) or value is None:
        return {True: "true", False: "false", None: "null"}[value]
    if isinstance(value, list):
        return ", ".join(map(shown, value)) or "nobody"
    return value.isoformat() if isinstance(value, date) else str(value)


def text_differences(step: Step, texts: list[str]) -> Iterator[Difference]:
    """`says`: one of the texts has it. `says_not`: none has. However the white space falls."""
    squeezed = [squeeze(text) for text in texts]
    if "says" in step and not any(squeeze(step["says"]) in text for text in squeezed):
        yield f"says: {step['says']}", _extract(texts)
    if "says_not" in step and any(squeeze(step["says_not"]) in text for text in squeezed):
        yield f"says_not: {step['says_not']}", _extract(texts)


def squeeze(text: str) -> str:
    """Without white space and soft hyphens: a line may break anywhere."""
    return "".join(text.replace("\u00ad", "").split())


def _extract(texts: list[str]) -> str:
    return " | ".join(" ".join(text.split())[:400] for text in texts) or "nothing"
