"""HSDS of other directories, versions 2 and 3: what becomes a place, and what is only told."""

from __future__ import annotations

import json
from typing import Any

import pytest

from bot.places.catalogue import load_catalogue
from bot.places.exchange import export_catalogue
from bot.places.exchange.drafts import Draft, ExchangeError, ImportContext, Reading, record_of
from bot.places.exchange.hsds import EXTENSION, hsds_service, read_hsds
from bot.places.records import Adresse, Age, Exception_, Place, Reponse, Source, Statut, Zone
from tests.places.test_exchange_properties import CATALOGUE, TODAY, gazetteer, services

SERVICE: dict[str, Any] = {
    "id": "ac148810",
    "name": "Le Jardin des parents",
    "description": "<p>On y <b>joue</b>.</p><p>On parle&nbsp;aussi.</p>",
    "url": "https://jardin.exemple.be",
    "email": "info@jardin.exemple.be",
    "status": "active",
    "minimum_age": 0,
    "maximum_age": 3,
    "last_modified": "2026-03-15T10:30:45.123Z",
    "phones": [
        {"id": "1", "number": '"+32 81 24 63 11"', "type": "voice"},
        {"id": "2", "number": "081 24 63 12", "type": "fax"},
    ],
    "organization": {"id": "o", "name": "Les Jardins asbl", "description": "x"},
    "service_at_locations": [
        {
            "id": "l",
            "location": {
                "id": "loc",
                "location_type": "physical",
                "latitude": 50.456,
                "longitude": 4.87,
                "addresses": [
                    {
                        "id": "a",
                        "address_1": "Rue de Dave 1",
                        "city": "Jambes",
                        "postal_code": "B-5100",
                        "country": "BE",
                        "address_type": "physical",
                    }
                ],
            },
        }
    ],
}


def read(document: Any, **options: Any) -> Reading:
    context = ImportContext(services=services(), gazetteer=gazetteer(), today=TODAY, **options)
    return read_hsds(json.dumps(document).encode(), context)


def only(document: Any, **options: Any) -> Draft:
    (draft,) = read(document, **options).drafts
    return draft


def place_of(document: Any, **options: Any) -> Place:
    document_read = record_of(only(document, **options), "")
    assert document_read.record is not None, document_read.problems
    return document_read.record


def hours_of(*schedules: dict[str, Any]) -> dict[str, Any]:
    fields = only({**SERVICE, "schedules": list(schedules)}).fields
    return {key: fields.get(key) for key in ("horaires", "horaires_note")}


def test_the_shipped_catalogue_comes_back_the_same() -> None:
    catalogue = load_catalogue(CATALOGUE)
    reading = read(json.loads(export_catalogue(catalogue, "hsds")))
    found = [record_of(draft, "").record for draft in reading.drafts]
    assert found == sorted(catalogue.places, key=lambda place: place.id)


def test_a_service_of_version_3_becomes_a_place() -> None:
    place = place_of({"contents": [SERVICE]}, type_par_defaut="lieu_rencontre")
    assert place.presentation == "On y joue. On parle aussi."
    assert place.adresse == Adresse(
        rue="Rue de Dave 1",
        code_postal="5100",
        localite="Jambes",
        commune="Namur",
        lat=50.456,
        lon=4.87,
    )
    assert (place.nom, place.organisme) == ("Le Jardin des parents", "Les Jardins asbl")
    assert place.telephones == ["+3281246311"]
    assert place.age == Age(min_mois=0, max_mois=47)
    assert place.statut is Statut.ACTIF
    assert place.verifie_le is None
    assert place.sources == [
        Source(
            adresse="https://jardin.exemple.be",
            vu_le=TODAY.replace(month=3, day=15),
            note="Identifiant HSDS : ac148810",
        )
    ]


