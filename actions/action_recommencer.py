"""Forgets the request and starts afresh."""

from __future__ import annotations

from rasa_sdk import Tracker
from rasa_sdk.events import AllSlotsReset
from rasa_sdk.executor import CollectingDispatcher

from actions.base import Events, RelaisAction
from bot.dialogue.services import Services


class ActionRecommencer(RelaisAction):
    """Empties every slot and asks anew what would help."""

    def name(self) -> str:
        """Return the action's name in the domain."""
        return "action_recommencer"

    def answer(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, services: Services
    ) -> Events:
        """Reset and ask."""
        dispatcher.utter_message(response="utter_recommencer")
        return [AllSlotsReset(), {"event": "active_loop", "name": None}]
