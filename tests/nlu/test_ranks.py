"""Which place of the list is meant, and what « premier » or « dernier » says otherwise."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.nlu.ranks import find_ranks


def ranks(text: str) -> list[int]:
    return [mention.rang for mention in find_ranks(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("le premier", 1),
        ("le premier svp", 1),
        ("le 1er", 1),
        ("la 1ere", 1),
        ("premier", 1),
        ("le tout premier de la liste", 1),
        ("moi premier", 1),
        ("le deuxième", 2),
        ("le deuxieme me parait bien", 2),
        ("la 2e", 2),
        ("jprend le 2eme", 2),
        ("le second", 2),
        ("des trois, c'est le second qui me convient", 2),
        ("la deuxième adresse m'intéresse", 2),
        ("la troisième me plaît", 3),
        ("le troisième endroit", 3),
        ("3ème", 3),
        ("et le troisième c'est quoi comme endroit", 3),
        ("qui s'occupe des enfants dans le deuxième ?", 2),
        ("le deuxième que vous avez cité tout à l'heure", 2),
        ("je choisis la troisième halte", 3),
        ("numéro 3", 3),
        ("numéro trois", 3),
        ("n°2", 2),
        ("num 2", 2),
        ("option 1", 1),
        ("moi prendre numéro 2", 2),
        ("le 2", 2),
        ("le 2 svp", 2),
        ("la 3 stp", 3),
        ("je prends la 3", 3),
        ("va pour le deux", 2),
        ("dis m'en plus sur le 3", 3),
        ("détails du 2", 2),
        ("2", 2),
        ("2️⃣", 2),
        ("trois", 3),
        ("le dernier", -1),
        ("la dernière proposition", -1),
        ("dernier de la liste", -1),
        ("dites m'en plus sur le dernier", -1),
        ("l'avant-dernier", -2),
        ("l’avant dernière adresse", -2),
        ("the second one", 2),
        ("bon le premier est dans la rue de ma sœur donc on va dire celui-là", 1),
    ],
)
def test_the_place_meant_is_read(text: str, expected: int) -> None:
    assert ranks(text) == [expected]


def test_two_ranks_are_both_kept() -> None:
    assert ranks("plutôt la 2e, ou la dernière") == [2, -1]


@pytest.mark.parametrize(
    "text",
    [
        "c'est la première fois que je viens",
        "premier enfant",
        "mon premier a 3 ans",
        "j'attends mon deuxième",
        "je suis enceinte du deuxième",
        "ma deuxième grossesse",
        "enceinte, un bon suivi pour la deuxième",
        "l'aîné a huit ans et le deuxième vient de naître",
        "le dernier a 6 mois",
        "mon petit dernier",
        "notre dernier de deux ans",
        "la naissance de notre troisième",
        "deuxième maternelle",
        "elle est en 3e primaire",
        "vaccin de 2e secondaire",
        "au 2e étage",
        "seconde main",
        "la semaine dernière",
        "lundi dernier",
        "la dernière fois",
        "premier jour de crèche",
        "première consultation",
        "sans logement à partir du 1er",
        "le 1er mai",
        "le 12 mars",
        "le problème numéro un, c'est le sommeil",
        "j'ai composé le numéro trois fois",
        "on habite le 3 rue des Anges",
        "deux enfants",
        "j'ai 2 enfants",
        "2 ans",
        "3 mois",
        "le 2 mars",
        "accident sur la N4",
        "bonne nuit",
        "un",
        "moi la première, je ne parle à personne dans cet immeuble",
        "les deux premiers n'avaient aucun souci",
        "celui de Namur",
        "",
    ],
)
def test_what_is_no_rank_is_left_out(text: str) -> None:
    assert ranks(text) == []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("👉 le deuxième 😊", "deuxième"),
        ("cœur dit : la troisième !", "troisième"),
        ("2️⃣", "2\ufe0f\u20e3"),
        ("je prends le n°\u00a03", "3"),
    ],
)
def test_the_offsets_are_those_of_the_text_as_typed(text: str, said: str) -> None:
    (mention,) = find_ranks(text)
    assert (mention.text, text[mention.start : mention.end]) == (said, said)


WORDS = """
le la premier 1er deuxième 2e dernier avant-dernier numéro n° 3 trois neuf cent svp adresse
lieu mon enfant fois maternelle prends sur je , . ? option
"""


@given(st.text(max_size=60) | st.lists(st.sampled_from(WORDS.split()), max_size=12).map(" ".join))
def test_no_text_makes_it_fail(text: str) -> None:
    for mention in find_ranks(text):
        assert text[mention.start : mention.end] == mention.text != ""
        assert mention.rang in (*range(1, 10), -1, -2)
