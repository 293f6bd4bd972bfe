"""Bring what an import says of a place into what the catalogue already knows of it.

The rule: an import fills what is empty; it replaces a value only when what it says is surely newer.

* The record was verified with the place: only a later verification replaces. Anything else fills.
* The record was never verified: a verified import replaces. So does an unverified one, unless both sides are
  dated (the day the record's sources were seen, the day the import was last changed) and the import is not
  the later of the two: then it fills.

A block that only makes sense as a whole (an address, a verification and how it was made) is never mended with
half of another one.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from enum import Enum
from typing import Any, Final

import msgspec

from bot.places.exchange.drafts import Draft, said
from bot.places.geography import fold
from bot.places.records import (
    Acces,
    Adresse,
    Age,
    Place,
    Reponse,
    Source,
    Statut,
    VacancesScolaires,
)


class Mode(Enum):
    """What an import may do to a record."""

    REPLACE = "replace"
    FILL = "fill"


class Change(msgspec.Struct, frozen=True):
    """A field before and after, in words."""

    champ: str
    avant: str
    apres: str


class Kept(msgspec.Struct, frozen=True):
    """A value of the catalogue that an import would have changed, and what it proposed."""

    champ: str
    garde: str
    propose: str


class Merged(msgspec.Struct, frozen=True):
    """The place after the import, what was kept against it, and why (a French clause)."""

    place: Place
    kept: tuple[Kept, ...]
    raison: str
    remarques: tuple[str, ...] = ()


_EMPTY: Final = (None, Reponse.INCONNU, Statut.INCONNU, VacancesScolaires.INCONNU)


def _is_empty(value: object) -> bool:
    """True for what says nothing: unknown is not an answer."""
    return value == [] or any(value is nothing for nothing in _EMPTY)


def _french(day: dt.date) -> str:
    return day.strftime("%d/%m/%Y")


def mode_for(old: Place, new: Place, maj: dt.date | None) -> tuple[Mode, str]:
    """Whether an import may replace the values of ``old``, and why not, as a French clause.

    ``maj`` is the day the import was last changed, if known.
    """
    if old.verifie_le is not None:
        if new.verifie_le is not None and new.verifie_le > old.verifie_le:
            return Mode.REPLACE, ""
        theirs = (
            "l'import n'est pas vérifié"
            if new.verifie_le is None
            else f"l'import est vérifié le {_french(new.verifie_le)}"
        )
        return Mode.FILL, f"fiche vérifiée le {_french(old.verifie_le)}, {theirs}"
    seen = max((s.vu_le for s in old.sources if s.vu_le is not None), default=None)
    if new.verifie_le is None and maj is not None and seen is not None and maj <= seen:
        return Mode.FILL, f"source vue le {_french(seen)}, import daté du {_french(maj)}"
    return Mode.REPLACE, ""


#: Fields that stand for themselves, in the order of the record.
_SINGLE: Final = (
    "nom",
    "type",
    "organisme",
    "presentation",
    "objectifs",
    "besoins",
    "statut",
    "zone",
    "telephones",
    "courriel",
    "site",
    "presence_parent",
    "horaires",
    "horaires_note",
    "vacances_scolaires",
    "exceptions",
    "remarque",
    "notes",
)
#: Hours and the note that stands for them: filling one beside the other may contradict it.
_HOURS: Final[Mapping[str, str]] = {"horaires": "horaires_note", "horaires_note": "horaires"}


class _Merger:
    """One merge under way: the values to set, and what was kept."""

    def __init__(self, old: Place, new: Place, draft: Draft) -> None:
        self.old, self.new, self.draft = old, new, draft
        self.mode, self.reason = mode_for(old, new, draft.maj)
        self.said = said(draft)
        self.values: dict[str, Any] = {}
        self.kept: list[Kept] = []
        self.remarks: list[str] = []

    def keep(self, field: str, mine: object, theirs: object) -> None:
        self.kept.append(Kept(field, in_words(mine), in_words(theirs)))

    def same(self, mine: object, theirs: object) -> bool:
        if mine == theirs:
            return True
        if self.draft.exact or not (isinstance(mine, str) and isinstance(theirs, str)):
            return False
        return fold(mine) == fold(theirs)

    def single(self, field: str) -> None:
        mine, theirs = getattr(self.old, field), getattr(self.new, field)
        if field not in self.said or _is_empty(theirs) or self.same(mine, theirs):
            return
        guessed = field in self.draft.guessed
        beside = _HOURS.get(field)
        alone = beside is None or _is_empty(getattr(self.old, beside))
        if (_is_empty(mine) and (alone or self.mode is Mode.REPLACE)) or (
            self.mode is Mode.REPLACE and not guessed
        ):
            self.values[field] = theirs
        elif not guessed:
            self.keep(field, mine, theirs)
            if field == "statut" and theirs in (Statut.FERME, Statut.SUSPENDU):
                self.remarks.append(
                    f"L'import dit le lieu « {theirs.value} » : vérifiez auprès du lieu."
                )

    def access(self) -> None:
        if "acces" not in self.said:
            return
        values = {}
        for field in Acces.__struct_fields__:
            mine, theirs = getattr(self.old.acces, field), getattr(self.new.acces, field)
            if _is_empty(theirs) or self.same(mine, theirs):
                continue
            if _is_empty(mine) or self.mode is Mode.REPLACE:
                values[field] = theirs
            else:
                self.keep(f"acces.{field}", mine, theirs)
        if values:
            self.values["acces"] = msgspec.structs.replace(self.old.acces, **values)

    def age(self) -> None:
        mine, theirs = self.old.age or Age(), self.new.age or Age()
        given = {f: v for f in Age.__struct_fields__ if (v := getattr(theirs, f)) is not None}
        changed = {f: v for f, v in given.items() if v != getattr(mine, f)}
        if not changed:
            return
        clashes = [f for f in changed if getattr(mine, f) is not None]
        if self.mode is Mode.REPLACE or not clashes:
            self.values["age"] = msgspec.structs.replace(mine, **changed)
        else:
            self.keep("age", mine, theirs)

    def address(self) -> None:
        if self.new.adresse is None:
            return
        mine, theirs = self.old.adresse or Adresse(), self.new.adresse
        given = {f: v for f in Adresse.__struct_fields__ if (v := getattr(theirs, f)) is not None}
        changed = {f: v for f, v in given.items() if not self.same(getattr(mine, f), v)}
        if not changed:
            return
        moved = {f for f in changed if getattr(mine, f) is not None}
        if self.mode is Mode.FILL and moved:
            for field in moved:
                self.keep(f"adresse.{field}", getattr(mine, field), changed[field])
            return
        stale = _stale(moved) - given.keys()
        dropped = {f: None for f in stale if getattr(mine, f) is not None}
        if dropped:
            names = ", ".join(sorted(dropped))
            self.remarks.append(f"L'adresse change : {names} de l'ancienne adresse s'en va.")
        self.values["adresse"] = msgspec.structs.replace(mine, **dropped, **changed)

    def verification(self) -> None:
        mine, theirs = self.old.verifie_le, self.new.verifie_le
        comment = self.new.verifie_comment
        if theirs is None:
            if comment is not None and comment != self.old.verifie_comment:
                self.remarks.append(
                    "« verifie_comment » sans « verifie_le » : ajoutez la date de la vérification."
                )
        elif mine is None or theirs > mine:
            self.values |= {"verifie_le": theirs, "verifie_comment": comment}
        elif theirs == mine and comment is not None and self.old.verifie_comment is None:
            self.values["verifie_comment"] = comment

    def sources(self) -> None:
        if "sources" in self.said:
            merged = _all_sources(self.old.sources, self.new.sources, self.mode)
            if merged != self.old.sources:
                self.values["sources"] = merged

    def result(self) -> Merged:
        for field in _SINGLE:
            self.single(field)
        self.access()
        self.age()
        self.address()
        self.verification()
        self.sources()
        place = msgspec.structs.replace(self.old, **self.values)
        return Merged(place, tuple(self.kept), self.reason, tuple(self.remarks))


def merge(old: Place, new: Place, draft: Draft) -> Merged:
    """``old`` completed by ``new``, the record of ``draft``; its id never changes."""
    return _Merger(old, new, draft).result()


def _stale(moved: set[str]) -> set[str]:
    """The parts of an address that no longer hold when others change."""
    stale: set[str] = set()
    if moved & {"rue", "code_postal", "commune", "localite"}:
        stale |= {"lat", "lon", "complement"}
    if moved & {"code_postal", "commune"}:
        stale |= {"rue", "localite"}
    if "commune" in moved:
        stale.add("code_postal")
    return stale


_ORIGIN: Final = re.compile(r"Identifiant (?:data·inclusion|HSDS) : (?P<id>\S+)")


def origin_of(source: Source) -> str | None:
    """« HSDS : 1234 »: the identifier in another directory that a source's note keeps, if any."""
    match = _ORIGIN.search(source.note or "")
    return match.group().removeprefix("Identifiant ") if match else None


