"""The JSON Schema of a dialogue file: in French, up to date, and in agreement with the reader."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from bot.dialogues.command import SCHEMA
from bot.dialogues.loading import dialogue_files
from bot.dialogues.schema import dialogue_json_schema, write_schema
from bot.dialogues.vocabulary import Vocabulary, load_vocabulary


@pytest.fixture(scope="module")
def vocabulary() -> Vocabulary:
    return load_vocabulary()


class _EditorLoader(yaml.SafeLoader):
    """Reads YAML as editors do (version 1.2): oui, on and dates are text."""


_EditorLoader.yaml_implicit_resolvers = {
    first: [(tag, regexp) for tag, regexp in resolvers if not tag.endswith((":timestamp", ":bool"))]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def validator(vocabulary: Vocabulary) -> Any:
    schema = dialogue_json_schema(vocabulary)
    jsonschema.Draft7Validator.check_schema(schema)
    return jsonschema.Draft7Validator(schema)


def properties(schema: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    if isinstance(schema, dict):
        yield from schema.get("properties", {}).items()
        for inner in schema.values():
            yield from properties(inner)
    elif isinstance(schema, list):
        for inner in schema:
            yield from properties(inner)


def test_the_shipped_schema_is_that_of_the_records(tmp_path: Path, vocabulary: Vocabulary) -> None:
    write_schema(tmp_path / "schema.json", vocabulary)
    made = (tmp_path / "schema.json").read_text(encoding="utf-8")
    assert SCHEMA.read_text(encoding="utf-8") == made, "relais dialogues schema"


def test_every_field_is_described(vocabulary: Vocabulary) -> None:
    slots = vocabulary.retenus | {"name", "value"}
    for name, schema in properties(dialogue_json_schema(vocabulary)):
        if name not in slots:
            assert schema.get("title"), name
            assert schema.get("description"), name


def test_every_shipped_dialogue_follows_the_schema(vocabulary: Vocabulary) -> None:
    check = validator(vocabulary)
    wrong = [
        f"{path.name} : {error.json_path} {error.message}"
        for path in dialogue_files([])
        for error in check.iter_errors(yaml.load(path.read_text(encoding="utf-8"), _EditorLoader))
    ]
    assert wrong == []


@pytest.mark.parametrize(
    "step",
    [
        {"propse": {}},
        {"propose": {"type": "creche"}},
        {"propose": {"rang": 0}},
        {"dit": []},
        {"dit": "a", "utter": "utter_saluer"},
        {"assertions": [{"action_executed": "action_repondre"}]},
        {"slot_was_set": [{"besoin": []}]},
        {"utter": "bonjour"},
    ],
)
def test_what_the_reader_refuses_the_schema_refuses(
    step: dict[str, Any], vocabulary: Vocabulary
) -> None:
    content = {"test_cases": [{"test_case": "x", "steps": [{"user": "a"}, step]}]}
    assert not validator(vocabulary).is_valid(json.loads(json.dumps(content)))
