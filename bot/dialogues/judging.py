"""Compares what came with what a dialogue expects, and says the difference in French."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from msgspec import UNSET, UnsetType

from bot.dialogue import french
from bot.dialogues.outcomes import Failure, PlayedTurn, Result, Turn
from bot.dialogues.places import PlaceFacts
from bot.dialogues.records import (
    Assertion,
    PlaceExpectation,
    Script,
    SlotExpectation,
    Step,
    Utterance,
)
from bot.dialogues.text import as_pattern, everything_shown, plain, sentences, visible
from bot.places.checks import french_numbers

_DIALLED = re.compile(r"\[([^\]]*)\]\(tel:[+\d]+\)")
_LONGEST_QUOTE = 300  # characters of an answer, in a report

Expected = tuple[str, str]  # what was expected, what came
Judgement = Iterator[Expected]


class Judge:
    """Judges turns.

    Args:
        facts: what the catalogue knows of the places shown.
    """

    def __init__(self, facts: PlaceFacts) -> None:
        self._facts = facts
        self._of_step: Mapping[str, Callable[[Any, Turn], Judgement]] = {
            "utter": self._response,
            "bot": self._exact,
            "slot_was_set": self._slots_set,
            "slot_was_not_set": self._slots_not_set,
            "dit": self._says,
            "ne_dit_pas": self._says_not,
            "propose": self._proposes,
            "ne_propose_pas": self._proposes_not,
            "parle_du_lieu": self._talks_of,
            "boutons": self._offers,
            "urgence": self._urgent,
        }
        self._of_assertion: Mapping[str, Callable[[Any, Turn], Judgement]] = {
            "action_executed": self._action,
            "slot_was_set": self._slots_set,
            "slot_was_not_set": self._slots_not_set,
            "bot_uttered": self._uttered,
            "bot_did_not_utter": self._did_not_utter,
        }

    def result(self, script: Script, turns: Sequence[Turn]) -> Result:
        """Return the turns of a dialogue, each with every expectation it does not meet."""
        steps = _by_turn(script.dialogue.steps)
        return Result(
            script,
            tuple(
                PlayedTurn(number, turn, tuple(self._failures(expected, turn)))
                for number, (turn, expected) in enumerate(zip(turns, steps, strict=True))
            ),
        )

    def _failures(self, steps: Sequence[Step], turn: Turn) -> Iterator[Failure]:
        line = steps[0].ligne if steps else 1
        for trouble in turn.troubles:
            yield Failure(line, "aucune panne", trouble)
        shown = sentences(turn.messages) + everything_shown(turn.messages)
        if numbers := french_numbers(shown):
            yield Failure(line, "aucun numéro d'urgence français", french.listed(numbers))
        for step in steps:
            for expected, came in self.step(step, turn):
                yield Failure(step.ligne, expected, came)
            for assertion in step.assertions:
                for expected, came in self.assertion(assertion, turn):
                    yield Failure(assertion.ligne, expected, came)

    def step(self, step: Step, turn: Turn) -> Judgement:
        """Yield what one step expects and did not get."""
        yield from _each(step, self._of_step, turn)

    def assertion(self, assertion: Assertion, turn: Turn) -> Judgement:
        """Yield what one of Rasa's assertions expects and did not get."""
        yield from _each(assertion, self._of_assertion, turn)

    # --- Words ------------------------------------------------------------------------------------

    def _response(self, name: str, turn: Turn) -> Judgement:
        if name not in turn.responses:
            came = french.listed(turn.responses) or "une réponse composée, sans nom"
            yield f"il répond avec {name}", came

    def _exact(self, text: str, turn: Turn) -> Judgement:
        if visible(text) not in [visible(m.get("text", "")) for m in turn.messages]:
            yield f"il dit mot pour mot « {visible(text)} »", _said(turn)

    def _says(self, fragments: Sequence[str], turn: Turn) -> Judgement:
        shown = everything_shown(turn.messages)
        missing = [fragment for fragment in fragments if not _found(fragment, shown)]
        if missing:
            yield f"il dit {_quoted(missing)}", _said(turn)

    def _says_not(self, fragments: Sequence[str], turn: Turn) -> Judgement:
        shown = everything_shown(turn.messages)
        present = [fragment for fragment in fragments if _found(fragment, shown)]
        if present:
            yield f"il ne dit pas {_quoted(present)}", _said(turn)

    def _offers(self, titles: Sequence[str], turn: Turn) -> Judgement:
        offered = [button["title"] for button in turn.buttons]
        missing = [title for title in titles if plain(title) not in map(plain, offered)]
        if missing:
            yield f"il propose le bouton {_quoted(missing)}", _buttons(offered)

    def _urgent(self, accepted: Sequence[str], turn: Turn) -> Judgement:
        expected = f"le {' ou le '.join(accepted)} est le premier numéro, dès la première ligne"
        text = sentences(turn.messages).strip()
        numbers = _DIALLED.findall(text)
        if not numbers:
            yield expected, f"aucun numéro : {_said(turn)}"
        elif _digits(numbers[0]) not in map(_digits, accepted):
            yield expected, f"le premier numéro est le {numbers[0]} : {_said(turn)}"
        elif not _DIALLED.search(text.splitlines()[0]):
            yield expected, f"la première ligne n'a pas de numéro : {_said(turn)}"

    # --- What was kept ----------------------------------------------------------------------------

    def _slots_set(self, expectations: Sequence[SlotExpectation], turn: Turn) -> Judgement:
        for slot in expectations:
            value = turn.slots.get(slot.nom)
            if not _holds(slot, value):
                yield (
                    f"il a retenu {slot.nom}{_wanted(slot.valeur)}",
                    f"{slot.nom} : {_slot_text(slot.nom, value)}",
                )

    def _slots_not_set(self, expectations: Sequence[SlotExpectation], turn: Turn) -> Judgement:
        for slot in expectations:
            value = turn.slots.get(slot.nom)
            if _holds(slot, value):
                yield (
                    f"il n'a pas retenu {slot.nom}{_wanted(slot.valeur)}",
                    f"{slot.nom} : {_slot_text(slot.nom, value)}",
                )

    # --- Places -----------------------------------------------------------------------------------

    def _proposes(self, wanted: PlaceExpectation, turn: Turn) -> Judgement:
        cards = turn.cards
        if wanted.rang is not None:
            cards = cards[wanted.rang - 1 : wanted.rang]
        if not any(self._facts.fits(card, wanted, turn) for card in cards):
            yield f"il propose {self._facts.describe(wanted)}", self._proposed(turn)

    def _proposes_not(self, unwanted: PlaceExpectation, turn: Turn) -> Judgement:
        cards = turn.cards
        if unwanted.rang is not None:
            cards = cards[unwanted.rang - 1 : unwanted.rang]
        if any(self._facts.fits(card, unwanted, turn) for card in cards):
            yield f"il ne propose pas {self._facts.describe(unwanted)}", self._proposed(turn)

    def _proposed(self, turn: Turn) -> str:
        if not turn.cards:
            return f"aucun lieu : {_said(turn)}"
        return " ; ".join(
            f"{rank}. {self._facts.summary(card)}" for rank, card in enumerate(turn.cards, start=1)
        )

    def _talks_of(self, rank: int, turn: Turn) -> Judgement:
        if rank > len(turn.offered):
            count = len(turn.offered)
            yield f"il parle du lieu {rank}", f"{count} lieu(x) avaient été proposés avant"
            return
        meant = turn.offered[rank - 1]["nom"]
        text = plain(sentences(turn.messages))
        others = [
            card["nom"]
            for card in turn.offered
            if plain(card["nom"]) in text and plain(card["nom"]) not in plain(meant)
        ]
        if plain(meant) not in text:
            yield f"il parle du lieu {rank}, « {meant} »", _said(turn)
        elif others:
            yield f"il parle du lieu {rank} seulement, « {meant} »", _said(turn)

    # --- Rasa's assertions ------------------------------------------------------------------------

    def _action(self, name: str, turn: Turn) -> Judgement:
        if name not in (*turn.actions, *turn.responses):
            yield f"l'action {name} est faite", french.listed(turn.actions) or "aucune action"

    def _uttered(self, wanted: Utterance, turn: Turn) -> Judgement:
        if wanted.utter_name is not None:
            yield from self._response(wanted.utter_name, turn)
        if wanted.text_matches is not None:
            yield from self._says((f"/{wanted.text_matches}/",), turn)
        if wanted.buttons:
            yield from self._offers([button.title for button in wanted.buttons], turn)
            orders = {button["payload"] for button in turn.buttons}
            missing = [b.payload for b in wanted.buttons if b.payload and b.payload not in orders]
            if missing:
                yield f"un bouton envoie {_quoted(missing)}", _buttons(sorted(orders))

    def _did_not_utter(self, unwanted: Utterance, turn: Turn) -> Judgement:
        """Everything the assertion names together came: that is what should not be."""
        if not list(self._uttered(unwanted, turn)):
            yield "il ne dit pas cela (bot_did_not_utter)", _said(turn)


