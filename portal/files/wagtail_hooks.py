"""Pages and documents demand sign-in; nothing of the site's content is public by accident."""

from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from wagtail import hooks

# Page types that anybody may see. Named here, in one place.
PUBLIC_PAGE_TYPES: frozenset[str] = frozenset({"RootPage"})


@hooks.register("before_serve_page")
def pages_demand_sign_in(page: Any, request: HttpRequest, _args: Any, _kwargs: Any) -> HttpResponse | None:
    if request.user.is_authenticated or type(page).__name__ in PUBLIC_PAGE_TYPES:
        return None
    return redirect_to_login(request.get_full_path())


@hooks.register("before_serve_document")
def documents_demand_sign_in(_document: Any, request: HttpRequest) -> HttpResponse | None:
    return None if request.user.is_authenticated else redirect_to_login(request.get_full_path())
