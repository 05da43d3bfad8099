"""Every kind of stored file, asked as everybody."""

import pytest
from django.urls import reverse

from portal.files.access import kinds
from portal.files.intake import store_bytes
from tests.access_table.asking import Asker, differences
from tests.access_table.columns import but
from tests.access_table.rows import HR_FOR_DANA, STANDING
from tests.access_table.world import World

FILES = {
    "credential-card": but(STANDING, auditors="403"),
    "verification-proof": but(STANDING, auditors="403"),
    "certificate": STANDING,
    "evaluation": but(STANDING, auditors="403"),
    "original": HR_FOR_DANA,
}


def test_every_kind_of_file_has_a_row() -> None:
    assert set(kinds()) == set(FILES)


@pytest.mark.parametrize("kind", FILES)
def test_who_gets_which_file(world: World, everybody: dict[str, Asker], kind: str) -> None:
    stored = store_bytes(
        b"%PDF-1.7",
        name="x.pdf",
        content_type="application/pdf",
        kind=kind,
        person=world.subject,
        about=str(world.evaluation.pk),
        actor=None,
    )
    path = reverse("files:download", args=[stored.code])
    assert not differences(everybody, "get", path, FILES[kind])
    assert everybody["hana"].ask("post", path) == "405"
