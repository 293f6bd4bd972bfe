"""Answers a question about a place already proposed: hours, phone, price, way there, and so on."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from typing import Any

import msgspec
from rasa_sdk import Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.action_recommander_lieux import recommend
from actions.base import Events, RelaisAction, facts_of, state_of
from bot.dialogue.cards import CardMaker
from bot.dialogue.details import DetailWriter, asked_detail, chosen_place, names_another_town
from bot.dialogue.facts import TurnFacts
from bot.dialogue.offers import open_now, open_then
from bot.dialogue.orientation import understand
from bot.dialogue.services import Services
from bot.places import hours
from bot.places.records import Place

_MAX_BUTTONS = 3
_OLDEST_CHILD_YEARS = 18
_NOW = dt.timedelta(hours=1)  # the window « maintenant » is read as
# « Lesquels sont ouverts jeudi ? » asks about all of them, even after talking of one.
_ASKS_WHICH = re.compile(r"\blesquel(?:le)?s\b|\blequel\b|\blaquelle\b", re.IGNORECASE)


class ActionDetaillerLieu(RelaisAction):
    """One detail of one place; of several, the first, and the others as buttons."""

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
        if _answers_the_age_question(tracker, facts):
            after = msgspec.structs.replace(state, age_mois=float(facts.text.strip()) * 12)
            return recommend(dispatcher, after, services, age_given=True, before=state)
        if facts.direction and facts.intent == "demander_trajet" and not facts.places:
            # « Je peux aller plus loin » sounds like asking the way.
            shown = state.deja_proposes
            return recommend(dispatcher, state, services, shown, direction=facts.direction)
        if place is None and names_another_town(state, facts, catalogue):
            # « et à Dinant ? » : the same request, elsewhere.
            elsewhere = understand(state, facts, catalogue.gazetteer, asked=None)
            if elsewhere.lieu is not None and elsewhere.lieu != state.lieu:
                return recommend(dispatcher, elsewhere, services, before=state)
        if place is None and facts.intent == "choisir_lieu":
            dispatcher.utter_message(
                response="utter_detail_quel_lieu", buttons=_buttons(facts.intent, offered)
            )
            return []
        if place is None or _ASKS_WHICH.search(facts.text):
            said = _open_on_the_day(facts, offered, services)
            if said:
                dispatcher.utter_message(text="\n".join(said))
                return []
        maker = CardMaker(services.wording, services.calendar)
        writer = DetailWriter(services.wording, maker, catalogue)
        meant = place or offered[0]
        question = asked_detail(facts) if facts.intent == "choisir_lieu" else facts.intent
        answer = writer.answer(question, meant, services.now(), state.besoins)
        said = _open_on_the_day(facts, (meant,), services) if meant.horaires else []
        dispatcher.utter_message(text="\n".join([*said, answer]))
        if place is None:
            others = _buttons(facts.intent, offered)[1:]
            dispatcher.utter_message(response="utter_detail_autres", buttons=others)
        kept = state.age_mois if facts.age_mois is None else facts.age_mois
        return [SlotSet("lieu_choisi", meant.id), SlotSet("age_mois", kept)]


def _open_on_the_day(facts: TurnFacts, places: Sequence[Place], services: Services) -> list[str]:
    """Return which places are open on the day a question about hours names; nothing without a day.

    « Maintenant » about one place is left to the answer about its hours, which says that by itself.
    """
    wanted = facts.quand
    if wanted is None or facts.intent != "demander_horaires":
        return []
    now = wanted.debut <= services.now() and wanted.fin - wanted.debut <= _NOW
    if now and len(places) == 1:
        return []
    found = [
        (p.nom, hours.open_at(p, wanted.debut, wanted.fin, services.calendar).selon_horaires)
        for p in places
    ]
    return open_now(found, services) if now else open_then(found, wanted, services)


def _buttons(intent: str, offered: Sequence[Place]) -> list[dict[str, str]]:
    """Return one button per place, which asks the same question about it."""
    return [
        {"title": place.nom, "payload": f'/{intent}{{"rang": {rank}}}'}
        for rank, place in enumerate(offered[:_MAX_BUTTONS], start=1)
    ]


def _answers_the_age_question(tracker: Tracker, facts: TurnFacts) -> bool:
    """Tell whether a bare number answers « Quel âge a l'enfant ? » rather than « Lequel ? »."""
    if not facts.text.strip().isdigit() or not 0 < int(facts.text) <= _OLDEST_CHILD_YEARS:
        return False
    said = (event for event in reversed(tracker.events) if event.get("event") == "bot")
    last: dict[str, Any] = next(said, {})
    return (last.get("metadata") or {}).get("utter_action") == "utter_demander_age"
