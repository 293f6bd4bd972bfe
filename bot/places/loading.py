"""Read the catalogue's YAML files into typed records, with a line and a French sentence per mistake.

PyYAML only cuts the text into tokens here: the target record decides what a value means. So the traps of
YAML 1.1 never bite a volunteer: ``non`` is not false, ``+32…`` keeps its plus sign, ``0475…`` its zero
and ``22:30`` is not 1350.
"""

from __future__ import annotations

import datetime as dt
import math
import os
import re
import stat
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from enum import Enum
from pathlib import Path
from typing import Any, Final, Generic, TypeAlias, TypeVar, cast

import msgspec
import msgspec.inspect as introspection
import yaml
from rapidfuzz import fuzz, process

from bot.places.records import (
    Adresse,
    Age,
    HelpLine,
    Place,
    Reponse,
    ServiceKind,
    Source,
    Zone,
)

PLACES_FOLDER: Final = "places"
SERVICES_FILE: Final = "services.yml"
HELP_LINES_FILE: Final = "lignes.yml"

#: Bytes. A place is a few hundred bytes; ten times the longest honest file is already a mistake.
MAX_PLACE_BYTES: Final = 64 * 1024
MAX_LIST_BYTES: Final = 1024 * 1024
#: A place nests three levels (``sources`` → item → field); anything deeper is not a place.
MAX_DEPTH: Final = 12

_Parser: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class Severity(str, Enum):
    """How bad a problem is: an error stops the catalogue, a warning wants a look, an info is for the record."""

    ERREUR = "erreur"
    AVERTISSEMENT = "avertissement"
    INFO = "info"


class Problem(msgspec.Struct, frozen=True, kw_only=True, order=True):
    """One thing wrong in one file, as a volunteer reads it.

    ``fichier`` is relative to the catalogue folder, ``ligne`` counts from 1, ``message`` says what is
    wrong, ``remede`` how to mend it, ``code`` is a stable slug for tests and tools.
    """

    fichier: str
    ligne: int
    code: str
    message: str
    remede: str
    severity: Severity = Severity.ERREUR

    def __str__(self) -> str:
        return f"{self.fichier}, ligne {self.ligne} : {self.message} {self.remede}"


class CatalogueError(Exception):
    """The catalogue cannot be used: ``problems`` says why, one French sentence per mistake."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = tuple(problems)


# --- The tree: what the text says, with lines -----------------------------------------------------


class Scalar(msgspec.Struct, frozen=True, gc=False):
    """A value as written (stripped, NFC); ``plain`` when it stands without quotes."""

    value: str
    plain: bool
    line: int

    @property
    def empty(self) -> bool:
        """True for nothing at all, ``~`` and ``null``: an honest "nobody told us"."""
        return not self.value or (self.plain and self.value in ("~", "null", "Null", "NULL"))


class Entry(msgspec.Struct, frozen=True, gc=False):
    """One ``key: value`` of a mapping."""

    key: str
    line: int
    node: Node


class Items(msgspec.Struct, frozen=True, gc=False):
    """A YAML list."""

    nodes: list[Node]
    line: int


class Fields(msgspec.Struct, frozen=True, gc=False):
    """A YAML mapping, in file order, duplicate keys included."""

    entries: list[Entry]
    line: int


Node: TypeAlias = Scalar | Items | Fields


class _Unreadable(Exception):
    """The text is not a YAML tree; carries what to tell the volunteer."""

    def __init__(self, line: int, code: str, message: str, remede: str) -> None:
        super().__init__(message)
        self.line, self.code, self.message, self.remede = line, code, message, remede


def on_one_line(text: str) -> str:
    """``text`` without line breaks, tabulations or anything unprintable."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def _clean(value: str, limit: int) -> str:
    clean = on_one_line(value[: limit * 4])
    return f"{clean[: limit - 1]}…" if len(clean) > limit else clean


def quote(value: str, limit: int = 60) -> str:
    """``value`` between French quotation marks, shortened, without anything unprintable."""
    return f"« {_clean(value, limit)} »"


def _line_at(text: str, offset: int) -> int:
    return text.count("\n", 0, offset) + 1


#: Control characters, and what is pasted unseen from web pages: soft hyphens, zero-width and
#: direction marks, line separators.
_FORBIDDEN = re.compile(
    "[^\t\n\r\x20-\x7e\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]"
    "|[\xad\u200b-\u200f\u2028-\u202e\u2060-\u2064\ufeff]"
)


def _invisible(line: int, character: str) -> _Unreadable:
    return _Unreadable(
        line,
        "caractere-interdit",
        f"La ligne contient un caractère invisible (code {ord(character):#06x}).",
        "Effacez la ligne et retapez-la.",
    )


