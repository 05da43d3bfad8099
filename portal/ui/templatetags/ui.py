"""Icons, standing marks, and dates and numbers in the portal's own notation. Built in: no {% load %}."""

from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from django import template
from django.core.paginator import Page
from django.http import QueryDict
from django.template.base import Node, NodeList, Parser, Token
from django.utils import timezone
from django.utils.dateformat import format as date_format
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from portal.ui import icons
from portal.ui.nav import address
from portal.ui.states import look_of

register = template.Library()

NBSP = "\xa0"


# ---- icons and marks ----------------------------------------------------------------------


@register.simple_tag
def sprite() -> str:
    return icons.sprite()


@register.simple_tag
def icon(name: str, label: str = "") -> str:
    """An icon of the sprite; hidden from screen readers unless it has a label."""
    if not name:
        return ""
    if label:
        return format_html(
            '<svg class="ico" role="img" aria-label="{}"><use href="#i-{}"/></svg>',
            label,
            name,
        )
    return format_html('<svg class="ico" aria-hidden="true"><use href="#i-{}"/></svg>', name)


@register.simple_tag
def status(state: object, word: object = "") -> str:
    """The standing mark: shape, word, color. Without a word it says the state's own."""
    look = look_of(state)
    text: object = word or look.word
    if look.tone == "na" and not word:
        text = format_html('<span class="visually-hidden">{}</span>', look.word)
    return format_html('<span class="st st-{}">{}{}</span>', look.tone, icon(look.icon), text)


@register.simple_tag
def pdf_status(state: object, word: object = "") -> str:
    """The standing mark in a document: the drawing itself, since a document has no sprite."""
    look = look_of(state)
    return format_html(
        '<span class="st st-{}">{}{}</span>',
        look.tone,
        icons.drawn(look.icon, look.ink),
        word or look.word,
    )


@register.filter
def state_icon(state: object) -> str:
    return look_of(state).icon


@register.filter
def state_tone(state: object) -> str:
    return look_of(state).tone


@register.filter
def state_word(state: object) -> str:
    return str(look_of(state).word)


# ---- dates --------------------------------------------------------------------------------


def _as_day(value: Any) -> date | None:
    if isinstance(value, datetime):
        return timezone.localtime(value).date() if timezone.is_aware(value) else value.date()
    return value if isinstance(value, date) else None


def _today(today: Any) -> date:
    return _as_day(today) or timezone.localdate()


def _written(value: date | datetime | time, pattern: str) -> str:
    return date_format(value, pattern).replace(" ", NBSP)


@register.filter
def day(value: Any, today: Any = None) -> str:
    """Nov 23, or Nov 23, 2025 outside the current year."""
    on = _as_day(value)
    if on is None:
        return ""
    if on.year == _today(today).year:
        return _written(on, pgettext("date format, day in this year", "M j"))
    return day_year(on)


@register.filter
def day_year(value: Any) -> str:
    """Nov 23, 2026, always with the year: documents and records."""
    on = _as_day(value)
    return _written(on, pgettext("date format, day with year", "M j, Y")) if on else ""


@register.filter
def day_long(value: Any) -> str:
    """November 23, 2026."""
    on = _as_day(value)
    return _written(on, pgettext("date format, long", "F j, Y")) if on else ""


@register.filter
def day_full(value: Any) -> str:
    """Monday, November 23, 2026. The weekday may stand on a line of its own."""
    on = _as_day(value)
    if on is None:
        return ""
    return f"{date_format(on, 'l')}, {day_long(on)}"


@register.filter
def month(value: Any) -> str:
    """Nov 2026."""
    on = _as_day(value)
    return _written(on, pgettext("date format, month", "M Y")) if on else ""


@register.filter
def clock(value: Any) -> str:
    """14:02, in the time zone in force."""
    if isinstance(value, datetime) and timezone.is_aware(value):
        value = timezone.localtime(value)
    return date_format(value, "H:i") if isinstance(value, datetime | time) else ""


@register.filter
def moment(value: Any, today: Any = None) -> str:
    """Nov 23, 14:02."""
    return f"{day(value, today)}, {clock(value)}" if isinstance(value, datetime) else day(value, today)


@register.filter
def days_left(value: Any, today: Any = None) -> str:
    """In prose: in 19 days, tomorrow, today, yesterday, 12 days ago."""
    on = _as_day(value)
    if on is None:
        return ""
    days = (on - _today(today)).days
    near = {0: _("today"), 1: _("tomorrow"), -1: _("yesterday")}
    if days in near:
        return near[days]
    words = (
        ngettext("in %(n)d day", "in %(n)d days", days) % {"n": days}
        if days > 0
        else ngettext("%(n)d day ago", "%(n)d days ago", -days) % {"n": -days}
    )
    return words.replace(" ", NBSP)


