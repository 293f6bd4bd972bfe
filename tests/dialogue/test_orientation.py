"""What a message changes in a parent's request, and what is asked next."""

from __future__ import annotations

import msgspec
import pytest

from bot.dialogue.facts import TurnFacts
from bot.dialogue.orientation import asked_once_more, missing, outside_place, understand
from bot.dialogue.services import Services
from bot.dialogue.state import Orientation, Spot

NAMUR = Spot("Namur", "commune", "Namur", "Namur", "5000", 50.46, 4.86)


def said(text: str, intent: str = "donner_lieu", **facts: object) -> TurnFacts:
    return TurnFacts(intent=intent, text=text, **facts)  # type: ignore[arg-type]


def test_the_need_is_asked_first() -> None:
    assert missing(Orientation()) == "besoins"


def test_the_place_is_asked_once_the_need_is_known() -> None:
    assert missing(Orientation(besoins=("besoin_repit",))) == "lieu"


def test_nothing_is_asked_when_both_are_known() -> None:
    assert missing(Orientation(besoins=("besoin_repit",), lieu=NAMUR)) is None


def test_a_place_asked_twice_is_not_asked_a_third_time() -> None:
    state = Orientation(besoins=("besoin_repit",))
    twice = asked_once_more(asked_once_more(state, "lieu"), "lieu")
    assert missing(twice) is None


def test_a_place_refused_once_is_explained_and_refused_twice_is_not_asked_again(
    services: Services,
) -> None:
    gazetteer = services.catalogue.gazetteer
    refusal = said("je préfère pas", "refuser")
    once = understand(
        asked_once_more(Orientation(besoins=("besoin_repit",)), "lieu"), refusal, gazetteer, "lieu"
    )
    assert missing(once) == "lieu"
    twice = understand(asked_once_more(once, "lieu"), refusal, gazetteer, "lieu")
    assert missing(twice) is None


def test_the_button_that_refuses_the_place_is_enough(services: Services) -> None:
    state = asked_once_more(Orientation(besoins=("besoin_repit",)), "lieu")
    pressed = msgspec.structs.replace(said("", "refuser"), is_payload=True)
    after = understand(state, pressed, services.catalogue.gazetteer, "lieu")
    assert missing(after) is None


@pytest.mark.parametrize("text", ["Andene", "5300", "B-5300", "andenne", "5300 Andenne"])
def test_an_answer_to_the_place_question_is_read_as_a_place(services: Services, text: str) -> None:
    state = Orientation(besoins=("besoin_repit",))
    after = understand(state, said(text), services.catalogue.gazetteer, "lieu")
    assert after.lieu is not None
    assert after.lieu.commune == "Andenne"


@pytest.mark.parametrize("text", ["oui", "je ne sais pas", "pourquoi ?", "bof"])
def test_what_is_no_place_is_not_read_as_one(services: Services, text: str) -> None:
    state = Orientation(besoins=("besoin_repit",))
    after = understand(state, said(text, "affirmer"), services.catalogue.gazetteer, "lieu")
    assert after.lieu is None


def test_a_name_borne_by_two_far_places_is_never_guessed(services: Services) -> None:
    state = Orientation(besoins=("besoin_repit",))
    after = understand(state, said("Forest"), services.catalogue.gazetteer, "lieu")
    assert after.lieu is None
    assert {spot.code_postal for spot in after.lieux_possibles} >= {"1190", "7910"}
    assert missing(after) == "lieu"


def test_a_postcode_settles_an_ambiguous_name(services: Services) -> None:
    state = Orientation(besoins=("besoin_repit",))
    after = understand(state, said("7910 Forest"), services.catalogue.gazetteer, "lieu")
    assert after.lieu is not None
    assert after.lieu.province == "Hainaut"


def test_a_place_in_flanders_is_known_as_outside(services: Services) -> None:
    gazetteer = services.catalogue.gazetteer
    outside = outside_place(said("Gand"), gazetteer, "lieu")
    assert outside is not None
    after = understand(Orientation(), said("Gand"), gazetteer, "lieu")
    assert after.lieu is None


def test_a_second_need_is_added_before_any_offer(services: Services) -> None:
    state = Orientation(besoins=("besoin_repit",))
    needs = ("besoin_accueil",)
    facts = said("et je cherche une crèche", "besoin_accueil", needs=needs, sure_needs=needs)
    after = understand(state, facts, services.catalogue.gazetteer, "lieu")
    assert after.besoins == ("besoin_repit", "besoin_accueil")


