"""data·inclusion files, schemas v0 and v1: what becomes a place, and what is left out, with a word."""

from __future__ import annotations

import json
from typing import Any

import pytest

from bot.places.exchange.data_inclusion import read_data_inclusion
from bot.places.exchange.drafts import Draft, ExchangeError, ImportContext, Reading, record_of
from bot.places.records import Acces, Adresse, Place, Reponse, Source, Statut, VacancesScolaires
from tests.places.test_exchange_properties import TODAY, gazetteer, services

V0: dict[str, Any] = {
    "id": "c3d15659",
    "source": "solidagregateur",
    "nom": "Bibliothèque des Jardins.",
    "commune": "JAMBES",
    "code_postal": "5100",
    "adresse": "Rue de Dave 1",
    "complement_adresse": "2e étage",
    "longitude": 4.87,
    "latitude": 50.456,
    "typologie": "BIB",
    "telephone": "081 24 63 11",
    "courriel": "info@jardin.exemple.be",
    "site_web": "https://jardin.exemple.be",
    "presentation_resume": "On y lit des histoires.",
    "date_maj": "2026-04-28T16:53:11Z",
    "lien_source": "https://solidagregateur.exemple/c3d15659",
    "horaires_ouverture": "We 14:00-16:30; PH off",
    "siret": "60487647500499",
}
V1_STRUCTURE: dict[str, Any] = {
    "id": "dora--1",
    "source": "dora",
    "nom": "CPAS de Huy",
    "description": "Le CPAS aide les habitants de Huy. " * 20,
    "date_maj": "2026-01-14",
    "commune": "Huy",
    "code_postal": "4500",
    "adresse": "Place Verte 1",
    "telephone": "085 21 22 23",
    "horaires_accueil": "Mo-Fr 08:30-12:00; PH,SH off",
    "reseaux_porteurs": ["ccas-cias"],
}
V1_SERVICE: dict[str, Any] = {
    "id": "dora--s1",
    "structure_id": "dora--1",
    "source": "dora",
    "nom": "Cours de français",
    "description": "On apprend le français en petit groupe, le matin, avec une formatrice.",
    "date_maj": "2026-02-01",
    "thematiques": ["lecture-ecriture-calcul--maitriser-le-francais"],
    "frais": "payant",
    "frais_precisions": "1 € par cours",
    "contact_nom_prenom": "Jeanne Dupont",
    "modes_accueil": ["en-presentiel"],
}


def read(document: Any, **options: Any) -> Reading:
    context = ImportContext(services=services(), gazetteer=gazetteer(), today=TODAY, **options)
    return read_data_inclusion(json.dumps(document).encode(), context)


def only(document: Any, **options: Any) -> Draft:
    (draft,) = read(document, **options).drafts
    return draft


def place_of(draft: Draft) -> Place:
    document = record_of(draft, "")
    assert document.record is not None, document.problems
    return document.record


def test_a_structure_of_v0_becomes_a_place() -> None:
    place = place_of(only([V0]))
    assert (place.nom, place.type) == ("Bibliothèque des Jardins", "bibliotheque_ludotheque")
    assert place.adresse == Adresse(
        rue="Rue de Dave 1",
        complement="2e étage",
        code_postal="5100",
        localite="Jambes",
        commune="Namur",
        lat=50.456,
        lon=4.87,
    )
    assert place.telephones == ["+3281246311"]
    assert place.horaires == "We 14:00-16:30; PH off"
    assert place.statut is Statut.ACTIF
    assert place.verifie_le is None
    assert place.sources == [
        Source(
            adresse="https://solidagregateur.exemple/c3d15659",
            vu_le=TODAY.replace(month=4, day=28),
            note="Identifiant data·inclusion : solidagregateur--c3d15659",
        )
    ]


def test_a_service_of_v1_is_completed_by_its_structure() -> None:
    reading = read({"structures": [V1_STRUCTURE], "services": [V1_SERVICE]})
    (draft,) = reading.drafts
    place = place_of(draft)
    assert (place.nom, place.organisme) == ("Cours de français", "CPAS de Huy")
    assert place.type == "alphabetisation"
    assert place.adresse == Adresse(rue="Place Verte 1", code_postal="4500", commune="Huy")
    assert place.telephones == ["+3285212223"]
    assert place.acces == Acces(gratuit=Reponse.NON, prix="1 € par cours")
    assert place.horaires == "Mo-Fr 08:30-12:00; PH off"
    assert place.vacances_scolaires is VacancesScolaires.FERME


