"""Addresses of an edition's files."""

import mimetypes
from collections.abc import Mapping
from typing import Any

from django import template
from django.core.files.storage import storages

register = template.Library()


@register.simple_tag
def content_url(file: Mapping[str, Any]) -> str:
    return storages["content"].url(file["path"])


@register.filter
def video_type(path: str) -> str:
    return mimetypes.guess_type(path)[0] or "video/mp4"


@register.filter
def letter(index: int) -> str:
    """0 is A: the key of a choice."""
    return chr(ord("A") + index)
