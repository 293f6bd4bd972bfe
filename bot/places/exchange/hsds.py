"""Places as HSDS (Human Services Data Specification, also called Open Referral), both ways.

Written: version 3, one fully nested service per place, in one page of results
(https://docs.openreferral.org, schemas of ``service``, ``location``, ``schedule``…). Read: versions 2 and 3,
nested or as tables. What HSDS cannot say is kept under ``x-relais`` in each service, and only that: a change
made by another tool in the standard fields is not undone by it.
"""

from __future__ import annotations

import datetime as dt
import math
import re
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

import msgspec

from bot.places.exchange.contact import email, phones, settle_commune, web_address
from bot.places.exchange.drafts import (
    Draft,
    ExchangeError,
    ImportContext,
    Reading,
    a_date,
    clean,
    past,
    plain,
    record_of,
    shortened,
    without_nothing,
)
from bot.places.exchange.json_input import (
    Json,
    an_object,
    each,
    number,
    objects,
    parse_json,
    text,
)
from bot.places.exchange.timetable import (
    DAYS,
    Opening,
    clock,
    minutes,
    read_timetable,
    write_timetable,
)
from bot.places.geography import PROVINCES, Gazetteer, fold
from bot.places.hours import ASK_FIRST, describe
from bot.places.records import Place, Reponse, ServiceKind, Statut
from bot.places.writing import canonical

EXTENSION: Final = "x-relais"
_EXTENSION_VERSION: Final = 1

#: Identifiers are UUIDs made from the place's id: the same place has the same ones in every export.
_NAMESPACE: Final = uuid.uuid5(uuid.NAMESPACE_URL, "https://relais-parents.example/hsds")
_KINDS: Final = "Relais Parents : sortes de service"
_OBJECTIVES: Final = "Relais Parents : objectifs"
_NEEDS: Final = "Relais Parents : besoins"
_ORGANISATION: Final = "Organisme repris dans le catalogue de Relais Parents."
_UNSURE: Final = "Existence à confirmer : personne n'a vérifié que ce service existe toujours."
_FREE: Final = "Gratuit"

_STATUS: Final = {
    Statut.ACTIF: "active",
    Statut.SUSPENDU: "temporarily closed",
    Statut.FERME: "defunct",
    # HSDS has no word for "nobody knows": the alert says it.
    Statut.INCONNU: "active",
}
_CLOSED: Final = {"temporarily closed": "suspendu", "inactive": "suspendu", "defunct": "ferme"}

#: A service is taken to be alive when a source less than this old describes it (catalogue/README.md).
RECENT_YEARS: Final = 3


# --- Writing ---------------------------------------------------------------------------------------


def write_hsds(
    places: Iterable[Place], services: Mapping[str, ServiceKind], gazetteer: Gazetteer | None = None
) -> str:
    """One page of HSDS 3 services, sorted by id; the same places always give the same text."""
    contents = [
        hsds_service(place, services, gazetteer) for place in sorted(places, key=lambda p: p.id)
    ]
    page = {
        "total_items": len(contents),
        "total_pages": 1,
        "page_number": 1,
        "size": len(contents),
        "first_page": True,
        "last_page": True,
        "empty": not contents,
        "contents": contents,
    }
    return msgspec.json.format(msgspec.json.encode(page), indent=2).decode() + "\n"


def hsds_service(
    place: Place, services: Mapping[str, ServiceKind], gazetteer: Gazetteer | None
) -> dict[str, Any]:
    """The HSDS service of a place, with what HSDS cannot say under ``x-relais``."""
    place = canonical(place)
    service = _standard(place, services, gazetteer)
    # What reading it back would lose or change is told in full: so nothing is ever lost.
    context = ImportContext(services=services, gazetteer=None, today=dt.date.max)
    (draft,) = _drafts_of_service(1, service, context)
    read = record_of(draft, "").record
    wanted = _builtins(place)
    found = _builtins(read) if read is not None else {}
    given = draft.fields.keys() - draft.guessed
    extra = {
        key: value
        for key, value in wanted.items()
        if key != "id" and (key not in given or found.get(key) != value)
    }
    extra |= {key: None for key in sorted(given) if key not in wanted and key != "id"}
    service[EXTENSION] = {"version": _EXTENSION_VERSION, "id": place.id, **extra}
    return service


