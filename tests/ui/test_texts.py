"""Texts: one line is one line, nowhere a NUL, in forms, models, posts, mails and file names."""

from datetime import date
from typing import Any

import pytest
from django import forms
from django.apps import apps
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator
from django.http import HttpResponse
from django.test import Client, RequestFactory
from hypothesis import given
from hypothesis import strategies as st

from portal.audit.log import read
from portal.audit.models import AccessLog
from portal.errors import Refused
from portal.files.intake import safe_name, store_bytes
from portal.notices.mail import mail_of
from portal.notices.models import Message
from portal.notices.notify import notify
from portal.people.employment.details import change_name
from portal.people.employment.hire import add_person
from portal.people.models import Person, Position
from portal.texts import clean_text, flaw_of_line, flaw_of_text, one_line
from portal.ui.apps import OURS
from portal.ui.forms import ManyRowsField, PortalForm, WellFormed
from portal.ui.limits import valid_content, valid_line, valid_text
from portal.ui.middleware import CleanCookiesMiddleware, cleaned
from tests.cast import Cast, by

any_text = st.text(st.characters(codec=None))
HOSTILE = [
    *("a\nb", "a\rb", "a\tb", "a\0b", "a\x1bb", "a\x85b", "a\u2028b"),
    *("a\u202eb", "a\u2066b", "a\u200bb", "\ufeffa"),
]


# ---- the rules --------------------------------------------------------------------------------


@given(any_text)
def test_a_cleaned_text_has_no_flaw_and_stays_as_it_is(text: str) -> None:
    kept = clean_text(text)
    assert flaw_of_text(kept) == ""
    assert clean_text(kept) == kept


@given(any_text)
def test_one_line_has_no_flaw_and_stays_as_it_is(text: str) -> None:
    line = one_line(text)
    assert flaw_of_line(line) == ""
    assert line == line.strip()
    assert one_line(line) == line


@given(st.text(st.characters(categories=["L", "N", "P", "S"])))
def test_letters_numbers_and_marks_of_any_language_are_left_alone(text: str) -> None:
    assert clean_text(text) == one_line(text) == text
    assert flaw_of_line(text) == ""


@pytest.mark.parametrize("text", HOSTILE)
def test_a_line_refuses_what_cannot_be_seen(text: str) -> None:
    with pytest.raises(ValidationError):
        valid_line(text)


@pytest.mark.parametrize("name", ["María-José O’Brien", "Nguyễn Thị", "Wałęsa", "李小龍", "Zoë 🙂", "عمر"])
def test_names_of_the_world_are_lines(name: str) -> None:
    valid_line(name)


def test_a_long_text_keeps_its_lines_and_loses_what_is_no_text() -> None:
    assert clean_text("one\r\ntwo\rthree\x0bfour\0\x1b\tfive") == "one\ntwo\nthree\nfour\tfive"
    valid_text("one\r\ntwo\tthree\u200d")
    with pytest.raises(ValidationError, match=r"U\+0000"):
        valid_text("a\0b")


@pytest.mark.parametrize("content", ["a\0", ["a", {"b": ["c\0"]}], {"a\0": 1}])
def test_a_nul_is_found_anywhere_in_content(content: Any) -> None:
    valid_content({"a": ["b\nc", 1, None, True]})
    with pytest.raises(ValidationError):
        valid_content(content)


# ---- every form, every model ------------------------------------------------------------------


def subclasses(kind: type) -> set[type]:
    return {kind}.union(*(subclasses(sub) for sub in kind.__subclasses__()))


def test_every_form_of_ours_has_the_rules() -> None:
    import portal.urls  # noqa: F401  -- loads every form

    ours = {form for form in subclasses(forms.BaseForm) if f"{form.__module__}.".startswith(OURS)}
    # Forms of the back office are made from models, whose fields have the rules themselves.
    bare = {form for form in ours if not issubclass(form, WellFormed | forms.BaseModelForm)}
    assert bare == set()
    fields = [field for form in ours for field in getattr(form, "base_fields", {}).values()]
    many = [field for field in fields if isinstance(field, forms.ModelMultipleChoiceField)]
    assert [field for field in many if not isinstance(field, ManyRowsField)] == []


def test_every_column_of_ours_has_the_rules() -> None:
    columns = [
        field
        for model in apps.get_models()
        if model.__module__.startswith(OURS)
        for field in model._meta.concrete_fields
        if field.get_internal_type() in ("CharField", "SlugField", "EmailField", "URLField")
    ]
    assert len(columns) > 100
    assert [field for field in columns if valid_line not in field.validators] == []
    months = apps.get_model("standing", "RequirementVersion")._meta.get_field("recurrence_months")
    assert MaxValueValidator(32767) in months.validators
    title = apps.get_model("training", "CoursePage")._meta.get_field("title")
    assert valid_line in title.validators


class ThreeFields(PortalForm):
    name = forms.CharField()
    story = forms.CharField(widget=forms.Textarea)
    day = forms.DateField()
    number = forms.IntegerField()


