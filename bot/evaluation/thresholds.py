"""The thresholds a model must reach, read from ``tests/nlu/seuils.yml``, and what is under them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import yaml

from bot.evaluation.errors import EvaluationError
from bot.evaluation.records import Figure, Report
from bot.paths import ROOT

THRESHOLDS = ROOT / "tests" / "nlu" / "seuils.yml"


class Threshold(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A bound on one figure, in its unit.

    ``bloquant: false`` shows it without failing (a figure the next step will reach);
    ``facultatif: true`` lets a figure that was not measured pass (it was not asked for).
    """

    mesure: str = ""
    minimum: float | None = None
    maximum: float | None = None
    bloquant: bool = True
    facultatif: bool = False

    def holds(self, value: float) -> bool:
        """Tell whether ``value`` is within the bound."""
        if self.minimum is not None and value < self.minimum:
            return False
        return self.maximum is None or value <= self.maximum

    def bound(self) -> str:
        """Return the bound as it is shown."""
        parts = [
            f"{sign} {limit:g}".replace(".", ",")
            for sign, limit in (("≥", self.minimum), ("≤", self.maximum))
            if limit is not None
        ]
        return " et ".join(parts)


class Failure(msgspec.Struct, frozen=True):
    """A threshold that is not reached; ``figure`` is ``None`` when it was not even measured."""

    seuil: Threshold
    figure: Figure | None


def load_thresholds(path: Path = THRESHOLDS) -> tuple[Threshold, ...]:
    """Read the thresholds.

    Raises:
        EvaluationError: naming what is wrong in the file.
    """
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError:
        raise EvaluationError(
            f"{path} : le fichier des seuils manque. Reprenez-le du dépôt."
        ) from None
    except yaml.YAMLError as error:
        raise EvaluationError(f"{path} : ce n'est pas du YAML lisible ({error}).") from None
    if not isinstance(content, dict) or not content:
        raise EvaluationError(
            f"{path} : il faut une mesure par ligne, avec son « minimum: » ou « maximum: »."
        )
    return tuple(_threshold(path, str(name), bounds) for name, bounds in content.items())


def _threshold(path: Path, name: str, bounds: Any) -> Threshold:
    try:
        threshold = msgspec.convert(bounds, Threshold)
    except msgspec.ValidationError as error:
        raise EvaluationError(
            f"{path}, « {name} » : seuil illisible ({error}). "
            "Champs possibles : minimum, maximum, bloquant, facultatif."
        ) from None
    if threshold.minimum is None and threshold.maximum is None:
        raise EvaluationError(f"{path}, « {name} » : il faut un « minimum: » ou un « maximum: ».")
    return msgspec.structs.replace(threshold, mesure=name)


def failures(report: Report, thresholds: tuple[Threshold, ...]) -> tuple[Failure, ...]:
    """Return the thresholds a report does not reach, those that block first."""
    figures = report.every_figure()
    found = []
    for threshold in thresholds:
        figure = figures.get(threshold.mesure)
        if figure is None and not threshold.facultatif:
            found.append(Failure(threshold, None))
        elif figure is not None and not threshold.holds(figure.valeur):
            found.append(Failure(threshold, figure))
    return tuple(sorted(found, key=lambda failure: not failure.seuil.bloquant))


def blocks(found: tuple[Failure, ...]) -> bool:
    """Tell whether any of these failures refuses the model."""
    return any(failure.seuil.bloquant for failure in found)
