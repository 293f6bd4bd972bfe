"""An emergency is answered while the rest of the assistant is down."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from bot.client import Conversation
from bot.evaluation.heldout import HELDOUT
from bot.launch import Assistant
from bot.processes import free_port

pytestmark = pytest.mark.server

# One of each kind, and ones only the classifier or only the lexicon may see.
EMERGENCIES = {
    "il respire plus": "112",
    "mon fils a bu du produit vaisselle, il va bien": "070245245",
    "mon mari me frappe et j'ai peur de rentrer": "080030030",
    "je veux mourir": "080032123",
    "mijn baby ademt niet meer": "112",
}


def first_number(messages: list[dict[str, object]]) -> str:
    return str(messages[0]["text"]).split("](tel:")[1].split(")")[0]


@pytest.fixture(scope="module")
def own(model: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Assistant, Path]]:
    """A server of this module's own, with its own state: it is going to be broken."""
    folder = tmp_path_factory.mktemp("panne")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RELAIS_STATE", str(folder))
        with Assistant(model, free_port(), logs=folder / "logs") as assistant:
            assistant.wait_until_ready()
            yield assistant, folder


def logged(folder: Path) -> str:
    return "\n".join(path.read_text(encoding="utf-8") for path in (folder / "logs").iterdir())


def test_a_working_assistant_gives_the_number_and_the_line_s_card(
    own: tuple[Assistant, Path],
) -> None:
    answer = Conversation(own[0].address).say("il respire plus")
    assert first_number(answer) == "112"
    lines = answer[0]["custom"]
    assert lines["type"] == "help_lines"
    assert lines["lignes"][0]["telephone_lien"] == "112"
    assert lines["lignes"][0]["ouvert"] == "ouvert"


def test_a_repeated_emergency_message_is_kept_once(own: tuple[Assistant, Path]) -> None:
    conversation = Conversation(own[0].address)
    first = conversation.say("il respire plus", "meme-message")
    assert conversation.say("il respire plus", "meme-message") == first
    conversation.say("merci")
    said = [turn["text"] for turn in conversation.history()["turns"]]
    assert said == [None, "il respire plus", "merci"]


def test_while_the_database_is_locked(own: tuple[Assistant, Path]) -> None:
    assistant, folder = own
    before = Conversation(assistant.address)
    lock = sqlite3.connect(folder / "conversations.db", isolation_level=None)
    try:
        lock.execute("BEGIN EXCLUSIVE")
        during = Conversation(assistant.address)
        for conversation in (before, during):
            assert first_number(conversation.say("il respire plus")) == "112"
    finally:
        lock.execute("ROLLBACK")
        lock.close()
    assert during.say("je ne connais personne")


def test_while_the_action_server_is_down(own: tuple[Assistant, Path]) -> None:
    assistant, folder = own
    assistant.process("actions").kill()
    assistant.process("actions").wait()
    conversation = Conversation(assistant.address)
    for text, number in EMERGENCIES.items():
        assert first_number(conversation.say(text)) == number, text
    assert "Réessayez" in conversation.say("je cherche une crèche")[0]["text"]
    assert first_number(conversation.say("elle convulse")) == "112"
    for text in (*EMERGENCIES, "elle convulse"):
        assert text not in logged(folder)


def test_with_an_empty_catalogue(model: Path, tmp_path: Path) -> None:
    """Nothing of the folder is left, not even the geography."""
    (tmp_path / "catalogue").mkdir()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RELAIS_STATE", str(tmp_path / "state"))
        patch.setenv("RELAIS_CATALOGUE", str(tmp_path / "catalogue"))
        with Assistant(model, free_port(), logs=tmp_path / "logs") as assistant:
            assistant.wait_until_ready()
            conversation = Conversation(assistant.address)
            for text, number in EMERGENCIES.items():
                assert first_number(conversation.say(text)) == number, text


def test_no_emergency_of_the_test_set_is_in_the_logs(own: tuple[Assistant, Path]) -> None:
    assistant, folder = own
    conversation = Conversation(assistant.address)
    cases = yaml.safe_load((HELDOUT / "urgences.yml").read_text(encoding="utf-8"))[:20]
    for case in cases:
        conversation.say(case["texte"])
    written = logged(folder)
    for case in cases:
        assert case["texte"] not in written
        assert json.dumps(case["texte"])[1:-1] not in written
