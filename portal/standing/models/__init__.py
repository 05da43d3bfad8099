"""What people must keep current, what they have on record, and where that leaves them on any day."""

from portal.standing.models.alerts import AlertRun, LadderStage
from portal.standing.models.evidence import Evidence
from portal.standing.models.exceptions import Extension, Waiver
from portal.standing.models.qualification import Qualification
from portal.standing.models.requirement import AcceptedQualification, Requirement, RequirementVersion
from portal.standing.models.span import ClearanceSpan, Span, SpanQuerySet

__all__ = [
    "AcceptedQualification",
    "AlertRun",
    "ClearanceSpan",
    "Evidence",
    "Extension",
    "LadderStage",
    "Qualification",
    "Requirement",
    "RequirementVersion",
    "Span",
    "SpanQuerySet",
    "Waiver",
]
