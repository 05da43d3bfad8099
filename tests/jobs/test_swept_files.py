"""What was removed because it belonged to nothing is shown to HR."""

from collections.abc import Callable

from django.test import Client

from portal.files.models import Sweep
from portal.people.models import Person
from tests.cast import Cast


def test_hr_sees_what_was_removed(cast: Cast, sign_in: Callable[[Person], Client]) -> None:
    client = sign_in(cast.hana)
    Sweep.objects.create()
    assert "belonged to nothing" not in client.get("/jobs/").content.decode(), "nothing was found"
    Sweep.objects.create(unclaimed=2, without_row=1, removed=["sent/AB/ABC.pdf"])
    Sweep.objects.create(suspicious=300)
    page = client.get("/jobs/").content.decode()
    for text in (
        "2 files were sent and never used",
        "1 file belonged to no record",
        "300 files",
        "sent/AB/ABC.pdf",
    ):
        assert text in page
    assert client.get("/readyz").json()["files"] == "300 belong to no record"
