"""What is answered after a proposal: opening days, kinds compared, questions never asked a third time."""

from __future__ import annotations

from typing import Any

import pytest
from rasa_sdk.executor import CollectingDispatcher

from actions.action_ask_formulaire_orientation_lieu import ActionAskFormulaireOrientationLieu
from actions.action_detailler_lieu import ActionDetaillerLieu
from actions.base import reminder_of
from bot.dialogue.explain import explanation
from bot.dialogue.services import Services
from bot.dialogue.state import Orientation
from tests.dialogue.conftest import tracker

THURSDAY = {
    "entity": "quand",
    "value": {"debut": "2026-11-26T00:00:00+01:00", "fin": "2026-11-27T00:00:00+01:00"},
}


def with_hours(services: Services) -> tuple[str, ...]:
    """Two places of the catalogue whose hours are known."""
    return tuple(p.id for p in services.catalogue.places if p.horaires)[:2]


def asked_on_thursday(services: Services, text: str, slots: dict[str, Any]) -> str:
    dispatcher = CollectingDispatcher()
    message = tracker(text, "demander_horaires", slots)
    message.latest_message["entities"] = [THURSDAY]
    ActionDetaillerLieu(lambda: services).run(dispatcher, message, {})
    return "\n".join(str(m.get("text") or m.get("response")) for m in dispatcher.messages)


def test_which_are_open_on_a_day_is_told_of_all_places_shown(services: Services) -> None:
    offered = with_hours(services)
    said = asked_on_thursday(services, "lesquels sont ouverts jeudi ?", {"offres": list(offered)})
    assert "jeudi" in said
    names = [place.nom for place in map(services.catalogue.place, offered) if place]
    assert all(name in said for name in names)


def test_a_day_asked_about_one_place_is_answered_before_its_hours(services: Services) -> None:
    first, _ = with_hours(services)
    said = asked_on_thursday(services, "il ouvre jeudi ?", {"offres": [first]})
    assert said.startswith(("Ouvert jeudi", "Fermé jeudi", "Je ne connais pas"))


def test_two_kinds_compared_are_both_explained(services: Services) -> None:
    question = "un espace-rencontre, c'est pareil qu'un lieu de rencontre ?"
    said = explanation(question, Orientation(), services.catalogue) or ""
    assert "juge" in said
    assert "Les enfants jouent" in said


def test_a_kind_named_with_parents_is_the_only_one_explained(services: Services) -> None:
    said = explanation("une halte-accueil pour les parents ?", Orientation(), services.catalogue)
    assert said is not None
    assert said.startswith("Halte-accueil :")


@pytest.mark.parametrize(
    ("essais", "response"),
    [
        ({"lieu": 1}, "utter_reprise_lieu"),
        ({"lieu": 1, "rappel_lieu": 1}, "utter_reprise_lieu_encore"),
        ({"lieu": 2}, "utter_reprise_lieu_encore"),
    ],
)
def test_what_was_asked_twice_is_not_a_question_any_more(
    essais: dict[str, int], response: str
) -> None:
    assert reminder_of(Orientation(essais=essais), "lieu") == response


def test_which_of_several_places_is_not_asked_a_third_time(services: Services) -> None:
    forests = services.catalogue.gazetteer.find("Forest")
    candidates = [
        {name: getattr(c, name) for name in ("nom", "kind", "commune", "province", "code_postal")}
        | {"lat": c.lat, "lon": c.lon}
        for c in forests
    ]
    slots = {
        "besoins": ["besoin_accueil"],
        "lieux_possibles": candidates,
        "essais": {"lieux_possibles": 2, "lieu": 1},
        "requested_slot": "lieu",
    }
    dispatcher = CollectingDispatcher()
    action = ActionAskFormulaireOrientationLieu(lambda: services)
    action.run(dispatcher, tracker("euh", "nlu_fallback", slots), {})
    assert "utter_lieu_lequel" not in [m.get("response") for m in dispatcher.messages]
    assert dispatcher.messages