def _each(
    record: Step | Assertion, judges: Mapping[str, Callable[[Any, Turn], Judgement]], turn: Turn
) -> Judgement:
    for name, judge in judges.items():
        value = getattr(record, name)
        if value is not None and value != ():
            yield from judge(value, turn)


def _by_turn(steps: Sequence[Step]) -> list[list[Step]]:
    """Return the steps that judge each turn: those before the first message judge the greeting."""
    turns: list[list[Step]] = [[]]
    for step in steps:
        if step.user is not None:
            turns.append([])
        turns[-1].append(step)
    return turns


def _found(fragment: str, shown: str) -> bool:
    expression = as_pattern(fragment)
    if expression is None:
        return plain(fragment) in plain(shown)
    return re.search(visible(expression), shown, re.IGNORECASE) is not None


def _holds(slot: SlotExpectation, value: Any) -> bool:
    """Tell whether a slot's value is the one named; the order of a list does not matter."""
    empty = value is None or value == [] or value == {}
    if slot.valeur is UNSET:
        return not empty
    if slot.valeur is None or slot.valeur == ():
        return empty
    if empty:
        return False
    if isinstance(slot.valeur, tuple):
        return isinstance(value, list) and sorted(map(str, value)) == sorted(slot.valeur)
    return plain(str(slot.valeur)) in _readings(value)


