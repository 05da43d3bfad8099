"""Lists as files: ours as CSV and XLSX; Wagtail's CSV without formulas."""

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse
from wagtail.admin.views.mixins import SpreadsheetExportMixin

from portal.spreadsheets import Table, as_csv, as_xlsx, formula_safe

KINDS: dict[str, tuple[str, Callable[[Table], bytes]]] = {
    "csv": ("text/csv; charset=utf-8", as_csv),
    "xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", as_xlsx),
}


def file_of(table: Table, kind: str, name: str) -> HttpResponse:
    """The table as a download; `kind` is the end of the file's name, "csv" or "xlsx"."""
    content_type, write = KINDS[kind]
    response = HttpResponse(write(table), content_type=content_type)
    response["Content-Disposition"] = f'attachment; filename="{name}.{kind}"'
    return response


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
