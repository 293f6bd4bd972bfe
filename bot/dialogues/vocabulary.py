"""The words a dialogue may use: responses, slots, needs, service kinds, communes; read without Rasa."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import msgspec
import yaml

from bot.dialogue.facts import NEED_PREFIX
from bot.paths import CATALOGUE, DOMAIN
from bot.places.geography import Gazetteer, fold
from bot.places.loading import SERVICES_FILE, read_list
from bot.places.records import ServiceKind


class Vocabulary(msgspec.Struct, frozen=True):
    """The names that exist, by what they name. ``communes`` maps a folded name to the official one."""

    reponses: frozenset[str]
    actions: frozenset[str]
    intentions: frozenset[str]
    besoins: frozenset[str]
    retenus: frozenset[str]
    sortes: frozenset[str]
    communes: Mapping[str, str]
    gazetteer: Gazetteer


def load_vocabulary(domain: Path = DOMAIN, catalogue: Path = CATALOGUE) -> Vocabulary:
    """Read the names from the domain and the catalogue.

    Raises:
        OSError, yaml.YAMLError, GeographyError: if one of them cannot be read at all.
    """
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    content = yaml.load(domain.read_text(encoding="utf-8"), Loader=loader)
    intents = frozenset(str(name) for name in content["intents"])
    responses = frozenset(content["responses"])
    kinds, _ = read_list(catalogue, SERVICES_FILE, ServiceKind)
    gazetteer = Gazetteer.load(catalogue / "geographie")
    return Vocabulary(
        reponses=responses,
        actions=frozenset(content["actions"]) | frozenset(content["forms"]) | responses,
        intentions=intents,
        besoins=frozenset(name for name in intents if name.startswith(NEED_PREFIX)),
        retenus=frozenset(content["slots"]) | {"requested_slot"},
        sortes=frozenset(kind.record.id for kind in kinds if kind.record is not None),
        communes={fold(name): name for name in gazetteer.communes()},
        gazetteer=gazetteer,
    )
