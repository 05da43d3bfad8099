"""The rows of documents: how much of a PDF's time is ours, and what grows with its length."""

from collections.abc import Iterator
from typing import Any

from django.template.loader import render_to_string

from bench.figure import Row
from bench.paper import evaluation, prose
from bench.timing import median
from portal.documents.fonts import fonts_for
from portal.documents.pdf import press, render_pdf, write

TEMPLATE = "pdf/evaluation.html"
# 16 competencies with two texts each: six pages.
ITEMS, SHORT, LONG = 16, 200, 5000
ROUNDS = 5


def document_rows() -> Iterator[Row]:
    context = evaluation([(prose(SHORT), prose(SHORT))] * ITEMS)
    html, families = fonts_for(render_to_string(TEMPLATE, context))
    setting = press(families)
    floor = median(lambda: write(html, *setting), ROUNDS)
    figure = median(lambda: render_pdf(TEMPLATE, context), ROUNDS)
    met = figure <= 1.1 * floor
    yield Row("evaluation of six pages, against WeasyPrint on its HTML", figure, floor, "≤ 1.1 x", met)

    one, twelve = (median(lambda n=n: render_pdf(TEMPLATE, _long(n)), ROUNDS) for n in (1, 12))
    name = "evaluation of 12 items x 5,000 characters, against one item"
    yield Row(name, twelve, one, "≤ 12 x", twelve <= 12 * one)


def _long(count: int) -> dict[str, Any]:
    return evaluation([(prose(LONG), prose(LONG))] * count)
