"""What counts as expected, and how a difference is told."""

from __future__ import annotations

from typing import Any

import pytest

from bot.dialogue.services import Services
from bot.dialogues.judging import Judge
from bot.dialogues.outcomes import Turn
from bot.dialogues.places import PlaceFacts
from bot.dialogues.records import (
    Assertion,
    ButtonExpectation,
    Dialogue,
    PlaceExpectation,
    Script,
    SlotExpectation,
    Step,
    Utterance,
)

NAMUR = {"nom": "5100 Jambes (Namur)", "commune": "Namur", "code_postal": "5100"}


@pytest.fixture
def judge(services: Services) -> Judge:
    return Judge(PlaceFacts(services.catalogue))


def turn(text: str = "Bonjour.", **fields: Any) -> Turn:
    buttons = [{"title": title, "payload": f"/{title}"} for title in fields.pop("buttons", ())]
    message = {"text": text, **({"buttons": buttons} if buttons else {})}
    messages = [message, *fields.pop("messages", ())]
    return Turn(said="…", messages=tuple(messages), **fields)


def card(services: Services, identifier: str, km: float | None = None) -> dict[str, Any]:
    place = services.catalogue.place(identifier)
    assert place is not None
    found = {"id": place.id, "nom": place.nom, "type": "…", "distance_km": km}
    return found | ({"commune": place.adresse.commune} if place.adresse else {})


def proposal(*cards: dict[str, Any], **fields: Any) -> Turn:
    message = {"custom": {"type": "places", "places": list(cards)}}
    return turn("Voici.", messages=[message], **fields)


def place_of(services: Services, kind: str, door: bool = True) -> str:
    return next(
        place.id
        for place in services.catalogue.places
        if place.type == kind and (place.adresse is not None) is door
    )


def unmet(judge: Judge, came: Turn, **expected: Any) -> list[tuple[str, str]]:
    return list(judge.step(Step(**expected), came))


@pytest.mark.parametrize("fragment", ["dans quelle commune", "L’Adresse", "/commune|ville/"])
def test_words_are_found_without_regard_to_capitals_and_apostrophes(
    judge: Judge, fragment: str
) -> None:
    came = turn("Dans quelle\ncommune ? L'adresse ne sert pas.")
    assert not unmet(judge, came, dit=(fragment,))


def test_a_link_is_read_as_its_words(judge: Judge) -> None:
    assert not unmet(judge, turn("Appelez le [112](tel:112)."), dit=("Appelez le 112.",))


def test_words_of_cards_and_buttons_count(judge: Judge, services: Services) -> None:
    came = proposal(card(services, "bebe-rencontre-andenne"), buttons=["Un autre lieu"])
    assert not unmet(judge, came, dit=("bébé-rencontre", "Un autre lieu"))


def test_a_missing_fragment_is_told_with_what_was_said(judge: Judge) -> None:
    assert unmet(judge, turn("Bonjour."), dit=("commune", "bonjour")) == [
        ("il dit « commune »", "« Bonjour. »")
    ]


def test_what_must_not_be_said_is_told(judge: Judge) -> None:
    ((expected, _),) = unmet(judge, turn("Quel âge a-t-il ?"), ne_dit_pas=("quel âge", "nom"))
    assert expected == "il ne dit pas « quel âge »"


def test_a_response_is_known_by_its_name(judge: Judge) -> None:
    came = turn(responses=("utter_saluer",))
    assert not unmet(judge, came, utter="utter_saluer")
    assert unmet(judge, came, utter="utter_robot") == [
        ("il répond avec utter_robot", "utter_saluer")
    ]


def test_a_message_may_be_expected_word_for_word(judge: Judge) -> None:
    assert not unmet(judge, turn("Bonjour. Je suis là."), bot="Bonjour.  Je suis là.")
    assert unmet(judge, turn("Bonjour. Je suis là."), bot="Bonjour.")


