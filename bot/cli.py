"""The ``relais`` command: start, train, talk, parse, and the catalogue's own commands."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from bot.catalogue_cli import app as catalogue_app
from bot.dialogues.command import app as dialogues_app
from bot.evaluation.command import evaluate_command
from bot.logs import quiet_libraries
from bot.paths import CATALOGUE, state_folder

app = typer.Typer(
    help="Relais Parents : un assistant qui oriente les parents vers un lieu près de chez eux.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
app.add_typer(catalogue_app, name="catalogue")
app.add_typer(dialogues_app, name="dialogues")
app.command("evaluate")(evaluate_command)
# People read standard error; standard output is for what a command produces.
console = Console(stderr=True, highlight=False)

_TRAINING_MINUTES = "environ 3 minutes"
_LOADING = "Démarrage de l'assistant (environ 40 secondes)"


def fail(sentence: str) -> NoReturn:
    """Say what is wrong in one sentence and stop with exit code 1."""
    console.print(sentence, style="red", soft_wrap=True, markup=False)
    raise typer.Exit(1)


def _progress(text: str) -> Progress:
    """Return a spinner with the time spent; on a plain terminal, one line of text."""
    if not console.is_terminal:
        console.print(text + "…", markup=False)
    return Progress(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        TimeElapsedColumn(),
        console=console,
        transient=True,
        disable=not console.is_terminal,
    )


def _check_catalogue() -> None:
    """Stop with one sentence per problem if the catalogue cannot be read."""
    from bot.places.catalogue import load_catalogue
    from bot.places.loading import CatalogueError

    try:
        load_catalogue(CATALOGUE, cache=state_folder() / "catalogue.msgpack")
    except CatalogueError as error:
        fail(str(error))


def _trained_model(force: bool = False) -> Path:
    """Return the model that matches the data, training it first if there is none."""
    from bot.training import TrainingError, TrainingRun, model_path

    found = model_path()
    if found.is_file() and not force:
        return found
    run = TrainingRun(state_folder() / "logs" / "train.log")
    text = f"Entraînement du modèle ({_TRAINING_MINUTES}, une seule fois)"
    try:
        with _progress(text) as progress:
            progress.add_task(text)
            while run.running():
                time.sleep(0.2)
        return run.result()
    except TrainingError as error:
        fail(str(error))
    finally:
        run.stop()


@app.command()
def start(
    port: Annotated[int, typer.Option(help="Port où l'assistant écoute.", min=1, max=65535)] = 5005,
    host: Annotated[str, typer.Option(help="Adresse où il écoute.")] = "127.0.0.1",
) -> None:
    """Démarre l'assistant ; Ctrl-C arrête tout.

    Prépare le modèle s'il le faut, puis affiche l'adresse à ouvrir.
    """
    from bot.launch import Assistant, LaunchError
    from bot.processes import port_is_free

    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    # Started in the background by a shell, a process inherits « ignore Ctrl-C »: ours must stop.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    if not port_is_free(port, host):
        fail(
            f"Le port {port} est déjà utilisé. Choisissez-en un autre, par exemple : "
            f"make start PORT={port + 1 if port < 65535 else 5005}"
        )
    try:
        _check_catalogue()
        model = _trained_model()
        with Assistant(model, port, host) as assistant:
            with _progress(_LOADING) as progress:
                progress.add_task(_LOADING)
                assistant.wait_until_ready()
            print(f"L'assistant est prêt : {assistant.address}", flush=True)
            while True:
                time.sleep(1)
                assistant.check()
    except LaunchError as error:
        fail(str(error))
    except KeyboardInterrupt:
        console.print("Arrêté.")


@app.command()
def train(
    force: Annotated[
        bool, typer.Option("--force", help="Entraîner même si rien n'a changé.")
    ] = False,
) -> None:
    """Entraîne le modèle pour les données actuelles.

    Ne fait rien s'il existe déjà ; écrit son chemin.
    """
    try:
        print(_trained_model(force))
    except KeyboardInterrupt:
        fail("Entraînement interrompu ; l'ancien modèle reste en place.")


@app.command()
def talk(
    address: Annotated[
        str, typer.Option(help="Adresse de l'assistant démarré par « relais start ».")
    ] = "http://localhost:5005",
) -> None:
    """Bavarde avec l'assistant dans le terminal.

    Passe par le même chemin que le site : démarrez d'abord l'assistant (relais start).
    """
    from bot.terminal import TalkError, chat

    try:
        chat(address, Console(highlight=False))
    except TalkError as error:
        fail(str(error))


@app.command()
def parse(
    sentences: Annotated[
        list[str] | None,
        typer.Argument(
            help="Phrases à comprendre ; sans phrase, une par ligne de l'entrée standard."
        ),
    ] = None,
) -> None:
    """Comprend des phrases : une ligne JSON chacune.

    Chaque ligne donne text, intent, confidence, needs, emergency et entities.
    """
    quiet_libraries()
    from bot.understanding import Understanding, as_json_line

    model = _trained_model()
    understanding = Understanding(model)
    for sentence in sentences or _lines():
        print(as_json_line(understanding.parse(sentence)), flush=True)


def _lines() -> Iterator[str]:
    """Yield the non-empty lines of standard input; bytes that are no UTF-8 are replaced."""
    for raw in sys.stdin.buffer:
        line = raw.decode("utf-8", "replace").strip()
        if line:
            yield line


def main() -> None:
    """Run the command line; what nobody foresaw ends in a sentence, not in a traceback."""
    try:
        app()
    except Exception as error:
        if "debug" in os.environ.get("RELAIS_LOG", ""):
            raise
        console.print(
            f"Erreur imprévue ({type(error).__name__}). Relancez avec RELAIS_LOG=debug devant la "
            "commande pour le détail.",
            style="red",
            markup=False,
        )
        sys.exit(1)


if __name__ == "__main__":
    main()
