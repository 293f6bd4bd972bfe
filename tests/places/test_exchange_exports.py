"""GeoJSON and schema.org: what maps and search engines are told of a place, and what they are not."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest

from bot.places.catalogue import load_catalogue
from bot.places.exchange import EXPORT_FORMATS, export_catalogue
from bot.places.exchange.geojson import write_geojson
from bot.places.exchange.locating import Precision, locate
from bot.places.exchange.schema_org import write_schema_org
from bot.places.exchange.timetable import read_timetable, write_timetable
from bot.places.records import (
    Acces,
    Adresse,
    Age,
    Exception_,
    Place,
    Reponse,
    Source,
    Statut,
    Zone,
)
from tests.places.test_exchange_properties import CATALOGUE, gazetteer, services

SOURCES = [Source(adresse="https://exemple.be")]


def place(**fields: Any) -> Place:
    values = {"id": "x", "nom": "Le Jardin", "type": "lieu_rencontre", "sources": SOURCES, **fields}
    return Place(**values)


def feature(one: Place) -> Any:
    (found,) = json.loads(write_geojson([one], services(), gazetteer()))["features"]
    return found


def thing(one: Place) -> Any:
    (found,) = json.loads(write_schema_org([one], services(), gazetteer()))["@graph"]
    return found


@pytest.mark.parametrize("format", sorted(EXPORT_FORMATS))
def test_the_same_catalogue_always_gives_the_same_text(format: str) -> None:
    catalogue = load_catalogue(CATALOGUE)
    assert export_catalogue(catalogue, format) == export_catalogue(catalogue, format)


# --- GeoJSON ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("address", "precision"),
    [
        (Adresse(lat=50.5, lon=4.9, commune="Namur"), Precision.ADRESSE),
        (Adresse(code_postal="5100", localite="Jambes", commune="Namur"), Precision.LOCALITE),
        (Adresse(localite="Jambes", commune="Namur"), Precision.LOCALITE),
        (Adresse(code_postal="5100", commune="Namur"), Precision.CODE_POSTAL),
        (Adresse(commune="Namur"), Precision.COMMUNE),
    ],
)
def test_a_point_says_how_precise_it_is(address: Adresse, precision: Precision) -> None:
    found = feature(place(adresse=address))
    assert found["properties"]["precision"] == precision.value
    lon, lat = found["geometry"]["coordinates"]
    assert 4.7 < lon < 5.0
    assert 50.3 < lat < 50.6


@pytest.mark.parametrize(
    "one",
    [
        place(zone=Zone(provinces=["Namur"])),
        place(zone=Zone(communes=["Namur"]), adresse=Adresse(commune="Namur")),
        place(),
        place(adresse=Adresse(rue="rue Haute")),
        place(adresse=Adresse(commune="Paris", code_postal="9999")),
    ],
)
def test_a_service_of_an_area_or_without_a_known_place_has_no_point(one: Place) -> None:
    found = feature(one)
    assert found["geometry"] is None
    assert found["properties"]["precision"] is None
    assert locate(one, gazetteer()) is None


def test_the_collection_holds_every_place_once_in_order() -> None:
    collection = json.loads(export_catalogue(load_catalogue(CATALOGUE), "geojson"))
    assert collection["type"] == "FeatureCollection"
    ids = [found["id"] for found in collection["features"]]
    assert ids == sorted(p.id for p in load_catalogue(CATALOGUE).places)


@pytest.mark.parametrize("format", ["geojson", "schema-org"])
def test_notes_for_volunteers_are_not_published(format: str) -> None:
    one = place(
        notes="Madame Dupont hésite.", verifie_comment="Anne au téléphone", remarque="Sonnez."
    )
    text = (write_geojson if format == "geojson" else write_schema_org)(
        [one], services(), gazetteer()
    )
    assert "Dupont" not in text
    assert "Anne" not in text


# --- schema.org -------------------------------------------------------------------------------------


def test_weekly_hours_and_public_holidays_are_told() -> None:
    hours = thing(place(horaires="Mo-We 09:00-12:00; Sa 10:00-24:00; PH off"))[
        "openingHoursSpecification"
    ]
    assert [(h["dayOfWeek"], h["opens"], h["closes"]) for h in hours] == [
        (["Monday", "Tuesday", "Wednesday"], "09:00", "12:00"),
        ("Saturday", "10:00", "23:59"),
        ("PublicHolidays", "00:00", "00:00"),
    ]


@pytest.mark.parametrize("hours", ["Th[1,3] 09:00-11:00", "Jul-Aug: Mo 10:00-12:00", "9h-12h"])
def test_hours_the_vocabulary_cannot_say_are_not_half_told(hours: str) -> None:
    assert "openingHoursSpecification" not in thing(place(horaires=hours))


def test_a_dated_closure_is_told_with_its_end() -> None:
    closure = Exception_(debut=dt.date(2026, 12, 24), fin=dt.date(2027, 1, 3))
    (special,) = thing(place(exceptions=[closure]))["specialOpeningHoursSpecification"]
    assert (special["validFrom"], special["validThrough"]) == ("2026-12-24", "2027-01-03")
    assert special["opens"] == special["closes"] == "00:00"


@pytest.mark.parametrize(
    ("fields", "kind"),
    [
        ({}, "LocalBusiness"),
        ({"type": "halte_accueil"}, "ChildCare"),
        ({"type": "relais_social", "nom": "CPAS de Huy"}, "GovernmentOffice"),
        ({"type": "relais_social", "nom": "Épicerie sociale"}, "LocalBusiness"),
        ({"zone": Zone(communes=["Huy"])}, "Service"),
    ],
)
def test_the_type_is_one_the_vocabulary_has(fields: dict[str, Any], kind: str) -> None:
    assert thing(place(**fields))["@type"] == kind


def test_a_service_of_an_area_says_which() -> None:
    zone = Zone(communes=["Huy"], provinces=["Namur"], codes_postaux=["4500"])
    assert thing(place(zone=zone))["areaServed"] == [
        {"@type": "City", "name": "Huy"},
        {"@type": "AdministrativeArea", "name": "Namur"},
        {"@type": "DefinedRegion", "addressCountry": "BE", "postalCode": "4500"},
    ]


def test_unknown_is_neither_free_nor_paid() -> None:
    assert "isAccessibleForFree" not in thing(place())
    assert thing(place(acces=Acces(gratuit=Reponse.NON)))["isAccessibleForFree"] is False


def test_only_coordinates_a_source_gave_are_told() -> None:
    assert "geo" not in thing(place(adresse=Adresse(commune="Namur")))
    assert thing(place(adresse=Adresse(lat=50.5, lon=4.9)))["geo"]["latitude"] == 50.5


def test_ages_are_told_in_years() -> None:
    audience = thing(place(age=Age(min_mois=-9, max_mois=30)))["makesOffer"]["itemOffered"][
        "audience"
    ]
    assert audience == {"@type": "PeopleAudience", "suggestedMaxAge": 2.5}


def test_a_closed_place_is_not_told_to_search_engines() -> None:
    text = write_schema_org([place(statut=Statut.FERME)], services(), gazetteer())
    assert json.loads(text)["@graph"] == []


# --- Timetables -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "hours",
    [
        "Th 14:00-17:00",
        "Mo,We,Fr 09:00-12:00",
        "We 08:30-11:30,13:00-16:00",
        "Mo-Fr 08:00-18:30; Sa 09:00-10:00",
        "Th[1,3] 09:00-11:00",
        "Th[-1] 09:00-11:00",
        "Sa 20:00-02:00",
        "Mo-Su 00:00-24:00",
    ],
)
def test_a_timetable_is_written_as_it_was_read(hours: str) -> None:
    timetable = read_timetable(hours)
    assert timetable is not None
    assert write_timetable(timetable.openings) == hours


def test_a_later_rule_replaces_an_earlier_one() -> None:
    timetable = read_timetable("Mo-Fr 08:00-12:00; We off")
    assert timetable is not None
    assert write_timetable(timetable.openings) == "Mo,Tu,Th,Fr 08:00-12:00"
