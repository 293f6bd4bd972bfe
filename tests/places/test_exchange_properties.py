"""What holds for any place: written as YAML, CSV or HSDS, it reads back the same."""

from __future__ import annotations

import datetime as dt
import string
from functools import lru_cache
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.places.exchange.contact import belgian_phone
from bot.places.exchange.csv_format import read_csv, write_csv
from bot.places.exchange.drafts import ImportContext, Reading, clean, record_of
from bot.places.exchange.geojson import write_geojson
from bot.places.exchange.hsds import read_hsds, write_hsds
from bot.places.exchange.schema_org import write_schema_org
from bot.places.geography import Gazetteer
from bot.places.loading import decode, parse_tree, read_list, read_record
from bot.places.records import (
    Acces,
    Adresse,
    Age,
    Exception_,
    Objectif,
    Place,
    Reponse,
    ServiceKind,
    Source,
    Statut,
    VacancesScolaires,
    Zone,
)
from bot.places.writing import canonical, to_yaml

CATALOGUE = Path(__file__).parents[2] / "catalogue"
TODAY = dt.date(2026, 11, 22)
SLOW = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True
)


@lru_cache(maxsize=1)
def services() -> dict[str, ServiceKind]:
    documents, _ = read_list(CATALOGUE, "services.yml", ServiceKind)
    return {d.record.id: d.record for d in documents if d.record is not None}


@lru_cache(maxsize=1)
def gazetteer() -> Gazetteer:
    return Gazetteer.load(CATALOGUE / "geographie")


def context() -> ImportContext:
    return ImportContext(services=services(), gazetteer=gazetteer(), today=TODAY)


def texts(low: int = 1, high: int = 60) -> st.SearchStrategy[str]:
    """Any text the catalogue can hold: quotes, colons, semicolons, line breaks, formulas, emoji."""
    letters = st.one_of(
        st.sampled_from("aéœZ 0 9;:,\"'\\#-–—*&!|>%@`=+?{}[]\n\t«»’ \xa0€👶~/"),
        st.characters(blacklist_categories=["Cs", "Cc"]),
    )
    return st.text(letters, min_size=low, max_size=high).filter(
        lambda t: low <= len(t) <= high and clean(t) == t
    )


def maybe(strategy: st.SearchStrategy[object]) -> st.SearchStrategy[object]:
    return st.none() | strategy


ANSWERS = st.sampled_from(Reponse)
DATES = st.dates(dt.date(1990, 1, 1), dt.date(2099, 12, 31))
POSTCODES = st.integers(1000, 9999).map(str)
SLUGS = st.from_regex(r"[a-z0-9]{1,8}(-[a-z0-9]{1,8}){0,3}", fullmatch=True)
# Whatever people write, and what the catalogue keeps: a readable number is put in international form.
PHONES = st.sampled_from(["+3281246311", "+32475123456", "107", "à demander"]) | texts(
    1, 20
).filter(lambda text: belgian_phone(text) in (None, text))
COMMUNES = st.sampled_from(["Namur", "Liège", "Bruxelles", "Mont-de-l'Enclus", "Écaussinnes"])
HOURS = st.sampled_from(
    [
        "We 14:00-16:30; PH off",
        "Th[1,3] 09:00-11:00",
        "Mo-Fr 08:30-12:00,13:00-17:00",
        "24/7",
        "Fr 18:00-24:00; Sa,Su 00:00-24:00",
        "Jul-Aug: Mo 10:00-12:00",
        "Sa 20:00-02:00",
    ]
)


