"""My work: what needs the person who is signed in, soonest first."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from evaluations.workflow.waiting import waiting_for
from portal.notices.nobody import count_for
from portal.people.access.viewer import Viewer
from portal.people.organization.supervision import Via
from portal.standing.engine.status import Group, Word
from portal.standing.items import Item, Standing, standing_on
from portal.standing.labels import short_date
from portal.standing.models import Requirement
from portal.ui.notation import amount
from training.models import CoursePage


@dataclass(frozen=True)
class Todo:
    """One thing to do: what, why, by when, and the button."""

    title: str
    text: str
    state: str
    phrase: str
    url: str
    button: str
    due: date | None = None

    @property
    def order(self) -> tuple[date, str]:
        return self.due or date.max, self.title


@dataclass(frozen=True)
class MyWork:
    viewer: Viewer
    standing: Standing
    todos: tuple[Todo, ...]

    @property
    def urgent(self) -> list[Todo]:
        return [todo for todo in self.todos if todo.state in ("overdue", "missing", "grace")]

    @property
    def count_words(self) -> str:
        count = len(self.todos)
        return (
            ngettext("One item", "%(count)d items, soonest first", count) % {"count": count} if count else ""
        )

    @property
    def clearance_words(self) -> str:
        """May I work with patients? In which states, and not where, and since when."""
        clearance = self.standing.clearance
        if clearance and not self.standing.items:
            return _("Nothing that blocks patient work is asked of you.")
        if clearance:
            return _("Yes, you are cleared today")
        if clearance.is_partial:
            return clearance.words
        return _("Not today. The reasons stand at the top.")

    @property
    def away_words(self) -> str:
        away = self.standing.away
        return away.words(self.viewer.on) if away else ""

    @property
    def barred_title(self) -> str:
        """The heading above the reasons."""
        clearance = self.standing.clearance
        if clearance.is_partial:
            return _("You are cleared to work with patients in some of your states only")
        return _("You are not cleared to work with patients today")

    def lead(self) -> str:
        """The one sentence: is there anything I must do?"""
        if not self.todos and not self.viewer.is_employed:
            return _("Nothing needs you today.")
        if not self.todos and self.standing.is_fine:
            return _("Nothing needs you today. Everything on your record is up to date.")
        if not self.todos:
            return _("Nothing needs you today. Some items wait for somebody else; they stand below.")
        dated = [todo.due for todo in self.todos if todo.due and todo.due >= self.viewer.on]
        if self.urgent:
            return ngettext(
                "One thing is late and needs you now.", "%(count)d things are late and need you now.",
                len(self.urgent),
            ) % {"count": len(self.urgent)}  # fmt: skip
        if dated:
            day = short_date(max(dated), self.viewer.on)
            return ngettext(
                "One thing needs you by %(day)s.", "%(count)d things need you by %(day)s.", len(self.todos)
            ) % {"count": len(self.todos), "day": day}
        return ngettext("One thing needs you.", "%(count)d things need you.", len(self.todos)) % {
            "count": len(self.todos)
        }


def my_work(viewer: Viewer) -> MyWork:
    standing = standing_on(viewer.person, viewer.on)
    todos = [*_from_delivery(viewer), *_from_items(standing), *_from_evaluations(viewer, standing)]
    return MyWork(viewer, standing, tuple(sorted(todos, key=lambda todo: todo.order)))


# ---- notices that reach nobody ----------------------------------------------------------------


def _from_delivery(viewer: Viewer) -> Iterator[Todo]:
    """To a site admin: who else would see them?"""
    count = count_for(viewer) if viewer.has("site_admin") else 0
    if count:
        yield Todo(
            title=ngettext("One notice reaches nobody", "%(count)s notices reach nobody", count)
            % {"count": amount(count)},
            text=_("No supervisor and no HR is here for whom they are about. Grant the HR role to somebody."),
            state="overdue",
            phrase=_("Waiting for you"),
            url=reverse("notices:delivery") + "#nobody",
            button=_("Open delivery"),
            # Before all else.
            due=date.min,
        )


# ---- items to keep current --------------------------------------------------------------------


def _from_items(standing: Standing) -> Iterator[Todo]:
    """What the person is responsible for and is late, due, or running out."""
    for item in standing.items:
        mine = item.version.responsible == "holder" and item.requirement.group != Requirement.Group.EVALUATION
        if mine and item.group in (Group.ACT_NOW, Group.SOON) and not item.renewal_waits:
            yield todo_of(item)


def todo_of(item: Item) -> Todo:
    title, button, url = _action(item)
    return Todo(
        title=title,
        text=item.requirement.help_text,
        state=item.word.value,
        phrase=_when(item),
        url=url,
        button=button,
        due=item.late_since or item.deadline,
    )


def _when(item: Item) -> str:
    if item.word is Word.MISSING and item.late_since:
        return _("Missing since %(day)s") % {"day": short_date(item.late_since, item.on)}
    if item.word is Word.EXPIRING and item.deadline:
        days = (item.deadline - item.on).days
        return ngettext(
            "Runs out in %(count)d day, on %(day)s", "Runs out in %(count)d days, on %(day)s", days
        ) % {
            "count": days,
            "day": short_date(item.deadline, item.on),
        }
    return item.phrase


def _action(item: Item) -> tuple[str, str, str]:
    """Title, button and address for an item, by the kind of thing that is asked."""
    name = item.name
    if item.requirement.group == Requirement.Group.TRAINING:
        url = _course_url(item) or reverse("training:mine")
        return _("Take “%(name)s”") % {"name": name}, _("Open course"), url
    if item.requirement.group == Requirement.Group.LICENSE:
        late = item.word in (Word.MISSING, Word.DUE)
        title = _("Send your %(name)s") if late else _("Renew your %(name)s")
        return title % {"name": name}, _("Send proof"), reverse("certifications:mine")
    return name, _("Look"), reverse("standing:mine")


def _course_url(item: Item) -> str:
    codes = [
        row.qualification.code.removeprefix("course:")
        for row in item.version.accepted.select_related("qualification")
        if row.qualification.code.startswith("course:")
    ]
    course = CoursePage.objects.live().filter(code__in=codes).order_by("pk").first()
    return course.url or "" if course else ""


def supervision_words(via: Via, *, leads: bool) -> str:
    """Why it is this supervisor, where it is not simply the team's lead; `leads`: the person leads a team."""
    if via is Via.PARENT and leads:
        return _("Leads the level above your team.")
    return {
        Via.ACTING: _("Acting for the lead of your team."),
        Via.DELEGATE: _("Stands in while your supervisor is away."),
        Via.PARENT: _("Your team has no lead present; this is the next one up."),
        Via.HR: _("Your place has no supervisor; HR answers for it."),
    }.get(via, "")


