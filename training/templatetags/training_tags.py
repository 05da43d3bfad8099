"""Small words for training's templates."""

import mimetypes
from collections.abc import Mapping
from decimal import Decimal
from pathlib import PurePath
from typing import Any

from django import template
from django.core.files.storage import storages

register = template.Library()


@register.simple_tag
def content_url(file: Mapping[str, Any]) -> str:
    """The address of an edition's file."""
    return storages["content"].url(file["path"])


@register.filter
def media_type(name: str) -> str:
    return mimetypes.guess_type(name)[0] or "video/mp4"


@register.filter
def file_kind(name: str) -> str:
    """PDF, DOCX: the extension, as people say it."""
    return PurePath(name).suffix.lstrip(".").upper()


@register.filter
def letter(index: int) -> str:
    """0 is A: the key of a choice."""
    return chr(ord("A") + index)


@register.filter
def get(mapping: Mapping[str, Any] | None, key: str) -> Any:
    """A value by a key that is itself a variable; nothing where there is none."""
    return (mapping or {}).get(key)


@register.filter
def plain(number: Decimal) -> str:
    """1.5, not 1.50: a number without the zeros nobody needs."""
    return f"{number.normalize():f}"
