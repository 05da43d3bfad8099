"""Which tables the copies of the demo organization have of their own, and which columns differ.

A table is copied when a row of it is about a copied row: a link to a person, a team, or anything that
hangs on one. Who wrote, published or uploaded a row is not what it is about.
"""

import uuid
from collections.abc import Callable
from typing import Any

from allauth.account.models import EmailAddress
from django.apps import apps
from django.db import models
from django.urls import resolve

from certifications.credentials.submit import SOURCE as PERIOD
from certifications.models import Credential, Period, Verification
from certifications.models.credential import number_key
from certifications.verification.evidence import SOURCE as VERIFICATION
from evaluations.models import Document, Evaluation, Part, Signature, SignedContent
from evaluations.workflow.rounds import SOURCE as EVALUATION
from portal.demo.originals import Originals, code_of
from portal.demo.records import FORMER
from portal.files.models import StoredFile
from portal.folding import fold
from portal.hashing import canonical_sha256, canonical_text, text_sha256
from portal.jobs.models import Job
from portal.notices.models import Message, Notice
from portal.people.access.roles import SCOPED
from portal.people.models import Person, PersonIdentifier, PersonName, RoleGrant, Team, TeamPlace
from portal.standing.models import Evidence
from training.completion.complete import SOURCE as COMPLETION
from training.models import Attempt, Certificate, Completion, MoreTries

type Rule = Callable[[Originals, Any], Any]
"""Of an original: the value all copies have, or what makes it for an organization's number."""

# ---- which tables -----------------------------------------------------------------------------

# Nothing in them says whom they are about, but the copies need their own.
ALSO = ("jobs.Job", "people.Batch", "people.Change")
# These link to a person and are not copied.
SHARED = frozenset(
    {
        # Rules and content are everybody's; the person wrote them.
        "certifications.CompactMembership",
        "people.AbsenceKindRule",
        "standing.RequirementVersion",
        "training.Edition",
        "training.EditionWithdrawal",
        "training.QuestionVersion",
        "files.ContentImage",
        "files.ContentDocument",
        # On its way, not yet anybody's record.
        "files.StagedFile",
        "notices.Delivery",
        "wagtailcore.Page",
        "wagtailcore.Revision",
        "wagtailcore.UploadedFile",
        "wagtaildocs.Document",
        "wagtailimages.Image",
        # What was done and read, was done and read in the original.
        "audit.AccessLog",
        "audit.Hold",
        "wagtailcore.ModelLogEntry",
        "wagtailcore.PageLogEntry",
        # Secrets, sessions and the way in.
        "account.EmailConfirmation",
        "mfa.Authenticator",
        "people.AccountMail",
        "people.Invitation",
        "usersessions.UserSession",
        "wagtailcore.APIToken",
        # Work in the back office.
        "wagtailadmin.EditingSession",
        "wagtailadmin.FormState",
        "wagtailcore.Comment",
        "wagtailcore.CommentReply",
        "wagtailcore.PageSubscription",
        "wagtailcore.TaskState",
        "wagtailcore.WorkflowState",
        "wagtailusers.UserProfile",
    }
)
WHO_DID_IT = ("_by", "_by_user", "_in", "owner")


def links(model: type[models.Model]) -> list[Any]:
    """The foreign keys in the model's own table."""
    return [field for field in model._meta.local_concrete_fields if field.is_relation]


def copied_models() -> list[type[models.Model]]:
    every = apps.get_models(include_auto_created=True)
    candidates = [model for model in every if model._meta.label not in SHARED]
    found: set[type[models.Model]] = {Person, Team}
    found |= {model for model in candidates if model._meta.label in ALSO}
    while more := {model for model in candidates if model not in found and _is_about(model, found)}:
        found |= more
    return [model for model in candidates if model in found]


def _is_about(model: type[models.Model], copied: set[type[models.Model]]) -> bool:
    about = [field for field in links(model) if not field.name.endswith(WHO_DID_IT)]
    return any(field.related_model in copied for field in about)


# ---- numbers, codes, names --------------------------------------------------------------------


def numbered(name: str) -> Rule:
    """hv1101 is hv1101-2 in the second organization."""

    def rule(_originals: Originals, row: Any) -> Any:
        value = getattr(row, name)
        return (lambda number: f"{value}-{number}") if value else value

    return rule


def coded(_originals: Originals, row: Any) -> Any:
    return lambda number: code_of(row.code, number)


def retold(name: str) -> Rule:
    return lambda originals, row: originals.retold(getattr(row, name))


def first_name(person: str) -> Rule:
    return lambda originals, row: lambda number: originals.name(getattr(row, person), number)[0]


