"""Spelling is undone before anything is recognised."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.nlu.noise import NEIGHBOURS, add_typos, drop_accents, to_sms
from bot.nlu.text import normalize, strip_accents


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("Jsuis épuiséééé, jpp !!", "je suis epuise , j'en peux plus !"),
        ("g besoin d'1 creche pr mon bb", "j'ai besoin d'1 creche pour mon bebe"),
        ("l ecole de mon fils", "l'ecole de mon fils"),
        ("j’ai", "j'ai"),
        ("y'a qqn ?", "il y a quelqu'un ?"),
        ("bjr slt", "bonjour salut"),
        ("NOËL À L’ŒUVRE", "noel a l'oeuvre"),
        ("ouiiiii", "oui"),
        ("👍", "👍"),
        ("Привіт", "привіт"),
    ],
)
def test_what_is_typed_reads_as_plain_french(typed: str, read: str) -> None:
    assert normalize(typed) == read


def test_accents_change_nothing_of_what_is_read() -> None:
    sentence = "Ma fille épuisée a été gardée à Liège, où ça ?"
    assert normalize(sentence) == normalize(strip_accents(sentence))


@given(st.text(max_size=200))
def test_any_text_can_be_read_and_reading_twice_changes_nothing(text: str) -> None:
    once = normalize(text)
    assert normalize(once) == normalize(normalize(once))


def test_typos_fall_on_neighbouring_keys_of_an_azerty_keyboard() -> None:
    assert set(NEIGHBOURS["q"]) >= {"a", "z", "s", "w"}
    assert "p" not in NEIGHBOURS["q"]


def test_typos_are_the_same_for_the_same_seed() -> None:
    text = "je cherche une place pour mon enfant"
    noisy = [add_typos(text, 0.5, random.Random(3)) for _ in range(2)]
    assert noisy[0] == noisy[1]
    assert noisy[0] != text


def test_no_typo_is_made_at_rate_zero() -> None:
    assert add_typos("je cherche une place", 0.0, random.Random(0)) == "je cherche une place"


def test_sms_has_no_accents_nor_points() -> None:
    assert to_sms("Je suis épuisée.", random.Random(0), rate=0) == "je suis epuisee"


def test_dropping_accents_keeps_every_letter() -> None:
    assert drop_accents("épuisée à Noël") == "epuisee a Noel"