def decode(data: bytes) -> str:
    """The text of a file: UTF-8 (a byte-order mark is dropped), NFC, no control characters.

    Raises ``_Unreadable`` with the line of the first byte that is not UTF-8.
    """
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise _Unreadable(
            1,
            "encodage",
            "Le fichier est enregistré en UTF-16.",
            "Enregistrez-le en UTF-8 (« Enregistrer sous », encodage UTF-8).",
        )
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        around = data[max(0, error.start - 12) : error.start + 12].decode("cp1252", "replace")
        word = next((w for w in around.split() if not w.isascii()), "")
        raise _Unreadable(
            line,
            "encodage",
            f"Le fichier n'est pas enregistré en UTF-8 (près de {quote(word)}).",
            "Enregistrez-le en UTF-8 (« Enregistrer sous », encodage UTF-8), puis relisez les accents.",
        ) from None
    if forbidden := _FORBIDDEN.search(text):
        raise _invisible(_line_at(text, forbidden.start()), forbidden.group())
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def parse_tree(text: str) -> Node | None:
    """The tree of one YAML document, ``None`` when the text holds nothing but comments.

    Anchors, aliases and tags are refused: a place needs none, and they can make a small file huge.
    Raises ``_Unreadable``.
    """
    try:
        return _build(yaml.parse(text, Loader=_Parser))
    except yaml.MarkedYAMLError as error:
        raise _explain(text, error) from None
    except (yaml.YAMLError, UnicodeError, RecursionError, ValueError):
        raise _Unreadable(
            1,
            "yaml-invalide",
            "Le fichier ne peut pas être lu comme du YAML.",
            "Comparez-le avec un autre fichier du même dossier.",
        ) from None


def _line_of(event: yaml.Event) -> int:
    return event.start_mark.line + 1 if event.start_mark else 1


def _refuse_shortcuts(event: yaml.NodeEvent) -> None:
    tag = getattr(event, "tag", None)
    if tag is not None and tag != "!":
        raise _Unreadable(
            _line_of(event),
            "caractere-special",
            f"Une valeur commence par « ! » ({quote(str(tag))}), que YAML réserve à un autre usage.",
            "Mettez toute la valeur entre guillemets doubles.",
        )
    if event.anchor is not None:
        sign = "*" if isinstance(event, yaml.AliasEvent) else "&"
        raise _Unreadable(
            _line_of(event),
            "alias-yaml",
            f"Une valeur commence par « {sign}{event.anchor} » : les renvois YAML ne sont pas permis ici.",
            "Écrivez la valeur en entier, ou entre guillemets si ce signe en fait partie.",
        )


class _Open:
    """A list or a mapping still being read; ``key`` waits for its value."""

    __slots__ = ("entries", "is_list", "key", "key_line", "line", "nodes")

    def __init__(self, is_list: bool, line: int) -> None:
        self.is_list, self.line = is_list, line
        self.nodes: list[Node] = []
        self.entries: list[Entry] = []
        self.key: str | None = None
        self.key_line = line

    def add(self, node: Node) -> None:
        if self.is_list:
            self.nodes.append(node)
        elif self.key is not None:
            self.entries.append(Entry(self.key, self.key_line, node))
            self.key = None
        elif isinstance(node, Scalar):
            self.key, self.key_line = node.value, node.line
        else:
            raise _Unreadable(
                node.line,
                "yaml-invalide",
                "Le nom d'un champ doit être un mot, pas une liste ni un bloc entre accolades.",
                "Si c'est une valeur, mettez-la entre guillemets ou donnez-lui un nom de champ.",
            )

    def close(self) -> Node:
        return Items(self.nodes, self.line) if self.is_list else Fields(self.entries, self.line)


def _build(events: Iterator[yaml.Event]) -> Node | None:
    stack: list[_Open] = []
    root: Node | None = None
    documents = 0
    for event in events:
        # Scalars are most of a file: they come first, and their type is compared, not tested.
        if type(event) is yaml.ScalarEvent:
            if event.anchor is not None or event.tag not in (None, "!"):
                _refuse_shortcuts(event)
            if event.style == '"' and (hidden := _FORBIDDEN.search(event.value)):
                raise _invisible(_line_of(event), hidden.group())
            node: Node = Scalar(event.value.strip(), not event.style, _line_of(event))
        elif isinstance(event, yaml.CollectionStartEvent):
            _refuse_shortcuts(event)
            if len(stack) >= MAX_DEPTH:
                raise _Unreadable(
                    _line_of(event),
                    "trop-profond",
                    "Trop de crochets, d'accolades ou de décalages emboîtés.",
                    "Comparez avec un autre fichier du même dossier.",
                )
            stack.append(_Open(isinstance(event, yaml.SequenceStartEvent), _line_of(event)))
            continue
        elif isinstance(event, yaml.CollectionEndEvent):
            node = stack.pop().close()
        elif isinstance(event, yaml.AliasEvent):
            _refuse_shortcuts(event)
            continue
        else:
            documents += isinstance(event, yaml.DocumentStartEvent)
            if documents > 1:
                raise _Unreadable(
                    _line_of(event),
                    "plusieurs-documents",
                    "Une ligne « --- » commence une deuxième fiche dans le même fichier.",
                    "Gardez une seule fiche par fichier et enlevez la ligne « --- ».",
                )
            continue
        if stack:
            stack[-1].add(node)
        else:
            root = node
    # A document marker without content reads as one empty value.
    return None if isinstance(root, Scalar) and root.empty else root


