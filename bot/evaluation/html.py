"""The report as one HTML page that needs nothing else: no script, no file, no network."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from html import escape

from bot.evaluation import french, svg
from bot.evaluation.comparison import Comparison
from bot.evaluation.records import (
    Calibration,
    Confusion,
    CrossValidation,
    Figure,
    IntentScore,
    Report,
    Variation,
    Verdict,
)
from bot.evaluation.thresholds import Failure, Threshold, blocks

_STYLE = """
:root{color-scheme:light dark;--fond:#fff;--texte:#1c2326;--pale:#5b676d;--trait:#d5dcdf;--bande:#f4f6f7;
--bien:#1b7f4b;--mal:#b3261e;--moyen:#8a5a00;--accent:#0b5c8a}
@media (prefers-color-scheme:dark){:root{--fond:#14191b;--texte:#e6ebed;--pale:#a3afb4;--trait:#374146;
--bande:#1c2326;--bien:#62d296;--mal:#ff8a80;--moyen:#f0c060;--accent:#7cc4f0}}
*{box-sizing:border-box}
body{margin:0 auto;padding:1.5rem 1rem 4rem;max-width:70rem;background:var(--fond);color:var(--texte);
font:16px/1.5 system-ui,sans-serif}
h1{font-size:1.6rem;margin:0 0 .2rem}
h2{font-size:1.25rem;margin:2.6rem 0 .6rem}h3{font-size:1.05rem;margin:1.6rem 0 .4rem}
p{max-width:48rem;margin:.4rem 0 .8rem}.pale{color:var(--pale)}
.verdict{display:inline-block;margin:.8rem 0;padding:.5rem .9rem;
border:2px solid;border-radius:.5rem;font-weight:600}
.bien{color:var(--bien)}.mal{color:var(--mal)}.moyen{color:var(--moyen)}
.large{overflow-x:auto}
table{border-collapse:collapse;font-size:.92rem;font-variant-numeric:tabular-nums}
th,td{padding:.28rem .7rem;text-align:left;vertical-align:top;border-bottom:1px solid var(--trait)}
th{font-weight:600}thead th{border-bottom-width:2px}td.n,th.n{text-align:right}
td.n{white-space:nowrap}td:first-child{min-width:11rem}

tr.groupe th{padding-top:.9rem;color:var(--accent)}
details{margin:.2rem 0}summary{cursor:pointer}details ul{margin:.3rem 0 .8rem;padding-left:1.2rem}
li{margin:.15rem 0}code{font-size:.9em}
nav a{margin-right:.9rem;color:var(--accent)}
svg text{font:9px system-ui,sans-serif;fill:var(--texte)}
svg.courbe{width:100%;max-width:26rem}svg.courbe text{font-size:12px}
svg.matrice{width:100%}.cadre{fill:none;stroke:var(--trait)}.ideal{stroke:var(--pale);stroke-dasharray:5 4}
.trace{fill:none;stroke:var(--accent);stroke-width:2}.point{fill:var(--accent)}
rect.juste{fill:var(--bien)}rect.faux{fill:var(--mal)}text.compte{text-anchor:middle;font-size:8px}
"""


def render(
    report: Report,
    thresholds: Sequence[Threshold],
    failures: tuple[Failure, ...],
    comparison: Comparison | None,
) -> str:
    """Return the whole page."""
    sections = [
        ("seuils", "Les seuils", _thresholds(report, thresholds)),
        ("changements", "Ce qui a changé", _changes(comparison)),
        ("mesures", "Toutes les mesures", _figures(report)),
        ("robustesse", "Écrits autrement", _variations(report.variations)),
        ("intentions", "Intention par intention", _intents(report.intents, report.verdicts)),
        ("confusions", "Ce qui est pris pour quoi", _matrix(report.confusion)),
        (
            "calibration",
            "Sûr de lui à raison ?",
            _calibration(report.calibration),
        ),
        ("phrases", "Les phrases mal comprises", _faults(report.verdicts)),
        ("validation", "Validation croisée", _validation(report.validation)),
    ]
    present = [(key, title, body) for key, title, body in sections if body]
    links = "".join(f'<a href="#{key}">{escape(title)}</a>' for key, title, _ in present)
    bodies = "".join(
        f'<section id="{key}"><h2>{escape(title)}</h2>{body}</section>'
        for key, title, body in present
    )
    return (
        '<!doctype html><html lang="fr"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>Évaluation de la compréhension</title><style>{_STYLE}</style></head><body>"
        f"<header><h1>Évaluation de la compréhension</h1>"
        f'<p class="pale">{french.moment(report.date)} · modèle <code>{escape(report.modele)}</code></p>'
        f"{_conclusion(failures)}<nav>{links}</nav></header>{bodies}</body></html>\n"
    )


def _conclusion(failures: tuple[Failure, ...]) -> str:
    blocking = sum(failure.seuil.bloquant for failure in failures)
    if blocks(failures):
        return f'<p class="verdict mal">Refusé : seuils non atteints, {blocking}</p>'
    later = f" ({len(failures)} à atteindre à l'étape suivante)" if failures else ""
    return f'<p class="verdict bien">Tous les seuils bloquants sont atteints{later}</p>'


def _table(head: Sequence[str], rows: Iterable[str], numeric: Sequence[int] = ()) -> str:
    cells = "".join(
        f'<th scope="col"{_numeric(i in numeric)}>{escape(text)}</th>'
        for i, text in enumerate(head)
    )
    return (
        f'<div class="large"><table><thead><tr>{cells}</tr></thead>'
        f"<tbody>{''.join(rows)}</tbody></table></div>"
    )


def _numeric(is_number: bool) -> str:
    return ' class="n"' if is_number else ""


def _row(cells: Sequence[str], numeric: Sequence[int] = ()) -> str:
    """Return a table row; cells are HTML already."""
    inside = "".join(f"<td{_numeric(i in numeric)}>{cell}</td>" for i, cell in enumerate(cells))
    return f"<tr>{inside}</tr>"


def _thresholds(report: Report, thresholds: Sequence[Threshold]) -> str:
    figures = report.every_figure()
    rows = []
    for threshold in thresholds:
        figure = figures.get(threshold.mesure)
        value = french.shown(figure) if figure else "—"
        rows.append(
            _row(
                (
                    escape(figure.nom) if figure else f"<code>{threshold.mesure}</code>",
                    value,
                    escape(threshold.bound()),
                    _state(threshold, figure),
                ),
                numeric=(1, 2),
            )
        )
    return _table(("Mesure", "Résultat", "Seuil", ""), rows, numeric=(1, 2))


def _state(threshold: Threshold, figure: Figure | None) -> str:
    if figure is None and threshold.facultatif:
        return '<span class="pale">non mesuré</span>'
    if figure is None:
        return '<span class="mal">✘ non mesuré</span>'
    if threshold.holds(figure.valeur):
        return '<span class="bien">✔ atteint</span>'
    if threshold.bloquant:
        return '<span class="mal">✘ non atteint</span>'
    return '<span class="moyen">étape suivante</span>'


def _changes(comparison: Comparison | None) -> str:
    if comparison is None:
        return "<p>Il n'y a pas encore d'évaluation acceptée à laquelle comparer.</p>"
    parts = [f"<p>Depuis l'évaluation acceptée du {french.moment(comparison.date)}.</p>"]
    if comparison.jeux_changes:
        names = ", ".join(french.set_name(name) for name in comparison.jeux_changes)
        parts.append(
            "<p class='moyen'>Ces jeux de test ont changé entre-temps, leurs chiffres ne se "
            f"comparent pas directement : {escape(names)}.</p>"
        )
    if not (comparison.changements or comparison.nouvelles_fautes or comparison.fautes_corrigees):
        return "".join([*parts, "<p>Rien n'a changé.</p>"])
    rows = [
        _row(
            (
                escape(change.nom),
                french.amount(change.avant, change.unite),
                french.amount(change.apres, change.unite),
                french.difference(change.apres - change.avant, change.unite),
            ),
            numeric=(1, 2, 3),
        )
        for change in comparison.changements
    ]
    if rows:
        parts.append(_table(("Mesure", "Avant", "Maintenant", "Écart"), rows, numeric=(1, 2, 3)))
    parts.append(_sentences("Nouvelles fautes", comparison.nouvelles_fautes))
    parts.append(_sentences("Fautes corrigées", comparison.fautes_corrigees))
    return "".join(parts)


def _figures(report: Report) -> str:
    stock = {f.mesure: f for f in report.stock.figures} if report.stock else {}
    head = ["Mesure", "Résultat", "Messages", "Intervalle à 95 %"]
    if stock:
        head.append("Rasa d'origine")
    rows, group = [], ""
    for figure in report.figures:
        family, _, name = figure.nom.partition(" : ")
        if name and family != group:
            group = family
            rows.append(
                f'<tr class="groupe"><th scope="rowgroup" colspan="{len(head)}">'
                f"{escape(family)}</th></tr>"
            )
        cells = [
            escape(name or family),
            french.shown(figure),
            french.counted(figure),
            french.interval(figure),
        ]
        if stock:
            other = stock.get(f"stock_{figure.mesure}")
            cells.append(french.shown(other) if other else "")
        rows.append(_row(cells, numeric=(1, 2, 3, 4)))
    note = (
        "<p class='pale'>Intervalle à 95 % : avec beaucoup plus de messages du même genre, le "
        "résultat y serait 19 fois sur 20. Un écart plus petit que cela peut être un hasard.</p>"
    )
    if report.stock:
        note += (
            f"<p class='pale'>Rasa d'origine : DIET, {report.stock.epoques} époques, entraîné en "
            f"{french.number(report.stock.minutes)} minutes sur les mêmes phrases. Son premier "
            "choix est toujours compté, même quand il aurait demandé.</p>"
        )
    return note + _table(head, rows, numeric=(1, 2, 3, 4))


def _variations(variations: Sequence[Variation]) -> str:
    if not variations:
        return ""
    names = [figure.nom for figure in variations[0].figures]
    rows = []
    for i, name in enumerate(names):
        cells = [escape(name)]
        for variation in variations:
            loss = variation.pertes[i].valeur
            cells.append(
                f"{french.shown(variation.figures[i])} "
                f"<span class='pale'>({french.signed(-loss)})</span>"
            )
        rows.append(_row(cells, numeric=range(1, len(cells))))
    head = ["Mesure", *(variation.libelle for variation in variations)]
    note = (
        "<p class='pale'>Entre parenthèses, l'écart avec les mêmes messages tels qu'ils sont "
        "écrits, en points.</p>"
    )
    return note + _table(head, rows, numeric=range(1, len(head)))


def _intents(scores: Sequence[IntentScore], verdicts: Sequence[Verdict]) -> str:
    faults: dict[str, list[Verdict]] = defaultdict(list)
    for verdict in verdicts:
        if not verdict.juste and verdict.jeu in (
            "besoins",
            "conversation",
            "urgences",
            "entraînement",
        ):
            faults[verdict.attendu].append(verdict)
    rows = [
        _row(
            (
                f"<code>{escape(score.intent)}</code>",
                french.number(score.precision),
                french.number(score.rappel),
                french.number(score.f1),
                str(score.soutien),
                _confusions(score, faults[score.intent]),
            ),
            numeric=(1, 2, 3, 4),
        )
        for score in scores
    ]
    head = ("Intention", "Précision", "Rappel", "F1", "Messages", "Prise pour")
    return "<p class='pale'>Les plus faibles d'abord. Cliquez pour lire les phrases.</p>" + _table(
        head, rows, numeric=(1, 2, 3, 4)
    )


def _confusions(score: IntentScore, faults: Sequence[Verdict]) -> str:
    if not score.confusions:
        return ""
    names = ", ".join(f"{name} ({count})" for name, count in score.confusions)
    return f"<details><summary>{escape(names)}</summary>{_list(faults)}</details>"


def _list(verdicts: Sequence[Verdict], with_expected: bool = False) -> str:
    lines = []
    for verdict in verdicts:
        expected = f"attendu {verdict.attendu}, " if with_expected else ""
        sure = (
            f", confiance {french.number(verdict.confiance * 100, 0)} %"
            if verdict.confiance
            else ""
        )
        kind = f" [{verdict.genre}]" if verdict.genre else ""
        lines.append(
            f"<li>{escape(verdict.texte)} <span class='pale'>— "
            f"{escape(f'{expected}compris {verdict.obtenu}{sure}{kind}')}</span></li>"
        )
    return f"<ul>{''.join(lines)}</ul>"


def _sentences(title: str, verdicts: Sequence[Verdict]) -> str:
    if not verdicts:
        return ""
    return (
        f"<details><summary>{escape(title)} : {len(verdicts)}</summary>"
        f"{_list(verdicts, with_expected=True)}</details>"
    )


def _matrix(matrix: Confusion) -> str:
    note = (
        "<p class='pale'>En ligne ce qui était attendu, en colonne ce qui a été compris ; en rouge "
        "les confusions, avec leur nombre.</p>"
    )
    return f'{note}<div class="large">{svg.confusion_matrix(matrix)}</div>'


def _calibration(curve: Calibration) -> str:
    return (
        f"<p>Écart moyen entre la confiance annoncée et la réalité : "
        f"<b>{french.amount(curve.erreur, 'points')}</b>. Sur la ligne pointillée, un modèle sûr à "
        "80 % a raison 8 fois sur 10 ; au-dessus il est trop modeste, en dessous trop sûr.</p>"
        f"{svg.calibration_curve(curve)}"
    )


def _faults(verdicts: Sequence[Verdict]) -> str:
    by_set: dict[str, list[Verdict]] = defaultdict(list)
    for verdict in verdicts:
        if not verdict.juste:
            by_set[verdict.jeu].append(verdict)
    return "".join(_sentences(french.set_name(name), group) for name, group in by_set.items())


def _validation(validation: CrossValidation | None) -> str:
    if validation is None:
        return ""
    rows = [
        _row(
            (
                escape(figure.nom.partition(" : ")[2]),
                french.shown(figure),
                french.counted(figure),
            ),
            numeric=(1, 2),
        )
        for figure in validation.figures
    ]
    return (
        f"<p class='pale'>Les phrases d'entraînement, en {validation.plis} parts : chacune est lue "
        "par un modèle qui ne l'a pas apprise. Premier du classement, sans seuil ni doute. Une "
        "phrase mal comprise ici est parfois mal rangée dans les données.</p>"
        f"{_table(('Mesure', 'Résultat', 'Phrases'), rows, numeric=(1, 2))}"
        f"<h3>Intention par intention</h3>{_intents(validation.intents, validation.verdicts)}"
        f"<h3>Ce qui est pris pour quoi</h3>{_matrix(validation.confusion)}"
    )
