"""The gazetteer: what its files hold, and what it makes of place names as parents type them."""

from __future__ import annotations

import csv
import gzip
import json
import random
import shutil
import unicodedata
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.places.geography import (
    BRUSSELS,
    Candidate,
    Gazetteer,
    GeographyError,
    distance_km,
    fold,
    is_ambiguous,
    phonetic,
    spelt_number,
)
from bot.places.geography_build import build, corrected, read_corrections, tidy_name

FOLDER = Path(__file__).parents[2] / "catalogue" / "geographie"


@pytest.fixture(scope="module")
def gazetteer() -> Gazetteer:
    return Gazetteer.load(FOLDER)


# --- What the files hold ---------------------------------------------------------------------------


def test_wallonia_has_261_communes_and_brussels_19(gazetteer: Gazetteer) -> None:
    provinces = Counter(gazetteer.province_of(commune) for commune in gazetteer.communes())
    assert provinces == {
        BRUSSELS: 19,
        "Brabant wallon": 27,
        "Hainaut": 69,
        "Liège": 84,
        "Luxembourg": 43,
        "Namur": 38,
    }
    assert len(gazetteer.communes()) == 280


def test_every_locality_is_in_its_postcode_s_commune(gazetteer: Gazetteer) -> None:
    localities = [row for name in gazetteer.communes() for row in gazetteer.localities_of(name)]
    assert len(localities) == 1600
    assert len({row.code_postal for row in localities}) == 627
    for row in localities:
        assert gazetteer.commune_of_postcode(row.code_postal) == row.commune


def test_every_locality_lies_in_wallonia_or_brussels(gazetteer: Gazetteer) -> None:
    for commune in gazetteer.communes():
        for row in gazetteer.localities_of(commune):
            assert 49.45 < row.lat < 50.95, row
            assert 2.8 < row.lon < 6.45, row


def test_no_locality_is_far_from_its_commune(gazetteer: Gazetteer) -> None:
    for commune in gazetteer.communes():
        centre = gazetteer.commune_centre(commune)
        for row in gazetteer.localities_of(commune):
            assert distance_km(*centre, row.lat, row.lon) < 20, row


@pytest.mark.parametrize(
    ("code", "name", "lat", "lon"),
    [
        ("6831", "Noirefontaine", 49.81, 5.10),
        ("6661", "Mont", 50.17, 5.77),
        ("6860", "Assenois", 49.80, 5.46),
        ("1357", "Hélécine", 50.75, 4.98),
        ("4654", "Charneux", 50.67, 5.80),
        ("4770", "Amblève", 50.35, 6.17),
        ("7861", "Papignies", 50.69, 3.82),
        ("7904", "Pipaix", 50.58, 3.58),
        ("4821", "Andrimont", 50.61, 5.88),
        ("1150", "Woluwe-Saint-Pierre", 50.84, 4.43),
        ("6120", "Ham-sur-Heure-Nalinnes", 50.32, 4.41),
    ],
)
def test_places_geonames_puts_elsewhere_are_corrected(
    code: str, name: str, lat: float, lon: float, gazetteer: Gazetteer
) -> None:
    row = gazetteer.locality(code, name)
    assert row is not None
    assert distance_km(row.lat, row.lon, lat, lon) < 3


@pytest.mark.parametrize(
    ("code", "name", "commune"),
    [
        ("5100", "Jambes", "Namur"),
        ("1340", "Ottignies", "Ottignies-Louvain-la-Neuve"),
        ("6687", "Bertogne", "Bastogne"),
        ("6001", "Marcinelle", "Charleroi"),
        ("4870", "Nessonvaux", "Trooz"),
        ("7850", "Marcq", "Enghien"),
        ("6642", "Juseret", "Vaux-sur-Sûre"),
        ("1020", "Laeken", "Bruxelles"),
        ("4480", "Ehein", "Engis"),
        ("4120", "Ehein", "Neupré"),
        ("4920", "Louveigné", "Aywaille"),
        ("4141", "Louveigné", "Sprimont"),
    ],
)
def test_a_former_municipality_belongs_to_its_commune_of_today(
    code: str, name: str, commune: str, gazetteer: Gazetteer
) -> None:
    row = gazetteer.locality(code, name)
    assert row is not None
    assert row.commune == commune


