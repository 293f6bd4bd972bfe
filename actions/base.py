"""What every action has in common: the services it works with, and no exception ever leaves it."""

from __future__ import annotations

import logging
from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any

import msgspec
from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from bot.dialogue.facts import TurnFacts, read_turn
from bot.dialogue.orientation import MAX_ASKED, asked_once_more
from bot.dialogue.services import Services, default_services
from bot.dialogue.state import Orientation

logger = logging.getLogger(__name__)

Events = list[dict[str, Any]]
# What is said on reading the numbers, by who will call or will not.
_ACKNOWLEDGING = frozenset({"affirmer", "nlu_fallback"})
_SINGULAR = {"besoins": "besoin", "lieu": "lieu"}  # slot → its word in the domain's response names
_LOOK_BACK = 3  # messages: how long what was said beside an emergency waits for the rest


class RelaisAction(Action, ABC):
    """An action that answers even when something is broken.

    Rasa gives the parent silence, and the log the whole conversation, when an action raises: here
    the parent gets the domain's ``utter_panne`` and the log the type of the error.

    Args:
        services: where the catalogue and the wording come from; a function, so that starting the
            action server does not need them.
    """

    def __init__(self, services: Callable[[], Services] = default_services) -> None:
        self._services = services

    @abstractmethod
    def answer(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, services: Services
    ) -> Events:
        """Say what is to be said and return the events."""

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> Events:
        """Answer one call of Rasa."""
        try:
            return self.answer(dispatcher, tracker, self._services())
        except Exception as error:
            logger.error("%s failed: %s", self.name(), type(error).__name__, exc_info=error)
            dispatcher.utter_message(response="utter_panne")
            return []


def state_of(tracker: Tracker) -> Orientation:
    """Return the parent's request as the slots hold it."""
    return Orientation.from_slots(tracker.slots)


def facts_of(tracker: Tracker) -> TurnFacts:
    """Return what the parent's last message says.

    What was said beside an emergency just before counts too: the emergency was answered first.
    """
    facts = read_turn(tracker.latest_message)
    emergency = _emergency_before(tracker)
    if emergency is None:
        return facts
    beside = read_turn(emergency)
    said: dict[str, Any] = {}
    if not facts.needs and not tracker.slots.get("besoins"):
        distress = emergency.get("emergency") == "urgence_detresse"
        said["needs"] = beside.needs or (("besoin_sante_mentale",) if distress else ())
    if not facts.places and facts.typed_place is None and not tracker.slots.get("lieu"):
        said["places"] = beside.places
    if facts.age_mois is None and tracker.slots.get("age_mois") is None:
        said["age_mois"] = beside.age_mois
    return msgspec.structs.replace(facts, **said)


def follows_emergency(tracker: Tracker) -> bool:
    """Tell whether one of the last messages was an emergency."""
    return _emergency_before(tracker) is not None


def _emergency_before(tracker: Tracker) -> dict[str, Any] | None:
    """Return how the latest emergency among the last messages was understood, if there is one."""
    messages = [event for event in tracker.events if event.get("event") == "user"]
    for event in reversed(messages[:-1][-_LOOK_BACK:]):
        parsed: dict[str, Any] = event.get("parse_data") or {}
        if parsed.get("emergency"):
            return parsed
    return None


def answered_after_emergency(
    dispatcher: CollectingDispatcher, tracker: Tracker, facts: TurnFacts
) -> bool:
    """Say that we stay, to a parent who has just had the numbers and says « d'accord, j'appelle »."""
    if facts.intent not in _ACKNOWLEDGING or not follows_emergency(tracker):
        return False
    dispatcher.utter_message(response="utter_apres_urgence")
    return True


def come_back(dispatcher: CollectingDispatcher, state: Orientation, slot: str) -> Events:
    """Come back, in other words, to the question an aside interrupted; twice at most.

    What was answered aside stands by itself: asking again each time would be pushing.
    """
    reminder = f"rappel_{slot}"
    if state.essais.get(reminder, 0) >= MAX_ASKED:
        return []
    dispatcher.utter_message(response=reminder_of(state, slot))
    return slot_events(state, asked_once_more(state, reminder))


def reminder_of(state: Orientation, slot: str) -> str:
    """Return the response that comes back to a question; asked twice already, it asks nothing."""
    asked = state.essais.get(slot, 0) + state.essais.get(f"rappel_{slot}", 0)
    again = "_encore" if asked >= MAX_ASKED else ""
    return f"utter_reprise_{_SINGULAR[slot]}{again}"


def slot_events(before: Orientation, after: Orientation) -> Events:
    """Return the events that turn one request into the other."""
    return [SlotSet(name, value) for name, value in after.changed_slots(before).items()]
