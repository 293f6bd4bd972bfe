"""Tell in plain French what an import would do, or did, row by row."""

from __future__ import annotations

from collections.abc import Iterator

from bot.places.exchange.importing import Action, ImportPlan, ImportResult, Step

_FORMATS = {"csv": "CSV", "data-inclusion": "data·inclusion", "hsds": "HSDS"}
_LONGEST = 160


def _count(number: int, one: str, many: str) -> str:
    return f"{number} {one if number < 2 else many}"


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST else line[: _LONGEST - 1] + "…"


def render_plan(plan: ImportPlan) -> str:
    """The report of a dry run, for a volunteer to read before anything is written.

    >>> print(render_plan(plan).splitlines()[1])
    3 fiches à créer, 1 fiche à changer, 12 inchangées, 1 ligne refusée. Rien n'est encore écrit.
    """
    return "\n".join(_lines(plan))


def _lines(plan: ImportPlan) -> Iterator[str]:
    create, change = plan.of(Action.CREER), plan.of(Action.CHANGER)
    same, refused = plan.of(Action.GARDER), plan.of(Action.REFUSER)
    yield f"Import de {plan.source} ({_FORMATS.get(plan.format, plan.format)}), essai :"
    yield (
        f"{_count(len(create), 'fiche', 'fiches')} à créer, "
        f"{_count(len(change), 'fiche', 'fiches')} à changer, "
        f"{_count(len(same), 'inchangée', 'inchangées')}, "
        f"{_count(len(refused), 'ligne refusée', 'lignes refusées')}. Rien n'est encore écrit."
    )
    yield from (f"  {_short(remark)}" for remark in plan.remarques)
    for title, steps in (
        ("Refusé", refused),
        ("À créer", create),
        ("À changer", change),
        ("Inchangé, à relire", [s for s in same if s.gardes or s.remarques]),
    ):
        if steps:
            yield ""
            yield title
            for step in steps:
                yield from _step_lines(step)


def _step_lines(step: Step) -> Iterator[str]:
    name = f" « {step.nom} »" if step.nom else ""
    target = f" → {step.fichier}" if step.fichier else ""
    yield f"  {step.repere}{name}{target}"
    for refusal in step.refus:
        yield f"    {refusal}"
    for change in step.changements:
        yield f"    {change.champ} : {_short(change.avant)} → {_short(change.apres)}"
    if step.gardes:
        yield f"    Gardé ({step.raison}) :" if step.raison else "    Gardé :"
    for kept in step.gardes:
        yield f"      {kept.champ} : {_short(kept.garde)} (l'import dit : {_short(kept.propose)})"
    for remark in step.remarques:
        yield f"    {_short(remark)}"


def render_result(result: ImportResult) -> str:
    """What ``apply`` wrote and what it left alone."""
    lines = [f"{_count(len(result.ecrits), 'fiche écrite', 'fiches écrites')}."]
    lines += [f"  {sentence}" for sentence in result.laisses]
    if result.ecrits:
        lines.append("Relisez-les, puis lancez « relais catalogue check ».")
    return "\n".join(lines)
