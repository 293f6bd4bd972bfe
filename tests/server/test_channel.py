"""The contract of the website channel, held by the real server."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
import requests

from bot.client import ChannelError, Conversation

pytestmark = pytest.mark.server


@pytest.fixture
def conversation(address: str) -> Conversation:
    return Conversation(address)


def post(address: str, path: str, token: str = "", **kwargs: Any) -> requests.Response:
    headers = {"Authorization": f"Bearer {token}", **kwargs.pop("headers", {})}
    base = address + "webhooks/site/conversations"
    return requests.post(base + path, headers=headers, timeout=30, **kwargs)


def test_the_health_route_says_a_model_is_loaded(address: str) -> None:
    answer = requests.get(address + "webhooks/site/", timeout=10)
    assert answer.status_code == 200
    assert answer.json() == {"status": "ok", "model": True}


def test_a_new_conversation_has_an_unguessable_id_a_token_and_a_greeting(address: str) -> None:
    answer = post(address, "", json={})
    assert answer.status_code == 201
    content = answer.json()
    assert len(content["id"]) == 32
    assert content["token"]
    greeting = content["messages"][0]
    assert "robot" in greeting["text"]
    assert "112" in greeting["text"]
    assert len(greeting["buttons"]) == 3


def test_the_same_message_id_gets_the_same_answer_and_changes_nothing(
    conversation: Conversation,
) -> None:
    message_id = str(uuid.uuid4())
    first = conversation.say("je ne connais personne", message_id)
    before = conversation.history()
    assert conversation.say("je ne connais personne", message_id) == first
    assert conversation.history() == before


def test_history_holds_what_was_said_in_order(conversation: Conversation) -> None:
    conversation.say("je ne connais personne")
    turns = conversation.history()["turns"]
    assert [turn["text"] for turn in turns] == [None, "je ne connais personne"]
    assert all(turn["messages"] for turn in turns)


def test_history_shows_a_pressed_button_by_its_title(conversation: Conversation) -> None:
    button = conversation.greeting[0]["buttons"][1]
    conversation.say(button["payload"])
    assert conversation.history()["turns"][1]["text"] == button["title"]


def test_an_erased_conversation_is_gone(conversation: Conversation) -> None:
    conversation.say("je ne connais personne")
    conversation.erase()
    with pytest.raises(ChannelError) as refused:
        conversation.history()
    assert refused.value.status == 404


@pytest.mark.parametrize("token", ["", "faux", "a.b.c"])
def test_without_its_token_a_conversation_is_refused(
    address: str, conversation: Conversation, token: str
) -> None:
    path = f"/{conversation.id}/messages"
    answer = post(address, path, token, json={"text": "bonjour"})
    assert answer.status_code == 401
    assert answer.json()["error"]["code"] == "jeton_refuse"


def test_another_conversations_token_is_refused(address: str, conversation: Conversation) -> None:
    other = Conversation(address)
    path = f"/{conversation.id}/messages"
    assert post(address, path, other.token, json={"text": "bonjour"}).status_code == 401


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"text": ""}, 400, "message_vide"),
        ({"text": "   \n"}, 400, "message_vide"),
        ({}, 400, "message_vide"),
        ({"text": 12}, 400, "message_vide"),
        ({"text": "a" * 1001}, 400, "message_trop_long"),
        ({"text": "bonjour", "message_id": "x" * 65}, 400, "message_id_invalide"),
        ({"text": "/recommencer"}, 400, "ordre_refuse"),
        ({"text": '/donner_lieu{"lieu": "Namur"}'}, 400, "ordre_refuse"),
        ({"text": "/session_start"}, 400, "ordre_refuse"),
        ({"text": "a" * 20_000}, 413, "corps_trop_gros"),
    ],
)
def test_bad_messages_are_refused_with_a_french_sentence(
    address: str, conversation: Conversation, body: dict[str, Any], status: int, code: str
) -> None:
    answer = post(address, f"/{conversation.id}/messages", conversation.token, json=body)
    assert answer.status_code == status
    error = answer.json()["error"]
    assert error["code"] == code
    assert error["message"].endswith(".")


def test_a_body_that_is_not_json_is_refused(address: str, conversation: Conversation) -> None:
    path = f"/{conversation.id}/messages"
    assert post(address, path, conversation.token, data="bonjour").status_code == 415
    headers = {"Content-Type": "application/json"}
    broken = post(address, path, conversation.token, data="{", headers=headers)
    assert broken.status_code == 400
    listed = post(address, path, conversation.token, json=["bonjour"])
    assert listed.status_code == 400


def test_a_sentence_that_begins_with_a_slash_is_read_as_words(conversation: Conversation) -> None:
    assert conversation.say("/ je ne connais personne ici")


def test_exactly_a_thousand_characters_are_accepted(conversation: Conversation) -> None:
    assert conversation.say("a" * 1000)


def test_strange_characters_are_answered(conversation: Conversation) -> None:
    for text in ["😀😀", "\u0000bonjour", "‮abc", "<script>alert(1)</script>", "''; DROP TABLE"]:
        assert conversation.say(text)


def test_no_other_channel_nor_api_is_open(address: str) -> None:
    rest = requests.post(
        address + "webhooks/rest/webhook", json={"sender": "x", "message": "bonjour"}, timeout=10
    )
    assert rest.status_code == 404
    assert requests.get(address + "conversations/x/tracker", timeout=10).status_code == 404
    assert requests.get(address + "domain", timeout=10).status_code == 404


def test_a_foreign_page_may_not_call_the_channel(address: str) -> None:
    answer = post(address, "", json={}, headers={"Origin": "https://ailleurs.example"})
    assert "Access-Control-Allow-Origin" not in answer.headers


def test_the_page_at_the_root_is_ours_and_runs_no_foreign_script(address: str) -> None:
    page = requests.get(address, timeout=10)
    assert page.status_code == 200
    assert "Relais Parents" in page.text
    assert "script-src 'self'" in page.headers["Content-Security-Policy"]
    assert requests.get(address + "page/site.js", timeout=10).status_code == 200
    assert requests.get(address + "page/../site.py", timeout=10).status_code == 404


def test_what_a_parent_writes_is_in_no_log(address: str, state: Any) -> None:
    secret = "motsecretduparent"
    Conversation(address).say(f"{secret} je ne connais personne")
    for log in (state / "logs").glob("*.log"):
        assert secret not in log.read_text(encoding="utf-8", errors="replace")
