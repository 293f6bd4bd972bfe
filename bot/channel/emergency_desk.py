"""Answers an emergency with nothing but what was read at start: no database, no action, no policy."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

import msgspec

from bot.channel.help_lines import HelpLines
from bot.dialogue.emergencies import EMERGENCY_PREFIX, answer_to
from bot.nlu.emergency_lexicon import EmergencyLexicon
from bot.wording import Wording


class EmergencyDesk:
    """The channel's own copy of the emergency answers.

    Rasa records the same turn afterwards, if it can; the parent does not wait for it.
    """

    def __init__(self, wording: Wording, lexicon: EmergencyLexicon, lines: HelpLines) -> None:
        self._wording = wording
        self._lexicon = lexicon
        self._lines = lines

    def answer(
        self, text: str, understood: Mapping[str, Any] | None, now: dt.datetime
    ) -> list[dict[str, Any]] | None:
        """Return the answer to an emergency, or ``None`` when ``text`` is none.

        Args:
            understood: what the trained model reads in ``text``; ``None`` if it could not be asked,
                and then the lexicon alone decides.
            now: Belgian time, for the lines that are closed at night.
        """
        intent, detail = self._emergency(text, understood)
        if intent is None:
            return None
        name = answer_to(intent, detail, now)
        message: dict[str, Any] = {"text": self._wording.text(name)}
        if buttons := self._wording.buttons(name):
            message["buttons"] = buttons
        return self._lines.with_cards([message], now)

    def _emergency(
        self, text: str, understood: Mapping[str, Any] | None
    ) -> tuple[str | None, Mapping[str, Any] | None]:
        if understood is not None:
            intent = understood.get("emergency") or (understood.get("intent") or {}).get("name")
            if str(intent).startswith(EMERGENCY_PREFIX):
                return str(intent), understood.get("emergency_detail")
            return None, None
        match = self._lexicon.match(text)
        if match is None:
            return None, None
        return match.intent, msgspec.to_builtins(match)
