"""The channel's own emergency answers: numbers, cards, and no need of anything else."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from bot.channel.emergency_desk import EmergencyDesk
from bot.channel.help_lines import HelpLines
from bot.clock import BRUSSELS
from bot.nlu.emergency_lexicon import EmergencyLexicon
from bot.paths import CATALOGUE, DOMAIN
from bot.wording import Wording

MORNING = dt.datetime(2026, 11, 23, 10, 30, tzinfo=BRUSSELS)
NIGHT = dt.datetime(2026, 11, 23, 3, 0, tzinfo=BRUSSELS)


@pytest.fixture(scope="module")
def lines() -> HelpLines:
    return HelpLines.load(CATALOGUE / "lignes.yml")


@pytest.fixture(scope="module")
def desk(lines: HelpLines) -> EmergencyDesk:
    return EmergencyDesk(Wording.load(DOMAIN), EmergencyLexicon.load(), lines)


def test_without_the_model_the_lexicon_answers(desk: EmergencyDesk) -> None:
    answer = desk.answer("il respire plus", None, NIGHT)
    assert answer is not None
    assert answer[0]["text"].startswith("Appelez le [112](tel:112)")
    assert answer[0]["custom"]["lignes"][0]["telephone_lien"] == "112"


def test_what_the_model_read_is_believed(desk: EmergencyDesk) -> None:
    detail = {"premier_numero": "0800 32 123", "gravite": "serieux"}
    understood = {"emergency": "urgence_detresse", "emergency_detail": detail}
    answer = desk.answer("je tiens plus", understood, NIGHT)
    assert answer is not None
    assert "tel:080032123" in answer[0]["text"].splitlines()[0]


def test_a_message_the_model_finds_harmless_is_left_to_the_dialogue(desk: EmergencyDesk) -> None:
    understood = {"emergency": None, "intent": {"name": "besoin_repit"}}
    assert desk.answer("je tuerais pour une sieste", understood, MORNING) is None


def test_a_line_that_is_closed_says_so(lines: HelpLines) -> None:
    text = "Écoute-Enfants : le [103](tel:103)."
    assert lines.cards(text, MORNING)[0].ouvert == "ouvert"
    assert lines.cards(text, NIGHT)[0].ouvert == "ferme"


def test_a_message_without_a_help_line_gets_no_card(lines: HelpLines) -> None:
    message = {"text": "Le lieu : [071 00 00 00](tel:+3271000000)"}
    assert lines.with_cards([message], MORNING) == [message]


def test_a_card_already_there_is_kept(lines: HelpLines) -> None:
    message = {"text": "[112](tel:112)", "custom": {"type": "places", "places": []}}
    assert lines.with_cards([message], MORNING) == [message]


@pytest.mark.parametrize("content", ["", "- id: [", "- nom: sans numéro"])
def test_broken_help_lines_leave_the_sentences(content: str, tmp_path: Path) -> None:
    broken = tmp_path / "lignes.yml"
    broken.write_text(content, encoding="utf-8")
    empty = HelpLines.load(broken)
    assert empty.with_cards([{"text": "[112](tel:112)"}], NIGHT) == [{"text": "[112](tel:112)"}]
