"""How a message changes what we know of a parent's request, and what to ask next. Pure functions."""

from __future__ import annotations

import re

import msgspec

from bot.dialogue.facts import DETAIL_INTENTS, SIDE_INTENTS, TurnFacts
from bot.dialogue.state import Orientation, Spot
from bot.places.geography import Gazetteer, is_ambiguous

MAX_ASKED = 2  # never the same question a third time
_WIDE = ("province", "region")
OUTSIDE = "hors_zone"  # the gazetteer's kind for places we do not cover
# « Je cherche plutôt une halte », « finalement c'est pour les vaccins » : instead, not besides.
_RATHER = re.compile(
    r"\bplut(?:ô|o)t\b|\bfinalement\b|\b(?:à|a) la place\b|\bau lieu\b"
    r"|\ben fait,? (?:non\b|(?:ce n'est|c'est) pas\b)"
    r"|\b(?:c'est|ce n'est|c|cé) pas (?:ç|c)a\b"
    r"|\bchang(?:é|e) d'(?:avis|id(?:é|e)e)\b|\bautre question\b|\brien (?:à|a) voir\b",
    re.IGNORECASE,
)
_LONGEST_PLACE_NAME = 6  # words; a longer message is not just the name of a place


def understand(
    state: Orientation, facts: TurnFacts, gazetteer: Gazetteer, asked: str | None
) -> Orientation:
    """Return the request with what ``facts`` adds, corrects or withdraws.

    Args:
        asked: the slot the assistant last asked about, or ``None``.
    """
    state = _with_needs(state, facts)
    state = _with_place(state, facts, gazetteer, asked)
    changes: dict[str, object] = {}
    # A number in a question about the places (« y en a un moins cher ? ») corrects no age said before.
    if facts.age_mois is not None and (state.age_mois is None or not is_aside(state, facts)):
        changes["age_mois"] = facts.age_mois
    if facts.quand is not None:
        changes["quand"] = facts.quand
    if facts.is_father:
        changes["pere"] = True
    refused = asked if facts.intent == "refuser" and not _tells_something(facts) else None
    if (
        facts.denied_needs
    ):  # « finalement laissez tomber la crèche » refuses a need, not the question
        refused = None
    # Refused once, the place is explained once, gently; refused again, it is not asked any more.
    explain_first = refused == "lieu" and not facts.is_payload and not _given_up(state, "lieu")
    if refused is not None and not explain_first:
        changes["refus"] = tuple(dict.fromkeys((*state.refus, refused)))
    return msgspec.structs.replace(state, **changes)


def is_aside(state: Orientation, facts: TurnFacts) -> bool:
    """Tell whether a message tells nothing of the request and is answered beside it.

    « Près de la gare » sounds like asking the way, but before any place was shown it is an answer.
    """
    if facts.intent in DETAIL_INTENTS and not state.offres:
        return False
    return facts.intent in SIDE_INTENTS


def missing(state: Orientation) -> str | None:
    """Return the next slot to ask about, or ``None`` when there is enough to search.

    A refused question, or one already asked ``MAX_ASKED`` times, is not asked again — except the
    need, without which nothing can be found.
    """
    if not state.besoins:
        return "besoins"
    if state.lieu is not None:
        return None
    if state.lieux_possibles and not _given_up(state, "lieux_possibles"):
        return "lieu"
    return None if _given_up(state, "lieu") else "lieu"


def asked_once_more(state: Orientation, slot: str) -> Orientation:
    """Return the request with one more asking of ``slot`` counted."""
    essais = {**state.essais, slot: state.essais.get(slot, 0) + 1}
    return msgspec.structs.replace(state, essais=essais)


def _given_up(state: Orientation, slot: str) -> bool:
    return slot in state.refus or state.essais.get(slot, 0) >= MAX_ASKED


def _tells_something(facts: TurnFacts) -> bool:
    return bool(facts.needs or facts.places or facts.age_mois is not None or facts.quand)


