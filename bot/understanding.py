"""The trained NLU by itself: a sentence in, what was understood out."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import msgspec


class Understood(msgspec.Struct, frozen=True):
    """What the model reads in one sentence.

    ``confidence`` is the probability of ``intent``; ``needs`` lists ``{"name", "confidence"}``,
    surest first; ``emergency`` is the emergency intent or ``None``, and ``emergency_detail`` then its
    kind, gravity and first number; ``entities`` are places, ages, days and ranks with their
    normalised values.
    """

    text: str
    intent: str
    confidence: float
    needs: list[dict[str, Any]]
    emergency: str | None
    entities: list[dict[str, Any]]
    emergency_detail: dict[str, Any] | None = None
    ranking: list[dict[str, Any]] = []


class Understanding:
    """Loads a model once and parses sentences.

    Args:
        model: a model trained by ``relais train``.
    """

    def __init__(self, model: Path) -> None:
        from rasa.core.agent import Agent

        from bot.logs import configure_logging

        self._agent = Agent.load(str(model))
        configure_logging()
        self._loop = asyncio.new_event_loop()

    def parse(self, text: str) -> Understood:
        """Return what the model reads in ``text``."""
        # A leading slash would be read as an order to Rasa, not as words.
        parsed = self._loop.run_until_complete(self._agent.parse_message(text.lstrip("/ ") or "?"))
        return Understood(
            text=text,
            intent=parsed["intent"]["name"],
            confidence=parsed["intent"]["confidence"],
            needs=parsed.get("needs") or [],
            emergency=parsed.get("emergency"),
            entities=parsed.get("entities") or [],
            emergency_detail=parsed.get("emergency_detail"),
            ranking=parsed.get("intent_ranking") or [],
        )


def as_json_line(understood: Understood) -> str:
    """Return one JSON object on one line, without the ranking and the emergency's kind."""
    content = msgspec.to_builtins(understood)
    del content["ranking"], content["emergency_detail"]
    return json.dumps(content, ensure_ascii=False)