def _builtins(place: Place) -> dict[str, Any]:
    """The fields of a place that say something, as text, numbers, lists and dictionaries."""
    default = Place(id="", nom="", type="", sources=[])
    built: dict[str, Any] = msgspec.to_builtins(place)
    said = {
        field.name: built[field.encode_name]
        for field in msgspec.structs.fields(place)
        if getattr(place, field.name) != getattr(default, field.name)
    }
    return {key: _trimmed(value) for key, value in said.items()}


def _trimmed(value: Any) -> Any:
    """``value`` without unknowns nor empty lists inside its blocks."""
    if isinstance(value, dict):
        kept = {key: _trimmed(child) for key, child in value.items()}
        return {k: v for k, v in kept.items() if v is not None and v != [] and v != "inconnu"}
    return [_trimmed(item) for item in value] if isinstance(value, list) else value


def _uuid(*parts: str) -> str:
    return str(uuid.uuid5(_NAMESPACE, "/".join(parts)))


def _standard(
    place: Place, services: Mapping[str, ServiceKind], gazetteer: Gazetteer | None
) -> dict[str, Any]:
    kind = services.get(place.type)
    low, high = (place.age.min_mois, place.age.max_mois) if place.age else (None, None)
    organisation = place.organisme or place.nom
    alerts = [_UNSURE] if place.statut is Statut.INCONNU else []
    if place.remarque:
        alerts.append(place.remarque)
    free = place.acces.gratuit is Reponse.OUI
    service: dict[str, Any] = {
        "id": _uuid("service", place.id),
        "name": place.nom,
        "description": place.presentation,
        "url": place.site,
        "email": place.courriel,
        "status": _STATUS[place.statut],
        "application_process": _application(place),
        "fees_description": place.acces.prix,
        "eligibility_description": _ages(low, high),
        "minimum_age": None if low is None or low < 0 else _years(low),
        "maximum_age": None if high is None or high < 0 else high // 12,
        "assured_date": place.verifie_le.isoformat() if place.verifie_le else None,
        "alert": " ".join(alerts) or None,
        "phones": [
            {"id": _uuid("phone", place.id, phone), "number": phone, "type": "voice"}
            for phone in place.telephones
        ],
        "schedules": _schedules(place),
        "service_areas": _areas(place),
        "service_at_locations": _locations(place, gazetteer),
        "languages": [
            {"id": _uuid("language", place.id, language), "name": language}
            for language in place.acces.langues
        ],
        "organization": {
            "id": _uuid("organization", fold(organisation)),
            "name": organisation,
            "description": _ORGANISATION,
        },
        "cost_options": [
            {
                "id": _uuid("cost", place.id),
                "option": _FREE,
                "currency": "EUR",
                "amount": 0,
            }
        ]
        if free
        else [],
        "attributes": list(_attributes(place, kind)),
    }
    return {key: value for key, value in service.items() if value not in (None, [])}


def _years(months: int) -> int | float:
    return months // 12 if months % 12 == 0 else round(months / 12, 2)


def _ages(low: int | None, high: int | None) -> str | None:
    if low is None and high is None:
        return None
    if high is None:
        return f"Enfants à partir de {low} mois."
    return (
        f"Enfants de {low} à {high} mois." if low is not None else f"Enfants jusqu'à {high} mois."
    )


def _application(place: Place) -> str | None:
    access = place.acces
    said = {
        (access.rendez_vous, Reponse.OUI): "Sur rendez-vous.",
        (access.rendez_vous, Reponse.NON): "Sans rendez-vous.",
    }
    parts = [said[key] for key in said if key[0] is key[1]]
    if access.inscription is not Reponse.INCONNU:
        parts.append(
            "Inscription obligatoire." if access.inscription is Reponse.OUI else "Sans inscription."
        )
    return " ".join(parts) or None