@register.filter
def days_short(value: Any, today: Any = None) -> str:
    """In cells: 19 d, today, 12 d over."""
    on = _as_day(value)
    if on is None:
        return ""
    days = (on - _today(today)).days
    if days == 0:
        return _("today")
    words = _("%(n)d d") % {"n": days} if days > 0 else _("%(n)d d over") % {"n": -days}
    return words.replace(" ", NBSP)


# ---- numbers and words --------------------------------------------------------------------


def _plain_number(value: Any, decimals: int | None = None) -> str:
    number = Decimal(str(value))
    if decimals is not None:
        return f"{number:,.{decimals}f}"
    text = f"{number:,.2f}"
    return text.rstrip("0").rstrip(".")


@register.filter
def amount(value: Any) -> str:
    """1,136 or 1.5: thousands with a comma, no idle zeros."""
    return "" if value in (None, "") else _plain_number(value)


@register.filter
def hours(value: Any, decimals: int | None = None) -> str:
    """52 h, 1.5 h; `hours:1` keeps one decimal, for columns."""
    return "" if value in (None, "") else f"{_plain_number(value, decimals)}{NBSP}h"


@register.filter
def percent(part: Any, whole: Any = None) -> str:
    """95.8 %, of `part` in `whole`, or of a number that is a percentage already. Nothing of nothing is nothing."""
    if part in (None, ""):
        return ""
    number = Decimal(str(part))
    if whole is not None:
        if not whole:
            return ""
        number = number * 100 / Decimal(str(whole))
    text = f"{number:.1f}".removesuffix(".0")
    return f"{text}{NBSP}%"


@register.filter
def nbsp(value: Any) -> SafeString:
    """Keeps words together on one line."""
    return mark_safe(str(conditional_escape(value)).replace(" ", "&nbsp;"))


@register.filter
def count_words(value: Any) -> str:
    """Zero to twelve in words, larger numbers in figures."""
    words = (
        _("zero"), _("one"), _("two"), _("three"), _("four"), _("five"), _("six"), _("seven"),
        _("eight"), _("nine"), _("ten"), _("eleven"), _("twelve"),
    )  # fmt: skip
    number = int(value)
    return words[number] if 0 <= number < len(words) else amount(number)


@register.filter
def filesize_short(value: Any) -> str:
    """84 KB, 1.2 MB."""
    size = float(value or 0)
    for unit in ("bytes", "KB", "MB"):
        if size < 1000 or unit == "MB":
            break
        size /= 1000
    text = f"{size:.1f}" if unit == "MB" and size < 10 else f"{size:.0f}"
    return f"{text}{NBSP}{unit}"


@register.filter
def anchor(value: Any, prefix: str = "s") -> str:
    """An id made of a title: for headings that label their section."""
    return f"{prefix}-{slugify(str(value)) or 'x'}"


@register.filter
def share(part: Any, whole: Any) -> str:
    """A percentage between 0 and 100 for an SVG attribute; never localized."""
    try:
        ratio = float(part) / float(whole) * 100
    except (TypeError, ValueError, ZeroDivisionError):
        ratio = 0.0
    return f"{min(max(ratio, 0.0), 100.0):.2f}%"


class Tick(dict[str, str]):
    """Where a number stands on the ruler, and how its text is anchored."""


@register.simple_tag
def ruler_ticks(top: Any, step: Any = None) -> list[Tick]:
    """The graduation of a ruler: at most nine steps of 1, 2, 5, 10, 20, ..."""
    limit = float(top or 0)
    if limit <= 0:
        return []
    size = (
        float(step)
        if step
        else next(
            unit * scale
            for scale in (1, 10, 100, 1000, 10000)
            for unit in (1, 2, 5)
            if limit / (unit * scale) <= 9
        )
    )
    marks = [size * i for i in range(int(limit / size) + 1)]
    if limit - marks[-1] > 0:
        # The end is always named; a mark too near to it would run into its number.
        if limit - marks[-1] < size * 0.6 and len(marks) > 1:
            marks.pop()
        marks.append(limit)
    return [
        Tick(
            at=share(mark, limit),
            text=_plain_number(mark),
            anchor="start" if mark == 0 else "end" if mark == limit else "middle",
        )
        for mark in marks
    ]


# ---- tags ---------------------------------------------------------------------------------


