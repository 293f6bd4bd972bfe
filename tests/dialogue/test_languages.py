"""A message in another language gets one line in that language."""

from __future__ import annotations

import pytest
import yaml
from rasa_sdk.executor import CollectingDispatcher

from actions.action_repondre import ActionRepondre
from bot.dialogue.languages import language_of
from bot.dialogue.services import Services
from bot.paths import DOMAIN
from tests.dialogue.conftest import tracker

RESPONSES = yaml.safe_load(DOMAIN.read_text(encoding="utf-8"))["responses"]
MESSAGES = [
    ("Goedemorgen, ik zoek een crèche voor mijn zoon", "nl"),
    ("hello I need help with my baby please", "en"),
    ("Guten Tag, ich suche eine Kita für meine Tochter", "de"),
    ("hola necesito ayuda con mi hijo", "es"),
    ("olá, preciso de ajuda com a minha filha", "pt"),
    ("buongiorno cerco un asilo nido per mio figlio", "it"),
    ("merhaba çocuğum için kreş arıyorum", "tr"),
    ("buna ziua, caut o gradinita pentru copilul meu", "ro"),
    ("dzień dobry szukam żłobka dla dziecka", "pl"),
    ("përshëndetje, kërkoj ndihmë për fëmijën tim", "sq"),
    ("Добрий день, шукаю допомогу для дитини", "uk"),
    ("Здравствуйте, ищу садик для ребенка", "ru"),
    ("مرحبا أبحث عن حضانة", "ar"),
    ("salam bghit n3raf fin kayna chi creche l wldi", "darija"),
]


@pytest.mark.parametrize(("message", "language"), MESSAGES)
def test_the_language_is_recognised(message: str, language: str) -> None:
    assert language_of(message) == language


@pytest.mark.parametrize("message", ["", "xyz", "😀", "123"])
def test_a_doubt_is_no_language(message: str) -> None:
    assert language_of(message) is None


@pytest.mark.parametrize(("message", "language"), MESSAGES)
def test_the_answer_is_in_that_language_with_a_human_number(
    services: Services, message: str, language: str
) -> None:
    dispatcher = CollectingDispatcher()
    ActionRepondre(lambda: services).run(dispatcher, tracker(message, "autre_langue"), {})
    name = dispatcher.messages[0]["response"]
    assert name == f"utter_autre_langue_{language}"
    assert "tel:107" in RESPONSES[name][0]["text"]
