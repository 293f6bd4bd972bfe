"""The cards of the help lines a sentence names: large numbers to press, with hours and cost."""

from __future__ import annotations

import datetime as dt
import logging
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec
import yaml

from bot.places.hours import describe, line_is_open
from bot.places.records import HelpLine

logger = logging.getLogger(__name__)

_DIALLED = re.compile(r"\]\(tel:([+\d]+)\)")
_STATES = {True: "ouvert", False: "ferme", None: "inconnu"}


class HelpLineCard(msgspec.Struct, frozen=True, omit_defaults=True):
    """One help line as the widget shows it; a field that is not known is absent.

    ``telephone`` is written as people read it, ``telephone_lien`` as a phone dials it. ``ouvert`` is
    ``ouvert``, ``ferme`` or ``inconnu``.
    """

    nom: str
    telephone: str
    telephone_lien: str
    ouvert: str
    horaires: str | None = None
    cout: str | None = None
    pour_quoi: str | None = None


class HelpLines:
    """The help lines of the catalogue, read once: an emergency answer must not wait for a file."""

    def __init__(self, lines: Sequence[HelpLine]) -> None:
        self._by_number = {_digits(line.numero): line for line in lines}

    @classmethod
    def load(cls, path: Path) -> HelpLines:
        """Read ``catalogue/lignes.yml``; without it the answers keep their numbers, not the cards."""
        try:
            records = yaml.safe_load(path.read_text(encoding="utf-8"))
            return cls(msgspec.convert(records, list[HelpLine]))
        except (OSError, yaml.YAMLError, msgspec.ValidationError) as error:
            logger.error("help lines cannot be read: %s", type(error).__name__)
            return cls(())

    def cards(self, text: str, now: dt.datetime) -> list[HelpLineCard]:
        """Return the cards of the lines whose number stands in ``text``, in that order.

        Args:
            now: Belgian time, for « ouvert ».
        """
        numbers = dict.fromkeys(_DIALLED.findall(text))
        return [self._card(self._by_number[n], now) for n in numbers if n in self._by_number]

    def with_cards(
        self, messages: Sequence[dict[str, Any]], now: dt.datetime
    ) -> list[dict[str, Any]]:
        """Return the messages, each that names help lines and has no card of its own with theirs."""
        return [self._with_cards(message, now) for message in messages]

    def _with_cards(self, message: dict[str, Any], now: dt.datetime) -> dict[str, Any]:
        cards = self.cards(message.get("text", ""), now)
        if not cards or message.get("custom"):
            return message
        content = {"type": "help_lines", "lignes": msgspec.to_builtins(cards)}
        return {**message, "custom": content}

    @staticmethod
    def _card(line: HelpLine, now: dt.datetime) -> HelpLineCard:
        hours = [describe(line.horaires)] if line.horaires else []
        hours += [line.horaires_note] if line.horaires_note else []
        return HelpLineCard(
            nom=line.nom,
            telephone=line.numero,
            telephone_lien=_digits(line.numero),
            ouvert=_STATES[line_is_open(line.horaires, now)],
            horaires=" ".join(hours) or None,
            cout=line.cout,
            pour_quoi=line.pour,
        )


def _digits(number: str) -> str:
    return re.sub(r"[^\d+]", "", number)
