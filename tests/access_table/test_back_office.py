"""Every address under /admin/, enumerated: who comes in, and what is open to which role.

The portal lets in HR for everybody, authors and site admins, and nobody else; Wagtail's groups say
what each of them finds. A section without a row must be closed to all: nothing opens unnoticed.
"""

import re
from typing import Any

import pytest
from django.urls import get_resolver, reverse

from tests.access_table.asking import Asker, differences
from tests.access_table.columns import inside
from tests.access_table.rows import addresses
from tests.access_table.world import World

DOOR = inside("403", hr_for_all="ok", authors="ok", admins="ok")
ROLES = {"hana": "HR for everybody", "arthur": "author", "ilse": "site admin"}

# What is open, by the beginning of the address; the longest counts.
AUTHOR, HR, ADMIN, ALL, NONE = {"arthur"}, {"hana"}, {"ilse"}, set(ROLES), set[str]()
SECTIONS = {
    "admin/": NONE,
    "admin/pages/": AUTHOR,
    "admin/images/": AUTHOR,
    "admin/documents/": AUTHOR,
    "admin/snippets/training/": AUTHOR,
    "admin/snippets/choose/training/": AUTHOR,
    "admin/snippets/certifications/": HR,
    "admin/snippets/choose/certifications/": HR,
    "admin/redirects/": ADMIN,
    "admin/reports/": AUTHOR,
    "admin/reports/locked/": NONE,
    # The log tells each what was done to the models they have a right over.
    "admin/reports/site-history/": ALL,
    # Choosers list what the group may choose; links and tags are typed.
    "admin/images/chooser/": ALL,
    "admin/documents/chooser/": ALL,
    "admin/api/main/": ALL,
    "admin/choose-": ALL,
    "admin/embeds/chooser/": ALL,
    "admin/tag-autocomplete/": ALL,
    "admin/workflows/task_chooser/": ALL,
    # Wagtail asks for the right when it is posted, or says that there is nothing to do.
    "admin/pages/<int:page_to_move_id>/move/<int:destination_id>/confirm/": ALL,
    "admin/pages/workflow/confirm_cancellation/": ALL,
    # Not about anything: pictures, words, what errors look like.
    "admin/dismissibles/": ALL,
    "admin/editing-sessions/": ALL,
    "admin/failwhale/": ALL,
    "admin/jsi18n/": ALL,
    "admin/sprite/": ALL,
    "admin/test404/": ALL,
}
FOR_VISITORS = ("/admin/jsi18n/", "/admin/sprite/")
# Each section's first page is open to those it is for.
FIRST_PAGES = {
    "/admin/images/": AUTHOR,
    "/admin/documents/": AUTHOR,
    "/admin/snippets/training/question/": AUTHOR,
    "/admin/snippets/choose/training/question/": AUTHOR,
    "/admin/snippets/choose/certifications/issuer/": HR,
    "/admin/snippets/certifications/credentialtype/": HR,
    "/admin/redirects/": ADMIN,
    "/admin/reports/aging-pages/": AUTHOR,
}

# Asked in parts, so that no test is long.
PARTS = 4
PATTERNS = sorted(
    {text for _name, text in addresses(get_resolver()) if text.lstrip("^").startswith("admin/")}
)


def filled(text: str, world: World) -> str:
    """The pattern as a path, about the world's course where it is about a page."""
    course = str(world.course.pk)
    text = re.sub(r"<int:(page_id|parent_page_id|page_to_move_id|page_pk)>", course, text)
    text = text.replace(r"(?P<pk>\d+)", course).replace("(?P<pk>.+)", "1").replace("^.*/$", "nothing/")
    text = re.sub(r"\(\?P<revision_id_.>(live|earliest)[^)]*\)", r"\1", text).replace(r"\.", ".")
    text = re.sub(r"<(?:(\w+):)?\w+>", lambda found: "1" if found.group(1) in {"int", "str"} else "x", text)
    return "/" + re.sub(r"[\^$]", "", text)


def open_to(text: str) -> set[str]:
    longest = max((start for start in SECTIONS if text.lstrip("^").startswith(start)), key=len)
    return SECTIONS[longest] if text != "admin/" else ALL


def is_refused(response: Any) -> bool:
    """403, 404, 405; led to the sign-in, back to the start of the back office, or out of it."""
    if response.status_code != 302:
        return response.status_code in {403, 404, 405}
    there = response["Location"]
    return (
        there == "/admin/"
        or there.startswith("/admin/login/")
        or not there.startswith("/admin/")
        or there.endswith("/history/")
    )


def test_who_comes_in(world: World, everybody: dict[str, Asker]) -> None:
    assert not differences(everybody, "get", reverse("wagtailadmin_home"), DOOR)


@pytest.mark.parametrize("part", range(PARTS))
@pytest.mark.parametrize("column", ["visitor", "renata"])
def test_without_business_there_every_address_is_closed(
    world: World, everybody: dict[str, Asker], column: str, part: int
) -> None:
    every = [filled(text, world) for text in PATTERNS[part::PARTS]]
    paths = [path for path in every if path not in FOR_VISITORS]
    got = {path: everybody[column].answer("get", path) for path in paths}
    assert [path for path, response in got.items() if not is_refused(response)] == []
    if column != "visitor":
        assert {response.status_code for response in got.values()} == {403}


@pytest.mark.parametrize("part", range(PARTS))
@pytest.mark.parametrize("method", ["get", pytest.param("post", marks=pytest.mark.long)])
@pytest.mark.parametrize("column", ROLES)
def test_each_role_finds_its_own_sections_only(
    world: World, everybody: dict[str, Asker], column: str, method: str, part: int
) -> None:
    closed = [filled(text, world) for text in PATTERNS[part::PARTS] if column not in open_to(text)]
    got = {path: everybody[column].answer(method, path) for path in closed}
    assert [f"{path}: {each.status_code}" for path, each in got.items() if not is_refused(each)] == []


@pytest.mark.parametrize("path", FIRST_PAGES)
def test_each_section_is_open_to_its_role(world: World, everybody: dict[str, Asker], path: str) -> None:
    assert {column for column in ROLES if everybody[column].ask("get", path) == "200"} == FIRST_PAGES[path]


@pytest.mark.parametrize("column", ROLES)
def test_the_log_of_changes_tells_nothing_of_people(
    world: World, everybody: dict[str, Asker], column: str
) -> None:
    page = everybody[column].answer("get", reverse("wagtailadmin_reports:site_history"))
    shown = page.render() if hasattr(page, "render") else page
    assert world.subject.last_name not in re.sub(
        r"<select.*?</select>", "", shown.content.decode(), flags=re.S
    )
