"""From a parent's request to a proposal: the search, the sentence that opens it and its cards."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from bot.dialogue import french
from bot.dialogue.cards import CardMaker, PlaceCard
from bot.dialogue.facts import FARTHER, NEARER
from bot.dialogue.services import Services
from bot.dialogue.state import Moment, Orientation, Spot
from bot.places.hours import Etat
from bot.places.records import Place
from bot.places.search import Hit, Wish
from bot.wording import Wording

OFFERS = 3
RADIUS_KM = 25.0
_MANY_PROVINCES = 3
# A province or a region is named when the parent stays vague: search all of it.
_WIDE_RADIUS_KM = {"province": 60.0, "region": 60.0}


_FARTHEST_KM = 60.0
_LOOK_FURTHER = 12  # places looked at to find the nearest door
# « Ma formation commence lundi » : the day is the course's.
_DATED_NEEDS = frozenset({"besoin_formation", "besoin_accueil", "besoin_grossesse"})
# Needs that explain a request for child care more than they ask for something else.
_HOW_THINGS_ARE = frozenset({"besoin_formation", "besoin_monoparentalite", "besoin_repit"})
# Needs of the parent, or of a child not yet or only just born: the age would change nothing.
_AGELESS_NEEDS = frozenset(
    {
        "besoin_apprentissage",
        "besoin_benevolat",
        "besoin_grossesse",
        "besoin_precarite",
        "besoin_quartier",
        "besoin_visite_domicile",
    }
)
# What a neighbour or a grandfather asks as much as a mother: no mothers' workshop unless one needs it.
_ASKED_BY_ANYBODY = frozenset({"besoin_quartier", "besoin_benevolat", "besoin_interculturel"})
_MOTHERS = re.compile(r"\bmamans?\b", re.IGNORECASE)
# Title of the button → what the gazetteer finds without doubt.
_PROVINCES: Mapping[str, str] = {
    "Brabant wallon": "Brabant wallon",
    "Bruxelles": "Bruxelles",
    "Hainaut": "province de Hainaut",
    "Liège": "province de Liège",
    "Luxembourg": "province de Luxembourg",
    "Namur": "province de Namur",
}


class Proposal(msgspec.Struct, frozen=True):
    """What to say and show: sentences in order, the cards, and whether the child's age matters."""

    sentences: tuple[str, ...]
    cards: tuple[PlaceCard, ...]
    age_matters: bool


def wish_of(state: Orientation, exclude: tuple[str, ...] = ()) -> Wish:
    """Return the search that a request asks for; earlier needs weigh a little more."""
    spot = state.lieu
    return Wish(
        besoins=tuple((need, 1.0 / (1 + 0.1 * rank)) for rank, need in enumerate(state.besoins)),
        lat=spot.lat if spot else None,
        lon=spot.lon if spot else None,
        commune=spot.commune if spot else None,
        province=spot.province if spot else None,
        code_postal=spot.code_postal if spot else None,
        age_mois=None if state.age_mois is None else math.floor(state.age_mois),
        quand=(state.quand.debut, state.quand.fin)
        if state.quand and _day_of_visit(state)
        else None,
        rayon_km=_WIDE_RADIUS_KM.get(spot.kind, RADIUS_KM) if spot else RADIUS_KM,
        exclus=frozenset(exclude),
    )


def _day_of_visit(state: Orientation) -> bool:
    """Tell whether the day named is when the parent would come, not when a course or a job begins."""
    return not _DATED_NEEDS & set(state.besoins)


def propose(
    state: Orientation,
    services: Services,
    exclude: tuple[str, ...] = (),
    direction: str | None = None,
) -> Proposal:
    """Search for a request and write the proposal.

    Args:
        exclude: identifiers of places not to propose again.
        direction: ``plus_pres`` or ``plus_loin`` than what was shown, if the parent asks for it.
    """
    now = services.now()
    anybody = state.pere or set(state.besoins) <= _ASKED_BY_ANYBODY
    for_mothers = _only_for_mothers(services) if anybody else ()
    wish = wish_of(state, (*exclude, *for_mothers))
    if direction == FARTHER:
        wish = msgspec.structs.replace(wish, rayon_km=_FARTHEST_KM)
    hits = _search(state, wish, services)
    if direction == NEARER:
        nearer = _nearer_than_shown(state, services, hits)
        if not nearer:
            return Proposal((services.wording.text("utter_rien_plus_pres"),), (), False)
        hits = nearer
    if state.lieu is None:
        hits = tuple(hit for hit in hits if serves_everyone(hit.place)) or hits
    else:
        hits = _near_or_nearest(hits, wish, services)
    catalogue = services.catalogue
    maker = CardMaker(services.wording, services.calendar)
    cards = tuple(
        maker.card(
            hit.place,
            catalogue.services[hit.place.type],
            hit.besoins_couverts,
            now,
            hit.distance_km,
            hit.approximatif,
        )
        for hit in hits
    )
    sentences = _sentences(state, hits, wish, services, again=bool(exclude))
    return Proposal(sentences, cards, _age_matters(state, hits, services))