@pytest.mark.parametrize(
    ("name", "value", "kept", "held"),
    [
        ("besoins", ("besoin_repit", "besoin_accueil"), ["besoin_accueil", "besoin_repit"], True),
        ("besoins", ("besoin_repit",), ["besoin_accueil", "besoin_repit"], False),
        ("lieu", "Jambes", NAMUR, True),
        ("lieu", "Namur", NAMUR, True),
        ("lieu", "5100", NAMUR, True),
        ("lieu", "Dinant", NAMUR, False),
        ("lieu", None, NAMUR, False),
        ("lieu", None, None, True),
        ("age_mois", "36", 36.0, True),
        ("age_mois", "36", None, False),
    ],
)
def test_what_was_kept_is_compared_as_a_volunteer_writes_it(
    judge: Judge, name: str, value: Any, kept: Any, held: bool
) -> None:
    slots = (SlotExpectation(nom=name, valeur=value),)
    came = turn(slots={name: kept})
    assert (not unmet(judge, came, slot_was_set=slots)) is held
    assert (not unmet(judge, came, slot_was_not_set=slots)) is not held


def test_a_slot_named_alone_has_any_value(judge: Judge) -> None:
    slots = (SlotExpectation(nom="besoins"),)
    assert not unmet(judge, turn(slots={"besoins": ["besoin_repit"]}), slot_was_set=slots)
    assert unmet(judge, turn(slots={"besoins": []}), slot_was_set=slots)


def test_a_place_is_known_by_its_kind_commune_and_distance(
    judge: Judge, services: Services
) -> None:
    came = proposal(card(services, "bebe-rencontre-andenne", 3.0))
    near = PlaceExpectation(type=("lieu_rencontre",), commune=("Andenne",), pas_plus_de_km=3)
    assert not unmet(judge, came, propose=near)
    assert unmet(judge, came, propose=PlaceExpectation(pas_plus_de_km=2))
    assert unmet(judge, came, propose=PlaceExpectation(type=("halte_accueil",)))
    assert unmet(judge, came, propose=PlaceExpectation(commune=("Namur",)))


def test_one_place_must_fit_in_everything(judge: Judge, services: Services) -> None:
    crib = card(services, place_of(services, "milieu_accueil"), 1.0)
    came = proposal(card(services, "bebe-rencontre-andenne", 30.0), crib)
    wanted = PlaceExpectation(type=("lieu_rencontre",), pas_plus_de_km=5)
    assert unmet(judge, came, propose=wanted)


def test_a_service_without_a_door_is_in_every_commune_it_serves(
    judge: Judge, services: Services
) -> None:
    came = proposal(card(services, place_of(services, "visite_domicile", door=False)))
    wanted = PlaceExpectation(type=("visite_domicile",), commune=("Tournai",), pas_plus_de_km=5)
    assert not unmet(judge, came, propose=wanted)


def test_the_rank_is_that_of_the_card(judge: Judge, services: Services) -> None:
    crib = card(services, place_of(services, "milieu_accueil"))
    came = proposal(crib, card(services, "bebe-rencontre-andenne"))
    assert unmet(judge, came, propose=PlaceExpectation(type=("lieu_rencontre",), rang=1))
    assert not unmet(judge, came, propose=PlaceExpectation(type=("lieu_rencontre",), rang=2))
    assert unmet(judge, came, propose=PlaceExpectation(rang=3))


def test_a_place_answers_a_need(judge: Judge, services: Services) -> None:
    came = proposal(card(services, "bebe-rencontre-andenne"))
    assert not unmet(judge, came, propose=PlaceExpectation(besoin=("besoin_isolement",)))
    assert unmet(judge, came, propose=PlaceExpectation(besoin=("besoin_formation",)))


def test_a_place_shown_before_is_not_new(judge: Judge, services: Services) -> None:
    came = proposal(
        card(services, "bebe-rencontre-andenne"), shown=frozenset({"bebe-rencontre-andenne"})
    )
    assert unmet(judge, came, propose=PlaceExpectation(nouveau=True))
    assert unmet(judge, came, ne_propose_pas=PlaceExpectation(nouveau=False))


def test_nothing_at_all_may_be_expected_not_to_be_proposed(
    judge: Judge, services: Services
) -> None:
    came = proposal(card(services, "bebe-rencontre-andenne"))
    assert unmet(judge, came, ne_propose_pas=PlaceExpectation())
    assert not unmet(judge, turn(), ne_propose_pas=PlaceExpectation())


def test_what_was_proposed_instead_is_told_in_words(judge: Judge, services: Services) -> None:
    came = proposal(card(services, "bebe-rencontre-andenne", 3.2))
    wanted = PlaceExpectation(type=("halte_accueil", "milieu_accueil"), commune=("Namur",))
    ((expected, instead),) = unmet(judge, came, propose=wanted)
    assert expected == "il propose un lieu (halte_accueil ou milieu_accueil) à Namur"
    assert instead == "1. Le « bébé-rencontre » (lieu_rencontre), Andenne, 3,2 km"


