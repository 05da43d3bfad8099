"""What was posted and did not arrive, so that a page can give it back and send it again."""

import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any, Self
from urllib.parse import urlsplit

from django.conf import settings
from django.core import signing
from django.core.exceptions import BadRequest, SuspiciousOperation
from django.http import HttpRequest, QueryDict, UnreadablePostError
from django.http.multipartparser import MultiPartParserError

from portal.ui.middleware import cleaned
from portal.ui.posts.mark import FIELD, mark_in

# Never on a page, in a session or on a device.
_SECRET = re.compile(r"passw|secret|^(csrfmiddlewaretoken|kept)$", re.I)
# Passwords, codes, passkeys: their pages begin anew.
_NEVER = "/accounts/"
_SALT = "portal.kept-post"
SECONDS = 12 * 60 * 60
# Longer than this, or of several lines: a text to see and to change.
_LINE = 60
_UNREADABLE = (BadRequest, SuspiciousOperation, UnreadablePostError, MultiPartParserError)


@dataclass(frozen=True)
class KeptField:
    name: str
    value: str

    @property
    def label(self) -> str:
        """The field's name as words: a page that lost its form has no label to show."""
        return self.name.replace("-", " ").replace("_", " ").strip().capitalize()

    @property
    def is_text(self) -> bool:
        return len(self.value) > _LINE or "\n" in self.value


@dataclass(frozen=True)
class Kept:
    """`address`: where it was posted. `back`: the page it came from. `person`: whose page that was."""

    address: str
    back: str
    person: str
    fields: tuple[tuple[str, str], ...] = ()
    files: tuple[str, ...] = ()

    @property
    def texts(self) -> list[KeptField]:
        return [field for field in self._fields() if field.is_text]

    @property
    def others(self) -> list[KeptField]:
        return [field for field in self._fields() if not field.is_text]

    def _fields(self) -> Iterator[KeptField]:
        return (KeptField(name, value) for name, value in self.fields)

    @property
    def sealed(self) -> str:
        """Signed, to be carried by a page through the sign-in."""
        return signing.dumps(asdict(self), salt=_SALT, compress=True)

    @classmethod
    def unseal(cls, sealed: str) -> Self | None:
        try:
            found: dict[str, Any] = signing.loads(sealed, salt=_SALT, max_age=SECONDS)
        except signing.BadSignature:
            return None
        fields = tuple((name, value) for name, value in found.pop("fields"))
        return cls(**{**found, "files": tuple(found["files"])}, fields=fields)


def keep(request: HttpRequest) -> Kept | None:
    """What was posted; nothing where it did not come from a page of ours, or cannot be read.

    A form that another site sends in a person's name must not come back as a page of ours with a
    button that sends it.
    """
    if request.method != "POST" or request.path.startswith(_NEVER) or not _is_ours(request):
        return None
    try:
        posted, files = cleaned(request.POST), request.FILES
    except _UNREADABLE:
        return None
    return Kept(
        address=request.get_full_path(),
        back=page_before(request),
        person=_person_of(request, posted),
        fields=tuple(_fields_of(posted)),
        files=tuple(getattr(file, "name", "") or name for name, file in files.items()),
    )


def _fields_of(posted: QueryDict) -> Iterator[tuple[str, str]]:
    for name, values in posted.lists():
        if name != FIELD and not _SECRET.search(name):
            yield from ((name, str(value)) for value in values)


def _person_of(request: HttpRequest, posted: QueryDict) -> str:
    """The mark's, which the middleware takes out before the view."""
    mark = getattr(request, "form_mark", None) or mark_in(posted)
    return mark.person


def page_before(request: HttpRequest) -> str:
    """The page of ours that a request was sent from, as a path; the start page where nothing says it."""
    for name in ("HX-Current-URL", "Referer"):
        parts = urlsplit(request.headers.get(name, ""))
        if parts.netloc == request.get_host() and parts.path.startswith("/"):
            return parts.path + (f"?{parts.query}" if parts.query else "")
    return "/"


def _is_ours(request: HttpRequest) -> bool:
    """The CSRF token was right, or the browser says that a page of ours sent it."""
    if getattr(request, "post_is_ours", False):
        return True
    here = {f"{request.scheme}://{request.get_host()}", settings.SITE_URL}
    if origin := request.headers.get("Origin"):
        return origin in here
    parts = urlsplit(request.headers.get("Referer", ""))
    return f"{parts.scheme}://{parts.netloc}" in here
