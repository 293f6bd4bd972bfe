"""Forgets the request and starts afresh."""

from __future__ import annotations

from rasa_sdk import Tracker
from rasa_sdk.events import AllSlotsReset
from rasa_sdk.executor import CollectingDispatcher

from actions.action_recommander_lieux import recommend
from actions.base import Events, RelaisAction, facts_of, state_of
from bot.dialogue.services import Services


class ActionRecommencer(RelaisAction):
    """Empties every slot and asks anew what would help."""

    def name(self) -> str:
        """Return the action's name in the domain."""
        return "action_recommencer"

    def answer(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, services: Services
    ) -> Events:
        """Reset and ask; « on peut revenir à ma première question ? » is answered instead."""
        state = state_of(tracker)
        if facts_of(tracker).goes_back and state.besoins and state.offres:
            return recommend(dispatcher, state, services)
        dispatcher.utter_message(response="utter_recommencer")
        return [AllSlotsReset(), {"event": "active_loop", "name": None}]
