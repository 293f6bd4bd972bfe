"""Answers what is said beside the request: thanks, who are you, off-topic."""

from __future__ import annotations

import msgspec
from rasa_sdk import Tracker
from rasa_sdk.events import ActiveLoop, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.action_recommander_lieux import recommend
from actions.base import (
    Events,
    RelaisAction,
    facts_of,
    follows_emergency,
    slot_events,
    state_of,
)
from bot.dialogue.languages import language_of
from bot.dialogue.offers import province_buttons
from bot.dialogue.orientation import MAX_ASKED, missing, understand
from bot.dialogue.services import Services
from bot.dialogue.state import Orientation

_ANSWERS = {
    "saluer": "utter_saluer",
    "remercier": "utter_remercier",
    "au_revoir": "utter_au_revoir",
    "demander_capacites": "utter_capacites",
    "est_un_robot": "utter_robot",
    "confidentialite": "utter_confidentialite",
    "parler_humain": "utter_humain",
    "mecontent": "utter_mecontent",
    "effacer_donnees": "utter_effacer_donnees",
    "autre_langue": "utter_autre_langue",
    "hors_sujet": "utter_hors_sujet",
    "refuser": "utter_refuser",
    "affirmer": "utter_affirmer",
    "pas_de_danger": "utter_pas_de_danger",
}
# After these, asking again would be pushing: the form closes, what is known is kept.
_SHORT_ANSWERS = frozenset({"affirmer", "refuser", "remercier", "saluer", "au_revoir"})
_LAST_WORDS = frozenset({"au_revoir", "effacer_donnees"})
# What a parent wonders who is asked for a commune and writes « pourquoi ? ».
_WONDERING = frozenset({"confidentialite", "expliquer_service", "mecontent", "demander_capacites"})


def _in_their_language(tracker: Tracker, services: Services) -> str:
    """Return the answer in the language of the message, or the one in several languages."""
    language = language_of(facts_of(tracker).text)
    name = f"utter_autre_langue_{language}"
    return name if language and services.wording.has(name) else "utter_autre_langue"


def _with_what_is_beside(tracker: Tracker, services: Services) -> Orientation:
    """Return the request with what a greeting, thanks or a refusal says of it.

    « Bonjour, c'est pour ma sœur de 9 ans ». In the form its validation does so; this is for outside it.
    """
    facts = msgspec.structs.replace(facts_of(tracker), needs=(), sure_needs=())
    return understand(state_of(tracker), facts, services.catalogue.gazetteer, None)


class ActionRepondre(RelaisAction):
    """One answer per intent. In the middle of the form, Rasa then lets the form ask on."""

    def name(self) -> str:
        """Return the action's name in the domain."""
        return "action_repondre"

    def answer(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, services: Services
    ) -> Events:
        """Answer the last message's intent."""
        facts = facts_of(tracker)
        intent = facts.intent
        asked = tracker.slots.get("requested_slot")
        if asked == "lieu" and facts.asks_why and intent in _WONDERING:
            return self._why_the_place(dispatcher, state_of(tracker), services)
        before = state_of(tracker)
        after = before if asked else _with_what_is_beside(tracker, services)
        if after.lieu not in (None, before.lieu) and missing(after) is None:
            # « Me revoilà, je suis à Ixelles » : what was missing is said; it need not be asked.
            return recommend(dispatcher, after, services, before=before)
        answer = _ANSWERS.get(intent, "utter_hors_sujet")
        if intent == "saluer" and (asked or before.offres):
            answer = "utter_saluer_suite"
        elif intent in ("affirmer", "refuser") and before.offres:
            answer = "utter_offre_suite"
        if intent in _SHORT_ANSWERS and follows_emergency(tracker):
            answer = "utter_apres_urgence"
        elif intent == "autre_langue":
            answer = _in_their_language(tracker, services)
        dispatcher.utter_message(response=answer)
        if facts.lets_go:
            # Given up without naming it: what comes next is another request.
            given_up = msgspec.structs.replace(before, besoins=(), deja_proposes=())
            return slot_events(before, given_up)
        if asked and intent in _LAST_WORDS:
            return [ActiveLoop(None), SlotSet("requested_slot", None)]
        return slot_events(before, after)

    @staticmethod
    def _why_the_place(
        dispatcher: CollectingDispatcher, state: Orientation, services: Services
    ) -> Events:
        """Say why the commune helps, and that it may stay unsaid; that is asking a second time."""
        dispatcher.utter_message(
            response="utter_demander_lieu_pourquoi", buttons=province_buttons(services.wording)
        )
        essais = {**state.essais, "lieu": MAX_ASKED, "rappel_lieu": MAX_ASKED}
        return slot_events(state, msgspec.structs.replace(state, essais=essais))