def _schedules(place: Place) -> list[dict[str, Any]]:
    """Weekly and monthly openings; none when the hours say more than HSDS can."""
    timetable = read_timetable(place.horaires) if place.horaires else None
    if timetable is None or place.horaires is None:
        return []
    groups: dict[tuple[bool, int, int], list[Opening]] = {}
    for opening in timetable.openings:
        groups.setdefault((opening.nth != 0, opening.opens, opening.closes), []).append(opening)
    description = describe(place.horaires)
    return [
        {
            "id": _uuid("schedule", place.id, str(number)),
            "freq": "MONTHLY" if monthly else "WEEKLY",
            "byday": ",".join(_ical(opening) for opening in openings),
            "opens_at": clock(opens),
            "closes_at": clock(closes) if closes != 24 * 60 else "23:59",
            **({} if description == ASK_FIRST else {"description": description}),
        }
        for number, ((monthly, opens, closes), openings) in enumerate(sorted(groups.items()))
    ]


def _ical(opening: Opening) -> str:
    return f"{opening.nth or ''}{DAYS[opening.day].upper()}"


def _areas(place: Place) -> list[dict[str, Any]]:
    if place.zone is None:
        return []
    names = [*place.zone.communes, *place.zone.provinces, *place.zone.codes_postaux]
    kinds = (
        ["commune"] * len(place.zone.communes)
        + ["province"] * len(place.zone.provinces)
        + ["code postal"] * len(place.zone.codes_postaux)
    )
    return [
        {"id": _uuid("area", place.id, kind, name), "name": name, "description": kind}
        for name, kind in zip(names, kinds, strict=True)
    ]


def _locations(place: Place, gazetteer: Gazetteer | None) -> list[dict[str, Any]]:
    address = place.adresse
    if address is None:
        return []
    province = ""
    if gazetteer is not None and address.commune in gazetteer.communes():
        province = gazetteer.province_of(address.commune or "")
    postal: dict[str, Any] = {
        "id": _uuid("address", place.id),
        "address_1": address.rue or "",
        "city": address.localite or address.commune or "",
        "state_province": province,
        "postal_code": address.code_postal or "",
        "country": "BE",
        "address_type": "physical",
    }
    if address.complement:
        postal["address_2"] = address.complement
    if address.commune:
        postal["region"] = address.commune
    location: dict[str, Any] = {
        "id": _uuid("location", place.id),
        "location_type": "physical",
        "name": place.nom,
        "addresses": [postal],
    }
    if address.lat is not None and address.lon is not None:
        location |= {"latitude": address.lat, "longitude": address.lon}
    if place.acces.pmr is not Reponse.INCONNU:
        accessible = place.acces.pmr is Reponse.OUI
        location["accessibility"] = [
            {
                "id": _uuid("accessibility", place.id),
                "description": "Accessible en chaise roulante et en poussette."
                if accessible
                else "Pas accessible en chaise roulante.",
            }
        ]
    return [{"id": _uuid("service_at_location", place.id), "location": location}]


def _attributes(place: Place, kind: ServiceKind | None) -> Iterator[dict[str, Any]]:
    terms = [
        (
            _KINDS,
            place.type,
            kind.nom if kind else place.type,
            kind.explication if kind else "Sorte de service du catalogue.",
        )
    ]
    terms += [
        (_OBJECTIVES, goal.value, goal.value.replace("_", " "), "Objectif du lieu de rencontre.")
        for goal in place.objectifs
    ]
    terms += [
        (_NEEDS, need, need.replace("_", " "), "Besoin auquel ce lieu répond en plus.")
        for need in place.besoins
    ]
    for taxonomy, code, name, description in terms:
        yield {
            "id": _uuid("attribute", place.id, taxonomy, code),
            "link_type": "service_type" if taxonomy == _KINDS else "service_focus",
            "taxonomy_term": {
                "id": _uuid("term", taxonomy, code),
                "code": code,
                "name": name,
                "description": description,
                "taxonomy": taxonomy,
                "language": "fr",
            },
        }


# --- Reading: from any shape to nested services ----------------------------------------------------

