"""What goes on in the demo: evaluations in every state, courses under way and done, alerts told."""

from datetime import date, timedelta

from django.utils import timezone

from evaluations.forms.schema import items_for
from evaluations.models import Evaluation, FormTemplate, Part
from evaluations.ratings.answer import Given, save_answers
from evaluations.workflow import transitions
from evaluations.workflow.launch import launch
from portal.demo.content import FILES, acknowledgements, comments, courses, evaluation_form, goals
from portal.demo.people import Organization
from portal.demo.records import noon
from portal.home.groups import ensure_groups
from portal.home.pages import ensure_page_tree
from portal.notices.going_live import set_mode
from portal.notices.models import Message, Notice, Told
from portal.notices.plan import plan_messages
from portal.people.access.viewer import Viewer
from portal.people.models import Person
from portal.people.organization.supervision import OrgChart
from portal.standing.alerts.scan import run_alerts
from training.assessment import take
from training.authoring.import_course import import_course
from training.learning import lessons, start
from training.models import Attempt, CoursePage


def make_courses(org: Organization) -> None:
    index = ensure_page_tree()
    # Before anybody took them here.
    published = org.today - timedelta(days=200)
    ensure_groups(index)
    for data in courses():
        import_course(data, index=index, folder=FILES, actor=org.account("author"), on=published)


# ---- evaluations ------------------------------------------------------------------------------


def make_evaluations(org: Organization) -> None:
    """One in each state for the supervisor's team, and some more elsewhere."""
    template = FormTemplate.objects.create(
        code="annual-case-management",
        title="Annual evaluation, case management",
        content=evaluation_form(),
        published_at=timezone.now(),
    )
    dana, renata = org.account("staff"), org.account("supervisor")
    chart = OrgChart(org.today)
    others = [p for p in org.staff if p not in (dana, renata) and p.email]
    own = [p for p in others if chart.supervisor_of(p.pk).person == renata]
    rest = [p for p in others if p not in own][::5]
    for people, states in ((own, OWN_STATES), (rest, STATES)):
        for person, state in zip(people, states, strict=False):
            _evaluation(org, template, person, state)
    _evaluation(org, template, dana, "shared")


OWN_STATES = ("rating", "self", "closed", "shared", "rating")
STATES = ("self", "rating", "shared", "closed", "closed", "cancelled")


def _evaluation(org: Organization, template: FormTemplate, person: Person, state: str) -> None:
    year = org.today.year
    evaluation = launch(
        person,
        template,
        period_from=date(year, 1, 1),
        period_to=date(year, 12, 31),
        due_on=org.today + timedelta(days=9 + person.pk % 12),
        on=org.today,
        by=Viewer(org.account("hr"), org.today),
    )
    mine = Viewer(person, org.today)
    if state == "cancelled":
        transitions.cancel(
            evaluation, Viewer(org.account("hr"), org.today), reason="Opened for the wrong period."
        )
        return
    _write(org, evaluation, Part.Role.SELF, share=0.5 if state == "self" else 1)
    if state == "self":
        return
    transitions.submit_self(evaluation, mine)
    rater = evaluation.parts.current().get(role=Part.Role.SUPERVISOR).rater
    _write(org, evaluation, Part.Role.SUPERVISOR, share=0.4 if state == "rating" else 1)
    if state == "rating":
        return
    transitions.share(evaluation, Viewer(rater, org.today))
    if state == "closed":
        comment = org.random.choice(acknowledgements()) if person.pk % 2 else ""
        transitions.acknowledge(evaluation, mine, comment=comment)


def _write(org: Organization, evaluation: Evaluation, role: str, *, share: float) -> None:
    part = evaluation.parts.current().select_related("rater").get(role=role)
    items = items_for(evaluation.form, role)
    given = {}
    for item in items[: int(len(items) * share)]:
        if item["kind"] == "rating":
            said = org.random.choice(comments(item["id"], role))
            given[item["id"]] = Given(rating=said["rating"], text=said["text"])
        else:
            given[item["id"]] = Given(text=org.random.choice(goals()))
    save_answers(part, given, by=Viewer(part.rater, org.today), revision=None)


# ---- training ---------------------------------------------------------------------------------


def make_learning(org: Organization) -> None:
    """The case manager has one course done, one under way; some others too."""
    dana = org.account("staff")
    codes = {course.code: course for course in CoursePage.objects.all()}
    for person in [dana, *[p for p in org.staff if p != dana][:3]]:
        _take(org, person, codes["ethics"])
    attempt = start.start(dana, codes["hipaa-basics"])
    lessons.finish_lesson(attempt, attempt.edition.lessons[0]["id"], on=org.today)
    lessons.open_lesson(attempt, attempt.edition.lessons[1]["id"])


def _take(org: Organization, person: Person, course: CoursePage) -> None:
    """The whole way today, with every question answered right."""
    on = org.today
    attempt = start.start(person, course)
    for lesson in attempt.edition.lessons:
        lessons.finish_lesson(attempt, lesson["id"], on=on)
    attempt = Attempt.objects.select_related("edition", "person", "course").get(pk=attempt.pk)
    if attempt.edition.assessment is None:
        return
    sitting = take.start_sitting(attempt)
    for question in attempt.edition.assessment["questions"]:
        right = [choice["id"] for choice in question["choices"] if choice["correct"]]
        take.save_answer(sitting, question["id"], right)
    take.submit(sitting, on=on)


# ---- alerts -----------------------------------------------------------------------------------


def tell(org: Organization) -> None:
    """Alerts as they were told in the last weeks; only today's are new and still to be sent."""
    set_mode("live", on=org.today - timedelta(days=60), by=Viewer(org.account("hr"), org.today))
    today = timezone.now()
    for days_ago in (56, 28, 14, 7, 1):
        day = org.today - timedelta(days=days_ago)
        run_alerts(day)
        told = noon(day)
        plan_messages(told, day)
        fresh = {"created_at__gte": today}
        Told.objects.filter(notice__created_at__gte=today, mailed_at=None).update(
            shown_at=told, read_at=told, mailed_at=told
        )
        Notice.objects.filter(**fresh).update(created_at=told)
        Message.objects.filter(**fresh).update(created_at=told, sent_at=told, state=Message.State.SENT)
    run_alerts(org.today)
