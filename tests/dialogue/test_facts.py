"""What one message says, read into typed facts."""

from __future__ import annotations

from typing import Any

import pytest

from bot.dialogue.facts import read_turn
from bot.nlu.fact_reader import FactReader
from bot.paths import CATALOGUE


@pytest.fixture(scope="module")
def reader() -> FactReader:
    return FactReader.load(CATALOGUE)


def message(text: str, reader: FactReader, intent: str = "donner_age") -> dict[str, Any]:
    return {"text": text, "intent": {"name": intent}, "entities": reader.facts(text)}


@pytest.mark.parametrize(
    ("text", "months"),
    [
        ("6 ans, ah non pardon il a eu 7 ans dimanche", 84),
        ("2 mois. euh non, 4", 4),
        ("Pardon j'ai dit 3 ans mais il a 4 ans", 48),
        ("3 ans et 8 mois, deux enfants", 44),
        ("le grand a 4 ans et la petite 6 mois", 6),
        ("j ai 15 ans", 180),
        ("j'ai 17 ans et un bébé", None),
    ],
)
def test_a_corrected_age_replaces_the_first(
    text: str, months: float | None, reader: FactReader
) -> None:
    assert read_turn(message(text, reader)).age_mois == months


def test_the_place_said_not_to_be_meant_is_left_aside(reader: FactReader) -> None:
    text = "pas celui de Bruxelles, Forest près de Frasnes-lez-Anvaing"
    facts = read_turn(message(text, reader, "donner_lieu"))
    assert [spots[0].nom for spots in facts.places] == ["Frasnes-lez-Anvaing"]


@pytest.mark.parametrize(
    ("text", "back"),
    [
        ("on peut revenir à ma première question ?", True),
        ("on reprend où on en était ?", True),
        ("on recommence tout", False),
        ("je veux reprendre depuis zéro", False),
    ],
)
def test_going_back_to_a_question_is_no_new_start(text: str, back: bool) -> None:
    assert read_turn({"text": text, "intent": {"name": "recommencer"}}).goes_back is back


@pytest.mark.parametrize(
    ("text", "father"),
    [
        ("Ma femme est décédée l'an passé", True),
        ("j'élève seul mes deux enfants", True),
        ("j'élève seule mes deux enfants", False),
        ("je suis le papa de jumeaux", True),
        ("mon mari est parti", False),
    ],
)
def test_a_father_is_heard(text: str, father: bool) -> None:
    assert read_turn({"text": text, "intent": {"name": "saluer"}}).is_father is father
