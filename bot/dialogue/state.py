"""What the assistant knows of a parent's request, as typed data, to and from Rasa's slots."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

import msgspec

from bot.places.geography import Candidate


class Spot(msgspec.Struct, frozen=True):
    """Where the parent lives, as precisely as they said it (coordinates in degrees, WGS 84)."""

    nom: str
    kind: str
    commune: str | None
    province: str | None
    code_postal: str | None
    lat: float
    lon: float

    @classmethod
    def of(cls, candidate: Candidate) -> Spot:
        """Keep what matters of a gazetteer's candidate."""
        return cls(
            nom=candidate.nom,
            kind=candidate.kind,
            commune=candidate.commune,
            province=candidate.province,
            code_postal=candidate.code_postal,
            lat=candidate.lat,
            lon=candidate.lon,
        )


class Moment(msgspec.Struct, frozen=True):
    """When the parent wants to go: a window of local Belgian time."""

    debut: dt.datetime
    fin: dt.datetime


class Orientation(msgspec.Struct, frozen=True):
    """A parent's request so far. Field names are those of the slots in ``domain.yml``.

    ``age_mois`` is in months, negative before birth. ``essais`` counts how often each slot was asked.
    ``refus`` names the slots the parent does not want to fill. ``offres`` are the places of the last
    proposal in the order shown, ``deja_proposes`` those of all proposals, ``lieu_choisi`` the one
    the parent is asking about. ``pere``: the parent says that he is the father.
    """

    besoins: tuple[str, ...] = ()
    lieu: Spot | None = None
    lieux_possibles: tuple[Spot, ...] = ()
    age_mois: float | None = None
    quand: Moment | None = None
    refus: tuple[str, ...] = ()
    essais: dict[str, int] = {}
    offres: tuple[str, ...] = ()
    deja_proposes: tuple[str, ...] = ()
    lieu_choisi: str | None = None
    pere: bool = False

    @classmethod
    def from_slots(cls, slots: Mapping[str, Any]) -> Orientation:
        """Read Rasa's slots; a slot that was never set keeps its default."""
        known = {name: slots[name] for name in cls.__struct_fields__ if slots.get(name) is not None}
        return msgspec.convert(known, cls)

    def slot_values(self) -> dict[str, Any]:
        """Return every slot's value as plain JSON data."""
        values: dict[str, Any] = msgspec.to_builtins(self)
        return values

    def changed_slots(self, before: Orientation) -> dict[str, Any]:
        """Return the slots whose value differs from ``before``."""
        old = before.slot_values()
        return {name: value for name, value in self.slot_values().items() if value != old[name]}
