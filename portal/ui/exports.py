"""Wagtail's own CSV exports: names and titles are text, never formulas."""

from typing import Any

from wagtail.admin.views.mixins import SpreadsheetExportMixin

from portal.spreadsheets import formula_safe


def guard_wagtail_exports() -> None:
    """Every listing and report of Wagtail goes through one method, which is replaced.

    The mixin's table of functions per kind of value is not enough: a report's own function for a
    field (a page's title, say) goes before it, and Wagtail registers those views itself. XLSX is
    left alone: there a cell has a type, and Wagtail writes text as text.
    """
    original = SpreadsheetExportMixin.preprocess_field_value
    if getattr(original, "guarded", False):
        return

    def preprocess_field_value(self: Any, field: str, value: Any, export_format: str) -> Any:
        cell = original(self, field, value, export_format)
        if export_format == SpreadsheetExportMixin.FORMAT_CSV and isinstance(cell, str):
            return formula_safe(cell)
        return cell

    preprocess_field_value.guarded = True  # type: ignore[attr-defined]
    SpreadsheetExportMixin.preprocess_field_value = preprocess_field_value
