"""What a parent sees of an answer, and when two texts say the same words."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from typing import Any

from bot.terminal import place_as_text

_LINK = re.compile(r"\[([^\]]*)\]\([^)]*\)")


def visible(text: str) -> str:
    """Return a text as it is read: links as their words, one kind of apostrophe and of space.

    >>> visible("Appelez le [112](tel:112)")
    'Appelez le 112'
    """
    words = unicodedata.normalize("NFC", _LINK.sub(r"\1", text)).replace("’", "'")
    return " ".join(words.split())


def plain(text: str) -> str:
    """Return ``text`` without regard to capitals."""
    return visible(text).casefold()


def everything_shown(messages: Iterable[Mapping[str, Any]]) -> str:
    """Return all the words of one answer: sentences, place cards and buttons, one after the other."""
    parts: list[str] = []
    for message in messages:
        parts.append(message.get("text", ""))
        places = message.get("custom", {}).get("places", ())
        parts += [place_as_text(number, place) for number, place in enumerate(places, start=1)]
        parts += [button["title"] for button in message.get("buttons", ())]
    return visible("\n".join(parts))


def sentences(messages: Iterable[Mapping[str, Any]]) -> str:
    """Return the sentences of one answer, as they are written (links included)."""
    return "\n".join(message["text"] for message in messages if message.get("text"))


def as_pattern(fragment: str) -> str | None:
    """Return what stands between the bars of « /…/ », or ``None`` for plain words.

    >>> as_pattern("/commune|code postal/")
    'commune|code postal'
    """
    if len(fragment) > 2 and fragment.startswith("/") and fragment.endswith("/"):
        return fragment[1:-1]
    return None
