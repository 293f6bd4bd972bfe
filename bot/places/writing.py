"""Write a place as the YAML a volunteer would have written: the fields in order, nothing empty, easy to edit.

What is written reads back through ``loading.read_place`` as the very same record: ``to_yaml`` makes sure of
it before it returns.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Iterator
from enum import Enum
from typing import Any, Final

import msgspec
import yaml

from bot.places.loading import (
    MAX_PLACE_BYTES,
    Fields,
    Items,
    Node,
    Scalar,
    decode,
    parse_tree,
    read_record,
)
from bot.places.records import Adresse, Age, Place, Statut, Zone

#: Columns; a longer text is folded below its field.
WIDTH: Final = 100

_RESOLVER: Final[Any] = yaml.resolver.Resolver()
#: What some YAML reader may take for a number, a date or an hour: always between quotation marks.
_LIKE_A_NUMBER: Final = re.compile(r"[-+.]?\d[\d_.,:eExXoO+-]*|0[xo][\da-fA-F]+|[-+]?\.(?:inf|nan)")


class UnwritableError(ValueError):
    """A record that no file of the catalogue can hold: a text with control characters, for instance."""


def canonical(place: Place) -> Place:
    """The same place without empty blocks: an address, a zone or an age that says nothing is ``None``."""
    return msgspec.structs.replace(
        place,
        adresse=None if place.adresse == Adresse() else place.adresse,
        zone=None if place.zone == Zone() else place.zone,
        age=None if place.age == Age() else place.age,
    )


def to_yaml(place: Place) -> str:
    """The file of a place: block style, fields in the order of the record, unknown values left out.

    ``statut`` is always written, even unknown: it is the first thing to find out.

    Raises:
        UnwritableError: when the loader would not read the same record back.

    >>> print(to_yaml(place), end="")
    id: bebe-rencontre-andenne
    nom: Le « bébé-rencontre »
    type: lieu_rencontre
    statut: inconnu
    sources:
      - adresse: seeds/003_a6d5185a80b7e1a1.txt
    """
    wanted = canonical(place)
    text = "".join(f"{line}\n" for line in _record_lines(wanted, ""))
    if _read_back(text) != wanted:
        raise UnwritableError(f"place {place.id!r} holds a value that YAML cannot give back")
    return text


def _read_back(text: str) -> Place | None:
    try:
        data = text.encode("utf-8")
        if len(data) > MAX_PLACE_BYTES:
            return None
        node = parse_tree(decode(data))
    except Exception as error:
        raise UnwritableError(f"the written place cannot be read back: {error}") from error
    document = read_record(node, "", Place) if isinstance(node, Fields) else None
    return document.record if document is not None and document.sound else None


# --- Records, lists and values --------------------------------------------------------------------


def _record_lines(record: msgspec.Struct, indent: str) -> Iterator[str]:
    for field in msgspec.structs.fields(record):
        value = getattr(record, field.name)
        default = field.default
        if field.default_factory is not msgspec.NODEFAULT:
            default = field.default_factory()
        if value is None or (value == default and not isinstance(value, Statut)):
            continue
        yield from _entry_lines(field.encode_name, value, indent)


def _entry_lines(key: str, value: Any, indent: str) -> Iterator[str]:
    if isinstance(value, msgspec.Struct):
        lines = list(_record_lines(value, indent + "  "))
        if lines:
            yield f"{indent}{key}:"
            yield from lines
    elif isinstance(value, list):
        if value:
            yield f"{indent}{key}:"
            for item in value:
                yield from _item_lines(item, indent + "  ")
    else:
        yield from _value_lines(f"{indent}{key}: ", value, indent + "  ")


def _item_lines(item: Any, indent: str) -> Iterator[str]:
    if not isinstance(item, msgspec.Struct):
        yield from _value_lines(f"{indent}- ", item, indent + "  ")
        return
    for number, line in enumerate(_record_lines(item, indent + "  ")):
        yield line if number else f"{indent}- {line[len(indent) + 2 :]}"


def _value_lines(start: str, value: Any, indent: str) -> Iterator[str]:
    """The lines of one value after ``start``; those that follow are indented by ``indent``."""
    if isinstance(value, Enum):
        yield f"{start}{value.value}"
    elif isinstance(value, dt.date):
        yield f"{start}{value.isoformat()}"
    elif isinstance(value, float):
        yield f"{start}{decimal(value)}"
    elif isinstance(value, int):
        yield f"{start}{value}"
    else:
        yield from _text_lines(start, str(value), indent)


def decimal(value: float) -> str:
    """A number without exponent, with no more digits than the loader reads (15 decimals)."""
    short = repr(value)
    if re.fullmatch(r"-?\d{1,9}\.\d{1,15}", short):
        return short
    return f"{value:.15f}".rstrip("0")


# --- Text -----------------------------------------------------------------------------------------


def _text_lines(start: str, text: str, indent: str) -> Iterator[str]:
    line = start + _inline(text)
    if "\n" in text:
        yield from _literal(start, text, indent) or [line]
    elif len(line) > WIDTH:
        yield from _folded(start, text, indent) or [line]
    else:
        yield line


def _inline(text: str) -> str:
    """``text`` on one line: as it is when every reader sees a text there, between quotation marks otherwise."""
    if not unicodedata.is_normalized("NFC", text) or unicodedata.combining(text[:1] or " "):
        return _double_quoted(text, ascii_only=True)
    if _is_plain(text):
        return text
    if "'" not in text and text.isprintable():
        return f"'{text}'"
    return _double_quoted(text, ascii_only=False)


def _is_plain(text: str) -> bool:
    if not text or not text.isprintable() or _LIKE_A_NUMBER.fullmatch(text):
        return False
    kind = _RESOLVER.resolve(yaml.ScalarNode, text, (True, False))
    if kind != "tag:yaml.org,2002:str":
        return False
    if re.fullmatch(r"[^\W_][\w’ -]*", text):
        return True
    return _reads_as(f"x: {text}\n", text) and _reads_as(f"- {text}\n", text)


def _reads_as(yaml_text: str, wanted: str) -> bool:
    """Whether the only value of ``yaml_text`` is the text ``wanted``."""
    try:
        node: Node | None = parse_tree(yaml_text)
    except Exception:
        return False
    if isinstance(node, Fields) and len(node.entries) == 1 and node.entries[0].key == "x":
        node = node.entries[0].node
    elif isinstance(node, Items) and len(node.nodes) == 1:
        node = node.nodes[0]
    return isinstance(node, Scalar) and node.value == wanted and not node.empty


_ESCAPES: Final = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t", "\r": "\\r"}


def _double_quoted(text: str, *, ascii_only: bool) -> str:
    return '"' + "".join(_escaped(character, ascii_only) for character in text) + '"'


def _escaped(character: str, ascii_only: bool) -> str:
    if character in _ESCAPES:
        return _ESCAPES[character]
    if character.isascii() or not ascii_only:
        return character
    code = ord(character)
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"


def _folded(start: str, text: str, indent: str) -> list[str] | None:
    """``text`` under ``>-``, broken at its spaces; ``None`` when breaking it would change it."""
    if "  " in text or not text.isprintable() or not unicodedata.is_normalized("NFC", text):
        return None
    lines = [""]
    for word in text.split(" "):
        if lines[-1] and len(indent) + len(lines[-1]) + 1 + len(word) > WIDTH:
            lines.append(word)
        else:
            lines[-1] = f"{lines[-1]} {word}".lstrip(" ")
    block = [f"{start}>-", *(indent + line for line in lines)]
    return block if " " in text and _block_reads_as(block, text) else None


def _literal(start: str, text: str, indent: str) -> list[str] | None:
    """``text`` under ``|-``, line by line; ``None`` when a line ends or begins with a space."""
    if any(line != line.strip() or not line.isprintable() for line in text.split("\n")):
        return None
    if not unicodedata.is_normalized("NFC", text):
        return None
    block = [f"{start}|-", *(f"{indent}{line}".rstrip() for line in text.split("\n"))]
    return block if _block_reads_as(block, text) else None


def _block_reads_as(block: list[str], wanted: str) -> bool:
    marker = block[0].rpartition(" ")[2]
    return _reads_as("\n".join([f"x: {marker}", *block[1:]]) + "\n", wanted)
