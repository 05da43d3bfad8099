"""Panels of a person's page: upper apps register what they know of a person."""

from collections.abc import Callable
from typing import NamedTuple

from django.utils.safestring import SafeString

from portal.people.access.requests import PortalRequest
from portal.people.models import Person

type Render = Callable[[PortalRequest, Person], SafeString]


class Panel(NamedTuple):
    order: int
    name: str
    render: Render


_panels: dict[str, Panel] = {}


def register_panel(name: str, render: Render, *, order: int) -> None:
    """Shown to whoever may see the person's standing; the panel reads through its own `visible_to`."""
    _panels[name] = Panel(order, name, render)


def panels_for(request: PortalRequest, person: Person) -> list[SafeString]:
    return [panel.render(request, person) for panel in sorted(_panels.values())]
