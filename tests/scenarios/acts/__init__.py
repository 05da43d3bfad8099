"""The acts of the language, by subject. Each is one function that calls its use case, and nothing else does."""

from tests.scenarios.acts import (
    credentials,
    editions,
    evaluations,
    organization,
    people,
    roles,
    rules,
    running,
    training,
    undoing,
)

__all__ = [
    "credentials",
    "editions",
    "evaluations",
    "organization",
    "people",
    "roles",
    "rules",
    "running",
    "training",
    "undoing",
]