# --- Why YAML refused: from the parser's English to a sentence -----------------------------------


def _quote_trouble(line: str) -> bool:
    """True when the value of ``line`` opens with a quotation mark that does not close properly."""
    match = re.match(r"""[\s-]*(?:[\w-]+\s*:)?\s*(["'])(.*)$""", line)
    if match is None:
        return False
    mark, rest = match.groups()
    rest = re.sub(r"\s+#.*$", "", rest).rstrip()
    inner = rest[:-1] if rest.endswith(mark) else None
    if inner is None:
        return True
    inner = inner.replace("''", "") if mark == "'" else re.sub(r"\\.", "", inner)
    return mark in inner


_QUOTES_REMEDY: Final = (
    "Fermez les guillemets à la fin de la valeur ; si elle contient une apostrophe, "
    'utilisez des guillemets doubles : "…".'
)


def _explain(text: str, error: yaml.MarkedYAMLError) -> _Unreadable:
    """The likeliest cause of a YAML syntax error, seen from the line it stopped at."""
    lines = text.splitlines() or [""]
    context, problem = error.context or "", error.problem or ""
    mark = error.problem_mark or error.context_mark
    at = min(mark.line if mark else 0, len(lines) - 1)
    start = min(error.context_mark.line if error.context_mark else at, at)
    here, before = lines[at], lines[at - 1] if at else ""

    if "quoted scalar" in context:
        if "escape" in problem:
            return _Unreadable(
                at + 1,
                "guillemets",
                "Une barre oblique inversée « \\ » se trouve entre guillemets doubles.",
                "Enlevez-la, ou utilisez des guillemets simples.",
            )
        return _Unreadable(
            start + 1,
            "guillemets",
            "Des guillemets sont ouverts et jamais fermés.",
            _QUOTES_REMEDY,
        )
    for number in (at, *range(at - 1, max(at - 6, -1), -1)):
        if re.match(r"\s*\t", lines[number]):
            return _Unreadable(
                number + 1,
                "tabulation",
                "La ligne commence par une tabulation.",
                "Remplacez la tabulation par des espaces (deux par niveau).",
            )
        if _quote_trouble(lines[number]):
            return _Unreadable(
                number + 1,
                "guillemets",
                "Les guillemets de cette ligne ne se ferment pas correctement.",
                _QUOTES_REMEDY,
            )
    for number in (at, at - 1):
        if number >= 0 and re.search(r"^\s*\xa0|:\xa0", lines[number]):
            return _Unreadable(
                number + 1,
                "espace-insecable",
                "La ligne contient une espace insécable, que YAML ne reconnaît pas.",
                "Remplacez-la par une espace ordinaire.",
            )
    if "cannot start any token" in problem or context == "while scanning an alias":
        column = mark.column if mark else 0
        sign = "*" if "alias" in context else _clean(here[column : column + 1], 1)
        return _Unreadable(
            at + 1,
            "caractere-special",
            f"Une valeur commence par « {sign} », que YAML réserve à un autre usage.",
            "Mettez toute la valeur entre guillemets doubles.",
        )
    if "tag" in problem or "tag" in context:
        return _Unreadable(
            at + 1,
            "caractere-special",
            "Une valeur commence par « ! », que YAML réserve à un autre usage.",
            "Mettez toute la valeur entre guillemets doubles.",
        )
    if "flow" in context:
        return _Unreadable(
            start + 1,
            "crochets",
            "Un crochet « [ » ou une accolade « { » ne se referme pas.",
            "Fermez-le, ou mettez toute la valeur entre guillemets.",
        )
    if "expected ':'" in problem:
        return _Unreadable(
            start + 1,
            "deux-points",
            f"La ligne {quote(lines[start])} n'a pas la forme « champ: valeur ».",
            "Écrivez le nom du champ, deux-points, une espace, puis la valeur.",
        )
    if "mapping values are not allowed" in problem:
        return _explain_colon(here, before, at)
    if re.search(r"expected key|block end|'-' indicator|indent", problem):
        return _Unreadable(
            at + 1,
            "indentation",
            f"La ligne {quote(here)} n'est pas alignée avec les précédentes.",
            "Alignez les champs d'un même niveau, avec deux espaces par niveau et sans tabulation.",
        )
    return _Unreadable(
        at + 1,
        "yaml-invalide",
        f"La ligne {quote(here)} ne peut pas être comprise.",
        "Mettez sa valeur entre guillemets doubles, ou comparez avec un autre fichier du dossier.",
    )


