"""Asks what would help, with likely answers as buttons once the parent has been asked before."""

from __future__ import annotations

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.base import (
    Events,
    RelaisAction,
    answered_after_emergency,
    come_back,
    facts_of,
    slot_events,
    state_of,
)
from bot.dialogue.clarify import need_buttons
from bot.dialogue.facts import UNSURE
from bot.dialogue.orientation import MAX_ASKED, asked_once_more, is_aside
from bot.dialogue.services import Services


class ActionAskFormulaireOrientationBesoins(RelaisAction):
    """The question about the need."""

    def name(self) -> str:
        """Return the name Rasa calls before requesting the slot ``besoins``."""
        return "action_ask_formulaire_orientation_besoins"

    def answer(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, services: Services
    ) -> Events:
        """Ask openly the first time; afterwards offer a choice."""
        state, facts = state_of(tracker), facts_of(tracker)
        if answered_after_emergency(dispatcher, tracker, facts):
            return []
        if is_aside(state, facts):
            return come_back(dispatcher, state, "besoins")
        asked_before = state.essais.get("besoins", 0)
        if asked_before >= MAX_ASKED:
            dispatcher.utter_message(response="utter_besoin_inconnu")
        elif asked_before == 0 and facts.intent != UNSURE:
            dispatcher.utter_message(response="utter_demander_besoin")
        else:
            dispatcher.utter_message(
                response="utter_clarifier" if asked_before == 0 else "utter_demander_besoin_encore",
                buttons=need_buttons(
                    tracker.latest_message, services.wording, again=asked_before > 0
                ),
            )
        return slot_events(state, asked_once_more(state, "besoins"))