_TABLES: Final[Mapping[str, tuple[str, ...]]] = {
    "organization": ("organizations", "organization"),
    "service": ("services", "service"),
    "location": ("locations", "location"),
    "service_at_location": (
        "service_at_locations",
        "services_at_location",
        "service_at_location",
    ),
    "phone": ("phones", "phone"),
    "address": (
        "addresses",
        "address",
        "physical_addresses",
        "physical_address",
    ),
    "schedule": ("schedules", "schedule", "regular_schedules", "regular_schedule"),
    "holiday_schedule": ("holiday_schedules", "holiday_schedule"),
    "service_area": ("service_areas", "service_area"),
    "language": ("languages", "language"),
    "eligibility": ("eligibilitys", "eligibilities", "eligibility"),
    "accessibility": ("accessibility", "accessibility_for_disabilities"),
    "cost_option": ("cost_options", "cost_option"),
    "attribute": ("attributes", "attribute", "service_taxonomys", "services_taxonomy"),
    "taxonomy_term": ("taxonomy_terms", "taxonomy_term"),
}
#: Table of rows that belong to another → the key they are nested under.
_CHILDREN: Final[Mapping[str, str]] = {
    "phone": "phones",
    "address": "addresses",
    "schedule": "schedules",
    "holiday_schedule": "holiday_schedules",
    "service_area": "service_areas",
    "language": "languages",
    "eligibility": "eligibility",
    "accessibility": "accessibility",
    "cost_option": "cost_options",
}


def read_hsds(data: bytes, context: ImportContext) -> Reading:
    """The drafts of an HSDS file: one per service and location.

    Raises:
        ExchangeError: when the file is no JSON, or holds no service.
    """
    services = list(_services(parse_json(data)))
    if not services:
        raise ExchangeError(
            "Le fichier ne contient aucun service HSDS : une liste de « services » est attendue."
        )
    drafts = [
        draft
        for line, service in enumerate(services, start=1)
        for draft in _drafts_of_service(line, service, context)
    ]
    return Reading(tuple(drafts))


def _services(document: object) -> Iterator[Json]:
    """The services of a file, each with its organisation and locations inside."""
    if isinstance(document, Mapping):
        tables = {
            name: [
                row
                for key in keys
                if isinstance(document.get(key), list)
                for row in each(document, key)
            ]
            for name, keys in _TABLES.items()
        }
        if "id" not in document and tables["service"]:
            yield from _joined(tables)
            return
        for key in ("contents", "content", "items", "data", "results"):
            if isinstance(document.get(key), list):
                yield from _services(document[key])
                return
    for item in objects(document):
        if isinstance(item.get("service"), Mapping) and "name" not in item:
            # A service at one location, as the page of that name lists them.
            yield {**item["service"], "service_at_locations": [item]}
        elif isinstance(item.get("services"), list) and "name" in item:
            organisation = {key: value for key, value in item.items() if key != "services"}
            for service in each(item, "services"):
                yield {"organization": organisation, **service}
        elif isinstance(document, list) or "name" in item:
            yield item


_OWNERS: Final = ("organization_id", "location_id", "service_id", "service_at_location_id")
_Owned = dict[tuple[str, str, str], list[Json]]


def _by_owner(tables: Mapping[str, Sequence[Json]]) -> _Owned:
    """The rows of every table under (table, owner column, owner's id)."""
    owned: _Owned = {}
    for table, rows in tables.items():
        for row in rows:
            for owner in _OWNERS:
                key = text(row, owner)
                if key is not None:
                    owned.setdefault((table, owner, key), []).append(row)
    return owned


def _with_children(item: Json, owner: str, owned: _Owned) -> dict[str, Any]:
    key = text(item, "id") or ""
    children = {plural: owned.get((table, owner, key), []) for table, plural in _CHILDREN.items()}
    return {**{plural: rows for plural, rows in children.items() if rows}, **item}


def _joined(tables: Mapping[str, Sequence[Json]]) -> Iterator[Json]:
    """Services of separate tables, with the rows that name them by ``…_id`` put inside."""
    owned = _by_owner(tables)
    terms = {text(term, "id"): term for term in tables["taxonomy_term"]}
    attributes: dict[str | None, list[Json]] = {}
    for row in tables["attribute"]:
        term = terms.get(text(row, "taxonomy_term_id"))
        if term is not None:
            owner = text(row, "link_id", "service_id")
            attributes.setdefault(owner, []).append({**row, "taxonomy_term": term})
    organisations = {
        text(item, "id"): _with_children(item, "organization_id", owned)
        for item in tables["organization"]
    }
    locations = {
        text(item, "id"): _with_children(item, "location_id", owned) for item in tables["location"]
    }
    for service in tables["service"]:
        nested = _with_children(service, "service_id", owned)
        organisation = organisations.get(text(service, "organization_id"))
        if organisation is not None:
            nested.setdefault("organization", organisation)
        links = []
        for link in owned.get(("service_at_location", "service_id", text(service, "id") or ""), []):
            link = _with_children(link, "service_at_location_id", owned)
            location = locations.get(text(link, "location_id"))
            links.append({"location": location, **link} if location is not None else link)
        if links:
            nested.setdefault("service_at_locations", links)
        own = attributes.get(text(service, "id"))
        if own:
            nested.setdefault("attributes", own)
        yield nested


