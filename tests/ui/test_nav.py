"""The letterhead says where one is: the entry that a page belongs to."""

import pytest

from portal.ui import nav


@pytest.mark.parametrize(
    ("role", "path", "label"),
    [
        ("hr", "/standing/12/rn-license/", "Compliance"),
        ("hr", "/standing/requirements/rn-license/", "Requirements"),
        ("hr", "/credentials/190/", "People"),
        ("hr", "/credentials/queue/4/", "Verification"),
        ("supervisor", "/standing/12/", "My team"),
        ("staff", "/standing/12/", "My work"),
        ("staff", "/credentials/190/", "Credentials"),
        ("staff", "/training/ethics/", "Training"),
        ("auditor", "/not-cleared/", "Compliance"),
    ],
)
def test_a_page_belongs_to_the_entry_that_leads_there(role: str, path: str, label: str) -> None:
    row, more = nav.links_for({role}, path)
    assert [str(link.label) for link in [*row, *more] if link.current] == [label]


def test_a_page_that_no_entry_covers_belongs_to_none() -> None:
    row, more = nav.links_for({"staff"}, "/accounts/sessions/")
    assert not any(link.current for link in [*row, *more])