def last_name(person: str) -> Rule:
    return lambda originals, row: lambda number: originals.name(getattr(row, person), number)[1]


def search_text(originals: Originals, row: Person) -> Any:
    return lambda number: fold(f"{originals.full_name(row.pk, number)} {row.employee_number}-{number}")


def email(person: str) -> Rule:
    """The employee number, at the same domain."""

    def rule(originals: Originals, row: Any) -> Any:
        if not row.email:
            return row.email
        login, domain = originals.people[getattr(row, person)].employee_number, row.email.partition("@")[2]
        return lambda number: f"{login}-{number}@{domain}"

    return rule


def other_uid(_originals: Originals, row: Message) -> Any:
    return lambda number: uuid.uuid5(row.uid, str(number))


def compared_number(_originals: Originals, row: Credential) -> Any:
    return (lambda number: number_key(f"{row.number}-{number}")) if row.number else ""


# ---- each organization under its own top ------------------------------------------------------


def own_top(originals: Originals, row: TeamPlace) -> Any:
    """The first top team heads its organization: what stands beside it in the original is below it."""
    above, top = row.parent_id, originals.top
    assert top is not None, "there is a team without a parent"
    if above is None and row.team_id == top.pk:
        return None
    return lambda number: originals.shifted(Team, above or top.pk, number)


def _narrows(row: RoleGrant) -> bool:
    return row.role in SCOPED and row.scope == RoleGrant.Scope.ALL


def own_scope(_originals: Originals, row: RoleGrant) -> Any:
    """HR and auditors of a copy reach their organization, or each alert would go to every HR there is."""
    return RoleGrant.Scope.TEAM.value if _narrows(row) else row.scope


def own_team(originals: Originals, row: RoleGrant) -> Any:
    team = originals.top.pk if originals.top and _narrows(row) else row.team_id
    return team and (lambda number: originals.shifted(Team, team, number))


# ---- ids inside texts -------------------------------------------------------------------------

SOURCES: dict[str, type[models.Model]] = {
    PERIOD: Period,
    VERIFICATION: Verification,
    EVALUATION: Evaluation,
    COMPLETION: Completion,
}
SUBJECTS: dict[str, type[models.Model] | None] = {
    "period": Period,
    "evaluation": Evaluation,
    "completion": Completion,
    "former": None,
}
# By kind of notice, or by the first word of it.
KEYS: dict[str, type[models.Model]] = {
    "standing": Person,
    "certifications-to-verify": Period,
    "certifications-verified": Verification,
    "certifications-not-confirmed": Verification,
    "training-completed": Completion,
    "training-moved": Attempt,
    "training-out-of-tries": Attempt,
    "training-tries-granted": MoreTries,
    "training-revoked": Certificate,
    "evaluations": Evaluation,
}
ADDRESSES: dict[str, type[models.Model]] = {
    "standing:item": Person,
    "people:detail": Person,
    "certifications:verify": Period,
    "certifications:detail": Credential,
    "training:completed": Attempt,
    "training:attempt": Attempt,
    "training:assessment": Attempt,
    "training:tries": Attempt,
    "evaluations:detail": Evaluation,
}
FILES: dict[str, type[models.Model]] = {"certificate": Certificate, "evaluation": Evaluation}
JOBS: dict[str, tuple[str, type[models.Model]]] = {
    "training.certificate": ("certificate", Certificate),
    "evaluations.render": ("evaluation", Evaluation),
}


def shifted_at_the_start(originals: Originals, text: str, model: type[models.Model]) -> Callable[[int], str]:
    """ "7:TX" and the like; ValueError for a text that does not begin with an id."""
    number, colon, rest = text.partition(":")
    pk = int(number)
    return lambda n: f"{originals.shifted(model, pk, n)}{colon}{rest}"


def subject(originals: Originals, row: Evidence) -> Any:
    word, _colon, rest = row.subject.partition(":")
    model = SUBJECTS[word] if word else None
    if model is None:
        return row.subject
    shifted = shifted_at_the_start(originals, rest, model)
    return lambda number: f"{word}:{shifted(number)}"


def source_id(originals: Originals, row: Evidence) -> Any:
    if row.source_kind == FORMER:
        before, _colon, person = row.source_id.rpartition(":")
        return lambda number: f"{before}:{originals.shifted(Person, int(person), number)}"
    return shifted_at_the_start(originals, row.source_id, SOURCES[row.source_kind])


def notice_key(originals: Originals, row: Notice) -> Any:
    model = KEYS.get(row.kind) or KEYS[row.kind.partition("-")[0]]
    return shifted_at_the_start(originals, row.key, model)


