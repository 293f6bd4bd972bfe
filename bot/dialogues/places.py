"""What the catalogue knows of the places a turn shows, to compare them with what a dialogue expects."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from bot.dialogue import french
from bot.dialogues.outcomes import Turn
from bot.dialogues.records import PlaceExpectation
from bot.dialogues.text import plain
from bot.places.catalogue import Catalogue
from bot.places.geography import fold
from bot.places.records import Place
from bot.places.search import need_weights

Card = Mapping[str, Any]


class PlaceFacts:
    """Compares cards with expectations.

    Args:
        catalogue: the one the cards were made from.
    """

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue

    def fits(self, card: Card, wanted: PlaceExpectation, turn: Turn) -> bool:
        """Tell whether a card is like the expectation, its rank aside.

        A service without a door is in every commune it serves, and never too far from a parent there.
        """
        place = self._catalogue.place(card["id"])
        if place is None:
            return False
        return (
            (not wanted.type or place.type in wanted.type)
            and (not wanted.commune or any(self._in(place, name) for name in wanted.commune))
            and self._near(place, card, wanted, turn)
            and set(wanted.besoin) <= set(self._needs(place))
            and (wanted.nom is None or plain(wanted.nom) in plain(place.nom))
            and (wanted.nouveau is None or wanted.nouveau is (place.id not in turn.shown))
        )

    def _near(self, place: Place, card: Card, wanted: PlaceExpectation, turn: Turn) -> bool:
        if wanted.pas_plus_de_km is None:
            return True
        distance = card.get("distance_km")
        if distance is not None:
            return float(distance) <= wanted.pas_plus_de_km
        communes = wanted.commune or _commune_of_parent(turn)
        return any(self._serves(place, name) for name in communes)

    def _needs(self, place: Place) -> Iterable[str]:
        return need_weights(place, self._catalogue.services[place.type])

    def _in(self, place: Place, commune: str) -> bool:
        here = place.adresse.commune if place.adresse else None
        return (here is not None and fold(here) == fold(commune)) or self._serves(place, commune)

    def _serves(self, place: Place, commune: str) -> bool:
        zone, gazetteer = place.zone, self._catalogue.gazetteer
        if zone is None:
            return False
        if fold(commune) in map(fold, zone.communes):
            return True
        if fold(gazetteer.province_of(commune)) in map(fold, zone.provinces):
            return True
        postcodes = {locality.code_postal for locality in gazetteer.localities_of(commune)}
        return not postcodes.isdisjoint(zone.codes_postaux)

    def summary(self, card: Card) -> str:
        """Return a card in a few words: « Bébé Papote (lieu_rencontre), Charleroi, 0,4 km »."""
        place = self._catalogue.place(card["id"])
        where = (card.get("commune") or "toute une zone") if place else ""
        km = card.get("distance_km")
        far = f", {french.distance(km)} km" if km is not None else ""
        kind = place.type if place else "inconnu du catalogue"
        return f"{card['nom']} ({kind}), {where}{far}"

    def describe(self, wanted: PlaceExpectation) -> str:
        """Return an expectation in words: « un lieu (halte_accueil) à Namur, à 5 km au plus »."""
        parts = ["un lieu"]
        if wanted.nouveau is not None:
            parts = ["un lieu nouveau" if wanted.nouveau else "un lieu déjà proposé"]
        if wanted.type:
            parts.append(f"({_either(wanted.type)})")
        if wanted.commune:
            parts.append(_either([french.at_place(name) for name in wanted.commune]))
        text = " ".join(parts)
        details = []
        if wanted.nom is not None:
            details.append(f"nommé « {wanted.nom} »")
        if wanted.besoin:
            details.append(f"pour {french.listed(wanted.besoin)}")
        if wanted.pas_plus_de_km is not None:
            details.append(f"à {wanted.pas_plus_de_km:g} km au plus")
        if wanted.rang is not None:
            details.append(f"au rang {wanted.rang}")
        return ", ".join([text, *details])


def _commune_of_parent(turn: Turn) -> Sequence[str]:
    commune = (turn.slots.get("lieu") or {}).get("commune")
    return (commune,) if commune else ()


def _either(names: Sequence[str]) -> str:
    return " ou ".join(names)
