"""The form of a new version of a requirement."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.standing.models import Requirement, RequirementVersion
from portal.standing.requirements.change import Draft
from portal.ui.forms import DayInput, WellFormed


class RuleForm(WellFormed, forms.ModelForm):
    """A new version of a requirement; what it accepts is taken over from the version in force."""

    class Meta:
        model = RequirementVersion
        fields = (
            "starts_on",
            "severity",
            "responsible",
            "level",
            "recurrence",
            "recurrence_months",
            "recurrence_month",
            "recurrence_day",
            "notice_days",
            "grace_days",
            "return_notice_days",
            "waiver_clears",
            "reason",
        )
        widgets = {"starts_on": DayInput(), "reason": forms.Textarea(attrs={"rows": 3})}
        help_texts = {"waiver_clears": gettext_lazy("Matters only where the rule blocks practice.")}
        labels = {
            "starts_on": gettext_lazy("In force from"),
            "severity": gettext_lazy("How much it weighs"),
            "responsible": gettext_lazy("Whose list it is on"),
            "level": gettext_lazy("Proof it asks for"),
            "recurrence": gettext_lazy("How often"),
            "recurrence_months": gettext_lazy("Months (for every so many months)"),
            "recurrence_month": gettext_lazy("Month (for a fixed day, or where the year begins)"),
            "recurrence_day": gettext_lazy("Day (for a fixed day)"),
            "notice_days": gettext_lazy("Notice (days)"),
            "grace_days": gettext_lazy("Grace (days)"),
            "return_notice_days": gettext_lazy("Notice after a leave (days)"),
            "waiver_clears": gettext_lazy("A waiver clears for patient work"),
            "reason": gettext_lazy("Why it changes"),
        }

    def __init__(self, *args: Any, requirement: Requirement, today: date, **kwargs: Any) -> None:
        current = _in_force(requirement, today)
        super().__init__(*args, **kwargs)
        self.requirement, self.current, self.today = requirement, current, today
        self.fields["reason"].required = True
        if current:
            for name in self.fields:
                if name not in ("starts_on", "reason"):
                    self.fields[name].initial = getattr(current, name)

    def clean_starts_on(self) -> date:
        day: date = self.cleaned_data["starts_on"]
        if day <= self.today:
            raise forms.ValidationError(
                _("A rule changes from tomorrow on at the earliest; the past stays as it was.")
            )
        return day

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        # The table's constraints speak through the whole version, not through these fields alone.
        self._validate_unique = self._validate_constraints = False
        needs = {
            "every_months": "recurrence_months",
            "each_year": "recurrence_month",
            "fixed_day": "recurrence_day",
        }
        name = needs.get(data.get("recurrence", ""))
        if name and not data.get(name):
            self.add_error(name, _("Fill this in for that kind of recurrence."))
        if data.get("recurrence") == "fixed_day" and not data.get("recurrence_month"):
            self.add_error("recurrence_month", _("Fill this in for that kind of recurrence."))
        return data

    def draft(self) -> Draft:
        """The version to be: the one in force on its first day with what the form changes."""
        before = _in_force(self.requirement, self.cleaned_data["starts_on"])
        values = before.demands() if before else {}
        changed = {k: v for k, v in self.cleaned_data.items() if k not in ("starts_on", "reason")}
        accepted = tuple(before.accepted_values()) if before else ()
        return Draft(
            starts_on=self.cleaned_data["starts_on"],
            values={**values, **changed},
            accepted=accepted,
            reason=self.cleaned_data["reason"],
        )


def _in_force(requirement: Requirement, day: date) -> RequirementVersion | None:
    """The version of the day; where none has begun, the first."""
    rows = list(requirement.versions.filter(superseded_at__isnull=True).order_by("starts_on"))
    begun = [row for row in rows if row.starts_on <= day]
    return (begun[-1] if begun else rows[0]) if rows else None
