"""Numbers, ages, distances and phones as people say them."""

from __future__ import annotations

import pytest

from bot.dialogue import french


@pytest.mark.parametrize(
    ("months", "said"),
    [
        (0, "la naissance"),
        (1, "1 mois"),
        (11, "11 mois"),
        (12, "1 an"),
        (18, "18 mois"),
        (24, "2 ans"),
        (30, "2 ans et demi"),
        (33, "2 ans et 9 mois"),
        (36, "3 ans"),
        (264, "22 ans"),
    ],
)
def test_an_age_reads_as_people_say_it(months: float, said: str) -> None:
    assert french.age(months) == said


@pytest.mark.parametrize(
    ("km", "said"), [(0.2, "moins de 1"), (1.0, "1"), (3.46, "3,5"), (9.96, "10"), (12.4, "12")]
)
def test_a_distance_reads_with_a_comma(km: float, said: str) -> None:
    assert french.distance(km) == said


@pytest.mark.parametrize(
    ("stored", "read"),
    [
        ("+3271924100", "071 92 41 00"),
        ("+3280030030", "0800 30 030"),
        ("+32486501353", "0486 50 13 53"),
        ("112", "112"),
    ],
)
def test_a_phone_number_reads_as_belgians_write_it(stored: str, read: str) -> None:
    assert french.phone(stored) == read


@pytest.mark.parametrize(
    ("name", "of", "at"),
    [
        ("Namur", "de Namur", "à Namur"),
        ("Andenne", "d'Andenne", "à Andenne"),
        ("Étalle", "d'Étalle", "à Étalle"),
        ("Huy", "de Huy", "à Huy"),
        ("La Louvière", "de La Louvière", "à La Louvière"),
        ("Le Rœulx", "du Rœulx", "au Rœulx"),
        ("Les Bons Villers", "des Bons Villers", "aux Bons Villers"),
        ("Yvoir", "d'Yvoir", "à Yvoir"),
    ],
)
def test_prepositions_agree_with_the_name_of_the_place(name: str, of: str, at: str) -> None:
    assert french.of_place(name) == of
    assert french.at_place(name) == at


def test_a_list_ends_with_and() -> None:
    assert french.listed(["a"]) == "a"
    assert french.listed(["a", "b", "c"]) == "a, b et c"
