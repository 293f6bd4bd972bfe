"""What an import reads before anything is decided: drafts of places, each with its row and its remarks.

A draft has the shape of a place's YAML file but says only what the source says. The catalogue's own reader
turns it into a record, so a wrong value meets the same French sentence in an import as in a file.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Iterator, Mapping
from enum import Enum
from typing import Any, Final

import msgspec

from bot.places.geography import Gazetteer
from bot.places.loading import (
    MAX_DEPTH,
    Document,
    Entry,
    Fields,
    Items,
    Node,
    Problem,
    Scalar,
    read_record,
)
from bot.places.records import Place, ServiceKind
from bot.places.writing import decimal


class ExchangeError(ValueError):
    """A file or a folder that cannot be used at all; the message is a French sentence for the volunteer."""


class ImportContext(msgspec.Struct, frozen=True, kw_only=True):
    """What the readers need beside the file.

    ``today`` tells past from future. ``origine`` is where the file comes from (an address), the source of a
    place that names none. ``type_par_defaut`` is the service kind of what the file does not classify.
    ``gazetteer`` is ``None`` when the geography cannot be read: addresses are then taken as they are.
    """

    services: Mapping[str, ServiceKind]
    gazetteer: Gazetteer | None
    today: dt.date
    origine: str | None = None
    type_par_defaut: str | None = None


class Draft(msgspec.Struct, frozen=True, kw_only=True):
    """One place as a file tells it.

    ``repere`` is where it stands in the file, as a volunteer would say it: « ligne 4 », « service n° 2 »;
    ``ligne`` is that number. ``fields`` has the shape of the YAML file. ``guessed`` names the top-level
    fields we deduced (a kind, a state): they fill what is empty and never replace. ``maj`` is the day the
    source last changed it. ``exact`` is false for another directory's words: a difference of case, accents
    or punctuation is then no difference. ``refus`` says why the row cannot be used at all.
    """

    ligne: int
    repere: str = ""
    nom: str = ""
    fields: dict[str, Any] = {}
    guessed: frozenset[str] = frozenset()
    maj: dt.date | None = None
    exact: bool = True
    remarques: tuple[str, ...] = ()
    refus: tuple[str, ...] = ()


class Reading(msgspec.Struct, frozen=True):
    """The drafts of a file, and what is worth saying of the file as a whole."""

    drafts: tuple[Draft, ...]
    remarques: tuple[str, ...] = ()


# --- Text -----------------------------------------------------------------------------------------

#: What the catalogue's reader refuses: control characters and invisible ones.
_FORBIDDEN: Final = re.compile(
    "[^\t\n\r\x20-\x7e\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]"
    "|[\xad\u200b-\u200f\u2028-\u202e\u2060-\u2064\ufeff]"
)


def clean(text: str) -> str:
    """``text`` as the catalogue keeps it: composed (NFC), stripped, without invisible characters.

    >>> clean(" Maison\\u200b verte ")
    'Maison verte'
    """
    text = _FORBIDDEN.sub("", text)
    # A second pass: characters that composing brings together may have to be stripped again.
    return unicodedata.normalize("NFC", text).strip()


_BREAK = re.compile(r"</?(?:p|br|li|ul|ol|div|h[1-6])\b[^>]{0,200}>", re.IGNORECASE)
_TAG = re.compile(r"</?[a-z][^<>]{0,500}>", re.IGNORECASE)
_ENTITIES: Final = {
    "&nbsp;": " ",
    "&amp;": "&",
    "&lt;": "<",
    "&gt;": ">",
    "&quot;": '"',
    "&#39;": "'",
}


def plain(text: str) -> str:
    """``text`` on one line, without markup: descriptions of other directories may hold HTML or Markdown."""
    text = _TAG.sub("", _BREAK.sub(" ", text))
    for entity, character in _ENTITIES.items():
        text = text.replace(entity, character)
    return clean(" ".join(clean(text).split()))


def shortened(text: str, limit: int) -> str:
    """The first whole sentences of ``text`` that fit in ``limit`` characters; never half a word."""
    if len(text) <= limit:
        return text
    ends = [match.end() for match in re.finditer(r"[.!?…](?=\s)", text[:limit])]
    if ends:
        return text[: ends[-1]]
    return text[: limit - 1].rpartition(" ")[0].rstrip(" ,;:") + "…" if " " in text[:limit] else ""


def a_date(value: object) -> dt.date | None:
    """The date of « 2026-01-12 » or « 2026-01-12T10:00:00Z »; ``None`` for anything else."""
    if not isinstance(value, str):
        return None
    match = re.match(r"\d{4}-\d{2}-\d{2}(?!\d)", value.strip())
    try:
        return dt.date.fromisoformat(match.group()) if match else None
    except ValueError:
        return None


def past(date: dt.date | None, today: dt.date) -> dt.date | None:
    """``date`` unless it has not come yet: a record cannot have been changed tomorrow."""
    return None if date is None or date > today else date


# --- From a draft to a record ----------------------------------------------------------------------


def node_of(value: object, line: int, depth: int = 0) -> Node:
    """``value`` (text, number, list, dictionary…) as the catalogue's reader sees a YAML file."""
    if depth > MAX_DEPTH:
        return Scalar("", False, line)
    if isinstance(value, Mapping):
        entries = [
            Entry(clean(str(key)), line, node_of(child, line, depth + 1))
            for key, child in value.items()
        ]
        return Fields(entries, line)
    if isinstance(value, list | tuple):
        children = [node_of(child, line, depth + 1) for child in value]
        kept = [c for c in children if not (isinstance(c, Scalar) and c.empty)]
        return Items(kept, line)
    return Scalar(_scalar(value), False, line)


def _scalar(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "oui" if value else "non"
    if isinstance(value, Enum):
        return str(value.value)
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, float):
        return decimal(value) if abs(value) < 1e9 else str(value)
    return clean(str(value))


#: Stand-ins for what a draft may leave out because the place it completes already says it.
_STAND_INS: Final[Mapping[str, Any]] = {
    "id": "a-definir",
    "nom": "À définir",
    "type": "a_definir",
    "sources": [{"adresse": "a-definir"}],
}


def record_of(draft: Draft, fichier: str) -> Document[Place]:
    """The draft as a record, with a problem for each value that is wrong.

    Obligatory fields that the draft leaves out hold a stand-in: see ``said``.
    """
    missing = {key: value for key, value in _STAND_INS.items() if not draft.fields.get(key)}
    return read_record(node_of({**draft.fields, **missing}, draft.ligne), fichier, Place)


def said(draft: Draft) -> frozenset[str]:
    """The top-level fields the draft says something about."""
    return frozenset(key for key, value in draft.fields.items() if _says(value))


def _says(value: object) -> bool:
    if isinstance(value, Mapping):
        return any(_says(child) for child in value.values())
    if isinstance(value, list | tuple):
        return any(_says(child) for child in value)
    return value is not None and clean(_scalar(value)) != ""


def without_nothing(fields: Mapping[str, Any]) -> dict[str, Any]:
    """``fields`` without the values that say nothing, blocks included."""
    return {
        key: without_nothing(value) if isinstance(value, Mapping) else value
        for key, value in fields.items()
        if _says(value)
    }


def sentences(problems: tuple[Problem, ...]) -> Iterator[str]:
    """Problems as sentences for the report of an import, which says the row itself."""
    for problem in problems:
        yield f"{problem.message} {problem.remede}".strip()