def _explain_colon(here: str, before: str, at: int) -> _Unreadable:
    """Why a colon was refused: on the line before, by its indentation, or inside a value."""
    if at and re.match(r"\s*(- )?[\w-]+:[^\s/]", before):
        return _Unreadable(
            at,
            "deux-points",
            f"Il manque une espace après les deux-points : {quote(before)}.",
            "Écrivez « champ: valeur », avec une espace après les deux-points.",
        )
    if len(re.findall(r":(?=\s|$)", here)) > 1:
        return _Unreadable(
            at + 1,
            "deux-points",
            f"La valeur contient deux-points suivi d'une espace : {quote(here)}.",
            "Mettez toute la valeur entre guillemets doubles.",
        )
    if at and before.strip() and ":" not in before:
        return _Unreadable(
            at,
            "deux-points",
            f"La ligne {quote(before)} n'a pas la forme « champ: valeur ».",
            "Écrivez le nom du champ, deux-points, une espace, puis la valeur.",
        )
    return _Unreadable(
        at + 1,
        "indentation",
        f"La ligne {quote(here)} est décalée sans raison.",
        "Alignez-la avec la ligne précédente.",
    )


# --- From the tree to the records -----------------------------------------------------------------


class _Invalid:
    """What a converter returns when it has reported a problem instead of a value."""


_INVALID: Final = _Invalid()


class _Report:
    """Collects the problems of one file."""

    def __init__(self, fichier: str) -> None:
        self.fichier = fichier
        self.problems: list[Problem] = []

    def add(self, line: int, code: str, message: str, remede: str) -> _Invalid:
        self.problems.append(
            Problem(
                fichier=self.fichier,
                ligne=line,
                code=code,
                message=on_one_line(message),
                remede=on_one_line(remede),
            )
        )
        return _INVALID


_Convert = Callable[[Node, _Report], Any]

#: Words volunteers use → the field that holds it.
_SYNONYMS: Final = {
    "tel": "telephones",
    "telephone": "telephones",
    "gsm": "telephones",
    "email": "courriel",
    "mail": "courriel",
    "e_mail": "courriel",
    "url": "site",
    "site_web": "site",
    "web": "site",
    "heures": "horaires",
    "heures_ouverture": "horaires",
    "horaires_ouverture": "horaires",
    "cp": "code_postal",
    "ville": "commune",
    "description": "presentation",
    "name": "nom",
    "titre": "nom",
    "etat": "statut",
    "status": "statut",
    "latitude": "lat",
    "longitude": "lon",
    "source": "sources",
    "commentaire": "notes",
    "note": "notes",
    "verifie": "verifie_le",
    "fermetures": "exceptions",
    "prix": "prix",
    "tarif": "prix",
}

_YES: Final = frozenset({"oui", "true", "yes", "vrai"})
_NO: Final = frozenset({"non", "false", "no", "faux"})


def _plainly(value: str) -> str:
    """``value`` in lower case, without accents, words joined by an underscore."""
    bare = unicodedata.normalize("NFD", value.casefold())
    return "_".join(
        re.findall(r"[a-z0-9]+", "".join(c for c in bare if not unicodedata.combining(c)))
    )


def nearest(value: str, choices: Iterable[str], score: float = 60) -> str | None:
    """The choice closest in spelling to ``value``, or ``None`` when none comes near."""
    by_plain = {_plainly(choice): choice for choice in choices}
    found = process.extractOne(
        _plainly(value), by_plain.keys(), scorer=fuzz.ratio, score_cutoff=score
    )
    return None if found is None else by_plain[found[0]]


def _shape(node: Node) -> str:
    if isinstance(node, Items):
        return "une liste"
    if isinstance(node, Fields):
        return "un bloc de champs"
    return f"le texte {quote(node.value)}"


def _scalar(node: Node, report: _Report, label: str, example: str) -> Scalar | None:
    if isinstance(node, Scalar):
        return node
    report.add(
        node.line,
        "type-invalide",
        f"« {label} » contient {_shape(node)} au lieu d'une seule valeur.",
        f"Écrivez par exemple « {label.rpartition('.')[2]}: {example} ».",
    )
    return None


_PATTERN_HELP: Final = {
    "id": (
        "identifiant-invalide",
        "ce n'est pas un identifiant",
        "N'utilisez que des minuscules sans accent, des chiffres et des tirets simples",
    ),
    "code_postal": (
        "code-postal-invalide",
        "ce n'est pas un code postal belge",
        "Écrivez quatre chiffres, par exemple 5000, ou laissez vide",
    ),
    "codes_postaux": (
        "code-postal-invalide",
        "ce n'est pas un code postal belge",
        "Écrivez quatre chiffres, par exemple 5000",
    ),
    "besoins": (
        "besoin-inconnu",
        "ce n'est pas le nom d'un besoin",
        "Écrivez un besoin de la liste, par exemple besoin_isolement",
    ),
    "besoin": (
        "besoin-inconnu",
        "ce n'est pas le nom d'un besoin",
        "Écrivez un besoin de la liste, par exemple besoin_isolement",
    ),
}


