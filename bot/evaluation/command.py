"""The ``relais evaluate`` command: measure the model, write the report, refuse it under the thresholds."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import msgspec
import typer
from rich.console import Console

from bot.evaluation.errors import EvaluationError
from bot.logs import quiet_libraries
from bot.paths import ROOT

if TYPE_CHECKING:
    from bot.evaluation.run import Options

_progress = Console(stderr=True, highlight=False)
DEFAULT_OUTPUT = ROOT / ".relais" / "evaluation"


def _fail(sentence: str) -> NoReturn:
    _progress.print(sentence, style="red", markup=False, soft_wrap=True)
    raise typer.Exit(1)


def evaluate_command(
    stock: Annotated[
        bool,
        typer.Option(
            "--stock", help="Entraîner aussi Rasa d'origine (DIET), pour comparer. Très lent."
        ),
    ] = False,
    stock_epochs: Annotated[
        int, typer.Option(help="Époques d'entraînement de Rasa d'origine.", min=1)
    ] = 100,
    output: Annotated[
        Path, typer.Option(help="Dossier du rapport.", show_default=".relais/evaluation")
    ] = DEFAULT_OUTPUT,
    accept: Annotated[
        bool,
        typer.Option(
            "--accept", help="Garder ce résultat comme référence, si les seuils sont atteints."
        ),
    ] = False,
    no_cross_validation: Annotated[
        bool,
        typer.Option("--no-cross-validation", help="Sauter la validation croisée (3 minutes)."),
    ] = False,
    model: Annotated[
        Path | None,
        typer.Option(help="Modèle à évaluer ; sans cela, celui des données actuelles."),
    ] = None,
) -> None:
    """Mesure ce que le modèle comprend. Code de sortie 1 si un seuil bloquant n'est pas atteint."""
    quiet_libraries()
    from bot.evaluation.run import Options
    from bot.training import model_path

    evaluated = model or model_path()
    if not evaluated.is_file():
        _fail(f"Il n'y a pas de modèle {evaluated.name}. Lancez d'abord « relais train ».")
    options = Options(
        work=output,
        cross_validation=not no_cross_validation,
        stock_epochs=stock_epochs if stock else None,
    )
    try:
        passed = _evaluate(evaluated, options, output, accept)
    except EvaluationError as error:
        _fail(str(error))
    except KeyboardInterrupt:
        _fail("Évaluation interrompue ; rien n'a été changé.")
    if not passed:
        raise typer.Exit(1)


def _evaluate(model: Path, options: Options, output: Path, accept: bool) -> bool:
    """Evaluate, write the report and say what came out; tell whether the model passes."""
    from bot.evaluation.comparison import compare, load_accepted, save_accepted
    from bot.evaluation.html import render
    from bot.evaluation.run import evaluate
    from bot.evaluation.summary import show
    from bot.evaluation.thresholds import blocks, failures, load_thresholds

    # Read before the long work, so that a slip in a file is told at once.
    thresholds, accepted = load_thresholds(), load_accepted()
    report = evaluate(model, options, _say, dt.datetime.now(dt.timezone.utc))
    found = failures(report, thresholds)
    comparison = compare(report, accepted) if accepted else None
    output.mkdir(parents=True, exist_ok=True)
    page = output / "rapport.html"
    page.write_text(render(report, thresholds, found, comparison), encoding="utf-8")
    encoded = msgspec.json.format(msgspec.json.encode(report))
    (output / "rapport.json").write_bytes(encoded)
    show(Console(highlight=False), report, thresholds, found, comparison)
    _progress.print(f"Rapport complet : {page}", markup=False, soft_wrap=True)
    refused = blocks(found)
    if accept and refused:
        _progress.print("Résultat non gardé comme référence : il y a des seuils non atteints.")
    elif accept:
        save_accepted(report)
        _progress.print("Résultat gardé comme référence (tests/nlu/derniere_evaluation.json).")
    return not refused


def _say(sentence: str) -> None:
    _progress.print(f"{sentence}…", markup=False)
