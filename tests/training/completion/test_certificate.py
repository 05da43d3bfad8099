"""Certificates: a PDF made once, a public check that tells little, and revoking."""

import io
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from pypdf import PdfReader

from portal.audit.models import LockOverride
from portal.errors import NotAllowed, Refused
from portal.files.models import StoredFile
from portal.jobs.models import Job
from portal.jobs.queue import run_job
from portal.notices.models import Notice
from portal.people.access.viewer import Viewer
from portal.people.errors import OwnRecord
from portal.people.facts.taking_back import withdraw
from portal.people.models import Person
from portal.standing.models import Evidence
from tests.cast import Cast, by
from tests.people.directory.pages import confirmed, shown
from tests.training.conftest import pass_course
from training.completion.certificate import make_certificate
from training.completion.check import is_superseded
from training.completion.revoke import may_revoke, revoke
from training.models import Certificate, Completion, CoursePage


@pytest.fixture
def completion(course: CoursePage, cast: Cast, today: date) -> Completion:
    found: Completion = pass_course(cast.dana, course, today)
    return found


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """A PDF in no time: what is tested is who may read it, not how it looks."""
    monkeypatch.setattr("portal.documents.render.render_pdf", lambda _name, _context: b"%PDF-1.7 quick")


@pytest.fixture
def certificate(completion: Completion) -> Certificate:
    found: Certificate = completion.certificate
    return found


def made(certificate: Certificate) -> Certificate:
    """The certificate after its job has run."""
    run_job(Job.objects.get(kind="training.certificate", key=str(certificate.pk)).pk)
    certificate.refresh_from_db()
    return certificate


def verify(code: str) -> Any:
    return Client().get(reverse("documents:check", args=[code]))


# ---- the PDF ----------------------------------------------------------------------------------


def test_the_pdf_says_who_what_and_when_and_is_tagged(certificate: Certificate, today: date) -> None:
    stored = made(certificate).file
    assert stored is not None
    reader = PdfReader(io.BytesIO(stored.content.open("rb").read()))
    text = " ".join(reader.pages[0].extract_text().split())
    code = certificate.code
    for words in (
        "Dana Whitfield",
        "A safe handover",
        "3 of 3 answers right",
        "Contact hours 1.5",
        f"{code[:4]}-{code[4:8]}-{code[8:12]}-{code[12:]}",
        str(today.year),
    ):
        assert words in text
    assert len(reader.pages) == 1
    assert reader.metadata is not None
    assert reader.metadata.title == "Certificate of completion: A safe handover, Dana Whitfield"
    catalog: Any = reader.trailer["/Root"]
    assert catalog["/Lang"] == "en-us"
    assert catalog["/MarkInfo"]["/Marked"]
    assert "/StructTreeRoot" in catalog
    assert b"pdfuaid:part" in catalog["/Metadata"].get_data()
    page = reader.pages[0].mediabox
    assert page.width > page.height


@pytest.mark.usefixtures("quick")
def test_the_file_is_stored_with_its_hash_under_its_kind(certificate: Certificate, cast: Cast) -> None:
    stored = made(certificate).file
    assert stored is not None
    assert (stored.kind, stored.person, stored.about) == ("certificate", cast.dana, str(certificate.pk))
    assert len(stored.sha256) == 64
    assert stored.name.startswith("certificate-handover-")


@pytest.mark.usefixtures("quick")
def test_the_job_run_twice_makes_one_file(certificate: Certificate) -> None:
    job = Job.objects.get(kind="training.certificate")
    first = make_certificate(job.arguments)
    assert make_certificate(job.arguments) == first
    assert StoredFile.objects.count() == 1


@pytest.mark.parametrize("who", ["dana", "renata", "nadia", "hana", "ada"])
@pytest.mark.usefixtures("quick")
def test_holder_own_line_hr_and_auditor_may_read_it(
    certificate: Certificate, cast: Cast, sign_in: Callable[[Person], Client], who: str
) -> None:
    stored = made(certificate).file
    assert stored is not None
    response = sign_in(getattr(cast, who)).get(reverse("files:download", args=[stored.code]))
    assert response.status_code == 200


@pytest.mark.parametrize("who", ["marcus", "sam", "arthur", "ilse"])
@pytest.mark.usefixtures("quick")
def test_nobody_else_may(
    certificate: Certificate, cast: Cast, sign_in: Callable[[Person], Client], who: str
) -> None:
    stored = made(certificate).file
    assert stored is not None
    response = sign_in(getattr(cast, who)).get(reverse("files:download", args=[stored.code]))
    assert response.status_code == 404


