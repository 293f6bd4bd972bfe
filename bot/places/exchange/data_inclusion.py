"""Read places from data·inclusion, the French directory of social services, in its JSON schemas v0 and v1.

Schemas: https://github.com/gip-inclusion/data-inclusion-schema (structure and service). A service becomes a
place, completed by its structure; a structure without services becomes a place too. Nothing is guessed from
a theme that two of our service kinds could answer.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any, Final

from bot.places.exchange.contact import email, phones, settle_commune, web_address
from bot.places.exchange.drafts import (
    Draft,
    ExchangeError,
    ImportContext,
    Reading,
    a_date,
    past,
    plain,
    shortened,
    without_nothing,
)
from bot.places.exchange.hsds import RECENT_YEARS, source_note
from bot.places.exchange.json_input import Json, an_object, each, number, parse_json, text, texts
from bot.places.geography import PROVINCES, Gazetteer, fold
from bot.places.hours import parse_problem

#: The directory itself, for a record that gives no address of its own and a file of unknown origin.
DIRECTORY: Final = "data.inclusion.gouv.fr"

#: Values that can only mean one of our service kinds. Left out on purpose: « garde d'enfants » may be a
#: halte-accueil or a crèche, which must never be taken for each other.
_KIND_OF: Final[Mapping[str, str]] = {
    # thematiques (v0 and v1)
    "famille--soutien-a-la-parentalite": "espace_parentalite",
    "famille--soutien-a-la-parentalite-et-a-leducation": "espace_parentalite",
    "famille--information-et-accompagnement-des-parents": "espace_parentalite",
    "famille--accompagnement-femme-enceinte-bebe-jeune-enfant": "accompagnement_perinatal",
    "sante--accompagnement-de-la-femme-enceinte-du-bebe-et-du-jeune-enfant": "accompagnement_perinatal",
    "famille--violences-intrafamiliales": "aide_violences",
    "apprendre-francais": "alphabetisation",
    "apprendre-francais--communiquer-vie-tous-les-jours": "alphabetisation",
    "apprendre-francais--suivre-formation": "alphabetisation",
    "lecture-ecriture-calcul--maitriser-le-francais": "alphabetisation",
    "illettrisme": "alphabetisation",
    "equipement-et-alimentation--alimentation": "relais_social",
    "equipement-et-alimentation--habillement": "relais_social",
    "gestion-financiere--obtenir-une-aide-alimentaire": "relais_social",
    "sante--sante-mentale": "sante_mentale",
    "sante--bien-etre-psychologique": "sante_mentale",
    # typologie (v0)
    "bib": "bibliotheque_ludotheque",
    "mq": "maison_quartier",
    "ccas": "relais_social",
    "cias": "relais_social",
    "es": "relais_social",
    "avip": "milieu_accueil",
    "cmp": "sante_mentale",
    # reseaux_porteurs (v1)
    "ccas-cias": "relais_social",
    "banques-alimentaires": "relais_social",
    "restos-du-coeur": "relais_social",
    "creches-avip": "milieu_accueil",
}

#: Fields we read; every other one is counted and named in the report.
_READ: Final = frozenset(
    {
        "adresse",
        "code_postal",
        "commune",
        "complement_adresse",
        "courriel",
        "date_maj",
        "date_suspension",
        "description",
        "frais",
        "frais_autres",
        "frais_precisions",
        "horaires_accueil",
        "horaires_ouverture",
        "id",
        "latitude",
        "lien_source",
        "longitude",
        "modes_accueil",
        "modes_orientation_beneficiaire",
        "nom",
        "page_web",
        "presentation_detail",
        "presentation_resume",
        "reseaux_porteurs",
        "services",
        "site_web",
        "source",
        "structure",
        "structure_id",
        "telephone",
        "thematiques",
        "typologie",
        "zone_diffusion_nom",
    }
)
#: Never read, whatever they hold: the names of people who work there (catalogue/README.md).
_PEOPLE: Final = frozenset({"contact_nom_prenom"})

_PRESENTATION: Final = 400
_PRICE: Final = 200


def read_data_inclusion(data: bytes, context: ImportContext) -> Reading:
    """The drafts of a file of structures, of services, or of both.

    Raises:
        ExchangeError: when the file is no JSON, or holds neither.
    """
    structures, services = _sorted_out(parse_json(data))
    if not structures and not services:
        raise ExchangeError(
            "Le fichier ne contient ni structure ni service data·inclusion : "
            "une liste, ou « structures » et « services », est attendue."
        )
    by_id = {_key(structure): structure for structure in structures}
    drafts = []
    used: set[str | None] = set()
    for line, service in enumerate(services, start=1):
        parent = _structure_of(service, by_id)
        used.add(_key(parent) if parent else None)
        drafts.append(_draft(line, f"service n° {line}", service, parent, context))
    for line, structure in enumerate(structures, start=1):
        if _key(structure) is None or _key(structure) not in used:
            drafts.append(_draft(line, f"structure n° {line}", structure, {}, context))
    return Reading(tuple(drafts), tuple(_left_out([*structures, *services])))


def _sorted_out(document: object) -> tuple[list[Json], list[Json]]:
    """The structures and the services of a file, whatever its shape."""
    structures: list[Json] = []
    services: list[Json] = []
    for item in _records(document):
        if "structure_id" in item or isinstance(item.get("structure"), Mapping):
            services.append(item)
            continue
        structures.append(item)
        inside = [{"structure_id": item.get("id"), **s} for s in each(item, "services")]
        services += [s for s in inside if text(s, "nom") is not None]
    return structures, services


def _records(document: object) -> Iterator[Json]:
    if isinstance(document, list):
        for item in document:
            if isinstance(item, Mapping):
                # A result of a search: the service with its distance.
                found = item.get("service")
                yield found if isinstance(found, Mapping) and "nom" not in item else item
        return
    whole = an_object(document)
    lists = ("structures", "services", "items", "data", "results")
    if any(isinstance(whole.get(key), list) for key in lists) and "nom" not in whole:
        for key in lists:
            if isinstance(whole.get(key), list):
                yield from _records(whole[key])
    elif "nom" in whole:
        yield whole


def _key(item: Json) -> str | None:
    """The identifier of a record among all producers: « dora--42 »."""
    identifier, source = text(item, "id"), text(item, "source")
    if identifier is None:
        return None
    if source is None or identifier.startswith(f"{source}--"):
        return identifier
    return f"{source}--{identifier}"


def _structure_of(service: Json, by_id: Mapping[str | None, Json]) -> Json:
    inside = service.get("structure")
    if isinstance(inside, Mapping):
        return inside
    identifier, source = text(service, "structure_id"), text(service, "source")
    if identifier is None:
        return {}
    return by_id.get(identifier) or by_id.get(f"{source}--{identifier}") or {}


def _left_out(items: list[Json]) -> Iterator[str]:
    count = Counter(
        key
        for item in items
        for key, value in item.items()
        if isinstance(key, str) and key not in _READ and value not in (None, "", [], {})
    )
    people = sum(count.pop(name, 0) for name in _PEOPLE)
    if people:
        yield "Les noms de personnes (« contact_nom_prenom ») ne sont jamais repris."
    if count:
        names = ", ".join(f"{name[:40]} ({n})" for name, n in sorted(count.items())[:30])
        yield f"Champs sans équivalent dans une fiche, laissés de côté : {names}."


# --- One record ------------------------------------------------------------------------------------


def _draft(line: int, where: str, item: Json, parent: Json, context: ImportContext) -> Draft:
    """The draft of a service (``parent`` is its structure) or of a structure alone (``parent`` empty)."""
    remarks: list[str] = []
    name = (text(item, "nom") or "").rstrip(".")
    organisation = (text(parent, "nom") or "").rstrip(".")
    changed = past(a_date(item.get("date_maj")), context.today)
    kind = _kind(item, parent, context)
    fields: dict[str, Any] = {
        "nom": name,
        "organisme": organisation if fold(organisation) != fold(name) else None,
        "type": kind,
        "presentation": _presentation(item, remarks),
        "adresse": _address(item, parent, context.gazetteer, remarks),
        "zone": _zone(item, context.gazetteer, remarks),
        "telephones": _first_phones(item, parent, remarks),
        "courriel": email(text(item, "courriel") or text(parent, "courriel"), remarks),
        "site": web_address(
            text(item, "page_web", "site_web") or text(parent, "site_web"), remarks
        ),
        "acces": _access(item),
        **_hours(text(item, *_HOURS) or text(parent, *_HOURS), remarks),
    }
    guessed = {"type"}
    state = _state(item, changed, context.today)
    if state is not None:
        fields["statut"] = state
        if state == "actif":
            guessed.add("statut")
    fields["sources"] = [_source(item, parent, changed, context)]
    fields = without_nothing(fields)
    return Draft(
        ligne=line,
        repere=where,
        nom=name,
        fields=fields,
        guessed=frozenset(guessed & fields.keys()),
        exact=False,
        maj=changed,
        remarques=tuple(dict.fromkeys(remarks)),
        refus=tuple(_refusals(item, parent)),
    )


def _refusals(item: Json, parent: Json) -> Iterator[str]:
    code = text(item, "code_postal") or text(parent, "code_postal")
    if code is not None and re.fullmatch(r"\d{5}", code):
        yield f"Le code postal {code} est français : l'assistant couvre la Wallonie et Bruxelles."


def _kind(item: Json, parent: Json, context: ImportContext) -> str | None:
    """The one service kind that the record's own values can mean, then its structure's; else the default."""
    for record, keys in (
        (item, ("thematiques",)),
        (item, ("typologie", "reseaux_porteurs")),
        (parent, ("typologie", "reseaux_porteurs")),
    ):
        values = [value.lower() for value in texts(record, *keys)]
        kinds = {_KIND_OF[value] for value in values if value in _KIND_OF}
        if len(kinds) == 1:
            kind = kinds.pop()
            if kind in context.services:
                return kind
    return context.type_par_defaut


def _presentation(item: Json, remarks: list[str]) -> str | None:
    written = text(item, "presentation_resume") or text(item, "description", "presentation_detail")
    if written is None:
        return None
    whole = plain(written)
    short = shortened(whole, _PRESENTATION)
    if short != whole:
        remarks.append(f"Présentation raccourcie à {_PRESENTATION} signes : relisez-la.")
    return short or None


def _address(
    item: Json, parent: Json, gazetteer: Gazetteer | None, remarks: list[str]
) -> dict[str, Any]:
    modes = texts(item, "modes_accueil")
    if modes and "en-presentiel" not in modes:
        remarks.append("Service à distance : sans adresse.")
        return {}
    # An address is taken whole from one record: half of each would be a third place.
    own = text(item, "commune", "code_postal", "adresse") is not None
    record = item if own else parent
    latitude, longitude = number(record, "latitude"), number(record, "longitude")
    code = text(record, "code_postal")
    if code is not None:
        code = re.sub(r"^B(?:E)?[- ]?(?=\d{4}$)", "", code, flags=re.IGNORECASE)
    address: dict[str, Any] = {
        "rue": text(record, "adresse"),
        "complement": text(record, "complement_adresse"),
        "code_postal": code,
        "commune": text(record, "commune"),
        "lat": latitude if longitude is not None else None,
        "lon": longitude if latitude is not None else None,
    }
    settle_commune(address, gazetteer, remarks, complete=True)
    return address


def _zone(item: Json, gazetteer: Gazetteer | None, remarks: list[str]) -> dict[str, list[str]]:
    """The area of a service at a distance; a service with a door is found by its door."""
    name = text(item, "zone_diffusion_nom")
    modes = texts(item, "modes_accueil")
    if name is None or not modes or "en-presentiel" in modes:
        return {}
    provinces = {fold(province): province for province in PROVINCES}
    communes = {fold(n): n for n in gazetteer.communes()} if gazetteer is not None else {}
    key = fold(name)
    if key in communes:
        return {"communes": [communes[key]]}
    key = re.sub(r"^province (?:de |du )?", "", key)
    if key in provinces:
        return {"provinces": [provinces[key]]}
    remarks.append(f"Zone laissée de côté : « {name[:60]} » n'est ni une commune ni une province.")
    return {}


def _first_phones(item: Json, parent: Json, remarks: list[str]) -> list[str]:
    own = phones(texts(item, "telephone"), remarks)
    return own or phones(texts(parent, "telephone"), remarks)


def _access(item: Json) -> dict[str, Any]:
    fees = {value.lower() for value in texts(item, "frais")}
    free = "oui" if fees == {"gratuit"} else "non" if fees & {"payant", "adhesion"} else None
    price = text(item, "frais_precisions", "frais_autres")
    if price is None and "gratuit-sous-conditions" in fees:
        price = "gratuit sous conditions"
    ways = set(texts(item, "modes_orientation_beneficiaire"))
    return {
        "gratuit": free,
        "prix": shortened(plain(price), _PRICE) if price is not None else None,
        "rendez_vous": "oui" if "prendre-rdv" in ways and "se-presenter" not in ways else None,
    }


_HOURS: Final = ("horaires_accueil", "horaires_ouverture")
_SCHOOL_HOLIDAYS: Final = re.compile(r"\s*;\s*(?:PH,)?SH(,PH)? (?:off|closed)\s*(?=;|$)")


def _hours(written: str | None, remarks: list[str]) -> dict[str, str | None]:
    """OSM hours; « SH off » becomes ``vacances_scolaires``; anything else goes to the note as it is."""
    if written is None:
        return {}
    without = _SCHOOL_HOLIDAYS.sub("", written)
    if without != written and parse_problem(without) is None:
        public = "; PH off" if "PH" in written and "PH" not in without else ""
        return {"horaires": without + public, "vacances_scolaires": "ferme"}
    problem = parse_problem(written)
    if problem is None:
        return {"horaires": written}
    remarks.append(f"Horaires repris dans « horaires_note ». {problem}")
    return {"horaires_note": shortened(plain(written), 300) or None}


def _state(item: Json, changed: dt.date | None, today: dt.date) -> str | None:
    suspended = a_date(item.get("date_suspension"))
    if suspended is not None and suspended <= today:
        return "suspendu"
    if changed is None:
        return None
    since = (changed.year + RECENT_YEARS, changed.month, changed.day)
    return "actif" if since >= (today.year, today.month, today.day) else None


def _source(
    item: Json, parent: Json, changed: dt.date | None, context: ImportContext
) -> dict[str, Any]:
    ignored: list[str] = []
    address = (
        web_address(text(item, "lien_source"), ignored)
        or web_address(text(parent, "lien_source"), ignored)
        or context.origine
        or DIRECTORY
    )
    key = _key(item)
    return {
        "adresse": address,
        "vu_le": changed,
        "note": source_note("data·inclusion", key) if key is not None else None,
    }
