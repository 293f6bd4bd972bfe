"""Answers to a question about one place already proposed: hours, phone, price, way there, and so on."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Callable, Sequence

from rapidfuzz import fuzz

from bot.dialogue import french
from bot.dialogue.cards import CardMaker, PlaceCard, address
from bot.dialogue.facts import TurnFacts
from bot.dialogue.state import Orientation
from bot.places import hours
from bot.places.catalogue import Catalogue
from bot.places.hours import Etat
from bot.places.records import Place
from bot.places.search import need_weights
from bot.wording import Wording

_NAME_MATCH = 85  # of 100: below, a message does not name the place


def chosen_place(
    state: Orientation, facts: TurnFacts, catalogue: Catalogue
) -> tuple[Place | None, tuple[Place, ...]]:
    """Return the place a question is about, or ``None`` with the places it could be about.

    In order: « le deuxième », « celui de Jambes », a name, the place talked of before, the only one.
    """
    offered = [catalogue.place(identifier) for identifier in state.offres]
    places = tuple(place for place in offered if place is not None)
    if not places:
        return None, ()
    if facts.rang is not None:
        index = facts.rang - 1 if facts.rang > 0 else facts.rang
        return (places[index] if -len(places) <= index < len(places) else None), places
    for choose in (_in_named_town, _with_named_words):
        matching = choose(places, facts)
        if len(matching) == 1:
            return matching[0], places
        if matching:
            # « celui de Houyet », when two are there: one of these, not of the others.
            return None, tuple(matching)
    if state.lieu_choisi is not None:
        kept = next((place for place in places if place.id == state.lieu_choisi), None)
        if kept is not None:
            return kept, places
    return (places[0], places) if len(places) == 1 else (None, places)


# « Le numéro du deuxième ? » chooses a place and asks something of it at once.
_ASKED: Sequence[tuple[str, re.Pattern[str]]] = (
    ("demander_contact", re.compile(r"\b(num(e|é)ro|t(e|é)l(e|é)?phone|tel|gsm|mail|contact)")),
    ("demander_horaires", re.compile(r"\b(heures?|horaires?|ouvert|ouvre|ferme)")),
    ("demander_tarif", re.compile(r"\b(prix|tarif|combien|co(u|û)te|gratuit|payant)")),
    ("demander_trajet", re.compile(r"\b(adresse|chemin|trajet|aller|situ(e|é)|rue)")),
    ("demander_inscription", re.compile(r"\b(inscri|rendez-vous|rdv)")),
)


def asked_detail(facts: TurnFacts) -> str:
    """Return the question a message asks about the place it chooses, or its own intent."""
    text = facts.text.lower()
    return next((intent for intent, words in _ASKED if words.search(text)), facts.intent)


def names_another_town(state: Orientation, facts: TurnFacts, catalogue: Catalogue) -> bool:
    """Tell whether a message names a town where none of the places offered is."""
    offered = [catalogue.place(identifier) for identifier in state.offres]
    places = [place for place in offered if place is not None]
    return bool(facts.places) and not _in_named_town(places, facts)


def _in_named_town(places: Sequence[Place], facts: TurnFacts) -> list[Place]:
    """Return the places in the locality named; failing that, in its commune."""
    towns = {spot.commune for spots in facts.places for spot in spots if spot.commune}
    names = {_plain(french.bare_place(spot.nom)) for spots in facts.places for spot in spots}
    with_door = [(place, place.adresse) for place in places if place.adresse]
    here = [place for place, where in with_door if _plain(where.localite or "") in names]
    return here or [place for place, where in with_door if where.commune in towns]


def _with_named_words(places: Sequence[Place], facts: TurnFacts) -> list[Place]:
    text = _plain(facts.text)
    return [p for p in places if text and fuzz.partial_ratio(_plain(p.nom), text) >= _NAME_MATCH]


def _plain(text: str) -> str:
    letters = unicodedata.normalize("NFKD", text.lower())
    return "".join(c for c in letters if not unicodedata.combining(c))


class DetailWriter:
    """Writes the answer to one question about one place, from the domain's sentences."""

    def __init__(self, wording: Wording, maker: CardMaker, catalogue: Catalogue) -> None:
        self._say = wording.text
        self._maker = maker
        self._catalogue = catalogue
        self._answers: dict[str, Callable[[Place, PlaceCard, dt.datetime], str]] = {
            "demander_horaires": self._hours,
            "demander_contact": self._contact,
            "demander_tarif": self._price,
            "demander_trajet": self._way,
            "demander_inscription": self._access,
            "que_dire": self._what_to_say,
            "envoyer_fiche": self._sheet,
            "demander_raison": self._reason,
        }

    def answer(self, intent: str, place: Place, now: dt.datetime, needs: Sequence[str] = ()) -> str:
        """Return the answer to the question ``intent`` asks; the whole sheet for any other.

        Args:
            needs: the parent's; those the place answers are its reason.
        """
        card = self.card(place, now, needs)
        return self._answers.get(intent, self._sheet)(place, card, now)

    def card(self, place: Place, now: dt.datetime, needs: Sequence[str] = ()) -> PlaceCard:
        """Return the place's card, without distance."""
        kind = self._catalogue.services[place.type]
        answered = need_weights(place, kind)
        return self._maker.card(place, kind, [need for need in needs if need in answered], now)

    def _hours(self, place: Place, card: PlaceCard, now: dt.datetime) -> str:
        if not place.horaires and not place.horaires_note:
            return self._say(
                "utter_detail_horaires_inconnus", nom=place.nom, joindre=self._reach(place)
            )
        opening = hours.state(place, now, self._maker.calendar)
        likely = opening.etat is Etat.INCONNU
        response = {
            (Etat.OUVERT, False): "utter_ouvert_maintenant",
            (Etat.FERME, False): "utter_ferme_maintenant",
            (Etat.OUVERT, True): "utter_ouvert_selon_heures",
            (Etat.FERME, True): "utter_ferme_selon_heures",
        }.get((opening.selon_horaires, likely))
        state = self._say(response) if response else ""
        is_open = opening.selon_horaires is Etat.OUVERT
        following = None if is_open else card.prochaine_ouverture
        parts = " ".join(filter(None, [state, following, card.verifie]))
        return self._say(
            "utter_detail_horaires", nom=place.nom, horaires=card.horaires, ouvert=parts
        )

    def _contact(self, place: Place, card: PlaceCard, now: dt.datetime) -> str:
        contacts = self._contacts(place)
        if not contacts:
            return self._say("utter_detail_contact_inconnu", nom=place.nom)
        return self._say("utter_detail_contact", nom=place.nom, contacts=contacts + ".")

    def _price(self, place: Place, card: PlaceCard, now: dt.datetime) -> str:
        if card.prix is None:
            return self._say(
                "utter_detail_tarif_inconnu", nom=place.nom, joindre=self._reach(place)
            )
        return self._say("utter_detail_tarif", nom=place.nom, tarif=card.prix)

    def _way(self, place: Place, card: PlaceCard, now: dt.datetime) -> str:
        if address(place) is None:
            return self._say("utter_detail_trajet_zone", nom=place.nom, joindre=self._reach(place))
        if card.itineraire is None:
            return self._say(
                "utter_detail_trajet_inconnu", nom=place.nom, joindre=self._reach(place)
            )
        return self._say(
            "utter_detail_trajet", nom=place.nom, adresse=card.adresse, lien=card.itineraire
        )

    def _access(self, place: Place, card: PlaceCard, now: dt.datetime) -> str:
        if card.acces is None:
            return self._say(
                "utter_detail_inscription_inconnue", nom=place.nom, joindre=self._reach(place)
            )
        return self._say("utter_detail_inscription", nom=place.nom, acces=card.acces)

    def _what_to_say(self, place: Place, card: PlaceCard, now: dt.datetime) -> str:
        sentence = self._catalogue.services[place.type].au_telephone
        if not sentence:
            return self._say("utter_detail_que_dire_defaut", nom=place.nom)
        return self._say("utter_detail_que_dire", nom=place.nom, phrase=sentence)

    def _reason(self, place: Place, card: PlaceCard, now: dt.datetime) -> str:
        reason = card.pourquoi or self._catalogue.services[place.type].explication
        return self._say("utter_detail_raison", nom=place.nom, raison=reason)

    def _sheet(self, place: Place, card: PlaceCard, now: dt.datetime) -> str:
        """Return the place as plain text, to copy or print."""
        lines = [
            card.nom,
            f"({card.type})",
            card.pourquoi,
            card.adresse,
            card.zone,
            card.telephone,
            card.courriel,
            card.site,
            card.horaires,
            card.age,
            card.prix,
            card.acces,
            card.parent,
            card.remarque,
            card.verifie,
        ]
        return self._say("utter_detail_fiche", fiche="\n".join(line for line in lines if line))

    def _contacts(self, place: Place) -> str:
        """Return « téléphone …, site … », each as a link; empty when nothing is known."""
        parts = [
            self._say("utter_contact_telephone", lisible=french.phone(number), numero=number)
            for number in place.telephones
        ]
        if place.courriel:
            parts.append(self._say("utter_contact_courriel", courriel=place.courriel))
        if place.site:
            readable = place.site.split("//")[-1].split("/")[0].removeprefix("www.")
            parts.append(self._say("utter_contact_site", lisible=readable, adresse=place.site))
        return french.listed(parts)

    def _reach(self, place: Place) -> str:
        """Return the sentence that says who to ask what we do not know."""
        contacts = self._contacts(place)
        if not contacts:
            return self._say("utter_detail_joindre_commune")
        return self._say("utter_detail_joindre", contacts=contacts)
