"""Compares an evaluation with the last accepted one, kept in the repository: only what changed."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import msgspec

from bot.evaluation.errors import EvaluationError
from bot.evaluation.records import Report, Unit, Verdict
from bot.paths import ROOT

ACCEPTED = ROOT / "tests" / "nlu" / "derniere_evaluation.json"
# A change smaller than this is not one (figures carry two decimals).
_SAME = 0.005


class Fault(msgspec.Struct, frozen=True):
    """A test sentence that was not understood."""

    jeu: str
    texte: str
    obtenu: str


class Accepted(msgspec.Struct, frozen=True):
    """What is kept of an accepted evaluation: its figures, and its faults on the test sets."""

    date: str
    modele: str
    figures: Mapping[str, float]
    jeux: Mapping[str, str]
    fautes: tuple[Fault, ...]


class Change(msgspec.Struct, frozen=True):
    """A figure that moved."""

    mesure: str
    nom: str
    unite: Unit
    avant: float
    apres: float


class Comparison(msgspec.Struct, frozen=True):
    """What changed since the last accepted evaluation, made on ``date``.

    ``jeux_changes`` names the test sets whose content changed: their figures cannot be compared
    like for like.
    """

    date: str
    changements: tuple[Change, ...]
    nouvelles_fautes: tuple[Verdict, ...]
    fautes_corrigees: tuple[Verdict, ...]
    jeux_changes: tuple[str, ...]


def accepted_of(report: Report) -> Accepted:
    """Return what is kept of a report. Durations are not: they depend on the machine."""
    return Accepted(
        date=report.date,
        modele=report.modele,
        figures={m: f.valeur for m, f in report.every_figure().items() if f.unite != "ms"},
        jeux=dict(report.jeux),
        fautes=tuple(Fault(v.jeu, v.texte, v.obtenu) for v in report.verdicts if not v.juste),
    )


def save_accepted(report: Report, path: Path = ACCEPTED) -> None:
    """Keep a report as the last accepted evaluation, one value per line so that diffs are read."""
    path.write_bytes(msgspec.json.format(msgspec.json.encode(accepted_of(report))) + b"\n")


def load_accepted(path: Path = ACCEPTED) -> Accepted | None:
    """Return the last accepted evaluation; ``None`` if there is none yet.

    Raises:
        EvaluationError: if the file cannot be read.
    """
    if not path.is_file():
        return None
    try:
        return msgspec.json.decode(path.read_bytes(), type=Accepted)
    except msgspec.DecodeError as error:
        raise EvaluationError(
            f"{path} : évaluation acceptée illisible ({error}). Reprenez le fichier du dépôt."
        ) from None


def compare(report: Report, accepted: Accepted) -> Comparison:
    """Return what changed from ``accepted`` to ``report``."""
    before = {(fault.jeu, fault.texte) for fault in accepted.fautes}
    changes = tuple(
        Change(mesure, figure.nom, figure.unite, accepted.figures[mesure], figure.valeur)
        for mesure, figure in report.every_figure().items()
        if mesure in accepted.figures and abs(figure.valeur - accepted.figures[mesure]) > _SAME
    )
    return Comparison(
        date=accepted.date,
        changements=changes,
        nouvelles_fautes=tuple(
            v for v in report.verdicts if not v.juste and (v.jeu, v.texte) not in before
        ),
        fautes_corrigees=tuple(
            v for v in report.verdicts if v.juste and (v.jeu, v.texte) in before
        ),
        jeux_changes=tuple(
            name for name, digest in report.jeux.items() if accepted.jeux.get(name) != digest
        ),
    )