def test_tables_of_version_2_are_put_together() -> None:
    document = {
        "organizations": [{"id": "1", "name": "Les Jardins asbl"}],
        "services": [{"id": "s", "organization_id": "1", "name": "Le Jardin", "status": "active"}],
        "locations": [{"id": "L", "name": "x"}],
        "services_at_location": [{"id": "q", "service_id": "s", "location_id": "L"}],
        "physical_addresses": [
            {
                "id": "a",
                "location_id": "L",
                "address_1": "Rue Y 2",
                "city": "Huy",
                "postal_code": "4500",
            }
        ],
        "phones": [{"id": "p", "service_id": "s", "number": "085 21 22 23"}],
        "eligibility": [{"id": "e", "service_id": "s", "minimum_age": "1", "maximum_age": "2.5"}],
        "regular_schedules": [
            {"service_id": "s", "weekday": 3, "opens_at": "09:00", "closes_at": "11:00"}
        ],
        "holiday_schedules": [
            {
                "service_id": "s",
                "closed": True,
                "start_date": "2026-12-24",
                "end_date": "2027-01-03",
            },
            {"service_id": "s", "closed": True, "start_date": "2026-12-24"},
        ],
    }
    place = place_of(document, origine="https://exemple.be")
    assert place.adresse == Adresse(rue="Rue Y 2", code_postal="4500", commune="Huy")
    assert place.organisme == "Les Jardins asbl"
    assert place.telephones == ["+3285212223"]
    assert place.age == Age(min_mois=12, max_mois=30)
    assert place.horaires == "We 09:00-11:00"
    (closure,) = place.exceptions
    assert closure == Exception_(debut=closure.debut, fin=closure.fin)


@pytest.mark.parametrize(
    "document",
    [
        [SERVICE],
        SERVICE,
        {"services": [SERVICE]},
        {"content": [SERVICE]},
        [{"id": "o", "name": "Les Jardins asbl", "services": [SERVICE]}],
        [
            {
                "id": "l",
                "service": SERVICE,
                "location": SERVICE["service_at_locations"][0]["location"],
            }
        ],
    ],
)
def test_every_shape_of_file_gives_the_same_place(document: Any) -> None:
    assert place_of(document) == place_of([SERVICE])


def test_weekly_and_monthly_schedules_become_opening_hours() -> None:
    week = {"freq": "WEEKLY", "byday": "MO,TU,WE", "opens_at": "09:00", "closes_at": "12:00:00"}
    month = {
        "freq": "MONTHLY",
        "byday": "1SA,-1SA",
        "opens_at": "09:00+01:00",
        "closes_at": "17:00+01:00",
    }
    assert hours_of(week, month) == {
        "horaires": "Mo-We 09:00-12:00; Sa[1,-1] 09:00-17:00",
        "horaires_note": None,
    }


@pytest.mark.parametrize(
    "odd",
    [
        {"opens_at": "09:00Z"},
        {"interval": 2},
        {"valid_to": "2027-06-30"},
        {"bymonthday": "1,15"},
        {"opens_at": "12:00", "closes_at": "12:00"},
        {"byday": "XX"},
        {"freq": "YEARLY"},
    ],
)
def test_hours_that_say_more_than_a_week_go_to_the_note(odd: dict[str, Any]) -> None:
    schedule = {"freq": "WEEKLY", "byday": "WE", "opens_at": "09:00", "closes_at": "12:00"} | odd
    hours = hours_of(schedule)
    assert hours["horaires"] is None
    assert "à confirmer" in hours["horaires_note"]


def test_a_schedule_of_the_past_is_left_out() -> None:
    old = {"byday": "WE", "opens_at": "09:00", "closes_at": "12:00", "valid_to": "2020-01-01"}
    assert hours_of(old) == {"horaires": None, "horaires_note": None}


@pytest.mark.parametrize(
    ("status", "changed", "statut"),
    [
        ("active", "2026-01-01", "actif"),
        ("active", "2019-01-01", None),
        ("active", None, None),
        ("temporarily closed", None, "suspendu"),
        ("defunct", "2026-01-01", "ferme"),
    ],
)
def test_a_service_is_alive_only_if_a_recent_source_says_so(
    status: str, changed: str | None, statut: str | None
) -> None:
    service = {**SERVICE, "status": status, "last_modified": changed}
    assert only([service]).fields.get("statut") == statut


def test_being_checked_by_another_directory_is_not_our_verification() -> None:
    draft = only([{**SERVICE, "assured_date": "2026-10-01", "assurer_email": "a@b.be"}])
    assert "verifie_le" not in draft.fields
    assert draft.maj is not None
    assert draft.maj.isoformat() == "2026-10-01"


