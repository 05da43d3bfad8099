"""Forms: well formed or not; who may is decided elsewhere."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from evaluations.models import Evaluation, FormTemplate
from portal.people.access.viewer import Viewer
from portal.people.models import Person
from portal.ui.form_kit import day_field, reason_field, refuse_end_before_start
from portal.ui.forms import ManyRowsField, PortalForm


class LaunchForm(PortalForm):
    """Which form, for whom, for which period."""

    template = forms.ModelChoiceField(FormTemplate.objects.none(), label=gettext_lazy("Form"))
    people = ManyRowsField(
        Person.objects.none(), label=gettext_lazy("For"), widget=forms.CheckboxSelectMultiple
    )
    period_from = day_field(gettext_lazy("Period from"))
    period_to = day_field(gettext_lazy("Period to"))
    due_on = day_field(
        gettext_lazy("Due"),
        help_text=gettext_lazy("By this day it should be rated, shared and acknowledged."),
    )

    def __init__(self, *args: Any, people: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        published = FormTemplate.objects.filter(published_at__isnull=False, retired_at__isnull=True)
        self.fields["template"].queryset = published  # type: ignore[attr-defined]
        self.fields["people"].queryset = people  # type: ignore[attr-defined]
        if published.count() == 1:
            self.fields["template"].initial = published.first()

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        refuse_end_before_start(self, "period_from", "period_to", _("The period ends before it begins."))
        return data


class MoveForm(PortalForm):
    """The form of a move: it knows the evaluation and who looks at it."""

    def __init__(self, *args: Any, evaluation: Evaluation, viewer: Viewer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.evaluation, self.viewer = evaluation, viewer


class AcknowledgeForm(MoveForm):
    comment = forms.CharField(
        label=gettext_lazy("Your comment"),
        required=False,
        max_length=8000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=gettext_lazy("Optional. It becomes part of the record and is printed in the PDF."),
    )


class NoteForm(MoveForm):
    note = forms.CharField(
        label=gettext_lazy("What happened"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class RefusalForm(NoteForm):
    witness = forms.ModelChoiceField(
        Person.objects.none(),
        label=gettext_lazy("Witness"),
        help_text=gettext_lazy(
            "Who saw it: neither the person nor the rater. You can be the witness yourself."
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        neither = [
            self.evaluation.person_id,
            *self.evaluation.parts.current().values_list("rater", flat=True),
        ]
        others = Person.objects.employed(self.viewer.on).exclude(pk__in=neither)
        self.fields["witness"].queryset = others  # type: ignore[attr-defined]


class MoveReasonForm(MoveForm):
    reason = reason_field()


class ReassignForm(MoveReasonForm):
    rater = forms.ModelChoiceField(Person.objects.none(), label=gettext_lazy("New rater"))

    field_order = ("rater", "reason")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = Person.objects.employed(self.viewer.on).exclude(pk=self.evaluation.person_id)
        self.fields["rater"].queryset = others  # type: ignore[attr-defined]
