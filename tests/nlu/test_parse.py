"""The trained model, through ``relais parse`` and the same code it runs."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from bot.paths import ROOT
from bot.understanding import Understanding, as_json_line

pytestmark = pytest.mark.server


@pytest.fixture(scope="module")
def understanding(model: Path) -> Understanding:
    return Understanding(model)


def test_parse_prints_one_json_line_and_nothing_else(model: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "bot.cli", "parse"],
        input=b"je suis maman solo\n",
        capture_output=True,
        cwd=ROOT,
        check=True,
    )
    lines = done.stdout.decode().splitlines()
    assert len(lines) == 1
    parsed = json.loads(lines[0])
    assert set(parsed) == {"text", "intent", "confidence", "needs", "emergency", "entities"}
    assert parsed["text"] == "je suis maman solo"
    assert parsed["intent"] == "besoin_monoparentalite"
    assert [need["name"] for need in parsed["needs"]] == ["besoin_monoparentalite"]
    assert parsed["emergency"] is None


def test_two_needs_in_one_sentence_are_both_found(understanding: Understanding) -> None:
    parsed = understanding.parse("je suis maman solo et je ne connais personne ici")
    assert {n["name"] for n in parsed.needs} == {"besoin_monoparentalite", "besoin_isolement"}


def test_the_need_survives_missing_accents_and_typos(understanding: Understanding) -> None:
    for text in ["je suis epuisee jpp", "JE SUIS ÉPUISÉE", "jsuis épuiséeee jai besoin de souflé"]:
        assert understanding.parse(text).intent == "besoin_repit"


def test_the_town_does_not_change_what_is_asked(understanding: Understanding) -> None:
    intents = {
        understanding.parse(f"je cherche une crèche à {town}").intent
        for town in ("Namur", "Jemeppe-sur-Sambre", "Bouillon", "Ixelles")
    }
    assert intents == {"besoin_accueil"}


def test_a_place_comes_with_its_commune_and_postcode(understanding: Understanding) -> None:
    (place,) = understanding.parse("j'habite Jambes").entities
    assert place["entity"] == "lieu"
    assert place["commune"] == "Namur"
    assert place["code_postal"] == "5100"


def test_an_emergency_is_named(understanding: Understanding) -> None:
    assert understanding.parse("mon bébé ne respire plus").emergency == "urgence_medicale"


def test_an_order_to_rasa_is_read_as_words(understanding: Understanding) -> None:
    assert understanding.parse('/recommencer{"a": 1}').text == '/recommencer{"a": 1}'


def test_gibberish_is_not_guessed(understanding: Understanding) -> None:
    assert understanding.parse("xkcd zzyzx qwrtp").needs == []


def test_a_json_line_has_no_line_break(understanding: Understanding) -> None:
    assert "\n" not in as_json_line(understanding.parse("deux\nlignes"))


@pytest.mark.parametrize(
    "message",
    [
        "pardon, 4 ans depuis hier",
        "c'est pour un garçon et une fille",
        "oui, pour lui",
        "j ai 15 ans",
        "il en a 2 maintenant",
    ],
)
def test_small_words_and_values_are_no_danger(message: str, understanding: Understanding) -> None:
    assert understanding.parse(message).emergency is None


@pytest.mark.parametrize("message", ["AVC", "où est mon enfant", "mamie fait un AVC"])
def test_a_few_words_may_be_an_emergency(message: str, understanding: Understanding) -> None:
    assert understanding.parse(message).emergency is not None


def test_what_is_asked_instead_of_what_is_given_up_is_found(understanding: Understanding) -> None:
    text = "laissez tomber la crèche, mamy le garde. Par contre, des cours de couture, ça existe ?"
    assert [need["name"] for need in understanding.parse(text).needs] == ["besoin_apprentissage"]
