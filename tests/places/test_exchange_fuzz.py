"""Whatever a file holds, an import gives a plan or one French sentence, never a traceback."""

from __future__ import annotations

import csv
import datetime as dt
import json
import shutil
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.places.catalogue import load_catalogue
from bot.places.exchange import (
    ExchangeError,
    apply,
    export_catalogue,
    guess_format,
    plan_import,
    render_plan,
)
from bot.places.exchange.csv_format import COLUMNS, read_csv
from bot.places.exchange.data_inclusion import read_data_inclusion
from bot.places.exchange.drafts import ImportContext, Reading, record_of
from bot.places.exchange.hsds import read_hsds
from bot.places.loading import read_place
from bot.places.records import Adresse, Place, Source, Statut
from bot.places.writing import to_yaml
from tests.places.test_exchange_properties import CATALOGUE, TODAY, gazetteer, services

QUICK = settings(
    max_examples=120,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
KEYS = [
    "id",
    "name",
    "nom",
    "status",
    "source",
    "structure_id",
    "structure",
    "services",
    "service",
    "service_at_locations",
    "location",
    "locations",
    "addresses",
    "address_1",
    "city",
    "postal_code",
    "region",
    "country",
    "phones",
    "number",
    "telephone",
    "schedules",
    "byday",
    "freq",
    "opens_at",
    "closes_at",
    "valid_to",
    "weekday",
    "organization",
    "attributes",
    "taxonomy_term",
    "code",
    "taxonomy",
    "service_areas",
    "minimum_age",
    "maximum_age",
    "last_modified",
    "date_maj",
    "frais",
    "thematiques",
    "typologie",
    "modes_accueil",
    "code_postal",
    "commune",
    "latitude",
    "longitude",
    "horaires_ouverture",
    "description",
    "x-relais",
    "version",
    "contents",
    "type",
    "adresse",
    "zone",
    "age",
    "acces",
    "sources",
    "exceptions",
    "holiday_schedules",
    "start_date",
    "end_date",
    "closed",
    "alert",
]
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=12),
    st.sampled_from(
        [
            "active",
            "MO,TU",
            "09:00",
            "25:99",
            "2026-01-01",
            "5000",
            "Namur",
            "amo",
            "WEEKLY",
            "gratuit",
        ]
    ),
)
JSON = st.recursive(
    SCALARS,
    lambda inside: (
        st.lists(inside, max_size=4)
        | st.dictionaries(st.sampled_from(KEYS) | st.text(max_size=5), inside, max_size=6)
    ),
    max_leaves=25,
)


def context() -> ImportContext:
    return ImportContext(
        services=services(), gazetteer=gazetteer(), today=TODAY, origine="https://a.be"
    )


@lru_cache(maxsize=1)
def exported() -> dict[str, str]:
    catalogue = load_catalogue(CATALOGUE)
    return {format: export_catalogue(catalogue, format)[:20_000] for format in ("csv", "hsds")}


def survives(reader: Callable[[bytes, ImportContext], Reading], data: bytes) -> None:
    try:
        reading = reader(data, context())
    except ExchangeError as error:
        said = str(error)
    else:
        said = "."
        for draft in reading.drafts:
            if not draft.refus:
                record_of(draft, "x")
    assert said.endswith((".", ")"))


@QUICK
@given(st.binary(max_size=300))
def test_any_bytes(data: bytes) -> None:
    for reader in (read_csv, read_hsds, read_data_inclusion):
        survives(reader, data)


@QUICK
@given(
    st.lists(st.sampled_from(COLUMNS) | st.text(max_size=8), min_size=1, max_size=8),
    st.text(st.sampled_from(list("a;,\"\n\r\t'\\= é0123/-:\x00\x85\u2028|")), max_size=120),
    st.sampled_from([",", ";", "\t"]),
)
def test_any_table_under_our_headings(heading: list[str], body: str, delimiter: str) -> None:
    survives(read_csv, (delimiter.join(heading) + "\n" + body).encode("utf-8", "replace"))


@QUICK
@given(JSON)
def test_any_json(document: Any) -> None:
    data = json.dumps(document).encode()
    survives(read_hsds, data)
    survives(read_data_inclusion, data)


@pytest.mark.parametrize("reader", [read_hsds, read_data_inclusion])
def test_json_too_deep_to_follow(reader: Callable[[bytes, ImportContext], Reading]) -> None:
    survives(reader, b'[{"nom": ' + b"[" * 100_000)
    survives(reader, b"[" * 500 + b"]" * 500)


@QUICK
@given(st.data())
def test_an_export_with_a_few_bytes_changed(data: st.DataObject) -> None:
    format = data.draw(st.sampled_from(["csv", "hsds"]))
    mangled = bytearray(exported()[format].encode())
    for _ in range(data.draw(st.integers(1, 6))):
        mangled[data.draw(st.integers(0, len(mangled) - 1))] = data.draw(st.integers(0, 255))
    survives(read_csv if format == "csv" else read_hsds, bytes(mangled))


