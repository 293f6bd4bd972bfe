"""The widget in front of the real assistant: real places, real emergencies, a real restart."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from bot.launch import Assistant
from bot.processes import free_port
from tests.widget.conftest import answered, kept, write

pytestmark = pytest.mark.server


@pytest.fixture(scope="module")
def own_state(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A state of its own: this server is killed, others must not feel it."""
    folder = tmp_path_factory.mktemp("redemarrage")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RELAIS_STATE", str(folder))
        yield folder


def start(model: Path, port: int, state: Path) -> Assistant:
    return Assistant(model, port, logs=state / "logs")


def conversation(context: BrowserContext, address: str) -> Page:
    page = context.new_page()
    page.set_default_timeout(30_000)
    page.goto(f"{address}chat")
    page.locator("#messages > .tour").first.wait_for()
    return page


def test_a_parent_finds_a_place_is_helped_in_danger_and_loses_nothing_when_the_bot_restarts(
    context: BrowserContext, model: Path, own_state: Path
) -> None:
    port = free_port()
    with start(model, port, own_state) as assistant:
        assistant.wait_until_ready()
        page = conversation(context, assistant.address)
        before = kept(page)
        page.get_by_role("button", name="Je ne connais personne").click()
        answered(page, 1)
        write(page, "Charleroi")
        answered(page, 2)
        expect(page.get_by_role("article").first).to_be_visible()
        expect(page.get_by_role("heading", level=3).first).not_to_be_empty()
        write(page, "mon bébé ne respire plus")
        answered(page, 3)
        call = page.locator(".tour").last.get_by_role("link", name=re.compile("112")).first
        expect(call).to_have_attribute("href", "tel:112")
        # An emergency is recorded after it is answered; the next turn waits for that.
        write(page, "et à Dinant ?")
        answered(page, 4)
        # Killed in mid-turn: no farewell, no answer.
        write(page, "merci beaucoup")
        assistant.process("rasa").kill()
        write(page, "et à Namur ?")
    with start(model, port, own_state) as assistant:
        assistant.wait_until_ready()
        page.evaluate("dispatchEvent(new Event('online'))")
        answered(page, 6)
        assert kept(page)["id"] == before["id"]
        texts = page.locator(".moi .bulle").all_text_contents()
        assert texts[-3:] == ["et à Dinant ?", "merci beaucoup", "et à Namur ?"]
        page.reload()
        answered(page, 6)
        assert page.locator(".moi .bulle").all_text_contents() == texts
