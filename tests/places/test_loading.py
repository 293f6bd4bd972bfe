"""Reading the YAML files: typed records, honest lines, and a sentence whatever is in the file."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.places.loading import (
    MAX_PLACE_BYTES,
    CatalogueError,
    Document,
    Fields,
    Problem,
    Scalar,
    Severity,
    nearest,
    quote,
    read_list,
    read_place,
    stamps,
    suggest_date,
)
from bot.places.records import HelpLine, Objectif, Place, Reponse, ServiceKind

PLACE = """\
id: bebe-rencontre
nom: Bébé-rencontre
type: lieu_rencontre
objectifs: [passerelle]
adresse:
  rue: "Rue de l'Île 12"
  code_postal: 5300
  commune: Andenne
  lat: 50.4891
  lon: 5.0954
telephones:
  - +3285849595
age:
  min_mois: 0
  max_mois: 36
presence_parent: oui
acces:
  rendez_vous: non
  gratuit: true
horaires: We 14:00-16:30
exceptions:
  - debut: 2026-07-01
    fin: 2026-08-31
verifie_le: 2026-01-12
verifie_comment: téléphone
sources:
  - adresse: https://www.exemple.be/page
    vu_le: 2025-12-01
"""


def read(folder: Path, content: str | bytes, name: str = "bebe-rencontre.yml") -> Document[Place]:
    (folder / "places").mkdir(exist_ok=True)
    data = content.encode() if isinstance(content, str) else content
    (folder / "places" / name).write_bytes(data)
    return read_place(folder, f"places/{name}")


def only_problem(folder: Path, content: str | bytes) -> Problem:
    (problem,) = read(folder, content).problems
    return problem


# --- What a sound file says -----------------------------------------------------------------------


def test_a_sound_file_becomes_a_typed_record(tmp_path: Path) -> None:
    document = read(tmp_path, PLACE)
    place = document.record
    assert document.sound
    assert place is not None
    assert place.objectifs == [Objectif.PASSERELLE]
    assert place.age is not None
    assert place.age.max_mois == 36
    assert place.verifie_le == dt.date(2026, 1, 12)


def test_digits_without_quotation_marks_stay_text(tmp_path: Path) -> None:
    text = PLACE.replace("- +3285849595", "- 081564738\n  - +3285849595\n  - 0x10")
    place = read(tmp_path, text).record
    assert place is not None
    assert place.telephones == ["081564738", "+3285849595", "0x10"]
    assert place.adresse is not None
    assert place.adresse.code_postal == "5300"


def test_hours_are_never_read_as_base_sixty_numbers(tmp_path: Path) -> None:
    place = read(tmp_path, PLACE.replace("We 14:00-16:30", "22:30")).record
    assert place is not None
    assert place.horaires == "22:30"


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("oui", Reponse.OUI),
        ("Oui", Reponse.OUI),
        ("yes", Reponse.OUI),
        ("true", Reponse.OUI),
        ("non", Reponse.NON),
        ("no", Reponse.NON),
        ("False", Reponse.NON),
        ("inconnu", Reponse.INCONNU),
    ],
)
def test_yes_and_no_are_understood_however_written(
    tmp_path: Path, written: str, meant: Reponse
) -> None:
    place = read(tmp_path, PLACE.replace("gratuit: true", f"gratuit: {written}")).record
    assert place is not None
    assert place.acces.gratuit is meant


@pytest.mark.parametrize("empty", ["", "~", "null", '""', "[]"])
def test_an_empty_field_means_nobody_told_us(tmp_path: Path, empty: str) -> None:
    text = PLACE.replace("telephones:\n  - +3285849595", f"telephones: {empty}")
    document = read(tmp_path, text)
    assert document.sound
    assert document.record is not None
    assert document.record.telephones == []


def test_a_byte_order_mark_and_windows_line_ends_change_nothing(tmp_path: Path) -> None:
    windows = b"\xef\xbb\xbf" + PLACE.replace("\n", "\r\n").encode()
    assert read(tmp_path, windows).record == read(tmp_path, PLACE).record


def test_decomposed_accents_become_composed_ones(tmp_path: Path) -> None:
    place = read(tmp_path, PLACE.replace("Bébé", "Be\u0301be\u0301")).record
    assert place is not None
    assert place.nom == "Bébé-rencontre"


def test_every_field_knows_its_line(tmp_path: Path) -> None:
    document = read(tmp_path, PLACE)
    assert document.line("nom") == 2
    assert document.line("adresse", "lat") == 9
    assert document.line("telephones", 0) == 12
    assert document.line("exceptions", 0, "fin") == 23


def test_a_missing_field_has_the_line_of_its_nearest_parent(tmp_path: Path) -> None:
    document = read(tmp_path, PLACE)
    assert document.line("adresse", "localite") == 5
    assert document.line("telephones", 7) == 11
    assert document.line("zone") == 1


# --- What volunteers get wrong --------------------------------------------------------------------

SYNTAX: dict[str, tuple[str | bytes, str, int]] = {
    "tab as indentation": (PLACE.replace("  rue:", "\true:"), "tabulation", 6),
    "tab under a text": ("nom: a\n\tb: c\n", "tabulation", 2),
    "double quote never closed": (
        PLACE.replace('Île 12"', "Île 12").replace("Rue de l'", "Rue de l "),
        "guillemets",
        6,
    ),
    "apostrophe between simple quotes": ("id: a\nnom: 'L'Île'\ntype: b\n", "guillemets", 2),
    "text after the closing quote": ('id: a\nnom: "Le Pré" vert\n', "guillemets", 2),
    "backslash between double quotes": ('nom: "a\\qb"\n', "guillemets", 1),
    "quote closed on a later line": ("nom: 'abc\ntype: 'b'\n", "guillemets", 1),
    "field moved to the right": ("nom: a\n  type: b\n", "indentation", 2),
    "field moved to the left": ("adresse:\n   rue: a\n  localite: b\n", "indentation", 3),
    "colon and space inside a value": ("id: a\nnom: Le Pré: maison\n", "deux-points", 2),
    "no colon": ("id: a\nnom Le Pré\ntype: b\n", "deux-points", 2),
    "no space after the colon": ("id:a\nnom: b\n", "deux-points", 1),
    "value that starts with an at sign": ("id: a\nnom: @home\n", "caractere-special", 2),
    "value that starts with a star": ("nom: *Pré*\n", "caractere-special", 1),
    "value that starts with an exclamation mark": ("nom: !Attention\n", "caractere-special", 1),
    "python object": ("nom: !!python/object:os.system x\n", "caractere-special", 1),
    "bracket never closed": ("id: a\nobjectifs: [quartier\nnom: b\n", "crochets", 2),
    "no-break space after the colon": ("id: a\nnom:\xa0b\ntype: c\n", "espace-insecable", 2),
    "anchor": ("nom: &a b\n", "alias-yaml", 1),
    "alias": ("x: y\nnom: *a\n", "alias-yaml", 2),
    "two documents": ("nom: a\n---\nnom: b\n", "plusieurs-documents", 2),
    "key that is a list": ("[a, b]: c\n", "yaml-invalide", 1),
    "directive": ("%YAML 3.0\n---\na: b\n", "yaml-invalide", 1),
    "a thousand brackets": ("[" * 1000, "trop-profond", 1),
    "latin-1": (PLACE.encode("latin-1"), "encodage", 2),
    "utf-16": (PLACE.encode("utf-16"), "encodage", 1),
    "control character": ("id: a\nnom: b\x07\n", "caractere-interdit", 2),
    "zero-width space": ("id: a\nnom: b\u200b\n", "caractere-interdit", 2),
    "line separator": ("id: a\nnom: b\u2028c\n", "caractere-interdit", 2),
    "escaped control character": ('id: a\nnom: "b\\x07"\n', "caractere-interdit", 2),
    "null byte": (b"id: a\x00\n", "caractere-interdit", 1),
    "empty": ("", "fichier-vide", 1),
    "only comments": ("# rien\n", "fichier-vide", 1),
    "a list": ("- id: a\n- id: b\n", "pas-une-fiche", 1),
    "a sentence": ("Le Pré vert\n", "pas-une-fiche", 1),
    "far too long": ("#" * (MAX_PLACE_BYTES + 1), "fichier-trop-gros", 1),
}


@pytest.mark.parametrize("case", SYNTAX)
def test_a_file_that_is_not_yaml_is_explained_at_its_line(tmp_path: Path, case: str) -> None:
    content, code, line = SYNTAX[case]
    problem = only_problem(tmp_path, content)
    assert (problem.code, problem.ligne) == (code, line)


VALUES: dict[str, tuple[str, str, str, int]] = {
    "day before month": ("verifie_le: 2026-01-12", "verifie_le: 12/01/2026", "date-invalide", 24),
    "date and hour": ("2025-12-01", "2025-12-01T10:00:00", "date-invalide", 28),
    "day that does not exist": ("2026-08-31", "2026-02-30", "date-invalide", 23),
    "unit after a number": ("max_mois: 36", "max_mois: 36 mois", "nombre-invalide", 15),
    "endless number": ("max_mois: 36", f"max_mois: {'9' * 5000}", "nombre-invalide", 15),
    "comma in a number": ("50.4891", "50,4891", "nombre-invalide", 9),
    "not a number": ("50.4891", ".nan", "nombre-invalide", 9),
    "coordinate elsewhere": ("50.4891", "48.85", "coordonnees-invalides", 9),
    "too many months": ("max_mois: 36", "max_mois: 4000", "nombre-hors-limites", 15),
    "postcode of five digits": ("5300", "75011", "code-postal-invalide", 7),
    "choice that does not exist": ("gratuit: true", "gratuit: parfois", "choix-invalide", 19),
    "objective with accents": ("[passerelle]", "[Santé mentale]", "choix-invalide", 4),
    "text instead of a list": ("\n  - +3285849595", " 085/84 95 95", "type-invalide", 11),
    "dash without a space": ("  - +3285849595", "  -+3285849595", "type-invalide", 12),
    "block instead of a list": ("  - adresse: h", "    adresse: h", "type-invalide", 27),
    "list instead of a text": ("nom: Bébé-rencontre", "nom: [a, b]", "type-invalide", 2),
    "text instead of a block": (
        "age:\n  min_mois: 0\n  max_mois: 36",
        "age: 0-3 ans",
        "type-invalide",
        13,
    ),
    "dash with nothing behind": ("  - +3285849595", "  - +3285849595\n  -", "element-vide", 13),
    "field written twice": ("verifie_le", "nom: Autre\nverifie_le", "cle-en-double", 24),
    "field that does not exist": ("telephones:", "telephone:", "champ-inconnu", 11),
    "missing name": ("nom: Bébé-rencontre\n", "", "champ-obligatoire", 1),
    "empty name": ("nom: Bébé-rencontre", "nom:", "champ-obligatoire", 1),
    "name of one letter": ("nom: Bébé-rencontre", "nom: B", "texte-trop-court", 2),
    "endless name": ("nom: Bébé-rencontre", f"nom: {'B' * 200}", "texte-trop-long", 2),
    "id with accents": ("id: bebe-rencontre", "id: Bébé Rencontre", "identifiant-invalide", 1),
    "need with a capital": ("horaires", "besoins: [Isolement]\nhoraires", "besoin-inconnu", 20),
    "closure without an end": ("    fin: 2026-08-31\n", "", "exception-sans-fin", 22),
    "no source": (PLACE[PLACE.index("sources") :], "", "sans-source", 1),
    "empty list of sources": (PLACE[PLACE.index("sources") :], "sources: []\n", "sans-source", 1),
}


@pytest.mark.parametrize("case", VALUES)
def test_a_wrong_value_is_said_at_its_line(tmp_path: Path, case: str) -> None:
    old, new, code, line = VALUES[case]
    assert old in PLACE
    problem = only_problem(tmp_path, PLACE.replace(old, new, 1))
    assert (problem.code, problem.ligne) == (code, line)


def test_every_mistake_of_a_file_is_said_at_once(tmp_path: Path) -> None:
    text = (
        PLACE.replace("2026-01-12", "12/01/2026").replace("36", "trois ans").replace("5300", "53")
    )
    assert {p.code for p in read(tmp_path, text).problems} == {
        "date-invalide",
        "nombre-invalide",
        "code-postal-invalide",
    }


def test_a_file_with_a_mistake_still_gives_what_could_be_read(tmp_path: Path) -> None:
    document = read(tmp_path, PLACE.replace("2026-01-12", "hier"))
    assert not document.sound
    assert document.record is not None
    assert document.record.verifie_le is None
    assert document.record.nom == "Bébé-rencontre"


@pytest.mark.parametrize(
    ("written", "remedy"),
    [
        ("nome: a", "« nom »"),
        ("Téléphone: a", "« telephones »"),
        ("email: a", "« courriel »"),
        ("cp: 5000", "« code_postal » sous « adresse »"),
        ("lat: 50", "« lat » sous « adresse »"),
        ("max_mois: 36", "« max_mois » sous « age »"),
        ("xyzzy: 1", "choisissez parmi"),
    ],
)
def test_an_unknown_field_is_led_back_to_the_right_one(
    tmp_path: Path, written: str, remedy: str
) -> None:
    problem = next(p for p in read(tmp_path, f"{written}\n").problems if p.code == "champ-inconnu")
    assert remedy in problem.remede


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("12/03/2025", dt.date(2025, 3, 12)),
        ("1-3-2025", dt.date(2025, 3, 1)),
        ("2025/3/1", dt.date(2025, 3, 1)),
        ("2025-03-01T10:00:00Z", dt.date(2025, 3, 1)),
        ("31/02/2025", None),
        ("mars 2025", None),
    ],
)
def test_a_date_written_the_belgian_way_is_suggested_in_iso(
    written: str, meant: dt.date | None
) -> None:
    assert suggest_date(written) == meant


def test_swapped_coordinates_are_recognised(tmp_path: Path) -> None:
    text = PLACE.replace("lat: 50.4891", "lat: 5.0954").replace("lon: 5.0954", "lon: 50.4891")
    assert all("inversées" in p.remede for p in read(tmp_path, text).problems)


def test_a_folder_named_like_a_place_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "places" / "a.yml").mkdir(parents=True)
    (problem,) = read_place(tmp_path, "places/a.yml").problems
    assert problem.code == "fichier-illisible"


def test_a_link_that_leads_nowhere_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "places").mkdir()
    (tmp_path / "places" / "a.yml").symlink_to("nulle-part.yml")
    (stamp,) = stamps(tmp_path)
    (problem,) = read_place(tmp_path, stamp.name).problems
    assert problem.code == "fichier-illisible"


def test_hidden_files_and_other_endings_are_not_places(tmp_path: Path) -> None:
    (tmp_path / "places").mkdir()
    for name in (".a.yml", "b.yaml", "c.yml~", "d.yml"):
        (tmp_path / "places" / name).write_text("x")
    assert [stamp.name for stamp in stamps(tmp_path)] == ["places/d.yml"]


def test_a_problem_reads_as_file_line_sentence_and_remedy(tmp_path: Path) -> None:
    problem = only_problem(tmp_path, PLACE.replace("5300", "53"))
    assert str(problem) == (
        "places/bebe-rencontre.yml, ligne 7 : « adresse.code_postal » vaut « 53 » : ce n'est pas un code "
        "postal belge. Écrivez quatre chiffres, par exemple 5000, ou laissez vide."
    )


def test_a_catalogue_error_carries_every_problem(tmp_path: Path) -> None:
    problems = read(tmp_path, "- a\n").problems
    assert CatalogueError(problems).problems == problems


# --- Lists ----------------------------------------------------------------------------------------


def test_a_list_file_gives_one_document_per_record(tmp_path: Path) -> None:
    (tmp_path / "lignes.yml").write_text(
        "- id: a\n  nom: A\n  numero: 107\n  pour: Parler.\n  besoins: [urgence_detresse]\n"
        "  urgence: oui\n  sources: [{adresse: pfrcc.be}]\n- id: b\n"
    )
    documents, problems = read_list(tmp_path, "lignes.yml", HelpLine)
    assert problems == []
    first, second = documents
    assert first.record is not None
    assert first.record.numero == "107"
    assert first.record.urgence is True
    assert {p.ligne for p in second.problems} == {8}


def test_a_list_file_that_is_no_list_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "services.yml").write_text("services:\n  - id: a\n")
    documents, (problem,) = read_list(tmp_path, "services.yml", ServiceKind)
    assert documents == []
    assert problem.code == "pas-une-liste"


def test_an_absent_list_file_is_a_sentence(tmp_path: Path) -> None:
    _, (problem,) = read_list(tmp_path, "services.yml", ServiceKind)
    assert problem.code == "fichier-illisible"


# --- Small parts ----------------------------------------------------------------------------------


def test_quoted_text_is_short_and_printable() -> None:
    assert quote("a\x1b[31m\nb") == "« a [31m b »"
    assert len(quote("x" * 1000)) < 70


def test_the_nearest_choice_ignores_case_and_accents() -> None:
    assert nearest("Libération", ["liberation", "narration"]) == "liberation"
    assert nearest("zzz", ["liberation"]) is None


def test_a_shipped_severity_reads_as_its_french_word() -> None:
    assert Severity.ERREUR == "erreur"


# --- Whatever is in the file ----------------------------------------------------------------------


def _is_sentence(problem: Problem) -> bool:
    return (
        problem.ligne >= 1
        and problem.message.endswith((".", "?"))
        and problem.remede.endswith((".", "?"))
        and str(problem).isprintable()
    )


def _read_bytes_as_place(data: bytes, folder: Path) -> None:
    path = folder / "places"
    path.mkdir(exist_ok=True)
    (path / "x.yml").write_bytes(data)
    document = read_place(folder, "places/x.yml")
    assert document.record is not None or document.problems
    for problem in document.problems:
        assert _is_sentence(problem), problem


@pytest.fixture(scope="module")
def fuzz_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("fuzz")


@settings(max_examples=300, deadline=None)
@given(data=st.binary(max_size=300))
def test_any_bytes_give_a_record_or_a_sentence(fuzz_folder: Path, data: bytes) -> None:
    _read_bytes_as_place(data, fuzz_folder)


@settings(max_examples=300, deadline=None)
@given(
    cut=st.integers(0, len(PLACE)),
    length=st.integers(0, 12),
    put=st.text(
        alphabet="\t\n\r :-#'\"[]{}&*!|>%@`,?~éa0\xa0\u2028\x85\ufeff\U0001f600", max_size=8
    ),
)
def test_any_slip_of_the_keyboard_gives_a_record_or_a_sentence(
    fuzz_folder: Path, cut: int, length: int, put: str
) -> None:
    _read_bytes_as_place((PLACE[:cut] + put + PLACE[cut + length :]).encode(), fuzz_folder)


_SCALARS = st.sampled_from(
    [
        "",
        "~",
        "oui",
        "2026-01-01",
        "-1",
        "1e9",
        "'x'",
        '"y"',
        "!!int 3",
        "05",
        ".inf",
        "9" * 40,
        "é",
    ]
)
_VALUES = st.recursive(
    _SCALARS,
    lambda inner: (
        st.lists(inner, max_size=3).map(lambda items: f"[{', '.join(items)}]")
        | st.dictionaries(st.sampled_from(["adresse", "lat", "fin", "x"]), inner, max_size=3).map(
            lambda pairs: "{" + ", ".join(f"{key}: {value}" for key, value in pairs.items()) + "}"
        )
    ),
    max_leaves=6,
)


@settings(max_examples=300, deadline=None)
@given(
    fields=st.lists(
        st.tuples(st.sampled_from([*Place.__struct_fields__, "autre", "<<"]), _VALUES), max_size=6
    )
)
def test_any_value_in_any_field_gives_a_record_or_a_sentence(
    fuzz_folder: Path, fields: list[tuple[str, str]]
) -> None:
    text = "\n".join(f"{name}: {value}" for name, value in fields)
    _read_bytes_as_place(text.encode(), fuzz_folder)


def test_the_tree_keeps_text_as_written(tmp_path: Path) -> None:
    tree = read(tmp_path, PLACE).tree
    assert isinstance(tree, Fields)
    assert tree.entries[0].node == Scalar("bebe-rencontre", True, 1)