# ---- the public check -------------------------------------------------------------------------


def test_anybody_may_check_a_code_and_learns_no_name(certificate: Certificate) -> None:
    response = verify(certificate.code)
    page = response.content.decode()
    assert response.status_code == 200
    assert "This document is genuine" in page
    assert "A safe handover" in page
    assert "In force" in page
    for hidden in ("Dana", "Whitfield", "Score", "handover-1"):
        assert hidden not in page


def test_a_code_may_be_typed_as_people_type(certificate: Certificate) -> None:
    code = certificate.code.lower()
    typed = f"{code[:4]} {code[4:8]}-{code[8:12]}.{code[12:]}"
    response = Client().get(reverse("documents:ask"), {"code": typed}, follow=True)
    assert "This document is genuine" in response.content.decode()


def test_a_later_completion_supersedes(
    completion: Completion, course: CoursePage, cast: Cast, today: date
) -> None:
    later = pass_course(cast.dana, course, today + timedelta(days=300)).certificate
    assert is_superseded(completion.certificate)
    assert not is_superseded(later)
    assert "Superseded" in verify(completion.certificate.code).content.decode()


def test_somebody_elses_completion_does_not(
    completion: Completion, course: CoursePage, cast: Cast, today: date
) -> None:
    pass_course(cast.marcus, course, today)
    assert not is_superseded(completion.certificate)


def test_after_its_last_good_day_it_says_so(course: CoursePage, cast: Cast, today: date) -> None:
    old = pass_course(cast.dana, course, today - timedelta(days=400)).certificate
    assert "Expired" in verify(old.code).content.decode()


# ---- revoking ---------------------------------------------------------------------------------


def test_revoking_withdraws_the_evidence_and_tells_the_person(certificate: Certificate, cast: Cast) -> None:
    revoked = revoke(certificate, reason="Somebody else sat for it.", by=by(cast.hana))
    assert (revoked.revoked_by, revoked.revoked_reason) == (cast.hana, "Somebody else sat for it.")
    assert Evidence.objects.filter(person=cast.dana, kind=Evidence.Kind.VOID).count() == 1
    assert Notice.objects.filter(recipient=cast.dana, subject="A certificate of yours was revoked").exists()
    page = verify(certificate.code).content.decode()
    assert "Revoked" in page
    assert "Somebody else" not in page


def test_revoking_twice_is_once(certificate: Certificate, cast: Cast) -> None:
    first = revoke(certificate, reason="One.", by=by(cast.hana))
    assert revoke(certificate, reason="Two.", by=by(cast.hana)).revoked_at == first.revoked_at


def test_revoking_needs_a_reason(certificate: Certificate, cast: Cast) -> None:
    with pytest.raises(Refused, match="Say why"):
        revoke(certificate, reason="  ", by=by(cast.hana))


def test_nobody_revokes_their_own(course: CoursePage, cast: Cast, today: date) -> None:
    own = pass_course(cast.hana, course, today).certificate
    with pytest.raises(OwnRecord):
        revoke(own, reason="Because.", by=by(cast.hana))


def test_revoking_asks_for_the_right_itself(certificate: Certificate, cast: Cast) -> None:
    for person in (cast.sol, cast.renata, cast.ada, cast.arthur, cast.ilse):
        with pytest.raises(NotAllowed):
            revoke(certificate, reason="Because.", by=by(person))


def test_hr_may_revoke_and_others_may_not(
    certificate: Certificate, cast: Cast, viewer: Callable[[Person], Viewer]
) -> None:
    allowed = [
        name
        for name in ("dana", "renata", "hana", "ada", "arthur")
        if may_revoke(viewer(getattr(cast, name)), cast.dana.pk)
    ]
    assert allowed == ["hana"]


def test_the_revoking_page_is_hrs(
    certificate: Certificate, cast: Cast, sign_in: Callable[[Person], Client]
) -> None:
    url = reverse("training:revoke", args=[certificate.pk])
    answers = {
        name: sign_in(getattr(cast, name)).post(url, {"reason": "Wrong person."}).status_code
        for name in ("marcus", "sam", "arthur", "dana", "renata", "ada")
    }
    assert answers == {"marcus": 404, "sam": 404, "arthur": 404, "dana": 403, "renata": 403, "ada": 403}
    certificate.refresh_from_db()
    assert certificate.revoked_at is None
    client = sign_in(cast.hana)
    assert client.post(url, {"reason": ""}).context["form"].errors
    asked = shown(client, url, {"reason": "Wrong person."}).content.decode()
    assert "says “revoked”; Dana Whitfield is told" in asked
    certificate.refresh_from_db()
    assert certificate.revoked_at is None, "looking writes nothing"
    assert confirmed(client, url, {"reason": "Wrong person."}).status_code == 302
    certificate.refresh_from_db()
    assert certificate.revoked_by == cast.hana


