"""The catalogue is there."""

import pytest

from certifications.catalog.load import load_catalogue


@pytest.fixture(autouse=True)
def catalogue(db: object) -> None:
    load_catalogue()
