"""Who is asking, on which day; and the second factor some roles must have."""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject
from django.views.defaults import page_not_found, permission_denied

from portal.clock import business_today
from portal.people.access.roles import sync_groups
from portal.people.access.viewer import Viewer

BACK_OFFICE_ROLES = frozenset({"author", "site_admin"})
# How Wagtail names the addresses of a snippet's chooser: this, app and model.
_CHOOSERS = "wagtailsnippetchoosers_"

type Next = Callable[[HttpRequest], HttpResponse]


class WhoMiddleware:
    """Gives every request `today`, `viewer` and `roles`; nothing is asked of the database until used."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        today = business_today()
        request.today = today  # type: ignore[attr-defined]
        request.viewer = viewer = SimpleLazyObject(lambda: Viewer(request.user, today))  # type: ignore[attr-defined,arg-type]
        request.roles = SimpleLazyObject(  # type: ignore[attr-defined]
            lambda: viewer.roles if request.user.is_authenticated else frozenset()
        )
        return self.get_response(request)


class BackOfficeMiddleware:
    """The back office is open to who has a role in it today, with what that role may, and no more.

    Roles begin and end by date, with no sign-in between: the groups follow at each request. Catalogs
    are everybody's: HR of a scope has no business there.
    """

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path_info.startswith("/admin/") and request.user.is_authenticated:
            viewer: Viewer = request.viewer  # type: ignore[attr-defined]
            if not _has_business(viewer):
                return permission_denied(request, PermissionDenied())
            sync_groups(viewer.person, viewer.on)
        return self.get_response(request)

    def process_view(self, request: HttpRequest, _view: Any, _args: Any, _kwargs: Any) -> HttpResponse | None:
        """What Wagtail's choosers do not ask.

        Choosers of snippets ask for no right: they would list an exam's questions to HR. What was
        chosen is looked up by whatever the address says: an id that is no number is nobody's.
        """
        match = request.resolver_match
        if match and match.url_name == "chosen" and not _is_number(match.kwargs.get("pk", "0")):
            return page_not_found(request, Http404())
        chosen = [name for name in match.namespaces if name.startswith(_CHOOSERS)] if match else []
        if all(_may_look_at(request.user, name.removeprefix(_CHOOSERS)) for name in chosen):
            return None
        return permission_denied(request, PermissionDenied())


def _is_number(pk: Any) -> bool:
    return str(pk).isascii() and str(pk).isdecimal()


def _may_look_at(user: Any, model: str) -> bool:
    """Any right of the back office over the model, named as training_question."""
    app, _underscore, name = model.partition("_")
    return any(user.has_perm(f"{app}.{verb}_{name}") for verb in ("view", "change", "add"))


def _has_business(viewer: Viewer) -> bool:
    return viewer.is_hr_for_all or bool(BACK_OFFICE_ROLES & viewer.roles)
