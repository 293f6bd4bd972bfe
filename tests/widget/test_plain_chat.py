"""Without JavaScript: a form is posted, a page comes back, and the turns are the same."""

from __future__ import annotations

import re
from collections.abc import Callable
from html.parser import HTMLParser
from typing import Any

import pytest
import requests
from playwright.sync_api import BrowserContext, Page, expect

from tests.widget.conftest import Server
from tests.widget.test_conversation import LINES, PLACE, cards
from tests.widget.test_safety import PAYLOADS, SAFE_LINK, everywhere


@pytest.fixture
def page(new_context: Callable[..., BrowserContext], server: Server) -> Page:
    page = new_context(java_script_enabled=False).new_page()
    page.goto(f"{server.address}/chat")
    return page


def say(page: Page, text: str) -> None:
    page.fill("#texte", text)
    page.click("#envoyer")


def test_it_opens_with_the_notice_the_greeting_and_a_form(page: Page) -> None:
    expect(page.get_by_text("Je suis un robot").first).to_be_visible()
    expect(page.get_by_role("link", name="Urgence : 112")).to_have_attribute("href", "tel:112")
    expect(page.get_by_role("button", name="Je ne connais personne")).to_be_visible()
    # What would do nothing without script is not there.
    for words in ("Effacer ma conversation", "Quitter vite", "A+"):
        expect(page.get_by_role("button", name=words)).to_have_count(0)


def test_a_conversation_is_held_from_page_to_page_without_a_cookie(
    page: Page, server: Server
) -> None:
    server.says(
        {
            "lieu": cards(PLACE),
            "aide": [{"text": "Appelez.", "custom": {"type": "lignes", "lignes": LINES}}],
        }
    )
    page.get_by_role("button", name="Je ne connais personne").click()
    expect(page.locator(".moi .bulle")).to_have_text("Je ne connais personne")
    say(page, "lieu")
    expect(page.get_by_role("heading", name="L'antre du jeu")).to_be_visible()
    expect(page.get_by_role("link", name="Appeler le 071 12 34 56")).to_have_attribute(
        "href", "tel:+3271123456"
    )
    say(page, "aide")
    expect(page.locator(".moi .bulle")).to_have_text(["Je ne connais personne", "lieu", "aide"])
    expect(page.get_by_role("link", name="Appeler le 0800 32 123")).to_be_visible()
    assert page.context.cookies() == []
    assert page.url == f"{server.address}/chat#dernier"
    conversation = {
        name: page.locator(f"#formulaire input[name={key}]").get_attribute("value")
        for name, key in (("id", "id"), ("token", "cle"))
    }
    texts = [turn["text"] for turn in server.history(conversation)]
    assert texts == [None, "Je ne connais personne", "lieu", "aide"]


def test_the_same_form_sent_twice_counts_once(page: Page, server: Server) -> None:
    say(page, "un")
    form = {
        name: page.locator(f"#formulaire input[name={name}]").get_attribute("value")
        for name in ("id", "cle", "envoi")
    }
    for _ in range(2):
        answer = requests.post(f"{server.address}/chat", data={**form, "texte": "deux"}, timeout=9)
        assert answer.text.count('<p class="bulle">deux</p>') == 1


def test_a_refused_message_is_given_back_with_the_reason(page: Page) -> None:
    say(page, "bonjour")
    say(page, "a" * 1001)
    expect(page.locator("#etat")).to_contain_text("trop long")
    expect(page.locator("#texte")).to_have_value("a" * 1001)
    expect(page.locator(".moi")).to_have_count(1)


def test_erasing_takes_two_presses_and_says_so(page: Page, server: Server) -> None:
    say(page, "bonjour")
    form = {
        name: page.locator(f"#formulaire input[name={name}]").get_attribute("value")
        for name in ("id", "cle")
    }
    page.get_by_text("Effacer ma conversation").click()
    page.get_by_role("button", name="Oui, effacer").click()
    expect(page.locator("#etat")).to_contain_text("est effacée")
    expect(page.locator(".moi")).to_have_count(0)
    with pytest.raises(requests.HTTPError, match="404"):
        server.history({"id": form["id"], "token": form["cle"]})
    late = requests.post(f"{server.address}/chat", data={**form, "texte": "encore"}, timeout=9)
    assert late.status_code == 404
    assert ">encore</textarea>" in late.text
    assert 'name="id"' not in late.text


def test_without_the_right_key_nothing_of_a_conversation_shows(page: Page, server: Server) -> None:
    say(page, "mon secret")
    number = page.locator("#formulaire input[name=id]").get_attribute("value")
    for key in ("", "faux"):
        form = {"id": number, "cle": key, "texte": "bonjour"}
        answer = requests.post(f"{server.address}/chat", data=form, timeout=9)
        assert answer.status_code == 401
        assert "mon secret" not in answer.text
        erased = requests.post(
            f"{server.address}/chat", data={"id": number, "cle": key, "effacer": "oui"}, timeout=9
        )
        assert erased.status_code == 401


class Reader(HTMLParser):
    """Notes the links and every element and attribute that has no place in such a page."""

    def __init__(self) -> None:
        super().__init__()
        self.links: list[str] = []
        self.foreign: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given: dict[str, Any] = dict(attrs)
        if tag == "a":
            self.links.append(given.get("href", ""))
        if tag in (
            "script",
            "img",
            "svg",
            "iframe",
            "object",
            "embed",
            "base",
            "video",
            "audio",
            "math",
        ):
            self.foreign.append(tag)
        self.foreign += [
            name for name in given if name.startswith("on") or name in ("style", "formaction")
        ]


def test_no_attack_becomes_markup_nor_an_unsafe_link(server: Server) -> None:
    server.says({f"attaque {number}": everywhere(one) for number, one in enumerate(PAYLOADS)})
    for number in range(len(PAYLOADS)):
        answer = requests.post(
            f"{server.address}/chat", data={"texte": f"attaque {number}"}, timeout=9
        )
        assert answer.ok
        reader = Reader()
        reader.feed(answer.text)
        assert reader.foreign == []
        assert [one for one in reader.links if not SAFE_LINK.fullmatch(one)] == []
        policy = answer.headers["Content-Security-Policy"]
        assert "script-src 'none'" in policy
        assert "unsafe" not in policy
        assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("body", [b"", b"texte=", b"%%%", b"\xff\xfe", b"texte=%00", b"a" * 20_000])
def test_any_post_is_answered_with_a_french_page(server: Server, body: bytes) -> None:
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    answer = requests.post(f"{server.address}/chat", data=body, headers=kind, timeout=9)
    assert answer.status_code in (400, 413)
    assert re.search(r'<p id="etat">[A-ZÉ].*\.</p>', answer.text)
    json = requests.post(f"{server.address}/chat", json={"texte": "x"}, timeout=9)
    assert json.status_code == 400
