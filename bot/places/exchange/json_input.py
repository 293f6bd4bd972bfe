"""Read JSON whose shape nobody promises: every look-up returns a value of the wanted type, or nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

import msgspec

from bot.places.exchange.drafts import ExchangeError, clean

Json = Mapping[str, Any]

MAX_BYTES: Final = 200 * 1024 * 1024
_NOTHING: Final[Json] = {}


def parse_json(data: bytes) -> object:
    """The value of a JSON text (a byte-order mark is dropped), or of one JSON value per line.

    Raises:
        ExchangeError: when it is neither.
    """
    if len(data) > MAX_BYTES:
        raise ExchangeError(
            f"Le fichier dépasse {MAX_BYTES // 1024 // 1024} Mio : coupez-le en plusieurs."
        )
    data = data.removeprefix(b"\xef\xbb\xbf").strip()
    if not data:
        raise ExchangeError("Le fichier est vide.")
    try:
        return msgspec.json.decode(data)
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        problem = error
    try:
        lines = msgspec.json.Decoder().decode_lines(data)
    except (msgspec.MsgspecError, ValueError, RecursionError):
        lines = []
    if len(lines) > 1:
        return lines
    raise ExchangeError(f"Le fichier n'est pas du JSON lisible ({_cause(problem)}).")


def _cause(error: Exception) -> str:
    """Why the decoder gave up, in French as far as it can be told."""
    if isinstance(error, RecursionError):
        return "trop de niveaux emboîtés"
    if isinstance(error, UnicodeDecodeError) or "utf-8" in str(error).lower():
        return "il n'est pas en UTF-8"
    where = str(error).rpartition("byte ")[2].rstrip(")")
    return (
        f"erreur vers l'octet {where}" if where.isdigit() else "la fin manque ou un signe est faux"
    )


def an_object(value: object) -> Json:
    """``value`` when it is an object, an empty one otherwise."""
    return value if isinstance(value, Mapping) else _NOTHING


def objects(value: object) -> list[Json]:
    """The objects of a list; of one object, itself."""
    if isinstance(value, Mapping):
        return [value]
    return [item for item in value if isinstance(item, Mapping)] if isinstance(value, list) else []


def each(item: Json, *keys: str) -> Iterator[Json]:
    """The objects found under any of ``keys``."""
    for key in keys:
        yield from objects(item.get(key))


def text(item: Json, *keys: str) -> str | None:
    """The first text found under ``keys``, cleaned; numbers count as text, empty text does not."""
    for key in keys:
        value = item.get(key)
        if isinstance(value, bool) or not isinstance(value, str | int | float):
            continue
        found = clean(str(value))
        if found:
            return found
    return None


def texts(item: Json, *keys: str) -> list[str]:
    """The texts of a list found under ``keys``; a text alone counts for a list of one."""
    found: list[str] = []
    for key in keys:
        value = item.get(key)
        values = value if isinstance(value, list) else [value]
        found += [clean(v) for v in values if isinstance(v, str) and clean(v)]
    return found


def number(item: Json, *keys: str) -> float | None:
    """The first number found under ``keys``, also when written as text."""
    for key in keys:
        value = item.get(key)
        if isinstance(value, str):
            try:
                value = float(value.strip().replace(",", "."))
            except ValueError:
                continue
        if isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e9:
            return float(value)
    return None