@settings(QUICK, max_examples=15)
@given(st.lists(st.dictionaries(st.sampled_from(KEYS), JSON, max_size=8), max_size=4), st.data())
def test_any_plan_can_be_rendered_and_applied(
    tmp_path_factory: pytest.TempPathFactory, document: list[Any], data: st.DataObject
) -> None:
    folder = tmp_path_factory.mktemp("catalogue")
    shutil.copyfile(CATALOGUE / "services.yml", folder / "services.yml")
    source = folder / "x.json"
    source.write_text(json.dumps(document), encoding="utf-8")
    guess_format(source)
    format = data.draw(st.sampled_from(["hsds", "data-inclusion"]))
    options: dict[str, Any] = {"today": TODAY, "origine": "https://a.be", "type_par_defaut": "amo"}
    try:
        plan = plan_import(folder, source, format, **options)
    except ExchangeError:
        return
    assert render_plan(plan).startswith("Import de x.json")
    apply(plan)
    assert plan_import(folder, source, format, **options).changes_nothing


def test_a_catalogue_that_is_not_there_is_created(tmp_path: Path) -> None:
    source = tmp_path / "x.csv"
    source.write_text("nom,type,commune,sources\nLe Nid,amo,Huy,https://a.be\n")
    plan = plan_import(tmp_path / "absent", source, "csv", today=TODAY)
    assert "Le Nid" in render_plan(plan)
    assert apply(plan).ecrits == ("places/le-nid-huy.yml",)


NAMES = ("Le Nid", "La Ruche", "Le Jardin")
ROWS = st.lists(
    st.fixed_dictionaries(
        {},
        optional={
            "id": st.sampled_from(["le-nid-huy", "verifie", "tout-neuf"]),
            "nom": st.sampled_from(NAMES),
            "type": st.sampled_from(["amo", "halte_accueil"]),
            "commune": st.sampled_from(["Huy", "Namur"]),
            "rue": st.sampled_from(["rue Haute 1", "rue Basse 2"]),
            "lat": st.just("50.5"),
            "lon": st.just("4.9"),
            "telephones": st.sampled_from(["081 24 63 11", "+3285212223 ; +3281246311"]),
            "statut": st.sampled_from(["actif", "ferme", "inconnu"]),
            "gratuit": st.sampled_from(["oui", "non"]),
            "age_min_mois": st.sampled_from(["0", "12"]),
            "age_max_mois": st.sampled_from(["36", "6"]),
            "horaires": st.sampled_from(["We 14:00-16:00", "Mo 09:00-12:00"]),
            "horaires_note": st.just("Le mercredi."),
            "verifie_le": st.sampled_from(["2026-01-01", "2026-06-01", "2026-09-01"]),
            "verifie_comment": st.just("visite"),
            "date_maj": st.sampled_from(["2025-01-01", "2026-10-01"]),
            "sources": st.sampled_from(["https://a.be", "https://b.be ; https://a.be"]),
            "sources_vu_le": st.just("2026-02-02"),
        },
    ),
    min_size=1,
    max_size=6,
)


@settings(QUICK, max_examples=60)
@given(ROWS)
def test_no_import_loses_a_verified_value_and_a_second_one_changes_nothing(
    tmp_path_factory: pytest.TempPathFactory, rows: list[dict[str, str]]
) -> None:
    folder = tmp_path_factory.mktemp("catalogue")
    shutil.copyfile(CATALOGUE / "services.yml", folder / "services.yml")
    (folder / "places").mkdir()
    before = Place(
        id="verifie",
        nom="Le Jardin",
        type="amo",
        statut=Statut.ACTIF,
        adresse=Adresse(rue="place Verte 1", commune="Namur"),
        telephones=["+3285999999"],
        horaires="Fr 09:00-12:00",
        verifie_le=dt.date(2026, 6, 1),
        verifie_comment="téléphone",
        sources=[Source(adresse="https://exemple.be")],
    )
    (folder / "places" / "verifie.yml").write_text(to_yaml(before), encoding="utf-8")
    source = folder / "x.csv"
    with source.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, [*COLUMNS, "date_maj"])
        writer.writeheader()
        writer.writerows(rows)
    apply(plan_import(folder, source, "csv", today=TODAY))
    after = read_place(folder, "places/verifie.yml").record
    assert after is not None
    assert after.verifie_le is not None
    if after.verifie_le == before.verifie_le:
        for field in ("nom", "type", "statut", "telephones", "horaires", "verifie_comment"):
            assert getattr(after, field) == getattr(before, field)
        assert after.adresse is not None
        assert (after.adresse.rue, after.adresse.commune) == ("place Verte 1", "Namur")
    else:
        assert after.verifie_le > before.verifie_le
    again = plan_import(folder, source, "csv", today=TODAY)
    assert again.changes_nothing, render_plan(again)
