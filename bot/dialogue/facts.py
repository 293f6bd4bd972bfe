"""What one message of the parent says: the NLU's answer, read into typed facts."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from bot.dialogue.state import Moment, Spot

NEED_PREFIX = "besoin_"
# Beside what a parent has already asked, a message mostly answers a question: a need read in it must be
# surer to be one more. Measured on 180 whole conversations: keeps all that were meant, drops 8 of 10 others.
_SURE_ENOUGH_TO_ADD = 0.8
UNSURE = "nlu_fallback"

# Intents that tell nothing about the request: the form leaves them to the rules, which answer and
# come back to the question.
SIDE_INTENTS = frozenset(
    {
        "pas_de_danger",
        "saluer",
        "remercier",
        "au_revoir",
        "demander_capacites",
        "est_un_robot",
        "confidentialite",
        "parler_humain",
        "mecontent",
        "effacer_donnees",
        "expliquer_service",
        "recommencer",
        "autre_langue",
        "autre_lieu",
        "choisir_lieu",
        "demander_horaires",
        "demander_contact",
        "demander_tarif",
        "demander_trajet",
        "demander_inscription",
        "que_dire",
        "envoyer_fiche",
        "demander_raison",
        "hors_sujet",
    }
)

# « Plus près », « plus loin » : which way to look for another place.
_NEARER = re.compile(
    r"\bplus (?:pr(?:è|e)s|proche|pret)\b|\bmoins loin\b|\btrop loin\b", re.IGNORECASE
)
_FARTHER = re.compile(
    r"\bplus loin\b|\bmoins pr(?:è|e)s\b|\bplus large\b|\bailleurs\b", re.IGNORECASE
)
NEARER, FARTHER = "plus_pres", "plus_loin"

# Questions about a place already shown; before any is shown, they are no question at all.
DETAIL_INTENTS = frozenset(
    {
        "choisir_lieu",
        "demander_horaires",
        "demander_contact",
        "demander_tarif",
        "demander_trajet",
        "demander_inscription",
        "que_dire",
        "envoyer_fiche",
        "demander_raison",
        "autre_lieu",
    }
)

_DENIED_BEFORE = re.compile(
    r"\b(?:pas|plus|ni)\s+(?:cel(?:ui|le)\s+)?(?:à|a|de|d'|sur|vers|dans|en)?\s*$", re.IGNORECASE
)


# « Mes copines sont à Bruxelles », « je viens de Liège » : a place, but not where the parent lives now.
_ELSEWHERE_BEFORE = re.compile(
    r"\b(?:(?:famille|parents|amie?s?|copines?|copains?|s(?:œ|oe)ur|fr(?:è|e)re|m(?:è|e)re|p(?:è|e)re|mari|ex|"
    r"proches|grands-parents|belle-m(?:è|e)re|boulot|travail|formation)\b[^.,;:!?]{0,30}?"
    r"\b(?:est|sont|vit|vivent|habite|habitent|rest(?:é|e)e?s?|loge|travaille)"
    r"|je (?:viens|suis n(?:é|e)e?|suis originaire)|on (?:a quitt(?:é|e)|vient)|j'ai quitt(?:é|e)"
    r"|(?:je|on) (?:vivais|habitais|habitait|vivait))\b[^.,;:!?]{0,12}$",
    re.IGNORECASE,
)
# Nothing in such a message is about the request, not even a town or a day.
_BESIDE_THE_POINT = frozenset({"hors_sujet", "autre_langue"})
# « Je suis le papa de… », « ma femme… », « leur mère est partie », « je gère tout seul ».
_FATHER = re.compile(
    r"\b(?:je |j|ch)?suis (?:un |le |son |leur )?(?:jeune |grand[- ]|beau[- ])?(?:papa|p(?:è|e)re|papy)\b"
    r"|\bpapa (?:solo|seul|c(?:é|e)libataire|de|d')|\b(?:ma |mon ex[- ])(?:femme|compagne)\b"
    r"|\bj'(?:é|e)l(?:è|e)ve (?:tout )?seul\b"
    r"|\bleur m(?:è|e)re\b|\bla m(?:è|e)re de (?:mes|ma|mon)\b"
    r"|\bje \w+(?: \w+)? tout seul\b|\bmoi,? (?:le |leur |son )?(?:papa|p(?:è|e)re)\b",
    re.IGNORECASE,
)
# « Bon, laissez tomber, ma sœur va la garder » ; « laissez tomber la crèche » names what, elsewhere.
_LETS_GO = re.compile(
    r"\b(?:laisse[sz]?|laisser) tomber\s*(?:[.,;!…]|$)|\boubliez(?: (?:ç|c)a)?\s*(?:[.,;!…]|$)",
    re.IGNORECASE,
)
# « On peut revenir à ma première question ? » is the contrary of starting afresh.
_GOES_BACK = re.compile(
    r"\b(?:revenir|revient|reviens|revenons|reprendre|reprend|reprenons|continuer|continue|continuons)\b"
    r"[^.!?]*\b(?:question|demande|sujet|d(?:é|e)but|avant|premi(?:è|e)re|o(?:ù|u) on)\b",
    re.IGNORECASE,
)
# A teenager who writes for themselves is the child; one who has a baby is the parent.
_OWN_AGE = re.compile(r"\b(?:j[' ]?ai|g)\s+(1[0-7])\s*ans?\b", re.IGNORECASE)
_HAS_A_CHILD = re.compile(
    r"\b(?:b(?:é|e)b(?:é|e)|bb|enceinte|accouch\w*|fils|fille|enfants?|jumeaux|petite?|grossesse)\b",
    re.IGNORECASE,
)
_CORRECTS = re.compile(
    r"\b(?:non|pardon|erreur|oups|plut(?:ô|o)t|je me (?:suis )?tromp(?:e|é|é?e)|je veux dire|je voulais dire)\b",
    re.IGNORECASE,
)
# « Pardon, j'ai dit 3 ans mais il en a 4 »
_MISSAID = re.compile(
    r"\bj'ai (?:dit|(?:é|e)crit|mis|tap(?:é|e))\b.*\b(?:mais|alors qu|en fait)\b|\btromp(?:é|e)e?\b",
    re.IGNORECASE,
)
_WHY = re.compile(r"\bpourquoi\b|\bpq\b|\bpk\b|\bpourkoi\b", re.IGNORECASE)


class TurnFacts(msgspec.Struct, frozen=True):
    """What a message holds. ``places`` lists, for each place named, its possible readings.

    ``sure_needs`` are the needs so sure that they are added to others said before.
    ``is_payload`` tells a pressed button from typed words; ``text`` is what was typed.
    """

    intent: str
    text: str
    is_payload: bool = False
    needs: tuple[str, ...] = ()
    sure_needs: tuple[str, ...] = ()
    denied_needs: tuple[str, ...] = ()
    places: tuple[tuple[Spot, ...], ...] = ()
    denied_places: tuple[str, ...] = ()
    typed_place: str | None = None
    age_mois: float | None = None
    quand: Moment | None = None
    rang: int | None = None

    @property
    def asks_why(self) -> bool:
        """Tell whether the message asks why something is asked."""
        return _WHY.search(self.text) is not None

    @property
    def is_father(self) -> bool:
        """Tell whether the person who writes says that he is a father, a grandfather, a stepfather."""
        return _FATHER.search(self.text) is not None

    @property
    def lets_go(self) -> bool:
        """Tell whether the message gives up what was asked, without naming it."""
        return _LETS_GO.search(self.text) is not None

    @property
    def goes_back(self) -> bool:
        """Tell whether the message asks to take up again what was asked before."""
        return _GOES_BACK.search(self.text) is not None

    @property
    def direction(self) -> str | None:
        """Return ``NEARER`` or ``FARTHER`` when the message asks for it."""
        if _NEARER.search(self.text):
            return NEARER
        return FARTHER if _FARTHER.search(self.text) else None


def read_turn(message: Mapping[str, Any]) -> TurnFacts:
    """Read ``tracker.latest_message``: intent, needs and entities, as typed facts."""
    text = message.get("text") or ""
    is_payload = text.startswith("/")
    intent = (message.get("intent") or {}).get("name") or UNSURE
    entities: Sequence[Mapping[str, Any]] = message.get("entities") or ()
    if intent in _BESIDE_THE_POINT:
        entities = ()
    places, denied = _places(entities, text)
    return TurnFacts(
        intent=intent,
        text="" if is_payload else text,
        is_payload=is_payload,
        needs=_needs(message, intent, entities),
        sure_needs=_sure_needs(message, intent, entities),
        denied_needs=tuple(message.get("denied_needs") or ()),
        places=places,
        denied_places=denied,
        typed_place=_payload_value(entities, "lieu") if is_payload else None,
        age_mois=age if (age := _age(entities, text)) is not None else _own_age(text),
        quand=_moment(entities),
        rang=_rank(entities),
    )


def _needs(
    message: Mapping[str, Any], intent: str, entities: Sequence[Mapping[str, Any]]
) -> tuple[str, ...]:
    """Return the needs of a message, surest first; a button's intent is one by itself."""
    found = [need["name"] for need in message.get("needs") or ()]
    if not found and intent.startswith(NEED_PREFIX):
        found = intent.split("+")
    found += [e["value"] for e in entities if e.get("entity") == "besoin"]
    return tuple(dict.fromkeys(name for name in found if name.startswith(NEED_PREFIX)))