# ---- evaluations ------------------------------------------------------------------------------


def _from_evaluations(viewer: Viewer, standing: Standing) -> Iterator[Todo]:
    """Evaluations that await this person: to write, to rate, to acknowledge."""
    for step in waiting_for(viewer):
        own = step.evaluation.person_id == viewer.person.pk
        yield Todo(
            title=step.title,
            text=" ".join(filter(None, (step.text, _renewed_by_it(standing) if own else ""))),
            state="overdue" if step.due_on < viewer.on else "open",
            phrase=_("Waiting for you, by %(day)s") % {"day": short_date(step.due_on, viewer.on)},
            url=step.url,
            button=step.button,
            due=step.due_on,
        )


def _renewed_by_it(standing: Standing) -> str:
    """How an evaluation under way belongs to the item to keep current: closing it renews the item."""
    items = [i for i in standing.items if i.requirement.group == Requirement.Group.EVALUATION]
    day = min((item.last_good_day for item in items if item.last_good_day), default=None)
    if not items:
        return ""
    words = {"item": items[0].name, "day": short_date(day, standing.on) if day else ""}
    if day is None:
        return _("When it is closed, your item “%(item)s” is met.") % words
    return _("Your item “%(item)s” is good through %(day)s; closing this evaluation renews it.") % words
