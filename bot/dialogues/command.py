"""The ``relais dialogues`` commands: play the dialogues volunteers wrote, write their schema."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from bot.logs import configure_logging, quiet_libraries
from bot.paths import ROOT

if TYPE_CHECKING:
    from bot.dialogues.outcomes import Result
    from bot.dialogues.records import Script

app = typer.Typer(
    help="Joue les dialogues écrits par les bénévoles.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
_progress = Console(stderr=True, highlight=False)
SCHEMA = ROOT / "docs" / "dialogues.schema.json"
_FAILED, _WRONG_FILE = 1, 2


def _stop(sentence: str, code: int) -> NoReturn:
    _progress.print(sentence, style="red", markup=False, soft_wrap=True)
    raise typer.Exit(code)


@app.command()
def run(
    files: Annotated[
        list[Path] | None,
        typer.Argument(help="Fichiers ou dossiers ; sans rien, tests/dialogues."),
    ] = None,
    date: Annotated[
        str | None,
        typer.Option(
            help="Date et heure belges des dialogues qui n'en donnent pas, par exemple 2026-11-23T10:00."
        ),
    ] = None,
    show: Annotated[
        bool, typer.Option("--show", help="Montrer aussi chaque conversation en entier.")
    ] = False,
    model: Annotated[
        Path | None, typer.Option(help="Modèle ; sans cela, celui des données actuelles.")
    ] = None,
) -> None:
    """Joue des dialogues avec le vrai assistant et dit tout ce qui n'est pas comme attendu.

    Code de sortie : 0 si tout va bien, 1 si une attente n'est pas remplie, 2 si un fichier est mal écrit.
    """
    scripts = _scripts(files or [], date)
    quiet_libraries()
    from bot.training import model_path

    used = model or model_path()
    if not used.is_file():
        _stop(f"Il n'y a pas de modèle {used.name}. Lancez d'abord « relais train ».", _FAILED)
    try:
        results, seconds = _play(scripts, used)
    except KeyboardInterrupt:
        _stop("Interrompu.", _FAILED)
    from bot.dialogues.report import conversation, report

    if show:
        typer.echo("\n\n".join(conversation(result) for result in results) + "\n")
    typer.echo(report(results, seconds))
    if any(result.failed for result in results):
        raise typer.Exit(_FAILED)


def _scripts(files: Sequence[Path], date: str | None) -> list[Script]:
    """Read the dialogues; stop with one sentence per mistake."""
    from bot.dialogues.loading import (
        DialogueError,
        dialogue_files,
        load_dialogues,
    )
    from bot.dialogues.reading import parse_moment
    from bot.dialogues.vocabulary import load_vocabulary

    moment = parse_moment(date) if date else None
    if date and moment is None:
        _stop(f"--date vaut « {date} ». Écrivez par exemple 2026-11-23T10:00.", _WRONG_FILE)
    try:
        scripts = load_dialogues(dialogue_files(files), load_vocabulary(), moment)
    except DialogueError as error:
        _stop(str(error), _WRONG_FILE)
    if not scripts:
        _stop("Il n'y a aucun dialogue à jouer : ces dossiers n'ont pas de .yml.", _WRONG_FILE)
    return scripts


def _play(scripts: Sequence[Script], model: Path) -> tuple[list[Result], float]:
    """Play every dialogue and return the results with the seconds it took, loading aside."""
    _progress.print("Chargement de l'assistant (environ 40 secondes)…", markup=False)
    from bot.dialogue.services import default_services
    from bot.dialogues.judging import Judge
    from bot.dialogues.places import PlaceFacts
    from bot.dialogues.playing import Player

    player = Player(model)
    configure_logging()
    judge = Judge(PlaceFacts(default_services().catalogue))
    default_services().index  # noqa: B018 - built now, not during the first dialogue
    results: list[Result] = []
    started = time.monotonic()
    with Progress(
        TextColumn("Dialogues"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("{task.description}", markup=False),
        console=_progress,
        transient=True,
        disable=not _progress.is_terminal,
    ) as progress:
        task = progress.add_task("", total=len(scripts))
        failed = 0
        for script in scripts:
            results.append(judge.result(script, player.play(script)))
            failed += results[-1].failed
            progress.update(task, advance=1, description=f"{failed} en échec" if failed else "")
    return results, time.monotonic() - started


@app.command()
def schema(
    target: Annotated[
        Path, typer.Argument(help="Fichier à écrire.", show_default="docs/dialogues.schema.json")
    ] = SCHEMA,
) -> None:
    """Écrit le schéma JSON d'un fichier de dialogues, pour l'aide à la saisie des éditeurs."""
    from bot.dialogues.schema import write_schema
    from bot.dialogues.vocabulary import load_vocabulary

    write_schema(target, load_vocabulary())
    typer.echo(target)
