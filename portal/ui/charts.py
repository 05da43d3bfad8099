"""Charts as plain geometry for `<c-chart>`: SVG with classes only, and the same numbers as a table.

One hue in three steps, labeled directly; zero baseline; the total over each bar.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

_HEIGHT, _BASE, _TOP = 276, 232, 40
_LABEL_WIDTH = 150


@dataclass
class Chart:
    id: str
    title: str
    finding: str
    header: list[str]
    rows: list[list[Any]]
    width: int = 980
    height: int = _HEIGHT
    rects: list[dict[str, Any]] = field(default_factory=list)
    lines: list[dict[str, str]] = field(default_factory=list)
    texts: list[dict[str, Any]] = field(default_factory=list)

    @property
    def table_title(self) -> str:
        """The name of its table: open, it is a landmark beside the picture's."""
        return _("%(title)s, in numbers") % {"title": self.title}


def stacked_bars(
    key: str,
    *,
    title: str,
    finding: str,
    labels: Sequence[str],
    series: Mapping[str, Sequence[float]],
    unit: str = "",
) -> Chart:
    """Bars over `labels`, stacked from at most three series.

    `finding` is the sentence a screen reader hears instead of the picture. Raises ValueError for more
    than three series: a fourth step of one hue cannot be told from its neighbors.
    """
    if len(series) > 3:
        raise ValueError("At most three series can be told apart.")
    totals = [sum(values) for values in zip(*series.values(), strict=True)] if series else []
    rows = [
        [label, *parts, total] for label, total, *parts in zip(labels, totals, *series.values(), strict=True)
    ]
    chart = Chart(key, title, finding, [unit, *series, _("All")], rows)
    if len(series) == 1:
        chart.header.pop()
        chart.rows = [row[:-1] for row in rows]
    _draw(chart, labels, list(series.items()), totals)
    return chart


def _draw(
    chart: Chart,
    labels: Sequence[str],
    series: list[tuple[str, Sequence[float]]],
    totals: list[float],
) -> None:
    chart.lines.append({"css": "axis", "d": f"M0 {_BASE}H{chart.width - _LABEL_WIDTH}"})
    top = max(totals, default=0)
    if not top:
        return
    scale = (_BASE - _TOP) / top
    slot = (chart.width - _LABEL_WIDTH) / len(labels)
    bar = min(slot * 0.6, 64)
    for i, label in enumerate(labels):
        left = i * slot + (slot - bar) / 2
        middle = round(left + bar / 2, 1)
        low = float(_BASE)
        for step, (_name, values) in enumerate(series, start=1):
            height = values[i] * scale
            low -= height
            if height > 1:
                # One pixel of sheet between segments.
                chart.rects.append(_rect(step, left, low, bar, height - 1))
        chart.texts.append(
            {
                "css": "v",
                "x": middle,
                "y": round(low - 6, 1),
                "anchor": "middle",
                "text": totals[i],
            }
        )
        chart.texts.append({"x": middle, "y": _BASE + 18, "anchor": "middle", "text": label})
    if len(series) > 1:
        _name_series(chart, series, scale, (len(labels) - 1) * slot + (slot + bar) / 2)


def _rect(step: int, x: float, y: float, width: float, height: float) -> dict[str, Any]:
    sizes = {"x": x, "y": y, "width": width, "height": height}
    return {
        "css": f"c{step}",
        **{name: round(value, 1) for name, value in sizes.items()},
    }


def _name_series(chart: Chart, series: list[tuple[str, Sequence[float]]], scale: float, right: float) -> None:
    """Names at the right of the last bar, at least a line apart."""
    low, last = float(_BASE), float(_BASE) + 12
    x = chart.width - _LABEL_WIDTH + 6
    for name, values in series:
        middle = low - values[-1] * scale / 2
        low -= values[-1] * scale
        y = min(middle, last - 18)
        last = y
        chart.lines.append({"css": "lead", "d": f"M{right + 3:.1f} {middle:.1f}L{x - 4:.1f} {y:.1f}"})
        chart.texts.append({"x": x, "y": round(y + 4, 1), "text": name})
