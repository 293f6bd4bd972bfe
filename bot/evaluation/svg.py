"""The two pictures of the report, as inline SVG: the confusion matrix and the calibration curve.

Colours come from the page's style (classes), so that both follow its light or dark theme.
"""

from __future__ import annotations

from html import escape

from bot.evaluation.records import Calibration, Confusion

_CELL = 15
_LABELS = 190
_SIDE = 320
_MARGIN = 58


def confusion_matrix(matrix: Confusion) -> str:
    """Return the matrix: one row per expected intent, one column per intent read."""
    width = _LABELS + _CELL * len(matrix.lus) + 10
    height = _LABELS + _CELL * len(matrix.attendus) + 10
    parts = [
        f'<svg class="matrice" viewBox="0 0 {width} {height}" role="img" '
        f'style="min-width:{width * 3 // 4}px" '
        'aria-label="Matrice de confusion : attendu en ligne, compris en colonne">'
    ]
    for i, label in enumerate(matrix.attendus):
        y = _LABELS + _CELL * i + _CELL * 0.75
        parts.append(f'<text x="{_LABELS - 6}" y="{y}" text-anchor="end">{escape(label)}</text>')
    for j, label in enumerate(matrix.lus):
        x = _LABELS + _CELL * j + _CELL * 0.75
        parts.append(
            f'<text transform="translate({x},{_LABELS - 6}) rotate(-90)">{escape(label)}</text>'
        )
    parts.append(
        f'<rect class="cadre" x="{_LABELS}" y="{_LABELS}" '
        f'width="{_CELL * len(matrix.lus)}" height="{_CELL * len(matrix.attendus)}"/>'
    )
    for i, counts in enumerate(matrix.comptes):
        for j, count in enumerate(counts):
            if count:
                parts.append(_cell(matrix, i, j, count, sum(counts)))
    return "".join(parts) + "</svg>"


def _cell(matrix: Confusion, i: int, j: int, count: int, total: int) -> str:
    expected, read = matrix.attendus[i], matrix.lus[j]
    kind = "juste" if expected == read else "faux"
    # A single confusion must still be seen.
    opacity = round(max(0.18, count / total), 2)
    x, y = _LABELS + _CELL * j, _LABELS + _CELL * i
    title = f"{expected} compris {read} : {count} sur {total}"
    text = (
        f'<text class="compte" x="{x + _CELL / 2}" y="{y + _CELL * 0.72}">{count}</text>'
        if kind == "faux"
        else ""
    )
    return (
        f'<g><title>{escape(title)}</title><rect class="{kind}" x="{x}" y="{y}" '
        f'width="{_CELL - 1}" height="{_CELL - 1}" fill-opacity="{opacity}"/>{text}</g>'
    )


def calibration_curve(curve: Calibration) -> str:
    """Return the curve: confidence across, share that is right up; the dashed line is the ideal."""
    whole = _SIDE + 2 * _MARGIN
    parts = [
        f'<svg class="courbe" viewBox="0 0 {whole} {whole}" role="img" '
        'aria-label="Courbe de calibration : confiance en abscisse, justesse en ordonnée">',
        f'<rect class="cadre" x="{_MARGIN}" y="{_MARGIN}" width="{_SIDE}" height="{_SIDE}"/>',
        f'<line class="ideal" x1="{_x(0)}" y1="{_y(0)}" x2="{_x(100)}" y2="{_y(100)}"/>',
    ]
    for value in (0, 25, 50, 75, 100):
        parts.append(
            f'<text x="{_x(value)}" y="{_y(0) + 18}" text-anchor="middle">{value} %</text>'
            f'<text x="{_MARGIN - 6}" y="{_y(value) + 4}" text-anchor="end">{value} %</text>'
        )
    points = " ".join(f"{_x(p.confiance):.1f},{_y(p.justesse):.1f}" for p in curve.tranches)
    parts.append(f'<polyline class="trace" points="{points}"/>')
    most = max((point.messages for point in curve.tranches), default=1)
    for point in curve.tranches:
        radius = 3 + 7 * (point.messages / most) ** 0.5
        title = (
            f"confiance {point.confiance:.0f} %, justes {point.justesse:.0f} %, "
            f"{point.messages} messages"
        )
        parts.append(
            f'<g><title>{title}</title><circle class="point" cx="{_x(point.confiance):.1f}" '
            f'cy="{_y(point.justesse):.1f}" r="{radius:.1f}"/></g>'
        )
    middle = whole / 2
    parts.append(
        f'<text x="{middle}" y="{whole - 6}" text-anchor="middle">confiance annoncée</text>'
        f'<text transform="translate(11,{middle}) rotate(-90)" text-anchor="middle">'
        "messages justes</text>"
    )
    return "".join(parts) + "</svg>"


def _x(percentage: float) -> float:
    return _MARGIN + _SIDE * percentage / 100


def _y(percentage: float) -> float:
    return _MARGIN + _SIDE * (1 - percentage / 100)
