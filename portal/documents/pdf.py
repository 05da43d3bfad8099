"""Documents: the only module that knows WeasyPrint, imported when the first one is made."""

import atexit
import mimetypes
import os
import unicodedata
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.contrib.staticfiles import finders
from django.template.loader import render_to_string

from portal.documents import fonts
from portal.documents.actual_text import write_actual_text
from portal.documents.fonts import Family, fonts_for

STYLES = "portal/css/pdf.css"
NO_SYSTEM_FONTS = Path(__file__).resolve().parent / "fonts.conf"
# Fonts, opened, for so many combinations of scripts at a time.
COMBINATIONS = 4


def render_pdf(template_name: str, context: dict[str, Any]) -> bytes:
    """The template as a tagged PDF (PDF/UA-1). The same context gives the same bytes, on any machine.

    Raises an error for a missing image or anything that would be fetched from elsewhere.
    """
    return print_html(render_to_string(template_name, context))


def print_html(html: str) -> bytes:
    """The page as a PDF, with the fonts that its text needs. `dir="auto"` is resolved, as in a browser."""
    html, families = fonts_for(html)
    return write(html, *press(families))


def write(html: str, styles: list[Any], font_config: Any, fetcher: Any) -> bytes:
    """WeasyPrint's own work on a prepared page: what a document takes at the least."""
    from weasyprint import HTML

    page = HTML(string=html, base_url="/", url_fetcher=fetcher)
    _resolve_directions(page.etree_element)
    document: bytes = page.write_pdf(stylesheets=styles, font_config=font_config, pdf_variant="pdf/ua-1")
    return document


def _resolve_directions(root: Any) -> None:
    """WeasyPrint knows no dir="auto": the first letter that has a direction decides."""
    for element in root.iter():
        if element.get("dir") == "auto":
            element.set("dir", direction_of(element.itertext()))


def direction_of(texts: Iterator[str]) -> str:
    for text in texts:
        for character in text:
            strong = unicodedata.bidirectional(character)
            if strong in ("R", "AL"):
                return "rtl"
            if strong == "L":
                return "ltr"
    return "ltr"


@lru_cache(maxsize=COMBINATIONS)
def press(families: tuple[Family, ...]) -> tuple[list[Any], Any, Any]:
    """Styles and fonts, parsed once per process: 0.3 s that each document would pay otherwise."""
    with _own_fonts_only():
        from weasyprint import CSS
        from weasyprint.draw import text as drawing
        from weasyprint.text.fonts import FontConfiguration

        font_config = FontConfiguration()
    write_actual_text(drawing)
    # Let go before the interpreter takes the libraries away.
    atexit.register(press.cache_clear)
    fetcher = _fetcher()
    sheet = fonts.style_sheet(families)
    faces = CSS(string=sheet, font_config=font_config, url_fetcher=fetcher, base_url=fonts.FOLDER.as_uri())
    return [faces, _styles()], font_config, fetcher


@lru_cache(maxsize=1)
def _styles() -> Any:
    from weasyprint import CSS

    path = Path(_static(STYLES))
    return CSS(filename=str(path), url_fetcher=_fetcher(), base_url=path.as_uri())


@contextmanager
def _own_fonts_only() -> Iterator[None]:
    """While fonts are set up, the system's are out of sight: none is picked silently, where there are any."""
    before = os.environ.get("FONTCONFIG_FILE")
    os.environ["FONTCONFIG_FILE"] = str(NO_SYSTEM_FONTS)
    try:
        with warnings.catch_warnings():
            # WeasyPrint, when it is imported: "No fonts configured".
            warnings.simplefilter("ignore", UserWarning)
            yield
    finally:
        if before is None:
            del os.environ["FONTCONFIG_FILE"]
        else:
            os.environ["FONTCONFIG_FILE"] = before


def _static(name: str) -> str:
    """Where a static file lies: collected in production, in the apps otherwise."""
    if settings.PRODUCTION:
        return str(Path(settings.STATIC_ROOT) / name)
    found = finders.find(name)
    if not found:
        raise FileNotFoundError(f"{name} is missing: run make setup, which copies the fonts.")
    return str(found)


def _fetcher() -> Any:
    """Nothing but data: addresses, our own static files and fonts; no network, no silent gaps."""
    from weasyprint.urls import URLFetcher, URLFetcherResponse

    roots = _static_roots()

    class OwnFiles(URLFetcher):
        def fetch(self, url: str, headers: Any = None) -> Any:
            scheme = urlsplit(url).scheme
            if scheme == "data":
                return super().fetch(url, headers)
            if scheme != "file":
                raise ValueError(f"A document may not fetch {url}.")
            path = _own_file(url, roots)
            kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
            return URLFetcherResponse(path.as_uri(), path.read_bytes(), {"Content-Type": kind})

    return OwnFiles(allowed_protocols=("data",), fail_on_errors=True)


def _static_roots() -> tuple[Path, ...]:
    base = Path(settings.BASE_DIR)
    folders = (base / "portal" / "ui" / "static", Path(settings.STATIC_ROOT), fonts.FOLDER)
    return tuple(path.resolve() for path in folders)


def _own_file(url: str, roots: tuple[Path, ...]) -> Path:
    """The file itself, after all dots, percent signs and links: what is checked is what is read.

    Raises ValueError where it lies outside the folders, or on another machine.
    """
    parts = urlsplit(url)
    path = Path(unquote(parts.path)).resolve()
    if parts.netloc not in {"", "localhost"} or not any(path.is_relative_to(root) for root in roots):
        raise ValueError(f"A document may not read {url}.")
    return path
