"""A place written as YAML: pleasant to read, in order, and exactly what the loader reads back."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
import yaml

from bot.places.catalogue import load_catalogue
from bot.places.loading import read_place
from bot.places.records import (
    Acces,
    Adresse,
    Age,
    Exception_,
    Objectif,
    Place,
    Reponse,
    Source,
    Statut,
    Zone,
)
from bot.places.writing import WIDTH, UnwritableError, canonical, to_yaml

CATALOGUE = Path(__file__).parents[2] / "catalogue"
SOURCE = Source(adresse="https://exemple.be", vu_le=dt.date(2026, 1, 2))
FULL = Place(
    id="bebe-rencontre",
    nom="Le « bébé-rencontre »",
    type="lieu_rencontre",
    objectifs=[Objectif.PASSERELLE],
    statut=Statut.ACTIF,
    adresse=Adresse(
        rue="rue de l'Île 12", code_postal="5300", commune="Andenne", lat=50.5, lon=5.09
    ),
    telephones=["+3285849595"],
    age=Age(min_mois=0, max_mois=36),
    presence_parent=Reponse.OUI,
    acces=Acces(gratuit=Reponse.NON, prix="1 € : goûter compris"),
    horaires="We 14:00-16:30; PH off",
    exceptions=[Exception_(debut=dt.date(2026, 7, 1), fin=dt.date(2026, 8, 31))],
    verifie_le=dt.date(2026, 1, 12),
    verifie_comment="téléphone",
    sources=[SOURCE],
)


def simple(**fields: object) -> Place:
    return Place(id="x", nom="Xy", type="amo", sources=[SOURCE], **fields)  # type: ignore[arg-type]


def read_back(folder: Path, place: Place) -> Place | None:
    (folder / "places").mkdir(exist_ok=True)
    (folder / "places" / "x.yml").write_text(to_yaml(place), encoding="utf-8")
    return read_place(folder, "places/x.yml").record


def test_a_full_place_is_written_as_a_volunteer_would() -> None:
    assert (
        to_yaml(FULL)
        == """\
id: bebe-rencontre
nom: Le « bébé-rencontre »
type: lieu_rencontre
objectifs:
  - passerelle
statut: actif
adresse:
  rue: rue de l'Île 12
  code_postal: '5300'
  commune: Andenne
  lat: 50.5
  lon: 5.09
telephones:
  - '+3285849595'
age:
  min_mois: 0
  max_mois: 36
presence_parent: oui
acces:
  gratuit: non
  prix: '1 € : goûter compris'
horaires: We 14:00-16:30; PH off
exceptions:
  - debut: 2026-07-01
    fin: 2026-08-31
verifie_le: 2026-01-12
verifie_comment: téléphone
sources:
  - adresse: https://exemple.be
    vu_le: 2026-01-02
"""
    )


def test_every_place_of_the_catalogue_reads_back_the_same(tmp_path: Path) -> None:
    for place in load_catalogue(CATALOGUE).places:
        assert read_back(tmp_path, place) == place


def test_unknown_values_leave_no_empty_key() -> None:
    text = to_yaml(simple(adresse=Adresse(), zone=Zone(), age=Age()))
    assert text.splitlines()[:4] == ["id: x", "nom: Xy", "type: amo", "statut: inconnu"]
    assert all(line.strip("- ").split(":", 1)[1:] != [""] for line in text.splitlines()[:4])
    assert "acces" not in text
    assert "adresse:" in text  # of the source
    assert "zone" not in text


def test_an_empty_block_says_nothing_and_becomes_none() -> None:
    assert canonical(simple(adresse=Adresse(), zone=Zone(), age=Age())) == simple()


def test_a_long_text_is_folded_within_the_width(tmp_path: Path) -> None:
    place = simple(
        presentation="Des enfants viennent jouer : " + "avec un parent, " * 12 + "toujours."
    )
    text = to_yaml(place)
    assert "presentation: >-" in text
    assert max(len(line) for line in text.splitlines()) <= WIDTH
    assert read_back(tmp_path, place) == place


def test_a_text_of_several_lines_keeps_them(tmp_path: Path) -> None:
    place = simple(notes="Premier doute.\nDeuxième doute : à vérifier.\n\nFin.")
    assert "notes: |-" in to_yaml(place)
    assert read_back(tmp_path, place) == place


@pytest.mark.parametrize(
    "text",
    [
        "non",
        "~",
        "null",
        "22:30",
        "1e3",
        "0x10",
        "- tiret",
        "# dièse",
        "a: b",
        "a #b",
        "'t Kasteel",
        'dit "oui"',
        "@arobase",
        "*étoile",
        "&et",
        "!important",
        "[crochet",
        "{accolade",
        "% pour cent",
        "fin :",
        "\\n",
        "tab\tulation",
        "e\u0301 décomposé",
        "\u0301combinant",
        "ligne\r\nligne",
        "👶",
    ],
)
def test_a_value_that_looks_like_yaml_stays_a_text(tmp_path: Path, text: str) -> None:
    place = simple(organisme=text)
    assert read_back(tmp_path, place) == place
    # Another YAML reader must see a text too, whatever it looks like.
    assert yaml.safe_load(to_yaml(place))["organisme"] == text


def test_a_text_no_file_can_hold_is_refused() -> None:
    with pytest.raises(UnwritableError):
        to_yaml(simple(organisme="a\x07b"))
    with pytest.raises(UnwritableError):
        to_yaml(simple(organisme=" espace devant"))


def test_coordinates_keep_every_digit(tmp_path: Path) -> None:
    place = simple(adresse=Adresse(lat=50.466912345678, lon=4.1))
    assert read_back(tmp_path, place) == place
