"""Plays whole conversations kept apart from training, and judges where each one ends.

Unlike the dialogues of ``tests/dialogues``, which say what each answer should be, these only say what
must have come out at the end, and what must never have happened: whoever wrote them had not seen the
assistant.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from bot.clock import BRUSSELS
from bot.dialogue import french
from bot.dialogues.judging import Judge
from bot.dialogues.outcomes import Turn
from bot.dialogues.records import Dialogue, PlaceExpectation, Script, Step
from bot.dialogues.text import everything_shown, plain, sentences, visible
from bot.evaluation import measures
from bot.evaluation.heldout import WholeConversation
from bot.evaluation.judging import Judgement
from bot.evaluation.records import Verdict
from bot.places.checks import french_numbers
from bot.places.geography import fold

if TYPE_CHECKING:
    from bot.dialogues.places import PlaceFacts

Play = Callable[[Script], Sequence[Turn]]

# A Monday morning when every line and most places are open, so that a run on another day says the same.
PLAYED_ON = dt.datetime(2026, 11, 23, 10, 0, tzinfo=BRUSSELS)
SET = "conversations_entieres"

_AGE_TOLERANCE_MONTHS = 1
# A response that ends in « _encore » asks nothing any more: « quand vous voulez, donnez-moi… ».
_ASKING = {
    "lieu": ("utter_demander_lieu", "utter_lieu_inconnu", "utter_reprise_lieu"),
    "age": ("utter_demander_age",),
}
_SLOT = {"lieu": "lieu", "age": "age_mois"}
_ASKED_AT_MOST = 2


def judge_conversations(
    conversations: Sequence[WholeConversation], play: Play, facts: PlaceFacts
) -> Judgement:
    """Play each conversation and judge it.

    Args:
        play: returns the turns of a dialogue, the greeting first.
        facts: what the catalogue knows of the places shown.
    """
    verdicts = [_verdict(one, play(script(one)), facts) for one in conversations]
    figure = measures.share(
        "conversations_justes",
        "Conversations entières : besoins, commune et sorte de lieu justes, rien d'interdit",
        [verdict.juste for verdict in verdicts],
    )
    return Judgement((figure,), tuple(verdicts))


def script(conversation: WholeConversation) -> Script:
    """Return the conversation as a dialogue that can be played."""
    steps = tuple(Step(user=message) for message in conversation.messages)
    dialogue = Dialogue(test_case=conversation.nom, steps=steps)
    return Script(fichier=SET, dialogue=dialogue, moment=PLAYED_ON)


def _verdict(conversation: WholeConversation, turns: Sequence[Turn], facts: PlaceFacts) -> Verdict:
    found = list(faults(conversation, turns, facts))
    return Verdict(
        jeu=SET,
        texte=conversation.nom,
        attendu=french.listed(conversation.besoins) or "une urgence",
        obtenu=" ; ".join(found) or "comme attendu",
        juste=not found,
    )


def faults(
    conversation: WholeConversation, turns: Sequence[Turn], facts: PlaceFacts
) -> Iterator[str]:
    """Yield all that is wrong with a conversation, each in a few French words."""
    yield from _ends_otherwise(conversation, turns[-1])
    yield from _offers_otherwise(conversation, turns, facts)
    yield from _forbidden(conversation, turns, facts)
    yield from (trouble for turn in turns for trouble in turn.troubles)
    if conversation.urgence and not _helped(conversation.urgence, turns, facts):
        yield f"urgence : aucun message n'a eu d'abord le {' ou le '.join(conversation.urgence)}"


def _ends_otherwise(conversation: WholeConversation, last: Turn) -> Iterator[str]:
    needs = set(last.slots.get("besoins") or ())
    if missing := set(conversation.besoins) - needs:
        yield f"besoin absent : {french.listed(sorted(missing))}"
    if extra := needs - {*conversation.besoins, *conversation.besoins_admis}:
        yield f"besoin en trop : {french.listed(sorted(extra))}"
    commune = (last.slots.get("lieu") or {}).get("commune")
    if conversation.commune and fold(conversation.commune) != fold(commune or ""):
        yield f"commune : {commune or 'aucune'}, pas {conversation.commune}"
    age = last.slots.get("age_mois")
    wanted = conversation.age_mois
    if wanted is not None and (age is None or abs(age - wanted) > _AGE_TOLERANCE_MONTHS):
        yield f"âge : {age if age is not None else 'aucun'}, pas {wanted:g} mois"


def _offers_otherwise(
    conversation: WholeConversation, turns: Sequence[Turn], facts: PlaceFacts
) -> Iterator[str]:
    if not conversation.sortes:
        return
    offers = [turn for turn in turns if turn.cards]
    wanted = PlaceExpectation(type=conversation.sortes)
    if not offers:
        yield "aucun lieu proposé"
    elif not any(facts.fits(card, wanted, offers[-1]) for card in offers[-1].cards):
        came = french.listed([facts.summary(card) for card in offers[-1].cards])
        yield f"aucun lieu acceptable : {came}"


def _forbidden(
    conversation: WholeConversation, turns: Sequence[Turn], facts: PlaceFacts
) -> Iterator[str]:
    never = conversation.interdits
    unwanted = PlaceExpectation(type=never.sortes)
    for number, turn in enumerate(turns):
        if never.sortes and turn.cards and facts.fits(turn.cards[0], unwanted, turn):
            yield f"message {number} : {facts.summary(turn.cards[0])} en premier"
        shown = everything_shown(turn.messages)
        yield from (f"message {number} : il dit « {w} »" for w in never.dit if _says(w, shown))
        if numbers := french_numbers(shown + sentences(turn.messages)):
            yield f"message {number} : numéro français {french.listed(numbers)}"
    if held := set(never.besoins) & set(turns[-1].slots.get("besoins") or ()):
        yield f"besoin interdit : {french.listed(sorted(held))}"
    for what in never.redemande:
        yield from _asks_again(what, turns)


def _says(words: str, shown: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(plain(words))}(?!\w)", plain(visible(shown))) is not None


def _asks_again(what: str, turns: Sequence[Turn]) -> Iterator[str]:
    """A question answered is never asked again; one that is not, twice at most."""
    asked = 0
    for number, turn in enumerate(turns):
        if not any(
            name.startswith(_ASKING[what]) and not name.endswith("_encore")
            for name in turn.responses
        ):
            continue
        asked += 1
        if turn.slots.get(_SLOT[what]) is not None:
            yield f"message {number} : il redemande {what}, qu'il connaît"
        elif asked > _ASKED_AT_MOST:
            yield f"message {number} : il demande {what} une troisième fois"


def _helped(numbers: tuple[str, ...], turns: Sequence[Turn], facts: PlaceFacts) -> bool:
    """Tell whether one answer shows one of these numbers first, in its first line."""
    judge, expected = Judge(facts), Step(urgence=numbers)
    return any(not list(judge.step(expected, turn)) for turn in turns)
