"""What counts as a conversation that ended well."""

from __future__ import annotations

from typing import Any

import pytest

from bot.dialogue.services import Services
from bot.dialogues.outcomes import Turn
from bot.dialogues.places import PlaceFacts
from bot.evaluation.heldout import Forbidden, WholeConversation
from bot.evaluation.whole_conversations import faults, judge_conversations, script
from tests.dialogue.test_dialogues_judging import card, place_of, proposal, turn

NAMUR = {"nom": "Namur", "commune": "Namur", "code_postal": "5000"}
GREETING = turn()


@pytest.fixture
def facts(services: Services) -> PlaceFacts:
    return PlaceFacts(services.catalogue)


def expected(**fields: Any) -> WholeConversation:
    return WholeConversation(nom="Un parent", messages=("…",), **fields)


def test_a_conversation_that_ends_as_expected_has_no_fault(
    facts: PlaceFacts, services: Services
) -> None:
    offer = proposal(
        card(services, place_of(services, "halte_accueil")),
        slots={"besoins": ["besoin_repit"], "lieu": NAMUR, "age_mois": 30},
    )
    wanted = expected(
        besoins=("besoin_repit",), commune="Namur", age_mois=30, sortes=("halte_accueil",)
    )
    assert list(faults(wanted, [GREETING, offer], facts)) == []


@pytest.mark.parametrize(
    ("fields", "fault"),
    [
        (
            {"besoins": ("besoin_accueil",), "besoins_admis": ("besoin_repit",)},
            "besoin absent : besoin_accueil",
        ),
        ({"besoins": ()}, "besoin en trop : besoin_repit"),
        ({"besoins": ("besoin_repit",), "commune": "Huy"}, "commune : Namur, pas Huy"),
        ({"besoins": ("besoin_repit",), "age_mois": 12}, "âge : 30, pas 12 mois"),
        ({"besoins": ("besoin_repit",), "sortes": ("amo",)}, "aucun lieu proposé"),
        ({"besoins": ("besoin_repit",), "urgence": ("112",)}, "urgence : aucun message"),
    ],
)
def test_what_differs_at_the_end_is_told(
    facts: PlaceFacts, fields: dict[str, Any], fault: str
) -> None:
    last = turn(slots={"besoins": ["besoin_repit"], "lieu": NAMUR, "age_mois": 30})
    found = list(faults(expected(**fields), [GREETING, last], facts))
    assert len(found) == 1
    assert found[0].startswith(fault)


def test_a_need_a_careful_human_would_also_see_is_no_fault(facts: PlaceFacts) -> None:
    last = turn(slots={"besoins": ["besoin_repit", "besoin_isolement"]})
    wanted = expected(besoins=("besoin_repit",), besoins_admis=("besoin_isolement",))
    assert list(faults(wanted, [GREETING, last], facts)) == []


def test_the_kind_of_place_is_judged_in_the_last_offer(
    facts: PlaceFacts, services: Services
) -> None:
    good = proposal(card(services, place_of(services, "halte_accueil")))
    bad = proposal(card(services, place_of(services, "lieu_rencontre")))
    wanted = expected(sortes=("halte_accueil",))
    assert list(faults(wanted, [GREETING, bad, good, turn()], facts)) == []
    assert len(list(faults(wanted, [GREETING, good, bad], facts))) == 1


def test_a_forbidden_kind_may_not_come_first_in_any_offer(
    facts: PlaceFacts, services: Services
) -> None:
    halte = card(services, place_of(services, "halte_accueil"))
    lieu = card(services, place_of(services, "lieu_rencontre"))
    wanted = expected(interdits=Forbidden(sortes=("lieu_rencontre",)))
    assert list(faults(wanted, [GREETING, proposal(halte, lieu)], facts)) == []
    assert len(list(faults(wanted, [GREETING, proposal(lieu, halte), turn()], facts))) == 1


def test_forbidden_words_are_whole_words(facts: PlaceFacts) -> None:
    wanted = expected(interdits=Forbidden(dit=("maman",)))
    assert list(faults(wanted, [GREETING, turn("Des mamans viennent.")], facts)) == []
    assert len(list(faults(wanted, [GREETING, turn("Bonjour Maman.")], facts))) == 1


@pytest.mark.parametrize(
    ("turns", "count"),
    [
        ([turn(responses=("utter_demander_lieu",), slots={}), turn(slots={"lieu": NAMUR})], 0),
        ([turn(responses=("utter_demander_lieu",), slots={"lieu": NAMUR})], 1),
        ([turn(responses=("utter_demander_lieu_pourquoi",), slots={})] * 2, 0),
        ([turn(responses=("utter_demander_lieu",), slots={})] * 3, 1),
    ],
)
def test_a_question_answered_is_not_asked_again_nor_any_a_third_time(
    facts: PlaceFacts, turns: list[Turn], count: int
) -> None:
    wanted = expected(interdits=Forbidden(redemande=("lieu",)))
    assert len(list(faults(wanted, [GREETING, *turns], facts))) == count


def test_an_emergency_shows_its_number_in_the_first_line(facts: PlaceFacts) -> None:
    wanted = expected(urgence=("0800 32 123",))
    first = turn("Appelez le [0800 32 123](tel:080032123).\nOu le [112](tel:112).")
    later = turn("Nous voilà.\nAppelez le [0800 32 123](tel:080032123).")
    assert list(faults(wanted, [GREETING, first], facts)) == []
    assert len(list(faults(wanted, [GREETING, later], facts))) == 1


def test_the_share_of_good_conversations_is_a_figure_with_one_verdict_each(
    facts: PlaceFacts,
) -> None:
    good, bad = expected(), expected(besoins=("besoin_repit",))
    judged = judge_conversations([good, bad], lambda played: [GREETING, turn()], facts)
    (figure,) = judged.figures
    assert (figure.mesure, figure.justes, figure.total) == ("conversations_justes", 1, 2)
    assert [verdict.juste for verdict in judged.verdicts] == [True, False]


def test_the_parent_says_each_message_in_turn() -> None:
    conversation = WholeConversation(nom="Deux messages", messages=("bonjour", "Namur"))
    assert [step.user for step in script(conversation).dialogue.steps] == ["bonjour", "Namur"]