def _sure_needs(
    message: Mapping[str, Any], intent: str, entities: Sequence[Mapping[str, Any]]
) -> tuple[str, ...]:
    """Return the needs no careful reader would doubt; what a button says is one."""
    unsure = {
        need["name"]
        for need in message.get("needs") or ()
        if need.get("confidence", 1.0) < _SURE_ENOUGH_TO_ADD
    }
    return tuple(need for need in _needs(message, intent, entities) if need not in unsure)


def _places(
    entities: Sequence[Mapping[str, Any]], text: str
) -> tuple[tuple[tuple[Spot, ...], ...], tuple[str, ...]]:
    """Return the readings of each place meant, and the names of those said *not* to be meant."""
    meant: list[tuple[Spot, ...]] = []
    denied: list[str] = []
    for entity in entities:
        if entity.get("entity") != "lieu" or "candidats" not in entity:
            continue
        spots = tuple(msgspec.convert(c, Spot) for c in entity["candidats"])
        before = text[: entity.get("start", 0)]
        if _ELSEWHERE_BEFORE.search(before):
            continue
        if _DENIED_BEFORE.search(before):
            denied.extend(spot.nom for spot in spots)
        else:
            meant.append(spots)
    return tuple(meant), tuple(denied)


def _payload_value(entities: Sequence[Mapping[str, Any]], name: str) -> str | None:
    """Return the value a button carries for an entity."""
    return next((str(e["value"]) for e in entities if e.get("entity") == name), None)


