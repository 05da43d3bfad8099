"""Every address under /admin/, asked of the resolver: who comes in, and what is open to which role.

The portal lets in HR for everybody, authors and site admins and nobody else; Wagtail's groups say
what each of them finds. A section that has no row is closed to all.
"""


import pytest
from django.urls import get_resolver, reverse

from tests.access_table.asking import Asker, differences
from tests.access_table.columns import inside
from tests.access_table.rows import addresses
from tests.access_table.world import World

# ---- the door ---------------------------------------------------------------------------------

DOOR = inside("403", hr_for_all="ok", authors="ok", admins="ok")
# Wagtail's own sign-in and resets lead to the portal's, whoever asks.
LED_AWAY = ("admin/login/", "admin/password_reset/", "admin/logout/")
PATTERNS = sorted(
    {text for _name, text in addresses(get_resolver()) if text.lstrip("^").startswith("admin/")}
)
BEHIND = [text for text in PATTERNS if not text.startswith(LED_AWAY)]


def test_who_comes_in(world: World, everybody: dict[str, Asker]) -> None:
    assert not differences(everybody, "get", reverse("wagtailadmin_home"), DOOR)


@pytest.mark.parametrize("column", ["visitor", "renata", "ada", "north_hr", "ended_auditor", "leaver"])
def test_nobody_else_gets_any_address(world: World, everybody: dict[str, Asker], column: str) -> None:
    found = [(text, everybody[column].ask("get", path_of(text, world))) for text in BEHIND]
    closed = {"302*", "404"} if column == "visitor" else {"403"}
    assert [each for each in found if each[1] not in closed and each[0] not in OPEN_TO_ALL] == []