def queue_key(originals: Originals, row: Notice) -> Any:
    return shifted_at_the_start(originals, row.queue_key, Part) if row.queue_key else ""


def address(originals: Originals, row: Notice) -> Any:
    page = resolve(row.url.partition("?")[0]) if row.url else None
    if page is None or not page.kwargs:
        return row.url
    model = ADDRESSES[page.view_name]
    named: Any = page.kwargs["code" if model is Evaluation else "pk"]
    before, after = row.url.split(f"/{named}/", 1)
    if model is Evaluation:
        return lambda number: f"{before}/{code_of(named, number)}/{after}"
    return lambda number: f"{before}/{originals.shifted(model, named, number)}/{after}"


def about(originals: Originals, row: StoredFile) -> Any:
    return shifted_at_the_start(originals, row.about, FILES[row.kind]) if row.about else ""


def job_key(originals: Originals, row: Job) -> Any:
    return shifted_at_the_start(originals, row.key, JOBS[row.kind][1])


def job_arguments(originals: Originals, row: Job) -> Callable[[int], dict[str, Any]]:
    name, model = JOBS[row.kind]
    return lambda number: {
        **row.arguments,
        name: originals.shifted(model, row.arguments[name], number),
    }


def job_hash(originals: Originals, row: Job) -> Any:
    arguments = job_arguments(originals, row)
    return lambda number: canonical_sha256(arguments(number))


def signed_text(originals: Originals, row: SignedContent) -> Callable[[int], str]:
    """What was signed, with the code, the people and the hashes of the copy; what they said stays."""
    received = _received(row)

    def copied(number: int) -> str:
        data = row.data
        data["evaluation"]["code"] = code_of(data["evaluation"]["code"], number)
        for whom in ("person", "rater"):
            if whom in data:
                data[whom] = _signed_person(originals, data[whom], number)
        if received is not None:
            data["shared"] = text_sha256(signed_text(originals, received)(number))
            data["witness"] = _told(originals, data["witness"], number)
        return canonical_text(data)

    return copied


def _signed_person(originals: Originals, who: dict[str, str], number: int) -> dict[str, str]:
    name = _told(originals, who["name"], number)
    first = name.partition(" ")[0] if name != who["name"] else who["first_name"]
    return {**who, "name": name, "first_name": first, "number": f"{who['number']}-{number}"}


def _told(originals: Originals, name: str, number: int) -> str:
    told = originals.retold(name)
    return told(number) if callable(told) else told


def _received(row: SignedContent) -> SignedContent | None:
    """What the ending of a round says was received."""
    sha256 = row.data.get("shared")
    if sha256 is None:
        return None
    rows = SignedContent.objects.filter(evaluation=row.evaluation, sha256=sha256)
    return rows.first()


def signed_hash(originals: Originals, row: SignedContent) -> Callable[[int], str]:
    copied = signed_text(originals, row)
    return lambda number: text_sha256(copied(number))


# ---- the columns that differ ------------------------------------------------------------------

RULES: dict[type[models.Model], dict[str, Rule]] = {
    Person: {
        "employee_number": numbered("employee_number"),
        "email": email("pk"),
        "first_name": first_name("pk"),
        "last_name": last_name("pk"),
        "search_text": search_text,
        "code": coded,
    },
    PersonName: {"first_name": first_name("person_id"), "last_name": last_name("person_id")},
    PersonIdentifier: {"value": numbered("value")},
    EmailAddress: {"email": email("user_id")},
    Team: {
        "code": numbered("code"),
        "name": lambda _originals, row: lambda number: f"{row.name} {number}",
    },
    TeamPlace: {"parent": own_top},
    RoleGrant: {"scope": own_scope, "team": own_team},
    Credential: {"number": numbered("number"), "number_key": compared_number},
    Verification: {"number_searched": numbered("number_searched")},
    Evidence: {"subject": subject, "source_id": source_id},
    Evaluation: {"code": coded},
    SignedContent: {"text": signed_text, "sha256": signed_hash},
    Signature: {"name": retold("name"), "witness_name": retold("witness_name")},
    Document: {"code": coded},
    Certificate: {"code": coded, "name": retold("name")},
    StoredFile: {"code": coded, "about": about},
    Notice: {
        "key": notice_key,
        "url": address,
        "subject": retold("subject"),
        "body": retold("body"),
        "told_also": retold("told_also"),
        "queue_key": queue_key,
    },
    Message: {"uid": other_uid},
    Job: {"key": job_key, "arguments": job_arguments, "arguments_sha256": job_hash},
}
