"""The icons: one 18-unit drawing each, for the sprite on every page.

Our own drawings. `solid` is filled with the ink, `knock` is cut out of it; everything else is a line.
"""

# ruff: noqa: E501 - a drawing is one line
from django.utils.safestring import mark_safe

ICONS: dict[str, str] = {
    "met": '<path d="m3.5 9.6 3.6 3.7 7.4-8.6" stroke-width="2"/>',
    "expiring": (
        '<circle cx="9" cy="9" r="6.6"/>'
        '<path class="solid" d="M9 9V4.4A4.6 4.6 0 0 1 13.6 9z"/>'
        '<path d="M9 4.6V9h4.4"/>'
    ),
    "overdue": (
        '<path d="M9 1.2 16.8 9 9 16.8 1.2 9z" class="solid"/>'
        '<path class="knock" d="M9 5.4v4.3M9 12.4v.1" stroke-width="1.9"/>'
    ),
    "missing": '<path d="M9 1.9 16.1 9 9 16.1 1.9 9z" stroke-dasharray="2.6 2.2"/>',
    "unverified": (
        '<circle cx="9" cy="9" r="7"/>'
        '<path d="M6.9 7.3c0-1.3 1-2.1 2.2-2.1 1.2 0 2.1.8 2.1 1.9 0 1.5-2.1 1.6-2.1 3.1M9.1 12.7v.1" stroke-width="1.7"/>'
    ),
    "na": '<path d="M4.5 9h9"/>',
    "todo": '<circle cx="9" cy="9" r="6.4"/>',
    "now": '<circle cx="9" cy="9" r="6.4"/><circle class="solid" cx="9" cy="9" r="3.2"/>',
    "done": '<circle cx="9" cy="9" r="6.9"/><path d="m5.9 9.2 2.2 2.3 4-4.7"/>',
    "search": '<circle cx="8" cy="8" r="5"/><path d="m11.8 11.8 4 4"/>',
    "bell": '<path d="M4.5 12.5V8a4.5 4.5 0 0 1 9 0v4.5l1.2 1.5H3.3zM7.5 16h3"/>',
    "menu": '<path d="M2.5 5h13M2.5 9h13M2.5 13h13"/>',
    "next": '<path d="M3 9h11.5M10 4.5 14.5 9 10 13.5"/>',
    "prev": '<path d="M15 9H3.5M8 4.5 3.5 9 8 13.5"/>',
    "down": '<path d="m4.5 7 4.5 4.5L13.5 7"/>',
    "lock": '<rect x="3.5" y="8" width="11" height="7.5" rx="1"/><path d="M6 8V5.5a3 3 0 0 1 6 0V8"/>',
    "flag": '<path d="M4.5 16V2.5h8.5l-1.8 3.2 1.8 3.3H4.5"/>',
    "clock": '<circle cx="9" cy="9" r="6.6"/><path d="M9 5.2V9l2.6 1.7"/>',
    "download": '<path d="M9 2.5v9M5.5 8.2 9 11.7l3.5-3.5M3 15.5h12"/>',
    "upload": '<path d="M9 12V3M5.5 6.3 9 2.8l3.5 3.5M3 15.5h12"/>',
    "print": '<path d="M5 7V2.5h8V7M5 12.5H2.5V7h13v5.5H13M5 10.5h8v5H5z"/>',
    "key": '<circle cx="5.8" cy="12.2" r="3.3"/><path d="m8.2 9.8 6.8-6.8M12 6l2.2 2.2"/>',
    "doc": '<path d="M4 2h6.5L14 5.5V16H4zM10.5 2v3.5H14M6.5 9h5M6.5 12h5"/>',
    "pen": '<path d="m3 15 .8-3.4L12.2 3.2l2.6 2.6L6.4 14.2zM10.5 5l2.6 2.6"/>',
    "x": '<path d="m4.5 4.5 9 9M13.5 4.5l-9 9"/>',
    "tip": (
        '<path d="M3 3.5h5.2a.8.8 0 0 1 .8.8v11a1.8 1.8 0 0 0-1.8-1.3H3zM15 3.5H9.8a.8.8 0 0 0-.8.8v11a1.8 1.8 0 0 1 1.8-1.3H15z"/>'
    ),
    "grace": (
        '<circle cx="9" cy="9" r="6.6"/>'
        '<path class="solid" d="M9 9V4.4A4.6 4.6 0 1 1 4.4 9z"/>'
        '<path d="M9 4.6V9H4.6"/>'
    ),
    "waived": '<circle cx="9" cy="9" r="6.6"/><path d="m4.5 13.5 9-9"/>',
    "paused": '<circle cx="9" cy="9" r="6.6"/><path d="M7.2 6.4v5.2M10.8 6.4v5.2" stroke-width="1.8"/>',
    "mail": '<path d="M2.5 4.5h13v9h-13zM2.8 5l6.2 5 6.2-5"/>',
    "info": '<circle cx="9" cy="9" r="7"/><path d="M9 8.4v4.3M9 5.5v.1" stroke-width="1.8"/>',
}
# Drawn on other grids.
MARK = (
    '<path fill="currentColor" stroke="none" d="M0 0h28v28H0z"/>'
    '<path fill="none" stroke="var(--sheet)" stroke-width="2.4" stroke-linecap="square" d="M8 22.5V6h7a5.6 5.6 0 0 1 0 11.2h-1.2"/>'
    '<path fill="none" stroke="var(--sheet)" stroke-width="2.1" stroke-linecap="round" stroke-linejoin="round" d="m12 12 2.1 2.1 3.9-4.4"/>'
)
SELF = '<path d="M2 3h10l-5 8z"/>'


def _symbol(name: str, size: int, body: str) -> str:
    return f'<symbol id="i-{name}" viewBox="0 0 {size} {size}">{body}</symbol>'


def sprite() -> str:
    """All icons as one hidden SVG, to stand first in the body; pages then say `<use href="#i-name">`."""
    symbols = [_symbol("mark", 28, MARK), _symbol("self", 14, SELF)]
    symbols += [_symbol(name, 18, body) for name, body in ICONS.items()]
    head = '<svg width="0" height="0" hidden aria-hidden="true" focusable="false">'
    return mark_safe(head + "".join(symbols) + "</svg>")  # noqa: S308 - constants
