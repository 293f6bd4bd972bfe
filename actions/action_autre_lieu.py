"""Proposes other places than those already shown."""

from __future__ import annotations

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.action_recommander_lieux import recommend
from actions.base import Events, RelaisAction, facts_of, state_of
from bot.dialogue.orientation import understand
from bot.dialogue.services import Services


class ActionAutreLieu(RelaisAction):
    """The next places for the same request."""

    def name(self) -> str:
        """Return the action's name in the domain."""
        return "action_autre_lieu"

    def answer(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, services: Services
    ) -> Events:
        """Search again without what was already proposed, with what this message adds."""
        before, facts = state_of(tracker), facts_of(tracker)
        state = understand(before, facts, services.catalogue.gazetteer, asked=None)
        if not state.besoins:
            dispatcher.utter_message(response="utter_demander_besoin")
            return []
        return recommend(
            dispatcher,
            state,
            services,
            exclude=state.deja_proposes,
            before=before,
            direction=None if facts.places else facts.direction,
        )
