"""The back office as a part of the portal: its mark, the way back, and what is kept there."""

from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail import hooks
from wagtail.admin.menu import MenuItem, admin_menu
from wagtail.admin.ui.components import Component

BACK = "portal"


@hooks.register("insert_global_admin_css")
def own_style() -> SafeString:
    return format_html('<link rel="stylesheet" href="{}">', static("portal/css/back-office.css"))


@hooks.register("register_admin_menu_item")
def way_back() -> MenuItem:
    return MenuItem(
        gettext_lazy("Back to the portal"), reverse("home"), name=BACK, icon_name="arrow-left", order=1
    )


@hooks.register("construct_main_menu")
def without_help_of_the_maker(_request: HttpRequest, items: list[Any]) -> None:
    """Wagtail's own help is about what is new in Wagtail, which is no work of anybody here."""
    items[:] = [item for item in items if item.name != "help"]


class WhatIsKept(Component):
    """The menu as sentences: who comes seldom finds it on a page that else is nearly empty."""

    template_name = "home/back_office/panel.html"
    order = 50

    def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
        request = (parent_context or {})["request"]
        return {"entries": list(entries_for(request)), "home": reverse("home")}


def entries_for(request: HttpRequest) -> Iterator[tuple[str, str, str]]:
    """Label, address, and what lies below it."""
    for item in admin_menu.menu_items_for_request(request):
        below = getattr(item, "menu", None)
        if item.name == BACK:
            continue
        if below is None:
            if item.url and not item.url.startswith("#"):
                yield str(item.label), item.url, ""
            continue
        rows = below.menu_items_for_request(request)
        if rows:
            names = [str(row.label) for row in rows]
            yield str(item.label), rows[0].url, get_text_list(names, _("and"))


@hooks.register("construct_homepage_panels")
def what_is_kept(_request: HttpRequest, panels: list[Any]) -> None:
    panels.append(WhatIsKept())
