"""Asks where the parent lives, in the words the situation calls for."""

from __future__ import annotations

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.base import (
    Events,
    RelaisAction,
    answered_after_emergency,
    come_back,
    facts_of,
    reminder_of,
    slot_events,
    state_of,
)
from bot.dialogue.facts import DETAIL_INTENTS
from bot.dialogue.offers import province_buttons, spot_button
from bot.dialogue.orientation import MAX_ASKED, asked_once_more, is_aside, outside_place
from bot.dialogue.services import Services


class ActionAskFormulaireOrientationLieu(RelaisAction):
    """The question about the commune: plain, then explained, or which of several."""

    def name(self) -> str:
        """Return the name Rasa calls before requesting the slot ``lieu``."""
        return "action_ask_formulaire_orientation_lieu"

    def answer(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, services: Services
    ) -> Events:
        """Ask, and count that we asked."""
        state, facts = state_of(tracker), facts_of(tracker)
        if answered_after_emergency(dispatcher, tracker, facts):
            return []
        if is_aside(state, facts):
            return come_back(dispatcher, state, "lieu")
        gazetteer = services.catalogue.gazetteer
        outside = outside_place(facts, gazetteer, tracker.slots.get("requested_slot"))
        if outside is not None:
            dispatcher.utter_message(response="utter_lieu_hors_zone", lieu=outside.nom)
        elif state.lieux_possibles and state.essais.get("lieux_possibles", 0) < MAX_ASKED:
            dispatcher.utter_message(
                response="utter_lieu_lequel",
                buttons=[spot_button(spot) for spot in state.lieux_possibles],
            )
            return slot_events(state, asked_once_more(state, "lieux_possibles"))
        elif not state.essais.get("lieu"):
            dispatcher.utter_message(response="utter_demander_lieu")
        elif facts.needs or facts.denied_needs:
            # The parent went on explaining: no need to justify the question, only to come back to it.
            dispatcher.utter_message(response=reminder_of(state, "lieu"))
        elif facts.intent == "donner_lieu" or (
            facts.intent in DETAIL_INTENTS and not facts.asks_why
        ):
            dispatcher.utter_message(response="utter_lieu_inconnu")
        else:
            dispatcher.utter_message(
                response="utter_demander_lieu_pourquoi",
                buttons=province_buttons(services.wording),
            )
        return slot_events(state, asked_once_more(state, "lieu"))
