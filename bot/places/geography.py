"""The gazetteer of Wallonia and Brussels: from what a parent types as a place to where it is.

Facts: ``catalogue/geographie/`` (GeoNames postcodes, CC BY 4.0, corrected; communes, names in use).
Nothing is guessed in silence: ``Gazetteer.find`` returns every plausible place with a score, and
``is_ambiguous`` tells whether the parent must be asked which one.

>>> gazetteer = Gazetteer.load(Path("catalogue/geographie"))
>>> gazetteer.find("andelècht")[0].commune
'Anderlecht'
"""

from __future__ import annotations

import csv
import math
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec
import yaml
from rapidfuzz import process
from rapidfuzz.distance import OSA

COMMUNES_FILE = "communes.csv"
ADDRESSES_FILE = "localites.csv"
OUTSIDE_FILE = "hors_zone.csv"
ALIAS_FILE = "alias.yml"
WORDS_FILE = "mots.txt"
MORE_WORDS_FILE = "mots_ajoutes.txt"

BRUSSELS = "Bruxelles-Capitale"
PROVINCES = ("Brabant wallon", BRUSSELS, "Hainaut", "Liège", "Luxembourg", "Namur")

# Scores. 1 is an exact name; the others say how far what was typed is from a name of the place.
_EXACT = 1.0
_SHORT_FORM = 0.97  # « Villers » for Villers-la-Ville, « Hulpe » for La Hulpe
_PART = 0.93  # « Remouchamps » for Sougné-Remouchamps
_BESIDE_A_COMMUNE = 0.85  # « Boussu » is the commune long before it is Boussu-en-Fagne
_INSIDE_TEXT = 0.92  # a name found among other words
_FUZZY_MAX = 0.95
_FUZZY_MIN = 0.78
_FUZZY_SURE = 0.88
_NEARLY_EQUAL = 0.06
_MIN_FUZZY = 4  # letters; a shorter word is a place only when exact

_MAX_CHARS = 200  # a place name and what may surround it; the rest of a long message is not one
_EARTH_KM = 6371.0


class GeographyError(ValueError):
    """A file of ``catalogue/geographie`` is missing or broken; the message says which, where, and what to do."""


class Locality(msgspec.Struct, frozen=True):
    """A locality under a postcode; ``lat``/``lon`` in decimal degrees (WGS 84), about 1 km precise."""

    code_postal: str
    nom: str
    commune: str
    province: str
    lat: float
    lon: float


class Commune(msgspec.Struct, frozen=True):
    """A commune, its province (or Bruxelles-Capitale) and its postcodes."""

    nom: str
    province: str
    codes_postaux: tuple[str, ...]


class Candidate(msgspec.Struct, frozen=True):
    """A place the parent may have meant.

    ``nom`` reads as a parent would write it: « Jambes (Namur) », « Namur », « 5000 Namur ».
    ``kind`` is ``commune``, ``localite``, ``code_postal``, ``quartier``, ``province``, ``region`` or
    ``hors_zone`` (Flanders and abroad: not covered). ``commune`` is the official French name, ``None`` for a
    province, a region or a place we do not cover. ``score`` is in [0, 1]; 1 is an exact name.
    """

    nom: str
    kind: str
    commune: str | None
    province: str | None
    code_postal: str | None
    lat: float
    lon: float
    score: float


class Name(msgspec.Struct, frozen=True):
    """One way to name one place: ``place`` with the score this wording deserves.

    ``official`` is true for the names of ``localites.csv`` and those ``alias.yml`` gives to places we do not
    cover; false for other aliases and for shortened forms.
    """

    tokens: tuple[str, ...]
    key: str
    phonetic: str
    place: Candidate
    official: bool