def _text_converter(kind: introspection.StrType, label: str) -> _Convert:
    pattern = re.compile(kind.pattern) if kind.pattern else None
    name = label.rpartition(".")[2]
    code, what, cure = _PATTERN_HELP.get(
        name, ("format-invalide", "le format n'est pas celui attendu", "Corrigez la valeur")
    )
    low, high = kind.min_length or 0, kind.max_length or math.inf

    def convert(node: Node, report: _Report) -> Any:
        scalar = _scalar(node, report, label, "texte")
        if scalar is None:
            return _INVALID
        value = scalar.value
        if pattern is not None and not pattern.search(value):
            hint = ""
            if name == "id" and (slug := _plainly(value).replace("_", "-")):
                hint = f", par exemple {slug[:80]}"
            return report.add(
                node.line, code, f"« {label} » vaut {quote(value)} : {what}.", f"{cure}{hint}."
            )
        if len(value) > high:
            return report.add(
                node.line,
                "texte-trop-long",
                f"« {label} » compte {len(value)} caractères, le maximum est {high}.",
                "Raccourcissez le texte ; le reste peut aller dans « notes ».",
            )
        if len(value) < low:
            return report.add(
                node.line,
                "texte-trop-court",
                f"« {label} » vaut {quote(value)} : c'est trop court.",
                f"Écrivez au moins {low} caractères.",
            )
        return value

    return convert


def _number_converter(
    kind: introspection.IntType | introspection.FloatType, label: str
) -> _Convert:
    whole = isinstance(kind, introspection.IntType)
    shape = re.compile(r"[+-]?\d{1,9}" if whole else r"[+-]?\d{1,9}(\.\d{1,15})?")
    coordinates = label.endswith((".lat", ".lon"))
    example = "36" if whole else ("50.4669" if coordinates else "0.8")

    def convert(node: Node, report: _Report) -> Any:
        scalar = _scalar(node, report, label, example)
        if scalar is None:
            return _INVALID
        value = scalar.value
        if not shape.fullmatch(value):
            what = "un nombre entier" if whole else "un nombre avec un point"
            return report.add(
                node.line,
                "nombre-invalide",
                f"« {label} » vaut {quote(value)} : ce n'est pas {what}.",
                f"Écrivez seulement le nombre, par exemple {example}.",
            )
        number = int(value) if whole else float(value)
        if _out_of_range(number, kind):
            swapped = coordinates and (49 <= number <= 52 or 2 <= number <= 7)
            return report.add(
                node.line,
                "coordonnees-invalides" if coordinates else "nombre-hors-limites",
                f"« {label} » vaut {quote(value)}, hors des limites permises ({_limits(kind)}).",
                "La latitude (49 à 52) et la longitude (2 à 7) semblent inversées : échangez-les."
                if swapped
                else "Corrigez le nombre, ou laissez vide s'il n'est pas connu.",
            )
        return number

    return convert


def _out_of_range(number: float, kind: introspection.IntType | introspection.FloatType) -> bool:
    return (
        (kind.ge is not None and number < kind.ge)
        or (kind.gt is not None and number <= kind.gt)
        or (kind.le is not None and number > kind.le)
        or (kind.lt is not None and number >= kind.lt)
    )


def _limits(kind: introspection.IntType | introspection.FloatType) -> str:
    low = kind.ge if kind.ge is not None else kind.gt
    high = kind.le if kind.le is not None else kind.lt
    return (
        f"de {low:g} à {high:g}" if low is not None and high is not None else "trop grand ou petit"
    )


def suggest_date(value: str) -> dt.date | None:
    """The date a Belgian volunteer most likely meant (day before month), or ``None``."""
    if match := re.match(r"(\d{4})[-/. ](\d{1,2})[-/. ](\d{1,2})(?:\D|$)", value):
        year, month, day = match.groups()
    elif match := re.match(r"(\d{1,2})[-/. ](\d{1,2})[-/. ](\d{4})$", value):
        day, month, year = match.groups()
    else:
        return None
    try:
        return dt.date(int(year), int(month), int(day))
    except ValueError:
        return None


def _date_converter(label: str) -> _Convert:
    def convert(node: Node, report: _Report) -> Any:
        scalar = _scalar(node, report, label, "2026-03-12")
        if scalar is None:
            return _INVALID
        value = scalar.value
        if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
            try:
                return dt.date.fromisoformat(value)
            except ValueError:
                return report.add(
                    node.line,
                    "date-invalide",
                    f"« {label} » vaut {quote(value)} : ce jour n'existe pas.",
                    "Corrigez la date, sous la forme année-mois-jour.",
                )
        guess = suggest_date(value)
        return report.add(
            node.line,
            "date-invalide",
            f"« {label} » vaut {quote(value)} : ce n'est pas une date année-mois-jour.",
            f"Écrivez {guess.isoformat() if guess else 'par exemple 2026-03-12'}.",
        )

    return convert