def test_names_are_written_as_in_belgium(gazetteer: Gazetteer) -> None:
    assert "Braine-l'Alleud" in gazetteer.communes()
    assert gazetteer.locality("7903", "chapelle a oie") is not None
    assert tidy_name("Ottignies-Louvain-La-Neuve") == "Ottignies-Louvain-la-Neuve"
    assert tidy_name("Mont-De-L'Enclus") == "Mont-de-l'Enclus"
    assert tidy_name("La Hulpe") == "La Hulpe"


def test_a_commune_is_known_whatever_its_accents_and_case(gazetteer: Gazetteer) -> None:
    assert gazetteer.province_of("eghezee") == "Namur"
    with pytest.raises(KeyError):
        gazetteer.commune_centre("Atlantide")


def test_flemish_and_unknown_postcodes_have_no_commune_of_ours(gazetteer: Gazetteer) -> None:
    assert gazetteer.commune_of_postcode("9000") is None
    assert gazetteer.commune_of_postcode("0000") is None


# --- Finding ---------------------------------------------------------------------------------------

# (what is typed, the commune of the first candidate)
COMMUNES = [
    ("Namur", "Namur"),
    ("NAMUR", "Namur"),
    ("namur centre", "Namur"),
    ("Namur ville", "Namur"),
    ("à Namur", "Namur"),
    ("près de Namur", "Namur"),
    ("j'habite à Namur", "Namur"),
    ("dans le coin de Huy", "Huy"),
    ("du côté de Huy", "Huy"),
    ("région de Mons", "Mons"),
    ("commune de Wanze", "Wanze"),
    ("c'est Huy", "Huy"),
    ("andelècht", "Anderlecht"),
    ("anderlekt", "Anderlecht"),
    ("B-5000", "Namur"),
    ("b 5000", "Namur"),
    ("BE-5000", "Namur"),
    ("5000", "Namur"),
    ("5000 namur", "Namur"),
    ("Namur 5000", "Namur"),
    ("1000 Bruxelles", "Bruxelles"),
    ("1020 Bruxelles", "Bruxelles"),
    ("1080 bxl", "Molenbeek-Saint-Jean"),
    ("1348", "Ottignies-Louvain-la-Neuve"),
    ("5100 jambes", "Namur"),
    ("1190 Forest", "Forest"),
    ("7910 Forest", "Frasnes-lez-Anvaing"),
    ("6747 saint leger", "Saint-Léger"),
    ("7730 saint-léger", "Estaimpuis"),
    ("5561 Celles", "Houyet"),
    ("4900 spaa", "Spa"),
    ("4000 liége", "Liège"),
    ("4100 serein", "Seraing"),
    ("cinq mille trois cents", "Andenne"),
    ("la louviére", "La Louvière"),
    ("la louviere", "La Louvière"),
    ("lalouviere", "La Louvière"),
    ("louvière", "La Louvière"),
    ("LaLouve", "La Louvière"),
    ("Andene", "Andenne"),
    ("andennes", "Andenne"),
    ("charlerwa", "Charleroi"),
    ("charleroy", "Charleroi"),
    ("charlerois", "Charleroi"),
    ("moulembek", "Molenbeek-Saint-Jean"),
    ("molenbeek", "Molenbeek-Saint-Jean"),
    ("molen", "Molenbeek-Saint-Jean"),
    ("skarbek", "Schaerbeek"),
    ("scharbeek", "Schaerbeek"),
    ("ucle", "Uccle"),
    ("etterbek", "Etterbeek"),
    ("ixel", "Ixelles"),
    ("marsh en famenne", "Marche-en-Famenne"),
    ("Marche", "Marche-en-Famenne"),
    ("louvin la neuve", "Ottignies-Louvain-la-Neuve"),
    ("LLN", "Ottignies-Louvain-la-Neuve"),
    ("Ottignies-LLN", "Ottignies-Louvain-la-Neuve"),
    ("otigny", "Ottignies-Louvain-la-Neuve"),
    ("Ottignies", "Ottignies-Louvain-la-Neuve"),
    ("Jemeppe s/ Sambre", "Jemeppe-sur-Sambre"),
    ("jemeppe sur sambre", "Jemeppe-sur-Sambre"),
    ("jemeppe sur meuse", "Seraing"),
    ("st gilles", "Saint-Gilles"),
    ("st. gilles", "Saint-Gilles"),
    ("Sint-Gillis", "Saint-Gilles"),
    ("st josse", "Saint-Josse-ten-Noode"),
    ("saint josse ten node", "Saint-Josse-ten-Noode"),
    ("ste ode", "Sainte-Ode"),
    ("court st etienne", "Court-Saint-Étienne"),
    ("mont st guibert", "Mont-Saint-Guibert"),
    ("braine l alleud", "Braine-l'Alleud"),
    ("braine lalleud", "Braine-l'Alleud"),
    ("BLA", "Braine-l'Alleud"),
    ("fontaine leveque", "Fontaine-l'Évêque"),
    ("pont a celles", "Pont-à-Celles"),
    ("grez doiceau", "Grez-Doiceau"),
    ("écaussinnes", "Écaussinnes"),
    ("ecaussine", "Écaussinnes"),
    ("Eghezée", "Éghezée"),
    ("eghezee", "Éghezée"),
    ("bel oeil", "Beloeil"),
    ("le roeulx", "Le Roeulx"),
    ("Le Rœulx", "Le Roeulx"),
    ("bievre", "Bièvre"),
    ("kievrain", "Quiévrain"),
    ("filipville", "Philippeville"),
    ("stavlo", "Stavelot"),
    ("moucron", "Mouscron"),
    ("tournay", "Tournai"),
    ("nzmur", "Namur"),
    ("charlerou", "Charleroi"),
    ("waterlo", "Waterloo"),
    ("wawre", "Wavre"),
    ("nivelle", "Nivelles"),
    ("gemblou", "Gembloux"),
    ("soigny", "Soignies"),
    ("verviés", "Verviers"),
    ("vervier", "Verviers"),
    ("bastonye", "Bastogne"),
    ("arlont", "Arlon"),
    ("dinan", "Dinant"),
    ("siney", "Ciney"),
    ("flemal", "Flémalle"),
    ("quaregnion", "Quaregnon"),
    ("chatelet", "Châtelet"),
    ("peruwelz", "Péruwelz"),
    ("BXL", "Bruxelles"),
    ("Brux", "Bruxelles"),
    ("bruxel", "Bruxelles"),
    ("Brussel", "Bruxelles"),
    ("Brussels", "Bruxelles"),
    ("Lg", "Liège"),
    ("Lîdje", "Liège"),
    ("Luik", "Liège"),
    ("Lüttich", "Liège"),
    ("liege", "Liège"),
    ("Bergen", "Mons"),
    ("Doornik", "Tournai"),
    ("Namen", "Namur"),
    ("Waver", "Wavre"),
    ("Nijvel", "Nivelles"),
    ("Elsene", "Ixelles"),
    ("Oudergem", "Auderghem"),
    ("Ukkel", "Uccle"),
    ("Vorst", "Forest"),
    ("Sint-Jans-Molenbeek", "Molenbeek-Saint-Jean"),
    ("'s-Gravenbrakel", "Braine-le-Comte"),
    ("Kelmis", "La Calamine"),
    ("Sankt Vith", "Saint-Vith"),
    ("Büllingen", "Bullange"),
    ("Aat", "Ath"),
    ("Hoei", "Huy"),
    ("Jambes", "Namur"),
    ("Jambes, Namur", "Namur"),
    ("Jambes (Namur)", "Namur"),
    ("jambes namur", "Namur"),
    ("Forest (Bruxelles)", "Forest"),
    ("forest bxl", "Forest"),
    ("Celles en Hainaut", "Celles"),
    ("saint-léger dans le hainaut", "Estaimpuis"),
    ("Neufchâteau province de Luxembourg", "Neufchâteau"),
    ("st nicolas liege", "Saint-Nicolas"),
    ("remouchamps", "Aywaille"),
    ("Libramont", "Libramont-Chevigny"),
    ("la roche", "La Roche-en-Ardenne"),
    ("Liège-Guillemins", "Liège"),
    ("gare des guillemins", "Liège"),
    ("Bruxelles-Midi", "Saint-Gilles"),
    ("gare du midi", "Saint-Gilles"),
    ("Cureghem", "Anderlecht"),
    ("Flagey", "Ixelles"),
    ("Matongé", "Ixelles"),
    ("les Marolles", "Bruxelles"),
    ("Sart-Tilman", "Liège"),
    ("Droixhe", "Liège"),
    ("Woluwé", "Woluwe-Saint-Lambert"),
    ("W-S-L", "Woluwe-Saint-Lambert"),
    ("noirfontaine", "Bouillon"),
    ("Ans", "Ans"),
    ("ath", "Ath"),
    ("spa", "Spa"),
    ("on", "Marche-en-Famenne"),
    ("d'Ottignies", "Ottignies-Louvain-la-Neuve"),
    ("namur 🙂", "Namur"),
    ("la briyere", "La Bruyère"),
    ("fosse la ville", "Fosses-la-Ville"),
]