class CaptureNode(Node):
    """Renders what it holds into a variable; blank text becomes the empty string."""

    child_nodelists = ("nodelist",)

    def __init__(self, nodelist: NodeList, name: str) -> None:
        self.nodelist = nodelist
        self.name = name

    def render(self, context: template.Context) -> str:
        context[self.name] = mark_safe(self.nodelist.render(context).strip())
        return ""


@register.tag
def capture(parser: Parser, token: Token) -> CaptureNode:
    """{% capture as name %}…{% endcapture %}"""
    bits = token.split_contents()
    if len(bits) != 3 or bits[1] != "as":
        raise template.TemplateSyntaxError("{% capture as name %}")
    nodelist = parser.parse(("endcapture",))
    parser.delete_first_token()
    return CaptureNode(nodelist, bits[2])


@register.simple_tag
def soft_url(*names: str) -> str:
    """The address of the first of these names that exists, else nothing."""
    return next((found for name in names if (found := address(name))), "")


# ---- lists and tables ---------------------------------------------------------------------


@register.simple_tag(takes_context=True)
def set_query(context: template.Context, name: str, value: object) -> str:
    """This address with one parameter changed; another order or filter begins at the first page."""
    request = context.get("request")
    query = request.GET.copy() if request else QueryDict(mutable=True)
    if name != "page":
        query.pop("page", None)
    query[name] = str(value)
    return f"?{query.urlencode()}"


@register.simple_tag
def sort_state(key: str, current: str) -> dict[str, str]:
    """What the link of a sortable column does next, and what it says it is."""
    if current == key:
        return {"aria": "ascending", "next": f"-{key}"}
    if current == f"-{key}":
        return {"aria": "descending", "next": key}
    return {"aria": "", "next": key}


@register.simple_tag
def elided_pages(page: Page[Any]) -> list[int | str]:
    return list(page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1))


@register.simple_tag
def matrix_cell(
    state: object,
    word: object = "",
    note: object = "",
    label: str = "",
    detail: str = "",
    is_open: object = "",
) -> str:
    """One cell of the matrix: icon, visible words, and the requirement and state for screen readers."""
    look = look_of(state)
    said = look.word if str(word) != str(look.word) else ""
    hidden = ": ".join(str(part) for part in (label, said) if part)
    body = format_html(
        '{}<span class="visually-hidden">{}{}</span><span>{}{}</span>',
        icon(look.icon),
        hidden,
        ", " if said and word else ": " if label and word else "",
        word,
        format_html("<small>{}</small>", note) if note else "",
    )
    if not detail:
        return format_html('<span class="cell st-{}">{}</span>', look.tone, body)
    return format_html(
        '<button type="button" class="cell st-{}" aria-expanded="{}" data-cell hx-get="{}" '
        'hx-target="closest tr" hx-swap="afterend">{}</button>',
        look.tone,
        "true" if is_open else "false",
        detail,
        body,
    )


@register.filter
def minutes_seconds(seconds: Any) -> str:
    """12:48."""
    whole = max(int(seconds or 0), 0)
    return f"{whole // 60}:{whole % 60:02d}"


# ---- forms --------------------------------------------------------------------------------


@register.simple_tag
def form_errors(form: Any = None, errors: Any = None) -> list[dict[str, str]]:
    """What needs attention, in the order of the fields: where it leads, what it is called, what to do."""
    found = [{"id": anchor_id, "label": label or _("See"), "message": message}
             for anchor_id, label, message in (errors or [])]  # fmt: skip
    if not form:
        return found
    found += [{"id": "", "label": "", "message": str(error)} for error in form.non_field_errors()]
    for name, messages in form.errors.items():
        if name in form.fields:
            field = form[name]
            target = getattr(field, "anchor_id", field.auto_id)
            found += [{"id": target, "label": str(field.label), "message": str(error)} for error in messages]
    return found


@register.filter
def browser_name(user_agent: Any) -> str:
    """Firefox on Windows: enough to know one's own devices."""
    text = str(user_agent)
    browsers = {"Edg": "Edge", "OPR": "Opera", "Firefox": "Firefox", "Chrome": "Chrome", "Safari": "Safari"}
    systems = {
        "iPhone": "iPhone", "iPad": "iPad", "Android": "Android", "Windows": "Windows", "Mac OS": "macOS", "Linux": "Linux",
    }  # fmt: skip
    browser = next((name for mark, name in browsers.items() if mark in text), "")
    system = next((name for mark, name in systems.items() if mark in text), "")
    if browser and system:
        return _("%(browser)s on %(system)s") % {"browser": browser, "system": system}
    return browser or system or _("Unknown browser")
