"""The search: who is offered what, and why, on fictional places and on the shipped catalogue."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest
from dateutil.relativedelta import relativedelta

from bot.places.calendar import SchoolCalendar
from bot.places.catalogue import Catalogue, load_catalogue
from bot.places.freshness import Freshness, freshness
from bot.places.geography import Gazetteer
from bot.places.hours import Etat
from bot.places.records import (
    Adresse,
    Age,
    NeedAnswer,
    Objectif,
    Place,
    Reponse,
    ServiceKind,
    Source,
    Statut,
    Zone,
)
from bot.places.search import Hit, PlaceIndex, ReasonCode, Wish

CATALOGUE = Path(__file__).parents[2] / "catalogue"
CALENDAR = SchoolCalendar.load(CATALOGUE / "calendrier.yml")
NOW = dt.datetime(2026, 11, 22, 10)
TODAY = NOW.date()

# About 1 km of latitude, in degrees.
KM = 1 / 111.195
NAMUR = (50.4669, 4.8675)


@dataclass(frozen=True)
class Fictional:
    """A catalogue of fictional places on the real geography."""

    places: Sequence[Place]
    services: Mapping[str, ServiceKind]
    gazetteer: Gazetteer


@lru_cache(maxsize=1)
def shipped() -> Catalogue:
    return load_catalogue(CATALOGUE)


@lru_cache(maxsize=1)
def shipped_index() -> PlaceIndex:
    return PlaceIndex(shipped())


def answer(need: str, weight: float, objectif: Objectif | None = None) -> NeedAnswer:
    return NeedAnswer(besoin=need, poids=weight, objectif=objectif)


def kind(name: str, *answers: NeedAnswer, stays: Reponse = Reponse.INCONNU) -> ServiceKind:
    return ServiceKind(
        id=name,
        nom=name,
        pluriel=name,
        explication="Fictif.",
        besoins=list(answers),
        presence_parent=stays,
    )


KINDS = {
    k.id: k
    for k in (
        kind(
            "rencontre",
            answer("besoin_isolement", 1.0),
            answer("besoin_repit", 0.8),
            answer("besoin_quartier", 1.0, Objectif.QUARTIER),
            answer("besoin_quartier", 0.3),
            answer("besoin_apprentissage", 0.8, Objectif.REMEDIATION),
            stays=Reponse.OUI,
        ),
        kind("halte", answer("besoin_formation", 1.0), answer("besoin_repit", 1.0)),
        kind("creche", answer("besoin_formation", 0.8), answer("besoin_accueil", 1.0)),
        kind("aide", answer("besoin_precarite", 1.0)),
    )
}


def door(name: str, km: float = 0.0, type_: str = "rencontre", **fields: Any) -> Place:
    """A place ``km`` north of Namur, verified last month unless said otherwise."""
    fields.setdefault("statut", Statut.ACTIF)
    fields.setdefault("verifie_le", TODAY - dt.timedelta(days=30))
    fields.setdefault("organisme", f"asbl {name}")
    fields.setdefault("adresse", Adresse(commune="Namur", lat=NAMUR[0] + km * KM, lon=NAMUR[1]))
    return Place(
        id=name, nom=f"Lieu {name}", type=type_, sources=[Source(adresse="fictive")], **fields
    )


def covering(name: str, zone: Zone, type_: str = "aide", **fields: Any) -> Place:
    """A service without a door that covers an area."""
    return door(name, type_=type_, adresse=None, zone=zone, **fields)


def search(places: Sequence[Place], *needs: str, limit: int = 3, **fields: Any) -> list[Hit]:
    index = PlaceIndex(Fictional(places, KINDS, shipped().gazetteer))
    if not {"lat", "commune", "code_postal", "province", "nowhere"} & set(fields):
        fields.update(lat=NAMUR[0], lon=NAMUR[1], commune="Namur")
    fields.pop("nowhere", None)
    wish = Wish(besoins=tuple((f"besoin_{need}", 1.0) for need in needs), **fields)
    return list(index.search(wish, NOW, CALENDAR, limit))


def ids(hits: Sequence[Hit]) -> list[str]:
    return [hit.place.id for hit in hits]


# --- Never offered -------------------------------------------------------------------------------


@pytest.mark.parametrize("statut", [Statut.FERME, Statut.SUSPENDU])
def test_a_closed_or_suspended_place_is_not_offered(statut: Statut) -> None:
    assert ids(search([door("a", statut=statut), door("b", 5)], "isolement")) == ["b"]


def test_a_place_not_verified_for_two_years_is_hidden() -> None:
    stale = door("a", verifie_le=TODAY - relativedelta(months=24) - dt.timedelta(days=1))
    kept = door("b", 5, verifie_le=TODAY - relativedelta(months=24))
    assert ids(search([stale, kept], "isolement")) == ["b"]


def test_a_place_never_verified_is_offered_and_says_so() -> None:
    hit = search([door("a", verifie_le=None)], "isolement")[0]
    assert hit.freshness is Freshness.NEVER
    assert [r.date for r in hit.reasons if r.code is ReasonCode.VERIFIE] == [None]


@pytest.mark.parametrize(("age", "found"), [(0, ["a"]), (36, ["a"]), (37, []), (-1, [])])
def test_a_place_receives_the_ages_it_names_both_ends_included(age: int, found: list[str]) -> None:
    place = door("a", age=Age(min_mois=0, max_mois=36))
    assert ids(search([place], "isolement", age_mois=age)) == found


def test_an_unknown_age_range_passes() -> None:
    assert ids(search([door("a")], "isolement", age_mois=200)) == ["a"]


def test_a_kind_that_does_not_answer_the_need_is_not_offered() -> None:
    assert ids(search([door("a", type_="halte"), door("b", 9)], "isolement")) == ["b"]


def test_a_need_the_place_names_itself_is_answered() -> None:
    place = door("a", type_="aide", besoins=["besoin_isolement"])
    assert ids(search([place], "isolement")) == ["a"]


def test_an_objective_makes_a_place_answer_a_need() -> None:
    with_it = door("a", 3, objectifs=[Objectif.REMEDIATION])
    hits = search([with_it, door("b")], "apprentissage")
    assert ids(hits) == ["a"]
    assert [r.objectif for r in hits[0].reasons if r.code is ReasonCode.OBJECTIF] == ["remediation"]


def test_what_was_already_offered_is_not_offered_again() -> None:
    assert ids(search([door("a"), door("b", 2)], "isolement", exclus=frozenset({"a"}))) == ["b"]


def test_only_the_wanted_kinds_are_offered() -> None:
    places = [door("a"), door("b", 2, "halte")]
    assert ids(search(places, "repit", types=frozenset({"halte"}))) == ["b"]


def test_a_kind_may_be_wanted_without_a_need() -> None:
    places = [door("a"), door("b", 2, "halte")]
    assert ids(search(places, types=frozenset({"halte"}))) == ["b"]


def test_without_need_nor_kind_nothing_is_found() -> None:
    assert search([door("a")]) == []
    assert search([door("a")], "inconnu") == []


# --- A parent in training -------------------------------------------------------------------------


def test_a_parent_in_training_is_never_sent_where_the_parent_stays() -> None:
    near = door("a", besoins=["besoin_formation"])
    odd = door("b", type_="halte", presence_parent=Reponse.OUI)
    assert ids(search([near, odd, door("c", 12, "halte")], "formation")) == ["c"]


def test_a_parent_in_training_who_is_alone_is_first_told_who_keeps_the_child() -> None:
    places = [door("a"), door("b", 1), door("c", 2), door("d", 15, "halte")]
    hits = search(places, "isolement", "formation")
    assert ids(hits)[0] == "d"
    assert "a" in ids(hits)


def test_a_need_answered_by_nothing_nearby_is_answered_from_further_away() -> None:
    places = [door("a"), door("b", 1), door("c", 2), door("far", 60, "halte")]
    hits = search(places, "isolement", "formation")
    assert ("far", False) in [(h.place.id, h.within_radius) for h in hits]
    assert ids(hits)[0] == "a"


# --- Order ---------------------------------------------------------------------------------------


def test_the_nearest_comes_first_at_equal_fit() -> None:
    assert ids(search([door("a", 9), door("b", 1), door("c", 4)], "isolement")) == ["b", "c", "a"]


def test_a_place_that_answers_two_needs_comes_before_a_nearer_one_that_answers_one() -> None:
    places = [door("near", 1, "halte"), door("both", 6)]
    hits = search(places, "isolement", "repit")
    assert ids(hits) == ["both", "near"]
    assert hits[0].besoins_couverts == ("besoin_isolement", "besoin_repit")


def test_two_needs_do_not_justify_any_distance() -> None:
    places = [door("near", 0.5, "halte"), door("both", 24)]
    assert ids(search(places, "isolement", "repit"))[0] == "near"


def test_the_best_kind_comes_first_at_similar_distance() -> None:
    places = [door("creche", 1, "creche"), door("halte", 2, "halte")]
    assert ids(search(places, "formation")) == ["halte", "creche"]


def test_verified_comes_before_unverified() -> None:
    places = [door("never", 1, verifie_le=None), door("verified", 20)]
    assert ids(search(places, "isolement")) == ["verified", "never"]


def test_verified_long_ago_comes_with_the_unverified() -> None:
    old = door("old", 1, verifie_le=TODAY - relativedelta(months=18))
    assert ids(search([old, door("verified", 20)], "isolement")) == ["verified", "old"]


@pytest.mark.parametrize("months", [0, 5, 6, 7, 11, 12, 13, 20, 24, 25])
def test_the_thresholds_of_freshness_are_those_of_the_catalogue(months: int) -> None:
    day = TODAY - relativedelta(months=months)
    hits = search([door("a", verifie_le=day)], "isolement")
    assert bool(hits) == (freshness(day, TODAY) is not Freshness.HIDDEN)
    trusted = {Freshness.FRESH: 1.0, Freshness.TO_CONFIRM: 1 / 1.1, Freshness.OLD: 0.5}
    if hits:
        assert hits[0].score == pytest.approx(trusted[freshness(day, TODAY)])


WEDNESDAY_AFTERNOON = (dt.datetime(2026, 11, 25, 13), dt.datetime(2026, 11, 25, 18))


def test_open_at_the_wanted_time_comes_first_then_unknown_then_closed() -> None:
    places = [
        door("closed", 1, horaires="Mo 09:00-12:00"),
        door("unknown", 2),
        door("open", 20, horaires="We 14:00-16:30"),
    ]
    hits = search(places, "isolement", quand=WEDNESDAY_AFTERNOON)
    assert ids(hits) == ["open", "unknown", "closed"]
    assert [h.opening.etat for h in hits if h.opening] == [Etat.OUVERT, Etat.INCONNU, Etat.FERME]


def test_hours_do_not_count_when_no_time_is_wanted() -> None:
    places = [door("a", 1, horaires="Mo 09:00-12:00"), door("b", 2, horaires="We 14:00-16:30")]
    hits = search(places, "isolement")
    assert ids(hits) == ["a", "b"]
    assert hits[0].opening is None


def test_equal_places_are_ordered_by_their_ids() -> None:
    assert ids(search([door("c"), door("a"), door("b")], "isolement")) == ["a", "b", "c"]


def test_scores_go_down_and_stay_in_their_range() -> None:
    hits = search([door("a", 1), door("b", 8), door("c", 16)], "isolement")
    scores = [h.score for h in hits]
    assert scores == sorted(scores, reverse=True)
    assert all(0 < score <= 1 for score in scores)


# --- Distance ------------------------------------------------------------------------------------


def test_the_distance_is_measured_to_the_door() -> None:
    assert search([door("a", 7)], "isolement")[0].distance_km == pytest.approx(7, abs=0.01)


def test_a_door_known_to_its_locality_is_approximate() -> None:
    jambes = door("a", adresse=Adresse(code_postal="5100", localite="Jambes", commune="Namur"))
    hit = search([jambes], "isolement")[0]
    assert hit.approximatif
    assert 0.5 < (hit.distance_km or 0) < 6


@pytest.mark.parametrize(
    "adresse", [Adresse(code_postal="5100"), Adresse(commune="Namur"), Adresse(commune="namur")]
)
def test_a_door_is_placed_by_its_postcode_or_commune(adresse: Adresse) -> None:
    assert ids(search([door("a", adresse=adresse)], "isolement")) == ["a"]


def test_nothing_within_the_radius_gives_the_nearest_all_the_same() -> None:
    hits = search([door("far", 60), door("further", 200)], "isolement")
    assert [(h.place.id, h.within_radius) for h in hits] == [("far", False)]


def test_far_places_do_not_follow_near_ones() -> None:
    assert ids(search([door("near", 3), door("far", 40)], "isolement")) == ["near"]


def test_the_parent_chooses_the_radius() -> None:
    places = [door("a", 3), door("b", 7)]
    assert ids(search(places, "isolement", rayon_km=5.0)) == ["a"]
    assert ids(search(places, "isolement", rayon_km=10.0)) == ["a", "b"]


@pytest.mark.parametrize("field", [{"commune": "Namur"}, {"code_postal": "5000"}])
def test_the_parent_is_placed_by_commune_or_postcode(field: dict[str, str]) -> None:
    hit = search([door("a", 2)], "isolement", **field)[0]
    assert 0 < (hit.distance_km or 0) < 6


def test_a_place_without_coordinates_in_a_commune_nobody_knows_is_found_by_nobody() -> None:
    assert search([door("a", adresse=Adresse(commune="Nulle-Part"))], "isolement") == []


# --- Services that cover an area ------------------------------------------------------------------


@pytest.mark.parametrize(
    "zone",
    [
        Zone(communes=["Andenne", "Namur"]),
        Zone(provinces=["Namur"]),
        Zone(codes_postaux=["5000"]),
    ],
)
def test_a_service_is_found_from_anywhere_in_its_area(zone: Zone) -> None:
    hits = search([covering("a", zone)], "precarite", code_postal="5000")
    assert ids(hits) == ["a"]
    assert (hits[0].distance_km, hits[0].within_radius) == (None, True)
    assert ReasonCode.DANS_LA_ZONE in [r.code for r in hits[0].reasons]


def test_a_service_is_not_found_outside_its_area() -> None:
    places = [covering("a", Zone(communes=["Andenne"]))]
    assert search(places, "precarite", code_postal="5000") == []


def test_the_commune_is_found_from_coordinates() -> None:
    places = [covering("a", Zone(communes=["Namur"]))]
    assert ids(search(places, "precarite", lat=NAMUR[0], lon=NAMUR[1])) == ["a"]


def test_coordinates_outside_our_communes_are_in_no_area() -> None:
    places = [covering("a", Zone(provinces=["Brabant wallon"])), door("b", type_="aide")]
    assert ids(search(places, "precarite", lat=50.99, lon=4.84)) == ["b"]


def test_a_near_door_comes_before_a_service_of_the_area_and_a_far_door_after() -> None:
    places = [
        covering("zone", Zone(communes=["Namur"])),
        door("near", 3, "aide"),
        door("far", 20, "aide"),
    ]
    assert ids(search(places, "precarite")) == ["near", "zone", "far"]


def test_a_local_service_comes_before_a_provincial_and_a_national_one() -> None:
    places = [
        covering("a-national", Zone(provinces=["Namur", "Liège", "Hainaut", "Luxembourg"])),
        covering("b-province", Zone(provinces=["Namur"])),
        covering("c-local", Zone(communes=["Namur"])),
    ]
    assert ids(search(places, "precarite")) == ["c-local", "b-province", "a-national"]


def test_a_door_that_serves_some_communes_only_is_not_offered_to_others() -> None:
    only = door("a", 1, "aide", zone=Zone(communes=["Andenne"]))
    assert search([only], "precarite") == []


def test_a_door_that_serves_the_commune_shows_its_distance() -> None:
    place = door("a", 4, "aide", zone=Zone(communes=["Namur"]))
    assert search([place], "precarite")[0].distance_km == pytest.approx(4, abs=0.01)


def test_with_a_national_service_only_the_nearest_door_follows() -> None:
    places = [
        covering("national", Zone(provinces=["Namur", "Liège"])),
        door("far", 40, "aide"),
    ]
    hits = search(places, "precarite")
    assert [(h.place.id, h.within_radius) for h in hits] == [("national", True), ("far", False)]


def test_without_a_place_national_services_come_first_then_the_verified() -> None:
    places = [
        door("a-never", 1, "aide", verifie_le=None),
        door("b-verified", 90, "aide"),
        covering("c-national", Zone(provinces=["Namur", "Liège"])),
    ]
    hits = search(places, "precarite", nowhere=True)
    assert ids(hits) == ["c-national", "b-verified", "a-never"]
    assert [h.distance_km for h in hits] == [None, None, None]


def test_a_whole_province_finds_its_doors_and_services() -> None:
    liege = door("liege", type_="aide", adresse=Adresse(commune="Liège"))
    places = [
        door("namur", 1, "aide"),
        liege,
        covering("zone", Zone(provinces=["Namur"])),
    ]
    assert ids(search(places, "precarite", province="Namur")) == ["namur", "zone"]


def test_a_province_with_nothing_gets_what_is_nearest_to_it() -> None:
    arlon = door("arlon", type_="aide", adresse=Adresse(commune="Arlon"))
    mons = door("mons", type_="aide", adresse=Adresse(commune="Mons"))
    hits = search([mons, arlon], "precarite", province="Namur", limit=1)
    assert [h.within_radius for h in hits] == [False]


# --- Diversity -----------------------------------------------------------------------------------


def test_three_offers_are_not_three_rooms_of_one_organisation() -> None:
    rooms = [door(f"room-{n}", n, organisme="asbl Une") for n in range(4)]
    hits = search([*rooms, door("other", 40)], "isolement")
    assert ids(hits) == ["room-0", "room-1", "other"]


def test_another_organisation_within_the_radius_goes_before_a_second_room() -> None:
    rooms = [door(f"room-{n}", n, organisme="asbl Une") for n in range(3)]
    hits = search([*rooms, door("b", 10), door("c", 20)], "isolement")
    assert ids(hits) == ["room-0", "b", "c"]


def test_one_organisation_alone_may_fill_the_offers() -> None:
    rooms = [door(f"room-{n}", n, organisme="asbl Une") for n in range(3)]
    assert len(search(rooms, "isolement")) == 3


def test_places_whose_names_start_alike_are_one_organisation() -> None:
    def room(place: str, km: float) -> Place:
        plain = door(place, km, organisme=None)
        return Place(**{**{f: getattr(plain, f) for f in plain.__struct_fields__},
                        "nom": f"Café Parlant – {place}"})  # fmt: skip

    hits = search([room("a", 1), room("b", 2), room("c", 3), door("other", 20)], "isolement")
    assert "other" in ids(hits)


# --- Reasons -------------------------------------------------------------------------------------


def test_reasons_are_data_about_this_need_and_this_parent() -> None:
    place = door("a", 2, objectifs=[Objectif.QUARTIER], age=Age(min_mois=0, max_mois=36))
    hit = search([place], "quartier", age_mois=12, quand=WEDNESDAY_AFTERNOON)[0]
    assert [r.code for r in hit.reasons] == [
        ReasonCode.BESOIN,
        ReasonCode.OBJECTIF,
        ReasonCode.OUVERT_AU_MOMENT,
        ReasonCode.DISTANCE,
        ReasonCode.AGE_CONVIENT,
        ReasonCode.VERIFIE,
    ]
    assert hit.reasons[0].poids == 1.0


def test_an_unknown_age_range_is_no_reason() -> None:
    hit = search([door("a")], "isolement", age_mois=12)[0]
    assert ReasonCode.AGE_CONVIENT not in [r.code for r in hit.reasons]


# --- The shipped catalogue -----------------------------------------------------------------------


def shipped_search(*needs: str, **fields: Any) -> list[Hit]:
    wish = Wish(besoins=tuple((f"besoin_{need}", 1.0) for need in needs), **fields)
    return list(shipped_index().search(wish, NOW, CALENDAR))


def test_seed_003_charleroi_finds_the_parent_child_workshops() -> None:
    hits = shipped_search("monoparentalite", "isolement", commune="Charleroi")
    assert "ateliers-parents-enfants-charleroi" in ids(hits)


def test_seed_003_andenne_finds_the_bebe_rencontre_first() -> None:
    for needs in (("isolement",), ("passerelle",), ("isolement", "passerelle")):
        hits = shipped_search(*needs, commune="Andenne", age_mois=24)
        assert ids(hits)[0] == "bebe-rencontre-andenne"


def test_seed_003_bassenge_finds_the_parent_aise() -> None:
    assert "parent-aise-bassenge" in ids(shipped_search("monoparentalite", commune="Bassenge"))


def test_seed_000_a_parent_in_training_in_brussels_finds_a_halte_accueil_first() -> None:
    hits = shipped_search("formation", code_postal="1000")
    assert hits[0].place.type == "halte_accueil"


def test_a_parent_in_training_is_never_sent_to_a_lieu_de_rencontre() -> None:
    for commune in shipped().gazetteer.communes():
        for hit in shipped_search("formation", commune=commune):
            assert hit.place.type != "lieu_rencontre"


def test_every_need_is_answered_from_every_province() -> None:
    for need in shipped().needs():
        for commune in ("Arlon", "Mons", "Liège", "Namur", "Nivelles", "Bruxelles"):
            wish = Wish(besoins=((need, 1.0),), commune=commune)
            assert shipped_index().search(wish, NOW, CALENDAR), (need, commune)


def test_no_shipped_offer_is_closed() -> None:
    for need in shipped().needs():
        wish = Wish(besoins=((need, 1.0),))
        for hit in shipped_index().search(wish, NOW, CALENDAR, limit=50):
            assert hit.place.statut not in (Statut.FERME, Statut.SUSPENDU)