# --- Reading: from a nested service to drafts ------------------------------------------------------


def _drafts_of_service(line: int, service: Json, context: ImportContext) -> Iterator[Draft]:
    links = list(each(service, "service_at_locations"))
    pairs: list[tuple[Json, Json]] = [(link, an_object(link.get("location"))) for link in links]
    pairs = [(link, place) for link, place in pairs if place] or [
        ({}, place) for place in each(service, "locations", "location")
    ]
    extension = an_object(service.get(EXTENSION))
    if extension:
        pairs = pairs[:1]
    for link, location in pairs or [({}, {})]:
        several = len(pairs) > 1
        yield _draft(line, service, link, location, extension, context, several)


def _draft(
    line: int,
    service: Json,
    link: Json,
    location: Json,
    extension: Json,
    context: ImportContext,
    several: bool,
) -> Draft:
    if extension:
        # Our own words need no interpretation: they are taken as they are.
        context = msgspec.structs.replace(context, gazetteer=None, type_par_defaut=None)
    remarks: list[str] = []
    name = text(service, "name") or ""
    organisation = an_object(service.get("organization"))
    dates = [
        past(a_date(service.get(key)), context.today)
        for key in ("assured_date", "last_modified", "updated_at")
    ]
    changed = max((date for date in dates if date is not None), default=None)
    fields: dict[str, Any] = {
        "nom": name,
        "organisme": _organisation(organisation, name),
        "presentation": _presentation(service, organisation, remarks),
        "adresse": _address(location, context, remarks),
        "zone": _zone(service, context.gazetteer, remarks),
        "telephones": _phones(service, link, location, organisation, remarks),
        "courriel": email(text(service, "email") or text(organisation, "email"), remarks),
        "site": web_address(text(service, "url") or text(organisation, "website", "url"), remarks),
        "age": _age(service),
        "acces": _access(service, location),
        "remarque": _alert(service),
        **_codes(service, context),
        **_hours(service, link, location, context.today, remarks),
    }
    guessed = set()
    if fields.get("type") is None and context.type_par_defaut is not None:
        fields["type"] = context.type_par_defaut
        guessed.add("type")
    state = _state(service, changed, context.today)
    if state == "actif":
        guessed.add("statut")
    fields["statut"] = state
    fields["sources"] = _sources(service, location, organisation, changed, several, context)
    fields = without_nothing(fields)
    if extension:
        deduced = guessed | {"sources"}
        fields = {key: value for key, value in fields.items() if key not in deduced}
        fields = _extended(fields, extension, remarks)
        guessed.clear()
    return Draft(
        ligne=line,
        repere=f"service n° {line}",
        nom=clean(str(fields.get("nom") or name)),
        fields=fields,
        guessed=frozenset(guessed & fields.keys()),
        maj=None if extension else changed,
        exact=bool(extension),
        remarques=tuple(dict.fromkeys(remarks)),
    )


_FIELDS: Final = frozenset(field.encode_name for field in msgspec.structs.fields(Place))


def _extended(fields: Json, extension: Json, remarks: list[str]) -> dict[str, Any]:
    """``fields`` with what our own extension says instead; ``null`` takes a field away."""
    own = {key: value for key, value in extension.items() if key != "version"}
    unknown = [f"« {clean(key)[:40]} »" for key in own if key not in _FIELDS]
    if unknown:
        remarks.append(
            f"Champs de « {EXTENSION} » inconnus, laissés de côté : {', '.join(unknown)}."
        )
    return without_nothing({**fields, **{k: v for k, v in own.items() if k in _FIELDS}})


def _organisation(organisation: Json, name: str) -> str | None:
    found = text(organisation, "name")
    return None if found is None or fold(found) == fold(name) else found


_PRESENTATION: Final = 400


