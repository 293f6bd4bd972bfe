"""What a message takes back is found, and nothing else."""

from __future__ import annotations

import pytest

from bot.nlu.need_classifier import refused_words, withdrawn_words
from bot.nlu.text import normalize


@pytest.mark.parametrize(
    ("message", "withdrawn"),
    [
        ("laissez tomber la crèche", "la creche"),
        ("Laisse tomber le français, je veux juste souffler", "le francais"),
        ("oubliez la crèche mais pas le reste", "la creche"),
        ("je n'ai plus besoin d'une gardienne", "une gardienne"),
        ("finalement pas de cours de français", "de cours de francais"),
        ("le psy, j'en veux pas", "le psy"),
        ("la ludothèque tant pis", "la ludotheque"),
        ("les habits c'est réglé", "les habits"),
        ("la crèche, barrez", "la creche"),
        ("rayez la crèche", "la creche"),
        ("ni psy ni cpas", "psy ni cpas"),
        ("je n'ai ni famille ni amis ici", None),
        ("je suis seule et je ne connais personne", None),
        ("je veux pas rester seule", None),
        ("merci", None),
    ],
)
def test_only_what_is_withdrawn_is_taken(message: str, withdrawn: str | None) -> None:
    assert withdrawn_words(normalize(message)) == withdrawn


@pytest.mark.parametrize(
    ("message", "refused"),
    [
        ("non en fait c'est pas une crèche que je veux", "une creche"),
        ("c juste pdt les cours hein pa une creche", "une creche"),
        ("non, pas la crèche", "la creche"),
        ("je cherche pas un lieu de rencontre", "un lieu de rencontre"),
        ("ils ne veulent pas d'un placement", "d'un placement"),
        ("pour le français c'est bon, j'ai trouvé", "le francais"),
        ("je n'ai pas de crèche", None),
        ("je ne parle pas le français", None),
        ("je veux pas la laisser seule", None),
        ("non, pas Namur, Dinant", None),
    ],
)
def test_what_the_message_is_not_about_is_found(message: str, refused: str | None) -> None:
    assert refused_words(normalize(message)) == refused