def _search(state: Orientation, wish: Wish, services: Services) -> tuple[Hit, ...]:
    """Return the best places: one that answers several needs at once first, else one per need in turn."""
    now, calendar = services.now(), services.calendar
    hits = services.index.search(wish, now, calendar, limit=OFFERS)
    several = len(state.besoins) > 1
    if not several or any(len(hit.besoins_couverts) > 1 for hit in hits[:1]):
        return hits
    best: dict[str, Hit] = {}
    # « Seule avec ma fille, qui la garde ? » : being alone is often how things are, not what is asked.
    ordered = sorted(state.besoins, key=lambda need: need == "besoin_monoparentalite")
    for need in ordered[:OFFERS]:
        alone = msgspec.structs.replace(wish, besoins=((need, 1.0),))
        for hit in services.index.search(alone, now, calendar, limit=OFFERS):
            if hit.place.id not in best and (hit.within_radius or state.lieu is None):
                best[hit.place.id] = hit
                break
    chosen = [*best.values(), *(hit for hit in hits if hit.place.id not in best)]
    chosen = [hit for hit in chosen if not _keeps_parent_from_training(hit, state)] or chosen
    by_id = {hit.place.id: hit for hit in hits}
    # Where the joint search found the same place, its reasons name every need it answers.
    return tuple(by_id.get(hit.place.id, hit) for hit in chosen[:OFFERS])


def _near_or_nearest(hits: tuple[Hit, ...], wish: Wish, services: Services) -> tuple[Hit, ...]:
    """Return what is near; failing that, the nearest.

    Where all that is near is a service without a door, the nearest door is shown after it: who wants to
    meet people is not helped by a phone number alone.
    """
    near = tuple(hit for hit in hits if hit.within_radius)
    if not near or len(near) >= OFFERS or any(hit.distance_km is not None for hit in near):
        return near or hits
    more = services.index.search(wish, services.now(), services.calendar, limit=_LOOK_FURTHER)
    doors = (hit for hit in more if hit.distance_km is not None and hit not in near)
    nearest = min(doors, key=lambda hit: hit.distance_km or 0.0, default=None)
    wanted = nearest is not None and (nearest.distance_km or 0.0) <= _FARTHEST_KM
    return (*near, nearest) if nearest is not None and wanted else near


def _only_for_mothers(services: Services) -> tuple[str, ...]:
    """Return the places whose very name is for mothers: not what a father is sent to."""
    return tuple(place.id for place in services.catalogue.places if _MOTHERS.search(place.nom))


def _keeps_parent_from_training(hit: Hit, state: Orientation) -> bool:
    """Tell whether a parent with no one to keep the child is sent where they must stay with the child.

    A lieu de rencontre beside the halte-accueil is right for who also wants to meet people, not for
    who only says that they raise the child alone.
    """
    return (
        "besoin_formation" in state.besoins
        and hit.place.type == "lieu_rencontre"
        and set(hit.besoins_couverts) <= _HOW_THINGS_ARE
    )


def _nearer_than_shown(
    state: Orientation, services: Services, hits: tuple[Hit, ...]
) -> tuple[Hit, ...]:
    """Return the places nearer than the farthest of those shown last; all when distances are unknown."""
    shown = services.index.search(
        wish_of(state), services.now(), services.calendar, limit=OFFERS + len(state.deja_proposes)
    )
    far = [h.distance_km for h in shown if h.place.id in state.offres and h.distance_km is not None]
    if not far:
        return hits
    return tuple(h for h in hits if h.distance_km is not None and h.distance_km < max(far))


def serves_everyone(place: Place) -> bool:
    """Tell whether a service covers whole provinces: right even without knowing the commune."""
    return place.zone is not None and len(place.zone.provinces) >= _MANY_PROVINCES


def _sentences(
    state: Orientation, hits: tuple[Hit, ...], wish: Wish, services: Services, again: bool
) -> tuple[str, ...]:
    say = services.wording.text
    if not hits:
        return (say("utter_plus_rien" if again else "utter_offre_vide"),)
    opening = _opening(state, hits, wish, services, again)
    sentences = [opening, *_farther(hits, services), *_when(state, hits, services)]
    if not any(hit.place.verifie_le for hit in hits):
        sentences.append(
            say("utter_offre_verifier_un" if len(hits) == 1 else "utter_offre_verifier")
        )
    return tuple(sentences)


def _farther(hits: tuple[Hit, ...], services: Services) -> list[str]:
    """Return how far the one door is that stands beyond the rest, if there is one."""
    beyond = [hit for hit in hits if not hit.within_radius and hit.distance_km is not None]
    if not beyond or len(beyond) == len(hits):
        return []
    return [
        services.wording.text(
            "utter_offre_un_plus_loin",
            premier=name_with_town(beyond[0]),
            distance=french.distance(beyond[0].distance_km or 0.0),
        )
    ]