# ---- the lock ---------------------------------------------------------------------------------


@pytest.mark.usefixtures("quick")
def test_a_certificate_is_closed_but_for_its_file_and_revoking_each_once(
    certificate: Certificate, cast: Cast
) -> None:
    for values in ({"name": "Other"}, {"code": "X"}, {"good_through": None}, {"issued_on": date(2020, 1, 1)}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Certificate.objects.filter(pk=certificate.pk).update(**values)
    made(certificate)
    revoke(certificate, reason="Wrong person.", by=by(cast.hana))
    for values in (
        {"file": None},
        {"revoked_at": None},
        {"revoked_reason": "Other"},
        {"revoked_by": cast.ada},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Certificate.objects.filter(pk=certificate.pk).update(**values)
    with pytest.raises(IntegrityError), transaction.atomic():
        Certificate.objects.filter(pk=certificate.pk).delete()


@pytest.mark.usefixtures("quick")
def test_the_pdf_of_a_revoked_certificate_can_still_be_made(certificate: Certificate, cast: Cast) -> None:
    revoke(certificate, reason="Wrong person.", by=by(cast.hana))
    assert made(certificate).file is not None


# ---- taken back -------------------------------------------------------------------------------


@pytest.mark.usefixtures("quick")
def test_a_revocation_taken_back_leaves_it_in_force(certificate: Certificate, cast: Cast) -> None:
    revoked = revoke(certificate, reason="Wrong person.", by=by(cast.hana))
    withdraw(revoked.revoked_in, reason="It was the right one.", by=by(cast.hana))
    certificate.refresh_from_db()
    assert (certificate.revoked_at, certificate.revoked_reason) == (None, "")
    assert b"is in force" in verify(certificate.code).content
    assert LockOverride.objects.count() == 0


@pytest.mark.usefixtures("quick")
def test_the_certificate_of_a_completion_that_never_was_is_revoked(
    certificate: Certificate, cast: Cast
) -> None:
    withdraw(certificate.completion.inserted_in, reason="Somebody else sat it.", by=by(cast.hana))
    certificate.refresh_from_db()
    assert certificate.revoked_by == cast.hana
    assert b"later revoked" in verify(certificate.code).content
    withdraw(certificate.revoked_in, reason="No, it was her.", by=by(cast.hana))
    certificate.refresh_from_db()
    assert certificate.revoked_at is None


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize("way", ["completion", "certificate"])
def test_what_was_taken_back_stands_in_no_list_as_done(
    certificate: Certificate, course: CoursePage, cast: Cast, sign_in: Callable[[Person], Client], way: str
) -> None:
    made(certificate)
    dana, hana = sign_in(cast.dana), sign_in(cast.hana)
    edition = reverse("training:edition", args=[course.code, 1])
    mine, person = reverse("training:mine"), reverse("people:detail", args=[cast.dana.pk])
    catalog = course.get_parent().get_url()

    def page(client: Client, address: str) -> str:
        return " ".join(client.get(address).content.decode().split())

    assert "You completed this course" in page(dana, course.get_url())
    assert "Completed " in page(dana, catalog)
    assert "One completion" in page(hana, edition)
    if way == "completion":
        withdraw(certificate.completion.inserted_in, reason="Somebody else sat it.", by=by(cast.hana))
    else:
        revoke(certificate, reason="Somebody else sat it.", by=by(cast.hana))
    certificate.refresh_from_db()
    when = date_format(timezone.localtime(certificate.revoked_at), "M j")
    for client, address in ((dana, mine), (hana, person)):
        listed = page(client, address)
        assert f"Revoked {when}" in listed
        assert reverse("files:download", args=[certificate.file.code]) not in listed
    assert "You completed this course" not in page(dana, course.get_url())
    assert "Start course" in page(dana, course.get_url())
    assert "Take it again" not in page(dana, catalog)
    assert "0 completions" in page(hana, edition)
    assert hana.get(reverse("training:editions")).context["rows"][0].completed == 0
    own = page(dana, reverse("training:completed", args=[certificate.completion.attempt_id]))
    assert "does not count any longer" in own
    assert "is on your record" not in own
    assert "Revoked" in verify(certificate.code).content.decode()
