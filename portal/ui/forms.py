"""How every form of the portal is drawn: classes, ARIA and date pickers are set here, once."""

from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.forms.renderers import TemplatesSetting
from django.utils.text import capfirst

from portal.dates import EARLIEST, LATEST
from portal.ui.limits import BIGGEST, guard_form

_CHECKS = (forms.CheckboxInput, forms.RadioSelect, forms.CheckboxSelectMultiple)


class DayInput(forms.DateInput):
    """The browser's date picker."""

    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        limits = {"min": EARLIEST.isoformat(), "max": LATEST.isoformat()}
        super().__init__({**limits, **(attrs or {})}, format="%Y-%m-%d")


class TimeInput(forms.TimeInput):
    input_type = "time"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%H:%M")


class MomentInput(forms.DateTimeInput):
    input_type = "datetime-local"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%dT%H:%M")


# Django's own text inputs for dates; a widget somebody chose on purpose is left alone.
_PICKERS: dict[type[forms.Widget], type[forms.DateInput | forms.TimeInput | forms.DateTimeInput]] = {
    forms.DateInput: DayInput,
    forms.TimeInput: TimeInput,
    forms.DateTimeInput: MomentInput,
}


class WellFormed(forms.BaseForm):
    """Of every form: one-line fields hold one line, nowhere a NUL, numbers and days have limits.

    See portal.ui.limits. Put before Django's own class.
    """

    def full_clean(self) -> None:
        guard_form(self)
        super().full_clean()


class PortalForm(WellFormed, forms.Form):
    """What a form of the portal derives from."""


class ManyRowsField(forms.ModelMultipleChoiceField):
    """Several rows of a table. Django's own asks the database for numbers that it cannot hold."""

    def clean(self, value: Any) -> Any:
        for key in value if isinstance(value, list | tuple) else ():
            if str(key).isdecimal() and (len(str(key)) > len(str(BIGGEST)) or int(key) > BIGGEST):
                words, code = self.error_messages["invalid_pk_value"], "invalid_pk_value"
                raise forms.ValidationError(words, code=code, params={"pk": str(key)[:40]})
        return super().clean(value)


def _is_ours(field: forms.Field) -> bool:
    """Whether the choices are words of ours; those of a table may be names, which begin as they begin."""
    return isinstance(field, forms.ChoiceField) and not isinstance(field, forms.ModelChoiceField)


def _capitalized(label: Any) -> Any:
    """A label, or the pairs of a group of them, as the first word of a line."""
    if isinstance(label, list | tuple):
        return [(value, _capitalized(inner)) for value, inner in label]
    return capfirst(label)


class PortalBoundField(BoundField):
    """A field as the portal draws it."""

    def __init__(self, form: forms.BaseForm, field: forms.Field, name: str) -> None:
        super().__init__(form, field, name)
        drawn = field.widget
        if _is_ours(field) and isinstance(drawn, forms.widgets.ChoiceWidget):
            drawn.choices = [(value, _capitalized(label)) for value, label in drawn.choices]

    def as_widget(
        self,
        widget: forms.Widget | None = None,
        attrs: dict[str, Any] | None = None,
        only_initial: bool = False,
    ) -> Any:
        widget = widget or self.field.widget
        picker = _PICKERS.get(type(widget))
        if picker and not self.is_hidden:
            chosen = picker({k: v for k, v in widget.attrs.items() if k != "type"})
            chosen.is_required = widget.is_required
            widget = chosen
        return super().as_widget(widget, attrs, only_initial)

    def build_widget_attrs(self, attrs: dict[str, Any], widget: forms.Widget | None = None) -> dict[str, Any]:
        widget = widget or self.field.widget
        attrs = super().build_widget_attrs(attrs, widget)
        css = f"{widget.attrs.get('class', '')} {attrs.get('class', '')} {self._class_of(widget)}".split()
        if self.errors and not widget.is_hidden:
            css.append("is-invalid")
        if css and not widget.is_hidden:
            attrs["class"] = " ".join(dict.fromkeys(css))
        # allauth repeats the label inside the control; ours stands above it.
        if any(base.__module__.startswith("allauth.") for base in type(self.form).__mro__):
            attrs["placeholder"] = False
        return attrs

    @staticmethod
    def _class_of(widget: forms.Widget) -> str:
        if isinstance(widget, _CHECKS):
            return "form-check-input"
        if isinstance(widget, forms.Select):
            return "form-select"
        return "form-control"

    @property
    def kind(self) -> str:
        """check, options, file or control: what the field's template draws around it."""
        widget = self.field.widget
        if isinstance(widget, forms.RadioSelect | forms.CheckboxSelectMultiple):
            return "options"
        if isinstance(widget, forms.CheckboxInput):
            return "check"
        return "file" if isinstance(widget, forms.FileInput) else "control"

    @property
    def anchor_id(self) -> str:
        """Where a link of the error summary leads: the first control of a group."""
        return f"{self.auto_id}_0" if self.kind == "options" else self.auto_id


class PortalRenderer(TemplatesSetting):
    """Django's form renderer with our templates in templates/django/forms/."""

    bound_field_class = PortalBoundField