def _choice_converter(enum: type[Enum], label: str) -> _Convert:
    values: dict[str, Enum] = {str(member.value): member for member in enum}

    def convert(node: Node, report: _Report) -> Any:
        scalar = _scalar(node, report, label, next(iter(values)))
        if scalar is None:
            return _INVALID
        if enum is Reponse and (word := scalar.value.casefold()) in _YES | _NO:
            return Reponse.OUI if word in _YES else Reponse.NON
        member = values.get(scalar.value)
        if member is not None:
            return member
        near = nearest(scalar.value, values)
        listed = ", ".join(values)
        return report.add(
            node.line,
            "choix-invalide",
            f"« {label} » vaut {quote(scalar.value)}, qui n'est pas un des choix possibles.",
            f"Écrivez {near} (choix : {listed})." if near else f"Choisissez parmi : {listed}.",
        )

    return convert


def _list_converter(kind: introspection.ListType, label: str) -> _Convert:
    item = _converter(kind.item_type, label)

    def convert(node: Node, report: _Report) -> Any:
        if not isinstance(node, Items):
            hint = (
                f"« - {_clean(node.value.lstrip('- '), 40)} », avec une espace après le tiret"
                if isinstance(node, Scalar)
                else "un tiret et une espace devant le premier champ"
            )
            return report.add(
                node.line,
                "type-invalide",
                f"« {label} » doit être une liste et contient {_shape(node)}.",
                f"Mettez chaque élément sur sa ligne : {hint}.",
            )
        values = []
        for child in node.nodes:
            if isinstance(child, Scalar) and child.empty:
                report.add(
                    child.line,
                    "element-vide",
                    f"« {label} » contient un tiret sans rien derrière.",
                    "Complétez l'élément ou enlevez le tiret.",
                )
                continue
            value = item(child, report)
            if value is not _INVALID:
                values.append(value)
        return values

    return convert


def _dict_converter(kind: introspection.DictType, label: str) -> _Convert:
    item = _converter(kind.value_type, label)

    def convert(node: Node, report: _Report) -> Any:
        if not isinstance(node, Fields):
            return _not_a_block(node, report, label)
        found = {entry.key: item(entry.node, report) for entry in node.entries}
        return {key: value for key, value in found.items() if value is not _INVALID}

    return convert


def _not_a_block(node: Node, report: _Report, label: str) -> _Invalid:
    return report.add(
        node.line,
        "type-invalide",
        f"{f'« {label} »' if label else 'La fiche'} doit être un bloc « champ: valeur » "
        f"et contient {_shape(node)}.",
        "Écrivez chaque champ sur sa ligne, sous la forme « champ: valeur ».",
    )


#: Every field of a place → the block it belongs in, to say where a misplaced field should go.
_HOME: Final = {
    field.encode_name: block
    for block, record in (("adresse", Adresse), ("zone", Zone), ("age", Age), ("sources", Source))
    for field in msgspec.structs.fields(record)
}


def _unknown_field(entry: Entry, known: Iterable[str], label: str, report: _Report) -> None:
    plain = _plainly(entry.key)
    names = tuple(known)
    near = _SYNONYMS.get(plain) or nearest(entry.key, names, score=70)
    where = f" dans « {label} »" if label else ""
    if near in names:
        remede = f"Vouliez-vous dire « {near} » ?"
    elif not label and (near or plain) in _HOME:
        remede = f"Écrivez « {near or plain} » sous « {_HOME[near or plain]} »."
    else:
        remede = f"Enlevez-le, ou choisissez parmi : {', '.join(names)}."
    report.add(
        entry.line, "champ-inconnu", f"Le champ {quote(entry.key)} n'existe pas{where}.", remede
    )


_MISSING_HELP: Final = {
    "fin": (
        "exception-sans-fin",
        "Une fermeture ou un changement d'horaire n'a pas de date de fin.",
        "Ajoutez « fin: année-mois-jour » ; pour une fermeture définitive, écrivez « statut: ferme ».",
    ),
    "sources": (
        "sans-source",
        "La fiche n'a aucune source.",
        "Ajoutez « sources: » avec l'adresse de la page où les informations ont été lues.",
    ),
}


def _struct_converter(
    kind: introspection.StructType, label: str, placeholders: dict[str, Any] | None = None
) -> _Convert:
    prefix = f"{label}." if label else ""
    converters = {f.encode_name: _converter(f.type, prefix + f.encode_name) for f in kind.fields}
    required = [f.encode_name for f in kind.fields if f.required]

    def convert(node: Node, report: _Report) -> Any:
        if not isinstance(node, Fields):
            return _not_a_block(node, report, label)
        values: dict[str, Any] = {}
        seen: dict[str, int] = {}
        for entry in node.entries:
            if entry.key in seen:
                report.add(
                    entry.line,
                    "cle-en-double",
                    f"Le champ {quote(entry.key)} est écrit deux fois (déjà ligne {seen[entry.key]}).",
                    "Gardez une seule des deux lignes.",
                )
                continue
            seen[entry.key] = entry.line
            converter = converters.get(entry.key)
            if converter is None:
                _unknown_field(entry, converters, label, report)
                continue
            child = entry.node
            if (isinstance(child, Scalar) and child.empty) or (
                isinstance(child, Items) and not child.nodes
            ):
                if entry.key in required:
                    seen.pop(entry.key)
                continue
            value = converter(child, report)
            if value is not _INVALID:
                values[entry.key] = value
        for name in required:
            if name not in seen:
                code, message, remede = _MISSING_HELP.get(
                    name,
                    (
                        "champ-obligatoire",
                        f"Le champ « {prefix}{name} » manque ou est vide.",
                        f"Ajoutez une ligne « {name}: … ».",
                    ),
                )
                report.add(node.line, code, message, remede)
        if placeholders is not None:
            values = {**placeholders, **values}
        if any(name not in values for name in required):
            return _INVALID
        return kind.cls(**values)

    return convert


