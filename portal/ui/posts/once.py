"""A double click: the same form, sent twice from the same page, is done once and answered twice."""

import time

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from portal.hashing import canonical_sha256
from portal.ui.posts.mark import Mark

REMEMBERED_SECONDS = 120
# How long the second waits for the first.
PATIENCE_SECONDS = 8.0
_PAUSE = 0.1


def key_of(request: HttpRequest, mark: Mark) -> str:
    """What is the same about the two; nothing where two of them are two."""
    if not mark.rendering or not mark.person or "X-Autosave" in request.headers:
        return ""
    files = [
        [name, getattr(file, "name", ""), getattr(file, "size", 0)] for name, file in request.FILES.items()
    ]
    what = [mark.person, mark.rendering, request.get_full_path(), dict(request.POST.lists()), files]
    return f"posted:{canonical_sha256(what)}"


def begin(key: str) -> HttpResponse | None:
    """None for the first, who is to do it; for the second what the first was answered.

    Where the first takes too long, or was not sent on, the second is done as well: use cases say of
    themselves what twice means.
    """
    if cache.add(f"{key}:at-work", 1, REMEMBERED_SECONDS):
        return None
    end = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < end:
        if found := cache.get(key):
            return HttpResponseRedirect(found)
        if cache.add(f"{key}:at-work", 1, REMEMBERED_SECONDS):
            return None
        time.sleep(_PAUSE)
    return None


def end(key: str, response: HttpResponse) -> None:
    """Remember where it led; what was refused may be sent again."""
    if isinstance(response, HttpResponseRedirect):
        cache.set(key, response.url, REMEMBERED_SECONDS)
    else:
        cache.delete(f"{key}:at-work")