def _presentation(service: Json, organisation: Json, remarks: list[str]) -> str | None:
    written = text(service, "description")
    if written is None:
        return None
    whole = plain(written)
    short = shortened(whole, _PRESENTATION)
    if short != whole:
        remarks.append(f"Présentation raccourcie à {_PRESENTATION} signes : relisez-la.")
    return short or None


def _address(location: Json, context: ImportContext, remarks: list[str]) -> dict[str, Any]:
    addresses = list(
        each(location, "addresses", "physical_addresses", "physical_address", "address")
    )
    physical = [a for a in addresses if text(a, "address_type") in (None, "physical")]
    found = (physical or addresses or [{}])[0]
    country = text(found, "country")
    if country is not None and country.upper() not in (
        "BE",
        "BEL",
        "BELGIUM",
        "BELGIQUE",
        "BELGIË",
    ):
        remarks.append(f"L'adresse est dans un autre pays ({country[:20]}).")
    city, region = text(found, "city"), text(found, "region")
    code = text(found, "postal_code")
    if code is not None:
        code = re.sub(r"^B(?:E)?[- ]?(?=\d{4}$)", "", code, flags=re.IGNORECASE)
    official = context.gazetteer.communes() if context.gazetteer is not None else None
    commune = region if region is not None and (official is None or region in official) else city
    latitude, longitude = number(location, "latitude"), number(location, "longitude")
    address: dict[str, Any] = {
        "rue": text(found, "address_1"),
        "complement": text(found, "address_2"),
        "code_postal": code,
        "localite": city if city != commune else None,
        "commune": commune,
        "lat": latitude if longitude is not None else None,
        "lon": longitude if latitude is not None else None,
    }
    settle_commune(address, context.gazetteer, remarks, complete=True)
    return address


def _zone(service: Json, gazetteer: Gazetteer | None, remarks: list[str]) -> dict[str, Any]:
    zone: dict[str, list[str]] = {"communes": [], "provinces": [], "codes_postaux": []}
    communes = {fold(name): name for name in gazetteer.communes()} if gazetteer is not None else {}
    provinces = {fold(name): name for name in PROVINCES}
    for area in each(service, "service_areas", "service_area"):
        name = text(area, "name", "service_area") or ""
        kind = text(area, "description")
        if re.fullmatch(r"[1-9]\d{3}", name):
            zone["codes_postaux"].append(name)
        elif kind != "commune" and fold(name) in provinces:
            zone["provinces"].append(provinces[fold(name)])
        elif kind == "commune" or fold(name) in communes:
            zone["communes"].append(communes.get(fold(name), name))
        elif name:
            remarks.append(
                f"Zone laissée de côté : « {name[:60]} » n'est ni une commune ni une province."
            )
    return {key: list(dict.fromkeys(names)) for key, names in zone.items() if names}


def _phones(
    service: Json, link: Json, location: Json, organisation: Json, remarks: list[str]
) -> list[str]:
    groups: list[Iterable[Json]] = [
        [*each(link, "phones"), *each(service, "phones"), *each(location, "phones")],
        [p for c in each(service, "contacts") for p in each(c, "phones")],
        each(organisation, "phones"),
    ]
    for group in groups:
        written = [
            text(phone, "number") or ""
            for phone in group
            if (text(phone, "type") or "voice").lower() not in ("fax", "pager", "textphone")
        ]
        found = phones([number.strip('"') for number in written], remarks)
        if found:
            return found
    return []


def _age(service: Json) -> dict[str, int | None]:
    """Years become months; « maximum 3 » receives a child until the day before the fourth birthday."""
    low, high = number(service, "minimum_age"), number(service, "maximum_age")
    if low is None and high is None:
        for rule in each(service, "eligibility", "eligibilitys", "eligibilities"):
            low, high = number(rule, "minimum_age"), number(rule, "maximum_age")
    months: dict[str, int | None] = {"min_mois": None, "max_mois": None}
    if low is not None and 0 <= low <= 40:
        months["min_mois"] = math.floor(low * 12 + 0.5)
    if high is not None and 0 <= high < 40:
        whole = high == int(high)
        months["max_mois"] = int(high) * 12 + 11 if whole else math.floor(high * 12 + 0.5)
    return months