def _all_sources(mine: list[Source], theirs: list[Source], mode: Mode) -> list[Source]:
    """The sources of both: one seen again takes the later date, none is ever lost."""
    merged = list(mine)
    free = [number for number, source in enumerate(mine) if source not in theirs]
    for source in theirs:
        if source in mine:
            continue
        again = next((n for n in free if _same_source(mine[n], source)), None)
        if again is None:
            if source not in merged:
                merged.append(source)
            continue
        free.remove(again)
        known = mine[again]
        dates = [d for d in (known.vu_le, source.vu_le) if d is not None]
        note = source.note if mode is Mode.REPLACE and source.note else known.note or source.note
        merged[again] = Source(adresse=known.adresse, vu_le=max(dates, default=None), note=note)
    return merged


def _same_source(one: Source, other: Source) -> bool:
    origins = (origin_of(one), origin_of(other))
    if None not in origins:
        return origins[0] == origins[1]
    return one.adresse == other.adresse


# --- In words --------------------------------------------------------------------------------------


def in_words(value: object) -> str:
    """A value of a record as a volunteer reads it in a report."""
    if value is None or value == []:
        return "(vide)"
    if isinstance(value, Enum):
        return str(value.value)
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, Source):
        parts = [value.adresse, f"vue le {value.vu_le}" if value.vu_le else "", value.note or ""]
        return ", ".join(part for part in parts if part)
    if isinstance(value, msgspec.Struct):
        pairs = ((f, getattr(value, f)) for f in value.__struct_fields__)
        told = [f"{field} {in_words(v)}" for field, v in pairs if not _is_empty(v)]
        return ", ".join(told) or "(vide)"
    if isinstance(value, list):
        return " ; ".join(in_words(item) for item in value)
    return str(value)


#: Blocks whose fields are told one by one.
_BLOCKS: Final[Mapping[str, type[msgspec.Struct]]] = {
    "adresse": Adresse,
    "acces": Acces,
    "age": Age,
}


def changes(old: Place, new: Place) -> tuple[Change, ...]:
    """What differs between two states of a place, field by field, in the order of the record."""
    found = []
    for field in Place.__struct_fields__:
        before, after = getattr(old, field), getattr(new, field)
        if before == after:
            continue
        if field == "sources":
            gone = [source for source in before if source not in after]
            added = [source for source in after if source not in before]
            found.append(Change(field, in_words(gone), in_words(added)))
            continue
        block = _BLOCKS.get(field)
        if block is None:
            found.append(Change(field, in_words(before), in_words(after)))
            continue
        for name in block.__struct_fields__:
            one = None if before is None else getattr(before, name)
            other = None if after is None else getattr(after, name)
            if one != other:
                found.append(Change(f"{field}.{name}", in_words(one), in_words(other)))
    return tuple(found)
