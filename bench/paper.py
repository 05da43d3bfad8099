"""Documents made of nothing but text: what the templates of documents are tried and measured with."""

from datetime import UTC, date, datetime
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

from evaluations.ratings.answer import Given
from evaluations.ratings.layout import Line, Section
from portal.documents.check import printed_check
from training.completion.certificate import sizes_for

CODE = "7K3QD9XW2MBA4TRE"
PROSE = (
    "In February a discharge planner called at five with a patient who had no transport and no oxygen at home. "
    "She kept to the plan that the team had agreed, called the supplier first, and wrote down who said what. "
    "The family was told the same evening; the visit took place the next day, and nothing had to be repeated. "
)
SCALE = ("Learning", "Meets some", "Solid", "Often exceeds", "Leads others")
SIGNED = datetime(2026, 11, 20, 22, 15, tzinfo=UTC)


def prose(length: int) -> str:
    """That many characters of plain English."""
    return (PROSE * (length // len(PROSE) + 1))[:length]


def evaluation(
    texts: list[tuple[str, str]],
    *,
    name: str = "Dana Whitfield",
    title: str = "Annual evaluation",
    comment: str = "",
    item: str = "Works with the plan of care",
) -> dict[str, Any]:
    """The context of an evaluation: each pair is what the person and the supervisor wrote to one item."""
    lines = [_line(f"{item} {n}", own, theirs, name) for n, (own, theirs) in enumerate(texts, 1)]
    sections = [
        Section(f"s{at}", f"Section {at // 4 + 1}", 25, tuple(lines[at : at + 4]))
        for at in range(0, len(lines), 4)
    ]
    part = SimpleNamespace(overall="3.42")
    return {
        "evaluation": SimpleNamespace(
            period_from=date(2025, 12, 1),
            period_to=date(2026, 11, 30),
            version=3,
            round=1,
        ),
        "organization": "Harbor Valley Care Network",
        "team": "Transitions of Care",
        "title": title,
        "person": name,
        "person_number": "hv1042",
        "person_title": "Nurse case manager",
        "supervisor": "Renata Okafor",
        "self_part": part,
        "supervisor_part": part,
        "sections": sections,
        "rated": lines,
        "scale_words": ", ".join(f"{n} {word}" for n, word in enumerate(SCALE, 1)),
        "signatures": [_signature("Renata Okafor", "Signed the ratings"), _signature(name, "Received")],
        "comment": SimpleNamespace(comment=comment, meaning="received") if comment else None,
        "taken_back": False,
        "check": printed_check(CODE),
    }


def certificate(
    *, name: str = "Dana Whitfield", title: str = "A safe handover", provider: str = ""
) -> dict[str, Any]:
    """The context of a certificate."""
    return {
        "certificate": SimpleNamespace(
            name=name, issued_on=date(2026, 11, 20), good_through=date(2028, 11, 19), code=CODE
        ),
        "document_title": f"Certificate of completion: {title}, {name}",
        "completion": SimpleNamespace(completed_on=date(2026, 11, 20), contact_hours=Decimal("1.50")),
        "edition": SimpleNamespace(title=title, number=2, published_on=date(2026, 3, 2)),
        **sizes_for(name, title),
        "provider": provider,
        "asked": 12,
        "right": 11,
        "check": printed_check(CODE),
    }


def _line(title: str, own: str, theirs: str, name: str) -> Line:
    anchors = {"4": "Anticipates what the family will need and arranges it before it is asked for."}
    item: Any = {"id": title, "kind": "rating", "title": title, "anchors": anchors, "by": "both"}
    given = [Given(rating=4, text=text) for text in (own, theirs)]
    return Line(item, given[0], given[1], SCALE[3], SCALE[3], person_name=name.partition(" ")[0])


def _signature(name: str, meaning: str) -> SimpleNamespace:
    return SimpleNamespace(
        name=name,
        title="RN, case manager",
        signed_at=SIGNED,
        method="Signed in with password and passkey",
        get_meaning_display=meaning,
        meaning="received",
        witness_name="",
        content=SimpleNamespace(sha256="4f" * 32),
        comment="",
    )