def _access(service: Json, location: Json) -> dict[str, Any]:
    options = list(each(service, "cost_options"))
    free = bool(options) and all(number(option, "amount") == 0 for option in options)
    return {
        "gratuit": "oui" if free else None,
        "prix": text(service, "fees_description", "fees"),
        "langues": [
            name
            for language in each(service, "languages")
            if (name := text(language, "name", "language")) is not None
        ],
    }


def _alert(service: Json) -> str | None:
    alert = text(service, "alert")
    return plain(alert.removeprefix(_UNSURE)) or None if alert is not None else None


def _codes(service: Json, context: ImportContext) -> dict[str, Any]:
    """Kind, objectives and needs, from our own taxonomies or from a code that is one of our kinds."""
    found: dict[str, list[str]] = {_KINDS: [], _OBJECTIVES: [], _NEEDS: []}
    for attribute in each(service, "attributes", "service_taxonomys"):
        term = an_object(attribute.get("taxonomy_term") or attribute.get("taxonomy"))
        code = text(term, "code", "id") or ""
        taxonomy = text(term, "taxonomy", "vocabulary") or ""
        if taxonomy in found:
            found[taxonomy].append(code)
        elif code in context.services:
            found[_KINDS].append(code)
    kinds = list(dict.fromkeys(found[_KINDS]))
    return {
        "type": kinds[0] if len(kinds) == 1 else None,
        "objectifs": found[_OBJECTIVES],
        "besoins": found[_NEEDS],
    }


def _state(service: Json, changed: dt.date | None, today: dt.date) -> str | None:
    status = (text(service, "status") or "").lower()
    if status in _CLOSED:
        return _CLOSED[status]
    if status == "active" and changed is not None:
        recent = changed.year + RECENT_YEARS > today.year or (
            changed.year + RECENT_YEARS == today.year
            and (changed.month, changed.day) >= (today.month, today.day)
        )
        return "actif" if recent else None
    return None


def _sources(
    service: Json,
    location: Json,
    organisation: Json,
    changed: dt.date | None,
    several: bool,
    context: ImportContext,
) -> list[dict[str, Any]]:
    identifier = text(service, "id")
    if identifier is not None and several:
        identifier = f"{identifier}/{text(location, 'id') or ''}"
    ignored: list[str] = []
    address = (
        context.origine
        or web_address(text(service, "url"), ignored)
        or web_address(text(organisation, "website", "url", "uri"), ignored)
    )
    if address is None:
        return []
    return [
        {
            "adresse": address,
            "vu_le": changed,
            "note": source_note("HSDS", identifier) if identifier is not None else None,
        }
    ]


def source_note(directory: str, identifier: str) -> str:
    """The note that keeps the identifier a place has in another directory, for the next import."""
    return f"Identifiant {directory} : {re.sub(r'[^!-~]+', '_', identifier)}"


# --- Reading: hours --------------------------------------------------------------------------------

_ENGLISH: Final = {
    "monday": 0,
    "tuesday": 1,
    "wednesday": 2,
    "thursday": 3,
    "friday": 4,
    "saturday": 5,
    "sunday": 6,
}
_BYDAY: Final = re.compile(r"(-1|[1-5])?(MO|TU|WE|TH|FR|SA|SU)")


def _hours(
    service: Json, link: Json, location: Json, today: dt.date, remarks: list[str]
) -> dict[str, Any]:
    """Weekly and monthly schedules as ``opening_hours``; what cannot be said so goes to the note.

    A schedule whose dates are past is left out. One that holds for some dates only, or gives its hours in
    UTC (Belgium is one or two hours ahead), is not taken for the usual hours.
    """
    keys = ("schedules", "schedule", "regular_schedules", "regular_schedule")
    schedules = list(each(link, *keys)) or list(each(service, *keys)) or list(each(location, *keys))
    openings: list[Opening] = []
    doubtful: list[str] = []
    for schedule in schedules:
        if _is_past(schedule, today):
            continue
        found = _openings(schedule)
        if found:
            openings += found
        else:
            doubtful.append(_told(schedule))
    notes = [note for note in dict.fromkeys(doubtful) if note]
    hours = write_timetable(openings) if not doubtful else None
    if openings and hours is None:
        told = [_told(schedule) for schedule in schedules if not _is_past(schedule, today)]
        notes = [note for note in dict.fromkeys(told) if note]
    if notes:
        remarks.append(
            "Les heures ne peuvent pas être reprises telles quelles : voir « horaires_note »."
        )
    closures = [
        closure
        for holiday in each(service, "holiday_schedules", "holiday_schedule")
        if (closure := _closure(holiday, today)) is not None
    ]
    return {
        "horaires": hours,
        "horaires_note": shortened(" ".join(notes), 300) if notes else None,
        "exceptions": closures,
    }


