"""Places as schema.org JSON-LD, for search engines: what the vocabulary can say, nothing stretched.

Vocabulary: https://schema.org (LocalBusiness and its kinds, Service, OpeningHoursSpecification). Places that
have closed are left out: the vocabulary has no word for them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

import msgspec

from bot.places.exchange.timetable import DAYS, Opening, Timetable, clock, read_timetable
from bot.places.geography import Gazetteer, fold
from bot.places.records import Exception_, Place, Reponse, ServiceKind, Statut
from bot.places.writing import canonical

_NAMES: Final = (
    "Monday",
    "Tuesday",
    "Wednesday",
    "Thursday",
    "Friday",
    "Saturday",
    "Sunday",
)
#: Service kinds that schema.org has a word for; the others are a ``LocalBusiness``.
_TYPES: Final[Mapping[str, str]] = {
    "halte_accueil": "ChildCare",
    "milieu_accueil": "ChildCare",
    "consultation_enfants": "MedicalClinic",
    "consultation_prenatale": "MedicalClinic",
    "maison_medicale": "MedicalClinic",
    "medecin_garde": "MedicalClinic",
    "bibliotheque_ludotheque": "Library",
}
_MIDNIGHT: Final = 24 * 60


def write_schema_org(
    places: Iterable[Place], services: Mapping[str, ServiceKind], gazetteer: Gazetteer
) -> str:
    """A JSON-LD graph of the places that are not closed, sorted by id."""
    graph = [
        _thing(canonical(place), services, gazetteer)
        for place in sorted(places, key=lambda p: p.id)
        if place.statut is not Statut.FERME
    ]
    document = {"@context": "https://schema.org", "@graph": graph}
    return msgspec.json.format(msgspec.json.encode(document), indent=1).decode() + "\n"


def _kept(values: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in values.items() if value not in (None, [], {})}


def _thing(
    place: Place, services: Mapping[str, ServiceKind], gazetteer: Gazetteer
) -> dict[str, Any]:
    kind = services.get(place.type)
    if place.zone is not None:
        return _service(place, kind, gazetteer)
    address = place.adresse
    point = None
    if address is not None and address.lat is not None and address.lon is not None:
        point = {"@type": "GeoCoordinates", "latitude": address.lat, "longitude": address.lon}
    pmr = place.acces.pmr
    return _kept(
        {
            **_common(place),
            "@type": "GovernmentOffice"
            if _is_public_office(place)
            else _TYPES.get(place.type, "LocalBusiness"),
            "telephone": _one_or_all(place.telephones),
            "email": place.courriel,
            "address": _address(place, gazetteer),
            "geo": point,
            "openingHoursSpecification": _hours(place),
            "specialOpeningHoursSpecification": [
                _special(exception, hours)
                for exception in place.exceptions
                if (hours := _exception_hours(exception)) is not None
            ],
            "isAccessibleForFree": _yes_or_no(place.acces.gratuit),
            "priceRange": place.acces.prix
            if place.acces.prix and len(place.acces.prix) < 100
            else None,
            "makesOffer": _made_offer(place, kind),
            "knowsLanguage": place.acces.langues,
            "amenityFeature": None
            if pmr is Reponse.INCONNU
            else {
                "@type": "LocationFeatureSpecification",
                "name": "Accessible en chaise roulante",
                "value": pmr is Reponse.OUI,
            },
            "parentOrganization": {"@type": "Organization", "name": place.organisme}
            if place.organisme
            else None,
        }
    )


def _service(place: Place, kind: ServiceKind | None, gazetteer: Gazetteer) -> dict[str, Any]:
    """A service without a door, or one that covers an area from its office."""
    provider = {
        "@type": "GovernmentOffice" if _is_public_office(place) else "Organization",
        "name": place.organisme or place.nom,
        "telephone": _one_or_all(place.telephones),
        "email": place.courriel,
        "address": _address(place, gazetteer),
    }
    return _kept(
        {
            **_common(place),
            "@type": "Service",
            "serviceType": kind.nom if kind else None,
            "provider": _kept(provider),
            "areaServed": list(_areas(place)),
            "hoursAvailable": _hours(place),
            "audience": _audience(place),
            "offers": _offer(place),
        }
    )


def _common(place: Place) -> dict[str, Any]:
    return {
        "@type": "",
        "@id": f"#{place.id}",
        "identifier": place.id,
        "name": place.nom,
        "description": place.presentation,
        "url": place.site,
    }


def _audience(place: Place) -> dict[str, Any] | None:
    """The ages received, in years."""
    low, high = (place.age.min_mois, place.age.max_mois) if place.age else (None, None)
    ages = _kept(
        {
            "suggestedMinAge": None if low is None or low < 0 else round(low / 12, 2),
            "suggestedMaxAge": None if high is None or high < 0 else round(high / 12, 2),
        }
    )
    return {"@type": "PeopleAudience", **ages} if ages else None


def _offer(place: Place) -> dict[str, Any] | None:
    free = place.acces.gratuit is Reponse.OUI
    return {"@type": "Offer", "price": 0, "priceCurrency": "EUR"} if free else None


def _made_offer(place: Place, kind: ServiceKind | None) -> dict[str, Any] | None:
    """What is done in a place, and for whom: a business has no audience of its own in the vocabulary."""
    service = _kept({"serviceType": kind.nom if kind else None, "audience": _audience(place)})
    if not service:
        return None
    return {
        **(_offer(place) or {"@type": "Offer"}),
        "itemOffered": {"@type": "Service", **service},
    }


def _is_public_office(place: Place) -> bool:
    """A CPAS is a public administration; no other kind says so of itself."""
    names = fold(f"{place.nom} {place.organisme or ''}").split()
    return place.type == "relais_social" and "cpas" in names


def _yes_or_no(answer: Reponse) -> bool | None:
    return None if answer is Reponse.INCONNU else answer is Reponse.OUI


def _one_or_all(values: list[str]) -> str | list[str] | None:
    return values[0] if len(values) == 1 else values or None


def _address(place: Place, gazetteer: Gazetteer) -> dict[str, Any] | None:
    address = place.adresse
    if address is None:
        return None
    parts = (address.rue, address.complement)
    province = None
    if address.commune is not None and address.commune in gazetteer.communes():
        province = gazetteer.province_of(address.commune)
    return {
        "@type": "PostalAddress",
        **_kept(
            {
                "streetAddress": ", ".join(part for part in parts if part) or None,
                "postalCode": address.code_postal,
                "addressLocality": address.localite or address.commune,
                "addressRegion": province,
            }
        ),
        "addressCountry": "BE",
    }


def _areas(place: Place) -> Iterator[dict[str, Any]]:
    if place.zone is None:
        return
    for commune in place.zone.communes:
        yield {"@type": "City", "name": commune}
    for province in place.zone.provinces:
        yield {"@type": "AdministrativeArea", "name": province}
    for code in place.zone.codes_postaux:
        yield {"@type": "DefinedRegion", "addressCountry": "BE", "postalCode": code}


# --- Hours -----------------------------------------------------------------------------------------


def _hours(place: Place) -> list[dict[str, Any]]:
    """The usual week and public holidays; nothing when the hours say more (the second Thursday…)."""
    timetable = read_timetable(place.horaires) if place.horaires else None
    if timetable is None or any(opening.nth for opening in timetable.openings):
        return []
    return [*_week(timetable), *_public_holidays(timetable)]


def _week(timetable: Timetable) -> Iterator[dict[str, Any]]:
    by_times: dict[tuple[int, int], list[Opening]] = {}
    for opening in timetable.openings:
        by_times.setdefault((opening.opens, opening.closes), []).append(opening)
    for (opens, closes), openings in sorted(by_times.items()):
        days = [_NAMES[opening.day] for opening in openings]
        yield _specification(days[0] if len(days) == 1 else days, opens, closes)


def _public_holidays(timetable: Timetable) -> Iterator[dict[str, Any]]:
    if timetable.public_holidays == ():
        yield _specification("PublicHolidays", 0, 0)
    for opens, closes in timetable.public_holidays or ():
        yield _specification("PublicHolidays", opens, closes)


def _specification(days: str | list[str], opens: int, closes: int) -> dict[str, Any]:
    """Opening and closing at the same hour is how schema.org says closed all day."""
    return {
        "@type": "OpeningHoursSpecification",
        "dayOfWeek": days,
        "opens": clock(opens),
        "closes": "23:59" if closes == _MIDNIGHT else clock(closes),
    }


def _exception_hours(exception: Exception_) -> tuple[int, int] | None:
    """Opening and closing during an exception that holds for each of its days alike."""
    if exception.horaires.strip() in ("off", "closed"):
        return 0, 0
    timetable = read_timetable(exception.horaires)
    if timetable is None:
        return None
    times = {(o.opens, o.closes) for o in timetable.openings}
    every_day = len(timetable.openings) == len(DAYS) and all(not o.nth for o in timetable.openings)
    return times.pop() if every_day and len(times) == 1 else None


def _special(exception: Exception_, hours: tuple[int, int]) -> dict[str, Any]:
    opens, closes = hours
    return {
        "@type": "OpeningHoursSpecification",
        "validFrom": exception.debut.isoformat(),
        "validThrough": exception.fin.isoformat(),
        "opens": clock(opens),
        "closes": "23:59" if closes == _MIDNIGHT else clock(closes),
    }
