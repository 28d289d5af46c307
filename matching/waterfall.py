"""A score drawn: one bar per factor, each beginning where the last one ended, as an SVG that stands alone."""

from collections.abc import Mapping
from html import escape

from matching.pairs.scorecard import FACTORS
from matching.types import Match

WIDTH, ROW, LABEL, PAD = 640, 28, 190, 12
FONT = "font-family='system-ui, sans-serif' font-size='14'"


def waterfall(match: Match, labels: Mapping[str, str] = FACTORS, total: str = "合计") -> str:
    """The points of a pair as SVG text; factors without points are left out.

    ``labels`` name the factors, ``total`` the last bar, in the reader's language.

    >>> drawn = waterfall(Match(True, 440, {"occupation": 400, "villagers": 40}), total="Total")
    >>> drawn.startswith("<svg"), "+40" in drawn, "Total" in drawn, drawn.count("<rect")
    (True, True, True, 3)
    """
    steps = [(labels.get(name, name), points) for name, points in match.factors.items() if points]
    scale = (WIDTH - LABEL - 5 * PAD) / max(match.score, 1)
    rows: list[str] = []
    reached = 0
    for label, points in steps:
        rows.append(_row(len(rows), label, reached * scale, points * scale, f"+{points}", "#2b6cb0"))
        reached += points
    rows.append(_row(len(rows), total, 0, match.score * scale, str(match.score), "#1a202c"))
    height = ROW * len(rows) + 2 * PAD
    said = escape("; ".join([*(f"{label} {points}" for label, points in steps), f"{total} {match.score}"]))
    opening = f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {WIDTH} {height}' role='img'"
    return f"{opening} aria-label='{said}'>{''.join(rows)}</svg>"


def _row(number: int, label: str, start: float, width: float, points: str, colour: str) -> str:
    top, left = PAD + number * ROW, LABEL + start
    middle = top + ROW / 2 + 1
    name = f"<text x='{LABEL - PAD}' y='{middle:.0f}' text-anchor='end' {FONT}>{escape(label)}</text>"
    bar = f"<rect x='{left:.1f}' y='{top}' width='{max(width, 1):.1f}' height='{ROW - 8}' fill='{colour}'/>"
    return f"{name}{bar}<text x='{left + width + 6:.1f}' y='{middle:.0f}' {FONT}>{escape(points)}</text>"
