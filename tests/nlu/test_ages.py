"""How old the children are: what is an age, of whom, and what only looks like one."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.nlu.ages import find_ages, fold, number_value, ordinal_value

TODAY = dt.date(2026, 3, 11)


def months(text: str) -> list[float]:
    return [mention.mois for mention in find_ages(text, TODAY)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("18 mois", 18),
        ("18m", 18),
        ("26mois", 26),
        ("1 an", 12),
        ("1an", 12),
        ("un an", 12),
        ("2ans", 24),
        ("24 mois svp", 24),
        ("ENFANT DE 4 ANS", 48),
        ("il a 2 ans", 24),
        ("elle a 9 mois", 9),
        ("mon fils a 2a", 24),
        ("deux ans et demi", 30),
        ("2 ans 1/2", 30),
        ("2ans1/2", 30),
        ("2½ ans", 30),
        ("mes jumelles de 3 ans ½", 42),
        ("2,5 ans", 30),
        ("2.5 ans", 30),
        ("il a 4 mois et demi", 4.5),
        ("un an et 3 mois", 15),
        ("1 ans et 4mois", 16),
        ("j'ai un petit garçon de 2ans et 3mois", 27),
        ("dix-huit mois", 18),
        ("vingt et un mois", 21),
        ("trente-quatre mois", 34),
        ("il a quatre ans passés", 48),
        ("trois ans et des poussières", 36),
        ("environ quinze mois", 15),
        ("à peu près 2 ans, on n'a pas sa date exacte", 24),
        ("âge : 19 mois", 19),
        ("elle est âgée de 4 ans", 48),
        ("il a un an et demi passé", 18),
        ("ma fille a plus de deux ans", 24),
        ("mon fils Lucas, 3 ans, ne parle pas", 36),
        ("Mon fils (2 ans) ne parle pas", 24),
        ("papa d'une puce de 15 mois", 15),
        ("ma puce de dix mois hurle dès que je sors", 10),
        ("un petit bonhomme d'un an à Huy", 12),
        ("un bébé d'un mois", 1),
        ("à 18 mois il montre du doigt mais aucun mot ne sort", 18),
        ("le petit dit trois mots à deux ans, c'est un retard ?", 24),
        ("diarrhée depuis hier, 14 mois, il boit bien quand même", 14),
        ("je garde ma petite-fille de 10 mois", 10),
        ("classe-moi ça pour mon filleul, neuf ans", 108),
        ("mon ado de 14 ans", 168),
        ("mon fils de 13 ans et demi ne veut plus aller à l'école", 162),
        ("j'habite ici depuis 3 ans et mon fils a 5 ans", 60),
        ("elle n'a que six ans", 72),
        ("marionnettes et histoires pour 2 ans et demi", 30),
    ],
)
def test_the_age_of_a_child_is_read_in_months(text: str, expected: float) -> None:
    assert months(text) == [pytest.approx(expected)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2 an et dmi", 30),
        ("2 ans et dmi", 30),
        ("mon fils de 2ans é dmi", 30),
        ("mn fis a 2 ens et dmi", 30),
        ("1an et dmi", 18),
        ("dizuit mois", 18),
        ("il a dix neuf mois", 19),
        ("vin mois", 20),
        ("18 moi", 18),
        ("el a 7 moi", 7),
        ("ila 20 mois", 20),
        ("un ans", 12),
        ("il a deux année", 24),
        ("3 ans garcon", 36),
        ("mon bebe il a sinq mois", 5),
        ("ma fille a quattre ans", 48),
        ("moi fils 4 ans", 48),
        ("fils moi 3 ans", 36),
        ("moi bébé 1 mois seulement", 1),
        ("mon enfant il est 9 mois", 9),
        ("deuuuux ans", 24),
        ("mon bebe 7 mois", 7),
        ("jé bsoin dune gardiène pr mon fis de 1an", 12),
        ("mon fils a 18 mios", 18),
        ("elle a ttois ans", 36),
        ("encente de 5 mois", -4),
    ],
)
def test_misspelt_and_learners_ages_are_read(text: str, expected: float) -> None:
    assert months(text) == [pytest.approx(expected)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("10 jours", 0),
        ("à peine 12 jours", 0),
        ("une semaine à peine", 0),
        ("trois semaines", 0),
        ("nouveau-né", 0),
        ("un nouveau né à la maison", 0),
        ("il vient de naître", 0),
        ("je viens d'accoucher", 0),
        ("0 mois, il est encore à la maternité", 0),
        ("8 semaines", 1.8),
        ("un bébé de 5 semaines", 1.1),
        ("septante-deux jours", 2.4),
        ("deux mois et trois semaines", 2.7),
        ("le nombril suinte encore à 3 semaines", 0),
    ],
)
def test_days_and_weeks_are_turned_into_months(text: str, expected: float) -> None:
    assert months(text) == [pytest.approx(expected, abs=0.05)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("bientôt un an", 11),
        ("bientôt 3 ans", 35),
        ("presque 2 ans", 23),
        ("il va avoir 2 ans", 23),
        ("elle va sur ses trois ans", 35),
        ("elle n'a pas encore 3 ans", 35),
        ("mon garçon a pas encore 1 an", 11),
        ("elle fête ses 6 ans samedi", 71),
        ("à la fin du mois elle fête son premier anniversaire", 11),
        ("il aura deux ans en mai", 21),
        ("mon fils aura 18 mois en mai", 15),
        ("ma fille fêtera ses 4 ans le 20 mars", 47),
        ("dans deux mois il aura trois ans", 34),
        ("elle aura 3 ans dans 4 mois", 32),
        ("il vient d'avoir un an", 12),
        ("Mon fils vient de fêter ses 2 ans", 24),
        ("entre 2 et 3 ans", 30),
        ("dans sa deuxième année", 18),
        ("notre petit Noah souffle sa première bougie dans deux semaines", 11),
        ("mon enfant a trois ans dans 2 semaines", 35),
    ],
)
def test_a_birthday_to_come_is_counted_back_to_today(text: str, expected: float) -> None:
    assert months(text) == [pytest.approx(expected)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("4 et 6 ans", [48, 72]),
        ("2, 4 et 7 ans", [24, 48, 84]),
        ("de deux et cinq ans", [24, 60]),
        ("j'en ai deux, 4 et 6 ans", [48, 72]),
        ("j'en ai trois : 1 an, 3 ans et 8 ans", [12, 36, 96]),
        ("mes enfants ont 4 ans et 18 mois", [48, 18]),
        ("g 2 enfants 3ans et 10mois", [36, 10]),
        ("maman de deux enfants (4 ans et 8 mois)", [48, 8]),
        ("4a et 2a", [48, 24]),
        ("le grand a 7 ans, le petit 2", [84, 24]),
        ("mon aîné a 12 ans, la cadette 10", [144, 120]),
        ("le plus jeune a un an et le plus vieux neuf", [12, 108]),
        ("6 ans maximum la consultation ? le mien en a 5 et demi", [66]),
        ("j'ai 20 ans ma fille en a 2", [24]),
        ("un garçon de 5 ans et une fille de 11 mois", [60, 11]),
        ("les jumeaux ont 14 mois", [14]),
        ("les jumeaux ont 1 an et 3 mois", [15]),
        ("non pas 2 ans, 2 mois", [2]),
        ("pardon elle a 4 ans, pas 14", [48]),
    ],
)
def test_each_child_has_its_age(text: str, expected: list[float]) -> None:
    assert months(text) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("enceinte de 5 mois", -4),
        ("jsuis enceinte de 7mois", -2),
        ("enceinte de 20 semaines", -4.6),
        ("enceinte 32 semaines", -1.8),
        ("32 SA et toujours inscrite nulle part", -1.8),
        ("enceinte de mon deuxième, 6 mois", -3),
        ("je suis à six mois de grossesse", -3),
        ("j'en suis à 20 semaines", -4.6),
        ("je suis au 8e mois de grossesse", -1.5),
        ("je suis à sept mois, il faut commencer par quoi", -2),
        ("une résidente en est à dix-neuf semaines", -4.8),
        ("streptocoque, frottis à 36 semaines, qui le fait", -0.9),
        ("j'accouche dans 2 mois", -2),
        ("dans trois mois je deviens maman", -3),
        ("plus que deux mois avant la naissance", -2),
        ("mon terme c'est dans 3 semaines", -0.7),
        ("c'est prévu pour mai", -2.1),
        ("bébé attendu pour fin avril", -1.5),
        ("j'attends un bébé pour juin", -3.2),
        ("terme prévu le 14 août", -5.1),
        ("zéro, elle naît en décembre", -9.2),
        ("mon bébé doit arriver mi-avril", -1.1),
        ("ma belle-fille est à son huitième mois", -1.5),
        ("pas encore né", -1),
        ("enceinte de 9 mois", -0.5),
    ],
)
def test_a_child_to_be_born_has_a_negative_age(text: str, expected: float) -> None:
    assert months(text) == [pytest.approx(expected, abs=0.05)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("née en mars 2025", [11]),
        ("né le 12/03/2024", [23]),
        ("né le 11/03/2024", [24]),
        ("né le 01.09.2023", [30]),
        ("date de naissance : 14/06/2023", [32]),
        ("né le 12 avril 2024", [22]),
        ("il est né en août", [6]),
        ("née en juin de l'année passée", [8]),
        ("ne le 3 mars", [0]),
        ("il est né hier", [0]),
        ("le bébé est né il y a quinze jours", [0]),
        ("ça fait 10 jours que bébé est né", [0]),
        ("j'ai accouché il y a 5 mois", [5]),
        ("né en 2023", [32]),
        ("mon fils est de 2024", [20]),
        ("elle est de septembre 2024", [17]),
        ("mes enfants sont nés en 2019 et 2022", [80, 44]),
        ("ma fille est née en 2022 et mon fils en 2024", [44, 20]),
    ],
)
def test_a_birth_date_gives_the_age_of_today(text: str, expected: list[float]) -> None:
    assert months(text) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("il rentre en maternelle", 30),
        ("elle entre en accueil en septembre", 30),
        ("classe d'accueil", 30),
        ("première maternelle", 30),
        ("en 2e maternelle", 48),
        ("il est en troisième maternelle", 60),
        ("elle est en première primaire", 72),
        ("il est en primaire", 72),
        ("3e primaire", 96),
        ("bulletin catastrophique en P5", 120),
        ("la grande vient d'entrer en secondaire", 144),
        ("vaccination HPV en deuxième secondaire", 156),
        ("mon fils est en rhéto", 204),
    ],
)
def test_a_class_gives_the_youngest_age_of_its_pupils(text: str, expected: float) -> None:
    assert months(text) == [expected]


@pytest.mark.parametrize(
    "text",
    [
        "j'ai 34 ans",
        "à mes 28 ans",
        "maman de 19 ans",
        "maman 32 ans",
        "papy 70 ans",
        "je suis une ado de 17 ans",
        "je suis un papa de 45 ans",
        "jeune maman de 18 ans",
        "maman ado 16 ans",
        "g 17 ans",
        "jai 14 ans et jme sens mal chez mon père",
        "moi 17 ans",
        "on a 17 ans tous les deux",
        "À 17 ans avec un bébé j'ai perdu tous mes potes",
        "mon copain a 17 ans",
        "ma mère a 70 ans",
        "60 ans, prépensionné",
        "septante et un ans",
        "mamie de 62 ans je garde mes petits-enfants",
        "je suis née en 1990",
        "je suis née en mars 2008",
        "ado",
    ],
)
def test_the_age_of_an_adult_or_of_the_writer_is_left_out(text: str) -> None:
    assert months(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "je suis seule depuis 3 mois",
        "on attend une place depuis plus d'un an",
        "pendant 2 ans",
        "il y a 6 mois",
        "arrivé en Belgique il y a 2 ans",
        "marié depuis 5 ans",
        "j'ai été mariée 12 ans",
        "séparée depuis 2 ans",
        "en congé jusque dans 4 mois",
        "je reprends dans 3 semaines",
        "une place dans 6 mois",
        "dans un an je déménage",
        "le rendez-vous est dans trois semaines",
        "liste d'attente de 8 mois",
        "la crèche communale a deux ans d'attente",
        "la liste d'attente est de 18 mois",
        "trois mois de retard de loyer",
        "un préavis de 3 mois",
        "contrat de 6 mois",
        "un CDD de six semaines",
        "je fais une formation de 6 mois",
        "ma formation dure 9 mois",
        "mon congé parental de 4 mois se termine",
        "un abonnement d'un an",
        "abonnement 12 mois",
        "24 mois de garantie",
        "dix ans d'expérience avec les enfants",
        "deux ans que je suis mère au foyer",
        "ça fait trois semaines qu'elle refuse le pot",
        "voilà un mois que je dors plus",
        "après neuf ans à la maison",
        "il me reste 2 mois",
        "on a 2 mois pour quitter l'appartement",
        "il est parti 6 mois à l'étranger",
        "nous devons deux mois au propriétaire",
        "notre famille est mutée à Mons pour trois ans",
        "en 2 ans je n'ai eu aucune réponse",
        "tous les 3 mois",
        "une semaine sur deux",
        "5 jours semaine",
        "3 jours par semaine",
        "mes enfants 8 jours chez moi, 8 jours chez lui",
        "5 jours d'essai comme ouvrier",
        "toutes les 3 semaines",
    ],
)
def test_a_duration_is_not_an_age(text: str) -> None:
    assert months(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "depuis ses 3 mois",
        "quand il avait 2 ans",
        "j'étais enceinte de 5 mois quand il est parti",
        "il parle de quitter la maison à ses dix-huit ans",
        "né à 34 semaines",
        "prématuré de 28 semaines",
        "j'ai perdu mon bébé à 5 mois de grossesse",
        "à partir de 3 ans",
        "jusqu'à 3 ans",
        "6 ans maximum la consultation ?",
        "les enfants de 0 à 3 ans",
        "activités pour les 3-6 ans",
        "les vaccins des 12 mois",
        "il met encore du 18 mois",
        "vêtements taille 6 ans",
        "ils ont deux ans d'écart",
        "avant la première maternelle",
        "enseignante en primaire à Binche",
        "j'ai arrêté en 3e secondaire",
        "on est rentrés de la maternité samedi",
        "3 enfants",
        "bébé de 4 kg",
        "250 euros par mois",
        "4 heures par semaine",
        "24h/24 et 7j/7",
        "12 rue des Anges",
        "à 200m de chez moi",
        "l'avenue du 11 novembre",
        "dis moi où aller",
        "j'en veux 2 moi aussi",
        "deux fois par semaine",
        "seule depius 3 mois",
        "ouvert toute l'année",
        "on ne prend plus personne avant janvier",
        "je ne sais pas",
        "",
    ],
)
def test_what_only_looks_like_an_age_is_left_out(text: str) -> None:
    assert months(text) == []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Bébé né à Liège, déjà ２ ans", "２ ans"),
        ("👶🏽 ma pêche a 18 mois 🎉", "18 mois"),
        ("ma sœur aînée, œuvre et cœur : 3 ans", "3 ans"),
        ("e\u0301le\u0301onore a deux anne\u0301es", "deux anne\u0301es"),
        ("il a bientôt un an", "bientôt un an"),
        ("elle a deuuux ans", "deuuux ans"),
        ("mon fils\u00a0: 2½\u202fans !", "2½\u202fans"),
        ("enceinte de 5 mois", "5 mois"),
        ("née en mars 2025", "en mars 2025"),
        ("il a 2 ans et demi.", "2 ans et demi"),
    ],
)
def test_the_offsets_are_those_of_the_text_as_typed(text: str, said: str) -> None:
    (mention,) = find_ages(text, TODAY)
    assert (mention.text, text[mention.start : mention.end]) == (said, said)


def test_a_list_gives_the_place_of_each_number() -> None:
    text = "mes filles ont 4 et 6 ans"
    assert [(m.start, m.text) for m in find_ages(text, TODAY)] == [(15, "4"), (20, "6 ans")]


def test_folding_keeps_one_place_for_each_letter() -> None:
    folded = fold("Où ? À l’ŒUVRE…")
    assert folded.plain == "ou ? a l'oeuvre..."
    assert folded.span(folded.plain.index("oeuvre"), folded.plain.index("oeuvre") + 6) == (9, 14)


@pytest.mark.parametrize(
    ("written", "value"),
    [("2,5", 2.5), ("septante-deux", 72), ("quatre-vingt-trois", 83), ("vingt et un", 21)],
)
def test_belgian_numbers_are_read(written: str, value: float) -> None:
    assert number_value(written) == value


def test_what_is_no_number_is_refused() -> None:
    with pytest.raises(ValueError, match="not a number"):
        number_value("beaucoup")


@pytest.mark.parametrize(("written", "value"), [("3e", 3), ("1re", 1), ("deuzieme", 2), ("2nd", 2)])
def test_ordinals_are_read(written: str, value: int) -> None:
    assert ordinal_value(written) == value


WORDS = """
2 3 un deux dix-huit ans an mois semaines jours et demi 1/2 ½ enceinte de à a le la né née en
mars 2024 12/03 bientôt aura dans il fils bébé , . ( primaire 2e première maternelle accouche
prévu pour j'ai 17 naissance hier
"""


@given(st.text(max_size=80))
def test_no_text_makes_it_fail(text: str) -> None:
    for mention in find_ages(text, TODAY):
        assert text[mention.start : mention.end] == mention.text != ""


@given(st.lists(st.sampled_from(WORDS.split()), max_size=14).map(" ".join))
def test_no_sequence_of_its_own_words_makes_it_fail(text: str) -> None:
    mentions = find_ages(text, TODAY)
    assert all(-10 <= mention.mois < 19 * 12 for mention in mentions)
    assert all(first.end <= second.start for first, second in pairwise(mentions))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2 mois. euh non, 4, je ne sais plus où j'ai la tête", [2, 4]),
        ("elle a 3 ans non pardon 4 et demi", [36, 54]),
        ("2 ans non plutôt 3", [24, 36]),
        ("mon fils a 2 ans, il dit non 4 fois par jour", [24]),
    ],
)
def test_a_number_said_instead_of_an_age_has_its_unit(text: str, expected: list[float]) -> None:
    assert [mention.mois for mention in find_ages(text, TODAY)] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("le fils de mon compagnon, 17 ans, ne nous parle plus", [204]),
        ("son père, 40 ans", []),
        ("vaccin de 12 mois, où faut-il aller ?", [12]),
        ("vous en avez un moin cher ?", []),
    ],
)
def test_the_age_is_that_of_the_child_named(text: str, expected: list[float]) -> None:
    assert [mention.mois for mention in find_ages(text, TODAY)] == expected