def test_an_answer_is_about_one_place_of_the_latest_proposal(judge: Judge) -> None:
    offered = ({"nom": "Le Pré"}, {"nom": "La Bulle"}, {"nom": "Le Nid"})
    assert not unmet(judge, turn("La Bulle : gratuit.", offered=offered), parle_du_lieu=2)
    assert unmet(judge, turn("Le Pré : gratuit.", offered=offered), parle_du_lieu=2)
    assert unmet(judge, turn("Le Pré et La Bulle.", offered=offered), parle_du_lieu=2)
    assert unmet(judge, turn("La Bulle.", offered=()), parle_du_lieu=2)


def test_the_other_places_may_be_offered_as_buttons(judge: Judge) -> None:
    came = turn("La Bulle.", offered=({"nom": "Le Pré"}, {"nom": "La Bulle"}), buttons=["Le Pré"])
    assert not unmet(judge, came, parle_du_lieu=2)


def test_buttons_are_known_by_their_titles(judge: Judge) -> None:
    came = turn(buttons=["Oui, en danger", "Non"])
    assert not unmet(judge, came, boutons=("oui, en danger",))
    ((_, instead),) = unmet(judge, came, boutons=("Peut-être",))
    assert instead == "les boutons « Oui, en danger » et « Non »"


def test_an_emergency_number_comes_first_and_in_the_first_line(judge: Judge) -> None:
    right = "Appelez le [0800 32 123](tel:080032123).\nOu le [112](tel:112)."
    assert not unmet(judge, turn(right), urgence=("0800 32 123",))
    assert not unmet(judge, turn(right), urgence=("112", "080032123"))
    assert unmet(judge, turn(right), urgence=("112",))
    assert unmet(judge, turn(f"Restez calme.\n{right}"), urgence=("0800 32 123",))
    assert unmet(judge, turn("Appelez le 112."), urgence=("112",))


def test_the_assertions_of_rasa_are_judged(judge: Judge) -> None:
    came = turn(
        "Bonjour.", actions=("action_repondre",), responses=("utter_saluer",), buttons=["Oui"]
    )
    right = Utterance(utter_name="utter_saluer", buttons=(ButtonExpectation(title="Oui"),))
    wrong = Utterance(utter_name="utter_saluer", text_matches="Bonsoir")
    assert not list(judge.assertion(Assertion(action_executed="action_repondre"), came))
    assert list(judge.assertion(Assertion(action_executed="action_autre_lieu"), came))
    assert not list(judge.assertion(Assertion(bot_uttered=right), came))
    assert list(judge.assertion(Assertion(bot_uttered=wrong), came))
    assert list(judge.assertion(Assertion(bot_did_not_utter=right), came))
    assert not list(judge.assertion(Assertion(bot_did_not_utter=wrong), came))


def script(*steps: Step) -> Script:
    return Script("essai.yml", Dialogue(test_case="essai", steps=steps))


def test_steps_before_the_first_message_judge_the_greeting(judge: Judge) -> None:
    played = judge.result(
        script(Step(dit=("robot",)), Step(user="bonjour"), Step(dit=("robot",))),
        (Turn(said=None, messages=({"text": "Je suis un robot."},)), turn("Bonjour.")),
    )
    assert [len(played_turn.failures) for played_turn in played.turns] == [0, 1]


def test_every_failure_is_kept_not_only_the_first(judge: Judge) -> None:
    steps = (Step(user="a"), Step(dit=("x",), ligne=3), Step(user="b"), Step(dit=("y",), ligne=5))
    result = judge.result(script(*steps), (turn(), turn(), turn()))
    assert [f.ligne for played in result.turns for f in played.failures] == [3, 5]


def test_what_broke_behind_an_answer_fails_whatever_is_expected(judge: Judge) -> None:
    result = judge.result(script(Step(user="a")), (turn(), turn(troubles=("panne",))))
    assert result.turns[1].failures[0].recu == "panne"


def test_a_french_emergency_number_fails_whatever_is_expected(judge: Judge) -> None:
    result = judge.result(script(Step(user="a")), (turn(), turn("Appelez le 3919.")))
    assert result.turns[1].failures[0].attendu == "aucun numéro d'urgence français"