class _Alias(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One entry of ``alias.yml``."""

    lieu: str
    noms: list[str] = []
    pres_de: str | None = None
    communes: list[str] = []
    code_postal: str | None = None
    lat: float | None = None
    lon: float | None = None


# --- Text ------------------------------------------------------------------------------------------


def fold(text: str) -> str:
    """``text`` in lower case without accents, ligatures or punctuation: « Le Rœulx » → « le roeulx »."""
    text = text.lower().replace("œ", "oe").replace("æ", "ae").replace("ß", "ss")
    text = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", " ", text).strip()


# Spellings that mean the same word inside a place name, in French and in Dutch.
_SAME_WORD = {"st": "saint", "ste": "sainte", "sint": "saint", "lez": "les", "mt": "mont"}
_ABBREVIATED = frozenset({*_SAME_WORD, "s", "sr"})


def name_tokens(text: str) -> tuple[str, ...]:
    """The words of a place name, folded, abbreviations written out: « Jemeppe s/ Sambre » → jemeppe sur sambre."""
    return written_out(fold(text).split())


def written_out(words: Sequence[str]) -> tuple[str, ...]:
    """Folded words with the abbreviations of place names written out (st → saint, s → sur)."""
    if _ABBREVIATED.isdisjoint(words):
        return tuple(words)
    last = len(words) - 1
    return tuple(
        "sur" if word in ("s", "sr") and 0 < place < last else _SAME_WORD.get(word, word)
        for place, word in enumerate(words)
    )


def name_key(text: str) -> str:
    """The key of a place name: its words glued, so that « lalouviere » and « La Louvière » are one."""
    return "".join(name_tokens(text))


_SOUNDS: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), sound)
    for pattern, sound in (
        (r"ies?$", "i"),
        (r"sch", "sk"),
        (r"(?<=[aeou])ill?(?=[aeoy])", "y"),
        (r"ph", "f"),
        (r"ch|sh", "C"),
        (r"gn(i(?=[aeo]))?", "n"),
        (r"ck|qu|q|c(?![eiy])", "k"),
        (r"kw", "k"),
        (r"c", "s"),
        (r"gu(?=[eiy])", "g"),
        (r"g(?=[eiy])", "j"),
        (r"h", ""),
        (r"eau|au", "o"),
        (r"oeu|oe|eu", "e"),
        (r"oi|oy", "wa"),
        (r"ou(?=[aeiy])", "w"),
        (r"ou|oo", "u"),
        (r"(?:ai|ei|ay|ey)(?![nm](?![aeiouy]))", "e"),
        (r"ae|aa", "a"),
        (r"y|ij", "i"),
        (r"(?:ai|ei|i|u)[nm](?![aeiounm])", "I"),
        (r"[ea][nm](?![aeiounm])", "A"),
        (r"o[nm](?![aeiounm])", "O"),
        (r"w(?!a)|v", "v"),
        (r"z", "s"),
        (r"([a-zA-Z])\1+", r"\1"),
        (r"(?<=..)(?:es|e|s|t|x|d|p|g|ent)+$", ""),
    )
)


def phonetic(token: str) -> str:
    """Roughly how a French speaker says one folded word: « otigny » and « ottignies » both give « otini »."""
    for pattern, sound in _SOUNDS:
        token = pattern.sub(sound, token)
    return token


def _phonetic_key(tokens: Iterable[str]) -> str:
    return "".join(phonetic(token) for token in tokens)


_NUMBERS = {
    "un": 1,
    "une": 1,
    "deux": 2,
    "trois": 3,
    "quatre": 4,
    "cinq": 5,
    "six": 6,
    "sept": 7,
    "huit": 8,
    "neuf": 9,
    "dix": 10,
    "onze": 11,
    "douze": 12,
    "treize": 13,
    "quatorze": 14,
    "quinze": 15,
    "seize": 16,
    "vingt": 20,
    "trente": 30,
    "quarante": 40,
    "cinquante": 50,
    "soixante": 60,
    "septante": 70,
    "nonante": 90,
}


def spelt_number(words: Sequence[str]) -> tuple[int, int] | None:
    """The number from 1000 to 9999 that ``words`` (folded) begin with, and how many words it takes.

    ``["cinq", "mille", "cent", "jambes"]`` gives ``(5100, 3)``; ``None`` when they do not begin with one.
    """
    start = 1 if words[:1] == ["mille"] else 2
    digit = 1 if start == 1 else _NUMBERS.get(words[0] if words else "", 0)
    if not 1 <= digit <= 9 or list(words[start - 1 : start]) != ["mille"]:
        return None
    value, count, small = digit * 1000, start, 0
    for word in words[start:]:
        if word in ("cent", "cents"):
            if small > 9 or value % 1000:
                break
            value, small = value + max(small, 1) * 100, 0
        elif word == "et" and small >= 20:
            pass
        elif word in _NUMBERS:
            small += _NUMBERS[word]
        else:
            break
        count += 1
    value += small
    return (value, count) if value <= 9999 else None


# --- Distance --------------------------------------------------------------------------------------


def distance_km(lat1: float, lon1: float, lat2: float, lon2: float) -> float:
    """Great-circle distance in km between two points in decimal degrees (haversine, radius 6371 km)."""
    phi1, phi2 = math.radians(lat1), math.radians(lat2)
    half_phi = (phi2 - phi1) / 2
    half_lambda = math.radians(lon2 - lon1) / 2
    chord = math.sin(half_phi) ** 2 + math.cos(phi1) * math.cos(phi2) * math.sin(half_lambda) ** 2
    return 2 * _EARTH_KM * math.asin(math.sqrt(min(1.0, chord)))


def is_ambiguous(candidates: Sequence[Candidate], km: float = 10.0) -> bool:
    """Whether the best candidates, of nearly equal score, lie more than ``km`` apart: then ask, never guess."""
    if not candidates:
        return False
    best = candidates[0]
    return any(
        best.score - other.score < _NEARLY_EQUAL
        and distance_km(best.lat, best.lon, other.lat, other.lon) > km
        for other in candidates[1:]
    )


# --- Reading the files -----------------------------------------------------------------------------


def _read_csv(path: Path, columns: Sequence[str]) -> Iterator[tuple[int, dict[str, str]]]:
    """The lines of a CSV file with their number; a ``GeographyError`` when it is missing or misshapen."""
    try:
        stream = path.open(encoding="utf-8", newline="")
    except OSError as error:
        raise GeographyError(
            f"{path.name} : fichier introuvable ou illisible dans {path.parent}. "
            "Reconstruisez la géographie (relais catalogue build-geography)."
        ) from error
    with stream:
        reader = csv.DictReader(stream)
        if reader.fieldnames is None or list(reader.fieldnames) != list(columns):
            raise GeographyError(
                f"{path.name}, ligne 1 : la première ligne doit être « {','.join(columns)} »."
            )
        try:
            for line in reader:
                if None in line or None in line.values():
                    raise GeographyError(
                        f"{path.name}, ligne {reader.line_num} : il faut {len(columns)} valeurs "
                        f"({', '.join(columns)})."
                    )
                yield reader.line_num, line
        except (UnicodeDecodeError, csv.Error) as error:
            raise GeographyError(
                f"{path.name}, ligne {reader.line_num} : texte illisible ({error})."
            ) from error


_POSTCODE = re.compile(r"[1-9][0-9]{3}")


def _postcode(path: Path, number: int, text: str) -> str:
    if _POSTCODE.fullmatch(text):
        return text
    raise GeographyError(
        f"{path.name}, ligne {number} : « {text} » n'est pas un code postal belge (quatre chiffres)."
    )


def _degrees(path: Path, number: int, line: Mapping[str, str]) -> tuple[float, float]:
    try:
        latitude, longitude = float(line["lat"]), float(line["lon"])
    except ValueError as error:
        raise GeographyError(
            f"{path.name}, ligne {number} : lat et lon doivent être des nombres (« 50.4670 »)."
        ) from error
    if not (49.0 <= latitude <= 52.0 and 2.0 <= longitude <= 7.0):
        raise GeographyError(
            f"{path.name}, ligne {number} : le point ({latitude}, {longitude}) n'est pas en Belgique. "
            "lat et lon sont peut-être inversées."
        )
    return latitude, longitude


def read_communes(path: Path) -> tuple[Commune, ...]:
    """``communes.csv``: one line per commune, its postcodes separated by spaces; no postcode has two communes."""
    communes: dict[str, Commune] = {}
    seen: dict[str, str] = {}
    for number, line in _read_csv(path, ("commune", "province", "codes_postaux")):
        name, province = line["commune"], line["province"]
        if name in communes:
            raise GeographyError(f"{path.name}, ligne {number} : {name} est déjà dans la liste.")
        if province not in PROVINCES:
            raise GeographyError(
                f"{path.name}, ligne {number} : « {province} » n'est pas une province "
                f"({', '.join(PROVINCES)})."
            )
        codes = tuple(_postcode(path, number, code) for code in line["codes_postaux"].split())
        if not codes:
            raise GeographyError(f"{path.name}, ligne {number} : {name} n'a aucun code postal.")
        for code in codes:
            if code in seen:
                raise GeographyError(
                    f"{path.name}, ligne {number} : le code postal {code} est déjà à {seen[code]}."
                )
            seen[code] = name
        communes[name] = Commune(name, province, codes)
    return tuple(communes.values())


def _read_localities(path: Path, communes: Iterable[Commune]) -> tuple[Locality, ...]:
    by_postcode = {code: commune for commune in communes for code in commune.codes_postaux}
    localities = []
    columns = ("code_postal", "nom", "commune", "province", "lat", "lon")
    for number, line in _read_csv(path, columns):
        code = _postcode(path, number, line["code_postal"])
        commune = by_postcode.get(code)
        if commune is None or commune.nom != line["commune"]:
            raise GeographyError(
                f"{path.name}, ligne {number} : d'après {COMMUNES_FILE}, {code} est à "
                f"{commune.nom if commune else 'aucune commune'}, pas à {line['commune']}."
            )
        point = _degrees(path, number, line)
        localities.append(Locality(code, line["nom"], commune.nom, commune.province, *point))
    return tuple(localities)


class _Outside(msgspec.Struct, frozen=True):
    """A Flemish postcode: its localities and their mean position."""

    code_postal: str
    noms: tuple[str, ...]
    lat: float
    lon: float


def _read_outside(path: Path) -> tuple[_Outside, ...]:
    return tuple(
        _Outside(
            _postcode(path, number, line["code_postal"]),
            tuple(line["noms"].split("|")),
            *_degrees(path, number, line),
        )
        for number, line in _read_csv(path, ("code_postal", "noms", "lat", "lon"))
    )


_KINDS = ("nom", "quartier", "province", "region", "hors_zone")


def _read_aliases(path: Path) -> Iterator[tuple[str, str, _Alias]]:
    """The entries of ``alias.yml``: where (« alias.yml, ligne 12 »), the section's kind, the entry."""
    loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        text = path.read_text(encoding="utf-8")
        root = yaml.compose(text, Loader=loader)
        sections = root.value if isinstance(root, yaml.SequenceNode) else []
        for section in sections:
            fields = {key.value: value for key, value in section.value}
            kind = fields["sorte"].value
            if kind not in _KINDS or not fields["source"].value:
                raise ValueError(f"sorte inconnue ou source vide ; sortes : {', '.join(_KINDS)}")
            for node in fields["alias"].value:
                where = f"{path.name}, ligne {node.start_mark.line + 1}"
                try:
                    yield where, kind, msgspec.convert(_plain(node), _Alias, strict=False)
                except msgspec.ValidationError as error:
                    raise GeographyError(f"{where} : entrée mal formée ({error}).") from error
    except GeographyError:
        raise
    except (OSError, UnicodeDecodeError) as error:
        raise GeographyError(f"{path.name} : fichier introuvable ou illisible.") from error
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else "?"
        raise GeographyError(
            f"{path.name}, ligne {line} : YAML illisible ({error.problem})."
        ) from error
    except (KeyError, ValueError, TypeError, AttributeError, yaml.YAMLError) as error:
        raise GeographyError(
            f"{path.name} : chaque section doit avoir section, sorte, source et alias ({error})."
        ) from error


def _plain(node: yaml.Node) -> Any:
    """A YAML node as text, list or dict; every scalar stays text, so that « On » is not read as « yes »."""
    if isinstance(node, yaml.MappingNode):
        return {key.value: _plain(value) for key, value in node.value}
    if isinstance(node, yaml.SequenceNode):
        return [_plain(child) for child in node.value]
    return node.value


def read_words(path: Path) -> tuple[frozenset[str], frozenset[str]]:
    """The folded words of a word file, and those it takes back (written « !mot »)."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise GeographyError(f"{path.name} : fichier introuvable ou illisible.") from error
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    words = " ".join(lines).split()
    return (
        frozenset(fold(word) for word in words if not word.startswith("!")),
        frozenset(fold(word) for word in words if word.startswith("!")),
    )


def read_ordinary_words(folder: Path) -> frozenset[str]:
    """Words that are not to be taken for a place: the computed list and the one kept by hand."""
    computed, _ = read_words(folder / WORDS_FILE)
    added, removed = read_words(folder / MORE_WORDS_FILE)
    return (computed - removed) | added


# --- Names in use for one place --------------------------------------------------------------------

# After one of these, the rest of a name only tells homonyms apart: Marche-en-Famenne is « Marche ».
_CONNECTOR_WORDS = "a au aux d de des devant du en l la le les par sous sur ten lez"
_CONNECTORS = frozenset(_CONNECTOR_WORDS.split())
_ARTICLES = frozenset({"l", "la", "le", "les"})
_MIN_HEAD = 3
_MIN_PART = 5


def _short_forms(tokens: Sequence[str]) -> Iterator[tuple[tuple[str, ...], float]]:
    """The shorter names people use for a compound one, with the score each deserves."""
    start = 1 if tokens[0] in _ARTICLES else 0
    cut = next((i for i in range(start + 1, len(tokens)) if tokens[i] in _CONNECTORS), len(tokens))
    if cut < len(tokens):
        yield tuple(tokens[:cut]), _SHORT_FORM
    if start and len(tokens) > 1:
        yield tuple(tokens[start:]), _SHORT_FORM
    if cut - start > 1 and not {"saint", "sainte", "notre"} & set(tokens[start:cut]):
        for token in tokens[start:cut]:
            if len(token) >= _MIN_PART:
                yield (token,), _PART


# --- The gazetteer ---------------------------------------------------------------------------------

# What parents write around the name when they answer « où habitez-vous ? ».
_WORDS_BEFORE = """
a au aux chez c est cest cote d dans de des du en euh habite habites habitons hello bonjour ici j je
jhabite jsuis l la le les loin moi nous on pas pres proche province region rue suis sur autour alentours
environs coin vers ville commune quartier village gare centre entre plutot cp code postal ben oui voila
vis vit vivons localite entite tout direction b be nord sud est ouest grand du haut bas
"""
_WORDS_AFTER = """
centre ville belgique belgium be svp stp merci et alentours environs region gare commune quartier
entite nord sud est ouest haut bas ici hein voila pour moi je suis c le la village les city province
"""
_BEFORE = frozenset(_WORDS_BEFORE.split())
_AFTER = frozenset(_WORDS_AFTER.split())
_QUALIFIERS = {
    "bruxelles": BRUSSELS,
    "bxl": BRUSSELS,
    "brux": BRUSSELS,
    "brabantwallon": "Brabant wallon",
    "bw": "Brabant wallon",
    "bt": "Brabant wallon",
    "hainaut": "Hainaut",
    "ht": "Hainaut",
    "liege": "Liège",
    "lg": "Liège",
    "lge": "Liège",
    "luxembourg": "Luxembourg",
    "lux": "Luxembourg",
    "namur": "Namur",
    "nam": "Namur",
}
_DIGITS = re.compile(r"(?<!\d)(?:b(?:e)?[\s-]*)?([1-9]\d{3})(?!\d)", re.IGNORECASE)


class Gazetteer:
    """All places of ``catalogue/geographie``, ready to be searched. Immutable once loaded; safe to share."""

    def __init__(
        self,
        communes: Sequence[Commune],
        localities: Sequence[Locality],
        outside: Sequence[_Outside],
        aliases: Iterable[tuple[str, str, _Alias]],
        words: frozenset[str],
    ) -> None:
        self._words = words
        self._long_words = sorted(word for word in words if len(word) >= _MIN_FUZZY)
        self._communes = {commune.nom: commune for commune in communes}
        self._official = {fold(commune.nom): commune.nom for commune in communes}
        self._localities = tuple(localities)
        self._by_commune: dict[str, list[Locality]] = {}
        self._by_postcode: dict[str, list[Locality]] = {}
        for locality in localities:
            self._by_commune.setdefault(locality.commune, []).append(locality)
            self._by_postcode.setdefault(locality.code_postal, []).append(locality)
        self._postcode_commune = {
            code: commune.nom for commune in communes for code in commune.codes_postaux
        }
        self._missing(communes)
        self._centre = {commune.nom: self._seat(commune) for commune in communes}
        self._outside = {row.code_postal: row for row in outside}
        self._outside_label: dict[str, str] = {}
        names = dict[str, list[Name]]()
        self._add_communes(names)
        self._add_localities(names)
        self._add_aliases(names, aliases)
        self._add_outside(names)
        self._add_short_forms(names)
        self._names = {key: _best_first(group) for key, group in names.items()}
        self._keys = sorted(self._names)
        sounds: dict[str, list[str]] = {}
        for key, group in self._names.items():
            for sound in {name.phonetic for name in group}:
                sounds.setdefault(sound, []).append(key)
        self._sounds = {sound: tuple(sorted(keys)) for sound, keys in sorted(sounds.items())}
        self._sound_list = list(self._sounds)
        self._deletions = _deletions(key for key in self._keys if len(key) >= _MIN_NEAR)

    @classmethod
    def load(cls, folder: Path) -> Gazetteer:
        """Read ``catalogue/geographie``.

        Args:
            folder: the folder with ``communes.csv``, ``localites.csv``, ``hors_zone.csv``, ``alias.yml``,
                ``mots.txt`` and ``mots_ajoutes.txt``.

        Raises:
            GeographyError: in French, naming the file and the line, when one is missing or broken.
        """
        communes = read_communes(folder / COMMUNES_FILE)
        return cls(
            communes,
            _read_localities(folder / ADDRESSES_FILE, communes),
            _read_outside(folder / OUTSIDE_FILE),
            _read_aliases(folder / ALIAS_FILE),
            read_ordinary_words(folder),
        )

    # Facts

    def communes(self) -> tuple[str, ...]:
        """The official French names of all communes, in the order of ``communes.csv``."""
        return tuple(self._communes)

    def _commune(self, commune: str) -> str:
        """The official name for ``commune``, whatever its accents and case; ``KeyError`` if unknown."""
        return commune if commune in self._communes else self._official[fold(commune)]

    def commune_centre(self, commune: str) -> tuple[float, float]:
        """(lat, lon) of the locality that gave the commune its name; ``KeyError`` if unknown."""
        seat = self._centre[self._commune(commune)]
        return seat.lat, seat.lon

    def commune_of_postcode(self, code_postal: str) -> str | None:
        """The commune a postcode belongs to; ``None`` outside Wallonia and Brussels."""
        return self._postcode_commune.get(code_postal)

    def localities_of(self, commune: str) -> tuple[Locality, ...]:
        """The localities of a commune, by postcode then name; ``KeyError`` if unknown."""
        return tuple(self._by_commune[self._commune(commune)])

    def locality(self, code_postal: str, nom: str) -> Locality | None:
        """The locality of that name under that postcode, whatever accents and case; ``None`` if there is none."""
        key = name_key(nom)
        return next(
            (item for item in self._by_postcode.get(code_postal, ()) if name_key(item.nom) == key),
            None,
        )

    def province_of(self, commune: str) -> str:
        """The province of a commune, or « Bruxelles-Capitale »; ``KeyError`` if unknown."""
        return self._communes[self._commune(commune)].province

    def is_ordinary_word(self, word: str) -> bool:
        """Whether a folded word is also an ordinary French word or first name (« mont », « forest », « on »)."""
        return word in self._words

    def resembles(self, word: str) -> bool:
        """Whether ``find`` would take the folded ``word`` for a misspelt place, were it not an ordinary word."""
        return len(word) >= _MIN_FUZZY and bool(self.fuzzy(word, phonetic(word), _FUZZY_MIN))

    def names(self, key: str) -> tuple[Name, ...]:
        """Everything called exactly ``key`` (see ``name_key``), best first."""
        return self._names.get(key, ())

    def named(self, tokens: Sequence[str]) -> tuple[Name, ...]:
        """Everything called ``tokens`` word for word, or in one word; « d'Ottignies » is not Dottignies."""
        group = self._names.get("".join(tokens), ())
        if len(tokens) == 1:
            return group
        return tuple(name for name in group if name.tokens == tuple(tokens))

    def postcode(self, code_postal: str) -> Candidate | None:
        """The candidate for a postcode: ours, or ``hors_zone`` for a Flemish one; ``None`` if there is none."""
        rows = self._by_postcode.get(code_postal)
        if rows is None:
            row = self._outside.get(code_postal)
            if row is None:
                return None
            label = self._outside_label.get(code_postal) or (
                f"{row.noms[0]} (Flandre)" if len(row.noms) == 1 else "(Flandre)"
            )
            nom = f"{code_postal} {label}"
            return Candidate(nom, "hors_zone", None, None, code_postal, row.lat, row.lon, _EXACT)
        commune = rows[0].commune
        seat = next((row for row in rows if row.nom == commune), None)
        main = seat or (rows[0] if len(rows) == 1 else None)
        if main is not None:
            label = main.nom if main.nom == commune else f"{main.nom} ({commune})"
            lat, lon = main.lat, main.lon
        else:
            label = commune
            lat = sum(row.lat for row in rows) / len(rows)
            lon = sum(row.lon for row in rows) / len(rows)
        nom, province = f"{code_postal} {label}", rows[0].province
        return Candidate(nom, "code_postal", commune, province, code_postal, lat, lon, _EXACT)

    # Building the index

    def _missing(self, communes: Iterable[Commune]) -> None:
        for commune in communes:
            if commune.nom not in self._by_commune:
                raise GeographyError(
                    f"{ADDRESSES_FILE} : aucune localité pour {commune.nom}. "
                    "Reconstruisez la géographie (relais catalogue build-geography)."
                )

    def _seat(self, commune: Commune) -> Locality:
        rows = self._by_commune[commune.nom]
        for row in rows:
            if row.nom == commune.nom:
                return row
        lat = sum(row.lat for row in rows) / len(rows)
        lon = sum(row.lon for row in rows) / len(rows)
        return Locality(
            commune.codes_postaux[0], commune.nom, commune.nom, commune.province, lat, lon
        )

    def _add_communes(self, names: dict[str, list[Name]]) -> None:
        homonyms: dict[str, set[str]] = {}
        for row in self._localities:
            homonyms.setdefault(name_key(row.nom), set()).add(row.commune)
        for seat in self._centre.values():
            label = seat.nom
            if len(homonyms.get(name_key(seat.nom), ())) > 1:
                label = f"{seat.nom} ({seat.province})"
            place = Candidate(
                label,
                "commune",
                seat.commune,
                seat.province,
                seat.code_postal,
                seat.lat,
                seat.lon,
                _EXACT,
            )
            _add(names, seat.nom, place, official=True)

    def _add_localities(self, names: dict[str, list[Name]]) -> None:
        for row in self._localities:
            if row.nom != row.commune:
                _add(names, row.nom, _locality_candidate(row), official=True)

    def _place(self, where: str, text: str) -> Candidate:
        """The place an alias points to: a commune, or « code postal localité »."""
        if text in self._communes:
            seat = self._centre[text]
            group = [
                name.place for name in [_name(seat.nom, _locality_candidate(seat), official=True)]
            ]
            return msgspec.structs.replace(group[0], nom=text, kind="commune")
        row = self.locality(text[:4], text[5:])
        if row is None:
            raise GeographyError(
                f"{where} : « {text} » n'est ni une commune ni « code postal localité » de {ADDRESSES_FILE}."
            )
        return _locality_candidate(row)

    def _add_aliases(
        self, names: dict[str, list[Name]], aliases: Iterable[tuple[str, str, _Alias]]
    ) -> None:
        for where, kind, alias in aliases:
            if kind == "nom":
                place = self._place(where, alias.lieu)
                own = []
            elif kind == "quartier":
                near = self._place(where, alias.pres_de or "")
                nom = f"{alias.lieu} ({near.commune})"
                place = msgspec.structs.replace(near, nom=nom, kind="quartier")
                own = [alias.lieu]
            elif kind == "province":
                place = self._province(where, alias.lieu)
                own = []
            elif kind == "region":
                place = self._region(where, alias)
                own = [alias.lieu]
            else:
                place = self._outside_place(where, alias)
                own = [re.sub(r" \(.*\)$", "", alias.lieu)]
            for nom in (*own, *alias.noms):
                _add(names, nom, place, official=kind == "hors_zone")

    def _mean(self, where: str, communes: Sequence[str]) -> tuple[float, float]:
        unknown = [commune for commune in communes if commune not in self._centre]
        if unknown or not communes:
            raise GeographyError(
                f"{where} : communes inconnues : {', '.join(unknown) or 'aucune commune citée'}."
            )
        seats = [self._centre[commune] for commune in communes]
        count = len(seats)
        return sum(seat.lat for seat in seats) / count, sum(seat.lon for seat in seats) / count

    def _province(self, where: str, province: str) -> Candidate:
        members = [name for name, item in self._communes.items() if item.province == province]
        lat, lon = self._mean(where, members)
        label = province if province in (BRUSSELS, "Brabant wallon") else f"province de {province}"
        if province == "Hainaut":
            label = "province du Hainaut"
        return Candidate(label, "province", None, province, None, lat, lon, _EXACT)

    def _region(self, where: str, alias: _Alias) -> Candidate:
        lat, lon = self._mean(where, alias.communes)
        provinces = {self._communes[commune].province for commune in alias.communes}
        province = provinces.pop() if len(provinces) == 1 else None
        return Candidate(alias.lieu, "region", None, province, None, lat, lon, _EXACT)

    def _outside_place(self, where: str, alias: _Alias) -> Candidate:
        lat, lon = alias.lat, alias.lon
        if alias.code_postal is not None:
            row = self._outside.get(alias.code_postal)
            if row is None:
                raise GeographyError(
                    f"{where} : {alias.code_postal} n'est pas dans {OUTSIDE_FILE}."
                )
            lat, lon = row.lat, row.lon
            self._outside_label.setdefault(alias.code_postal, alias.lieu)
        if lat is None or lon is None:
            raise GeographyError(
                f"{where} : {alias.lieu} n'a ni code_postal ni coordonnées (lat, lon)."
            )
        return Candidate(alias.lieu, "hors_zone", None, None, alias.code_postal, lat, lon, _EXACT)

    def _add_outside(self, names: dict[str, list[Name]]) -> None:
        """Every Flemish locality whose name says nothing else here: enough to say « hors zone »."""
        for row in self._outside.values():
            for nom in row.noms:
                key = name_key(nom)
                if key in names or key in self._words or len(key) < _MIN_PART:
                    continue
                label = f"{nom} (Flandre)"
                place = Candidate(
                    label, "hors_zone", None, None, row.code_postal, row.lat, row.lon, _EXACT
                )
                _add(names, nom, place, official=False)

    def _add_short_forms(self, names: dict[str, list[Name]]) -> None:
        """« Marche », « La Roche », « Remouchamps »: below the full names, and below a commune of that name."""
        communes = {
            key
            for key, group in names.items()
            if any(name.place.kind == "commune" for name in group)
        }
        for group in [tuple(group) for group in names.values()]:
            for name in group:
                if not name.official or name.place.kind == "hors_zone":
                    continue
                tokens = name_tokens(_bare(name.place))
                for short, score in _short_forms(tokens):
                    key = "".join(short)
                    if len(key) < _MIN_HEAD or (len(short) == 1 and key in self._words):
                        continue
                    if key in communes:
                        score = _BESIDE_A_COMMUNE
                    place = msgspec.structs.replace(name.place, score=score)
                    _add(names, " ".join(short), place, official=False)

    # Finding

    def find(self, text: str, limit: int = 5) -> tuple[Candidate, ...]:
        """The places ``text`` may name, best first; empty when it names none.

        ``text`` is a place as a parent types it (« andelècht », « B-5000 », « 5100 jambes », « Namur centre »),
        not a sentence: see ``bot.places.mentions`` for those. Never raises, whatever the text.

        Args:
            text: up to 200 characters are looked at.
            limit: how many candidates at most.
        """
        text = text[:_MAX_CHARS]
        code, rest = _split_postcode(text)
        tokens = self._trimmed(name_tokens(rest))
        if code is not None:
            found = self._with_postcode(code, tokens)
            if found:
                return _distinct(found, limit)
            tokens = self._trimmed(name_tokens(text))
        if not tokens:
            return ()
        whole = name_tokens(text if code is None else rest)
        if len(whole) > len(tokens):
            # « la briyere », « fosse la ville »: the small words belong to a misspelt name.
            sure = self.near_phrase(whole, _FUZZY_SURE)
            if sure:
                return _distinct(sure, limit)
        for search in (self._exact, self._qualified, self._glued, self._fuzzy, self._inside):
            found = search(tokens)
            if found:
                return _distinct(found, limit)
        return ()

    def _trimmed(self, tokens: tuple[str, ...]) -> tuple[str, ...]:
        """``tokens`` without « j'habite à », « près de », « … centre », unless they belong to a name."""
        while len(tokens) > 1 and not self.named(tokens):
            if tokens[0] in _BEFORE:
                tokens = tokens[1:]
            elif tokens[-1] in _AFTER:
                tokens = tokens[:-1]
            else:
                break
        return tokens

    def distinct(self, found: Iterable[Candidate], limit: int = 5) -> tuple[Candidate, ...]:
        """``found``, best first, one candidate per place."""
        return _distinct(found, limit)

    def likeness_to_words(self, word: str) -> float:
        """Likeness in [0, 1] of the folded ``word`` to the nearest ordinary word of at least four letters."""
        nearest = process.extractOne(
            word, self._long_words, scorer=OSA.normalized_similarity, score_cutoff=0.6
        )
        return float(nearest[1]) if nearest else 0.0

    def _exact(self, tokens: Sequence[str]) -> list[Candidate]:
        return [name.place for name in self.named(tokens)]

    def _glued(self, tokens: Sequence[str]) -> list[Candidate]:
        """« lou vière » or « philippe ville »: the right letters, cut in the wrong place."""
        key = "".join(tokens)
        return [
            msgspec.structs.replace(place, score=round(place.score * _FUZZY_MAX, 4))
            for place in (name.place for name in self.names(key))
        ]

    def _with_postcode(self, code: str, tokens: Sequence[str]) -> list[Candidate]:
        """A postcode, alone or with a name that says which of its localities is meant."""
        place = self.postcode(code)
        if place is None:
            return []
        if not tokens or place.kind == "hors_zone":
            return [place]
        key = "".join(tokens)
        for row in self._by_postcode[code]:
            if name_key(row.nom) == key:
                return [self._under_postcode(row)]
        named = self._exact(tokens) or self._fuzzy(tokens)
        same = [item for item in named if item.commune == place.commune]
        if not named:
            return [place]
        if same:
            if same[0].kind == "commune":
                return [place]
            return [msgspec.structs.replace(same[0], score=_EXACT)]
        close = self._closest_locality(code, tokens)
        if close is not None:
            return [self._under_postcode(close)]
        if all(distance_km(item.lat, item.lon, place.lat, place.lon) <= 10.0 for item in named):
            return [place]
        # The postcode and the name disagree: both are offered, none is chosen.
        equal = _FUZZY_MAX
        return [
            msgspec.structs.replace(item, score=min(item.score, equal)) for item in (place, *named)
        ]

    def _under_postcode(self, row: Locality) -> Candidate:
        if row.nom != row.commune:
            return _locality_candidate(row)
        return msgspec.structs.replace(_locality_candidate(row), nom=row.nom, kind="commune")

    def _closest_locality(self, code: str, tokens: Sequence[str]) -> Locality | None:
        """The locality of that postcode a misspelt name means; the postcode allows a looser match."""
        key, sound = "".join(tokens), _phonetic_key(tokens)
        scored = [
            (_similarity(key, sound, name_key(row.nom), _phonetic_key(name_tokens(row.nom))), row)
            for row in self._by_postcode[code]
        ]
        score, row = max(scored, key=lambda pair: pair[0])
        return row if score >= 0.65 else None

    def _qualified(self, tokens: Sequence[str]) -> list[Candidate]:
        """« Forest Bruxelles », « Celles (Hainaut) », « Jambes Namur »: a name and what it is in."""
        for search in (self._exact, self._fuzzy):
            for cut in range(1, len(tokens)):
                for name, within in ((tokens[:cut], tokens[cut:]), (tokens[cut:], tokens[:cut])):
                    belongs = self.belongs(without_links(within))
                    if belongs is None:
                        continue
                    found = [place for place in search(without_links(name)) if belongs(place)]
                    if found:
                        return found
        return []

    def belongs(self, tokens: Sequence[str]) -> Callable[[Candidate], bool] | None:
        """A test of being in the commune, province or region ``tokens`` name; ``None`` if they name none."""
        key = "".join(tokens)
        named = [name.place for name in self.names(key) if name.place.score == _EXACT]
        provinces = {place.province for place in named if place.kind == "province"}
        provinces.add(_QUALIFIERS.get(key))
        communes = {place.commune for place in named if place.kind == "commune"}
        regions = [place for place in named if place.kind == "region"]
        if provinces == {None} and not communes and not regions:
            return None

        def inside(place: Candidate) -> bool:
            if place.province is None or place.kind in ("province", "region"):
                return False
            return (
                place.province in provinces
                or place.commune in communes
                or any(_in_region(place, region) for region in regions)
            )

        return inside

    def _fuzzy(self, tokens: Sequence[str]) -> list[Candidate]:
        """Misspelt names: edit distance on letters and on sounds."""
        key = "".join(tokens)
        if len(key) < _MIN_FUZZY or key.isdigit():
            return []
        minimum = _FUZZY_MIN
        if all(token in self._words for token in tokens):
            if len(tokens) < 3:
                return []
            minimum = _FUZZY_SURE
        return self.fuzzy(key, _phonetic_key(tokens), minimum)

    def fuzzy(self, key: str, sound: str, minimum: float) -> list[Candidate]:
        """Places whose name is within reach of ``key`` by letters or by ``sound``, best first.

        Scores are at most 0.95, so that an exact name always comes first.
        """
        reach = _reach(len(key))
        near = process.extract(key, self._keys, scorer=OSA.distance, score_cutoff=reach, limit=12)
        keys = {match[0] for match in near}
        if len(sound) >= 4:
            heard = process.extract(
                sound,
                self._sound_list,
                scorer=OSA.distance,
                score_cutoff=1 if len(sound) < 8 else 2,
                limit=12,
            )
            for match in heard:
                keys.update(self._sounds[match[0]])
        return self._alike(key, sound, keys, minimum)

    def _alike(
        self, key: str, sound: str, others: Iterable[str], minimum: float
    ) -> list[Candidate]:
        found = []
        for other in others:
            for name in self._names[other]:
                if name.place.kind == "hors_zone" and not name.official:
                    continue  # any Flemish village: only when exact
                likeness = _similarity(key, sound, other, name.phonetic)
                # Between equally near spellings, a commune is meant more often than a hamlet.
                if name.place.kind != "commune":
                    likeness -= 0.02
                score = round(min(likeness, _FUZZY_MAX) * name.place.score, 4)
                if score >= minimum:
                    found.append(msgspec.structs.replace(name.place, score=score))
        return sorted(found, key=_rank)

    def near(self, key: str, sound: str, minimum: float) -> list[Candidate]:
        """Like ``fuzzy`` for one wrong letter or the same sound; fast enough to try every word of a sentence."""
        if len(key) < _MIN_NEAR:
            return []
        keys = set(self._sounds.get(sound, ()))
        for cut in (key, *_cuts(key)):
            keys.update(self._deletions.get(cut, ()))
        return self._alike(key, sound, keys, minimum)

    def near_phrase(self, tokens: Sequence[str], minimum: float) -> list[Candidate]:
        """Like ``near`` for a name of as many words as ``tokens``: « mqrche en famenne »."""
        key = "".join(tokens)
        keys = {
            other
            for cut in (key, *_cuts(key))
            for other in self._deletions.get(cut, ())
            if any(len(name.tokens) == len(tokens) for name in self._names[other])
        }
        return self._alike(key, _phonetic_key(tokens), keys, minimum) if keys else []

    def _inside(self, tokens: Sequence[str]) -> list[Candidate]:
        """A place name among other words: « dans le centre de Namur », « Liège quartier Nord »."""
        for size in range(min(len(tokens) - 1, 7), 0, -1):
            for start in range(len(tokens) - size + 1):
                window = tokens[start : start + size]
                key = "".join(window)
                if len(key) < 4 or all(token in self._words for token in window):
                    continue
                found = [
                    msgspec.structs.replace(place, score=round(place.score * _INSIDE_TEXT, 4))
                    for place in self._exact(window)
                    if place.score >= _SHORT_FORM
                ]
                if found:
                    return found
        return []


# --- Small helpers ---------------------------------------------------------------------------------


def _locality_candidate(row: Locality) -> Candidate:
    nom = f"{row.nom} ({row.commune})"
    return Candidate(
        nom, "localite", row.commune, row.province, row.code_postal, row.lat, row.lon, _EXACT
    )


def _bare(place: Candidate) -> str:
    """The name without what stands in brackets after it."""
    return re.sub(r" \(.*\)$", "", place.nom)


def _name(text: str, place: Candidate, *, official: bool) -> Name:
    tokens = name_tokens(text)
    return Name(tokens, "".join(tokens), _phonetic_key(tokens), place, official)


def _add(names: dict[str, list[Name]], text: str, place: Candidate, *, official: bool) -> None:
    name = _name(text, place, official=official)
    group = names.setdefault(name.key, [])
    if not any(_same_place(other.place, place) for other in group):
        group.append(name)


def _same_place(one: Candidate, other: Candidate) -> bool:
    return (one.nom, one.kind, one.code_postal) == (other.nom, other.kind, other.code_postal) or (
        one.kind == other.kind == "commune" and one.commune == other.commune
    )


_KIND_ORDER = {
    "commune": 0,
    "code_postal": 1,
    "localite": 2,
    "quartier": 3,
    "province": 4,
    "region": 5,
    "hors_zone": 6,
}


def _rank(place: Candidate) -> tuple[float, int, str]:
    return -place.score, _KIND_ORDER[place.kind], place.nom


def _best_first(group: Iterable[Name]) -> tuple[Name, ...]:
    return tuple(sorted(group, key=lambda name: _rank(name.place)))


def _distinct(found: Iterable[Candidate], limit: int) -> tuple[Candidate, ...]:
    """Best first, one candidate per place, at most ``limit``."""
    kept: list[Candidate] = []
    for place in sorted(found, key=_rank):
        if not any(_same_place(place, other) for other in kept):
            kept.append(place)
    best = kept[0].score if kept else 0.0
    return tuple(place for place in kept if best - place.score < 0.15)[: max(limit, 0)]


def _split_postcode(text: str) -> tuple[str | None, str]:
    """The first number of four digits (« B-5000 », « cinq mille cent ») and the text around it."""
    match = _DIGITS.search(text)
    if match is None:
        words = fold(text).split()
        for start in range(len(words)):
            number = spelt_number(words[start:])
            if number is not None and number[1] > 1:
                value, count = number
                return str(value), " ".join((*words[:start], *words[start + count :]))
        return None, text
    return match[1], f"{text[: match.start()]} {text[match.end() :]}"


_LINK_WORDS = "a au d dans de des du en l la le les region province cote"
_LINKS = frozenset(_LINK_WORDS.split())
_REGION_KM = 45.0  # a region is a centre and this much around it: enough to choose between homonyms


def without_links(tokens: Sequence[str]) -> Sequence[str]:
    """``tokens`` without the small words around the name proper: « dans le Hainaut » → hainaut."""
    while len(tokens) > 1 and tokens[0] in _LINKS:
        tokens = tokens[1:]
    while len(tokens) > 1 and tokens[-1] in _LINKS:
        tokens = tokens[:-1]
    return tokens


def _in_region(place: Candidate, region: Candidate) -> bool:
    return distance_km(place.lat, place.lon, region.lat, region.lon) <= _REGION_KM


_MIN_NEAR = 6  # letters


def _cuts(key: str) -> Iterator[str]:
    """``key`` with one letter less, in every way."""
    return (key[:place] + key[place + 1 :] for place in range(len(key)))


def _deletions(keys: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Every key and every key with a letter less, with the keys it comes from: finds one wrong letter at once."""
    found: dict[str, list[str]] = {}
    for key in keys:
        for cut in {key, *_cuts(key)}:
            found.setdefault(cut, []).append(key)
    return {cut: tuple(origins) for cut, origins in found.items()}


def _reach(length: int) -> int:
    """How many letters may be wrong in a name of ``length`` letters."""
    if length < 4:
        return 0
    if length < 7:
        return 1
    return 2 if length < 12 else 3


def _similarity(key: str, sound: str, other_key: str, other_sound: str) -> float:
    """Likeness in [0, 1] of two names, by letters or by sound, whichever is nearer."""
    letters = OSA.normalized_similarity(key, other_key)
    sounds = OSA.normalized_similarity(sound, other_sound) if sound and other_sound else 0.0
    likeness: float = max(letters, 0.6 * sounds + 0.4 * letters)
    if key[:1] != other_key[:1] and sound[:1] != other_sound[:1]:
        likeness -= 0.05
    return likeness