def test_a_need_one_is_not_sure_of_is_not_added_to_others(services: Services) -> None:
    state = Orientation(besoins=("besoin_repit",))
    facts = said("enfant 2 ans et bébé", "besoin_formation", needs=("besoin_formation",))
    after = understand(state, facts, services.catalogue.gazetteer, "lieu")
    assert after.besoins == ("besoin_repit",)


def test_after_an_offer_what_is_asked_now_comes_first(services: Services) -> None:
    state = Orientation(besoins=("besoin_accueil",), offres=("anamur",))
    needs = ("besoin_sante_enfant",)
    facts = said("et ses vaccins ?", "besoin_sante_enfant", needs=needs, sure_needs=needs)
    after = understand(state, facts, services.catalogue.gazetteer, None)
    assert after.besoins == ("besoin_sante_enfant", "besoin_accueil")


def test_given_up_without_naming_it_the_request_is_forgotten(services: Services) -> None:
    state = Orientation(besoins=("besoin_accueil",))
    facts = said("bon laissez tomber, ma sœur va la garder", "refuser")
    assert understand(state, facts, services.catalogue.gazetteer, None).besoins == ()


def test_a_town_of_the_province_is_said_more_precisely_than_the_province(
    services: Services,
) -> None:
    gazetteer = services.catalogue.gazetteer
    both = tuple(map(Spot.of, gazetteer.find("Luxembourg")))
    state = Orientation(besoins=("besoin_accueil",), lieux_possibles=both)
    town = tuple(map(Spot.of, gazetteer.find("Messancy")))[:1]
    after = understand(state, said("Messancy", "donner_lieu", places=(town,)), gazetteer, "lieu")
    assert after.lieu is not None
    assert after.lieu.commune == "Messancy"


def test_of_two_places_of_one_name_the_other_town_named_decides(services: Services) -> None:
    gazetteer = services.catalogue.gazetteer
    durbuy, barvaux = (tuple(map(Spot.of, gazetteer.find(n))) for n in ("Durbuy", "Barvaux"))
    facts = said("Durbuy, plutôt Barvaux", "donner_lieu", places=(durbuy, barvaux))
    after = understand(Orientation(), facts, gazetteer, "lieu")
    assert after.lieu is not None
    assert after.lieu.commune == "Durbuy"


def test_a_denied_need_is_removed(services: Services) -> None:
    state = Orientation(besoins=("besoin_repit", "besoin_accueil"))
    facts = said("laissez tomber la crèche", "refuser", denied_needs=("besoin_accueil",))
    after = understand(state, facts, services.catalogue.gazetteer, None)
    assert after.besoins == ("besoin_repit",)


def test_a_new_place_replaces_the_old_one_and_nothing_else(services: Services) -> None:
    state = Orientation(besoins=("besoin_repit",), lieu=NAMUR, age_mois=20.0, offres=("a",))
    dinant = Spot("Dinant", "commune", "Dinant", "Namur", "5500", 50.26, 4.91)
    after = understand(
        state,
        said("non, pas Namur, Dinant", places=((dinant,),)),
        services.catalogue.gazetteer,
        None,
    )
    assert after == msgspec.structs.replace(state, lieu=dinant)


def test_slots_give_back_the_request_they_were_made_from() -> None:
    state = Orientation(
        besoins=("besoin_repit",), lieu=NAMUR, age_mois=20.0, essais={"lieu": 1}, offres=("a", "b")
    )
    assert Orientation.from_slots(state.slot_values()) == state


def test_a_province_only_says_where_the_town_is(services: Services) -> None:
    gazetteer = services.catalogue.gazetteer
    tellin, luxembourg = (
        tuple(map(Spot.of, gazetteer.find(name))) for name in ("Tellin", "Luxembourg")
    )
    facts = said("telin (prov de luxembourg)", places=(tellin, luxembourg))
    after = understand(Orientation(), facts, gazetteer, "lieu")
    assert after.lieu is not None
    assert after.lieu.commune == "Tellin"


def test_that_is_not_it_replaces_the_need(services: Services) -> None:
    state = Orientation(besoins=("besoin_isolement",), lieu=NAMUR)
    needs = ("besoin_formation",)
    text = "non mais c'est pas ça le souci, je dois faire garder ma puce pendant ma formation"
    facts = said(text, "besoin_formation", needs=needs, sure_needs=needs)
    assert understand(state, facts, services.catalogue.gazetteer, None).besoins == needs
