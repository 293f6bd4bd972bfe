"""Plan an import, say what it would do, then do it: nothing is written before ``apply``.

A plan tells, row by row, what would be created, changed field by field, left as it is or refused, and why.
Applying the same file twice changes nothing the second time.
"""

from __future__ import annotations

import datetime as dt
import os
import re
from collections.abc import Callable, Mapping
from enum import Enum
from pathlib import Path
from typing import Final

import msgspec

from bot.places.catalogue import read_gazetteer
from bot.places.exchange.csv_format import read_csv
from bot.places.exchange.data_inclusion import read_data_inclusion
from bot.places.exchange.drafts import ExchangeError, ImportContext, Reading, sentences
from bot.places.exchange.existing import digest, read_bytes
from bot.places.exchange.hsds import read_hsds
from bot.places.exchange.merge import Change, Kept, changes
from bot.places.exchange.planning import Planner, Row
from bot.places.loading import SERVICES_FILE, nearest, read_list
from bot.places.records import ServiceKind
from bot.places.writing import canonical, to_yaml

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
    data = read_bytes(source)
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
    rows = Planner(folder, source.name, context).rows(reading.drafts)
    steps = tuple(_step(row) for row in rows)
    remarks = (*sentences(tuple(problems)), *reading.remarques)
    return ImportPlan(
        dossier=folder, source=source.name, format=format, etapes=steps, remarques=remarks
    )


def _step(row: Row) -> Step:
    """A decided row as the plan tells it."""
    draft = row.draft
    name = draft.nom or (row.before.nom if row.before is not None else "")
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
    entry, before = row.entry, row.before
    if row.writes and entry is not None and entry.commente:
        remarks = (*remarks, "Les commentaires (#) de la fiche ne seront pas gardés.")
    action = Action.CREER if before is None else Action.CHANGER if row.writes else Action.GARDER
    return Step(
        ligne=draft.ligne,
        repere=draft.repere,
        nom=name,
        action=action,
        id=row.place.id,
        fichier=row.fichier,
        contenu=to_yaml(row.place) if row.writes else "",
        empreinte=entry.empreinte if entry is not None else None,
        changements=() if before is None else changes(canonical(before), row.place),
        gardes=row.kept,
        raison=row.reason,
        remarques=remarks,
    )


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
        now = read_bytes(path)
        if (None if now is None else digest(now)) != step.empreinte:
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
