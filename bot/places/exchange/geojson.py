"""Places as GeoJSON (RFC 7946), for maps: one feature per place, each saying how precise its point is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from bot.places.exchange.locating import locate
from bot.places.geography import Gazetteer
from bot.places.hours import ASK_FIRST, describe_place
from bot.places.records import Place, Reponse, ServiceKind, VacancesScolaires
from bot.places.writing import canonical


def write_geojson(
    places: Iterable[Place], services: Mapping[str, ServiceKind], gazetteer: Gazetteer
) -> str:
    """A ``FeatureCollection``, sorted by id.

    The point is the place's own, otherwise its locality's or its commune's: ``precision`` tells which
    (``adresse``, ``localite``, ``code_postal``, ``commune``). A service that covers an area has no point:
    its geometry is null and ``zone`` says where it goes. What is for volunteers only is left out.
    """
    features = [
        _feature(canonical(place), services, gazetteer)
        for place in sorted(places, key=lambda p: p.id)
    ]
    collection = {"type": "FeatureCollection", "features": features}
    return msgspec.json.format(msgspec.json.encode(collection), indent=1).decode() + "\n"


def _feature(
    place: Place, services: Mapping[str, ServiceKind], gazetteer: Gazetteer
) -> dict[str, Any]:
    point = locate(place, gazetteer)
    geometry = (
        {"type": "Point", "coordinates": [round(point.lon, 6), round(point.lat, 6)]}
        if point is not None
        else None
    )
    properties = {
        **_properties(place, services),
        "precision": point.precision.value if point is not None else None,
    }
    return {"type": "Feature", "id": place.id, "geometry": geometry, "properties": properties}


#: Fields of a place that a public map does not show.
_INTERNAL = frozenset({"id", "notes", "adresse", "acces", "horaires", "verifie_comment"})


def _properties(place: Place, services: Mapping[str, ServiceKind]) -> dict[str, Any]:
    kind = services.get(place.type)
    built: dict[str, Any] = msgspec.to_builtins(place)
    found = {key: value for key, value in built.items() if key not in _INTERNAL}
    address = {k: v for k, v in (built["adresse"] or {}).items() if k not in ("lat", "lon")}
    access = built["acces"]
    hours = describe_place(place)
    found |= {
        "sorte": kind.nom if kind else None,
        **address,
        **access,
        "horaires": place.horaires,
        "heures": hours if hours != ASK_FIRST else None,
    }
    unknown = (Reponse.INCONNU.value, VacancesScolaires.INCONNU.value)
    return {
        key: value
        for key, value in sorted(found.items())
        if value not in (None, [], {}) and (value not in unknown or key == "statut")
    }
