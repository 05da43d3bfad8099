"""A folder of files as nobody should send them, and as people do; always the same 300.

(What is locked has a random part of its own, as locks have.)

`made()` gives each its name, its bytes and what may become of it: "ok", or the reasons to refuse it.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass

SEED = 20261128
COUNT = 300
OK = "ok"


@dataclass(frozen=True)
class Sample:
    name: str
    content: bytes
    expected: frozenset[str]


def sample(name: str, content: bytes, *expected: str) -> Sample:
    return Sample(name, content, frozenset(expected or (OK,)))


def made() -> Iterator[Sample]:
    """The written cases of every family, then damaged copies of the good ones until there are 300."""
    from tests.files.hostile import heics, others, pdfs, pictures

    chance = random.Random(SEED)
    every = [*pictures.samples(chance), *pdfs.samples(chance), *heics.samples(), *others.samples(chance)]
    yield from every
    good = [each for each in every if OK in each.expected and 20 < len(each.content) < 200_000]
    for number in range(COUNT - len(every)):
        yield _damaged(good[number % len(good)], number, chance)


def _damaged(whole: Sample, number: int, chance: random.Random) -> Sample:
    """Bytes changed, left out, doubled or cut off: taken or refused, never an error of ours."""
    content = bytearray(whole.content)
    for _blow in range(chance.randint(1, 6)):
        at = chance.randrange(len(content))
        blow = chance.choice(["change", "cut", "double", "end"])
        if blow == "change":
            content[at : at + 4] = chance.randbytes(chance.randint(1, 8))
        elif blow == "cut":
            del content[at : at + chance.randint(1, 64)]
        elif blow == "double":
            content[at:at] = content[at : at + chance.randint(1, 256)]
        else:
            del content[max(at, 16) :]
    anything = (
        OK,
        "picture",
        "pdf",
        "kind",
        "pixels",
        "locked",
        "no_pages",
        "pages",
        "unpacks",
        "memory",
        "slow",
        "form",
    )
    return sample(f"damaged-{number}-{whole.name}", bytes(content), *anything)
