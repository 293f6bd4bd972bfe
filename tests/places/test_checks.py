"""The catalogue's checks: every planted mistake is found at its line, and no honest text is accused."""

from __future__ import annotations

import csv
import datetime as dt
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.paths import CATALOGUE
from bot.places.checks import (
    EMERGENCIES,
    NEEDS,
    Problem,
    Severity,
    check_catalogue,
    french_numbers,
    is_belgian_line,
    is_web_address,
    render,
)

TODAY = dt.date(2026, 3, 1)
GHENT = "9000"
COMMUNES = ("Andenne", "Namur", "Charleroi", "Huy", "Bruxelles", "Anderlecht")

PLACE = """\
id: le-pre
nom: Le Pré vert
type: lieu_rencontre
objectifs: [passerelle]
statut: actif
adresse:
  rue: Rue du Pont 17
  code_postal: "5300"
  localite: Andenne
  commune: Andenne
  lat: 50.4891
  lon: 5.0954
telephones:
  - "+3285849595"
courriel: info@exemple.be
site: https://www.exemple.be
age:
  min_mois: 0
  max_mois: 36
presence_parent: oui
horaires: We 14:00-16:30
exceptions:
  - debut: 2026-07-01
    fin: 2026-08-31
verifie_le: 2026-01-12
verifie_comment: téléphone
remarque: Fermé le 18 mars. Sonnez au 15 de la rue, deuxième étage.
sources:
  - adresse: https://www.exemple.be/page
    vu_le: 2025-12-01
"""

SERVICES = f"""\
- id: lieu_rencontre
  nom: Lieu de rencontre
  pluriel: Lieux de rencontre
  explication: On y vient ensemble.
  besoins:
    - {{besoin: besoin_isolement, poids: 1}}
    - {{besoin: besoin_passerelle, poids: 1, objectif: passerelle}}
  presence_parent: oui
- id: halte_accueil
  nom: Halte-accueil
  pluriel: Haltes-accueil
  explication: On y garde l'enfant.
  besoins:
    - {{besoin: besoin_formation, poids: 1}}
  presence_parent: non
  age: {{min_mois: 0, max_mois: 36}}
- id: autre
  nom: Autre
  pluriel: Autres
  explication: Le reste.
  besoins:
{"".join(f"    - {{besoin: {need}, poids: 0.5}}{chr(10)}" for need in NEEDS[3:])}\
    - {{besoin: besoin_repit, poids: 0.5}}
  presence_parent: inconnu
  sources:
    - adresse: seeds/000_2bfa8e7175d65d33.txt
"""

LINES = f"""\
- id: urgences
  nom: Urgences
  numero: "112"
  horaires: 24/7
  pour: Pour un danger immédiat.
  besoins: [{", ".join(EMERGENCIES)}]
  sources: [{{adresse: police.be}}]
- id: centre
  nom: Centre
  numero: 0800 32 123
  pour: Pour parler.
  besoins: [{", ".join(EMERGENCIES)}]
  verifie_le: 2026-01-01
  sources:
    - adresse: https://www.exemple.be
"""


