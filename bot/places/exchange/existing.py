"""The places a catalogue already holds, found by id, by identifier elsewhere, and by name and commune."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Container, Iterable, Mapping
from pathlib import Path
from typing import Final

import msgspec

from bot.places.exchange.contact import commune_key
from bot.places.exchange.merge import origin_of
from bot.places.geography import Gazetteer, fold
from bot.places.loading import read_place, stamps
from bot.places.records import Place

#: The longest id the records allow.
_ID_LENGTH: Final = 80
_ROOM_FOR_A_NUMBER: Final = 4


class Entry(msgspec.Struct, frozen=True):
    """A file of the catalogue, or one an import would add (then ``empreinte`` is ``None``).

    ``place`` is ``None`` when the file cannot be read without error. ``empreinte`` is the digest of the file,
    ``commente`` tells that it holds comments.
    """

    fichier: str
    identifiant: str
    place: Place | None
    empreinte: str | None = None
    commente: bool = False


def read_bytes(path: Path) -> bytes | None:
    """What a file holds; ``None`` when it is not there or may not be read."""
    try:
        return path.read_bytes()
    except OSError:
        return None


def digest(data: bytes) -> str:
    """A short name for what a file holds, to tell whether it changed."""
    return hashlib.blake2b(data, digest_size=16).hexdigest()


def read_entries(folder: Path) -> list[Entry]:
    """Every file of the catalogue of ``folder``, readable or not."""
    return [_entry(folder, stamp.name) for stamp in stamps(folder)]


def _entry(folder: Path, name: str) -> Entry:
    document = read_place(folder, name)
    data = read_bytes(folder / name) or b""
    commented = re.search(rb"(?m)(?:^|\s)#\s", data) is not None
    identifier = document.record.id if document.record is not None else ""
    place = document.record if document.sound else None
    return Entry(name, identifier or Path(name).stem, place, digest(data), commented)


class Existing:
    """Files of a catalogue and ways to find a place among them."""

    def __init__(self, entries: Iterable[Entry], gazetteer: Gazetteer | None) -> None:
        self.gazetteer = gazetteer
        self.entries = {entry.fichier: entry for entry in entries}
        self.by_id: dict[str, Entry] = {}
        self.by_origin: dict[str, list[Entry]] = {}
        self.by_name: dict[tuple[str, str], list[Entry]] = {}
        self.by_commune: dict[str, list[Entry]] = {}
        for entry in self.entries.values():
            self._add(entry)

    def _add(self, entry: Entry) -> None:
        self.by_id.setdefault(Path(entry.fichier).stem, entry)
        self.by_id[entry.identifiant] = entry
        place = entry.place
        if place is None:
            return
        for source in place.sources:
            origin = origin_of(source)
            if origin is not None:
                self.by_origin.setdefault(origin, []).append(entry)
        where = commune_key(place, self.gazetteer)
        if where is not None:
            self.by_name.setdefault((fold(place.nom), where), []).append(entry)
            self.by_commune.setdefault(where, []).append(entry)

    def after(self, written: Mapping[str, Place]) -> Existing:
        """The same catalogue once these files are written (file → place)."""
        new = {name: Entry(name, place.id, place) for name, place in written.items()}
        return Existing((self.entries | new).values(), self.gazetteer)


def new_id(place: Place, taken: Container[str]) -> str:
    """A stable id that was never used: name and commune, and a number when another place has it.

    >>> new_id(place, taken=())
    'le-babibar-liege'
    """
    where = ""
    if place.adresse is not None:
        where = place.adresse.localite or place.adresse.commune or ""
    elif place.zone is not None:
        names = [*place.zone.communes, *place.zone.provinces, *place.zone.codes_postaux]
        where = names[0] if len(names) == 1 else ""
    name, suffix = fold(place.nom).replace(" ", "-"), fold(where).replace(" ", "-")
    if suffix and name != suffix and not name.endswith(f"-{suffix}"):
        name = f"{name[: _ID_LENGTH - _ROOM_FOR_A_NUMBER - len(suffix) - 1].rstrip('-')}-{suffix}".lstrip(
            "-"
        )
    base = name[: _ID_LENGTH - _ROOM_FOR_A_NUMBER].strip("-") or "lieu"
    number, found = 1, base
    while found in taken:
        number += 1
        found = f"{base}-{number}"
    return found
