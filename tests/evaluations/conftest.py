"""One evaluation of Dana, rated by Renata, opened by Hana."""

from datetime import date

import pytest

from evaluations.models import Evaluation
from tests.cast import Cast
from tests.evaluations.acts import open_for


@pytest.fixture
def evaluation(cast: Cast, today: date) -> Evaluation:
    return open_for(cast.dana, cast, today)
