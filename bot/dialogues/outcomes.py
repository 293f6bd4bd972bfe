"""What came of playing a dialogue: its turns, and the expectations that were not met."""

from __future__ import annotations

from typing import Any

import msgspec

from bot.dialogues.records import Script


class Turn(msgspec.Struct, frozen=True):
    """One turn as it went.

    ``said`` is what the parent wrote or the button pressed (``None``: the greeting). ``messages`` are in the
    shape of the ``site`` channel. ``responses`` and ``actions`` are the names Rasa used, ``slots`` the values
    after the turn. ``offered`` holds the cards of the latest proposal before this turn, ``shown`` the ids
    of all places shown before it. ``troubles`` are French sentences: what broke behind the answer.
    """

    said: str | None
    messages: tuple[dict[str, Any], ...]
    responses: tuple[str, ...] = ()
    actions: tuple[str, ...] = ()
    slots: dict[str, Any] = {}
    offered: tuple[dict[str, Any], ...] = ()
    shown: frozenset[str] = frozenset()
    troubles: tuple[str, ...] = ()

    @property
    def cards(self) -> tuple[dict[str, Any], ...]:
        """The place cards of the answer, in the order shown."""
        found = [m["custom"] for m in self.messages if m.get("custom", {}).get("type") == "places"]
        return tuple(card for custom in found for card in custom["places"])

    @property
    def buttons(self) -> tuple[dict[str, str], ...]:
        """The buttons of the answer (``title``, ``payload``)."""
        return tuple(button for message in self.messages for button in message.get("buttons", ()))


class Failure(msgspec.Struct, frozen=True):
    """One expectation that was not met, in French: what was expected and what came.

    ``ligne`` is where it stands in the dialogue's file.
    """

    ligne: int
    attendu: str
    recu: str


class PlayedTurn(msgspec.Struct, frozen=True):
    """A turn with what it broke; ``numero`` counts the parent's messages, 0 being the greeting."""

    numero: int
    turn: Turn
    failures: tuple[Failure, ...]


class Result(msgspec.Struct, frozen=True):
    """A dialogue as it was played."""

    script: Script
    turns: tuple[PlayedTurn, ...]

    @property
    def failed(self) -> bool:
        """True when one expectation at least was not met."""
        return any(played.failures for played in self.turns)

    @property
    def failures(self) -> int:
        """How many expectations were not met."""
        return sum(len(played.failures) for played in self.turns)
