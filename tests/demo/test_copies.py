"""The demo organization many times over: nothing dangles, nothing is shared that must not be."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import connection, models
from django.urls import resolve

from certifications.models import Period, Verification
from evaluations.models import Evaluation, Signature
from evaluations.signatures.check import differences as untrue_signatures
from portal.clock import business_today
from portal.demo.copies import make_copies, shifting
from portal.demo.copy_rules import ALSO, RULES, SHARED, copied_models, links
from portal.demo.load import load
from portal.demo.originals import Originals
from portal.folding import fold
from portal.hashing import canonical_sha256
from portal.jobs.models import Job
from portal.notices.models import Notice
from portal.people.models import Person, RoleGrant, Team, TeamPlace
from portal.standing.models import Evidence, Span
from portal.standing.projection.rebuild import differences, everybody
from tests.cast import Cast
from tests.transactions import taken_back
from training.models import Completion

EVERY = apps.get_models(include_auto_created=True)
COPIED = copied_models()
# JSON in copied tables that holds no ids of copied rows.
WITHOUT_IDS = {
    "evaluations.Evaluation.form",
    "jobs.Job.result",
    "people.Position.states_served",
    "training.LessonProgress.positions",
    "training.Sitting.order",
    "training.Sitting.shown",
    "training.SittingAnswer.chosen",
    # Ids of requirements, which the copies share.
    "standing.ClearanceSpan.reasons",
}


# ---- which tables, which columns --------------------------------------------------------------


@pytest.mark.parametrize(
    "model",
    [model for model in EVERY if any(field.related_model is Person for field in links(model))],
    ids=lambda model: model._meta.label,
)
def test_a_table_that_links_to_a_person_is_copied_or_said_to_be_shared(model: type[models.Model]) -> None:
    assert (model in COPIED) != (model._meta.label in SHARED), (
        "portal/demo/copy_rules.py: is it about the person (then its links make it so), or in SHARED?"
    )


def test_what_is_said_to_be_shared_exists() -> None:
    labels = {model._meta.label for model in EVERY}
    assert labels >= SHARED
    assert {"jobs.Job", "people.Batch"} <= labels & set(ALSO)


def unique_keys(model: type[models.Model]) -> Iterator[tuple[str, ...]]:
    for field in model._meta.local_concrete_fields:
        if field.unique and not field.primary_key:
            yield (field.name,)
    yield from model._meta.unique_together
    for constraint in model._meta.constraints:
        if isinstance(constraint, models.UniqueConstraint):
            assert not constraint.expressions
            yield constraint.fields


@pytest.mark.parametrize("model", COPIED, ids=lambda model: model._meta.label)
def test_every_unique_key_differs_from_copy_to_copy(model: type[models.Model]) -> None:
    differs = {field.name for field in links(model) if field.related_model in COPIED}
    differs |= set(RULES.get(model, {}))
    for key in unique_keys(model):
        assert differs & set(key), f"{key}: a rule in portal/demo/copy_rules.py"


def test_json_of_copied_tables_has_a_rule_or_holds_no_ids() -> None:
    found = {
        f"{model._meta.label}.{field.name}"
        for model in COPIED
        for field in model._meta.local_concrete_fields
        if isinstance(field, models.JSONField) and field.name not in RULES.get(model, {})
    }
    assert found == WITHOUT_IDS


# ---- a small organization ---------------------------------------------------------------------


def test_copies_of_a_small_organization(cast: Cast) -> None:
    people = Person.objects.count()
    make_copies(3)

    connection.check_constraints()
    assert Person.objects.count() == 3 * people
    above = {row.team.code: row.parent for row in TeamPlace.objects.select_related("team", "parent")}
    assert above["north-3"] == Team.objects.get(code="network-3")
    # What stands beside the first top team is below it, so that HR of the copy reaches it.
    assert above["office-3"] == Team.objects.get(code="network-3")
    hana = Person.objects.get(employee_number=f"{cast.hana.employee_number}-2")
    assert (hana.email, hana.search_text) == (
        f"{hana.employee_number}@example.org",
        fold(f"{hana.get_full_name()} {hana.employee_number}"),
    )
    grant = RoleGrant.objects.get(person=hana)
    assert (grant.scope, grant.team) == ("team", Team.objects.get(code="network-2"))
    assert len({person.get_full_name() for person in Person.objects.all()}) == 3 * people
    # Ids go on where the copies end.
    assert Team.objects.create(code="new", name="New").pk > Team.objects.get(code="office-3").pk


@pytest.mark.parametrize("number", ["0", "-1", "many", "1.5"])
def test_a_number_of_copies_below_one_is_refused(number: str) -> None:
    with pytest.raises(CommandError, match="a whole number from 1 on"):
        call_command("load_demo", f"--copies={number}")


def test_copies_are_not_loaded_over_people(cast: Cast, capsys: Any) -> None:
    before = Person.objects.count()
    call_command("load_demo", "--if-empty", "--copies=2")
    with pytest.raises(CommandError, match="people on record"):
        call_command("load_demo", "--copies=2")
    assert (Person.objects.count(), capsys.readouterr().out) == (before, "")


# ---- the demo itself, twice -------------------------------------------------------------------


@pytest.fixture(scope="module")
def original(django_db_setup: None, django_db_blocker: Any) -> Iterator[Originals]:
    """The demo and one copy of it."""
    with django_db_blocker.unblock(), taken_back():
        load(business_today())
        originals = Originals(COPIED)
        make_copies(2)
        yield originals


@pytest.mark.long
def test_every_table_is_doubled_and_nothing_dangles(original: Originals) -> None:
    connection.check_constraints()
    grown = {}
    for model in COPIED:
        rows, last = model._base_manager, original.last[model]
        grown[model] = rows.filter(pk__gt=last).count() - rows.filter(pk__lte=last).count()
    # HR of one organization among several is in no group of the back office.
    assert {model: by for model, by in grown.items() if by} == {Person.groups.through: -1}


@pytest.mark.long
def test_no_copy_hangs_on_an_original(original: Originals) -> None:
    for model in COPIED:
        for field in links(model):
            if shifting(field, original):
                last = original.last[field.related_model]
                rows = model._base_manager.filter(pk__gt=original.last[model])
                assert not rows.filter(**{f"{field.attname}__lte": last}).exists(), (model, field)


@pytest.mark.long
def test_standing_of_the_copies_is_what_a_fresh_computation_says(original: Originals) -> None:
    assert list(differences(everybody())) == []
    assert Span.objects.filter(person_id__gt=original.last[Person]).exists()


@pytest.mark.long
def test_ids_in_texts_lead_to_rows_of_the_same_person(original: Originals) -> None:
    rows = Evidence.objects.filter(pk__gt=original.last[Evidence])
    periods = {
        f"period:{row.pk}": row.credential.person_id for row in Period.objects.select_related("credential")
    }
    checks = {str(row.pk): row.period_id for row in Verification.objects.all()}
    done = {f"completion:{row.pk}": row.person_id for row in Completion.objects.all()}
    closed = {f"evaluation:{row.pk}": row.person_id for row in Evaluation.objects.all()}
    seen = set()
    for row in rows:
        word, _colon, rest = row.subject.partition(":")
        seen.add(word)
        if word == "former":
            assert row.source_id.endswith(f":{row.person_id}")
            continue
        own = {"period": periods, "completion": done, "evaluation": closed}[word]
        about = f"{word}:{rest.partition(':')[0]}"
        assert own[about] == row.person_id
        if row.source_kind == "certifications.verification":
            assert f"period:{checks[row.source_id.partition(':')[0]]}" == about
    assert seen == {"former", "period", "completion", "evaluation"}


@pytest.mark.long
def test_notices_of_a_copy_speak_of_its_own_people_and_pages(original: Originals) -> None:
    named = {person.get_full_name() for person in original.people.values()}
    renamed = {person.get_full_name() for person in Person.objects.filter(pk__gt=original.last[Person])}
    old = re.compile("|".join(map(re.escape, sorted(named - renamed))))
    for notice in Notice.objects.filter(pk__gt=original.last[Notice]):
        assert not old.search(f"{notice.subject} {notice.body} {notice.told_also}")
        page = resolve(notice.url.partition("?")[0])
        if page.view_name == "standing:item":
            assert page.kwargs["pk"] == notice.about_id == int(notice.key.partition(":")[0])
        if page.view_name == "evaluations:detail":
            evaluation = Evaluation.objects.get(code=page.kwargs["code"])
            assert evaluation.person_id == notice.about_id
            assert notice.key == f"{evaluation.pk}:1"


@pytest.mark.long
def test_what_was_signed_in_a_copy_is_what_stands_there(original: Originals) -> None:
    rows = Signature.objects.filter(pk__gt=original.last[Signature], evaluation__state="closed")
    for signature in rows:
        assert signature.name == signature.signer.get_full_name()
    assert rows.exists()
    assert list(untrue_signatures()) == []


@pytest.mark.long
def test_jobs_of_a_copy_ask_for_its_own_rows(original: Originals) -> None:
    for job in Job.objects.filter(pk__gt=original.last[Job]):
        [pk] = [value for name, value in job.arguments.items() if name != "round"]
        assert job.key.partition(":")[0] == str(pk)
        assert job.arguments_sha256 == canonical_sha256(job.arguments)
        model = Evaluation if "evaluation" in job.arguments else apps.get_model("training.Certificate")
        assert original.last[model] < pk <= 2 * original.last[model]
