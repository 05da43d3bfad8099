"""The catalogue is there."""

import pytest


@pytest.fixture(autouse=True)
def _catalogue(catalogue: None) -> None: ...