def test_a_service_with_two_addresses_is_two_places() -> None:
    (link,) = SERVICE["service_at_locations"]
    other = {
        "id": "m",
        "location": {"id": "z", "addresses": [{"city": "Huy", "postal_code": "4500"}]},
    }
    drafts = read([{**SERVICE, "service_at_locations": [link, other]}]).drafts
    assert [draft.fields["adresse"]["commune"] for draft in drafts] == ["Namur", "Huy"]
    assert len({draft.fields["sources"][0]["note"] for draft in drafts}) == 2


def test_an_area_is_kept_when_it_is_one_of_ours() -> None:
    areas = [
        {"name": "Namur", "description": "commune"},
        {"name": "liège"},
        {"name": "5000"},
        {"name": "Mars"},
    ]
    draft = only([{**SERVICE, "service_areas": areas, "service_at_locations": []}])
    assert draft.fields["zone"] == {
        "communes": ["Namur"],
        "provinces": ["Liège"],
        "codes_postaux": ["5000"],
    }
    assert any("Mars" in remark for remark in draft.remarques)


def test_foreign_phones_and_countries_are_told_and_left_out() -> None:
    service = {**SERVICE, "phones": [{"number": "+33 1 23 45 67 89"}]}
    draft = only([service])
    assert "telephones" not in draft.fields
    assert any("numéro belge" in remark for remark in draft.remarques)


def test_the_extension_holds_only_what_hsds_cannot_say() -> None:
    place = Place(
        id="le-jardin-namur",
        nom="Le Jardin",
        type="lieu_rencontre",
        organisme="Les Jardins asbl",
        adresse=Adresse(rue="rue Haute 1", code_postal="5000", commune="Namur"),
        telephones=["+3281246311"],
        horaires="We 14:00-16:30",
        sources=[Source(adresse="https://exemple.be")],
    )
    service = hsds_service(place, services(), gazetteer())
    assert service[EXTENSION] == {
        "version": 1,
        "id": "le-jardin-namur",
        "sources": [{"adresse": "https://exemple.be"}],
    }


def test_a_change_made_by_another_tool_in_the_standard_fields_is_read() -> None:
    place = Place(
        id="le-jardin-namur",
        nom="Le Jardin",
        type="lieu_rencontre",
        telephones=["+3281246311"],
        zone=Zone(communes=["Namur"]),
        sources=[Source(adresse="https://exemple.be")],
    )
    service = hsds_service(place, services(), gazetteer())
    service["phones"] = [{"id": "new", "number": "085 21 22 23"}]
    service["url"] = "https://jardin.exemple.be"
    read_again = place_of([service])
    assert read_again.telephones == ["+3285212223"]
    assert read_again.site == "https://jardin.exemple.be"
    assert read_again.zone == place.zone


def test_an_unknown_field_of_the_extension_is_told_and_left_out() -> None:
    service = {**SERVICE, EXTENSION: {"version": 9, "id": "x", "couleur": "bleu"}}
    draft = only([service])
    assert "couleur" not in draft.fields
    assert any("couleur" in remark for remark in draft.remarques)


def test_what_the_standard_requires_is_there() -> None:
    (page,) = [json.loads(export_catalogue(load_catalogue(CATALOGUE), "hsds"))]
    assert page["total_items"] == len(page["contents"])
    for service in page["contents"]:
        assert {"id", "name", "status", "organization"} <= service.keys()
        assert {"id", "name", "description"} <= service["organization"].keys()
        for link in service.get("service_at_locations", []):
            assert {"id", "location_type"} <= link["location"].keys()
            for address in link["location"]["addresses"]:
                required = {
                    "address_1",
                    "city",
                    "state_province",
                    "postal_code",
                    "country",
                    "address_type",
                }
                assert required <= address.keys()


@pytest.mark.parametrize("data", [b"", b"{", b"[]", b"{}", b'{"foo": [1]}', b"3", b"\xff\xfe"])
def test_a_file_without_services_is_refused_in_one_sentence(data: bytes) -> None:
    context = ImportContext(services={}, gazetteer=None, today=TODAY)
    with pytest.raises(ExchangeError):
        read_hsds(data, context)


def test_an_answer_of_the_parent_is_never_lost_in_free_text() -> None:
    place = Place(
        id="x",
        nom="Le Jardin",
        type="amo",
        presence_parent=Reponse.INCONNU,
        sources=[Source(adresse="https://exemple.be")],
    )
    assert place_of([hsds_service(place, services(), gazetteer())]) == place
