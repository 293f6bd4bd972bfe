"""The JSON Schema of a place: complete, in French, and in agreement with the reader."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from bot.paths import CATALOGUE
from bot.places.loading import read_list, stamps
from bot.places.records import Place, ServiceKind
from bot.places.schema import place_json_schema, write_schema

SOUND = {
    "id": "le-pre",
    "nom": "Le Pré",
    "type": "lieu_rencontre",
    "sources": [{"adresse": "https://www.exemple.be"}],
}


def shipped_kinds() -> list[ServiceKind]:
    documents, _ = read_list(CATALOGUE, "services.yml", ServiceKind)
    return [document.record for document in documents if document.record is not None]


def validator(kinds: list[ServiceKind] | None = None) -> Any:
    schema = place_json_schema(kinds or [])
    jsonschema.Draft7Validator.check_schema(schema)
    return jsonschema.Draft7Validator(schema, format_checker=jsonschema.FormatChecker())


class _EditorLoader(yaml.SafeLoader):
    """Reads YAML as editors do (version 1.2): oui, on and dates are text."""


_EditorLoader.yaml_implicit_resolvers = {
    first: [(tag, regexp) for tag, regexp in resolvers if not tag.endswith((":timestamp", ":bool"))]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def every_property(schema: dict[str, Any], path: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    for name, inner in schema.get("properties", {}).items():
        yield f"{path}{name}", inner
        yield from every_property(inner, f"{path}{name}.")
        if "items" in inner:
            yield f"{path}{name}[]", inner["items"]
            yield from every_property(inner["items"], f"{path}{name}[].")


def test_every_field_of_a_place_has_a_title_and_a_description() -> None:
    for path, schema in every_property(place_json_schema()):
        assert schema.get("title"), path
        assert schema.get("description"), path


def test_the_schema_names_every_field_of_the_record() -> None:
    assert list(place_json_schema()["properties"]) == list(Place.__struct_fields__)


def test_the_type_is_one_of_the_shipped_kinds() -> None:
    kinds = shipped_kinds()
    assert place_json_schema(kinds)["properties"]["type"]["enum"] == [kind.id for kind in kinds]
    assert "enum" not in place_json_schema()["properties"]["type"]


def test_every_shipped_place_follows_the_schema() -> None:
    check = validator(shipped_kinds())
    wrong = [
        f"{stamp.name} : {error.json_path} {error.message}"
        for stamp in stamps(CATALOGUE)
        for error in check.iter_errors(
            yaml.load((CATALOGUE / stamp.name).read_text(encoding="utf-8"), _EditorLoader)
        )
    ]
    assert wrong == []


@pytest.mark.parametrize(
    "change",
    [
        {},
        {"adresse": None, "telephones": None, "statut": None, "presence_parent": None},
        {"adresse": {"code_postal": 5000, "commune": "Namur"}},
        {"telephones": [81246311, "+3281246311"]},
        {"exceptions": [{"debut": "2026-07-01", "fin": "2026-08-31"}]},
        {"acces": {"gratuit": "oui", "langues": ["arabe"]}},
    ],
)
def test_a_sound_place_is_accepted(change: dict[str, Any]) -> None:
    assert list(validator().iter_errors({**SOUND, **change})) == []


@pytest.mark.parametrize(
    "change",
    [
        {"id": "Le Pré"},
        {"nom": None},
        {"telephone": "081"},
        {"statut": "ouvert"},
        {"sources": []},
        {"adresse": {"code_postal": "50000"}},
        {"adresse": {"lat": 5.1}},
        {"age": {"max_mois": "3 ans"}},
        {"exceptions": [{"debut": "2026-07-01"}]},
        {"verifie_le": "12/03/2026"},
    ],
)
def test_a_mistaken_place_is_refused(change: dict[str, Any]) -> None:
    assert list(validator().iter_errors({**SOUND, **change}))


def test_the_schema_is_written_readable_and_stable(tmp_path: Path) -> None:
    path = tmp_path / "neuf" / "place.schema.json"
    write_schema(path, shipped_kinds())
    first = path.read_bytes()
    write_schema(path, shipped_kinds())
    assert path.read_bytes() == first
    assert "Identifiant" in first.decode()
    assert json.loads(first)["$schema"] == "http://json-schema.org/draft-07/schema#"