GOOD = {"name": "Dana", "story": "one\ntwo", "day": "2026-03-02", "number": "7"}


def test_a_form_takes_what_is_well_formed() -> None:
    assert ThreeFields(GOOD).is_valid()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        *(("name", text) for text in HOSTILE if text.strip() == text),
        ("story", "a\0b"),
        ("story", "a\x1bb"),
        *(
            ("day", day)
            for day in ("0001-01-01", "1899-12-31", "2201-01-01", "9999-12-31", "2026-02-30", "0000-01-01")
        ),
        *(("number", number) for number in ("9" * 30, "9" * 5000, "-" + "9" * 30, "²", "1e5", "NaN")),
    ],
    ids=lambda value: repr(value)[:24],
)
def test_a_form_refuses_at_the_field(field: str, value: str) -> None:
    form = ThreeFields({**GOOD, field: value})
    assert not form.is_valid()
    assert list(form.errors) == [field]


# ---- where texts end up -----------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize("name", HOSTILE)
def test_nobody_gets_such_a_name_by_any_use_case(cast: Cast, today: date, name: str) -> None:
    words = {"first_name": "A", "by": by(cast.hana), "on": today}
    if name.strip() == name:
        with pytest.raises(Refused) as refused:
            add_person(employee_number="9001", last_name=name, **words)  # type: ignore[arg-type]
        assert refused.value.field == "last_name"
    with pytest.raises(Refused):
        change_name(cast.dana, last_name=name, **words)  # type: ignore[arg-type]
    position = Position(person=cast.dana, team=cast.north, title=name, starts_on=today)
    with pytest.raises(ValidationError, match="title"):
        position.full_clean()


@pytest.mark.django_db
def test_a_subject_is_one_line_and_no_second_header(cast: Cast) -> None:
    words = "You\r\nBcc: all@example.org\u202e " + "x" * 300
    notice = notify(cast.dana, kind="training-completed", key="1", subject=words, about=cast.dana)
    assert notice is not None
    assert notice.subject.startswith("You Bcc: all@example.org x")
    assert len(notice.subject) == 300
    notice.subject = words
    mail = mail_of(Message(recipient=cast.dana), [notice])
    assert "\n" not in mail.subject
    assert mail.message()["Bcc"] is None


@pytest.mark.django_db
def test_a_stored_file_has_a_name_of_one_line(cast: Cast) -> None:
    stored = store_bytes(
        b"%PDF-1.7", name="a\r\nb\u202efdp.pdf", content_type="application/pdf", kind="certificate",
        person=cast.dana, actor=None,
    )  # fmt: skip
    assert stored.name == "a bfdp.pdf"


def test_an_upload_has_a_name_of_one_line() -> None:
    assert flaw_of_line(safe_name("a\r\nb\u202e\u200b\0.pdf", ".jpg")) == ""
    assert safe_name("../../license\n2026.pdf", ".pdf") == "license_2026.pdf"


@pytest.mark.django_db
def test_the_log_of_reading_keeps_one_line(cast: Cast) -> None:
    read(cast.hana, "person", person=cast.dana, detail="a\nb\0")
    assert AccessLog.objects.latest("pk").detail == "a b"


# ---- requests ---------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize(
    "address", ["/people/?q=a%00b", "/people/%00/", "/learn/verify/%00/", "/admin/?p=%00"]
)
def test_a_nul_in_an_address_is_a_bad_request(client: Client, address: str) -> None:
    assert client.get(address).status_code == 400


def test_a_posted_text_is_cleaned_and_nothing_else_of_it_is_lost() -> None:
    request = RequestFactory().post("/", {"text": "one\r\ntwo\0", "choice": ["a", "b"], "empty": ""})
    assert cleaned(request.POST).lists() is not None
    assert dict(cleaned(request.POST).lists()) == {"text": ["one\ntwo"], "choice": ["a", "b"], "empty": [""]}


@pytest.mark.django_db
def test_a_name_with_a_nul_is_posted_without_it(cast: Cast, sign_in: Any) -> None:
    hana = sign_in(cast.hana)
    address = f"/people/{cast.dana.pk}/act/name/"
    hana.post(address, {"on": "2026-03-02", "first_name": "Da\0na", "last_name": "Ro\0e", "reason": "x"})
    assert Person.objects.get(pk=cast.dana.pk).last_name == "Roe"


def test_a_cookie_with_a_nul_is_dropped_before_its_session_is_looked_for() -> None:
    """Browsers send none; quoted, `\\000` in a cookie becomes one, which PostgreSQL answers with an error."""
    request = RequestFactory().get("/", HTTP_COOKIE='sessionid="\\000aaaaaaaaaa"; theme=dark')
    assert request.COOKIES["sessionid"].startswith("\0"), "as it came in"
    CleanCookiesMiddleware(lambda _request: HttpResponse())(request)
    assert request.COOKIES == {"theme": "dark"}
