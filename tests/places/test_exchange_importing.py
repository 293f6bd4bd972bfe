"""Importing: the dry run, what may replace what, which place a row is, and a second import."""

from __future__ import annotations

import datetime as dt
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bot.places.catalogue import load_catalogue
from bot.places.checks import check_catalogue
from bot.places.exchange import (
    Action,
    ExchangeError,
    ImportPlan,
    Step,
    apply,
    export_catalogue,
    guess_format,
    plan_import,
    render_plan,
    render_result,
)
from bot.places.exchange.existing import new_id
from bot.places.loading import Severity, read_place
from bot.places.records import Acces, Adresse, Age, Place, Reponse, Source, Statut, Zone
from bot.places.writing import to_yaml
from tests.places.test_exchange_properties import CATALOGUE, TODAY

SEEN = dt.date(2026, 1, 10)
OLD = Place(
    id="le-jardin-namur",
    nom="Le Jardin",
    type="lieu_rencontre",
    organisme="Les Jardins asbl",
    adresse=Adresse(rue="rue Haute 1", code_postal="5000", commune="Namur", lat=50.46, lon=4.86),
    telephones=["+3281246311"],
    age=Age(min_mois=0, max_mois=36),
    acces=Acces(gratuit=Reponse.OUI),
    horaires_note="Le mercredi.",
    sources=[Source(adresse="https://exemple.be", vu_le=SEEN)],
)
VERIFIED = {"verifie_le": dt.date(2026, 6, 1), "verifie_comment": "téléphone"}
Import = Callable[..., ImportPlan]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A catalogue with the real kinds and no geography: fast, and addresses are taken as they are."""
    catalogue = tmp_path / "catalogue"
    (catalogue / "places").mkdir(parents=True)
    for name in ("services.yml", "lignes.yml", "calendrier.yml"):
        shutil.copyfile(CATALOGUE / name, catalogue / name)
    return catalogue


@pytest.fixture
def real(folder: Path) -> Path:
    """The same with the real geography."""
    (folder / "geographie").symlink_to(CATALOGUE / "geographie")
    return folder


def put(folder: Path, *places: Place) -> None:
    for place in places:
        (folder / "places" / f"{place.id}.yml").write_text(to_yaml(place), encoding="utf-8")


def held(folder: Path, identifier: str) -> Place:
    place = read_place(folder, f"places/{identifier}.yml").record
    assert place is not None
    return place


def plan(folder: Path, data: Any, format: str = "csv", **options: Any) -> ImportPlan:
    source = folder.parent / f"import.{format}"
    source.write_text(data if isinstance(data, str) else json.dumps(data), encoding="utf-8")
    return plan_import(folder, source, format, today=options.pop("today", TODAY), **options)


def step(folder: Path, data: Any, format: str = "csv", **options: Any) -> Step:
    (only,) = plan(folder, data, format, **options).etapes
    return only


def csv_row(**values: str) -> str:
    cells = ['"' + value.replace('"', '""') + '"' for value in values.values()]
    return ",".join(values) + "\n" + ",".join(cells) + "\n"


def changed(one: Step) -> dict[str, str]:
    return {change.champ: change.apres for change in one.changements}


def kept(one: Step) -> dict[str, str]:
    return {item.champ: item.propose for item in one.gardes}


# --- A dry run first ------------------------------------------------------------------------------


def test_planning_writes_nothing(folder: Path) -> None:
    put(folder, OLD)
    before = {p: p.read_bytes() for p in folder.rglob("*") if p.is_file()}
    plan(folder, csv_row(id=OLD.id, courriel="a@exemple.be"))
    assert {p: p.read_bytes() for p in folder.rglob("*") if p.is_file()} == before


def test_the_report_tells_each_row_in_french(folder: Path) -> None:
    put(folder, OLD)
    text = (
        "id,nom,type,commune,courriel,age_min_mois,sources,couleur\n"
        "le-jardin-namur,,,,a@exemple.be,,,\n"
        ",La Ruche,amo,Huy,,,https://exemple.be,bleu\n"
        ",Le Nid,amo,Huy,,deux ans,https://exemple.be,\n"
    )
    report = render_plan(plan(folder, text))
    assert "1 fiche à créer, 1 fiche à changer, 0 inchangée, 1 ligne refusée." in report
    assert "Rien n'est encore écrit." in report
    assert "« couleur »" in report
    assert "courriel : (vide) → a@exemple.be" in report
    assert "ligne 3 « La Ruche » → places/la-ruche-huy.yml" in report
    assert "ligne 4 « Le Nid »\n    « age.min_mois » vaut « deux ans »" in report


def test_applying_writes_what_was_planned_and_a_second_import_changes_nothing(folder: Path) -> None:
    put(folder, OLD)
    text = (
        "id,nom,type,commune,courriel,sources\n"
        "le-jardin-namur,,,,a@exemple.be,\n"
        ",La Ruche,amo,Huy,,https://exemple.be\n"
    )
    result = apply(plan(folder, text))
    assert result.ecrits == ("places/le-jardin-namur.yml", "places/la-ruche-huy.yml")
    assert "2 fiches écrites" in render_result(result)
    assert held(folder, "le-jardin-namur").courriel == "a@exemple.be"
    again = plan(folder, text)
    assert again.changes_nothing
    assert [one.action for one in again.etapes] == [Action.GARDER, Action.GARDER]


@pytest.mark.parametrize("format", ["csv", "csv-excel", "hsds"])
def test_export_import_export_gives_the_same_files_for_the_whole_catalogue(
    real: Path, format: str
) -> None:
    catalogue = load_catalogue(CATALOGUE)
    text = export_catalogue(catalogue, format)
    read_as = "hsds" if format == "hsds" else "csv"
    made = plan(real, text, read_as)
    assert len(made.of(Action.CREER)) == len(catalogue.places)
    apply(made)
    again = load_catalogue(real)
    assert again.places == catalogue.places
    assert export_catalogue(again, format) == text
    assert plan(real, text, read_as).changes_nothing
    assert not [p for p in check_catalogue(real, TODAY) if p.severity is Severity.ERREUR]


def test_a_file_edited_since_the_plan_is_left_alone(folder: Path) -> None:
    put(folder, OLD)
    made = plan(folder, csv_row(id=OLD.id, courriel="a@exemple.be"))
    put(folder, Place(**{f: getattr(OLD, f) for f in OLD.__struct_fields__} | {"nom": "Autre nom"}))
    result = apply(made)
    assert result.ecrits == ()
    assert "a changé depuis" in result.laisses[0]
    assert held(folder, OLD.id).nom == "Autre nom"


def test_comments_about_to_be_lost_are_told(folder: Path) -> None:
    put(folder, OLD)
    path = folder / "places" / f"{OLD.id}.yml"
    path.write_text("# relu par Anne\n" + path.read_text())
    assert "commentaires" in step(folder, csv_row(id=OLD.id, courriel="a@exemple.be")).remarques[-1]


# --- What may replace what ------------------------------------------------------------------------


def verified(**fields: Any) -> Place:
    values = {f: getattr(OLD, f) for f in OLD.__struct_fields__}
    return Place(**{**values, **VERIFIED, **fields})


def test_an_unverified_import_fills_a_verified_record_and_replaces_nothing(folder: Path) -> None:
    put(folder, verified())
    one = step(folder, csv_row(id=OLD.id, organisme="Autre asbl", courriel="a@exemple.be"))
    assert changed(one) == {"courriel": "a@exemple.be"}
    assert kept(one) == {"organisme": "Autre asbl"}
    assert "fiche vérifiée le 01/06/2026, l'import n'est pas vérifié" in one.raison


def test_an_older_verification_replaces_nothing(folder: Path) -> None:
    put(folder, verified())
    row = csv_row(id=OLD.id, organisme="Autre", verifie_le="2026-05-31", verifie_comment="visite")
    one = step(folder, row)
    assert one.action is Action.GARDER
    assert kept(one) == {"organisme": "Autre"}


def test_a_verification_of_the_same_day_replaces_nothing(folder: Path) -> None:
    put(folder, verified())
    row = csv_row(id=OLD.id, organisme="Autre", verifie_le="2026-06-01", verifie_comment="visite")
    assert step(folder, row).action is Action.GARDER


def test_a_later_verification_replaces_and_brings_its_own_date_and_way(folder: Path) -> None:
    put(folder, verified())
    row = csv_row(id=OLD.id, organisme="Autre", verifie_le="2026-06-02", verifie_comment="visite")
    assert changed(step(folder, row)) == {
        "organisme": "Autre",
        "verifie_le": "2026-06-02",
        "verifie_comment": "visite",
    }


def test_a_verification_needs_to_say_how_it_was_made(folder: Path) -> None:
    put(folder, verified())
    one = step(folder, csv_row(id=OLD.id, verifie_le="2026-06-02"))
    assert one.action is Action.REFUSER
    assert "verifie_comment" in one.refus[0]


def test_a_verification_of_tomorrow_is_refused(folder: Path) -> None:
    put(folder, OLD)
    row = csv_row(id=OLD.id, verifie_le="2026-11-23", verifie_comment="visite")
    assert step(folder, row).action is Action.REFUSER


def test_a_record_never_verified_takes_the_values_of_an_import(folder: Path) -> None:
    put(folder, OLD)
    assert changed(step(folder, csv_row(id=OLD.id, organisme="Autre"))) == {"organisme": "Autre"}


@pytest.mark.parametrize(
    ("day", "replaces"), [("2026-01-09", False), ("2026-01-10", False), ("2026-01-11", True)]
)
def test_a_dated_import_replaces_only_what_was_seen_before_it(
    folder: Path, day: str, replaces: bool
) -> None:
    put(folder, OLD)
    one = step(folder, csv_row(id=OLD.id, organisme="Autre", date_maj=day))
    assert (changed(one) == {"organisme": "Autre"}) is replaces


def test_an_empty_cell_or_an_unknown_never_erases(folder: Path) -> None:
    put(folder, OLD)
    row = csv_row(id=OLD.id, organisme="", gratuit="inconnu", statut="inconnu", telephones="")
    assert step(folder, row).action is Action.GARDER


def test_a_place_said_closed_is_not_closed_against_a_verification_but_it_is_told(
    folder: Path,
) -> None:
    put(folder, verified(statut=Statut.ACTIF))
    one = step(folder, csv_row(id=OLD.id, statut="ferme"))
    assert one.action is Action.GARDER
    assert any("vérifiez auprès du lieu" in remark for remark in one.remarques)


def test_hours_are_not_put_beside_a_verified_note_that_says_otherwise(folder: Path) -> None:
    put(folder, verified())
    assert step(folder, csv_row(id=OLD.id, horaires="Fr 09:00-12:00")).action is Action.GARDER


def test_half_an_address_is_never_mixed_with_another(folder: Path) -> None:
    put(folder, verified())
    one = step(folder, csv_row(id=OLD.id, rue="rue Basse 9", localite="Jambes"))
    assert one.action is Action.GARDER
    assert kept(one) == {"adresse.rue": "rue Basse 9"}


def test_moving_takes_the_old_coordinates_away(folder: Path) -> None:
    put(folder, OLD)
    one = step(folder, csv_row(id=OLD.id, rue="rue Basse 9"))
    assert changed(one) == {
        "adresse.rue": "rue Basse 9",
        "adresse.lat": "(vide)",
        "adresse.lon": "(vide)",
    }


def test_sources_add_up(folder: Path) -> None:
    put(folder, OLD)
    apply(plan(folder, csv_row(id=OLD.id, courriel="a@exemple.be", sources="https://autre.be")))
    assert [source.adresse for source in held(folder, OLD.id).sources] == [
        "https://exemple.be",
        "https://autre.be",
    ]


def test_an_error_the_file_already_had_does_not_keep_a_good_value_out(folder: Path) -> None:
    put(folder, verified(verifie_comment=None))
    assert step(folder, csv_row(id=OLD.id, courriel="a@exemple.be")).action is Action.CHANGER


# --- Which place a row is ---------------------------------------------------------------------------


def test_a_row_without_id_is_known_by_its_name_and_commune(folder: Path) -> None:
    put(folder, OLD)
    one = step(folder, csv_row(nom="le jardin", commune="NAMUR", courriel="a@exemple.be"))
    assert (one.action, one.id) == (Action.CHANGER, OLD.id)


def test_a_service_of_an_area_is_known_by_its_name_and_area(folder: Path) -> None:
    put(
        folder,
        Place(
            id="b",
            nom="Bébébus",
            type="amo",
            zone=Zone(communes=["Huy", "Amay"]),
            sources=OLD.sources,
        ),
    )
    row = csv_row(nom="Bébébus", zone_communes="Amay ; Huy", courriel="a@exemple.be")
    assert step(folder, row).id == "b"


def test_two_places_of_one_name_in_a_commune_are_not_chosen_between(folder: Path) -> None:
    put(folder, OLD, Place(**{f: getattr(OLD, f) for f in OLD.__struct_fields__} | {"id": "autre"}))
    one = step(folder, csv_row(nom="Le Jardin", commune="Namur", courriel="a@exemple.be"))
    assert "donnez l'id" in one.refus[0]


def test_another_kind_of_service_of_that_name_is_not_the_same_place(folder: Path) -> None:
    put(folder, OLD)
    row = {
        "nom": "Le Jardin",
        "commune": "Namur",
        "type": "halte_accueil",
        "sources": "https://a.be",
    }
    assert "autre sorte" in step(folder, csv_row(**row)).refus[0]
    assert step(folder, csv_row(id="le-jardin-garde", **row)).action is Action.CREER


def test_a_place_of_another_directory_is_known_by_its_identifier_there(folder: Path) -> None:
    structure = {
        "id": "dora--1",
        "source": "dora",
        "nom": "CPAS de Huy",
        "commune": "Huy",
        "date_maj": "2026-02-01",
        "typologie": "CCAS",
    }
    apply(plan(folder, [structure], "data-inclusion"))
    renamed = {**structure, "nom": "Centre d'aide de Huy", "date_maj": "2026-03-01"}
    one = step(folder, [renamed], "data-inclusion")
    assert one.id == "cpas-de-huy"
    assert changed(one)["nom"] == "Centre d'aide de Huy"
    apply(plan(folder, [renamed], "data-inclusion"))
    assert plan(folder, [renamed], "data-inclusion").changes_nothing
    assert plan(folder, [structure], "data-inclusion").changes_nothing


def test_an_edit_made_after_an_import_is_not_undone_by_the_same_file(folder: Path) -> None:
    structure = {
        "id": "1",
        "source": "dora",
        "nom": "CPAS de Huy",
        "commune": "Huy",
        "telephone": "085212223",
    }
    structure |= {"date_maj": "2026-02-01", "typologie": "CCAS"}
    apply(plan(folder, [structure], "data-inclusion"))
    path = folder / "places" / "cpas-de-huy.yml"
    path.write_text(path.read_text().replace("+3285212223", "+3285999999"))
    one = step(folder, [structure], "data-inclusion")
    assert one.action is Action.GARDER
    assert kept(one) == {"telephones": "+3285212223"}


def test_the_same_place_twice_in_a_file_counts_once(folder: Path) -> None:
    put(folder, OLD)
    row = "{},La Ruche,amo,Huy,https://exemple.be\n"
    text = "id,nom,type,commune,sources\n" + row.format("") * 2 + "le-jardin-namur,,,,\n" * 2
    assert [one.action for one in plan(folder, text).etapes] == [
        Action.CREER,
        Action.REFUSER,
        Action.GARDER,
        Action.REFUSER,
    ]


def test_a_likely_duplicate_is_told(folder: Path) -> None:
    put(folder, OLD)
    row = csv_row(nom="Le Jardins", type="lieu_rencontre", commune="Namur", sources="https://a.be")
    assert any("Ressemble à « Le Jardin »" in remark for remark in step(folder, row).remarques)


def test_a_file_of_the_catalogue_that_cannot_be_read_is_not_touched(folder: Path) -> None:
    (folder / "places" / "casse.yml").write_text("nom: [")
    one = step(folder, csv_row(id="casse", nom="Ab", type="amo", sources="https://a.be"))
    assert "corrigez-la d'abord" in one.refus[0]


# --- New identifiers --------------------------------------------------------------------------------


def test_a_new_id_is_the_name_and_the_commune() -> None:
    place = Place(
        id="",
        nom="L'Étoile d'Œdipe",
        type="amo",
        adresse=Adresse(commune="Liège"),
        sources=OLD.sources,
    )
    assert new_id(place, ()) == "l-etoile-d-oedipe-liege"


def test_a_new_id_is_never_one_in_use_or_retired(folder: Path) -> None:
    (folder / "ids_retires.txt").write_text("la-ruche-huy  # fermé en 2024\nla-ruche-huy-2\n")
    row = {"nom": "La Ruche", "type": "amo", "commune": "Huy", "sources": "https://a.be"}
    assert step(folder, csv_row(**row)).id == "la-ruche-huy-3"
    assert "lieu retiré" in step(folder, csv_row(id="la-ruche-huy", **row)).refus[0]


@pytest.mark.parametrize("name", ["x" * 120, "Éé" * 40, "!!!", "a " * 60])
def test_a_new_id_is_always_a_valid_one(folder: Path, name: str) -> None:
    row = csv_row(nom=name, type="amo", commune="Ham-sur-Heure-Nalinnes", sources="https://a.be")
    one = step(folder, row)
    assert one.action is Action.CREER
    assert len(one.id) <= 80
    assert held_after(folder, row).id == one.id


def held_after(folder: Path, row: str) -> Place:
    (name,) = apply(plan(folder, row)).ecrits
    return held(folder, Path(name).stem)


# --- Refusals ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("column", "value", "words"),
    [
        ("id", "Mon Lieu", "identifiant"),
        ("type", "halte_acceuil", "halte_accueil"),
        ("code_postal", "99999", "code postal"),
        ("telephones", "+33 1 23 45 67 89", "français"),
        ("telephones", "12", "téléphone"),
        ("courriel", "a@", "courriel"),
        ("site", "exemple", "page"),
        ("lat", "999", "limites"),
        ("age_min_mois", "trois", "nombre"),
        ("statut", "peut-être", "choix"),
        ("horaires", "9h-12h", "Écrivez"),
        ("horaires", "Mo 09:00-09:00", "même heure"),
        ("exceptions_debut", "2026-01-01", "fin"),
        ("verifie_le", "hier", "date"),
        ("sources", "ma voisine", "source"),
        ("besoins", "besoin_x", "besoin"),
        ("presentation", "x" * 401, "400"),
        ("remarque", "Appelez le 3919.", "français"),
    ],
)
def test_a_wrong_value_refuses_its_row_and_no_other(
    folder: Path, column: str, value: str, words: str
) -> None:
    columns = {"nom": "Le Nid", "type": "amo", "commune": "Huy", "sources": "https://a.be"}
    wrong = {**columns, column: value}
    good = {**dict.fromkeys(wrong, ""), **columns, "nom": "La Ruche"}
    text = csv_row(**wrong) + csv_row(**good).split("\n")[1] + "\n"
    first, second = plan(folder, text).etapes
    assert (first.action, second.action) == (Action.REFUSER, Action.CREER)
    assert any(words in reason for reason in first.refus), first.refus


@pytest.mark.parametrize("column", ["nom", "type", "sources"])
def test_a_new_place_needs_a_name_a_kind_and_a_source(folder: Path, column: str) -> None:
    columns = {"nom": "Le Nid", "type": "amo", "commune": "Huy", "sources": "https://a.be"}
    one = step(folder, csv_row(**{**columns, column: ""}))
    assert one.action is Action.REFUSER
    assert "manque" in one.refus[0]


def test_a_postcode_and_a_commune_must_agree(real: Path) -> None:
    columns = {"nom": "Le Nid", "type": "amo", "sources": "https://a.be"}
    one = step(real, csv_row(commune="Huy", code_postal="5000", **columns))
    assert "Le code postal 5000 est à Namur" in one.refus[0]


def test_a_default_kind_must_exist(folder: Path) -> None:
    with pytest.raises(ExchangeError, match="halte_accueil"):
        plan(folder, csv_row(nom="Le Nid"), type_par_defaut="halte_acueil")


@pytest.mark.parametrize(
    ("data", "format"),
    [
        ("nom,commune\nA,Huy\n", "csv"),
        ('[{"nom": "A", "commune": "Huy"}]', "data-inclusion"),
        ('{"contents": [{"name": "A", "status": "active"}]}', "hsds"),
        ('{"a": 1}', None),
    ],
)
def test_the_format_of_a_file_is_guessed_from_what_is_in_it(
    tmp_path: Path, data: str, format: str | None
) -> None:
    path = tmp_path / "x"
    path.write_text(data)
    assert guess_format(path) == format


def test_a_missing_file_and_an_unknown_format_are_one_sentence(folder: Path) -> None:
    with pytest.raises(ExchangeError, match="ne peut pas être lu"):
        plan_import(folder, folder / "absent.csv", "csv", today=TODAY)
    with pytest.raises(ExchangeError, match="Format inconnu"):
        plan_import(folder, folder / "absent.csv", "xml", today=TODAY)
    with pytest.raises(ExchangeError, match="Format inconnu"):
        export_catalogue(load_catalogue(CATALOGUE), "xml")