def _with_needs(state: Orientation, facts: TurnFacts) -> Orientation:
    """Add the needs a message names, remove those it denies.

    What was said before stands, unless the message says it is rather something else. After an offer, what
    is asked now comes first: the rest was already answered once.
    """
    given_up = facts.denied_needs or (state.besoins if facts.lets_go else ())
    kept = [need for need in state.besoins if need not in given_up]
    if facts.needs and _RATHER.search(facts.text):
        kept = [need for need in kept if need in facts.needs]
    told = facts.sure_needs if kept else facts.needs
    in_order = (*told, *kept) if state.offres else (*kept, *told)
    needs = tuple(dict.fromkeys(in_order))
    if needs == state.besoins:
        return state
    # What was offered answered another request.
    essais = {slot: times for slot, times in state.essais.items() if slot != "besoins"}
    return msgspec.structs.replace(
        state, besoins=needs, deja_proposes=(), lieu_choisi=None, essais=essais
    )


def outside_place(facts: TurnFacts, gazetteer: Gazetteer, asked: str | None) -> Spot | None:
    """Return the place outside Wallonia and Brussels a message names, if that is all it names."""
    spots = _place_said(facts, gazetteer, asked)
    return spots[0] if spots and all(spot.kind == OUTSIDE for spot in spots) else None


def _place_said(facts: TurnFacts, gazetteer: Gazetteer, asked: str | None) -> tuple[Spot, ...]:
    """Return the readings of the place a message means; several when it could be several."""
    if facts.places:
        # « non, pas Namur, Dinant » : the last one said is the one meant; « Tellin (province de
        # Luxembourg) » says where Tellin is.
        towns = [spots for spots in facts.places if all(spot.kind not in _WIDE for spot in spots)]
        return (towns or facts.places)[-1]
    typed = facts.typed_place
    if typed is None and asked == "lieu" and len(facts.text.split()) <= _LONGEST_PLACE_NAME:
        typed = facts.text
    found = gazetteer.find(typed) if typed else ()
    if found and not is_ambiguous(found):
        found = found[:1]
    return tuple(map(Spot.of, found))


def _settled(
    candidates: tuple[Spot, ...], said: tuple[Spot, ...], facts: TurnFacts
) -> tuple[Spot, ...]:
    """Return which of several places of one name a second answer means; empty if it settles nothing.

    « 1190 Forest », or « celui de Bruxelles » after « Forest ».
    """
    named = {spot for spots in facts.places for spot in spots} | set(said)
    codes = {spot.code_postal for spot in named if spot.code_postal}
    exact = tuple(
        c
        for c in candidates
        if c.code_postal and (c.code_postal in codes or c.code_postal in facts.text)
    )
    if len(exact) == 1:
        return exact
    communes = {spot.commune for spot in named if spot.commune}
    same = tuple(c for c in candidates if c.commune in communes)
    if len(same) == 1:
        return same
    provinces = {spot.province for spot in named if spot.province}
    # « Luxembourg », then « Messancy » : a town of the province is said more precisely, not the province.
    return tuple(c for c in candidates if c.province in provinces and c.kind != "province")


def _with_place(
    state: Orientation, facts: TurnFacts, gazetteer: Gazetteer, asked: str | None
) -> Orientation:
    """Set the place a message names; keep the candidates when it could be several."""
    spots = _place_said(facts, gazetteer, asked)
    if not spots or all(spot.kind == OUTSIDE for spot in spots):
        return state
    if state.lieux_possibles:
        spots = _settled(state.lieux_possibles, spots, facts) or spots
    elif len(spots) > 1:
        # « Durbuy, plutôt Barvaux » : of the two Barvaux, the one of Durbuy.
        communes = {spot.commune for other in facts.places[:-1] for spot in other}
        spots = tuple(spot for spot in spots if spot.commune in communes) or spots
    if len(spots) == 1:
        return msgspec.structs.replace(
            state,
            lieu=spots[0],
            lieux_possibles=(),
            deja_proposes=() if state.lieu != spots[0] else state.deja_proposes,
            refus=tuple(slot for slot in state.refus if slot != "lieu"),
        )
    return msgspec.structs.replace(state, lieu=None, lieux_possibles=spots)
