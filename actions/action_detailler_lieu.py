"""Answers a question about a place already proposed: hours, phone, price, way there, and so on."""

from __future__ import annotations

from rasa_sdk import Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.base import Events, RelaisAction, facts_of, state_of
from bot.dialogue.cards import CardMaker
from bot.dialogue.details import DetailWriter, chosen_place
from bot.dialogue.services import Services

_MAX_BUTTONS = 3


class ActionDetaillerLieu(RelaisAction):
    """One detail of one place; asks which when several were proposed."""

    def name(self) -> str:
        """Return the action's name in the domain."""
        return "action_detailler_lieu"

    def answer(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, services: Services
    ) -> Events:
        """Answer about the place meant, or about the first and offer the others."""
        state, facts, catalogue = state_of(tracker), facts_of(tracker), services.catalogue
        place, offered = chosen_place(state, facts, catalogue)
        if not offered:
            dispatcher.utter_message(response="utter_detail_aucun")
            return []
        if place is None:
            dispatcher.utter_message(
                response="utter_detail_quel_lieu",
                buttons=[
                    {"title": other.nom, "payload": f'/{facts.intent}{{"rang": {rank}}}'}
                    for rank, other in enumerate(offered[:_MAX_BUTTONS], start=1)
                ],
            )
            return []
        maker = CardMaker(services.wording, services.calendar)
        writer = DetailWriter(services.wording, maker, catalogue)
        dispatcher.utter_message(text=writer.answer(facts.intent, place, services.now()))
        return [SlotSet("lieu_choisi", place.id)]
