"""What tests of the back office do: forms as the browser sends them, and what is said afterwards."""

import re
from typing import Any

from django.test import Client
from django.urls import reverse
from wagtail.models import Page
from wagtail.test.utils.form_data import inline_formset, nested_form_data, rich_text, streamfield

from training.models import CoursePage, LessonPage


def said(response: Any) -> list[str]:
    """The messages, without their buttons."""
    found = []
    for message in response.context["messages"]:
        plain = re.sub(r"<[^>]*>", " ", str(message))
        found.append(" ".join(plain.split()))
    return found


def lesson_form(title: str, *, slug: str = "", publish: bool = True, **more: Any) -> dict[str, Any]:
    form = {
        "title": title,
        "slug": slug or title.lower().replace(" ", "-"),
        "minutes": "10",
        "body": streamfield([("text", rich_text("<p>Words.</p>"))]),
        "comments": inline_formset([]),
        **more,
    }
    return nested_form_data(form) | ({"action-publish": "1"} if publish else {})


def edit(client: Client, page: Page, form: dict[str, Any]) -> Any:
    return client.post(reverse("wagtailadmin_pages:edit", args=[page.pk]), form, follow=True)


def in_bulk(client: Client, action: str, *pages: Page, **form: Any) -> Any:
    ids = "&".join(f"id={page.pk}" for page in pages)
    address = reverse("wagtail_bulk_action", args=["wagtailcore", "page", action])
    return client.post(f"{address}?{ids}&next=/admin/", form, follow=True)


def copy(client: Client, page: Page, **form: Any) -> Any:
    values = {
        "new_title": page.title,
        "new_slug": f"{page.slug}-copy",
        "new_parent_page": page.get_parent().pk,
        **form,
    }
    return client.post(reverse("wagtailadmin_pages:copy", args=[page.pk]), values, follow=True)


def lessons(course: CoursePage) -> list[LessonPage]:
    return list(LessonPage.objects.child_of(course).order_by("path"))
