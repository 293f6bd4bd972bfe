"""What holds for any catalogue and any wish: no unsuitable place, one answer, varied offers."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.places.calendar import SchoolCalendar
from bot.places.freshness import Freshness, freshness
from bot.places.geography import Gazetteer, distance_km
from bot.places.hours import Etat, open_at
from bot.places.loading import read_list
from bot.places.records import (
    Adresse,
    Age,
    Objectif,
    Place,
    Reponse,
    ServiceKind,
    Source,
    Statut,
    VacancesScolaires,
    Zone,
)
from bot.places.search import KEPT_WITHOUT_PARENT, Hit, PlaceIndex, Wish, need_weights

CATALOGUE = Path(__file__).parents[2] / "catalogue"
CALENDAR = SchoolCalendar.load(CATALOGUE / "calendrier.yml")
NOW = dt.datetime(2026, 11, 22, 10)
TODAY = NOW.date()
COMMUNES = ("Namur", "Andenne", "Huy", "Liège", "Charleroi", "Arlon", "Bruxelles", "Mons")
KINDS = ("lieu_rencontre", "halte_accueil", "milieu_accueil", "espace_parentalite", "relais_social")
ASKED = ("isolement", "formation", "repit", "monoparentalite", "precarite", "passerelle", "accueil")
HOURS = (None, "We 14:00-16:30", "Mo-Fr 08:00-17:00; PH off", "24/7", "9h-12h")
PROVINCES = ("Namur", "Liège", "Hainaut", "Luxembourg", "Bruxelles-Capitale")


@dataclass(frozen=True)
class Fictional:
    """A catalogue of fictional places on the real geography and service kinds."""

    places: Sequence[Place]
    services: Mapping[str, ServiceKind]
    gazetteer: Gazetteer


@lru_cache(maxsize=1)
def gazetteer() -> Gazetteer:
    return Gazetteer.load(CATALOGUE / "geographie")


@lru_cache(maxsize=1)
def services() -> dict[str, ServiceKind]:
    documents, _ = read_list(CATALOGUE, "services.yml", ServiceKind)
    return {d.record.id: d.record for d in documents if d.record is not None}


def needs() -> list[str]:
    return sorted({a.besoin for kind in services().values() for a in kind.besoins})


def _maybe(rng: random.Random, share: float, value: Any) -> Any:
    return value if rng.random() < share else None


def _address(rng: random.Random) -> Adresse:
    exact = rng.random() < 0.7
    return Adresse(
        commune=rng.choice(COMMUNES),
        lat=rng.uniform(50.2, 50.6) if exact else None,
        lon=rng.uniform(4.4, 5.4) if exact else None,
    )


def _zone(rng: random.Random) -> Zone:
    if rng.random() < 0.5:
        return Zone(communes=rng.sample(COMMUNES, rng.randint(1, 4)))
    return Zone(provinces=rng.sample(PROVINCES, rng.randint(1, 4)))


def _age(rng: random.Random) -> Age:
    return Age(
        min_mois=_maybe(rng, 0.7, rng.randint(-9, 36)),
        max_mois=_maybe(rng, 0.7, rng.randint(24, 216)),
    )


def _place(number: int, rng: random.Random) -> Place:
    door = rng.random() < 0.85
    return Place(
        id=f"lieu-{number}",
        nom=rng.choice(["Le Nid", "La Pause", "Chez Nous – Nord", "Chez Nous"]),
        type=rng.choice([*KINDS, *KINDS, *sorted(services()), "sorte_inconnue"]),
        organisme=_maybe(rng, 0.8, rng.choice(["asbl Une", "asbl Deux", "asbl Trois"])),
        statut=rng.choices(list(Statut), [4, 1, 1, 3])[0],
        objectifs=rng.sample(list(Objectif), rng.randint(0, 2)),
        besoins=rng.sample(needs(), rng.choice([0, 0, 1, 2])),
        adresse=_address(rng) if door else None,
        zone=_zone(rng) if not door or rng.random() < 0.1 else None,
        age=_maybe(rng, 0.5, _age(rng)),
        presence_parent=_maybe(rng, 0.4, rng.choice(list(Reponse))),
        horaires=rng.choice(HOURS),
        vacances_scolaires=rng.choice(list(VacancesScolaires)),
        verifie_le=_maybe(rng, 0.6, TODAY - dt.timedelta(days=rng.randrange(900))),
        sources=[Source(adresse="fictive")],
    )


def _places(count: int, seed: int) -> list[Place]:
    rng = random.Random(seed)
    return [_place(number, rng) for number in range(count)]


def places(least: int = 0) -> st.SearchStrategy[list[Place]]:
    """Up to 40 places; drawn from a seed, so that examples are dense and fast."""
    return st.builds(_places, st.integers(least, 40), st.integers(0, 2**32))


@st.composite
def wishes(draw: st.DrawFn) -> Wish:
    start = draw(st.datetimes(dt.datetime(2026, 11, 1), dt.datetime(2027, 3, 1)))
    window = (start, start + dt.timedelta(hours=draw(st.integers(1, 8))))
    lat = draw(st.none() | st.floats(50.1, 50.7))
    return Wish(
        besoins=tuple(
            (need, draw(st.floats(0.1, 1.0)))
            for need in draw(
                st.lists(st.sampled_from(needs()), min_size=1, max_size=3, unique=True)
            )
        ),
        lat=lat,
        lon=draw(st.floats(4.3, 5.5)) if lat is not None else None,
        commune=draw(st.none() | st.sampled_from(COMMUNES)),
        province=draw(st.none() | st.sampled_from(PROVINCES)),
        age_mois=draw(st.none() | st.integers(-9, 100)),
        quand=draw(st.none() | st.just(window)),
        rayon_km=draw(st.sampled_from([1.0, 10.0, 25.0, 60.0])),
        exclus=frozenset(
            draw(st.lists(st.sampled_from(["lieu-0", "lieu-1", "absent"]), max_size=2))
        ),
    )


def search(found: Sequence[Place], wish: Wish, limit: int = 3) -> tuple[Hit, ...]:
    index = PlaceIndex(Fictional(found, services(), gazetteer()))
    return index.search(wish, NOW, CALENDAR, limit)


fuzzed = settings(deadline=None, max_examples=80, suppress_health_check=[HealthCheck.too_slow])


@fuzzed
@given(places(), wishes(), st.integers(1, 12))
def test_no_search_offers_an_unsuitable_place(found: list[Place], wish: Wish, limit: int) -> None:
    hits = search(found, wish, limit)
    assert len(hits) <= limit
    assert len({hit.place.id for hit in hits}) == len(hits)
    for hit in hits:
        place = hit.place
        kind = services()[place.type]
        assert place.statut not in (Statut.FERME, Statut.SUSPENDU)
        assert freshness(place.verifie_le, TODAY) is hit.freshness is not Freshness.HIDDEN
        assert place.id not in wish.exclus
        wanted = {need for need, _ in wish.besoins}
        assert hit.besoins_couverts
        assert set(hit.besoins_couverts) == wanted & set(need_weights(place, kind))
        age = place.age if place.age is not None else kind.age
        if wish.age_mois is not None and age is not None:
            assert age.min_mois is None or age.min_mois <= wish.age_mois
            assert age.max_mois is None or wish.age_mois <= age.max_mois
        assert 0 < hit.score <= 1


@fuzzed
@given(places(), wishes())
def test_a_place_where_the_parent_stays_keeps_no_child(found: list[Place], wish: Wish) -> None:
    for hit in search(found, wish):
        if Reponse.OUI in (hit.place.presence_parent, services()[hit.place.type].presence_parent):
            assert not set(hit.besoins_couverts) & KEPT_WITHOUT_PARENT


@fuzzed
@given(places(), wishes(), st.randoms(use_true_random=False))
def test_the_order_of_the_files_changes_nothing(
    found: list[Place], wish: Wish, rng: random.Random
) -> None:
    twins = [*found, *(_changed(place, id=f"{place.id}-bis") for place in found)]
    shuffled = list(twins)
    rng.shuffle(shuffled)
    assert search(shuffled, wish) == search(twins, wish)


@fuzzed
@given(places(), wishes())
def test_the_same_question_has_the_same_answer(found: list[Place], wish: Wish) -> None:
    index = PlaceIndex(Fictional(found, services(), gazetteer()))
    assert index.search(wish, NOW, CALENDAR) == index.search(wish, NOW, CALENDAR)


@fuzzed
@given(places(least=30), wishes())
def test_three_offers_are_of_several_organisations_when_others_answer_nearby(
    found: list[Place], wish: Wish
) -> None:
    wide = {"besoins": wish.besoins[:1], "age_mois": None, "rayon_km": 60.0}
    wish = Wish(**{**_fields(wish), **wide})
    big = ("asbl Une", "asbl Une", "asbl Une", "asbl Deux")
    named = [_changed(place, organisme=big[n % 4]) for n, place in enumerate(found)]
    hits = search(named, wish)
    if len(hits) < 3 or len({hit.place.organisme for hit in hits}) > 1:
        return
    for other in search(named, wish, limit=len(named)):
        assert other.place.organisme == hits[0].place.organisme or not other.within_radius


@fuzzed
@given(places(), wishes())
def test_every_need_that_something_nearby_answers_is_answered(
    found: list[Place], wish: Wish
) -> None:
    offered = {need for hit in search(found, wish) for need in hit.besoins_couverts}
    for need, weight in wish.besoins:
        alone = search(found, Wish(**{**_fields(wish), "besoins": ((need, weight),)}), limit=1)
        if alone and alone[0].within_radius:
            assert need in offered


def _changed(place: Place, **fields: Any) -> Place:
    return Place(**{**{name: getattr(place, name) for name in place.__struct_fields__}, **fields})


def _fields(wish: Wish) -> dict[str, object]:
    return {name: getattr(wish, name) for name in wish.__struct_fields__}


@fuzzed
@given(places(), wishes())
def test_a_door_within_the_radius_is_within_the_radius(found: list[Place], wish: Wish) -> None:
    if wish.lat is None or wish.lon is None or (wish.commune is None and wish.province is not None):
        return
    for hit in search(found, wish):
        address = hit.place.adresse
        if hit.distance_km is None or address is None:
            continue
        if address.lat is not None and address.lon is not None:
            real = distance_km(wish.lat, wish.lon, address.lat, address.lon)
            assert abs(hit.distance_km - real) < 0.01
        if hit.place.zone is None:
            assert hit.within_radius == (hit.distance_km <= wish.rayon_km + 0.001)


@fuzzed
@given(places(), wishes())
def test_at_equal_merit_an_open_place_is_never_after_a_closed_one(
    found: list[Place], wish: Wish
) -> None:
    if wish.quand is None:
        return
    twins: list[Place] = []
    for place in found:
        base = _changed(place, statut=Statut.ACTIF, organisme=None)
        twins.append(_changed(base, id=f"{place.id}-a", horaires="off"))
        always = {"horaires": "24/7", "vacances_scolaires": VacancesScolaires.OUVERT}
        twins.append(_changed(base, id=f"{place.id}-z", **always))
    order = [hit.place for hit in search(twins, wish, limit=len(twins))]
    states = {p.id: open_at(p, *wish.quand, CALENDAR).etat for p in order}
    positions = {p.id: n for n, p in enumerate(order)}
    for place in order:
        if states[place.id] is Etat.FERME:
            twin = positions.get(place.id.replace("-a", "-z"))
            assert twin is not None
            assert twin < positions[place.id]
