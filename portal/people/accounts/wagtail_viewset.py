"""In Wagtail's admin, people are only pointed at: every address leads to the portal's own pages."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path
from wagtail.admin.viewsets.base import ViewSet


def to_portal(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """Nothing about a person is edited past the use cases."""
    if request.method != "GET":
        raise Http404
    return redirect("people:list") if pk is None else redirect("people:detail", pk=pk)


class PeopleInPortalViewSet(ViewSet):
    """Keeps Wagtail's URL names alive, without its views."""

    menu_name = "users"

    def get_urlpatterns(self) -> list:
        return [
            path("", to_portal, name="index"),
            path("add/", to_portal, name="add"),
            *[
                path(f"{action}/<int:pk>/", to_portal, name=action)
                for action in ("edit", "delete", "history", "usage")
            ],
        ]