NOTHING = [
    "oui",
    "non",
    "bonjour",
    "merci",
    "je ne sais pas",
    "jsp",
    "crèche",
    "une crèche",
    "chez moi",
    "à la maison",
    "n'importe où",
    "peu importe",
    "partout",
    "pas loin",
    "2 ans",
    "18 mois",
    "demain",
    "mercredi",
    "mon fils",
    "à table",
    "forêt profonde",
    "plombier",
    "maman",
    "qsdfqsdf",
    "azertyuiop",
    "aaaaaaaa",
    "12345",
    "0470 12 34 56",
    "0999",
    "Kinshasa",
    "Casablanca",
    "Alep",
    "Kaboul",
    "Bucarest",
    "Maroc",
    "🤷",
    "",
    "   ",
    "?",
    "-",
    "...",
]


@pytest.mark.parametrize(("text", "commune"), COMMUNES)
def test_the_commune_meant_comes_first(text: str, commune: str, gazetteer: Gazetteer) -> None:
    found = gazetteer.find(text)
    assert found, text
    assert found[0].commune == commune


@pytest.mark.parametrize("text", NOTHING)
def test_what_is_no_place_finds_nothing(text: str, gazetteer: Gazetteer) -> None:
    assert gazetteer.find(text) == ()


@pytest.mark.parametrize(
    ("text", "kind", "nom"),
    [
        ("Namur", "commune", "Namur"),
        ("Jambes", "localite", "Jambes (Namur)"),
        ("5000", "code_postal", "5000 Namur"),
        ("1348", "code_postal", "1348 Louvain-la-Neuve (Ottignies-Louvain-la-Neuve)"),
        ("Droixhe", "quartier", "Droixhe (Liège)"),
        ("province de Namur", "province", "province de Namur"),
        ("Hainaut", "province", "province du Hainaut"),
        ("BW", "province", "Brabant wallon"),
        ("Borinage", "region", "Borinage"),
        ("Gand", "hors_zone", "Gand (Flandre)"),
        ("Gent", "hors_zone", "Gand (Flandre)"),
        ("9000", "hors_zone", "9000 Gand (Flandre)"),
        ("2000", "hors_zone", "2000 Anvers (Flandre)"),
        ("3000", "hors_zone", "3000 Louvain (Flandre)"),
        ("Hal", "hors_zone", "Hal (Flandre)"),
        ("Vilvoorde", "hors_zone", "Vilvorde (Flandre)"),
        ("Lille", "hors_zone", "Lille (France)"),
        ("Grand-Duché", "hors_zone", "Luxembourg (Grand-Duché)"),
        ("Aachen", "hors_zone", "Aix-la-Chapelle (Allemagne)"),
        ("France", "hors_zone", "France"),
    ],
)
def test_a_candidate_says_what_kind_of_place_it_is(
    text: str, kind: str, nom: str, gazetteer: Gazetteer
) -> None:
    first = gazetteer.find(text)[0]
    assert (first.kind, first.nom) == (kind, nom)
    assert (first.commune is None) == (kind in ("province", "region", "hors_zone"))


