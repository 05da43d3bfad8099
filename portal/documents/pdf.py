"""Documents: the only module that knows WeasyPrint, imported when the first one is made."""

import atexit
import mimetypes
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.contrib.staticfiles import finders
from django.template.loader import render_to_string

STYLES = "portal/css/pdf.css"


def render_pdf(template_name: str, context: dict[str, Any]) -> bytes:
    """The template as a tagged PDF (PDF/UA-1). The same context gives the same bytes.

    Raises an error for a missing image or anything that would be fetched from elsewhere.
    """
    from weasyprint import HTML

    styles, fonts, fetcher = _press()
    page = HTML(string=render_to_string(template_name, context), base_url="/", url_fetcher=fetcher)
    document: bytes = page.write_pdf(stylesheets=[styles], font_config=fonts, pdf_variant="pdf/ua-1")
    return document


@lru_cache(maxsize=1)
def _press() -> tuple[Any, Any, Any]:
    """Styles and fonts, parsed once per process: 0.3 s that each document would pay otherwise."""
    from weasyprint import CSS
    from weasyprint.text.fonts import FontConfiguration

    fonts = FontConfiguration()
    # Let go before the interpreter takes the libraries away.
    atexit.register(_press.cache_clear)
    path = Path(_static(STYLES))
    fetcher = _fetcher()
    styles = CSS(filename=str(path), font_config=fonts, url_fetcher=fetcher, base_url=path.as_uri())
    return styles, fonts, fetcher


def _static(name: str) -> str:
    """Where a static file lies: collected in production, in the apps otherwise."""
    if settings.PRODUCTION:
        return str(Path(settings.STATIC_ROOT) / name)
    found = finders.find(name)
    if not found:
        raise FileNotFoundError(f"{name} is missing: run make setup, which copies the fonts.")
    return str(found)


def _fetcher() -> Any:
    """Nothing but data: addresses and our own static files; no network, no silent gaps."""
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
    return tuple(path.resolve() for path in (base / "portal" / "ui" / "static", Path(settings.STATIC_ROOT)))


def _own_file(url: str, roots: tuple[Path, ...]) -> Path:
    """The file itself, after all dots, percent signs and links: what is checked is what is read.

    Raises ValueError where it lies outside the folders, or on another machine.
    """
    parts = urlsplit(url)
    path = Path(unquote(parts.path)).resolve()
    if parts.netloc not in {"", "localhost"} or not any(path.is_relative_to(root) for root in roots):
        raise ValueError(f"A document may not read {url}.")
    return path
