"""The root of the page tree."""

from typing import ClassVar

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page


class RootPage(Page):
    """The site's root. It has no body: visiting it leads home."""

    parent_page_types: ClassVar[list[str]] = ["wagtailcore.Page"]
    subpage_types: ClassVar[list[str]] = ["training.CourseIndexPage"]
    max_count = 1

    class Meta:
        verbose_name = _("site root")

    def serve(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        return redirect("home")
