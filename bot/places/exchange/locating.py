"""Where a place is drawn: its own coordinates when a source gave them, those of its locality otherwise."""

from __future__ import annotations

from enum import Enum

import msgspec

from bot.places.geography import Gazetteer
from bot.places.records import Place


class Precision(str, Enum):
    """What the coordinates of a place are those of."""

    ADRESSE = "adresse"
    LOCALITE = "localite"
    CODE_POSTAL = "code_postal"
    COMMUNE = "commune"


class Located(msgspec.Struct, frozen=True):
    """A point in decimal degrees (WGS 84) and how near the door it is."""

    lat: float
    lon: float
    precision: Precision


def locate(place: Place, gazetteer: Gazetteer) -> Located | None:
    """The point of a place's door; ``None`` for a service that covers an area, or without a known place."""
    address = place.adresse
    if address is None or place.zone is not None:
        return None
    if address.lat is not None and address.lon is not None:
        return Located(address.lat, address.lon, Precision.ADRESSE)
    code, commune = address.code_postal, address.commune
    if address.localite is not None:
        row = gazetteer.locality(code, address.localite) if code is not None else None
        if row is None and commune is not None and commune in gazetteer.communes():
            named = [r for r in gazetteer.localities_of(commune) if r.nom == address.localite]
            row = named[0] if len(named) == 1 else None
        if row is not None:
            return Located(row.lat, row.lon, Precision.LOCALITE)
    if code is not None and gazetteer.commune_of_postcode(code) is not None:
        found = gazetteer.postcode(code)
        if found is not None:
            return Located(found.lat, found.lon, Precision.CODE_POSTAL)
    if commune is not None and commune in gazetteer.communes():
        return Located(*gazetteer.commune_centre(commune), Precision.COMMUNE)
    return None