AMBIGUOUS = [
    ("Forest", {"Forest", "Frasnes-lez-Anvaing"}),
    ("Saint-Léger", {"Saint-Léger", "Estaimpuis"}),
    ("Celles", {"Celles", "Faimes", "Houyet"}),
    ("Saint-Remy", {"Blegny", "Chimay"}),
    ("Clermont", {"Thimister-Clermont", "Walcourt"}),
    ("Neufchâteau", {"Neufchâteau", "Dalhem"}),
    ("Longchamps", {"Bastogne", "Éghezée"}),
    ("Arbre", {"Ath", "Profondeville"}),
    ("Noville", {"Bastogne", "Fexhe-le-Haut-Clocher"}),
    ("Mont", {"Houffalize", "Yvoir"}),
    ("Bellefontaine", {"Bièvre", "Tintigny"}),
    ("Porcheresse", {"Daverdisse", "Havelange"}),
    ("Jeneffe", {"Donceel", "Havelange"}),
    ("Saint-Nicolas", {"Saint-Nicolas", None}),
    ("Louvain", {"Ottignies-Louvain-la-Neuve", None}),
    ("Braine", {"Braine-l'Alleud", "Braine-le-Château", "Braine-le-Comte"}),
    ("Jemeppe", {"Jemeppe-sur-Sambre", "Seraing"}),
    ("Luxembourg", {None}),
    ("1000 Namur", {"Bruxelles", "Namur"}),
]


