"""Publishing many pages at once: checked as one, all of them or none, each course released once."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from wagtail import hooks
from wagtail.admin import messages
from wagtail.models import Page

from portal.clock import business_today
from portal.people.access.requests import PortalRequest
from training.authoring.hooks import say_outcome
from training.authoring.release import publish_all
from training.errors import NotReady


@hooks.register("before_bulk_action")
def publish_in_bulk(
    request: PortalRequest, action_type: str, objects: Sequence[Any], action: Any
) -> HttpResponse | None:
    """In place of Wagtail's own, which publishes page by page and says so whatever came of it."""
    if action_type != "publish" or not all(isinstance(row, Page) for row in objects):
        return None
    chosen = {page.pk: page for page in _chosen(objects, action, request)}
    try:
        made = publish_all(chosen.values(), user=request.user, on=business_today())
    except NotReady as error:
        for problem in dict.fromkeys(error.problems):
            messages.error(request, problem)
        messages.warning(request, _("Nothing was published."))
        return redirect(action.next_url)
    count = ngettext("One page has been published.", "%(count)d pages have been published.", len(chosen))
    messages.success(request, count % {"count": len(chosen)})
    for pk in made.courses:
        say_outcome(request, made.editions.get(pk), made.problems[pk])
    return redirect(action.next_url)


def _chosen(objects: Sequence[Page], action: Any, request: PortalRequest) -> Iterator[Page]:
    """The pages that were ticked, and the drafts below them if that was ticked too."""
    yield from objects
    if action.cleaned_form.cleaned_data.get("include_descendants"):
        for page in objects:
            for below in page.get_descendants().not_live().specific():
                if below.permissions_for_user(request.user).can_publish():
                    yield below
