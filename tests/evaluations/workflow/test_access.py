"""Who sees which part when: drafts belong to who writes them."""

from collections.abc import Callable
from datetime import date

from evaluations.models import Evaluation
from evaluations.workflow import transitions
from evaluations.workflow.access import sees_part
from portal.people.access.viewer import Viewer
from portal.people.models import Person
from tests.cast import Cast
from tests.evaluations.acts import open_for, part, write
from tests.evaluations.form import make_template

Look = Callable[[Person], Viewer]


def readers(evaluation: Evaluation, cast: Cast, viewer: Look, role: str) -> set[Person]:
    evaluation = Evaluation.objects.get(pk=evaluation.pk)
    people = (cast.dana, cast.renata, cast.nadia, cast.hana, cast.ada)
    return {who for who in people if sees_part(viewer(who), evaluation, part(evaluation, role))}


def test_drafts_are_hidden_until_they_are_signed(evaluation: Evaluation, cast: Cast, viewer: Look) -> None:
    # Ada, the auditor, sees that it exists: tests/people/access/test_reading.py.
    everybody = {cast.dana, cast.renata, cast.nadia, cast.hana}
    write(evaluation, "self")
    assert readers(evaluation, cast, viewer, "self") == {cast.dana}
    transitions.submit_self(evaluation, viewer(cast.dana))
    assert readers(evaluation, cast, viewer, "self") == everybody
    write(evaluation, "supervisor")
    assert readers(evaluation, cast, viewer, "supervisor") == {cast.renata}
    transitions.share(evaluation, viewer(cast.renata))
    assert readers(evaluation, cast, viewer, "supervisor") == everybody


def test_a_form_can_hide_the_self_evaluation_until_the_supervisor_has_rated(
    cast: Cast, viewer: Look, today: date
) -> None:
    template = make_template(self_hidden_until_rated=True)
    evaluation = open_for(cast.dana, cast, today, template=template)
    template.self_hidden_until_rated = False
    template.save()
    evaluation.refresh_from_db()
    write(evaluation, "self")
    transitions.submit_self(evaluation, viewer(cast.dana))
    assert readers(evaluation, cast, viewer, "self") == {cast.dana}
    write(evaluation, "supervisor")
    assert cast.renata in readers(evaluation, cast, viewer, "self")


def test_what_was_left_unsigned_stays_with_who_wrote_it(
    evaluation: Evaluation, cast: Cast, viewer: Look
) -> None:
    write(evaluation, "self")
    transitions.skip_self(evaluation, viewer(cast.renata), reason="Ill")
    write(evaluation, "supervisor")
    transitions.share(evaluation, viewer(cast.renata))
    transitions.acknowledge(evaluation, viewer(cast.dana))
    assert readers(evaluation, cast, viewer, "self") == {cast.dana}


def test_the_list_has_what_concerns_the_viewer(evaluation: Evaluation, cast: Cast, viewer: Look) -> None:
    def sees(person: Person) -> bool:
        return Evaluation.objects.visible_to(viewer(person)).filter(pk=evaluation.pk).exists()

    assert all(sees(who) for who in (cast.dana, cast.renata, cast.nadia, cast.hana, cast.ada))
    assert not any(sees(who) for who in (cast.marcus, cast.sam, cast.sol, cast.arthur, cast.ilse))
    transitions.reassign(evaluation, viewer(cast.hana), rater=cast.sam, reason="x")
    assert sees(cast.sam), "who rates sees it"
