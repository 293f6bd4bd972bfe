"""Places as a table for spreadsheets: one row per place, one column per field, lists separated by « ; ».

The columns are those of ``docs/echanges.md``. What is written reads back as the same places; what people and
spreadsheets do to a table (delimiters, encodings, empty rows, apostrophes, dates turned round) is understood.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import Enum
from typing import Any, Final

from bot.places.exchange.contact import belgian_phone, settle_commune
from bot.places.exchange.drafts import (
    Draft,
    ExchangeError,
    ImportContext,
    Reading,
    a_date,
    clean,
    without_nothing,
)
from bot.places.geography import fold
from bot.places.loading import suggest_date
from bot.places.records import (
    Exception_,
    Objectif,
    Place,
    Reponse,
    ServiceKind,
    Source,
    Statut,
    VacancesScolaires,
)
from bot.places.writing import canonical, decimal

_Path = tuple[str, ...]

#: Column → path of the field. A last step ``[]`` is a list of texts.
_SIMPLE: Final[Mapping[str, _Path]] = {
    "id": ("id",),
    "nom": ("nom",),
    "type": ("type",),
    "organisme": ("organisme",),
    "presentation": ("presentation",),
    "objectifs": ("objectifs", "[]"),
    "besoins": ("besoins", "[]"),
    "statut": ("statut",),
    "rue": ("adresse", "rue"),
    "complement": ("adresse", "complement"),
    "code_postal": ("adresse", "code_postal"),
    "localite": ("adresse", "localite"),
    "commune": ("adresse", "commune"),
    "lat": ("adresse", "lat"),
    "lon": ("adresse", "lon"),
    "zone_communes": ("zone", "communes", "[]"),
    "zone_provinces": ("zone", "provinces", "[]"),
    "zone_codes_postaux": ("zone", "codes_postaux", "[]"),
    "telephones": ("telephones", "[]"),
    "courriel": ("courriel",),
    "site": ("site",),
    "age_min_mois": ("age", "min_mois"),
    "age_max_mois": ("age", "max_mois"),
    "presence_parent": ("presence_parent",),
    "rendez_vous": ("acces", "rendez_vous"),
    "inscription": ("acces", "inscription"),
    "gratuit": ("acces", "gratuit"),
    "prix": ("acces", "prix"),
    "langues": ("acces", "langues", "[]"),
    "pmr": ("acces", "pmr"),
    "horaires": ("horaires",),
    "horaires_note": ("horaires_note",),
    "vacances_scolaires": ("vacances_scolaires",),
}
#: Columns of the lists of records: the nth item of each column makes the nth record.
_EXCEPTIONS: Final[Mapping[str, str]] = {
    "exceptions_debut": "debut",
    "exceptions_fin": "fin",
    "exceptions_horaires": "horaires",
    "exceptions_raison": "raison",
}
_LAST: Final[Mapping[str, _Path]] = {
    "verifie_le": ("verifie_le",),
    "verifie_comment": ("verifie_comment",),
    "remarque": ("remarque",),
    "notes": ("notes",),
}
_SOURCES: Final[Mapping[str, str]] = {
    "sources": "adresse",
    "sources_vu_le": "vu_le",
    "sources_note": "note",
}
#: Read and never written: the day the row was last changed.
DATE_MAJ: Final = "date_maj"

#: Every column, in the order of an export.
COLUMNS: Final = (*_SIMPLE, *_EXCEPTIONS, *_LAST, *_SOURCES)

#: Other headings people use (folded) → the column they mean.
_SYNONYMS: Final[Mapping[str, str]] = {
    "identifiant": "id",
    "name": "nom",
    "titre": "nom",
    "sorte": "type",
    "categorie": "type",
    "organisation": "organisme",
    "description": "presentation",
    "etat": "statut",
    "adresse": "rue",
    "adresse rue": "rue",
    "rue et numero": "rue",
    "adresse complement": "complement",
    "complement adresse": "complement",
    "cp": "code_postal",
    "adresse code postal": "code_postal",
    "adresse localite": "localite",
    "village": "localite",
    "ville": "commune",
    "adresse commune": "commune",
    "latitude": "lat",
    "adresse lat": "lat",
    "longitude": "lon",
    "adresse lon": "lon",
    "tel": "telephones",
    "telephone": "telephones",
    "gsm": "telephones",
    "email": "courriel",
    "e mail": "courriel",
    "mail": "courriel",
    "courriels": "courriel",
    "site web": "site",
    "site internet": "site",
    "url": "site",
    "web": "site",
    "age min": "age_min_mois",
    "age max": "age_max_mois",
    "acces rendez vous": "rendez_vous",
    "acces inscription": "inscription",
    "acces gratuit": "gratuit",
    "acces prix": "prix",
    "tarif": "prix",
    "acces langues": "langues",
    "acces pmr": "pmr",
    "heures": "horaires",
    "horaires ouverture": "horaires",
    "fermetures debut": "exceptions_debut",
    "fermetures fin": "exceptions_fin",
    "verifie": "verifie_le",
    "source": "sources",
    "sources adresse": "sources",
    "mis a jour le": DATE_MAJ,
}

_DATES: Final = frozenset({"verifie_le", DATE_MAJ})
_DATE_LISTS: Final = frozenset({"exceptions_debut", "exceptions_fin", "sources_vu_le"})
_CHOICES: Final[Mapping[str, type[Enum]]] = {
    "statut": Statut,
    "presence_parent": Reponse,
    "rendez_vous": Reponse,
    "inscription": Reponse,
    "gratuit": Reponse,
    "pmr": Reponse,
    "vacances_scolaires": VacancesScolaires,
}
_NUMBERS: Final = frozenset({"lat", "lon", "age_min_mois", "age_max_mois"})

MAX_BYTES: Final = 100 * 1024 * 1024
_DELIMITERS: Final = (",", ";", "\t", "|")


# --- Writing ---------------------------------------------------------------------------------------


def write_csv(places: Iterable[Place], *, delimiter: str = ",", excel: bool = False) -> str:
    """The table of ``places``, sorted by id, with a heading row.

    With ``excel`` the text opens rightly in a spreadsheet set to French (Belgium): semicolons, a byte-order
    mark, and an apostrophe before what it would take for a formula or a number (« +3281… »).
    """
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, delimiter=";" if excel else delimiter, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for place in sorted(places, key=lambda p: p.id):
        writer.writerow([_protected(cell, excel) for cell in _cells(canonical(place))])
    return ("\ufeff" if excel else "") + stream.getvalue()


def _cells(place: Place) -> Iterator[str]:
    for path in _SIMPLE.values():
        yield _cell(place, path)
    yield from _record_cells(place.exceptions, _EXCEPTIONS.values())
    for path in _LAST.values():
        yield _cell(place, path)
    yield from _record_cells(place.sources, _SOURCES.values())


def _cell(place: Place, path: _Path) -> str:
    value: Any = place
    for step in path:
        if step == "[]":
            return _joined([_text(item) for item in value or ()])
        value = None if value is None else getattr(value, step)
    if path[0] == "acces" and value is Reponse.INCONNU:
        return ""  # unknown is what an empty cell says
    if value is VacancesScolaires.INCONNU:
        return ""
    return _text(value)


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, Enum):
        return str(value.value)
    if isinstance(value, dt.date):
        return value.isoformat()
    return decimal(value) if isinstance(value, float) else str(value)


def _record_cells(records: Sequence[Exception_ | Source], fields: Iterable[str]) -> Iterator[str]:
    for field in fields:
        texts = [_text(getattr(record, field)) for record in records]
        while texts and not texts[-1]:
            texts.pop()
        yield _joined(texts)


def _joined(texts: Sequence[str]) -> str:
    """A list in one cell: items separated by « ; », a semicolon inside an item written « \\; »."""
    return " ; ".join(text.replace("\\", "\\\\").replace(";", "\\;") for text in texts)


def _split(cell: str) -> list[str]:
    """The items of a list cell, empty ones included: a place in the list may be left empty."""
    items, current, escaped = [], "", False
    for character in cell:
        if escaped:
            current += character if character in "\\;" else "\\" + character
            escaped = False
        elif character == "\\":
            escaped = True
        elif character == ";":
            items.append(current)
            current = ""
        else:
            current += character
    items.append(current + ("\\" if escaped else ""))
    return [clean(item) for item in items]


#: A number, or phone numbers: nothing a spreadsheet could run.
_NUMBERS_ONLY = re.compile(r"[+-]?\d[\d .,]*(?: ; \+?\d[\d .,]*)*")


def _protected(cell: str, excel: bool) -> str:
    """``cell`` with an apostrophe in front when a spreadsheet would run it, or already read an apostrophe."""
    harmless = not excel and _NUMBERS_ONLY.fullmatch(cell) is not None
    if cell[:1] in ("=", "+", "-", "@", "\t", "\r") and not harmless:
        return "'" + cell
    return "'" + cell if re.match(r"'['=+@\t\r\d-]", cell) else cell


def _unprotected(cell: str) -> str:
    return cell[1:] if re.match(r"'['=+@\t\r\d-]", cell) else cell


# --- Reading ---------------------------------------------------------------------------------------


def read_csv(data: bytes, context: ImportContext) -> Reading:
    """The drafts of a table.

    Raises:
        ExchangeError: when the file is no table of ours: a workbook, binary data, no known heading.
    """
    text, remarks = _decoded(data)
    text = text.replace("\x00", "")
    start, delimiter = _heading(text)
    rows = _rows(text, start, delimiter)
    line, heading, broken = next(rows, (1, [], _EMPTY))
    if broken is not None:
        raise ExchangeError(f"La ligne de titres ne se lit pas. {broken}")
    columns = _columns(heading, line, remarks)
    drafts = []
    for line, cells, broken in rows:
        if broken is not None:
            drafts.append(Draft(ligne=line, repere=f"ligne {line}", refus=(broken,)))
        elif any(cell.strip() for cell in cells):
            drafts.append(_draft(line, cells, len(heading), columns, context))
    return Reading(tuple(drafts), tuple(remarks))


def _decoded(data: bytes) -> tuple[str, list[str]]:
    if len(data) > MAX_BYTES:
        raise ExchangeError(
            f"Le fichier dépasse {MAX_BYTES // 1024 // 1024} Mio : coupez-le en plusieurs."
        )
    if data.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise ExchangeError(
            "Ce fichier est un classeur (Excel, LibreOffice) : enregistrez-le au format « CSV UTF-8 »."
        )
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        text = data.decode("utf-16", "replace")
        return text, ["Le fichier est en UTF-16 : il a été lu tel quel."]
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        if b"\x00" in data[:4096]:
            raise ExchangeError(
                "Ce fichier n'est pas du texte : enregistrez la table au format CSV."
            ) from None
        text = data.decode("cp1252", "replace")
        return text, [
            "Le fichier n'est pas en UTF-8 : il a été lu en Windows-1252, relisez les accents."
        ]
    return text, []


_EMPTY: Final = "Le fichier est vide : il faut une ligne de titres, puis une ligne par lieu."


def _known(title: str) -> str | None:
    """The column a heading names, whatever its case, accents and punctuation."""
    key = fold(title)
    by_key = {fold(column): column for column in (*COLUMNS, DATE_MAJ)}
    return by_key.get(key) or _SYNONYMS.get(key)


def _heading(text: str) -> tuple[int, str]:
    """Where the heading row starts (offset), and the delimiter that makes most sense of it."""
    start = 0
    for line in _physical_lines(text[:100_000].splitlines(keepends=True)):
        declared = re.fullmatch(r'"?sep=(.)"?\s*', line)
        if line.strip(" \t\r\n,;|\"'\ufeff") and declared is None:
            titles = {d: _titles(line, d) for d in _DELIMITERS}
            counts = {d: sum(_known(t) is not None for t in titles[d]) for d in _DELIMITERS}
            best = max(_DELIMITERS, key=lambda d: (counts[d], len(titles[d])))
            if counts[best] == 0:
                raise ExchangeError(
                    "La première ligne ne contient aucun titre de colonne connu. "
                    f"Colonnes attendues : {', '.join(COLUMNS[:12])}… (voir docs/echanges.md)."
                )
            return start, best
        start += len(line)
    raise ExchangeError(_EMPTY)


def _titles(line: str, delimiter: str) -> list[str]:
    try:
        return next(csv.reader([line], delimiter=delimiter), [])
    except csv.Error:
        return []


#: A last row of our own: a quotation mark that never closes swallows it, and so gives itself away.
_SENTINEL: Final = "\ufdd0fin-de-la-table\ufdd0"


def _rows(text: str, start: int, delimiter: str) -> Iterator[tuple[int, list[str], str | None]]:
    """The rows from ``start``: line of the file, cells, and what is wrong with the row as a whole."""
    lines = _physical_lines(text[start:].splitlines(keepends=True))
    first = text.count("\n", 0, start) + 1
    at = 0
    while at < len(lines):
        reader = csv.reader([*lines[at:], "\r\n", _SENTINEL], delimiter=delimiter)
        before = at
        while True:
            begun = before + reader.line_num
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error:
                yield (
                    first + begun,
                    [],
                    "La ligne ne peut pas être lue : une cellule est trop longue.",
                )
                continue
            if cells == [_SENTINEL]:
                return
            if any(_SENTINEL in cell for cell in cells):
                # The quotation mark never closes: give up this line only, and read on from the next one.
                yield (
                    first + begun,
                    [],
                    "Des guillemets ouverts sur cette ligne ne se ferment jamais.",
                )
                at = begun + 1
                break
            yield first + begun, cells, None


def _physical_lines(lines: list[str]) -> list[str]:
    """``str.splitlines`` cuts at characters that end no line of a file (U+2028, U+0085…): mend those."""
    mended: list[str] = []
    for line in lines:
        if mended and not mended[-1].endswith(("\n", "\r")):
            mended[-1] += line
        else:
            mended.append(line)
    return mended


def _columns(heading: Sequence[str], line: int, remarks: list[str]) -> dict[int, str]:
    """Position → column; a remark for headings that are unknown or come twice."""
    columns: dict[int, str] = {}
    unknown = []
    for position, title in enumerate(heading):
        column = _known(_unprotected(clean(title)))
        if column is None:
            if title.strip():
                unknown.append(f"« {clean(title)[:40]} »")
        elif column in columns.values():
            remarks.append(
                f"Ligne {line} : la colonne « {column} » vient deux fois ; la première compte."
            )
        else:
            columns[position] = column
    if unknown:
        remarks.append(f"Colonnes inconnues, laissées de côté : {', '.join(unknown)}.")
    return columns


def _draft(
    line: int, cells: Sequence[str], width: int, columns: Mapping[int, str], context: ImportContext
) -> Draft:
    values = {
        column: clean(_unprotected(cells[position].strip()))
        for position, column in columns.items()
        if position < len(cells)
    }
    values = {column: value for column, value in values.items() if value}
    name = values.get("nom", values.get("id", ""))
    if any(cell.strip() for cell in cells[width:]):
        extra = "La ligne a plus de cellules que de titres."
        cure = "Mettez entre guillemets ce qui contient le séparateur."
        where = f"ligne {line}"
        return Draft(ligne=line, repere=where, nom=name, refus=(f"{extra} {cure}",))
    remarks: list[str] = []
    fields = _fields(values, context.services)
    address = fields.get("adresse")
    if isinstance(address, dict):
        settle_commune(address, context.gazetteer, remarks, complete=False)
    if context.origine and not fields.get("sources"):
        fields["sources"] = [{"adresse": context.origine}]
    written = values.get(DATE_MAJ)
    maj = a_date(_iso(written)) if written else None
    if written and maj is None:
        remarks.append(
            f"« {DATE_MAJ} » vaut « {written[:40]} », qui n'est pas une date : laissé de côté."
        )
    return Draft(
        ligne=line,
        repere=f"ligne {line}",
        nom=name,
        fields=without_nothing(fields),
        maj=maj,
        remarques=tuple(remarks),
    )


def _fields(values: Mapping[str, str], services: Mapping[str, ServiceKind]) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    for column, path in {**_SIMPLE, **_LAST}.items():
        value = values.get(column)
        if value is None:
            continue
        *steps, last = path
        if last == "[]":
            *steps, last = steps
            items = [item for item in _split(value) if item]
            put: Any = [_item(column, item, services) for item in items]
        else:
            put = _value(column, value, services)
        block = fields
        for step in steps:
            block = block.setdefault(step, {})
        block[last] = put
    for name, columns in (("exceptions", _EXCEPTIONS), ("sources", _SOURCES)):
        records = _records(values, columns)
        if records:
            fields[name] = records
    return fields


def _records(values: Mapping[str, str], columns: Mapping[str, str]) -> list[dict[str, str]]:
    lists = {field: _split(values[column]) for column, field in columns.items() if column in values}
    count = max((len(items) for items in lists.values()), default=0)
    records = []
    for number in range(count):
        record = {f: items[number] for f, items in lists.items() if number < len(items)}
        for column, field in columns.items():
            if column in _DATE_LISTS and record.get(field):
                record[field] = _iso(record[field])
        records.append({field: text for field, text in record.items() if text})
    return [record for record in records if record]


def _value(column: str, value: str, services: Mapping[str, ServiceKind]) -> str:
    if column in _CHOICES:
        return _choice(value, _CHOICES[column])
    if column in _DATES:
        return _iso(value)
    if column in _NUMBERS and re.fullmatch(r"[+-]?\d+,\d+", value):
        return value.replace(",", ".")
    if column in ("age_min_mois", "age_max_mois", "code_postal"):
        return re.sub(r"(?<=\d)\.0+$", "", value)  # a spreadsheet's « 5000.0 »
    return _kind(value, services) if column == "type" else value


def _item(column: str, item: str, services: Mapping[str, ServiceKind]) -> str:
    if column == "telephones":
        return belgian_phone(item) or item
    if column == "objectifs":
        return _choice(item, Objectif)
    return item


def _choice(value: str, choices: type[Enum]) -> str:
    """The choice meant, whatever its case and accents: « Fermé » is ``ferme``."""
    by_key = {fold(str(choice.value)): str(choice.value) for choice in choices}
    return by_key.get(fold(value), value)


def _kind(value: str, services: Mapping[str, ServiceKind]) -> str:
    """The service kind meant: its id, its name or its plural."""
    if value in services:
        return value
    named = {
        fold(name): kind.id
        for kind in services.values()
        for name in (kind.nom, kind.pluriel, kind.id)
    }
    return named.get(fold(value), value)


def _iso(value: str) -> str:
    """A date as year-month-day: spreadsheets turn it into « 12/01/2026 », sometimes with an hour."""
    value = re.sub(r"[ T]\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?$", "", value)
    guess = suggest_date(value)
    return guess.isoformat() if guess is not None else value