def _is_past(schedule: Json, today: dt.date) -> bool:
    last = a_date(schedule.get("valid_to")) or a_date(schedule.get("until"))
    return last is not None and last < today


def _openings(schedule: Json) -> list[Opening]:
    """The openings of one schedule; none when it says more than a week or a month can."""
    bounded = ("valid_to", "until", "count", "byweekno", "bymonthday", "byyearday")
    if any(schedule.get(key) not in (None, "", []) for key in bounded):
        return []
    if number(schedule, "interval") not in (None, 1.0):
        return []
    opens, closes = _time(schedule.get("opens_at")), _time(schedule.get("closes_at"))
    if opens is None or closes is None or opens == closes:
        return []
    if closes == 24 * 60 - 1:
        closes += 1  # « 23:59 » is how midnight is written there
    closes = closes if closes > opens else closes + 24 * 60
    freq = (text(schedule, "freq") or "WEEKLY").upper()
    byday = (text(schedule, "byday") or "").upper().replace(" ", "")
    if not byday:
        weekday = (text(schedule, "weekday") or "").lower()
        if weekday.isdigit() and 1 <= int(weekday) <= 7:
            return [Opening(int(weekday) - 1, 0, opens, closes)]
        day = _ENGLISH.get(weekday)
        return [] if day is None else [Opening(day, 0, opens, closes)]
    matches = [_BYDAY.fullmatch(item) for item in byday.split(",")]
    if any(match is None for match in matches):
        return []
    pairs = [(m[2], int(m[1] or 0)) for m in matches if m is not None]
    monthly = freq.startswith("MONTH")
    if not (monthly or freq.startswith("WEEK")) or any((nth != 0) != monthly for _, nth in pairs):
        return []
    return [Opening(DAYS.index(day.capitalize()), nth, opens, closes) for day, nth in pairs]


def _time(value: object) -> int | None:
    """Minutes since midnight of a local time; ``None`` for one in another zone than Belgium's."""
    if not isinstance(value, str):
        return None
    match = re.fullmatch(r"(\d{1,2}):(\d{2})(?::\d{2}(?:\.\d+)?)?(?:\+0[12]:?00)?", value.strip())
    if match is None or int(match[1]) > 24 or int(match[2]) > 59:
        return None
    found = minutes(f"{match[1]}:{match[2]}")
    return found if found <= 24 * 60 else None


_DAY_NAMES: Final = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")


def _told(schedule: Json) -> str:
    """What a schedule says, in its own words or put end to end, to be confirmed."""
    description = text(schedule, "description")
    if description is not None:
        return plain(description).rstrip(".") + " (à confirmer)."
    days = ", ".join(
        _day_in_french(day) for day in (text(schedule, "byday", "weekday") or "").split(",")
    )
    opens, closes = text(schedule, "opens_at"), text(schedule, "closes_at")
    if not days or opens is None or closes is None:
        return ""
    return f"{days} {opens}-{closes} (à confirmer)."


def _day_in_french(day: str) -> str:
    """« mercredi » for « WE », « Wednesday » or « 3 »; anything else as it is written."""
    key = day.strip().lower()
    if key.isdigit() and 1 <= int(key) <= 7:
        return _DAY_NAMES[int(key) - 1]
    codes = {name[:2]: number for name, number in _ENGLISH.items()}
    number = _ENGLISH.get(key, codes.get(key))
    return day.strip() if number is None else _DAY_NAMES[number]


def _closure(holiday: Json, today: dt.date) -> dict[str, Any] | None:
    closed = holiday.get("closed")
    first, last = a_date(holiday.get("start_date")), a_date(holiday.get("end_date"))
    if closed not in (True, "true", "TRUE", "1", 1) or first is None or last is None:
        return None
    return {"debut": first, "fin": last} if first <= last and last >= today else None
