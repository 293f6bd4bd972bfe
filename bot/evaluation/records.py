"""What an evaluation is made of: readings, verdicts, figures, and the report that holds them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Literal

import msgspec

FALLBACK = "nlu_fallback"
NEED = "besoin_"
EMERGENCY = "urgence_"

Unit = Literal["%", "points", "ms", ""]


class Reading(msgspec.Struct, frozen=True):
    """What a model read in one message, as far as it is judged.

    ``intent`` may be ``a+b`` (stock Rasa, trained on such labels). ``ranking`` is best first.
    ``first_number`` is the number the answer to an emergency shows first.
    """

    intent: str
    confidence: float
    ranking: tuple[tuple[str, float], ...] = ()
    needs: tuple[str, ...] = ()
    emergency: str | None = None
    first_number: str | None = None
    entities: tuple[Mapping[str, Any], ...] = ()


Reader = Callable[[str], Reading]


class Verdict(msgspec.Struct, frozen=True):
    """One test sentence judged. ``jeu`` names its test set; ``texte`` is as the parent wrote it."""

    jeu: str
    texte: str
    attendu: str
    obtenu: str
    juste: bool
    confiance: float = 0.0
    genre: str = ""


class Figure(msgspec.Struct, frozen=True):
    """One number of the report.

    ``mesure`` is its stable name (thresholds and comparisons go by it), ``nom`` its French label.
    ``justes`` of ``total`` messages give ``valeur`` when it is a share, in %.
    """

    mesure: str
    nom: str
    valeur: float
    unite: Unit = "%"
    justes: int | None = None
    total: int | None = None


class IntentScore(msgspec.Struct, frozen=True):
    """How one intent is recognised: shares in %, ``soutien`` messages, and what it is taken for."""

    intent: str
    precision: float
    rappel: float
    f1: float
    soutien: int
    confusions: tuple[tuple[str, int], ...] = ()


class Confusion(msgspec.Struct, frozen=True):
    """Counts of (expected, read): ``comptes[i][j]`` messages of ``attendus[i]`` read as ``lus[j]``."""

    attendus: tuple[str, ...]
    lus: tuple[str, ...]
    comptes: tuple[tuple[int, ...], ...]


class CalibrationBin(msgspec.Struct, frozen=True):
    """The messages whose confidence is about the same: how sure the model was, how often right."""

    confiance: float
    justesse: float
    messages: int


class Calibration(msgspec.Struct, frozen=True):
    """Whether « sûr à 80 % » is right 8 times in 10; ``erreur`` is the expected error in points."""

    tranches: tuple[CalibrationBin, ...]
    erreur: float


class Variation(msgspec.Struct, frozen=True):
    """The same messages written otherwise: each figure, and how many points it loses."""

    nom: str
    libelle: str
    figures: tuple[Figure, ...]
    pertes: tuple[Figure, ...]


class CrossValidation(msgspec.Struct, frozen=True):
    """Training sentences, each judged by a model that has not seen it."""

    plis: int
    figures: tuple[Figure, ...]
    intents: tuple[IntentScore, ...]
    confusion: Confusion
    verdicts: tuple[Verdict, ...]


class Stock(msgspec.Struct, frozen=True):
    """Stock Rasa (DIET) trained on the same sentences and judged on the same messages."""

    epoques: int
    minutes: float
    figures: tuple[Figure, ...]


class Report(msgspec.Struct, frozen=True):
    """A whole evaluation. ``jeux`` holds a digest of each test set, to tell when one changed."""

    date: str
    modele: str
    figures: tuple[Figure, ...]
    variations: tuple[Variation, ...]
    intents: tuple[IntentScore, ...]
    confusion: Confusion
    calibration: Calibration
    verdicts: tuple[Verdict, ...]
    jeux: Mapping[str, str]
    validation: CrossValidation | None = None
    stock: Stock | None = None

    def every_figure(self) -> dict[str, Figure]:
        """Return all figures a threshold may name, by their ``mesure``."""
        groups = [self.figures, *(variation.pertes for variation in self.variations)]
        groups.append(self.validation.figures if self.validation else ())
        groups.append(self.stock.figures if self.stock else ())
        return {figure.mesure: figure for group in groups for figure in group}
