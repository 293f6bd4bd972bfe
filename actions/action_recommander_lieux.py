"""Recommends up to three real places for the parent's needs, nearest suitable first."""

from __future__ import annotations

import msgspec
from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.base import Events, RelaisAction, facts_of, slot_events, state_of
from bot.dialogue.facts import UNSURE
from bot.dialogue.offers import card_message, propose
from bot.dialogue.orientation import asked_once_more
from bot.dialogue.services import Services
from bot.dialogue.state import Orientation


class ActionRecommanderLieux(RelaisAction):
    """The custom action the whole dialogue leads to."""

    def name(self) -> str:
        """Return the action's name in the domain."""
        return "action_recommander_lieux"

    def answer(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, services: Services
    ) -> Events:
        """Propose for the request as it stands now."""
        state, facts = state_of(tracker), facts_of(tracker)
        if facts.direction and state.offres and facts.intent == UNSURE:
            # « Plus loin, j'ai une voiture » : other places, whatever else was not understood.
            shown = state.deja_proposes
            return recommend(dispatcher, state, services, shown, direction=facts.direction)
        return recommend(dispatcher, state, services, age_given=facts.age_mois is not None)


def recommend(
    dispatcher: CollectingDispatcher,
    state: Orientation,
    services: Services,
    exclude: tuple[str, ...] = (),
    age_given: bool = False,
    before: Orientation | None = None,
    direction: str | None = None,
) -> Events:
    """Say one proposal and return the slots it changes.

    Args:
        exclude: identifiers of places not to propose again.
        age_given: the parent has just told the child's age; an unchanged proposal is confirmed
            rather than repeated.
        before: the request as the slots hold it, where ``state`` already differs from it.
        direction: nearer or farther than what was shown.
    """
    before = before or state
    proposal = propose(state, services, exclude, direction)
    ids = tuple(card.id for card in proposal.cards)
    if age_given and ids and ids == state.offres:
        known = all(card.age for card in proposal.cards)
        dispatcher.utter_message(response="utter_ages_conviennent" if known else "utter_age_note")
        return slot_events(before, state)
    dispatcher.utter_message(
        text="\n".join(proposal.sentences),
        json_message=card_message(proposal) if proposal.cards else None,
    )
    after = msgspec.structs.replace(
        state,
        offres=ids or state.offres,
        deja_proposes=tuple(dict.fromkeys((*state.deja_proposes, *ids))),
        lieu_choisi=ids[0] if len(ids) == 1 else None,
    )
    if proposal.age_matters:
        dispatcher.utter_message(response="utter_demander_age")
        after = asked_once_more(after, "age_mois")
    return slot_events(before, after)
