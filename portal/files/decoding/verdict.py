"""What the decoder answers: what became of a file, or why it was refused."""

from dataclasses import dataclass
from enum import StrEnum


class Why(StrEnum):
    """Why a file is refused; the words are in portal.files.words."""

    EMPTY = "empty"
    KIND = "kind"
    PICTURE = "picture"
    PIXELS = "pixels"
    PDF = "pdf"
    LOCKED = "locked"
    NO_PAGES = "no_pages"
    PAGES = "pages"
    FORM = "form"
    UNPACKS = "unpacks"
    MEMORY = "memory"
    SLOW = "slow"


class Lost(StrEnum):
    """What the original shows or proves and the cleaned copy does not: the original is kept beside it."""

    DEPTH = "depth"
    INKS = "inks"
    SEE_THROUGH = "see_through"
    SEVERAL = "several"
    SIGNATURE = "signature"


class Removed(StrEnum):
    """What was inside and can act; who sent the file is told. Its original is not kept."""

    SCRIPTS = "scripts"
    ATTACHMENTS = "attachments"
    MEDIA = "media"


class Refusal(Exception):
    """The file is not taken."""

    def __init__(self, why: Why) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True)
class Cleaned:
    """The copy that was written."""

    content_type: str
    extension: str
    lost: tuple[Lost, ...] = ()
    removed: tuple[Removed, ...] = ()
