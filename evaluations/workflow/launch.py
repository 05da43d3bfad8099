"""Launching: a form is frozen into an evaluation, with its parts and every answer row."""

from collections.abc import Iterable, Mapping
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from evaluations.forms.schema import items_for, problems
from evaluations.models import Answer, Evaluation, FormTemplate, Part, Round
from evaluations.workflow.notify import tell
from evaluations.workflow.raters import refuse_absent_rater
from portal.audit.log import record
from portal.codes import public_code
from portal.errors import Refused
from portal.hashing import canonical_sha256
from portal.people.access.rights import demand_hr_or_line
from portal.people.access.viewer import Viewer
from portal.people.facts.lock import lock_people
from portal.people.models import Person
from portal.people.organization.supervision import OrgChart


@transaction.atomic
def launch(
    person: Person,
    template: FormTemplate,
    *,
    period_from: date,
    period_to: date,
    due_on: date,
    on: date,
    by: Viewer,
    chart: OrgChart | None = None,
    rater: Person | None = None,
) -> Evaluation:
    """Open an evaluation for the person: the self-evaluation and the supervisor's rating.

    The rater is the supervisor on the day unless one is named. Launching the same form for the
    same period again returns the evaluation that is there. Raises OwnRecord for oneself, NotAllowed
    unless HR for the person or in the line above, Refused for a form that cannot be used or a rater who
    is the person or does not work here.
    """
    _demand_right(by, person)
    _refuse_unusable(template)
    lock_people([person.pk])
    period = {"period_from": period_from, "period_to": period_to}
    if (existing := _launched(person, template, period)) is not None:
        return existing
    supervisor = _rater(person, rater, on, chart)
    evaluation = _opened(person, template, {**period, "due_on": due_on}, by)
    for role, who in ((Part.Role.SELF, person), (Part.Role.SUPERVISOR, supervisor)):
        _open_part(evaluation, role, who)
    record(
        "evaluations.evaluation.launched", evaluation, actor=by.person, person=person.pk, rater=supervisor.pk
    )
    tell("launched", evaluation, person)
    return evaluation


def _demand_right(by: Viewer, person: Person) -> None:
    words = _("Nobody opens their own evaluation. Ask your supervisor or HR.")
    demand_hr_or_line(by, person.pk, words)


def _refuse_unusable(template: FormTemplate) -> None:
    """Raises Refused for a form with problems, or one that is not published or is retired."""
    if wrong := problems(template.content):
        raise Refused(_("The form cannot be used yet: %(why)s") % {"why": " ".join(wrong)})
    if template.published_at is None or template.retired_at is not None:
        raise Refused(_("This form is not published."))


def _launched(person: Person, template: FormTemplate, period: Mapping[str, date]) -> Evaluation | None:
    """The evaluation of this form, in any version, that is there for the period, unless it was canceled."""
    rows = Evaluation.objects.filter(
        person=person, form_code=template.code, supersedes__isnull=True, **period
    )
    return rows.exclude(state=Evaluation.State.CANCELLED).first()


def _rater(person: Person, named: Person | None, on: date, chart: OrgChart | None) -> Person:
    """Who was named, else the supervisor on the day. Raises Refused for oneself, or who does not work here."""
    if named is not None:
        refuse_absent_rater(named, on)
    rater = named or (chart or OrgChart(on, [person.pk])).supervisor_of(person.pk).person
    if rater.pk == person.pk:
        raise Refused(_("Nobody rates themselves. Name another rater."), field="rater")
    return rater


def _opened(person: Person, template: FormTemplate, days: Mapping[str, date], by: Viewer) -> Evaluation:
    """The evaluation with the form as it is now."""
    evaluation = Evaluation(
        code=public_code(),
        person=person,
        template=template,
        form=template.content,
        form_sha256=canonical_sha256(template.content),
        form_code=template.code,
        form_version=template.version,
        title=template.title,
        qualification_code=template.qualification_code,
        self_hidden_until_rated=template.self_hidden_until_rated,
        launched_by=by.person,
        **days,
    )
    evaluation.full_clean(exclude=["form"])
    evaluation.save()
    Round.objects.create(evaluation=evaluation, number=1)
    return evaluation


def _open_part(evaluation: Evaluation, role: str, rater: Person) -> Part:
    """A part with a row for every answer: what is asked is fixed now, so closing leaves no way in."""
    part = Part.objects.create(evaluation=evaluation, role=role, rater=rater)
    rows = [Answer(part=part, item=item["id"]) for item in items_for(evaluation.form, role)]
    Answer.objects.bulk_create(rows)
    return part


def launch_many(
    people: Iterable[Person],
    template: FormTemplate,
    *,
    period_from: date,
    period_to: date,
    due_on: date,
    on: date,
    by: Viewer,
) -> list[Evaluation]:
    """Open evaluations for many people; one chart serves all. One's own is left out."""
    asked = [person for person in people if person.pk != by.person.pk]
    chart = OrgChart(on, [person.pk for person in asked])
    return [
        launch(
            person,
            template,
            period_from=period_from,
            period_to=period_to,
            due_on=due_on,
            on=on,
            by=by,
            chart=chart,
        )
        for person in asked
    ]