def _age(entities: Sequence[Mapping[str, Any]], text: str) -> float | None:
    """Return the age in months; of several children, the youngest already born.

    « 6 ans, ah non pardon, 7 ans » is one child: what is said after a correction replaces what was said.
    """
    ages: list[float] = []
    end = 0
    for entity in (e for e in entities if e.get("entity") == "age"):
        start = entity.get("start", 0)
        if ages and (_CORRECTS.search(text[end:start]) or _MISSAID.search(text[:start])):
            ages.clear()
        value = entity["value"]
        ages.append(value["mois"] if isinstance(value, Mapping) else float(value))
        end = entity.get("end", 0)
    return min([age for age in ages if age >= 0] or ages, default=None)


def _own_age(text: str) -> float | None:
    """Return the age, in months, of a minor who writes for themselves."""
    found = _OWN_AGE.search(text)
    return int(found[1]) * 12.0 if found and not _HAS_A_CHILD.search(text) else None


def _moment(entities: Sequence[Mapping[str, Any]]) -> Moment | None:
    for entity in entities:
        if entity.get("entity") == "quand" and isinstance(entity.get("value"), Mapping):
            value = entity["value"]
            if value.get("debut") and value.get("fin"):
                return Moment(
                    dt.datetime.fromisoformat(value["debut"]),
                    dt.datetime.fromisoformat(value["fin"]),
                )
    return None


def _rank(entities: Sequence[Mapping[str, Any]]) -> int | None:
    """Return which place of the list is meant: 1 for the first, -1 for the last."""
    return next((int(e["value"]) for e in entities if e.get("entity") == "rang"), None)
