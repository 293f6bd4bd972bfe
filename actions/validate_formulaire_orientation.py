"""Reads each message while the orientation form is open, and says what is still missing."""

from __future__ import annotations

from rasa_sdk import Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.base import Events, RelaisAction, facts_of, slot_events, state_of
from bot.dialogue.facts import UNSURE
from bot.dialogue.orientation import is_aside, missing, outside_place, understand
from bot.dialogue.services import Services


class ValidateFormulaireOrientation(RelaisAction):
    """Fills every slot a message speaks of, whatever was asked."""

    def name(self) -> str:
        """Return the name Rasa calls the validation of ``formulaire_orientation`` by."""
        return "validate_formulaire_orientation"

    def answer(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, services: Services
    ) -> Events:
        """Return the changed slots and the next to ask; nothing at all for a side question."""
        before, facts = state_of(tracker), facts_of(tracker)
        asked = tracker.slots.get("requested_slot")
        gazetteer = services.catalogue.gazetteer
        after = understand(before, facts, gazetteer, asked)
        events = slot_events(before, after)
        if not events and is_aside(before, facts) and asked is not None:
            return []
        following = missing(after)
        if outside_place(facts, gazetteer, asked) is not None:
            following = "lieu"
        elif (
            not events
            and facts.intent == UNSURE
            and following is None
            and not (facts.direction and before.offres)
        ):
            # Nothing new was understood: ask, rather than propose the same again.
            following = "besoins"
        # Rasa takes a validation that sets no slot for a refusal of the whole turn: always set one.
        events = events or [SlotSet("essais", after.essais)]
        return [*events, SlotSet("requested_slot", following)]
