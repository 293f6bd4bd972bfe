"""Decide what each row of an import does: which place it is, what it changes, whether it may.

Rows are looked at together, and the decision is the same the next time: once a plan is applied, planning the
same file again changes nothing.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final

import msgspec
from rapidfuzz import fuzz

from bot.places.catalogue import GEOGRAPHY_FOLDER
from bot.places.checks import (
    CALENDAR_FILE,
    DUPLICATE_KM,
    RETIRED_IDS_FILE,
    SIMILAR_NAME,
    check_catalogue,
)
from bot.places.exchange.contact import commune_key
from bot.places.exchange.drafts import Draft, ImportContext, record_of, said, sentences
from bot.places.exchange.existing import Entry, Existing, new_id, read_bytes, read_entries
from bot.places.exchange.locating import Precision, locate
from bot.places.exchange.merge import Kept, merge, origin_of
from bot.places.geography import distance_km, fold
from bot.places.loading import (
    HELP_LINES_FILE,
    PLACES_FOLDER,
    SERVICES_FILE,
    Problem,
    Severity,
)
from bot.places.records import Place
from bot.places.writing import UnwritableError, canonical, to_yaml


class Row(msgspec.Struct):
    """A draft on its way to a decision; what is found out is filled in as it goes.

    ``record`` is the draft read as a record. ``entry`` is the place of the catalogue it is, ``rival`` another
    row that had it first. ``place`` is that place after the import, or the new one. With ``refusals`` the row
    does nothing.
    """

    number: int
    draft: Draft
    record: Place | None = None
    entry: Entry | None = None
    rival: int | None = None
    place: Place | None = None
    kept: tuple[Kept, ...] = ()
    reason: str = ""
    remarks: list[str] = []
    refusals: list[str] = []

    @property
    def explicit_id(self) -> str | None:
        """The id the row gives, if any."""
        if self.record is None or "id" not in said(self.draft):
            return None
        return self.record.id or None

    @property
    def explicit_kind(self) -> str | None:
        """The service kind the row gives, if any; a kind we deduced does not count."""
        if self.record is None or "type" not in said(self.draft) - self.draft.guessed:
            return None
        return self.record.type

    @property
    def before(self) -> Place | None:
        """The place as the catalogue holds it."""
        return self.entry.place if self.entry is not None else None

    @property
    def writes(self) -> bool:
        """Whether the row would write a file."""
        if self.place is None or self.refusals:
            return False
        return self.before is None or canonical(self.before) != self.place

    @property
    def fichier(self) -> str:
        """The file of the place the row is about, relative to the catalogue; empty when there is none."""
        if self.entry is not None:
            return self.entry.fichier
        return f"{PLACES_FOLDER}/{self.place.id}.yml" if self.place is not None else ""


def retired_ids(folder: Path) -> frozenset[str]:
    """The ids that must never be used again, one per line of ``ids_retires.txt`` (« # » starts a comment)."""
    text = (read_bytes(folder / RETIRED_IDS_FILE) or b"").decode("utf-8", "replace")
    return frozenset(line.partition("#")[0].strip() for line in text.splitlines()) - {""}


class Planner:
    """Turns drafts into decided rows against one catalogue."""

    def __init__(self, folder: Path, source: str, context: ImportContext) -> None:
        self._folder = folder
        self._source = source
        self._context = context
        self._today = Existing(read_entries(folder), context.gazetteer)
        self._retired = retired_ids(folder)

    def rows(self, drafts: Sequence[Draft]) -> list[Row]:
        """One decided row per draft, in their order.

        A row whose effect would make another row of the file do something new the next time is refused: the
        two contradict each other.
        """
        read = [self._row(number, draft) for number, draft in enumerate(drafts)]
        self._refuse_repeats(read)
        while True:
            rows = self._decided(read, self._today)
            written = {row.fichier: row.place for row in rows if row.writes and row.place}
            if not written:
                return rows
            again = self._decided(read, self._today.after(written))
            restless = [row for row in again if row.writes]
            if not restless:
                return rows
            for row in restless:
                for culprit in _culprits(row, rows):
                    read[culprit.number].refusals.append(
                        f"Contredit un autre endroit du fichier ({row.draft.repere}) : "
                        "gardez un seul des deux."
                    )

    def _row(self, number: int, draft: Draft) -> Row:
        row = Row(number, draft, remarks=list(draft.remarques), refusals=list(draft.refus))
        if not row.refusals:
            document = record_of(draft, self._source)
            errors = tuple(p for p in document.problems if p.severity is Severity.ERREUR)
            row.refusals += sentences(errors)
            row.record = None if document.record is None else canonical(document.record)
            if row.record is None and not errors:
                row.refusals.append("La ligne ne dit rien d'utilisable.")
        return row

    def _refuse_repeats(self, rows: Sequence[Row]) -> None:
        """Refuse what the file says twice, whatever the catalogue holds: the first one counts."""
        ids: dict[str, Row] = {}
        origins: dict[str, Row] = {}
        names: dict[tuple[str, str], list[Row]] = {}
        for row in rows:
            record = row.record
            if record is None or row.refusals:
                continue  # wrong by itself: it takes nobody's place
            first = None
            if row.explicit_id is not None:
                first = ids.setdefault(row.explicit_id, row)
            for source in record.sources if "sources" in said(row.draft) else ():
                origin = origin_of(source)
                if origin is not None and first in (None, row):
                    first = origins.setdefault(origin, row)
            where = commune_key(record, self._context.gazetteer)
            if "nom" in said(row.draft) and where is not None:
                group = names.setdefault((fold(record.nom), where), [])
                first = first if first not in (None, row) else _same_among(row, group)
                group.append(row)
            if first is not None and first is not row:
                row.refusals.append(
                    f"Le même lieu vient déjà ({first.draft.repere}) : gardez-le une seule fois, "
                    "ou précisez le nom si ce sont deux lieux."
                )

    def _decided(self, read: Sequence[Row], existing: Existing) -> list[Row]:
        return _Run(self._folder, self._context, existing, self._retired).decide(
            [msgspec.structs.replace(r, remarks=[*r.remarks], refusals=[*r.refusals]) for r in read]
        )


def _same_among(row: Row, others: Iterable[Row]) -> Row | None:
    """The first of ``others``, of the same name and commune, that nothing tells from ``row``."""
    for other in others:
        ids = (row.explicit_id, other.explicit_id)
        kinds = (row.explicit_kind, other.explicit_kind)
        if None not in ids or (None not in kinds and kinds[0] != kinds[1]):
            continue
        return other
    return None


def _culprits(restless: Row, rows: Sequence[Row]) -> list[Row]:
    """The rows whose effect makes ``restless`` do something the next time: the likeliest, else all."""
    writers = [row for row in rows if row.writes]
    same_file = [row for row in writers if row.fichier == restless.fichier]
    rivals = [row for row in writers if row.number == rows[restless.number].rival]
    return same_file or rivals or writers


class _Run:
    """One decision of all rows against one state of the catalogue."""

    def __init__(
        self, folder: Path, context: ImportContext, existing: Existing, retired: frozenset[str]
    ) -> None:
        self._folder = folder
        self._context = context
        self._existing = existing
        self._retired = retired
        self._claimed: dict[str, Row] = {}

    def decide(self, rows: list[Row]) -> list[Row]:
        for match in (self._match_id, self._match_origin, self._match_name):
            for row in rows:
                if row.entry is None and not row.refusals:
                    match(row)
        self._settle(rows)
        self._check(rows)
        return rows

    # Matching: by id, by identifier elsewhere, by name and commune.

    def _claim(self, row: Row, entry: Entry) -> None:
        first = self._claimed.setdefault(entry.fichier, row)
        if first is not row:
            row.rival = first.number
            row.refusals.append(
                f"Le même lieu vient déjà ({first.draft.repere}, {entry.fichier}) : gardez-le une fois."
            )
        elif entry.place is None:
            row.refusals.append(
                f"La fiche {entry.fichier} existe mais contient des erreurs : corrigez-la d'abord."
            )
        else:
            row.entry = entry

    def _match_id(self, row: Row) -> None:
        identifier = row.explicit_id
        if identifier is None:
            return
        if identifier in self._retired:
            row.refusals.append(
                f"L'identifiant « {identifier} » a déjà servi à un lieu retiré : "
                "laissez la colonne vide pour en recevoir un nouveau."
            )
        elif (entry := self._existing.by_id.get(identifier)) is not None:
            self._claim(row, entry)

    def _match_origin(self, row: Row) -> None:
        if row.record is None or "sources" not in said(row.draft):
            return
        for source in row.record.sources:
            found = self._existing.by_origin.get(origin_of(source) or "", [])
            if len(found) == 1:
                self._claim(row, found[0])
                return

    def _match_name(self, row: Row) -> None:
        if row.record is None or "nom" not in said(row.draft):
            return
        where = commune_key(row.record, self._context.gazetteer)
        if where is None:
            return
        found = self._existing.by_name.get((fold(row.record.nom), where), [])
        kind = row.explicit_kind
        alike = [e for e in found if e.place is not None and kind in (None, e.place.type)]
        free = [entry for entry in alike if entry.fichier not in self._claimed]
        if row.explicit_id is not None:
            if len(free) == 1:
                row.remarks.append(
                    f"Ce lieu existe déjà : l'identifiant « {row.explicit_id} » n'est pas repris."
                )
                self._claim(row, free[0])
        elif len(free) > 1:
            names = ", ".join(entry.fichier for entry in free)
            row.refusals.append(
                f"Plusieurs fiches portent ce nom dans cette commune ({names}) : donnez l'id."
            )
        elif alike:
            self._claim(row, (free or alike)[0])
        elif found:
            other = found[0]
            known = other.place.type if other.place is not None else ""
            row.refusals.append(
                f"Un lieu de ce nom existe dans cette commune avec une autre sorte ({other.fichier}, "
                f"{known}) : donnez son id si c'est lui, ou un id nouveau si c'en est un autre."
            )

    # Merging and creating.

    def _settle(self, rows: Sequence[Row]) -> None:
        taken = set(self._existing.by_id) | self._retired
        taken |= {row.explicit_id for row in rows if row.explicit_id is not None}
        for row in rows:
            if row.refusals or row.record is None:
                continue
            if row.before is not None:
                self._merge(row, row.before, row.record)
            else:
                self._create(row, row.record, taken)

    def _merge(self, row: Row, old: Place, new: Place) -> None:
        merged = merge(canonical(old), new, row.draft)
        row.place, row.kept, row.reason = merged.place, merged.kept, merged.raison
        row.remarks += merged.remarques

    def _create(self, row: Row, record: Place, taken: set[str]) -> None:
        missing = [f for f in ("nom", "type", "sources") if f not in said(row.draft)]
        row.refusals += [_MISSING[field] for field in missing]
        if missing:
            return
        identifier = row.explicit_id or new_id(record, taken)
        taken.add(identifier)
        row.place = msgspec.structs.replace(record, id=identifier)
        row.remarks += self._look_alikes(row.place)

    def _look_alikes(self, place: Place) -> Iterator[str]:
        """A remark for each place of the same commune that may be the one about to be created."""
        where = commune_key(place, self._context.gazetteer)
        name = fold(place.nom)
        for entry in self._existing.by_commune.get(where or "", []):
            other = entry.place
            if other is None:
                continue
            phones = set(place.telephones) & set(other.telephones)
            close = fuzz.token_sort_ratio(name, fold(other.nom)) >= SIMILAR_NAME
            if (close or (phones and place.type == other.type)) and self._may_be_near(place, other):
                yield (
                    f"Ressemble à « {other.nom} » ({entry.fichier}) : si c'est le même lieu, "
                    "donnez son id au lieu d'en créer un."
                )

    def _may_be_near(self, place: Place, other: Place) -> bool:
        if self._context.gazetteer is None:
            return True
        here = locate(place, self._context.gazetteer)
        there = locate(other, self._context.gazetteer)
        if here is None or there is None:
            return True
        exact = here.precision is there.precision is Precision.ADRESSE
        return not exact or distance_km(here.lat, here.lon, there.lat, there.lon) <= DUPLICATE_KM

    # Checking what would be written, as « relais catalogue check » will.

    def _check(self, rows: Sequence[Row]) -> None:
        written = {row.number: row.place for row in rows if row.writes and row.place is not None}
        for number, place in [*written.items()]:
            try:
                to_yaml(place)
            except UnwritableError:
                rows[number].refusals.append("Une valeur ne peut pas être gardée dans une fiche.")
                del written[number]
        after = self._problems(written.values())
        faulty = [n for n, place in written.items() if _errors(after.get(place.id, ()))]
        # An error the file already had is not the import's: it does not keep a good change out.
        before = self._problems(p for n in faulty if (p := rows[n].before) is not None)
        for number, place in written.items():
            known = {(p.code, p.message) for p in before.get(place.id, ())}
            found = after.get(place.id, ())
            new = tuple(p for p in _errors(found) if (p.code, p.message) not in known)
            rows[number].refusals += sentences(new)
            warnings = tuple(p for p in found if p.severity is Severity.AVERTISSEMENT)
            rows[number].remarks += [f"À vérifier : {text}" for text in sentences(warnings)]

    def _problems(self, places: Iterable[Place]) -> dict[str, list[Problem]]:
        """What the checks say of these places in this catalogue, by id."""
        texts = {place.id: to_yaml(place) for place in places}
        if not texts:
            return {}
        found: dict[str, list[Problem]] = {}
        with tempfile.TemporaryDirectory() as temporary:
            copy = Path(temporary)
            (copy / PLACES_FOLDER).mkdir()
            for name in (SERVICES_FILE, HELP_LINES_FILE, CALENDAR_FILE, RETIRED_IDS_FILE):
                with suppress(OSError):
                    shutil.copyfile(self._folder / name, copy / name)
            with suppress(OSError, shutil.Error):
                shutil.copytree(self._folder / GEOGRAPHY_FOLDER, copy / GEOGRAPHY_FOLDER)
            for identifier, text in texts.items():
                path = copy / PLACES_FOLDER / f"{identifier}.yml"
                path.write_text(text, encoding="utf-8")
            for problem in check_catalogue(copy, self._context.today):
                folder, _, name = problem.fichier.partition("/")
                if folder == PLACES_FOLDER:
                    found.setdefault(name.removesuffix(".yml"), []).append(problem)
        return found


_MISSING: Final = {
    "nom": "Le nom manque.",
    "type": "La sorte de service manque : complétez le fichier, ou donnez une sorte par défaut (--type).",
    "sources": "La source manque : complétez le fichier, ou dites d'où il vient (--origine).",
}


def _errors(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    return tuple(p for p in problems if p.severity is Severity.ERREUR)
