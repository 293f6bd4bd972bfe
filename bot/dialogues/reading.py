"""Turns the tree of a dialogue file into records: the records decide what a value means."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Sequence
from typing import Any, Final

import msgspec
import msgspec.inspect as introspection
from msgspec import UNSET

from bot.clock import BRUSSELS
from bot.dialogues.records import (
    VOCABULARY,
    Assertion,
    Dialogue,
    SlotExpectation,
    Step,
)
from bot.dialogues.text import as_pattern
from bot.dialogues.vocabulary import Vocabulary
from bot.places.geography import fold
from bot.places.loading import (
    Entry,
    Fields,
    Items,
    Node,
    Problem,
    Scalar,
    nearest,
    quote,
)

#: Characters: the website refuses a longer message (``bot.channel.site``), so no dialogue can hold it.
_LONGEST_MESSAGE: Final = 1000
#: Fields the reader fills in itself.
_NOT_WRITTEN: Final = frozenset({"ligne"})
_YES: Final = frozenset({"oui", "true", "yes", "vrai"})
_NO: Final = frozenset({"non", "false", "no", "faux"})
_MOMENT: Final = re.compile(r"(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2})(?::\d{2})?")


class _Invalid:
    """What a reader returns when it has reported a problem instead of a value."""


_INVALID: Final = _Invalid()

_WHAT: Final = {
    "sortes": ("une sorte de service", "Les sortes sont dans catalogue/services.yml."),
    "besoins": ("un besoin", "Les besoins sont les intentions besoin_… de domain.yml."),
    "reponses": ("une réponse de domain.yml", "Cherchez son nom, utter_…, dans domain.yml."),
    "actions": ("une action de domain.yml", "Cherchez son nom, action_…, dans domain.yml."),
    "retenus": (
        "une chose que l'assistant retient",
        "La liste est sous « slots » dans domain.yml.",
    ),
}


def parse_moment(text: str) -> dt.datetime | None:
    """Return the Belgian time written ``2026-11-23T10:00``, or ``None`` if it is not written so.

    >>> parse_moment("2026-11-23T10:00").isoformat()
    '2026-11-23T10:00:00+01:00'
    """
    if not _MOMENT.fullmatch(text):
        return None
    try:
        return dt.datetime.fromisoformat(text).replace(tzinfo=BRUSSELS)
    except ValueError:
        return None


class Reader:
    """Turns the tree of one file into records; ``problems`` collects what is wrong with it."""

    def __init__(self, fichier: str, vocabulary: Vocabulary) -> None:
        self.problems: list[Problem] = []
        self._fichier = fichier
        self._vocabulary = vocabulary

    def read(self, kind: introspection.Type, node: Node, label: str, word: str = "") -> Any:
        """Return the value of ``node`` as ``kind`` wants it, or ``_INVALID``.

        Args:
            label: the field's name as volunteers write it; empty for the whole file.
            word: the vocabulary a text must come from.
        """
        if isinstance(kind, introspection.Metadata):
            return self.read(kind.type, node, label, (kind.extra or {}).get(VOCABULARY, word))
        if isinstance(kind, introspection.UnionType):
            (inner,) = [t for t in kind.types if not isinstance(t, introspection.NoneType)]
            return self.read(inner, node, label, word)
        if isinstance(kind, introspection.VarTupleType):
            return self._several(kind, node, label)
        if isinstance(kind, introspection.StructType):
            return self._record(kind, node, label)
        if not isinstance(node, Scalar):
            return self._wrong(node, f"« {label} » demande une seule valeur.", f"{label}: …")
        if node.empty:
            return self._add(
                node.line,
                "valeur-vide",
                f"« {label} » est vide.",
                "Complétez, ou enlevez la ligne.",
            )
        return self._scalar(kind, node, label, word)

    # --- Values -----------------------------------------------------------------------------------

    def _scalar(self, kind: introspection.Type, node: Scalar, label: str, word: str) -> Any:
        if isinstance(kind, introspection.StrType):
            return self._word(node.value, node.line, label, word)
        if isinstance(kind, introspection.BoolType):
            return self._flag(node, label)
        if isinstance(kind, introspection.DateTimeType):
            moment = parse_moment(node.value)
            return moment or self._add(
                node.line,
                "date-invalide",
                f"« {label} » vaut {quote(node.value)} : ce n'est pas une date et une heure.",
                "Écrivez par exemple 2026-11-23T10:00.",
            )
        if isinstance(kind, introspection.IntType | introspection.FloatType):
            return self._number(kind, node, label)
        raise TypeError(f"no reader for {kind!r} ({label})")

    def _flag(self, node: Scalar, label: str) -> Any:
        said = node.value.casefold()
        if said in _YES | _NO:
            return said in _YES
        return self._wrong(node, f"« {label} » vaut {quote(node.value)}.", "oui, ou non")

    def _number(
        self, kind: introspection.IntType | introspection.FloatType, node: Scalar, label: str
    ) -> Any:
        whole = isinstance(kind, introspection.IntType)
        text = node.value.replace(",", ".")
        if not re.fullmatch(r"\d{1,6}" if whole else r"\d{1,6}(\.\d{1,6})?", text):
            what = "un nombre entier" if whole else "un nombre"
            return self._wrong(
                node, f"« {label} » vaut {quote(node.value)} : ce n'est pas {what}.", f"{label}: 2"
            )
        number = int(text) if whole else float(text)
        low, high = kind.ge or 0, kind.le
        if number < low or (high is not None and number > high):
            return self._wrong(
                node,
                f"« {label} » vaut {quote(node.value)}.",
                f"un nombre de {low:g} à {high:g}",
            )
        return number

    def _word(self, value: str, line: int, label: str, word: str) -> Any:
        """Return a text, once known that it says something that exists."""
        if word == "communes":
            return self._commune(value, line, label)
        if word in ("motif", "fragment"):
            return self._pattern(value, line, label, bare=word == "motif")
        if word == "message":
            return self._message(value, line)
        if word and value not in getattr(self._vocabulary, word):
            return self._unknown(value, line, label, word)
        return value

    def _unknown(self, value: str, line: int, label: str, word: str) -> _Invalid:
        what, where = _WHAT[word]
        near = nearest(value, getattr(self._vocabulary, word))
        return self._add(
            line,
            "mot-inconnu",
            f"« {label} » vaut {quote(value)}, qui n'est pas {what}.",
            f"Vouliez-vous dire « {near} » ?" if near else where,
        )

    def _commune(self, value: str, line: int, label: str) -> Any:
        official = self._vocabulary.communes.get(fold(value))
        if official is not None:
            return official
        found = self._vocabulary.gazetteer.find(value)
        communes = list(dict.fromkeys(place.commune for place in found if place.commune))
        return self._add(
            line,
            "commune-inconnue",
            f"« {label} » vaut {quote(value)}, qui n'est pas une commune de Wallonie ou de Bruxelles.",
            f"Vouliez-vous dire « {communes[0]} » ?" if communes else "Écrivez son nom officiel.",
        )

    def _pattern(self, value: str, line: int, label: str, bare: bool) -> Any:
        expression = value if bare else as_pattern(value)
        try:
            re.compile(expression or "")
        except re.error:
            return self._add(
                line,
                "motif-invalide",
                f"« {label} » contient {quote(value)}, qui n'est pas une expression régulière juste.",
                "Corrigez-la, ou écrivez un simple bout de phrase, sans barres obliques.",
            )
        return value

    def _message(self, value: str, line: int) -> Any:
        if len(value) > _LONGEST_MESSAGE:
            return self._add(
                line,
                "message-trop-long",
                f"Le message compte {len(value)} caractères ; le site en accepte {_LONGEST_MESSAGE}.",
                "Raccourcissez-le.",
            )
        order = re.match(r"/(\w+)", value)
        if order and order[1] not in self._vocabulary.intentions:
            near = nearest(order[1], self._vocabulary.intentions)
            return self._add(
                line,
                "intention-inconnue",
                f"« user » vaut {quote(value)}, mais l'intention « {order[1]} » n'existe pas.",
                f"Vouliez-vous dire « /{near} » ?"
                if near
                else "Écrivez plutôt le titre du bouton.",
            )
        return value

    # --- Lists and blocks -------------------------------------------------------------------------

    def _several(self, kind: introspection.VarTupleType, node: Node, label: str) -> Any:
        item = kind.item_type
        if isinstance(item, introspection.StructType) and item.cls is SlotExpectation:
            return self._slots(node, label)
        records = isinstance(item, introspection.StructType)
        if isinstance(node, Items):
            nodes: Sequence[Node] = node.nodes
        elif isinstance(node, Scalar) and not records and not node.empty:
            nodes = [node]
        else:
            return self._wrong(node, f"« {label} » demande une liste.", "un tiret par élément")
        if not nodes:
            return self._wrong(node, f"« {label} » est une liste vide.", "un élément au moins")
        values = [self.read(item, child, label) for child in nodes]
        if records and label == "test_cases":
            self._check_names(values)
        kept = tuple(value for value in values if value is not _INVALID)
        return kept or _INVALID

    def _check_names(self, dialogues: Sequence[Any]) -> None:
        seen: dict[str, int] = {}
        for dialogue in dialogues:
            if not isinstance(dialogue, Dialogue):
                continue
            if dialogue.test_case in seen:
                self._add(
                    dialogue.ligne,
                    "nom-en-double",
                    f"Le nom {quote(dialogue.test_case)} est déjà pris, "
                    f"ligne {seen[dialogue.test_case]}.",
                    "Donnez à chaque dialogue un nom à lui.",
                )
            seen.setdefault(dialogue.test_case, dialogue.ligne)

    def _record(self, kind: introspection.StructType, node: Node, label: str) -> Any:
        if not isinstance(node, Fields):
            return self._wrong(
                node,
                f"{f'« {label} »' if label else 'Le fichier'} demande des champs.",
                "un champ par ligne, « nom: valeur »",
            )
        fields = {f.encode_name: f for f in kind.fields if f.encode_name not in _NOT_WRITTEN}
        values: dict[str, Any] = {}
        sound = True
        for entry in self._entries(node, list(fields), label):
            value = self.read(fields[entry.key].type, entry.node, entry.key)
            sound = sound and value is not _INVALID
            values[entry.key] = value
        for name, field in fields.items():
            if field.required and name not in values:
                sound = False
                self._add(
                    node.line,
                    "champ-obligatoire",
                    f"Le champ « {name} » manque.",
                    f"Ajoutez « {name}: … ».",
                )
        sound = self._fits(kind.cls, node, values) and sound
        if not sound:
            return _INVALID
        if "ligne" in kind.cls.__struct_fields__:
            values["ligne"] = node.line
        return kind.cls(**values)

    def _entries(self, node: Fields, names: Sequence[str], label: str) -> Iterator[Entry]:
        """Yield the fields that exist, each once; report the others."""
        seen: dict[str, int] = {}
        for entry in node.entries:
            if entry.key in seen:
                self._add(
                    entry.line,
                    "cle-en-double",
                    f"Le champ {quote(entry.key)} est écrit deux fois (déjà ligne {seen[entry.key]}).",
                    "Gardez une seule des deux lignes.",
                )
                continue
            seen[entry.key] = entry.line
            if entry.key in names:
                yield entry
                continue
            if entry.key.isdigit():  # « {pas_plus_de_km: 2,5} » : the comma begins another field
                self._wrong(node, "Dans des accolades, une virgule sépare deux champs.", "2.5")
                continue
            near = nearest(entry.key, names, score=70)
            where = f" dans « {label} »" if label else ""
            self._add(
                entry.line,
                "champ-inconnu",
                f"Le champ {quote(entry.key)} n'existe pas{where}.",
                f"Vouliez-vous dire « {near} » ?"
                if near
                else f"Choisissez parmi : {', '.join(names)}.",
            )

    def _fits(self, cls: type, node: Fields, values: dict[str, Any]) -> bool:
        """Tell whether the fields of a record go together; report it if they do not."""
        written = [name for name in values if name not in _NOT_WRITTEN]
        if cls is Dialogue:
            steps = values.get("steps", _INVALID)
            if isinstance(steps, tuple) and not any(step.user for step in steps):
                self._add(
                    node.line,
                    "sans-parent",
                    "Dans ce dialogue, le parent ne dit rien.",
                    "Ajoutez une étape « - user: … ».",
                )
                return False
        if cls is Step and set(written) == {"user", "assertions"}:
            return True
        if cls is Step and "assertions" in written:
            self._wrong(node, "« assertions » se met sous « user ».", "- user: …, puis assertions:")
            return False
        if cls in (Step, Assertion) and len(written) > 1:
            self._wrong(
                node,
                f"Une étape dit une seule chose, celle-ci en dit {len(written)} "
                f"({', '.join(written)}).",
                "un tiret devant chacune",
            )
            return False
        if cls in (Step, Assertion) and not node.entries:
            self._wrong(node, "Une étape est vide.", "user, dit, propose…")
            return False
        return True

    def _slots(self, node: Node, label: str) -> Any:
        """Read « besoins », « besoins: [a, b] », or Rasa's « name: … » and « value: … »."""
        nodes = node.nodes if isinstance(node, Items) else [node]
        found = [slot for child in nodes for slot in self._slot(child, label)]
        kept = tuple(slot for slot in found if isinstance(slot, SlotExpectation))
        return kept if kept and len(kept) == len(found) else _INVALID

    def _slot(self, node: Node, label: str) -> Iterator[SlotExpectation | _Invalid]:
        if isinstance(node, Scalar) and not node.empty:
            yield self._named_slot(node.value, node.line, UNSET)
        elif isinstance(node, Fields) and any(entry.key == "name" for entry in node.entries):
            named = {entry.key: entry for entry in self._entries(node, ("name", "value"), label)}
            name = named["name"].node
            value = named["value"].node if "value" in named else UNSET
            yield self._named_slot(name.value if isinstance(name, Scalar) else "", name.line, value)
        elif isinstance(node, Fields) and node.entries:
            for entry in node.entries:
                yield self._named_slot(entry.key, entry.line, entry.node)
        else:
            yield self._wrong(node, f"« {label} » demande un nom.", "besoins: [besoin_repit]")

    def _named_slot(
        self, name: str, line: int, value: Node | msgspec.UnsetType
    ) -> SlotExpectation | _Invalid:
        if name not in self._vocabulary.retenus:
            return self._unknown(name, line, "slot", "retenus")
        if value is UNSET:
            return SlotExpectation(nom=name)
        if isinstance(value, Scalar):
            return self._slot_value(name, None if value.empty else value.value, value.line)
        if isinstance(value, Items) and all(isinstance(child, Scalar) for child in value.nodes):
            texts = tuple(child.value for child in value.nodes if isinstance(child, Scalar))
            return self._slot_value(name, texts, value.line)
        return self._wrong(
            value, f"La valeur de « {name} » est un bloc.", "un mot, un nombre ou une liste de mots"
        )

    def _slot_value(
        self, name: str, value: str | tuple[str, ...] | None, line: int
    ) -> SlotExpectation | _Invalid:
        texts = value if isinstance(value, tuple) else () if value is None else (value,)
        if name == "besoins":
            checked = [self._word(text, line, name, "besoins") for text in texts]
            if any(isinstance(need, _Invalid) for need in checked):
                return _INVALID
        unknown = [t for t in texts if name == "lieu" and not self._vocabulary.gazetteer.find(t)]
        if unknown:
            return self._add(
                line,
                "commune-inconnue",
                f"« lieu » vaut {quote(unknown[0])}, un endroit que l'assistant ne connaît pas.",
                "Écrivez une commune, un village ou un code postal.",
            )
        return SlotExpectation(nom=name, valeur=value)

    # --- Problems ---------------------------------------------------------------------------------

    def _wrong(self, node: Node, message: str, instead: str) -> _Invalid:
        return self._add(node.line, "type-invalide", message, f"Écrivez : {instead}.")

    def _add(self, line: int, code: str, message: str, remede: str) -> _Invalid:
        problem = Problem(
            fichier=self._fichier, ligne=line, code=code, message=message, remede=remede
        )
        self.problems.append(problem)
        return _INVALID
