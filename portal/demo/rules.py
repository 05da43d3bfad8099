"""The demo's requirements: twelve items to keep current."""

from datetime import date
from typing import Any

from certifications.catalog.compacts import compact_states
from certifications.catalog.qualifications import privilege_of, qualification_of
from certifications.models import CredentialType
from portal.clock import business_today
from portal.people.access.viewer import Viewer
from portal.standing.evidence import qualification
from portal.standing.models import Qualification, Requirement
from portal.standing.requirements.change import Draft, change_requirement

STATES = ("CA", "TX", "WA")
SINCE = date(2019, 1, 1)
CASE_MANAGERS = {"any": [{"professions": ["rn", "lvn", "lcsw", "lmsw"]}]}
EVERYONE = {"everyone": True}
CERTIFICATIONS = ("CCM", "ACM-RN", "ACM-SW", "CMC", "CMGT-BC", "C-SWCM", "C-ASWCM", "CDMS")


def _types(*codes: str) -> list[Qualification]:
    return [qualification_of(row) for row in CredentialType.objects.filter(code__in=codes)]


def _licenses(short: str, *, compact: bool = False) -> list[Qualification]:
    rows = [qualification_of(t) for t in CredentialType.objects.filter(short_name=short, kind="license")]
    if compact:
        kind = CredentialType.objects.filter(short_name=short, kind="license").first()
        assert kind is not None
        rows += [privilege_of(kind, state) for state in STATES if state in compact_states(business_today())]
    return rows


def _course(code: str, name: str) -> list[Qualification]:
    return [qualification(f"course:{code}", kind="course", name=name)]


def _license_rule(
    code: str, name: str, short: str, professions: list[str], shorts: list[str]
) -> dict[str, Any]:
    accepted = [row for s in shorts for row in _licenses(s, compact=s in ("RN", "LVN"))]
    return {
        "code": code,
        "name": name,
        "short_name": short,
        "group": "license",
        "help_text": "Send the new license when you renew; HR checks it with the board.",
        "accepted": accepted,
        "values": {
            "per_state": True,
            "audience": {"any": [{"professions": professions}]},
            "severity": "blocks",
            "level": "verified",
            "due_anchor": "hire",
            "due_days": -1,
            "recurrence": "own_validity",
            "return_notice_days": 14,
            "waiver_clears": False,
        },
    }


def _training(
    code: str, name: str, short: str, course: str, help_text: str, audience: dict[str, Any], **values: Any
) -> dict[str, Any]:
    return {
        "code": code,
        "name": name,
        "short_name": short,
        "group": "training",
        "help_text": help_text,
        "accepted": _course(course, name),
        "values": {"audience": audience, "due_anchor": "hire", "return_notice_days": 30, **values},
    }


def _rules() -> list[dict[str, Any]]:
    yearly = {"recurrence": "every_months", "recurrence_months": 12}
    return [
        _license_rule("rn-license", "RN license", "License", ["rn"], ["RN"]),
        _license_rule("lvn-license", "LVN or LPN license", "License", ["lvn"], ["LVN", "LPN"]),
        _license_rule(
            "social-work-license", "Social work license", "License", ["lcsw", "lmsw"], ["LCSW", "LMSW", "LICSW"]
        ),
        {
            "code": "case-management-certification",
            "name": "Case management certification",
            "short_name": "Certification",
            "group": "license",
            "help_text": "Any one of CCM, ACM, CMC, CMGT-BC, C-SWCM or CDMS, within two years of hire.",
            "accepted": _types(*CERTIFICATIONS),
            "values": {
                "audience": CASE_MANAGERS,
                "due_anchor": "hire",
                "due_months": 24,
                "recurrence": "own_validity",
                "return_notice_days": 30,
            },
        },
        {
            "code": "bls",
            "name": "Basic life support",
            "short_name": "BLS",
            "group": "license",
            "help_text": "Renewed by a hands-on course. Send the new card.",
            "accepted": _types("BLS", "ACLS"),
            "values": {
                "audience": {"any": [{"professions": ["rn", "lvn"], "work_settings": ["field", "clinic", "hospital"]}]},
                "level": "seen",
                "due_anchor": "hire",
                "due_days": 60,
                "recurrence": "own_validity",
                "return_notice_days": 30,
            },
        },
        _training("hipaa", "HIPAA privacy", "HIPAA", "hipaa-basics", "One course, about 50 minutes.", EVERYONE,
                  due_days=30, grace_days=14, level="verified", **yearly),
        _training("advocacy", "Advocacy", "Advocacy", "advocacy", "Once, within 90 days.", CASE_MANAGERS, due_days=90,
                  recurrence="once"),
        _training("transitions", "Care transitions", "Transitions", "transition-from-acute-care", "Every two years.",
                  CASE_MANAGERS, due_days=120, recurrence="every_months", recurrence_months=24,
                  round_to_month_end=True),
        _training("documentation", "Documentation", "Documentation", "documentation", "Once in each calendar year.",
                  CASE_MANAGERS, due_days=90, recurrence="each_year", recurrence_month=1),
        _training("ethics", "Ethics", "Ethics", "ethics", "Every two years.", CASE_MANAGERS, due_days=180,
                  recurrence="every_months", recurrence_months=24, grace_days=30),
        _training("home-visit-safety", "Home visit safety", "Home visits", "home-visits",
                  "Every year, for those who visit homes.",
                  {"any": [{"work_settings": ["field"]}]}, due_days=14, window_days=60,
                  early_renewal_counts_from_expiry=True, severity="mandatory", **yearly),
        {
            "code": "annual-evaluation",
            "name": "Annual evaluation",
            "short_name": "Evaluation",
            "group": "evaluation",
            "help_text": "Written by the person, rated by the supervisor, acknowledged by the person.",
            "accepted": [qualification("evaluation:annual", kind="evaluation", name="Annual evaluation")],
            "values": {
                "audience": CASE_MANAGERS,
                "responsible": "supervisor",
                "due_anchor": "hire",
                "due_months": 12,
                "grace_days": 30,
                "return_notice_days": 45,
                **yearly,
            },
        },
    ]  # fmt: skip


def make_requirements(by: Viewer) -> None:
    for position, rule in enumerate(_rules()):
        accepted, values = rule.pop("accepted"), rule.pop("values")
        requirement = Requirement.objects.create(position=position, **rule)
        draft = Draft(
            starts_on=SINCE,
            values=values,
            accepted=tuple({"qualification_id": row.pk} for row in accepted),
            reason="In force when the records were taken over",
        )
        change_requirement(requirement, draft, by=by)
