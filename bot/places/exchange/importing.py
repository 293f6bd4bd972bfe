"""Plan an import, say what it would do, then do it: nothing is written before ``apply``.

A plan tells, row by row, what would be created, changed field by field, left as it is or refused, and why.
Applying the same file twice changes nothing the second time.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import os
import re
import shutil
import tempfile
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from enum import Enum
from pathlib import Path
from typing import Final

import msgspec
from rapidfuzz import fuzz

from bot.places.catalogue import GEOGRAPHY_FOLDER, read_gazetteer
from bot.places.checks import (
    CALENDAR_FILE,
    DUPLICATE_KM,
    RETIRED_IDS_FILE,
    SIMILAR_NAME,
    check_catalogue,
)
from bot.places.exchange.contact import commune_key
from bot.places.exchange.csv_format import read_csv
from bot.places.exchange.data_inclusion import read_data_inclusion
from bot.places.exchange.drafts import (
    Draft,
    ExchangeError,
    ImportContext,
    Reading,
    record_of,
    said,
    sentences,
)
from bot.places.exchange.hsds import read_hsds
from bot.places.exchange.locating import locate
from bot.places.exchange.merge import Change, Kept, changes, merge, origin_of
from bot.places.geography import Gazetteer, distance_km, fold
from bot.places.loading import (
    HELP_LINES_FILE,
    PLACES_FOLDER,
    SERVICES_FILE,
    Problem,
    Severity,
    nearest,
    read_list,
    read_place,
    stamps,
)
from bot.places.records import Place, ServiceKind
from bot.places.writing import UnwritableError, canonical, to_yaml

_Reader = Callable[[bytes, ImportContext], Reading]

#: The formats an import reads.
IMPORT_FORMATS: Final[Mapping[str, _Reader]] = {
    "csv": read_csv,
    "data-inclusion": read_data_inclusion,
    "hsds": read_hsds,
}


def guess_format(source: Path) -> str | None:
    """The import format of a file, from what is in it; ``None`` when it could be anything.

    Our HSDS exports and other directories' speak English (« name »), data·inclusion French (« nom »).
    """
    data = _bytes(source)
    if data is None:
        return None
    start = data.removeprefix(b"\xef\xbb\xbf").lstrip()[:1]
    if start not in (b"{", b"["):
        return "csv"
    french, english = (
        len(re.findall(rb'"%s"\s*:' % key, data[:200_000])) for key in (b"nom", b"name")
    )
    if french == english:
        return None
    return "data-inclusion" if french > english else "hsds"


class Action(str, Enum):
    """What an import does with one row."""

    CREER = "créer"
    CHANGER = "changer"
    GARDER = "inchangé"
    REFUSER = "refusé"


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """What an import does with one row.

    ``ligne`` is the row of a CSV (the heading is 1) or the rank in a JSON list (from 1), ``repere`` the same
    in words. ``fichier`` is the place's file, relative to the catalogue; ``contenu`` its new text and
    ``empreinte`` the digest of the file as it was when planned (``None``: there was none). ``raison`` says
    why the values of ``gardes`` were kept.
    """

    ligne: int
    repere: str
    nom: str
    action: Action
    id: str = ""
    fichier: str = ""
    contenu: str = ""
    empreinte: str | None = None
    changements: tuple[Change, ...] = ()
    gardes: tuple[Kept, ...] = ()
    raison: str = ""
    remarques: tuple[str, ...] = ()
    refus: tuple[str, ...] = ()


class ImportPlan(msgspec.Struct, frozen=True, kw_only=True):
    """Everything an import would do; ``dossier`` is the catalogue, ``source`` the name of the file."""

    dossier: Path
    source: str
    format: str
    etapes: tuple[Step, ...]
    remarques: tuple[str, ...] = ()

    def of(self, action: Action) -> tuple[Step, ...]:
        """The steps of one kind, in the order of the file."""
        return tuple(step for step in self.etapes if step.action is action)

    @property
    def changes_nothing(self) -> bool:
        """True when applying the plan would write no file."""
        return not (self.of(Action.CREER) or self.of(Action.CHANGER))


class ImportResult(msgspec.Struct, frozen=True):
    """The files that ``apply`` wrote, and a French sentence for each one it would not touch."""

    ecrits: tuple[str, ...]
    laisses: tuple[str, ...] = ()


# --- What the catalogue already holds --------------------------------------------------------------


class _Entry(msgspec.Struct, frozen=True):
    """A file of the catalogue; ``place`` is ``None`` when it cannot be read without error."""

    fichier: str
    place: Place | None
    empreinte: str
    commente: bool


class _Existing:
    """The places of a catalogue, by id, by identifier elsewhere, and by name and commune."""

    def __init__(self, folder: Path, gazetteer: Gazetteer | None) -> None:
        self.gazetteer = gazetteer
        self.by_id: dict[str, _Entry] = {}
        self.by_origin: dict[str, list[_Entry]] = {}
        self.by_name: dict[tuple[str, str], list[_Entry]] = {}
        self.by_commune: dict[str, list[_Entry]] = {}
        for stamp in stamps(folder):
            self._add(folder, stamp.name)

    def _add(self, folder: Path, name: str) -> None:
        document = read_place(folder, name)
        data = _bytes(folder / name) or b""
        commented = re.search(rb"(?m)(?:^|\s)#\s", data) is not None
        place = document.record if document.sound else None
        entry = _Entry(name, place, _digest(data), commented)
        self.by_id.setdefault(Path(name).stem, entry)
        if document.record is not None and document.record.id:
            self.by_id[document.record.id] = entry
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


def _bytes(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except OSError:
        return None


def _digest(data: bytes) -> str:
    return hashlib.blake2b(data, digest_size=16).hexdigest()


def _retired_ids(folder: Path) -> frozenset[str]:
    text = (_bytes(folder / RETIRED_IDS_FILE) or b"").decode("utf-8", "replace")
    return frozenset(line.partition("#")[0].strip() for line in text.splitlines()) - {""}


# --- Identifiers -----------------------------------------------------------------------------------

_ID_LENGTH: Final = 80


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
        name = f"{name[: _ID_LENGTH - 4 - len(suffix) - 1].rstrip('-')}-{suffix}".lstrip("-")
    base = name[: _ID_LENGTH - 4].strip("-") or "lieu"
    number, found = 1, base
    while found in taken:
        number += 1
        found = f"{base}-{number}"
    return found


# --- Planning --------------------------------------------------------------------------------------


def plan_import(
    folder: Path,
    source: Path,
    format: str,
    *,
    today: dt.date,
    origine: str | None = None,
    type_par_defaut: str | None = None,
) -> ImportPlan:
    """What importing ``source`` into the catalogue of ``folder`` would do. Nothing is written.

    Args:
        folder: the catalogue.
        source: the file to import.
        format: one of ``IMPORT_FORMATS``.
        today: the day of the import; dates after it are refused.
        origine: the address the file comes from, the source of the places that name none.
        type_par_defaut: the service kind of the places the file does not classify.

    Raises:
        ExchangeError: in French, when the file cannot be used at all.
    """
    reader = IMPORT_FORMATS.get(format)
    if reader is None:
        raise ExchangeError(f"Format inconnu : « {format} ». Choix : {', '.join(IMPORT_FORMATS)}.")
    try:
        data = source.read_bytes()
    except OSError as error:
        raise ExchangeError(
            f"Le fichier {source.name} ne peut pas être lu ({error.strerror or 'erreur du disque'})."
        ) from error
    documents, _ = read_list(folder, SERVICES_FILE, ServiceKind)
    services = {d.record.id: d.record for d in documents if d.record is not None}
    if type_par_defaut is not None and type_par_defaut not in services:
        near = nearest(type_par_defaut, services)
        raise ExchangeError(
            f"« {type_par_defaut} » n'est pas une sorte de service."
            + (
                f" Vouliez-vous dire {near} ?"
                if near
                else f" Les sortes sont dans {SERVICES_FILE}."
            )
        )
    gazetteer, problems = read_gazetteer(folder)
    context = ImportContext(
        services=services,
        gazetteer=gazetteer,
        today=today,
        origine=origine,
        type_par_defaut=type_par_defaut,
    )
    reading = reader(data, context)
    planner = _Planner(folder, source.name, context)
    steps = planner.steps(reading.drafts)
    remarks = (*sentences(tuple(problems)), *reading.remarques)
    return ImportPlan(
        dossier=folder, source=source.name, format=format, etapes=steps, remarques=remarks
    )


class _Row(msgspec.Struct):
    """A draft on its way to a step; fields are set as it goes."""

    draft: Draft
    record: Place | None = None
    entry: _Entry | None = None
    place: Place | None = None
    kept: tuple[Kept, ...] = ()
    reason: str = ""
    remarks: list[str] = []
    refusals: list[str] = []

    @property
    def explicit_id(self) -> str | None:
        if self.record is None or "id" not in said(self.draft):
            return None
        return self.record.id

    @property
    def explicit_kind(self) -> str | None:
        if self.record is None or "type" not in said(self.draft) - self.draft.guessed:
            return None
        return self.record.type


class _Planner:
    """Turns drafts into steps against one catalogue."""

    def __init__(self, folder: Path, source: str, context: ImportContext) -> None:
        self._folder = folder
        self._source = source
        self._context = context
        self._existing = _Existing(folder, context.gazetteer)
        self._retired = _retired_ids(folder)
        self._claimed: dict[str, _Row] = {}

    def steps(self, drafts: Sequence[Draft]) -> tuple[Step, ...]:
        rows = [self._row(draft) for draft in drafts]
        for match in (self._match_id, self._match_origin, self._match_name):
            for row in rows:
                if row.entry is None and not row.refusals:
                    match(row)
        self._settle(rows)
        self._check(rows)
        return tuple(self._step(row) for row in rows)

    def _row(self, draft: Draft) -> _Row:
        row = _Row(draft, remarks=list(draft.remarques), refusals=list(draft.refus))
        if not row.refusals:
            document = record_of(draft, self._source)
            errors = tuple(p for p in document.problems if p.severity is Severity.ERREUR)
            row.refusals += sentences(errors)
            row.record = None if document.record is None else canonical(document.record)
            if row.record is None and not errors:
                row.refusals.append("La ligne ne dit rien d'utilisable.")
        return row

    # Matching: by id, by identifier elsewhere, by name and commune.

    def _claim(self, row: _Row, entry: _Entry) -> None:
        first = self._claimed.setdefault(entry.fichier, row)
        if first is not row:
            row.refusals.append(
                f"Le même lieu vient déjà ({first.draft.repere}, {entry.fichier}) : gardez-le une fois."
            )
        elif entry.place is None:
            row.refusals.append(
                f"La fiche {entry.fichier} existe mais contient des erreurs : corrigez-la d'abord."
            )
        else:
            row.entry = entry

    def _match_id(self, row: _Row) -> None:
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

    def _match_origin(self, row: _Row) -> None:
        if row.record is None or "sources" not in said(row.draft):
            return
        for source in row.record.sources:
            found = self._existing.by_origin.get(origin_of(source) or "", [])
            if len(found) == 1:
                self._claim(row, found[0])
                return

    def _match_name(self, row: _Row) -> None:
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

    def _settle(self, rows: Sequence[_Row]) -> None:
        taken = set(self._existing.by_id) | self._retired
        taken |= {row.explicit_id for row in rows if row.explicit_id is not None}
        created: dict[tuple[object, ...], _Row] = {}
        ids: dict[str, _Row] = {}
        for row in rows:
            if row.refusals or row.record is None:
                continue
            if row.entry is not None and row.entry.place is not None:
                self._merge(row, row.entry.place, row.record)
            else:
                self._create(row, row.record, taken, created, ids)

    def _merge(self, row: _Row, old: Place, new: Place) -> None:
        merged = merge(canonical(old), new, row.draft)
        row.place, row.kept, row.reason = merged.place, merged.kept, merged.raison
        row.remarks += merged.remarques

    def _create(
        self,
        row: _Row,
        record: Place,
        taken: set[str],
        created: dict[tuple[object, ...], _Row],
        ids: dict[str, _Row],
    ) -> None:
        missing = [f for f in ("nom", "type", "sources") if f not in said(row.draft)]
        row.refusals += [_MISSING[field] for field in missing]
        if missing:
            return
        if row.explicit_id is not None:
            first = ids.setdefault(row.explicit_id, row)
            if first is not row:
                row.refusals.append(
                    f"L'identifiant « {row.explicit_id} » vient déjà : {first.draft.repere}."
                )
                return
            identifier = row.explicit_id
        else:
            where = commune_key(record, self._context.gazetteer)
            key = (fold(record.nom), where, record.type)
            first = created.setdefault(key, row)
            if first is not row and where is not None:
                row.refusals.append(
                    f"Même nom et même commune ({first.draft.repere}) : précisez le nom, "
                    "ou gardez-le une fois."
                )
                return
            identifier = new_id(record, taken)
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
        exact = here.precision.value == there.precision.value == "adresse"
        return not exact or distance_km(here.lat, here.lon, there.lat, there.lon) <= DUPLICATE_KM

    # Checking what would be written, as « relais catalogue check » will.

    def _check(self, rows: Sequence[_Row]) -> None:
        touched = [
            row for row in rows if row.place is not None and not row.refusals and _changed(row)
        ]
        for row in touched:
            try:
                to_yaml(_place(row))
            except UnwritableError:
                row.refusals.append("Une valeur ne peut pas être gardée dans une fiche YAML.")
        touched = [row for row in touched if not row.refusals]
        after = self._problems([_place(row) for row in touched])
        faulty = [row for row in touched if _errors(after.get(_place(row).id, ()))]
        # An error the file already had is not the import's: it does not keep a good change out.
        before = self._problems(
            [row.entry.place for row in faulty if row.entry and row.entry.place]
        )
        for row in touched:
            place = _place(row)
            known = {(p.code, p.message) for p in before.get(place.id, ())}
            found = after.get(place.id, ())
            row.refusals += sentences(
                tuple(p for p in _errors(found) if (p.code, p.message) not in known)
            )
            warnings = [p for p in found if p.severity is Severity.AVERTISSEMENT]
            row.remarks += [f"À vérifier : {text}" for text in sentences(tuple(warnings))]

    def _problems(self, places: Sequence[Place]) -> dict[str, list[Problem]]:
        """What the checks say of these places in this catalogue, by id."""
        if not places:
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
            for place in places:
                path = copy / PLACES_FOLDER / f"{place.id}.yml"
                path.write_text(to_yaml(place), encoding="utf-8")
            for problem in check_catalogue(copy, self._context.today):
                folder, _, name = problem.fichier.partition("/")
                if folder == PLACES_FOLDER:
                    found.setdefault(name.removesuffix(".yml"), []).append(problem)
        return found

    def _step(self, row: _Row) -> Step:
        draft = row.draft
        name = draft.nom or (row.entry.place.nom if row.entry and row.entry.place else "")
        remarks = tuple(dict.fromkeys(row.remarks))
        if row.refusals or row.place is None:
            return Step(
                ligne=draft.ligne,
                repere=draft.repere,
                nom=name,
                action=Action.REFUSER,
                remarques=remarks,
                refus=tuple(dict.fromkeys(row.refusals)),
            )
        if row.entry is None:
            return Step(
                ligne=draft.ligne,
                repere=draft.repere,
                nom=name,
                action=Action.CREER,
                id=row.place.id,
                fichier=f"{PLACES_FOLDER}/{row.place.id}.yml",
                contenu=to_yaml(row.place),
                remarques=remarks,
            )
        changed = _changed(row)
        if changed and row.entry.commente:
            remarks = (*remarks, "Les commentaires (#) de la fiche ne seront pas gardés.")
        return Step(
            ligne=draft.ligne,
            repere=draft.repere,
            nom=name,
            action=Action.CHANGER if changed else Action.GARDER,
            id=row.place.id,
            fichier=row.entry.fichier,
            contenu=to_yaml(row.place) if changed else "",
            empreinte=row.entry.empreinte,
            changements=changes(canonical(row.entry.place or row.place), row.place),
            gardes=row.kept,
            raison=row.reason,
            remarques=remarks,
        )


_MISSING: Final = {
    "nom": "Le nom manque.",
    "type": "La sorte de service manque : complétez le fichier, ou donnez une sorte par défaut (--type).",
    "sources": "La source manque : complétez le fichier, ou dites d'où il vient (--origine).",
}


def _place(row: _Row) -> Place:
    assert row.place is not None
    return row.place


def _changed(row: _Row) -> bool:
    return row.entry is None or row.entry.place is None or canonical(row.entry.place) != row.place


def _errors(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    return tuple(p for p in problems if p.severity is Severity.ERREUR)


# --- Applying --------------------------------------------------------------------------------------


def apply(plan: ImportPlan) -> ImportResult:
    """Write the files of a plan: each whole or not at all.

    A file that changed since the plan was made, or that appeared, is left alone and told of.
    """
    written: list[str] = []
    left: list[str] = []
    for step in plan.etapes:
        if step.action not in (Action.CREER, Action.CHANGER):
            continue
        path = plan.dossier / step.fichier
        now = _bytes(path)
        if (None if now is None else _digest(now)) != step.empreinte:
            left.append(
                f"{step.fichier} a changé depuis la préparation de l'import : recommencez-le."
            )
            continue
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            _write(path, step.contenu)
        except OSError as error:
            left.append(f"{step.fichier} ne peut pas être écrit ({error.strerror}).")
        else:
            written.append(step.fichier)
    return ImportResult(tuple(written), tuple(left))


def _write(path: Path, text: str) -> None:
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        draft.write_text(text, encoding="utf-8")
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
