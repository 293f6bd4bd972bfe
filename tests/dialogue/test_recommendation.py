"""The custom action that recommends places, on the shipped catalogue, without a server."""

from __future__ import annotations

from typing import Any

import pytest
from rasa_sdk.executor import CollectingDispatcher

from actions.action_autre_lieu import ActionAutreLieu
from actions.action_recommander_lieux import ActionRecommanderLieux
from bot.dialogue.services import Services
from bot.dialogue.state import Orientation, Spot
from tests.dialogue.conftest import tracker


def spot(services: Services, name: str) -> Spot:
    return Spot.of(services.catalogue.gazetteer.find(name)[0])


def recommend(
    services: Services, needs: tuple[str, ...], place: str | None, age: float | None = None
) -> tuple[list[dict[str, Any]], str]:
    """The cards and the words of one recommendation."""
    state = Orientation(besoins=needs, lieu=spot(services, place) if place else None, age_mois=age)
    dispatcher = CollectingDispatcher()
    message = tracker("", "donner_lieu", state.slot_values())
    ActionRecommanderLieux(lambda: services).run(dispatcher, message, {})
    cards = [
        card for m in dispatcher.messages for card in (m.get("custom") or {}).get("places", ())
    ]
    return cards, "\n".join(m.get("text") or "" for m in dispatcher.messages)


@pytest.mark.parametrize(
    "place", ["Charleroi", "Namur", "Liège", "1000 Bruxelles", "Arlon", "Mons"]
)
def test_a_parent_in_training_is_never_sent_to_a_lieu_de_rencontre(
    services: Services, place: str
) -> None:
    cards, _ = recommend(services, ("besoin_formation",), place)
    assert cards
    kinds = {services.catalogue.place(card["id"]).type for card in cards}  # type: ignore[union-attr]
    assert "lieu_rencontre" not in kinds


@pytest.mark.parametrize(
    "need",
    [
        f"besoin_{name}"
        for name in (
            "isolement",
            "formation",
            "repit",
            "monoparentalite",
            "soutien_parentalite",
            "passerelle",
            "sante_mentale",
            "aide_jeunesse",
            "interculturel",
            "apprentissage",
            "quartier",
            "sante_enfant",
            "grossesse",
            "precarite",
            "visite_domicile",
            "langage",
            "accueil",
            "benevolat",
            "sante_scolaire",
        )
    ],
)
def test_every_need_is_answered_with_a_reason_anywhere(services: Services, need: str) -> None:
    for place in ("Ixelles", "Bouillon", None):
        cards, text = recommend(services, (need,), place)
        assert cards, (need, place)
        assert all(card["pourquoi"] for card in cards)
        assert text


def test_the_childs_age_keeps_out_what_is_not_for_it(services: Services) -> None:
    cards, _ = recommend(services, ("besoin_isolement",), "Andenne", age=9 * 12)
    assert "bebe-rencontre-andenne" not in {card["id"] for card in cards}


def test_what_was_never_verified_says_so_on_the_card_and_in_words(services: Services) -> None:
    cards, text = recommend(services, ("besoin_isolement",), "Andenne")
    assert all("vérifié" in card["verifie"] for card in cards)
    assert "personne n'a encore vérifié" in text


def test_nothing_near_is_said_with_the_distance_of_the_nearest(services: Services) -> None:
    _, text = recommend(services, ("besoin_isolement",), "Virton")
    assert "près de Virton, à moins de 25 km" in text
    assert "Le plus proche est à" in text
    assert "service social" in text


def test_a_place_already_shown_is_not_shown_again(services: Services) -> None:
    state = Orientation(besoins=("besoin_isolement",), lieu=spot(services, "Liège"))
    first, _ = recommend(services, state.besoins, "Liège")
    shown = tuple(card["id"] for card in first)
    slots = {**state.slot_values(), "offres": list(shown), "deja_proposes": list(shown)}
    dispatcher = CollectingDispatcher()
    ActionAutreLieu(lambda: services).run(dispatcher, tracker("", "autre_lieu", slots), {})
    cards = dispatcher.messages[0]["custom"]["places"]
    assert cards
    assert not {card["id"] for card in cards} & set(shown)


def test_a_broken_catalogue_gives_a_sentence_and_no_traceback() -> None:
    def broken() -> Services:
        raise OSError("disk gone")

    dispatcher = CollectingDispatcher()
    events = ActionRecommanderLieux(broken).run(dispatcher, tracker("", "donner_lieu"), {})
    assert events == []
    assert dispatcher.messages[0]["response"] == "utter_panne"
