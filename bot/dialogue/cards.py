"""A place as the widget shows it: typed data, every sentence from the domain or the catalogue."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from urllib.parse import quote_plus

import msgspec

from bot.dialogue import french
from bot.places import hours
from bot.places.calendar import SchoolCalendar
from bot.places.freshness import Freshness, freshness
from bot.places.records import Place, Reponse, ServiceKind, Statut
from bot.wording import Wording

_ALL_PROVINCES = 6  # five in Wallonia, and Brussels
_SENTENCE_END = re.compile(r"(?<=[.!?]) +")
_MAP_SEARCH = "https://www.openstreetmap.org/search?query="
_MAP_DIRECTIONS = "https://www.openstreetmap.org/directions?to="


class PlaceCard(msgspec.Struct, frozen=True, omit_defaults=True):
    """One place card of the ``site`` channel (design.md); a field that is not known is absent.

    ``distance_km`` is in kilometres as the crow flies; ``distance`` says it in words, with « environ »
    when only the place's locality is known. ``ouvert`` is ``ouvert``, ``ferme`` or
    ``inconnu``. ``telephone`` is written as people read it, ``telephone_lien`` as a phone dials it.
    """

    id: str
    nom: str
    type: str
    pourquoi: str
    ouvert: str
    verifie: str
    distance_km: float | None = None
    distance: str | None = None
    adresse: str | None = None
    commune: str | None = None
    zone: str | None = None
    telephone: str | None = None
    telephone_lien: str | None = None
    courriel: str | None = None
    site: str | None = None
    horaires: str | None = None
    prochaine_ouverture: str | None = None
    age: str | None = None
    prix: str | None = None
    acces: str | None = None
    parent: str | None = None
    remarque: str | None = None
    itineraire: str | None = None


class CardMaker:
    """Writes the cards of places, with the wording and the calendar it is given."""

    def __init__(self, wording: Wording, calendar: SchoolCalendar) -> None:
        self._wording = wording
        self.calendar = calendar

    def card(
        self,
        place: Place,
        kind: ServiceKind,
        needs: Sequence[str],
        now: dt.datetime,
        distance_km: float | None = None,
        approximate: bool = False,
    ) -> PlaceCard:
        """Return the card of a place recommended for ``needs``.

        Args:
            distance_km: from the parent's locality, in km; ``None`` when it has no meaning.
            approximate: only the place's locality is known, not its door.
        """
        opening = hours.state(place, now, self.calendar)
        phone = place.telephones[0] if place.telephones else None
        return PlaceCard(
            id=place.id,
            nom=place.nom,
            type=kind.nom,
            pourquoi=self.why(place, needs),
            ouvert=opening.etat,
            verifie=self.verification(place, now.date()),
            distance_km=None if distance_km is None else round(distance_km, 1),
            distance=self.distance(distance_km, approximate),
            adresse=address(place),
            commune=place.adresse.commune if place.adresse else None,
            zone=self.zone(place),
            telephone=french.phone(phone) if phone else None,
            telephone_lien=phone,
            courriel=place.courriel,
            site=place.site,
            horaires=self.opening_hours(place),
            prochaine_ouverture=(
                hours.describe_next(opening, now) if opening.prochaine_ouverture else None
            ),
            age=self.ages(place, kind),
            prix=self.price(place),
            acces=self.access(place),
            parent=self.parent_presence(place, kind),
            remarque=place.remarque,
            itineraire=directions(place),
        )

    def distance(self, km: float | None, approximate: bool) -> str | None:
        """Return a distance in words, or ``None`` when there is none to give."""
        if km is None:
            return None
        if km < 1:
            return self._wording.text(
                "utter_distance_ici" if approximate else "utter_distance_pres"
            )
        name = "utter_distance_environ" if approximate else "utter_distance"
        return self._wording.text(name, km=french.distance(km))

    def why(self, place: Place, needs: Sequence[str]) -> str:
        """Return why this place: what it does for each need, then what it is in its own words."""
        said = [self._reason(need, place.type) for need in needs]
        said += filter(None, [place.presentation])
        sentences = [part for text in said for part in _SENTENCE_END.split(text.strip())]
        return " ".join(dict.fromkeys(sentences))

    def _reason(self, need: str, kind: str) -> str:
        """Return what this kind of service does for a need; the need's own sentence by default."""
        name = f"utter_raison_{need}"
        precise = f"{name}_{kind}"
        return self._wording.text(precise if self._wording.has(precise) else name)

    def verification(self, place: Place, today: dt.date) -> str:
        """Return how far the record can be trusted, in one or two sentences."""
        level = freshness(place.verifie_le, today)
        if level is Freshness.NEVER or place.verifie_le is None:
            sentences = [self._wording.text("utter_fiche_non_verifie")]
        else:
            name = {
                Freshness.FRESH: "utter_fiche_verifie",
                Freshness.TO_CONFIRM: "utter_fiche_a_confirmer",
            }.get(level, "utter_fiche_ancien")
            date = f"{place.verifie_le:%d/%m/%Y}"
            sentences = [self._wording.text(name, date=date)]
        if place.statut is Statut.INCONNU:
            sentences.append(self._wording.text("utter_fiche_statut_inconnu"))
        return " ".join(sentences)

    def opening_hours(self, place: Place) -> str:
        """Return the hours as French sentences, or that they are not known."""
        parts = [hours.describe(place.horaires)] if place.horaires else []
        parts += [place.horaires_note] if place.horaires_note else []
        return " ".join(parts) or self._wording.text("utter_fiche_horaires_inconnus")

    def zone(self, place: Place) -> str | None:
        """Return the sentence that says which area a service without a door covers."""
        if place.zone is None or address(place):
            return None
        if len(place.zone.provinces) >= _ALL_PROVINCES:
            return self._wording.text("utter_fiche_partout")
        names = [*place.zone.provinces, *place.zone.communes, *place.zone.codes_postaux]
        shown = names if len(names) <= 6 else [*names[:5], "d'autres communes"]
        return self._wording.text("utter_fiche_zone", zone=french.listed(shown))

    def ages(self, place: Place, kind: ServiceKind) -> str | None:
        """Return the ages received, or ``None`` when nothing is known."""
        ages = place.age or kind.age
        if ages is None or (not ages.min_mois and ages.max_mois is None):
            return None
        low, high = ages.min_mois, ages.max_mois
        values = {
            "minimum": french.age(low) if low else "",
            # « de 4 à 7 ans » is stored to the last month of the seventh year.
            "maximum": french.age(high - 11 if high % 12 == 11 else high)
            if high is not None
            else "",
        }
        if low and high is not None:
            text = self._wording.text("utter_age_de_a", **values)
        elif low:
            text = self._wording.text("utter_age_des", **values)
        else:
            text = self._wording.text("utter_age_jusque", **values)
        return self._wording.text("utter_fiche_age", age=text)

    def price(self, place: Place) -> str | None:
        """Return what it costs, or ``None`` when nobody told us."""
        parts = []
        if place.acces.gratuit is Reponse.OUI:
            parts.append(self._wording.text("utter_fiche_gratuit"))
        elif place.acces.gratuit is Reponse.NON and not place.acces.prix:
            parts.append(self._wording.text("utter_fiche_payant"))
        if place.acces.prix:
            parts.append(place.acces.prix)
        return " ".join(parts) or None

    def access(self, place: Place) -> str | None:
        """Return whether one must register or make an appointment, or ``None``."""
        said = {
            (place.acces.rendez_vous, Reponse.OUI): "utter_fiche_sur_rendez_vous",
            (place.acces.rendez_vous, Reponse.NON): "utter_fiche_sans_rendez_vous",
        }
        said_2 = {
            (place.acces.inscription, Reponse.OUI): "utter_fiche_inscription",
            (place.acces.inscription, Reponse.NON): "utter_fiche_sans_inscription",
        }
        names = [
            name
            for answers in (said, said_2)
            for (answer, wanted), name in answers.items()
            if answer is wanted
        ]
        return " ".join(self._wording.text(name) for name in names) or None

    def parent_presence(self, place: Place, kind: ServiceKind) -> str | None:
        """Return whether the parent stays with the child, or ``None`` when it does not matter."""
        presence = place.presence_parent or kind.presence_parent
        if presence is Reponse.OUI:
            return self._wording.text("utter_fiche_parent_reste")
        if presence is Reponse.NON and kind.id in ("halte_accueil", "milieu_accueil"):
            return self._wording.text("utter_fiche_parent_part")
        return None


def address(place: Place) -> str | None:
    """Return the address on one line, as much of it as is known; ``None`` without a door."""
    where = place.adresse
    if where is None:
        return None
    town = " ".join(filter(None, [where.code_postal, where.localite or where.commune]))
    if where.localite and where.commune and where.localite != where.commune:
        town = f"{town} ({where.commune})"
    return ", ".join(filter(None, [where.rue, where.complement, town])) or None


def directions(place: Place) -> str | None:
    """Return an OpenStreetMap link to the door; ``None`` when no source gives a street."""
    where = place.adresse
    if where is None:
        return None
    if where.lat is not None and where.lon is not None:
        return f"{_MAP_DIRECTIONS}{where.lat}%2C{where.lon}"
    if not where.rue:
        return None
    town = " ".join(filter(None, [where.code_postal, where.localite or where.commune]))
    return _MAP_SEARCH + quote_plus(f"{where.rue}, {town}")