def _converter(
    kind: introspection.Type, label: str, placeholders: dict[str, Any] | None = None
) -> _Convert:
    """The converter of one field type; ``label`` is the field's path as volunteers see it."""
    if isinstance(kind, introspection.Metadata):
        return _converter(kind.type, label, placeholders)
    if isinstance(kind, introspection.UnionType):
        (inner,) = [t for t in kind.types if not isinstance(t, introspection.NoneType)]
        return _converter(inner, label, placeholders)
    if isinstance(kind, introspection.StrType):
        return _text_converter(kind, label)
    if isinstance(kind, introspection.IntType | introspection.FloatType):
        return _number_converter(kind, label)
    if isinstance(kind, introspection.BoolType):
        return _flag_converter(label)
    if isinstance(kind, introspection.DateType):
        return _date_converter(label)
    if isinstance(kind, introspection.EnumType):
        return _choice_converter(kind.cls, label)
    if isinstance(kind, introspection.ListType):
        return _list_converter(kind, label)
    if isinstance(kind, introspection.DictType):
        return _dict_converter(kind, label)
    if isinstance(kind, introspection.StructType):
        return _struct_converter(kind, label, placeholders)
    raise TypeError(f"no YAML converter for {kind!r} ({label})")


def _flag_converter(label: str) -> _Convert:
    def convert(node: Node, report: _Report) -> Any:
        scalar = _scalar(node, report, label, "oui")
        if scalar is None:
            return _INVALID
        word = scalar.value.casefold()
        if word in _YES | _NO:
            return word in _YES
        return report.add(
            node.line,
            "choix-invalide",
            f"« {label} » vaut {quote(scalar.value)}, qui n'est ni oui ni non.",
            "Écrivez oui ou non.",
        )

    return convert


# --- Files ----------------------------------------------------------------------------------------

R = TypeVar("R")


class Document(msgspec.Struct, Generic[R], frozen=True):
    """One record as read, the problems met on the way, and the tree that knows its lines.

    With problems, ``record`` holds what could be read (fields in error left out, obligatory ones filled
    with an empty placeholder), so that the other checks can still run; ``None`` when nothing could.
    """

    fichier: str
    record: R | None
    problems: tuple[Problem, ...]
    tree: Node | None

    @property
    def sound(self) -> bool:
        """True when the record is exactly what the file says."""
        return self.record is not None and not any(
            p.severity is Severity.ERREUR for p in self.problems
        )

    def line(self, *path: str | int) -> int:
        """The line of a field (``"adresse", "lat"``; ``"telephones", 1``), or of its nearest parent."""
        node, line = self.tree, 1 if self.tree is None else self.tree.line
        for step in path:
            if isinstance(node, Fields) and isinstance(step, str):
                entry = next((e for e in node.entries if e.key == step), None)
                if entry is None:
                    break
                node, line = entry.node, entry.line
            elif isinstance(node, Items) and isinstance(step, int):
                if step >= len(node.nodes):
                    break
                node = node.nodes[step]
                line = node.line
            else:
                break
        return line