def test_names_of_people_are_never_read() -> None:
    reading = read([V1_STRUCTURE, V1_SERVICE])
    assert "Dupont" not in str(reading.drafts)
    assert any("noms de personnes" in remark for remark in reading.remarques)


def test_fields_without_a_home_are_counted_and_told() -> None:
    assert any("siret (1)" in remark for remark in read([V0]).remarques)


@pytest.mark.parametrize(
    "document",
    [
        [V0],
        V0,
        {"structures": [V0]},
        {"items": [V0], "total": 1},
    ],
)
def test_every_shape_of_file_gives_the_same_place(document: Any) -> None:
    assert place_of(only(document)) == place_of(only([V0]))


def test_results_of_a_search_are_services() -> None:
    nested = {**V1_SERVICE, "structure": V1_STRUCTURE}
    draft = only({"items": [{"service": nested, "distance": 4}]})
    assert draft.repere == "service n° 1"
    assert place_of(draft).organisme == "CPAS de Huy"


def test_a_french_address_is_refused() -> None:
    draft = only([{**V0, "code_postal": "75001", "commune": "Paris"}])
    assert "75001 est français" in draft.refus[0]


def test_keeping_a_child_is_never_guessed_to_be_a_creche() -> None:
    service = {**V1_SERVICE, "thematiques": ["famille--garde-denfants"], "structure_id": "x"}
    assert "type" not in only([service]).fields
    assert only([service], type_par_defaut="halte_accueil").fields["type"] == "halte_accueil"


def test_themes_of_two_kinds_are_not_chosen_between() -> None:
    themes = ["sante--sante-mentale", "equipement-et-alimentation--alimentation"]
    assert "type" not in only([{**V1_SERVICE, "thematiques": themes}]).fields


def test_hours_in_words_go_to_the_note() -> None:
    draft = only([{**V0, "horaires_ouverture": "le mercredi après-midi"}])
    assert "horaires" not in draft.fields
    assert draft.fields["horaires_note"] == "le mercredi après-midi"


def test_a_long_description_is_cut_at_the_end_of_a_sentence() -> None:
    draft = only([{**V0, "presentation_resume": None, "presentation_detail": "On y lit. " * 60}])
    text = draft.fields["presentation"]
    assert len(text) <= 400
    assert text.endswith("On y lit.")
    assert any("raccourcie" in remark for remark in draft.remarques)


@pytest.mark.parametrize(
    ("frais", "gratuit"),
    [
        (["gratuit"], "oui"),
        ("gratuit", "oui"),
        (["payant"], "non"),
        (["gratuit", "adhesion"], "non"),
        (None, None),
    ],
)
def test_fees_say_free_or_not_or_nothing(frais: Any, gratuit: str | None) -> None:
    fields = only([{**V1_SERVICE, "frais": frais}]).fields
    assert fields.get("acces", {}).get("gratuit") == gratuit


def test_an_old_record_does_not_say_that_the_place_is_alive() -> None:
    assert "statut" not in only([{**V0, "date_maj": "2020-01-01"}]).fields


def test_a_suspended_service_is_suspended() -> None:
    assert only([{**V0, "date_suspension": "2026-01-01"}]).fields["statut"] == "suspendu"
    assert only([{**V0, "date_suspension": "2030-01-01"}]).fields["statut"] == "actif"


def test_a_service_at_a_distance_has_no_door_and_may_have_an_area() -> None:
    service = {
        **V0,
        "structure_id": "x",
        "modes_accueil": ["a-distance"],
        "zone_diffusion_nom": "Namur",
    }
    fields = only([service]).fields
    assert "adresse" not in fields
    assert fields["zone"] == {"communes": ["Namur"]}


@pytest.mark.parametrize("data", [b"", b"[]", b"{}", b"nom,commune", b'[{"a": [', b"[1, 2]"])
def test_a_file_without_structures_is_refused_in_one_sentence(data: bytes) -> None:
    context = ImportContext(services={}, gazetteer=None, today=TODAY)
    with pytest.raises(ExchangeError):
        read_data_inclusion(data, context)
