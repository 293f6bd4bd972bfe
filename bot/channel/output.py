"""Collects what the assistant says in one turn, in the shape the widget reads."""

from __future__ import annotations

from typing import Any

from rasa.core.channels.channel import OutputChannel


class TurnCollector(OutputChannel):
    """One message per utterance, with ``text``, ``buttons`` and ``custom`` together.

    Rasa's own collecting channel splits a card from its text and drops what it does not know.
    """

    def __init__(self) -> None:
        self.messages: list[dict[str, Any]] = []

    @classmethod
    def name(cls) -> str:
        """Return the channel's name, as responses may name it."""
        return "site"

    async def send_response(self, recipient_id: str, message: dict[str, Any]) -> None:
        """Keep one utterance; one with neither text nor card is dropped."""
        kept: dict[str, Any] = {}
        if message.get("text"):
            kept["text"] = str(message["text"]).strip()
        if message.get("buttons"):
            kept["buttons"] = [
                {"title": button["title"], "payload": button["payload"]}
                for button in message["buttons"]
            ]
        if message.get("custom"):
            kept["custom"] = message["custom"]
        if kept:
            self.messages.append(kept)

    async def send_text_message(self, recipient_id: str, text: str, **kwargs: Any) -> None:
        """Keep a bare text (Rasa calls this for some default actions)."""
        await self.send_response(recipient_id, {"text": text, **kwargs})