class FileStamp(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """What tells that a file changed: its path inside the catalogue, size in bytes, mtime in ns."""

    name: str
    size: int
    mtime_ns: int


def printable_name(path: Path | str) -> str:
    """A file name that can be printed, whatever bytes it holds."""
    name = os.fsencode(path).decode("utf-8", "replace")
    return "".join(c if c.isprintable() else "\ufffd" for c in name)


def read_node(path: Path, fichier: str, limit: int) -> tuple[Node | None, tuple[Problem, ...]]:
    """The tree of the file at ``path``, or the one problem that keeps it from being read."""
    try:
        node = parse_tree(decode(_read_bytes(path, limit)))
        if node is None:
            raise _Unreadable(
                1,
                "fichier-vide",
                "Le fichier est vide.",
                "Complétez-le en partant d'un autre fichier du dossier, ou supprimez-le.",
            )
    except _Unreadable as error:
        problem = Problem(
            fichier=fichier,
            ligne=error.line,
            code=error.code,
            message=error.message,
            remede=error.remede,
        )
        return None, (problem,)
    return node, ()


def _read_bytes(path: Path, limit: int) -> bytes:
    try:
        found = path.stat()
        if not stat.S_ISREG(found.st_mode):
            raise _Unreadable(
                1,
                "fichier-illisible",
                "Ce n'est pas un fichier ordinaire.",
                "Remplacez-le par un fichier YAML, ou supprimez-le.",
            )
        if found.st_size > limit:
            raise _Unreadable(
                1,
                "fichier-trop-gros",
                f"Le fichier fait {found.st_size // 1024} Kio ; le maximum est {limit // 1024} Kio.",
                "Vérifiez qu'il ne contient qu'une fiche et pas un document collé.",
            )
        return path.read_bytes()
    except OSError as error:
        raise _Unreadable(
            1,
            "fichier-illisible",
            f"Le fichier ne peut pas être ouvert ({error.strerror or 'erreur du disque'}).",
            "Vérifiez qu'il existe et que vous avez le droit de le lire.",
        ) from None


_PLACEHOLDERS: Final[dict[type, dict[str, Any]]] = {
    Place: {"id": "", "nom": "", "type": "", "sources": []},
    ServiceKind: {
        "nom": "",
        "pluriel": "",
        "explication": "",
        "besoins": [],
        "presence_parent": Reponse.INCONNU,
    },
    HelpLine: {"nom": "", "numero": "", "pour": "", "besoins": [], "sources": []},
}
_ROOTS: Final[dict[type, _Convert]] = {
    record: _converter(introspection.type_info(record), "", placeholders)
    for record, placeholders in _PLACEHOLDERS.items()
}


def read_record(node: Node, fichier: str, record: type[R]) -> Document[R]:
    """``node`` as a ``Place``, a ``ServiceKind`` or a ``HelpLine``."""
    report = _Report(fichier)
    if isinstance(node, Fields):
        found = _ROOTS[record](node, report)
    else:
        found = report.add(
            node.line,
            "pas-une-fiche",
            f"Le fichier contient {_shape(node)} au lieu d'une fiche.",
            "Commencez la première ligne par « id: », sans tiret devant.",
        )
    value = None if found is _INVALID else cast(R, found)
    return Document(fichier, value, tuple(report.problems), node)


def read_place(folder: Path, name: str) -> Document[Place]:
    """The place of ``folder/name`` (``name`` as in ``places/andenne-bebe-rencontre.yml``)."""
    fichier = printable_name(name)
    node, problems = read_node(folder / name, fichier, MAX_PLACE_BYTES)
    if node is None:
        return Document(fichier, None, problems, None)
    return read_record(node, fichier, Place)


def read_list(folder: Path, name: str, record: type[R]) -> tuple[list[Document[R]], list[Problem]]:
    """The records of a list file such as ``services.yml``, each with its own problems.

    The second value holds the problems of the file itself; the first is empty when there is one.
    """
    node, problems = read_node(folder / name, name, MAX_LIST_BYTES)
    if node is None:
        return [], list(problems)
    if not isinstance(node, Items):
        problem = Problem(
            fichier=name,
            ligne=node.line,
            code="pas-une-liste",
            message=f"Le fichier doit être une liste de fiches et contient {_shape(node)}.",
            remede="Commencez chaque fiche par un tiret : « - id: … ».",
        )
        return [], [problem]
    return [read_record(child, name, record) for child in node.nodes], []


def stamps(folder: Path) -> list[FileStamp]:
    """The places' files, sorted by name; an absent folder has none. Hidden files are left out."""
    found = []
    try:
        with os.scandir(folder / PLACES_FOLDER) as entries:
            for entry in entries:
                if entry.name.endswith(".yml") and not entry.name.startswith("."):
                    found.append(_stamp(entry))
    except OSError:
        return []
    return sorted(found, key=lambda s: os.fsencode(s.name))


def _stamp(entry: os.DirEntry[str]) -> FileStamp:
    name = f"{PLACES_FOLDER}/{entry.name}"
    try:
        status = entry.stat()
    except OSError:  # a dangling link: reading it will say so
        return FileStamp(name, -1, -1)
    return FileStamp(name, status.st_size, status.st_mtime_ns)


def identity_problems(
    places: Iterable[tuple[str, Place, Callable[[str], int]]], kinds: Iterable[str]
) -> Iterator[Problem]:
    """Places no search can tell apart or classify: repeated ids and unknown service kinds.

    ``places`` are (file, place, field → line).
    """
    known = frozenset(kinds)
    seen: dict[str, str] = {}
    for fichier, place, line in places:
        if place.id in seen:
            yield Problem(
                fichier=fichier,
                ligne=line("id"),
                code="id-en-double",
                message=f"L'identifiant {quote(place.id)} est déjà pris par {seen[place.id]}.",
                remede="Donnez à ce lieu un identifiant et un nom de fichier qui lui sont propres.",
            )
        elif place.id:
            seen[place.id] = fichier
        if place.type and place.type not in known:
            near = nearest(place.type, known)
            yield Problem(
                fichier=fichier,
                ligne=line("type"),
                code="type-inconnu",
                message=f"« type » vaut {quote(place.type)}, qui n'est pas une sorte de service connue.",
                remede=f"Vouliez-vous dire {near} ? Les sortes sont dans {SERVICES_FILE}."
                if near
                else f"Choisissez une sorte de {SERVICES_FILE}.",
            )
