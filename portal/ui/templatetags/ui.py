"""Icons, standing marks, and dates and numbers in the portal's own notation. Built in: no {% load %}."""

from typing import Any

from django import template
from django.conf import settings
from django.core.paginator import Page
from django.http import QueryDict
from django.template.base import Node, NodeList, Parser, Token
from django.template.defaulttags import CsrfTokenNode
from django.utils.html import format_html, format_html_join
from django.utils.safestring import mark_safe
from django.utils.text import slugify
from django.utils.translation import gettext as _

from portal.codes import in_groups
from portal.ui import icons
from portal.ui.nav import address
from portal.ui.notation import FILTERS
from portal.ui.posts.mark import mark_field
from portal.ui.status import style_of

register = template.Library()

for _filter in FILTERS:
    register.filter(_filter)


@register.filter
def looked_up(rows: Any, key: Any) -> Any:
    """What a mapping of the view has for the key; nothing where it has none, or where there is no mapping."""
    return rows.get(key) if rows else None


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
    look = style_of(state)
    text: object = word or look.word
    if look.tone == "na" and not word:
        text = format_html('<span class="visually-hidden">{}</span>', look.word)
    return format_html('<span class="st st-{}">{}{}</span>', look.tone, icon(look.icon), text)


@register.filter
def state_icon(state: object) -> str:
    return style_of(state).icon


@register.filter
def state_tone(state: object) -> str:
    return style_of(state).tone


@register.filter
def state_word(state: object) -> str:
    return str(style_of(state).word)


# ---- text and shares ----------------------------------------------------------------------


@register.filter
def code_groups(code: str) -> str:
    """A public code in groups of four, as it is printed."""
    return in_groups(code)


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


@register.filter
def paragraphs(text: Any) -> str:
    """Each line of a text as a paragraph of its own direction, blank lines as a gap; a dash where there is none."""
    lines = [line.strip() for line in str(text or "").splitlines()]
    found: list[tuple[str, str]] = []
    gap = ""
    for line in lines:
        if line:
            found.append((mark_safe(' class="gap"') if gap and found else "", line))
        gap = "" if line else "gap"
    return format_html_join("", '<p dir="auto"{}>{}</p>', found or [("", "—")])


# ---- tags ---------------------------------------------------------------------------------


class CaptureNode(Node):
    """Renders what it holds into a variable; blank text becomes the empty string."""

    child_nodelists = ("nodelist",)

    def __init__(self, nodelist: NodeList, name: str) -> None:
        self.nodelist = nodelist
        self.name = name

    def render(self, context: template.Context) -> str:
        context[self.name] = mark_safe(self.nodelist.render(context).strip())  # noqa: S308 - rendered
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
    look = style_of(state)
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


# ---- forms --------------------------------------------------------------------------------


class MarkedTokenNode(CsrfTokenNode):
    """Django's token, and the form's mark: for whom the page was made. See portal.ui.posts.mark."""

    def render(self, context: template.Context) -> str:
        token = super().render(context)
        return f"{token}{mark_field(context.get('request'))}" if token else token


@register.tag
def csrf_token(_parser: Parser, _token: Token) -> MarkedTokenNode:
    """In place of Django's, in every template: Wagtail's and allauth's too."""
    return MarkedTokenNode()


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


@register.simple_tag
def organization() -> str:
    """The organization's name where no request is: mail and documents."""
    return settings.ORGANIZATION_NAME
