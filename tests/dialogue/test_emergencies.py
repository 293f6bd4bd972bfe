"""An emergency gets the right number first, and never a closed line."""

from __future__ import annotations

import datetime as dt
import re

import pytest
import yaml

from bot.clock import BRUSSELS
from bot.dialogue.emergencies import LINE_HOURS, answer_to
from bot.paths import CATALOGUE, DOMAIN
from bot.places.checks import french_numbers

MONDAY_10H30 = dt.datetime(2026, 11, 23, 10, 30, tzinfo=BRUSSELS)
MONDAY_3H = dt.datetime(2026, 11, 23, 3, 0, tzinfo=BRUSSELS)
RESPONSES = yaml.safe_load(DOMAIN.read_text(encoding="utf-8"))["responses"]


def first_line(answer: str) -> str:
    return str(RESPONSES[answer][0]["text"].strip().splitlines()[0])


@pytest.mark.parametrize(
    ("intent", "number", "now", "first"),
    [
        ("urgence_medicale", "112", MONDAY_3H, "tel:112"),
        ("urgence_medicale", "070 245 245", MONDAY_3H, "tel:070245245"),
        ("urgence_violence", "112", MONDAY_3H, "tel:112"),
        ("urgence_violence", "0800 30 030", MONDAY_3H, "tel:080030030"),
        ("urgence_violence", "103", MONDAY_10H30, "tel:103"),
        ("urgence_violence", "103", MONDAY_3H, "tel:101"),
        ("urgence_violence", "0800 98 100", MONDAY_10H30, "tel:080098100"),
        ("urgence_violence", "0800 98 100", MONDAY_3H, "tel:112"),
        ("urgence_detresse", "0800 32 123", MONDAY_3H, "tel:080032123"),
        ("urgence_detresse", "112", MONDAY_3H, "tel:112"),
    ],
)
def test_the_first_line_holds_the_right_number(
    intent: str, number: str, now: dt.datetime, first: str
) -> None:
    detail = {"premier_numero": number, "gravite": "serieux"}
    assert first in first_line(answer_to(intent, detail, now))


@pytest.mark.parametrize("intent", ["urgence_medicale", "urgence_violence", "urgence_detresse"])
def test_the_button_that_says_there_is_danger_gets_the_112(intent: str) -> None:
    assert "tel:112" in first_line(answer_to(intent, None, MONDAY_3H))


def test_a_doubt_is_asked_about_with_the_number_already_shown() -> None:
    answer = answer_to("urgence_detresse", {"gravite": "doute"}, MONDAY_3H)
    assert "tel:112" in first_line(answer)
    assert len(RESPONSES[answer][0]["buttons"]) == 2


@pytest.mark.parametrize(
    ("intent", "number", "now", "first"),
    [
        ("urgence_medicale", "070 245 245", MONDAY_3H, "tel:070245245"),
        ("urgence_violence", "0800 30 030", MONDAY_3H, "tel:080030030"),
        ("urgence_violence", "103", MONDAY_10H30, "tel:103"),
        ("urgence_violence", "103", MONDAY_3H, "tel:112"),
        ("urgence_violence", "0800 98 100", MONDAY_10H30, "tel:080098100"),
        ("urgence_violence", "0800 98 100", MONDAY_3H, "tel:112"),
        ("urgence_detresse", "0800 32 123", MONDAY_3H, "tel:080032123"),
        ("urgence_medicale", "112", MONDAY_3H, "tel:112"),
    ],
)
def test_the_question_asked_in_doubt_shows_the_number_of_that_kind(
    intent: str, number: str, now: dt.datetime, first: str
) -> None:
    answer = answer_to(intent, {"premier_numero": number, "gravite": "doute"}, now)
    assert first in first_line(answer)
    assert len(RESPONSES[answer][0]["buttons"]) == 2


def test_the_hours_of_the_answers_are_those_of_the_help_lines() -> None:
    lines = yaml.safe_load((CATALOGUE / "lignes.yml").read_text(encoding="utf-8"))
    hours = {line["numero"].replace(" ", ""): line.get("horaires") for line in lines}
    for answer, (copied, _) in LINE_HOURS.items():
        number = re.search(r"tel:(\d+)", first_line(answer))
        assert number is not None, answer
        assert hours[number[1]] == copied, answer


def test_every_number_dialled_in_the_domain_is_a_help_line_of_the_catalogue() -> None:
    lines = yaml.safe_load((CATALOGUE / "lignes.yml").read_text(encoding="utf-8"))
    known = {line["numero"].replace(" ", "") for line in lines}
    for name, variants in RESPONSES.items():
        for variant in variants:
            dialled = set(re.findall(r"\]\(tel:(\d+)\)", str(variant.get("text", ""))))
            assert dialled <= known, name


@pytest.mark.parametrize("name", [n for n in RESPONSES if n.startswith("utter_urgence_")])
def test_every_emergency_answer_begins_with_a_number_and_names_a_second(name: str) -> None:
    for variant in RESPONSES[name]:
        assert "](tel:" in variant["text"].strip().splitlines()[0]
        assert variant["text"].count("](tel:") >= 2


def test_no_sentence_of_the_domain_holds_a_french_number() -> None:
    for name, variants in RESPONSES.items():
        for variant in variants:
            assert not french_numbers(str(variant.get("text", ""))), name
