"""The real website channel in front of a scripted Rasa: starts in seconds, says what a test wrote.

``python -m tests.widget.scripted_server --port 5010`` with ``RELAIS_STATE`` set. The answers are in
``script.json`` of that folder: a parent's words → messages, read again at each turn. ``accueil`` there
is the greeting. ``lent N …`` takes N seconds. Anything else is echoed.
"""

from __future__ import annotations

import argparse
import asyncio
import json
from typing import Any

from rasa.core.channels.channel import UserMessage
from sanic import Sanic

from bot.channel.site import SiteInput
from bot.paths import state_folder
from bot.store.tracker_store import ConversationTrackerStore


class ScriptedAgent:
    """What the channel asks of Rasa, with nothing behind it."""

    def __init__(self) -> None:
        self.tracker_store = ConversationTrackerStore()

    def is_ready(self) -> bool:
        return True

    async def parse_message(self, text: str) -> dict[str, Any]:
        return {"text": text, "intent": {"name": "autre", "confidence": 1.0}, "entities": []}


def script() -> dict[str, Any]:
    path = state_folder() / "script.json"
    return json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}


async def answer(message: UserMessage) -> None:
    """Say what the script says, or repeat what was heard."""
    words = str(message.text)
    if words.startswith("lent "):
        await asyncio.sleep(float(words.split()[1]))
    said = script().get(words, [{"text": f"Réponse à : {words}"}])
    assert message.output_channel is not None
    message.output_channel.messages.extend(said)


class ScriptedInput(SiteInput):
    def greeting(self) -> list[dict[str, Any]]:
        return script().get("accueil") or super().greeting()


def main() -> None:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--port", type=int, required=True)
    arguments.add_argument("--origins", default="")
    arguments.add_argument("--messages", default="100000/minute")
    given = arguments.parse_args()
    app = Sanic("scripted", configure_logging=False)
    app.ctx.agent = ScriptedAgent()
    origins = [origin for origin in given.origins.split(",") if origin]
    channel = ScriptedInput(origins, given.messages, "100000/minute")
    app.blueprint(channel.blueprint(answer), url_prefix="/webhooks/site")
    app.run(host="127.0.0.1", port=given.port, access_log=False, motd=False)


if __name__ == "__main__":
    main()