@pytest.fixture(scope="module")
def geography(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shipped geography, cut down to a few communes so that every check loads fast."""
    folder = tmp_path_factory.mktemp("geographie")
    for shipped in (CATALOGUE / "geographie").iterdir():
        if shipped.suffix != ".csv":
            (folder / shipped.name).write_text("[]\n" if shipped.suffix == ".yml" else "")
            continue
        with shipped.open(encoding="utf-8", newline="") as stream:
            rows = list(csv.DictReader(stream))
        with (folder / shipped.name).open("w", encoding="utf-8", newline="") as stream:
            writer = csv.DictWriter(stream, rows[0])
            writer.writeheader()
            writer.writerows(
                row
                for row in rows
                if row.get("commune") in COMMUNES or row.get("code_postal") == GHENT
            )
    return folder


@pytest.fixture
def catalogue(tmp_path: Path, geography: Path) -> Path:
    """A small catalogue without any problem."""
    (tmp_path / "places").mkdir()
    (tmp_path / "places" / "le-pre.yml").write_text(PLACE, encoding="utf-8")
    (tmp_path / "services.yml").write_text(SERVICES, encoding="utf-8")
    (tmp_path / "lignes.yml").write_text(LINES, encoding="utf-8")
    (tmp_path / "calendrier.yml").write_bytes((CATALOGUE / "calendrier.yml").read_bytes())
    (tmp_path / "geographie").symlink_to(geography)
    return tmp_path


def replace(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def add_place(folder: Path, name: str, *changes: tuple[str, str]) -> None:
    """Another place, made from the first: same phone left out unless a change puts it back."""
    text = PLACE.replace("id: le-pre", f"id: {name}").replace("+3285849595", "+3281246311")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    (folder / "places" / f"{name}.yml").write_text(text, encoding="utf-8")


def line_of(path: Path, needle: str) -> int:
    lines = path.read_text(encoding="utf-8").splitlines()
    return next(number for number, line in enumerate(lines, 1) if needle in line)


# --- The catalogue as it should be ----------------------------------------------------------------


def test_a_catalogue_without_a_mistake_has_no_problem(catalogue: Path) -> None:
    assert check_catalogue(catalogue, TODAY) == []


def test_the_shipped_catalogue_has_no_error() -> None:
    problems = check_catalogue(CATALOGUE, TODAY)
    assert [str(p) for p in problems if p.severity is Severity.ERREUR] == []


# --- One planted mistake per code -----------------------------------------------------------------

E, W, I = Severity.ERREUR, Severity.AVERTISSEMENT, Severity.INFO  # noqa: E741

#: (what is replaced in the place, by what, code, severity, a word of the line it must be said at)
PLANTED: list[tuple[str, str, str, Severity, str]] = [
    ("id: le-pre", "id: le-pre-vert", "id-different-du-fichier", E, "id:"),
    ("type: lieu_rencontre", "type: lieu_rencontres", "type-inconnu", E, "type:"),
    ("type: lieu_rencontre", "type: autre", "objectif-hors-lieu-rencontre", E, "objectifs:"),
    ("[passerelle]", "[passerelle, passerelle]", "repetition", W, "objectifs:"),
    ('"5300"', '"5999"', "code-postal-inconnu", E, "5999"),
    ('"5300"', '"9000"', "code-postal-inconnu", E, "9000"),
    ('"5300"', '"5000"', "commune-code-postal", E, "commune:"),
    ("localite: Andenne", "localite: Jambes", "localite-code-postal", E, "localite:"),
    ("localite: Andenne", "localite: Andene", "localite-code-postal", E, "localite:"),
    ("  commune: Andenne", "  commune: Andene", "commune-inconnue", E, "commune:"),
    ("  commune: Andenne", "  commune:", "commune-manquante", W, "code_postal:"),
    ("  lat: 50.4891\n", "", "coordonnees-incompletes", E, "lon:"),
    ("lon: 5.0954", "lon: 4.3517", "coordonnees-eloignees", E, "lat:"),
    (PLACE[PLACE.index("adresse:") : PLACE.index("telephones")], "", "sans-lieu", E, "id:"),
    ("statut: actif", "zone: {communes: [Gand]}", "zone-commune-inconnue", E, "zone:"),
    ("statut: actif", "zone:\n  provinces: [Liege]", "zone-province-inconnue", E, "provinces:"),
    ("statut: actif", "zone: {codes_postaux: [9000]}", "zone-code-postal-inconnu", E, "zone:"),
    ("statut: actif", "zone: {communes: []}", "zone-vide", E, "zone:"),
    ("We 14:00-16:30", "mercredi 14h-16h30", "horaires-invalides", E, "horaires:"),
    ("We 14:00-16:30", "We 14:00-14:00", "horaires-invalides", E, "horaires:"),
    ("We 14:00-16:30", "Aug off; Mo-Su 10:00-12:00", "horaires-invalides", E, "horaires:"),
    ("fin: 2026-08-31", "fin: 2026-06-30", "exception-inversee", E, "fin:"),
    ("fin: 2026-08-31", "fin: 2028-08-31", "exception-trop-longue", W, "fin:"),
    ("fin: 2026-08-31", "horaires: 9h-12h\n    fin: 2026-08-31", "exception-horaires", E, "9h"),
    (
        "2026-07-01\n    fin: 2026-08-31",
        "2025-07-01\n    fin: 2025-08-31",
        "exception-passee",
        I,
        "fin:",
    ),
    (
        "    fin: 2026-08-31",
        "    fin: 2026-08-31\n  - {debut: 2026-08-15, fin: 2026-09-01}",
        "exceptions-chevauchees",
        W,
        "2026-08-15",
    ),
    ('"+3285849595"', '"+3285849"', "telephone-invalide", E, "+3285849"),
    ('"+3285849595"', '"107"', "telephone-invalide", E, "107"),
    ('"+3285849595"', "085/84.95.95", "telephone-format", E, "085/84"),
    ('"+3285849595"', '"+31612345678"', "telephone-etranger", E, "+316"),
    ('"+3285849595"', '"+33145678901"', "numero-francais", E, "+331"),
    ('"+3285849595"', '"119"', "numero-francais", E, "119"),
    ("Fermé le 18 mars", "En cas de danger, appelez le 15", "numero-francais", E, "remarque:"),
    ("téléphone", "appel au 3919", "numero-francais", E, "verifie_comment:"),
    ("info@exemple.be", "info(at)exemple.be", "courriel-invalide", E, "courriel:"),
    ("site: https://", "site: ", "site-invalide", E, "site:"),
    ("min_mois: 0", "min_mois: 48", "age-inverse", E, "min_mois:"),
    ("max_mois: 36", "max_mois: 300", "age-trop-grand", W, "max_mois:"),
    ("max_mois: 36", "max_mois: 3", "age-en-annees", W, "max_mois:"),
    ("presence_parent: oui", "presence_parent: non", "presence-contradictoire", W, "presence"),
    ("statut: actif", "besoins: [besoin_isolment]", "besoin-inconnu", E, "besoins:"),
    ("statut: actif", "besoins: [besoin_formation]", "formation-avec-parent", E, "besoins:"),
    ("https://www.exemple.be/page", "bouche à oreille", "source-invalide", E, "bouche"),
    ("vu_le: 2025-12-01", "vu_le: 2026-12-01", "source-date-future", E, "vu_le:"),
    ("verifie_comment: téléphone\n", "", "verification-sans-comment", E, "verifie_le:"),
    ("verifie_le: 2026-01-12\n", "", "verification-sans-date", W, "verifie_comment:"),
    ("2026-01-12", "2026-03-02", "verification-future", E, "verifie_le:"),
    ("2026-01-12", "2024-02-01", "fiche-perimee", W, "verifie_le:"),
    ("2026-01-12", "2025-02-01", "fiche-a-reverifier", I, "verifie_le:"),
    (
        "verifie_le: 2026-01-12\nverifie_comment: téléphone\n",
        "",
        "jamais-verifie",
        I,
        "id:",
    ),
    ("sources:", "sources: []\nnotes:", "sans-source", E, "id:"),
    ("verifie_le: 2026-01-12", "verifie_le: 12/01/2026", "date-invalide", E, "verifie_le:"),
]


@pytest.mark.parametrize(
    ("old", "new", "code", "severity", "needle"),
    PLANTED,
    ids=[f"{code}-{number}" for number, (_, _, code, _, _) in enumerate(PLANTED)],
)
def test_a_mistake_planted_in_a_place_is_found_at_its_line(
    catalogue: Path, old: str, new: str, code: str, severity: Severity, needle: str
) -> None:
    path = catalogue / "places" / "le-pre.yml"
    replace(path, old, new)
    found = [p for p in check_catalogue(catalogue, TODAY) if p.code == code]
    assert [(p.fichier, p.ligne, p.severity) for p in found] == [
        ("places/le-pre.yml", line_of(path, needle), severity)
    ]


#: (file, what is replaced, by what, code, a word of the line it must be said at)
PLANTED_ELSEWHERE: list[tuple[str, str, str, str, str]] = [
    (
        "services.yml",
        "besoin: besoin_repit",
        "besoin: besoin_repi",
        "besoin-inconnu",
        "besoin_repi,",
    ),
    (
        "services.yml",
        "besoin: besoin_isolement",
        "besoin: besoin_repit",
        "besoin-sans-service",
        "id: autre",
    ),
    ("services.yml", "id: autre", "id: halte_accueil", "service-en-double", "nom: Autre"),
    (
        "services.yml",
        "besoin: besoin_isolement, poids: 1}",
        "besoin: besoin_isolement, poids: 1}\n    - {besoin: besoin_isolement, poids: 0.2}",
        "service-besoin-en-double",
        "0.2",
    ),
    ("services.yml", "poids: 0.5", "poids: 1.5", "nombre-hors-limites", "1.5"),
    (
        "services.yml",
        "presence_parent: non",
        "presence_parent: oui",
        "formation-avec-parent",
        "formation",
    ),
    (
        "services.yml",
        "besoin_formation, poids: 1",
        "besoin_formation, poids: 1, objectif: quartier",
        "objectif-hors-lieu-rencontre",
        "objectif: quartier",
    ),
    (
        "services.yml",
        "min_mois: 0, max_mois: 36",
        "min_mois: 9, max_mois: 3",
        "age-inverse",
        "min_mois",
    ),
    ("services.yml", "seeds/000_2bfa8e7175d65d33.txt", "on dit", "source-invalide", "on dit"),
    ("lignes.yml", "id: centre", "id: urgences", "ligne-en-double", "nom: Centre"),
    ("lignes.yml", "0800 32 123", "0800 32 12", "ligne-numero-invalide", "0800"),
    ("lignes.yml", "0800 32 123", '"119"', "numero-francais", "119"),
    ("lignes.yml", "24/7", "jour et nuit", "horaires-invalides", "jour et nuit"),
    ("lignes.yml", "[urgence_medicale", "[urgence_medical", "besoin-inconnu", "urgence_medical,"),
    ("lignes.yml", "[urgence_medicale, ", "[", "urgence-sans-secours", "id: centre"),
    ("lignes.yml", "2026-01-01", "2027-01-01", "verification-future", "verifie_le"),
    ("lignes.yml", "https://www.exemple.be", "quelqu'un", "source-invalide", "quelqu'un"),
]


@pytest.mark.parametrize(
    ("name", "old", "new", "code", "needle"),
    PLANTED_ELSEWHERE,
    ids=[f"{name}-{code}-{n}" for n, (name, _, _, code, _) in enumerate(PLANTED_ELSEWHERE)],
)
def test_a_mistake_planted_in_a_list_is_found_at_its_line(
    catalogue: Path, name: str, old: str, new: str, code: str, needle: str
) -> None:
    replace(catalogue / name, old, new)
    found = [p for p in check_catalogue(catalogue, TODAY) if p.code == code]
    line = line_of(catalogue / name, needle)
    # A record's id line is the line of the record: what concerns it as a whole is said there.
    assert [p.fichier for p in found] == [name]
    assert found[0].ligne in (line, line - 1)


def _file(name: str, text: str = "x\n") -> Callable[[Path], None]:
    def plant(folder: Path) -> None:
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")

    return plant


def _without(name: str) -> Callable[[Path], None]:
    return lambda folder: (folder / name).unlink()


def _another(*changes: tuple[str, str]) -> Callable[[Path], None]:
    return lambda folder: add_place(folder, "zz", *changes)


_IN_NAMUR = (
    ('"5300"', '"5000"'),
    ("localite: Andenne", "localite: Namur"),
    ("  commune: Andenne", "  commune: Namur"),
    ("lat: 50.4891", "lat: 50.4669"),
    ("lon: 5.0954", "lon: 4.8675"),
)
_OTHER_NAME = ("nom: Le Pré vert", "nom: Les Lutins")

PLANTED_AROUND: dict[str, tuple[Callable[[Path], None], str, str, int, Severity]] = {
    "an id that served before": (
        _file("ids_retires.txt", "# fermés\nle-pre  # 2024\n"),
        "id-retire",
        "places/le-pre.yml",
        1,
        E,
    ),
    "a file with another ending": (
        _file("places/b.yaml"),
        "fichier-ignore",
        "places/b.yaml",
        1,
        E,
    ),
    "a Python package": (_file("__init__.py"), "fichier-python", "__init__.py", 1, E),
    "a broken list of places set aside": (
        _file("ecartes.yml", "- nom: 'L'Île'\n"),
        "guillemets",
        "ecartes.yml",
        1,
        E,
    ),
    "no services": (_without("services.yml"), "fichier-illisible", "services.yml", 1, E),
    "no help lines": (_without("lignes.yml"), "fichier-illisible", "lignes.yml", 1, E),
    "no calendar": (_without("calendrier.yml"), "calendrier-invalide", "calendrier.yml", 1, E),
    "no geography": (_without("geographie"), "geographie-invalide", "geographie", 1, E),
    "the same name next door": (
        _another(("nom: Le Pré vert", "nom: Le Pre-Vert")),
        "doublon-probable",
        "places/zz.yml",
        2,
        W,
    ),
    "the same name elsewhere": (_another(*_IN_NAMUR), "homonyme", "places/zz.yml", 2, I),
    "the same phone for the same kind": (
        _another(_OTHER_NAME, ("+3281246311", "+3285849595")),
        "telephone-partage",
        "places/zz.yml",
        14,
        W,
    ),
    "the same phone in another commune": (
        _another(_OTHER_NAME, ("+3281246311", "+3285849595"), *_IN_NAMUR),
        "telephone-partage",
        "places/zz.yml",
        14,
        I,
    ),
    "an id written twice": (
        _file("places/zz.yml", PLACE),
        "id-en-double",
        "places/zz.yml",
        1,
        E,
    ),
}


@pytest.mark.parametrize("case", PLANTED_AROUND)
def test_a_mistake_between_files_is_found(catalogue: Path, case: str) -> None:
    plant, code, fichier, line, severity = PLANTED_AROUND[case]
    plant(catalogue)
    found = [p for p in check_catalogue(catalogue, TODAY) if p.code == code]
    assert [(p.fichier, p.ligne, p.severity) for p in found] == [(fichier, line, severity)]


def test_a_folder_without_places_is_a_sentence(catalogue: Path) -> None:
    (catalogue / "places" / "le-pre.yml").unlink()
    (catalogue / "places").rmdir()
    assert "dossier-absent" in {p.code for p in check_catalogue(catalogue, TODAY)}


def test_an_absent_catalogue_is_a_list_of_sentences(tmp_path: Path) -> None:
    problems = check_catalogue(tmp_path / "nulle-part", TODAY)
    assert {"dossier-absent", "fichier-illisible"} <= {p.code for p in problems}


def test_the_end_of_the_school_calendar_is_said_a_year_ahead(catalogue: Path) -> None:
    end = dt.date(2027, 8, 22)
    replace(catalogue / "calendrier.yml", "valable_jusqu_au:", f"valable_jusqu_au: {end} #")
    (problem,) = [
        p
        for p in check_catalogue(catalogue, end - dt.timedelta(days=364))
        if p.fichier == "calendrier.yml"
    ]
    assert (problem.code, problem.severity) == ("calendrier-bientot-fini", W)


def test_without_services_no_type_is_called_unknown(catalogue: Path) -> None:
    (catalogue / "services.yml").unlink()
    assert "type-inconnu" not in {p.code for p in check_catalogue(catalogue, TODAY)}


def test_a_file_with_one_mistake_is_still_checked_for_the_others(catalogue: Path) -> None:
    path = catalogue / "places" / "le-pre.yml"
    replace(path, "verifie_le: 2026-01-12", "verifie_le: hier")
    replace(path, '"+3285849595"', "085/84.95.95")
    codes = {p.code for p in check_catalogue(catalogue, TODAY)}
    assert {"date-invalide", "telephone-format"} <= codes


def test_a_file_name_nobody_can_read_is_still_a_sentence(catalogue: Path) -> None:
    folder = os.fsencode(catalogue / "places")
    Path(os.fsdecode(folder + b"/\xff\n.yml")).write_text("")
    Path(os.fsdecode(folder + b"/\xff.txt")).write_text("")
    problems = check_catalogue(catalogue, TODAY)
    assert {p.code for p in problems} == {"fichier-vide", "fichier-ignore"}
    assert all(str(p).isprintable() for p in problems)


# --- What the remedy says -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "code", "remedy"),
    [
        ('"+3285849595"', "085/84.95.95", "telephone-format", '"+3285849595"'),
        ("localite: Andenne", "localite: Andene", "localite-code-postal", "localite: Andenne"),
        ("localite: Andenne", "localite: Jambes", "localite-code-postal", "5100"),
        ("  commune: Andenne", "  commune: Andene", "commune-inconnue", "commune: Andenne"),
        ('"5300"', '"5000"', "commune-code-postal", "commune: Namur"),
        ('"5300"', '"5999"', "code-postal-inconnu", "5300"),
        ("type: lieu_rencontre", "type: halte accueil", "type-inconnu", "halte_accueil"),
        ("statut: actif", "zone: {provinces: [Liege]}", "zone-province-inconnue", "Liège"),
        ("statut: actif", "besoins: [besoin_isolment]", "besoin-inconnu", "besoin_isolement"),
        ("max_mois: 36", "max_mois: 3", "age-en-annees", "écrivez 36"),
    ],
)
def test_the_remedy_names_the_right_value(
    catalogue: Path, old: str, new: str, code: str, remedy: str
) -> None:
    replace(catalogue / "places" / "le-pre.yml", old, new)
    (problem,) = [p for p in check_catalogue(catalogue, TODAY) if p.code == code]
    assert remedy in problem.remede


# --- What is no mistake ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("localite: Andenne", "localite: Seilles"),
        ("localite: Andenne", "localite: SEILLES"),
        ("localite: Andenne", "localite:"),
        ('  code_postal: "5300"\n  localite: Andenne\n', ""),
        ("+3285849595", "+3280030030"),
        ("+3285849595", "+32486505153"),
        ("+3285849595", "+3270245245"),
        ("https://www.exemple.be/page", "seeds/003_a6d5185a80b7e1a1.txt"),
        ("https://www.exemple.be/page", "https://www.exemple.be/3919-violences/119?a=1&b=15"),
        ("max_mois: 36", "max_mois: 264"),
        ("min_mois: 0", "min_mois: -9"),
        ("2026-01-12", "2026-03-01"),
        (
            "remarque: Fermé",
            "remarque: Le 112, le 107, le 103, le 101, le 1733 ou le 116 000. Fermé",
        ),
    ],
)
def test_an_honest_value_is_not_a_problem(catalogue: Path, old: str, new: str) -> None:
    replace(catalogue / "places" / "le-pre.yml", old, new)
    assert check_catalogue(catalogue, TODAY) == []


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("Consultation ONE de Jambes", "Consultation ONE de Namur"),
        ("Centre PMS libre Namur 1", "Centre PMS libre Namur 2"),
        ("Planning familial Le Midi", "Planning familial Le Soir"),
    ],
)
def test_neighbours_with_generic_names_are_not_called_duplicates(
    catalogue: Path, name: str, other: str
) -> None:
    replace(catalogue / "places" / "le-pre.yml", "nom: Le Pré vert", f"nom: {name}")
    add_place(catalogue, "zz", ("nom: Le Pré vert", f"nom: {other}"))
    assert check_catalogue(catalogue, TODAY) == []


# --- French numbers -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "Appelez le 15.",
        "Composez le 17 ou le 18 !",
        "En cas d'urgence, composez le 15, le 17 ou le 18.",
        "Appelez le 112 ou le 15",
        "SAMU : 15",
        "15 (SAMU)",
        "Police secours 17",
        "Tél. 15",
        "15",
        "119",
        "Le 119 est gratuit.",
        "Allô 119",
        "Enfance en danger : appeler le 119",
        "par SMS au 114",
        "Téléphonez au 115 (Samu social).",
        "3919",
        "le 39 19",
        "Violences Femmes Info (3919)",
        "au 3114",
        "Le 3018 contre le harcèlement",
        "le 3020",
        "SOS Médecins au 3624",
        "116 117",
        "[15](tel:15)",
        "tel:119",
        "+33 1 45 67 89 01",
        "+33(0)6 12 34 56 78",
        "0033145678901",
        "01 45 67 89 01",
        "06.12.34.56.78",
        "0805 123 456",
        "0 805 12 34 56",
        "0800 123 456",
        "Numéro vert : 0 800 05 95 95",
        "Appelez le\u00a015",
    ],
)
def test_a_french_number_to_call_is_found(text: str) -> None:
    assert french_numbers(text)


@pytest.mark.parametrize(
    "text",
    [
        "Rue du Pont 17",
        "Contact : chaussée de Bruxelles 15, 1000 Bruxelles",
        "Contactez-nous au 17, rue Haute",
        "La maison accueille au 115 chaussée d'Ixelles",
        "15 €",
        "Le 18 mars",
        "Téléphonez avant 17 h",
        "Appelez entre 15 et 18 h",
        "Nous contacter le 15 septembre",
        "Rendez-vous le 17 à 10 h",
        "Ouvert le 15 de chaque mois",
        "Tous les jours de 15h à 18h",
        "Jeunes de 15, 16, 17 et 18 ans",
        "Police de Namur, place du Théâtre 5",
        "Appelez pour les 15 places",
        "Accueil de 17 parents, 115 familles, 3114 enfants",
        "Bus 17 et 18, ligne 119, tram 3",
        "3020 Herent",
        "112, 107, 103, 101, 1733, 116 000",
        "Appelez le 103 ou le 107",
        "081/77 68 22",
        "+32 81 77 68 22",
        "0486 50 51 53",
        "04 86 50 51 53",
        "Contactez le 0477 15 17 18",
        "0800 30 030",
        "0 800 30 030",
        "070 245 245",
        "080 51 23 45",
        "BE 0403.170.701",
        "TVA BE0403170701",
        "IBAN BE68 5390 0754 7034",
        "01/09/2024 08:30",
        "Projet 2014-2020",
        "https://www.exemple.be/3919/article-119?p=0612345678",
        "contact@asbl15.be",
        "We 14:00-16:30; PH off",
        "",
    ],
)
def test_an_everyday_number_is_no_french_number(text: str) -> None:
    assert french_numbers(text) == []


def test_every_french_number_of_a_text_is_named_once_in_order() -> None:
    text = "Appelez le 15 ou le 3919. Sinon le 15, ou le +33 1 45 67 89 01."
    assert french_numbers(text) == ["15", "3919", "+33 1 45 67 89 01"]


@settings(max_examples=200, deadline=None)
@given(text=st.text(alphabet="0123456789 +./()-:,le auppsmtél€h\n", max_size=60))
def test_looking_for_french_numbers_never_fails(text: str) -> None:
    assert all(french_numbers(text))


@pytest.mark.parametrize(
    ("written", "belgian"),
    [
        ("112", True),
        ("107", True),
        ("1733", True),
        ("116 000", True),
        ("0800 30 030", True),
        ("070 245 245", True),
        ("071 92 41 00", True),
        ("+32 71 92 41 00", True),
        ("15", False),
        ("119", False),
        ("3919", False),
        ("01 45 67 89 01", False),
        ("+33 1 45 67 89 01", False),
        ("0800 30", False),
        ("appelez-nous", False),
        ("", False),
    ],
)
def test_a_help_line_is_one_that_can_be_dialled_in_belgium(written: str, belgian: bool) -> None:
    assert is_belgian_line(written) is belgian


@pytest.mark.parametrize(
    ("written", "valid"),
    [
        ("https://www.exemple.be/a?b=c#d", True),
        ("http://exemple.be", True),
        ("www.exemple.be", False),
        ("https://exemple", False),
        ("https://[::1", False),
        ("https://a b.be", False),
        ("ftp://exemple.be", False),
        ("javascript:alert(1)", False),
    ],
)
def test_a_web_address_is_complete(written: str, valid: bool) -> None:
    assert is_web_address(written) is valid


# --- The report -----------------------------------------------------------------------------------


def _problem(
    severity: Severity, code: str, line: int = 3, fichier: str = "places/a.yml"
) -> Problem:
    return Problem(
        fichier=fichier, ligne=line, code=code, message="Faux.", remede="Juste.", severity=severity
    )


def test_the_report_groups_errors_and_warnings_by_file() -> None:
    text = render([_problem(W, "b", 9), _problem(E, "a"), _problem(E, "c", 1, "lignes.yml")])
    assert text.splitlines() == [
        "lignes.yml",
        "  ligne 1, ERREUR (c) : Faux.",
        "    → Juste.",
        "",
        "places/a.yml",
        "  ligne 3, ERREUR (a) : Faux.",
        "    → Juste.",
        "  ligne 9, avertissement (b) : Faux.",
        "    → Juste.",
        "",
        "2 erreurs, 1 avertissement, 0 information dans 2 fichiers.",
    ]


def test_the_report_gathers_what_is_only_good_to_know() -> None:
    infos = [_problem(I, "jamais-verifie", 1, f"places/{n:03}.yml") for n in range(200)]
    text = render(infos)
    assert "jamais-verifie (200)" in text
    assert len(text.splitlines()) < 10


def test_the_report_of_a_sound_catalogue_is_one_sentence() -> None:
    assert render([]) == "Aucun problème dans le catalogue."


# --- Whatever is in the files ---------------------------------------------------------------------

_TEXT = st.text(alphabet="aZé0159+-/:.;,'\"#[]{}<>|&*!? \t", max_size=14)


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_no_value_makes_the_checks_fail(
    data: st.DataObject, geography: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("fuzz")
    (folder / "geographie").symlink_to(geography)
    (folder / "places").mkdir()
    (folder / "ids_retires.txt").write_bytes(data.draw(st.binary(max_size=20)))
    for name, text in (
        ("places/le-pre.yml", PLACE),
        ("services.yml", SERVICES),
        ("lignes.yml", LINES),
    ):
        lines = text.splitlines()
        number = data.draw(st.integers(0, len(lines) - 1))
        key, colon, _ = lines[number].partition(":")
        lines[number] = f"{key}{colon} {data.draw(_TEXT)}"
        (folder / name).write_text("\n".join(lines), encoding="utf-8")
    for problem in check_catalogue(folder, TODAY):
        assert problem.ligne >= 1
        assert problem.message
        assert problem.remede
