"""The report in short, for the terminal: the thresholds, and what changed."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from bot.evaluation import french
from bot.evaluation.comparison import Comparison
from bot.evaluation.records import Report, Verdict
from bot.evaluation.thresholds import Failure, Threshold

_SHOWN = 15


def show(
    console: Console,
    report: Report,
    thresholds: Sequence[Threshold],
    failures: tuple[Failure, ...],
    comparison: Comparison | None,
) -> None:
    """Write the summary on ``console``."""
    console.print(_table(report, thresholds, failures))
    _doubt(console, report)
    if comparison is not None:
        _changes(console, comparison)
    blocking = [failure for failure in failures if failure.seuil.bloquant]
    if blocking:
        names = ", ".join(
            failure.figure.nom if failure.figure else f"{failure.seuil.mesure} (non mesuré)"
            for failure in blocking
        )
        console.print(f"[red]Seuils non atteints :[/red] {escape(names)}")
    else:
        console.print("[green]Tous les seuils bloquants sont atteints.[/green]")


def _table(report: Report, thresholds: Sequence[Threshold], failures: tuple[Failure, ...]) -> Table:
    failed = {failure.seuil.mesure: failure for failure in failures}
    figures = report.every_figure()
    table = Table(title=f"Compréhension · {report.modele}", title_justify="left")
    table.add_column("Mesure")
    table.add_column("Résultat", justify="right", no_wrap=True)
    table.add_column("Seuil", justify="right", no_wrap=True)
    table.add_column("", no_wrap=True)
    for threshold in thresholds:
        figure = figures.get(threshold.mesure)
        if figure is None and threshold.facultatif:
            continue
        if threshold.mesure not in failed:
            state = "[green]✔[/green]"
        else:
            state = "[red]✘[/red]" if threshold.bloquant else "[yellow]étape suivante[/yellow]"
        table.add_row(
            escape(figure.nom if figure else threshold.mesure),
            french.shown(figure) if figure else "—",
            threshold.bound(),
            state,
        )
    return table


def _doubt(console: Console, report: Report) -> None:
    figures = report.every_figure()
    for name in ("incertains", "incertains_proposes", "erreurs_silencieuses", "latence_mediane"):
        if figure := figures.get(name):
            count = f" ({french.counted(figure)})" if figure.total is not None else ""
            console.print(f"{escape(figure.nom)} : {french.shown(figure)}{count}")


def _changes(console: Console, comparison: Comparison) -> None:
    console.print(f"Depuis l'évaluation acceptée du {french.moment(comparison.date)} :")
    if comparison.jeux_changes:
        names = ", ".join(comparison.jeux_changes)
        console.print(f"  [yellow]jeux de test modifiés entre-temps : {names}[/yellow]")
    for change in comparison.changements:
        gap = french.difference(change.apres - change.avant, change.unite)
        console.print(f"  {escape(change.nom)} : {gap}")
    _sentences(console, "nouvelles fautes", comparison.nouvelles_fautes)
    _sentences(console, "fautes corrigées", comparison.fautes_corrigees)
    if not (comparison.changements or comparison.nouvelles_fautes or comparison.fautes_corrigees):
        console.print("  rien n'a changé")


def _sentences(console: Console, title: str, verdicts: Sequence[Verdict]) -> None:
    if not verdicts:
        return
    console.print(f"  {title} : {len(verdicts)}")
    for verdict in verdicts[:_SHOWN]:
        console.print(
            f"    {escape(verdict.texte)} → {escape(verdict.obtenu)} "
            f"(attendu {escape(verdict.attendu)})",
            style="dim",
        )
    if len(verdicts) > _SHOWN:
        console.print(f"    … et {len(verdicts) - _SHOWN} autres, dans le rapport", style="dim")