@pytest.mark.parametrize(("text", "communes"), AMBIGUOUS)
def test_places_of_one_name_far_apart_are_all_offered(
    text: str, communes: set[str | None], gazetteer: Gazetteer
) -> None:
    found = gazetteer.find(text)
    assert communes <= {place.commune for place in found}
    assert is_ambiguous(found)


@pytest.mark.parametrize("text", ["Namur", "Liège", "Woluwe", "Ehein", "Polleur", "5000", "Boussu"])
def test_one_place_or_places_close_by_need_no_question(text: str, gazetteer: Gazetteer) -> None:
    assert not is_ambiguous(gazetteer.find(text))


def test_the_commune_of_saint_nicolas_comes_before_the_flemish_town(gazetteer: Gazetteer) -> None:
    assert [place.kind for place in gazetteer.find("Saint-Nicolas")][:2] == ["commune", "hors_zone"]


def test_a_commune_and_its_own_locality_are_one_candidate(gazetteer: Gazetteer) -> None:
    assert len(gazetteer.find("Charleroi")) == 1


def test_an_exact_name_scores_one_and_a_misspelt_one_less(gazetteer: Gazetteer) -> None:
    assert gazetteer.find("Andenne")[0].score == 1.0
    assert 0.75 < gazetteer.find("Andene")[0].score < 1.0


def test_find_gives_at_most_the_number_asked(gazetteer: Gazetteer) -> None:
    assert len(gazetteer.find("Villers", limit=3)) == 3
    assert gazetteer.find("Namur", limit=0) == ()


def test_is_ambiguous_looks_at_scores_and_distance() -> None:
    near = Candidate("A", "commune", "A", "Namur", None, 50.0, 5.0, 1.0)
    far = Candidate("B", "commune", "B", "Namur", None, 50.5, 5.0, 1.0)
    weak = Candidate("C", "commune", "C", "Namur", None, 50.5, 5.0, 0.8)
    assert is_ambiguous([near, far])
    assert not is_ambiguous([near, weak])
    assert not is_ambiguous([near, far], km=100)
    assert not is_ambiguous([])


