"""Explains in plain French what a kind of service is, or what an acronym means."""

from __future__ import annotations

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.base import Events, RelaisAction, facts_of, state_of
from bot.dialogue.explain import explanation
from bot.dialogue.services import Services


class ActionExpliquerService(RelaisAction):
    """« C'est quoi une halte-accueil ? »"""

    def name(self) -> str:
        """Return the action's name in the domain."""
        return "action_expliquer_service"

    def answer(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, services: Services
    ) -> Events:
        """Explain the service or acronym named, else the kind of the place talked of."""
        state, facts = state_of(tracker), facts_of(tracker)
        text = explanation(facts.text, state, services.catalogue)
        if text is None:
            dispatcher.utter_message(response="utter_service_inconnu")
        else:
            dispatcher.utter_message(text=text)
        return []
