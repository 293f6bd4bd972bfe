"""The JSON Schema of a place's file, generated from the records, for editors that help while one types."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final

import msgspec.inspect as introspection

from bot.places.records import Place, ServiceKind

#: Path of a field (``[]`` for the items of a list) → its title and what to write there.
#: A description already on the record completes this one.
_FIELDS: Final[Mapping[str, tuple[str, str]]] = {
    "id": ("Identifiant", "Le même que le nom du fichier, sans « .yml »."),
    "nom": ("Nom", "Le nom du lieu, comme il s'appelle lui-même."),
    "type": ("Sorte de service", "Ce que le lieu fait surtout."),
    "organisme": ("Organisme", "L'association ou l'administration qui tient le lieu."),
    "presentation": ("Présentation", "Des mots de tous les jours, sans promesse."),
    "objectifs": ("Objectifs", "Pour un lieu de rencontre enfants et parents seulement."),
    "objectifs[]": ("Objectif", "Un des huit objectifs des lieux de rencontre."),
    "besoins": ("Besoins en plus", "Seulement si une source le dit."),
    "besoins[]": ("Besoin", "Par exemple besoin_isolement."),
    "statut": ("Statut", "Le lieu existe-t-il encore ? « inconnu » si on ne sait pas."),
    "adresse": ("Adresse", "Où se trouve la porte. Laissez vide ce qu'on ne sait pas."),
    "adresse.rue": ("Rue et numéro", "Par exemple « Rue de la Station 12 »."),
    "adresse.complement": ("Complément", "Étage, entrée, nom du bâtiment."),
    "adresse.code_postal": ("Code postal", "Quatre chiffres."),
    "adresse.localite": ("Localité", "Le village ou le quartier de ce code postal."),
    "adresse.commune": ("Commune", "Le nom officiel de la commune."),
    "adresse.lat": ("Latitude", "De 49 à 52, avec un point."),
    "adresse.lon": ("Longitude", "De 2 à 7, avec un point."),
    "zone": ("Zone desservie", "Pour un service sans porte : les endroits où il va."),
    "zone.communes": ("Communes", "Les communes desservies."),
    "zone.communes[]": ("Commune", "Le nom officiel de la commune."),
    "zone.provinces": ("Provinces", "Les provinces desservies en entier."),
    "zone.provinces[]": ("Province", "Par exemple Luxembourg, ou Bruxelles-Capitale."),
    "zone.codes_postaux": ("Codes postaux", "Quand seule une partie d'une commune est desservie."),
    "zone.codes_postaux[]": ("Code postal", "Quatre chiffres."),
    "telephones": ("Téléphones", "Un numéro par ligne, le plus utile d'abord."),
    "telephones[]": ("Téléphone", 'Forme internationale entre guillemets : "+3281246311".'),
    "courriel": ("Courriel", "Une seule adresse."),
    "site": ("Site", "L'adresse complète, avec https://."),
    "age": ("Âge des enfants", "En mois : 2 ans et demi s'écrit 30. Vide si pas de limite connue."),
    "age.min_mois": ("Âge minimum", "Compris."),
    "age.max_mois": ("Âge maximum", "Compris. « Jusqu'à 3 ans » s'écrit 36."),
    "presence_parent": ("Le parent reste", "« oui » si le parent reste avec l'enfant."),
    "acces": ("Accès", "Ce qu'il faut faire, payer et pouvoir faire pour entrer."),
    "acces.rendez_vous": ("Sur rendez-vous", "oui, non ou inconnu."),
    "acces.inscription": ("Inscription obligatoire", "oui, non ou inconnu."),
    "acces.gratuit": ("Gratuit", "oui, non ou inconnu."),
    "acces.prix": ("Prix", "Comme la source le dit, par exemple « 1 € par matinée »."),
    "acces.langues": ("Langues", "Les langues parlées sur place."),
    "acces.langues[]": ("Langue", "En français, par exemple « arabe »."),
    "acces.pmr": ("Accessible", "Une poussette ou une chaise roulante peut-elle entrer ?"),
    "horaires": ("Horaires", "Mo Tu We Th Fr Sa Su ; vide si on ne sait pas."),
    "horaires_note": ("Note sur les horaires", "Par exemple « un mercredi sur deux »."),
    "vacances_scolaires": ("Vacances scolaires", "ouvert, ferme ou inconnu."),
    "exceptions": ("Fermetures et changements datés", "Chacun avec un début et une fin."),
    "exceptions[]": ("Exception", "Une fermeture ou un changement d'horaire daté."),
    "exceptions[].debut": ("Premier jour", "Année-mois-jour."),
    "exceptions[].fin": ("Dernier jour", "Année-mois-jour, compris."),
    "exceptions[].horaires": ("Horaires ces jours-là", "« off » pour fermé."),
    "exceptions[].raison": ("Raison", "En quelques mots, pour le parent."),
    "verifie_le": ("Vérifié le", "Le jour où le lieu lui-même a confirmé la fiche."),
    "verifie_comment": ("Vérifié comment", "Par exemple « téléphone » ou « visite »."),
    "remarque": ("Remarque", "Ce que le parent doit savoir avant de venir."),
    "notes": ("Notes", "Ce qui aide les bénévoles à tenir la fiche."),
    "sources": ("Sources", "Au moins une : d'où viennent les informations."),
    "sources[]": ("Source", "Une page ou un document."),
    "sources[].adresse": ("Adresse de la source", "L'adresse complète de la page, ou « seeds/… »."),
    "sources[].vu_le": ("Vue le", "Année-mois-jour ; vide si on ne sait pas."),
    "sources[].note": ("Note", "Ce que la source dit, et ses limites."),
}

#: Fields whose digits many people write without quotation marks; the reader keeps them as text.
_DIGITS: Final = frozenset({"adresse.code_postal", "zone.codes_postaux[]", "telephones[]"})


def _limits(kind: Any, names: Mapping[str, str]) -> dict[str, Any]:
    """The constraints of a type that are set, under their JSON Schema names."""
    values = {schema: getattr(kind, name) for name, schema in names.items()}
    return {name: value for name, value in values.items() if value is not None}


_NUMBER_LIMITS: Final = {
    "ge": "minimum",
    "gt": "exclusiveMinimum",
    "le": "maximum",
    "lt": "exclusiveMaximum",
}


def _schema(kind: introspection.Type, path: str) -> dict[str, Any]:
    if isinstance(kind, introspection.Metadata):
        return {**_schema(kind.type, path), **(kind.extra_json_schema or {})}
    if isinstance(kind, introspection.UnionType):
        (inner,) = [t for t in kind.types if not isinstance(t, introspection.NoneType)]
        return _schema(inner, path)
    if isinstance(kind, introspection.StrType):
        limits = {"min_length": "minLength", "max_length": "maxLength", "pattern": "pattern"}
        kinds: Any = ["string", "integer"] if path in _DIGITS else "string"
        return {"type": kinds, **_limits(kind, limits)}
    if isinstance(kind, introspection.IntType):
        return {"type": "integer", **_limits(kind, _NUMBER_LIMITS)}
    if isinstance(kind, introspection.FloatType):
        return {"type": "number", **_limits(kind, _NUMBER_LIMITS)}
    if isinstance(kind, introspection.DateType):
        return {"type": "string", "format": "date"}
    if isinstance(kind, introspection.EnumType):
        return {"enum": [member.value for member in kind.cls]}
    if isinstance(kind, introspection.ListType):
        item = {**_schema(kind.item_type, f"{path}[]"), **_help(f"{path}[]", {})}
        lengths = {"min_length": "minItems", "max_length": "maxItems"}
        return {"type": "array", "items": item, **_limits(kind, lengths)}
    if isinstance(kind, introspection.StructType):
        return _object(kind, path)
    raise TypeError(f"no JSON Schema for {kind!r} ({path})")


def _object(kind: introspection.StructType, path: str) -> dict[str, Any]:
    properties = {}
    for field in kind.fields:
        where = f"{path}.{field.encode_name}" if path else field.encode_name
        schema = _schema(field.type, where)
        schema.update(_help(where, schema))
        properties[field.encode_name] = schema if field.required else _or_empty(schema)
    return {
        "type": "object",
        "properties": properties,
        "required": [field.encode_name for field in kind.fields if field.required],
        "additionalProperties": False,
    }


def _help(path: str, schema: Mapping[str, Any]) -> dict[str, str]:
    title, description = _FIELDS[path]
    return {
        "title": title,
        "description": f"{schema['description']} {description}"
        if "description" in schema
        else description,
    }


def _or_empty(schema: dict[str, Any]) -> dict[str, Any]:
    """The same field, which may also be left empty: nobody told us."""
    if "enum" in schema:
        return {**schema, "enum": [*schema["enum"], None]}
    kinds = schema["type"]
    return {**schema, "type": [*(kinds if isinstance(kinds, list) else [kinds]), "null"]}


def place_json_schema(kinds: Iterable[ServiceKind] = ()) -> dict[str, Any]:
    """The JSON Schema (draft 7) of a file of ``catalogue/places/``.

    With ``kinds``, ``type`` only accepts their ids. The schema helps while typing; what it cannot say
    (a postcode and its locality, hours, duplicates) is the business of ``checks.check_catalogue``.

    >>> place_json_schema()["properties"]["nom"]["title"]
    'Nom'
    """
    root = introspection.type_info(Place)
    assert isinstance(root, introspection.StructType)
    schema = _object(root, "")
    known = list(kinds)
    if known:
        explained = " ; ".join(f"{kind.id} : {kind.nom}" for kind in known)
        of_type = schema["properties"]["type"]
        of_type["enum"] = [kind.id for kind in known]
        of_type["description"] = f"{of_type['description']} {explained}."
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "Un lieu pour les parents",
        "description": "Une fiche de catalogue/places/. Un champ vide veut dire : on ne sait pas.",
        **schema,
    }


def write_schema(path: Path, kinds: Iterable[ServiceKind] = ()) -> None:
    """Write the schema of a place to ``path``, readable and always the same for the same records."""
    text = json.dumps(place_json_schema(kinds), ensure_ascii=False, indent=2)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"{text}\n", encoding="utf-8")