def test_distance_between_namur_and_liege_is_about_53_km(gazetteer: Gazetteer) -> None:
    namur, liege = gazetteer.commune_centre("Namur"), gazetteer.commune_centre("Liège")
    assert distance_km(*namur, *liege) == pytest.approx(53, abs=3)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("cinq mille cent", (5100, 3)),
        ("mille quatre cents", (1400, 3)),
        ("quatre mille vingt", (4020, 3)),
        ("sept mille", (7000, 2)),
        ("six mille neuf cent vingt et un", (6921, 7)),
        ("deux enfants", None),
        ("cent", None),
    ],
)
def test_a_postcode_written_out_is_a_number(words: str, expected: tuple[int, int] | None) -> None:
    assert spelt_number(words.split()) == expected


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("otigny", "ottignies"),
        ("bouyon", "bouillon"),
        ("kievrain", "quievrain"),
        ("seren", "seraing"),
    ],
)
def test_names_that_sound_alike_have_the_same_sound(one: str, other: str) -> None:
    assert phonetic(one)[:3] == phonetic(other)[:3]


NEIGHBOURS = {
    "a": "zq", "z": "aes", "e": "zrd", "r": "etf", "t": "ryg", "y": "tuh", "u": "yij", "i": "uok",
    "o": "ipl", "p": "om", "q": "asw", "s": "qdz", "d": "sfe", "f": "dgr", "g": "fht", "h": "gjy",
    "j": "hku", "k": "jli", "l": "kmo", "m": "lp", "w": "qx", "x": "wc", "c": "xv", "v": "cb",
    "b": "vn", "n": "b",
}  # fmt: skip


def misspelt(name: str, how: str, chance: random.Random) -> str:
    """``name`` with one fault of the kind ``how``; never in its first letter."""
    text = fold(name)
    place = chance.choice([i for i, letter in enumerate(text) if letter.isalpha() and i > 0])
    letter = text[place]
    if how == "neighbour":
        return text[:place] + chance.choice(NEIGHBOURS[letter]) + text[place + 1 :]
    if how == "dropped":
        return text[:place] + text[place + 1 :]
    if how == "doubled":
        return text[:place] + letter + text[place:]
    place = min(place, len(text) - 2)
    return text[:place] + text[place + 1] + text[place] + text[place + 2 :]


@pytest.mark.parametrize(
    ("how", "right"), [("neighbour", 0.93), ("dropped", 0.89), ("doubled", 0.97), ("swapped", 0.94)]
)
def test_a_commune_with_one_typing_error_is_found_and_never_silently_another(
    how: str, right: float, gazetteer: Gazetteer
) -> None:
    chance = random.Random(20260101)
    good = wrong = 0
    for commune in gazetteer.communes():
        found = gazetteer.find(misspelt(commune, how, chance))
        if found and found[0].commune == commune:
            good += 1
        elif found and not is_ambiguous(found):
            wrong += 1
    count = len(gazetteer.communes())
    assert good / count >= right
    assert wrong / count <= 0.015


def test_missing_accents_and_hyphens_never_matter(gazetteer: Gazetteer) -> None:
    for commune in gazetteer.communes():
        bare = unicodedata.normalize("NFKD", commune).encode("ascii", "ignore").decode()
        for text in (bare.replace("-", " ").lower(), bare.upper(), fold(commune).replace(" ", "")):
            assert gazetteer.find(text)[0].commune == commune, text


@settings(max_examples=400, deadline=None)
@given(st.text(max_size=1000), st.integers(min_value=0, max_value=10))
def test_any_text_gives_candidates_and_never_an_error(
    gazetteer: Gazetteer, text: str, limit: int
) -> None:
    found = gazetteer.find(text, limit)
    assert len(found) <= limit
    assert all(0 <= place.score <= 1 for place in found)
    assert [place.score for place in found] == sorted((p.score for p in found), reverse=True)


# --- Broken files ----------------------------------------------------------------------------------


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    folder = tmp_path / "geographie"
    shutil.copytree(FOLDER, folder)
    return folder