def _readings(value: Any) -> Iterator[str]:
    """Yield the ways a volunteer may write a slot's value."""
    if isinstance(value, Mapping):
        for name in ("nom", "commune", "code_postal"):
            yield plain(str(value.get(name) or ""))
        yield plain(french.bare_place(str(value.get("nom") or "")))
    elif isinstance(value, list):
        if len(value) == 1:
            yield from _readings(value[0])
    elif isinstance(value, float | int):
        yield f"{value:g}"
    else:
        yield plain(str(value))


def _wanted(value: str | tuple[str, ...] | UnsetType | None) -> str:
    if value is UNSET:
        return ""
    if value is None or value == ():
        return " : rien"
    return f" : {', '.join(value) if isinstance(value, tuple) else value}"


def _slot_text(name: str, value: Any) -> str:
    if value is None or value == [] or value == {}:
        return "rien"
    if isinstance(value, Mapping):
        return str(value.get("nom") or value)
    if isinstance(value, list):
        return ", ".join(_slot_text(name, item) for item in value)
    return f"{value:g}" if isinstance(value, float) else str(value)


def _said(turn: Turn) -> str:
    text = visible(sentences(turn.messages)) or "rien"
    text = text if len(text) <= _LONGEST_QUOTE else f"{text[:_LONGEST_QUOTE]}…"
    return f"« {text} »"


def _buttons(titles: Iterable[str]) -> str:
    found = list(titles)
    return f"les boutons {_quoted(found)}" if found else "aucun bouton"


def _quoted(texts: Iterable[str]) -> str:
    return french.listed([f"« {text} »" for text in texts])


def _digits(number: str) -> str:
    return re.sub(r"\D", "", number)
