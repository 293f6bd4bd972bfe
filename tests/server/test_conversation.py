"""Whole conversations with the real servers, through the website channel."""

from __future__ import annotations

from typing import Any

import pytest

from bot.client import Conversation

pytestmark = pytest.mark.server


def places(messages: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [p for m in messages for p in m.get("custom", {}).get("places", ())]


def texts(messages: list[dict[str, Any]]) -> str:
    return "\n".join(m.get("text", "") for m in messages)


def test_a_lone_single_mother_in_charleroi_is_told_of_the_parents_workshops(address: str) -> None:
    conversation = Conversation(address)
    asked = conversation.say("je suis maman solo et je ne connais personne")
    assert "commune" in texts(asked)
    found = places(conversation.say("Charleroi"))
    workshops = [p for p in found if p["id"] == "ateliers-parents-enfants-charleroi"]
    assert workshops
    assert "élèvent seuls" in workshops[0]["pourquoi"]


def test_a_parent_in_training_in_brussels_gets_a_halte_accueil_never_a_lieu_de_rencontre(
    address: str,
) -> None:
    conversation = Conversation(address)
    conversation.say(
        "je dois suivre une formation du Forem et je n'ai personne pour garder mon fils"
    )
    kinds = [p["type"] for p in places(conversation.say("1000 Bruxelles"))]
    assert kinds[0].lower().startswith("halte-accueil")
    assert not any("rencontre" in kind.lower() for kind in kinds)


def test_a_misspelt_andenne_is_understood(address: str) -> None:
    conversation = Conversation(address)
    conversation.say("mon fils a 2 ans et on ne voit jamais d'autres enfants")
    assert places(conversation.say("Andene"))[0]["id"] == "bebe-rencontre-andenne"


def test_need_and_place_in_one_message_are_both_kept(address: str) -> None:
    found = places(
        Conversation(address).say("je suis seule à Andenne avec mon bébé, je connais personne")
    )
    assert found[0]["id"] == "bebe-rencontre-andenne"


def test_an_unverified_place_says_so(address: str) -> None:
    conversation = Conversation(address)
    conversation.say("je ne connais personne")
    answer = conversation.say("Andenne")
    assert "personne n'a encore vérifié" in texts(answer)
    assert "Pas encore vérifié" in places(answer)[0]["verifie"]


def test_an_emergency_in_the_middle_of_the_form_gets_112(address: str) -> None:
    conversation = Conversation(address)
    conversation.say("je ne connais personne ici")
    answer = texts(conversation.say("mon bébé ne respire plus"))
    assert "tel:112" in answer.splitlines()[0]


def test_a_side_question_is_answered_and_the_form_goes_on(address: str) -> None:
    conversation = Conversation(address)
    conversation.say("je ne connais personne ici")
    answer = texts(conversation.say("vous êtes un robot ?"))
    assert "robot" in answer
    assert "commune" in answer
    assert places(conversation.say("Namur"))


def test_far_from_everything_the_nearest_comes_with_its_distance_and_a_next_step(
    address: str,
) -> None:
    conversation = Conversation(address)
    conversation.say("je ne connais personne ici, j'aimerais voir d'autres parents")
    answer = conversation.say("6767 Rouvroy")
    assert "km" in texts(answer)
    assert "commune" in texts(answer)
    assert places(answer)


def test_another_place_is_not_one_already_shown(address: str) -> None:
    conversation = Conversation(address)
    conversation.say("je ne connais personne")
    first = {p["id"] for p in places(conversation.say("Liège"))}
    second = {p["id"] for p in places(conversation.say("vous avez un autre lieu ?"))}
    assert second
    assert not first & second


def test_details_of_the_second_place_are_given(address: str) -> None:
    conversation = Conversation(address)
    conversation.say("je ne connais personne")
    second = places(conversation.say("Namur"))[1]
    assert second["nom"] in texts(conversation.say("quel est le téléphone du deuxième ?"))


def test_starting_over_forgets_the_need_and_the_place(address: str) -> None:
    conversation = Conversation(address)
    conversation.say("je ne connais personne")
    conversation.say("Namur")
    conversation.say("recommencer")
    assert "commune" in texts(conversation.say("je ne connais personne"))


def test_a_button_of_the_greeting_is_an_answer(address: str) -> None:
    conversation = Conversation(address)
    button = conversation.greeting[0]["buttons"][0]
    assert "commune" in texts(conversation.say(button["payload"]))
