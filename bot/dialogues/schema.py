"""The JSON Schema of a dialogue file, generated from the records, for editors that help while one types."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import msgspec.inspect as introspection

from bot.dialogues.records import (
    VOCABULARY,
    Assertion,
    DialogueFile,
    SlotExpectation,
    Step,
)
from bot.dialogues.vocabulary import Vocabulary

_NOT_WRITTEN: Final = frozenset({"ligne"})
#: Vocabularies short and stable enough to be listed; the others change with every sentence reworded.
_LISTED: Final = frozenset({"sortes", "besoins"})
_PATTERNS: Final[Mapping[str, str]] = {"reponses": "^utter_", "actions": "^(utter|action)_"}
_MOMENT: Final = {
    "type": "string",
    "pattern": r"^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2})?$",
}
_VALUE: Final = {
    "type": ["string", "number", "boolean", "array", "null"],
    "items": {"type": ["string", "number"]},
    "description": "Ce qu'il a retenu. null : rien. Une liste : tout cela, dans n'importe quel ordre.",
}


def dialogue_json_schema(vocabulary: Vocabulary) -> dict[str, Any]:
    """Return the JSON Schema (draft 7) of a file of ``tests/dialogues/``.

    It helps while typing; what it cannot say (a response's name, a commune) the reader checks.
    """
    root = introspection.type_info(DialogueFile)
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "Des dialogues, qui sont des tests",
        "description": "Un fichier de tests/dialogues/. Le guide est docs/dialogues.md.",
        **_schema(root, vocabulary, ""),
        "definitions": {
            **{word: {"enum": sorted(getattr(vocabulary, word))} for word in sorted(_LISTED)},
            "retenu": _slots(vocabulary),
            "valeur": _VALUE,
        },
    }


def write_schema(path: Path, vocabulary: Vocabulary) -> None:
    """Write the schema to ``path``, readable and always the same for the same records."""
    text = json.dumps(dialogue_json_schema(vocabulary), ensure_ascii=False, indent=2)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"{text}\n", encoding="utf-8")


def _schema(kind: introspection.Type, vocabulary: Vocabulary, word: str) -> dict[str, Any]:
    if isinstance(kind, introspection.Metadata):
        inner = _schema(kind.type, vocabulary, (kind.extra or {}).get(VOCABULARY, word))
        return {**(kind.extra_json_schema or {}), **inner}
    if isinstance(kind, introspection.UnionType):
        (only,) = [t for t in kind.types if not isinstance(t, introspection.NoneType)]
        return _schema(only, vocabulary, word)
    if isinstance(kind, introspection.VarTupleType):
        return _several(kind, vocabulary)
    if isinstance(kind, introspection.StructType):
        return _record(kind, vocabulary)
    if isinstance(kind, introspection.DateTimeType):
        return dict(_MOMENT)
    return _scalar(kind, vocabulary, word)


def _scalar(kind: introspection.Type, vocabulary: Vocabulary, word: str) -> dict[str, Any]:
    if isinstance(kind, introspection.BoolType):
        return {"enum": ["oui", "non", True, False]}
    if isinstance(kind, introspection.IntType | introspection.FloatType):
        name = "integer" if isinstance(kind, introspection.IntType) else "number"
        limits = {"minimum": kind.ge, "maximum": kind.le}
        return {"type": name, **{key: v for key, v in limits.items() if v is not None}}
    if not isinstance(kind, introspection.StrType):
        raise TypeError(f"no JSON Schema for {kind!r}")
    if word in _LISTED:
        return {"$ref": f"#/definitions/{word}"}
    if word in _PATTERNS:
        return {"type": "string", "pattern": _PATTERNS[word]}
    # « 112 » or « 5000 » without quotation marks is a number to an editor, and text to the reader.
    return {"type": ["string", "number"]}


def _several(kind: introspection.VarTupleType, vocabulary: Vocabulary) -> dict[str, Any]:
    item = kind.item_type
    if isinstance(item, introspection.StructType) and item.cls is SlotExpectation:
        # Beside « $ref », a title would be ignored.
        return {"allOf": [{"$ref": "#/definitions/retenu"}]}
    of_item = _schema(item, vocabulary, "")
    several = {"type": "array", "items": of_item, "minItems": 1}
    if isinstance(item, introspection.StructType):
        return several
    return {"oneOf": [of_item, several]}


def _slots(vocabulary: Vocabulary) -> dict[str, Any]:
    names = sorted(vocabulary.retenus)
    name, value = {"enum": names}, {"$ref": "#/definitions/valeur"}
    by_name = {
        "type": "object",
        "properties": dict.fromkeys(names, value),
        "additionalProperties": False,
        "minProperties": 1,
    }
    as_rasa = {
        "type": "object",
        "properties": {"name": name, "value": value},
        "required": ["name"],
        "additionalProperties": False,
    }
    one = {"anyOf": [name, by_name, as_rasa]}
    return {"anyOf": [one, {"type": "array", "items": one, "minItems": 1}]}


def _record(kind: introspection.StructType, vocabulary: Vocabulary) -> dict[str, Any]:
    written = [field for field in kind.fields if field.encode_name not in _NOT_WRITTEN]
    schema: dict[str, Any] = {
        "type": "object",
        "properties": {f.encode_name: _schema(f.type, vocabulary, "") for f in written},
        "required": [field.encode_name for field in written if field.required],
        "additionalProperties": False,
    }
    if kind.cls is Assertion:
        schema |= {"minProperties": 1, "maxProperties": 1}
    if kind.cls is Step:
        schema["oneOf"] = [
            {"required": [f.encode_name]} for f in written if f.encode_name != "assertions"
        ]
        schema["dependencies"] = {"assertions": ["user"]}
    return schema
