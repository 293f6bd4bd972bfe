"""Figures from expected and read labels: shares, precision and recall, confusions, calibration.

Plain values in and out; nothing here knows of Rasa, files or models.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence

from bot.evaluation.records import (
    Calibration,
    CalibrationBin,
    Confusion,
    Figure,
    IntentScore,
)

# Of a share measured on few messages, the interval that holds the true one 19 times in 20.
_NORMAL_95 = 1.96


def percentage(part: float, whole: float) -> float:
    """Return ``part`` of ``whole`` in %, two decimals; 0 of nothing is 0."""
    return round(100.0 * part / whole, 2) if whole else 0.0


def share(mesure: str, nom: str, right: Sequence[bool]) -> Figure:
    """Return the share of ``True`` as a figure."""
    return Figure(mesure, nom, percentage(sum(right), len(right)), "%", sum(right), len(right))


def wilson_interval(right: int, total: int) -> tuple[float, float]:
    """Return the bounds, in %, between which the true share lies 19 times in 20.

    Wilson's score interval (E. B. Wilson, 1927), which stays sound near 0 and 100 %.
    """
    if not total:
        return 0.0, 100.0
    z2 = _NORMAL_95**2
    rate = right / total
    centre = rate + z2 / (2 * total)
    spread = _NORMAL_95 * math.sqrt(rate * (1 - rate) / total + z2 / (4 * total**2))
    scale = 100 / (1 + z2 / total)
    return max(0.0, (centre - spread) * scale), min(100.0, (centre + spread) * scale)


def f1(precision: float, recall: float) -> float:
    """Return the harmonic mean of two shares in %."""
    return round(2 * precision * recall / (precision + recall), 2) if precision + recall else 0.0


def intent_scores(expected: Sequence[str], read: Sequence[str]) -> tuple[IntentScore, ...]:
    """Return precision, recall and F1 of every expected intent, worst F1 first."""
    pairs = Counter(zip(expected, read, strict=True))
    support, answered = Counter(expected), Counter(read)
    scores = []
    for intent, count in support.items():
        right = pairs[intent, intent]
        precision = percentage(right, answered[intent])
        recall = percentage(right, count)
        taken_for = [(other, n) for (one, other), n in pairs.items() if one == intent != other]
        taken_for.sort(key=lambda item: (-item[1], item[0]))
        scores.append(
            IntentScore(intent, precision, recall, f1(precision, recall), count, tuple(taken_for))
        )
    return tuple(sorted(scores, key=lambda score: (score.f1, score.intent)))


def macro_f1(scores: Sequence[IntentScore]) -> float:
    """Return the mean F1 of the intents, each counting the same, in %."""
    return round(sum(score.f1 for score in scores) / len(scores), 2) if scores else 0.0


def confusion(expected: Sequence[str], read: Sequence[str]) -> Confusion:
    """Return the confusion counts; intents in order of appearance, then what is only ever read."""
    rows = tuple(dict.fromkeys(expected))
    columns = (*rows, *sorted(set(read) - set(rows)))
    pairs = Counter(zip(expected, read, strict=True))
    return Confusion(rows, columns, tuple(tuple(pairs[r, c] for c in columns) for r in rows))


def calibration(confidences: Sequence[float], right: Sequence[bool], bins: int = 10) -> Calibration:
    """Return the calibration curve over ``bins`` equal slices of confidence, and its error.

    The error is the expected calibration error: how far, on average, being right is from the
    confidence shown, in points. Slices without messages are left out.
    """
    slices: list[list[tuple[float, bool]]] = [[] for _ in range(bins)]
    for confidence, is_right in zip(confidences, right, strict=True):
        slices[min(int(confidence * bins), bins - 1)].append((confidence, is_right))
    points = [
        CalibrationBin(
            confiance=percentage(sum(c for c, _ in group), len(group)),
            justesse=percentage(sum(r for _, r in group), len(group)),
            messages=len(group),
        )
        for group in slices
        if group
    ]
    gaps = sum(point.messages * abs(point.confiance - point.justesse) for point in points)
    return Calibration(tuple(points), round(gaps / len(right), 2) if right else 0.0)


def percentile(values: Sequence[float], part: float) -> float:
    """Return the value under which ``part`` (0 to 1) of ``values`` lie; nearest rank."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, max(0, math.ceil(part * len(ordered)) - 1))]


def several_needs(
    expected: Sequence[frozenset[str]], read: Sequence[frozenset[str]]
) -> tuple[Figure, ...]:
    """Return the figures of messages that carry several needs.

    Recall, precision and F1 count needs over all messages (micro); « toutes » and « exact » count
    messages.
    """
    common = sum(len(e & r) for e, r in zip(expected, read, strict=True))
    wanted, given = sum(map(len, expected)), sum(map(len, read))
    recall, precision = percentage(common, wanted), percentage(common, given)
    return (
        Figure("multi_rappel", "Besoins multiples : besoins trouvés", recall, "%", common, wanted),
        share(
            "multi_toutes",
            "Besoins multiples : messages dont tous les besoins sont trouvés",
            [e <= r for e, r in zip(expected, read, strict=True)],
        ),
        share(
            "multi_exact",
            "Besoins multiples : messages exacts (ni manque ni ajout)",
            [e == r for e, r in zip(expected, read, strict=True)],
        ),
        Figure(
            "multi_precision",
            "Besoins multiples : besoins trouvés qui sont justes",
            precision,
            "%",
            common,
            given,
        ),
        Figure("multi_f1", "Besoins multiples : micro-F1", f1(precision, recall)),
    )
