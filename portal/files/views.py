"""Files on the way in, staged; on the way out authorized, logged, and never run in our origin."""

import os
import re
from collections.abc import Iterator
from typing import Any, BinaryIO

from django.contrib.auth.decorators import login_required
from django.core.exceptions import SuspiciousFileOperation
from django.core.files.storage import storages
from django.http import FileResponse, Http404, HttpResponse, JsonResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from portal.audit.log import read
from portal.files import words
from portal.files.access import ORIGINAL, get_file_for
from portal.files.errors import BadFile
from portal.files.fields import described
from portal.files.staging import stage_upload
from portal.people.access.requests import PortalRequest

INLINE = {"application/pdf", "image/jpeg", "image/png"}
CHUNK = 64 * 1024


@login_required
@require_POST
def stage(request: PortalRequest) -> JsonResponse:
    """A file sent while its form is still filled in; the form then carries the code that is answered."""
    upload = request.FILES.get("file")
    if upload is None:
        text = words.too_large() if getattr(request, "files_too_large", None) else _("Choose a file.")
        return JsonResponse({"error": text}, status=422)
    try:
        staged = stage_upload(upload, sender=request.user)
    except BadFile as error:
        return JsonResponse({"error": error.message}, status=422)
    return JsonResponse(described(staged))


@login_required
@require_safe
def download(request: PortalRequest, code: str) -> FileResponse:
    """A private file, for whom its kind allows; reading another's is logged."""
    stored = get_file_for(request.viewer, code)
    read(request.user, "file", person=stored.person, detail=f"{stored.kind} {stored.code}")
    inline = stored.content_type in INLINE and stored.kind != ORIGINAL and "download" not in request.GET
    response = FileResponse(
        stored.content.open("rb"),
        as_attachment=not inline,
        filename=stored.name,
        content_type=stored.content_type,
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'; style-src 'unsafe-inline'"
    response["Cache-Control"] = "private, no-store"
    return response


@login_required
@require_safe
def content(request: PortalRequest, name: str) -> HttpResponseBase:
    """The site's own images and documents, for signed-in people; in ranges, so that videos can seek."""
    storage = storages["content"]
    try:
        if not storage.exists(name):
            raise Http404
        source = storage.open(name, "rb")
        size = storage.size(name)
    except (SuspiciousFileOperation, OSError) as error:
        raise Http404 from error
    return ranged_response(request, source, size, name)


def ranged_response(request: PortalRequest, source: Any, size: int, name: str) -> HttpResponseBase:
    """The file, or the bytes asked for."""
    import mimetypes

    kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
    wanted = re.fullmatch(r"bytes=(\d{0,18})-(\d{0,18})", request.headers.get("Range", ""))
    if not wanted or not any(wanted.groups()):
        response: FileResponse | StreamingHttpResponse = FileResponse(source, content_type=kind)
    else:
        first, last = _bounds(wanted.group(1), wanted.group(2), size)
        if first > last:
            return HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}"})
        response = StreamingHttpResponse(
            _slice(source, first, last - first + 1), status=206, content_type=kind
        )
        response["Content-Range"] = f"bytes {first}-{last}/{size}"
        response["Content-Length"] = str(last - first + 1)
    response["Accept-Ranges"] = "bytes"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["Cache-Control"] = "private, max-age=3600"
    return response


def _bounds(first: str, last: str, size: int) -> tuple[int, int]:
    if not first:
        return max(size - int(last), 0), size - 1
    return int(first), min(int(last) if last else size - 1, size - 1)


def _slice(source: BinaryIO, start: int, length: int) -> Iterator[bytes]:
    with source:
        source.seek(start, os.SEEK_SET)
        while length > 0 and (chunk := source.read(min(CHUNK, length))):
            length -= len(chunk)
            yield chunk
