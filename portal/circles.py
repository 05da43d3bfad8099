"""Three circles of a person's data. Every model with a link to a person declares its circle.

card: every colleague. standing: the person, the own line upward, HR, an auditor within an
engagement. restricted: named roles only. own: the person alone (drafts, sessions, preferences).
"""

from enum import StrEnum


class Circle(StrEnum):
    CARD = "card"
    STANDING = "standing"
    RESTRICTED = "restricted"
    OWN = "own"
