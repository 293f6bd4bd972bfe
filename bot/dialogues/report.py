"""Tells in French how the dialogues went: every failure with its turn, then the count."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.dialogues.outcomes import PlayedTurn, Result
from bot.dialogues.text import sentences, visible
from bot.terminal import place_as_text

_GREETING = "l'accueil"


def report(results: Sequence[Result], seconds: float) -> str:
    """Return the whole report.

    Args:
        results: the dialogues played, in order.
        seconds: how long they took, the model's loading aside.
    """
    blocks = [failed_dialogue(result) for result in results if result.failed]
    return "\n\n".join([*blocks, summary(results, seconds)])


def failed_dialogue(result: Result) -> str:
    """Return one dialogue's failures: file, line, name; then for each turn what was expected and came."""
    dialogue = result.script.dialogue
    lines = [f"ÉCHEC  {result.script.fichier}, ligne {dialogue.ligne} : « {dialogue.test_case} »"]
    for played in result.turns:
        lines += _failed_turn(played)
    return "\n".join(lines)


def _failed_turn(played: PlayedTurn) -> Iterator[str]:
    if not played.failures:
        return
    yield f"  {_title(played)}"
    for failure in played.failures:
        yield f"    ligne {failure.ligne}"
        yield f"      attendu : {failure.attendu}"
        yield f"      reçu    : {failure.recu}"


def _title(played: PlayedTurn) -> str:
    if played.turn.said is None:
        return f"tour {played.numero}, {_GREETING}"
    return f"tour {played.numero}, le parent dit : « {visible(played.turn.said)} »"


def summary(results: Sequence[Result], seconds: float) -> str:
    """Return the last line: how many dialogues, turns and failures, and how long it took."""
    turns = sum(len(result.turns) - 1 for result in results)
    failed = sum(result.failed for result in results)
    played = f"{len(results)} {_s('dialogue', len(results))}, {turns} {_s('tour', turns)}, en {seconds:.0f} s"
    if not failed:
        return f"{played} : tout est comme attendu."
    unmet = sum(result.failures for result in results)
    return (
        f"{played} : {failed} {_s('dialogue', failed)} en échec, "
        f"{unmet} {_s('attente', unmet)} non {_s('remplie', unmet)}."
    )


def conversation(result: Result) -> str:
    """Return a dialogue as it was said, to read it through."""
    lines = [f"— {result.script.dialogue.test_case} —"]
    for played in result.turns:
        turn = played.turn
        if turn.said is not None:
            lines.append(f"vous > {turn.said}")
        if text := sentences(turn.messages):
            lines.append(text)
        lines += [place_as_text(rank, card) for rank, card in enumerate(turn.cards, start=1)]
        lines += [f"  [{button['title']}]" for button in turn.buttons]
    return "\n".join(lines)


def _s(word: str, count: int) -> str:
    return word if count < 2 else f"{word}s"
