"""What is said of a file: why it was refused, what it is, what was left out."""

from collections.abc import Iterable

from django.conf import settings
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from portal.files.decoding.verdict import Removed, Why
from portal.files.models import Sweep

_PICTURE = gettext_lazy("This picture cannot be read. Take it again, or send a PDF.")
_REFUSED = {
    Why.EMPTY: gettext_lazy("The file is empty."),
    Why.KIND: gettext_lazy("This is not a PDF, JPEG, PNG or HEIC file. Its content counts, not its name."),
    Why.PICTURE: _PICTURE,
    Why.PIXELS: gettext_lazy("This picture has too many pixels. Send a smaller one."),
    Why.PDF: gettext_lazy("This PDF cannot be read. Save it again, or send a photo."),
    Why.LOCKED: gettext_lazy("This PDF is locked with a password. Save it without one and send it again."),
    Why.NO_PAGES: gettext_lazy("This PDF has no pages."),
    Why.PAGES: gettext_lazy("This PDF has more than 500 pages. Send only the pages that count."),
    Why.FORM: gettext_lazy(
        "This PDF is a form that only Adobe's programs can show. Print it to a PDF and send that."
    ),
    Why.UNPACKS: gettext_lazy(
        "This PDF unpacks to far more than it should. Print it to a PDF and send that."
    ),
    Why.MEMORY: gettext_lazy("This file needs too much memory to open. Send a smaller scan or photo."),
    Why.SLOW: gettext_lazy("This file takes too long to open. Send a smaller scan or photo."),
}
CODES = tuple(_REFUSED)
_REMOVED = {
    Removed.SCRIPTS: gettext_lazy("scripts"),
    Removed.ATTACHMENTS: gettext_lazy("attached files"),
    Removed.MEDIA: gettext_lazy("films and sounds"),
}
_KINDS = {"application/pdf": "PDF", "image/jpeg": "JPEG", "image/png": "PNG"}


def refused(why: str) -> str:
    """Why a file is not taken; an answer that nobody knows is "cannot be read"."""
    return str(_REFUSED.get(why, _PICTURE))  # type: ignore[call-overload]


def busy() -> str:
    return _("Many files are being opened just now. Wait a minute and send it again.")


def limit() -> int:
    """In MB."""
    return settings.UPLOAD_MAX_BYTES // 2**20


def too_large() -> str:
    return _("The file is larger than %(mb)d MB. Send a smaller scan or photo.") % {"mb": limit()}


def accepted() -> str:
    return _("PDF, JPEG, PNG or HEIC, up to %(mb)d MB.") % {"mb": limit()}


def gone() -> str:
    return _("This file was not kept. Choose it again.")


def sent_already() -> str:
    return _("This file was sent already. If it is on record, nothing more is needed; else choose it again.")


def described(content_type: str, size: int) -> str:
    """What it is and how large."""
    words = {"kind": _KINDS.get(content_type, content_type), "size": filesizeformat(size)}
    return _("%(kind)s, %(size)s") % words


def left_out(removed: Iterable[str]) -> str:
    """What was inside and was not taken along, or nothing."""
    parts = [str(_REMOVED[Removed(code)]) for code in removed]
    if not parts:
        return ""
    return _("Left out: %(what)s. The pages are complete.") % {"what": ", ".join(parts)}


def swept(row: Sweep) -> str:
    """What one look for files that belong to nothing found."""
    parts = []
    if row.unclaimed:
        parts.append(
            ngettext(
                "%(count)d file was sent and never used: removed.",
                "%(count)d files were sent and never used: removed.",
                row.unclaimed,
            )
            % {"count": row.unclaimed}
        )
    if row.without_row:
        parts.append(
            ngettext(
                "%(count)d file belonged to no record: removed.",
                "%(count)d files belonged to no record: removed.",
                row.without_row,
            )
            % {"count": row.without_row}
        )
    if row.suspicious:
        text = _(
            "%(count)d files belong to no record, more than can be an accident: left alone. See the log."
        )
        parts.append(text % {"count": row.suspicious})
    return " ".join(parts)