def replaced(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


@pytest.mark.parametrize(
    ("file", "old", "new", "message"),
    [
        ("localites.csv", "50.8504", "50,8504", "localites.csv, ligne 2"),
        ("localites.csv", "50.8504,4.3488", "4.3488,50.8504", "inversées"),
        ("localites.csv", "code_postal,", "cp,", "localites.csv, ligne 1"),
        ("localites.csv", "1000,", "100,", "code postal"),
        ("communes.csv", "Hainaut,7500", "Hainaut,7500 5000", "déjà"),
        ("communes.csv", "Schaerbeek,Bruxelles-Capitale", "Schaerbeek,Bruxelle", "province"),
        (
            "alias.yml",
            "{lieu: Schaerbeek, noms: [Schaarbeek]}",
            "{lieu: Skaerbeek}",
            "alias.yml, ligne",
        ),
        ("alias.yml", "{lieu: Schaerbeek, noms:", "{lieux: Schaerbeek, noms:", "alias.yml, ligne"),
        ("alias.yml", "- section: Noms allemands", "- [section: Noms allemands", "alias.yml"),
    ],
)
def test_a_broken_file_is_named_with_its_line(
    file: str, old: str, new: str, message: str, copy: Path
) -> None:
    replaced(copy / file, old, new)
    with pytest.raises(GeographyError, match=message):
        Gazetteer.load(copy)


@pytest.mark.parametrize(
    "file", ["communes.csv", "localites.csv", "hors_zone.csv", "alias.yml", "mots.txt"]
)
def test_a_missing_file_is_named(file: str, copy: Path) -> None:
    (copy / file).unlink()
    with pytest.raises(GeographyError, match=file):
        Gazetteer.load(copy)


# --- Building --------------------------------------------------------------------------------------


def test_the_shipped_files_are_sorted_and_have_one_line_each() -> None:
    with (FOLDER / "localites.csv").open(encoding="utf-8", newline="") as stream:
        rows = [(row["code_postal"], fold(row["nom"])) for row in csv.DictReader(stream)]
    assert rows == sorted(set(rows))


def test_catalogue_is_no_python_package() -> None:
    assert not list((FOLDER.parent).rglob("__init__.py"))


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """A GeoNames file with the shipped localities, before correction."""
    lines = [
        {
            "country_code": "FR",
            "postal_code": "59000",
            "city": "Lille",
            "state": "Hauts-de-France",
            "latitude": 50.6,
            "longitude": 3.0,
        }
    ]
    wrong = {
        item.nouveau_nom: item.nom
        for item in read_corrections(FOLDER / "corrections.yml").corrections
    }
    with (FOLDER / "localites.csv").open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            if row["nom"] == "Ham-sur-Heure-Nalinnes":
                continue
            lines.append(
                {
                    "country_code": "BE",
                    "postal_code": row["code_postal"],
                    "city": wrong.get(row["nom"], row["nom"]),
                    "state": "Wallonie",
                    "latitude": float(row["lat"]),
                    "longitude": float(row["lon"]),
                }
            )
    flemish = {"postal_code": "9000", "city": "Gent", "state": "Vlaanderen"}
    lines.append({"country_code": "BE", **flemish, "latitude": 51.05, "longitude": 3.72})
    path = tmp_path / "geonames.jsonl.gz"
    with gzip.open(path, "wt", encoding="utf-8") as stream:
        stream.writelines(json.dumps(line) + "\n" for line in lines)
    return path


def test_building_twice_gives_the_same_bytes(source: Path, copy: Path) -> None:
    first = build(copy, source)
    written = (copy / "localites.csv").read_bytes()
    second = build(copy, source)
    assert (copy / "localites.csv").read_bytes() == written
    assert first == second
    assert (first.communes, first.localities, first.outside_postcodes) == (280, 1600, 1)


def test_a_correction_that_matches_nothing_is_refused(copy: Path) -> None:
    corrections = read_corrections(copy / "corrections.yml")
    with pytest.raises(GeographyError, match="n'est pas dans GeoNames"):
        corrected([], corrections)


def test_a_postcode_without_a_commune_stops_the_build(source: Path, copy: Path) -> None:
    replaced(copy / "communes.csv", "Jette,Bruxelles-Capitale,1090\n", "")
    with pytest.raises(GeographyError, match="1090"):
        build(copy, source)


def test_every_correction_gives_its_reason_and_source() -> None:
    corrections = read_corrections(FOLDER / "corrections.yml")
    for item in (*corrections.corrections, *corrections.ajouts):
        assert item.raison
        assert item.source