def _when(state: Orientation, hits: tuple[Hit, ...], services: Services) -> list[str]:
    """Return who is open at the time the parent wants, by name; nothing when no time was named."""
    if state.quand is None or not _day_of_visit(state):
        return []
    found = [(hit.place.nom, hit.opening.selon_horaires if hit.opening else None) for hit in hits]
    return open_then(found, state.quand, services)


def open_then(
    found: Sequence[tuple[str, Etat | None]], wanted: Moment, services: Services
) -> list[str]:
    """Return which of these places are open at the time wanted, which are closed, by name.

    Args:
        found: each place's name and what its hours say of that time, ``None`` or ``INCONNU`` if nothing.
    """
    day = french.day(wanted.debut, services.now())
    return _by_state("utter_quand", found, services.wording, jour=day)


def open_now(found: Sequence[tuple[str, Etat | None]], services: Services) -> list[str]:
    """Return which of these places are open at this moment, as ``open_then`` does for a day."""
    return _by_state("utter_maintenant", found, services.wording)


def _by_state(
    responses: str, found: Sequence[tuple[str, Etat | None]], wording: Wording, **values: str
) -> list[str]:
    """Return who is open, who is closed, and for how many the hours are not known."""
    named = {
        "ouvert": [name for name, opening in found if opening is Etat.OUVERT],
        "ferme": [name for name, opening in found if opening is Etat.FERME],
    }
    said = [
        wording.text(f"{responses}_{state}", noms=french.listed(names), **values)
        for state, names in named.items()
        if names
    ]
    if not said:
        return [wording.text(f"{responses}_inconnu_tous", **values)]
    if sum(map(len, named.values())) < len(found):
        said.append(wording.text("utter_quand_inconnu"))
    return said


def _opening(
    state: Orientation, hits: tuple[Hit, ...], wish: Wish, services: Services, again: bool
) -> str:
    """Return the sentence that says what was found and where, the first place by its name."""
    say = services.wording.text
    first = name_with_town(hits[0])
    if state.lieu is None:
        return say("utter_offre_sans_lieu", premier=first)
    where = (
        state.lieu.nom
        if state.lieu.kind in _WIDE_RADIUS_KM
        else say("utter_ou_pres", de_lieu=french.of_place(french.bare_place(state.lieu.nom)))
    )
    far = [hit for hit in hits if not hit.within_radius]
    far = far if len(far) == len(hits) else []
    if far and all(hit.distance_km is None for hit in far):
        return say("utter_offre_ailleurs", ou=where, premier=first)
    if far:
        nearest = min(far, key=lambda hit: hit.distance_km or 0.0)
        return say(
            "utter_offre_plus_loin" if again else "utter_offre_loin",
            rayon=round(wish.rayon_km),
            ou=where,
            distance=french.distance(nearest.distance_km or 0.0),
            premier=name_with_town(nearest),
        )
    if len(hits) == 1:
        service = hits[0].distance_km is None
        return say("utter_offre_service" if service else "utter_offre_un", ou=where, premier=first)
    number = french.number_word(len(hits))
    return say("utter_offre_plusieurs", nombre=number, ou=where, premier=first)


def name_with_town(hit: Hit) -> str:
    """Return « Le Babibar, à Liège » — or the bare name where there is no door."""
    where = hit.place.adresse
    town = where and (where.localite or where.commune)
    name = hit.place.nom
    return f"{name}, {french.at_place(town)}" if town and town not in name else name


def _age_matters(state: Orientation, hits: tuple[Hit, ...], services: Services) -> bool:
    """Tell whether knowing the child's age could change the proposal."""
    if state.age_mois is not None or "age_mois" in state.refus or "age_mois" in state.essais:
        return False
    if all(need in _AGELESS_NEEDS for need in state.besoins):
        return False
    kinds = services.catalogue.services
    limits = [
        hit.place.age or kinds[hit.place.type].age
        for hit in hits
        if kinds[hit.place.type].age_utile
    ]
    return any(
        limit is not None and (limit.min_mois or limit.max_mois is not None) for limit in limits
    )


def card_message(proposal: Proposal) -> dict[str, Any]:
    """Return the ``custom`` part of the message: the cards as plain data."""
    return {"type": "places", "places": [msgspec.to_builtins(card) for card in proposal.cards]}


def province_buttons(wording: Wording) -> list[dict[str, str]]:
    """Return one button per province and one to say nothing, for who would rather not name the commune."""
    provinces = [
        {"title": name, "payload": f'/donner_lieu{{"lieu": "{typed}"}}'}
        for name, typed in _PROVINCES.items()
    ]
    return [*provinces, {"title": wording.text("utter_bouton_pas_dire"), "payload": "/refuser"}]


def spot_button(spot: Spot) -> dict[str, str]:
    """Return the button that chooses one of several places of the same name."""
    bare = spot.nom.split(" (")[0]
    typed = " ".join(filter(None, [spot.code_postal, bare]))
    named = not spot.province or spot.province in spot.nom
    title = spot.nom if named else f"{spot.nom}, {spot.province}"
    return {"title": title, "payload": f'/donner_lieu{{"lieu": "{typed}"}}'}