@st.composite
def places(draw: st.DrawFn) -> Place:
    coordinates = draw(
        maybe(st.tuples(st.integers(49_000_000, 52_000_000), st.integers(2_000_000, 7_000_000)))
    )
    lat, lon = (None, None) if coordinates is None else (coordinates[0] / 1e6, coordinates[1] / 1e6)
    months = st.integers(-9, 480)
    place = Place(
        id=draw(SLUGS),
        nom=draw(texts(2, 120)),
        type=draw(st.sampled_from(sorted(services())) | SLUGS),
        organisme=draw(maybe(texts())),
        presentation=draw(maybe(texts(1, 400))),
        objectifs=draw(st.lists(st.sampled_from(Objectif), max_size=3)),
        besoins=draw(st.lists(st.sampled_from(["besoin_repit", "besoin_langage"]), max_size=2)),
        statut=draw(st.sampled_from(Statut)),
        adresse=draw(
            maybe(
                st.builds(
                    Adresse,
                    rue=maybe(texts()),
                    complement=maybe(texts()),
                    code_postal=maybe(POSTCODES),
                    localite=maybe(texts()),
                    commune=maybe(COMMUNES),
                    lat=st.just(lat),
                    lon=st.just(lon),
                )
            )
        ),
        zone=draw(
            maybe(
                st.builds(
                    Zone,
                    communes=st.lists(COMMUNES | texts(), max_size=3),
                    provinces=st.lists(texts(), max_size=2),
                    codes_postaux=st.lists(POSTCODES, max_size=2),
                )
            )
        ),
        telephones=draw(st.lists(PHONES, max_size=3)),
        courriel=draw(maybe(texts())),
        site=draw(maybe(st.sampled_from(["https://exemple.be", "one.be"]) | texts())),
        age=draw(maybe(st.builds(Age, min_mois=maybe(months), max_mois=maybe(months)))),
        presence_parent=draw(maybe(ANSWERS)),
        acces=draw(
            st.builds(
                Acces,
                rendez_vous=ANSWERS,
                inscription=ANSWERS,
                gratuit=ANSWERS,
                prix=maybe(texts()),
                langues=st.lists(texts(), max_size=3),
                pmr=ANSWERS,
            )
        ),
        horaires=draw(maybe(HOURS | texts())),
        horaires_note=draw(maybe(texts())),
        vacances_scolaires=draw(st.sampled_from(VacancesScolaires)),
        exceptions=draw(
            st.lists(
                st.builds(
                    Exception_,
                    debut=DATES,
                    fin=DATES,
                    horaires=st.just("off") | HOURS,
                    raison=maybe(texts()),
                ),
                max_size=2,
            )
        ),
        verifie_le=draw(maybe(DATES)),
        verifie_comment=draw(maybe(texts())),
        remarque=draw(maybe(texts())),
        notes=draw(maybe(texts(1, 200))),
        sources=draw(
            st.lists(
                st.builds(Source, adresse=texts(), vu_le=maybe(DATES), note=maybe(texts())),
                min_size=1,
                max_size=3,
            )
        ),
    )
    return canonical(place)


def read_back(reading: Reading) -> list[Place | None]:
    documents = [record_of(draft, "") for draft in reading.drafts]
    assert all(document.sound for document in documents), [d.problems for d in documents]
    return [document.record for document in documents]


@SLOW
@given(places())
def test_any_place_written_as_yaml_reads_back_the_same(place: Place) -> None:
    node = parse_tree(decode(to_yaml(place).encode()))
    assert node is not None
    assert read_record(node, "", Place).record == place


@SLOW
@given(places(), st.sampled_from([",", ";", "\t", "excel"]))
def test_any_place_written_as_csv_reads_back_the_same(place: Place, how: str) -> None:
    text = write_csv([place], excel=True) if how == "excel" else write_csv([place], delimiter=how)
    assert read_back(read_csv(text.encode(), context())) == [place]


@SLOW
@given(places())
def test_any_place_written_as_hsds_reads_back_the_same(place: Place) -> None:
    text = write_hsds([place], services(), gazetteer())
    assert read_back(read_hsds(text.encode(), context())) == [place]


@SLOW
@given(st.lists(places(), max_size=4, unique_by=lambda place: place.id))
def test_exports_do_not_depend_on_the_order_of_the_places(some: list[Place]) -> None:
    def everything(order: list[Place]) -> tuple[str, ...]:
        return (
            write_csv(order),
            write_csv(order, excel=True),
            write_hsds(order, services(), gazetteer()),
            write_geojson(order, services(), gazetteer()),
            write_schema_org(order, services(), gazetteer()),
        )

    assert everything(some) == everything(some[::-1])


def test_the_strategy_reaches_what_tables_find_hard() -> None:
    """A guard on the guards: the texts above do hold separators, quotes, formulas and line breaks."""
    hard = set(";,\"'\\\n=") - set(string.ascii_letters)
    found: set[str] = set()

    @settings(max_examples=300, deadline=None, derandomize=True)
    @given(texts())
    def collect(text: str) -> None:
        found.update(hard & set(text))

    collect()
    assert found == hard
