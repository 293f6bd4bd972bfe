"""Tables as people and spreadsheets make them: what is understood, what is told, what is refused."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from pathlib import Path

import pytest

from bot.places.catalogue import load_catalogue
from bot.places.exchange import export_catalogue
from bot.places.exchange.csv_format import COLUMNS, read_csv, write_csv
from bot.places.exchange.drafts import Draft, ExchangeError, ImportContext, Reading, record_of
from bot.places.records import Acces, Adresse, Place, Reponse, Source, Statut
from tests.places.test_exchange_properties import CATALOGUE, TODAY, gazetteer, services

DOCUMENTATION = Path(__file__).parents[2] / "docs" / "echanges.md"
PLACE = Place(
    id="le-jardin-namur",
    nom="Le Jardin",
    type="halte_accueil",
    adresse=Adresse(rue="rue Haute 1", code_postal="5000", commune="Namur"),
    telephones=["+3281246311", "+32475123456"],
    sources=[
        Source(adresse="https://exemple.be"),
        Source(adresse="seeds/000.txt", note="a ; b\\c"),
    ],
)


def read(data: str | bytes, origine: str | None = None) -> Reading:
    context = ImportContext(
        services=services(), gazetteer=gazetteer(), today=TODAY, origine=origine
    )
    return read_csv(data.encode() if isinstance(data, str) else data, context)


def only(data: str | bytes) -> Draft:
    (draft,) = read(data).drafts
    return draft


def place_of(data: str | bytes) -> Place:
    document = record_of(only(data), "")
    assert document.record is not None, document.problems
    return document.record


def row(values: Mapping[str, str], delimiter: str = ",") -> str:
    stream = io.StringIO()
    writer = csv.writer(stream, delimiter=delimiter)
    writer.writerow(values)
    writer.writerow(values.values())
    return stream.getvalue()


def test_the_shipped_catalogue_comes_back_the_same() -> None:
    catalogue = load_catalogue(CATALOGUE)
    for how in ("csv", "csv-excel"):
        reading = read(export_catalogue(catalogue, how))
        assert not reading.remarques
        found = [record_of(draft, "").record for draft in reading.drafts]
        assert found == sorted(catalogue.places, key=lambda place: place.id)


def test_every_column_is_documented() -> None:
    text = DOCUMENTATION.read_text(encoding="utf-8")
    assert [column for column in COLUMNS if f"`{column}`" not in text] == []


def test_a_semicolon_inside_an_item_does_not_split_it() -> None:
    text = write_csv([PLACE])
    assert "a \\; b\\\\c" in text
    assert place_of(text).sources == PLACE.sources


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found(delimiter: str) -> None:
    assert place_of(write_csv([PLACE], delimiter=delimiter)) == PLACE


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_the_encoding_is_found(encoding: str) -> None:
    data = row({"nom": "Crèche à l'œuvre", "commune": "Liège"}).encode(encoding)
    assert only(data).fields["nom"] == "Crèche à l'œuvre"


def test_another_encoding_than_utf8_is_told() -> None:
    assert "Windows-1252" in read("nom\nCrèche\n".encode("latin-1")).remarques[0]


def test_a_spreadsheet_declaration_and_blank_rows_are_passed_over() -> None:
    reading = read("sep=;\n\n;;\nnom;commune\n\n;;\nLe Jardin;Namur\n ; \n")
    assert [(draft.ligne, draft.nom) for draft in reading.drafts] == [(7, "Le Jardin")]


def test_headings_are_known_by_their_usual_names() -> None:
    draft = only("Nom;CP;Ville;Tél.;E-mail;Site web;Latitude\nX;5000;Namur;107;a@b.be;x.be;50,5\n")
    assert draft.fields["adresse"] == {"code_postal": "5000", "commune": "Namur", "lat": "50.5"}
    assert draft.fields["courriel"] == "a@b.be"


def test_unknown_and_repeated_columns_are_told_and_left_out() -> None:
    reading = read("nom,couleur,nom\nA,bleu,B\n")
    assert reading.drafts[0].fields == {"nom": "A"}
    assert any("« couleur »" in remark for remark in reading.remarques)
    assert any("deux fois" in remark for remark in reading.remarques)


def test_the_apostrophe_of_spreadsheets_goes_away_and_a_name_keeps_its_own() -> None:
    draft = only("nom,code_postal\n't Kasteel,'5000\n")
    assert draft.fields == {"nom": "'t Kasteel", "adresse": {"code_postal": "5000"}}


def test_no_exported_cell_can_run_as_a_formula() -> None:
    place = Place(
        id="x",
        nom="=HYPERLINK(1)",
        type="amo",
        organisme="@x",
        remarque="-1+1",
        sources=PLACE.sources,
    )
    for text in (write_csv([place]), write_csv([place], excel=True)):
        cells = next(
            iter(
                list(csv.reader(io.StringIO(text.removeprefix("\ufeff")), delimiter=_of(text)))[1:]
            )
        )
        assert [c for c in cells if c.startswith(("=", "@", "-"))] == []
        assert place_of(text) == place


def _of(text: str) -> str:
    return ";" if text.startswith("\ufeff") else ","


def test_a_quoted_cell_may_hold_line_breaks() -> None:
    reading = read('nom,notes\n"A","une\nnote ; deux"\nB,\n')
    assert reading.drafts[0].fields["notes"] == "une\nnote ; deux"
    assert [draft.ligne for draft in reading.drafts] == [2, 4]


def test_a_quotation_mark_left_open_costs_one_row_only() -> None:
    reading = read('nom,commune\nA,Namur\n"B,Namur\nC,Namur\nD,Namur\n')
    assert [(d.ligne, d.nom, bool(d.refus)) for d in reading.drafts] == [
        (2, "A", False),
        (3, "", True),
        (4, "C", False),
        (5, "D", False),
    ]


def test_a_row_with_too_many_cells_is_refused() -> None:
    assert "plus de cellules" in only("nom,commune\nA,Namur,5000\n").refus[0]


def test_a_short_row_is_understood() -> None:
    assert only("nom,commune,site\nA,Namur\n").fields == {
        "nom": "A",
        "adresse": {"commune": "Namur"},
    }


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("2026-01-12", "2026-01-12"),
        ("12/01/2026", "2026-01-12"),
        ("12-1-2026", "2026-01-12"),
        ("2026-01-12 00:00:00", "2026-01-12"),
    ],
)
def test_dates_are_read_day_first(written: str, meant: str) -> None:
    assert only(f"nom,verifie_le\nA,{written}\n").fields["verifie_le"] == meant


@pytest.mark.parametrize(
    "written", ["081/24.63.11", "+32 81 24 63 11", "3281246311", "81246311", "'+3281246311"]
)
def test_phone_numbers_are_put_in_international_form(written: str) -> None:
    assert place_of(f"nom,telephones\nAb,{written}\n").telephones == ["+3281246311"]


def test_choices_are_known_whatever_their_case_and_accents() -> None:
    place = place_of("nom,type,statut,gratuit,pmr\nAb,Halte-accueil,Fermé,VRAI,Non\n")
    assert (place.type, place.statut) == ("halte_accueil", Statut.FERME)
    assert place.acces == Acces(gratuit=Reponse.OUI, pmr=Reponse.NON)


def test_a_locality_in_the_place_of_the_commune_is_put_right_and_told() -> None:
    draft = only("nom,commune\nA,jambes\n")
    assert draft.fields["adresse"] == {"commune": "Namur", "localite": "Jambes"}
    assert "Jambes est une localité de Namur" in draft.remarques[0]


def test_a_name_two_communes_share_is_left_as_written() -> None:
    assert only("nom,commune\nA,Saint-Remy\n").fields["adresse"] == {"commune": "Saint-Remy"}


def test_the_origin_of_the_file_is_the_source_of_rows_without_one() -> None:
    reading = read("nom,sources\nA,\nB,https://b.be\n", origine="https://exemple.be/liste")
    assert [draft.fields["sources"] for draft in reading.drafts] == [
        [{"adresse": "https://exemple.be/liste"}],
        [{"adresse": "https://b.be"}],
    ]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "vide"),
        (b"\n\n;;\n", "vide"),
        (b"PK\x03\x04...", "classeur"),
        (b"\xff\x00\x01\x02\x80", "texte"),
        (b"foo,bar\n1,2\n", "aucun titre de colonne connu"),
        (b'"nom,commune\nA,Namur\n', "titre"),
    ],
)
def test_a_file_that_is_no_table_is_refused_in_one_sentence(data: bytes, words: str) -> None:
    with pytest.raises(ExchangeError, match=words):
        read(data)
