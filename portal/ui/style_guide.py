"""What the style guide shows: plausible content, no database. All people are fictional."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest

from portal.ui import charts, icons
from portal.ui.forms import PortalForm
from portal.ui.status import STYLES

_TODAY = date(2026, 11, 23)
_COLORS = [
    *("desk", "sheet", "inset", "ink", "ink-2", "ink-3", "rule", "rule-2"),
    *("accent", "accent-strong", "accent-tint", "focus", "met"),
    *("expiring", "expiring-tint", "overdue", "overdue-tint", "unverified", "unverified-tint"),
    *("chart-1", "chart-2", "chart-3"),
]
_MONTHS = ["Dec", "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov"]
_STOPS = [
    {"value": 1, "label": "Not yet", "text": "Plan starts after discharge is ordered."},
    {"value": 2, "label": "Developing", "text": "Starts on time; follow-up has no owner."},
    {"value": 3, "label": "Solid", "text": "Every plan names owner, date and back-up."},
    {"value": 4, "label": "Strong", "text": "Spots barriers early and arranges a way around."},
    {"value": 5, "label": "Leading", "text": "Others learn from these plans."},
]


class CardForm(PortalForm):
    """Every kind of control, for the eye."""

    number = forms.CharField(label="Card number", help_text="As printed, with spaces or without.")
    issued_on = forms.DateField(label="Issued on")
    kind = forms.ChoiceField(label="Kind", choices=[("", "Choose one"), ("bls", "BLS"), ("acls", "ACLS")])
    method = forms.ChoiceField(
        label="How was it checked?",
        choices=[("registry", "Looked up at the state registry"), ("seen", "Card seen in person")],
        widget=forms.RadioSelect,
    )
    states = forms.MultipleChoiceField(
        label="States served",
        choices=[("ca", "California"), ("tx", "Texas")],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    card = forms.FileField(label="Photo or PDF of the card", required=False, help_text="Up to 20 MB.")
    comment = forms.CharField(label="Comment", widget=forms.Textarea(attrs={"rows": 3}), required=False)
    told = forms.BooleanField(label="Tell the supervisor", required=False)


def _chart() -> charts.Chart:
    return charts.stacked_bars(
        "expiries",
        title="Expiries per month, December 2026 to November 2027",
        finding="174 expiries in twelve months; most in November 2027 with 22.",
        labels=_MONTHS,
        series={
            "State licenses": [6, 4, 5, 9, 3, 4, 7, 5, 4, 6, 3, 6],
            "Certifications": [3, 2, 3, 4, 2, 6, 3, 2, 3, 4, 2, 11],
            "BLS cards": [8, 5, 4, 6, 7, 5, 3, 6, 9, 5, 4, 5],
        },
        unit="Month",
    )


def context(request: HttpRequest) -> dict[str, Any]:
    failed = CardForm({"number": "", "issued_on": "", "kind": "bls"}, auto_id="bad_%s")
    failed.is_valid()
    return {
        "today": _TODAY,
        "soon": _TODAY + timedelta(19),
        "last_year": date(2025, 11, 23),
        "states": list(STYLES),
        "colors": _COLORS,
        "icons": ["mark", "self", *icons.ICONS],
        "form": CardForm(),
        "failed_form": failed,
        "stops": _STOPS,
        "chart": _chart(),
        "page": Paginator(range(160), 20).page(3),
        "options": [("all", "Everyone"), ("exceptions", "Only exceptions")],
        "sample_nav": ["My work", "Training", "Credentials", "Evaluations", "Handbook"],
    }
