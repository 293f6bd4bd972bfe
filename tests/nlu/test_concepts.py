"""Words and turns of phrase that mean the same are one concept."""

from __future__ import annotations

import pytest

from bot.nlu.concepts import ConceptFinder, concept_finder
from bot.nlu.text import normalize

FINDER = ConceptFinder(
    {
        "garde": ["crèche", "gardienn*", "milieu d'accueil"],
        "seul": ["connais ... personne", "tout* seul*"],
    }
)


@pytest.mark.parametrize(
    ("sentence", "concepts"),
    [
        ("je cherche une crèche", ("garde",)),
        ("une gardiennne", ()),
        ("des gardiennes", ("garde",)),
        ("un milieu d’accueil", ("garde",)),
        ("l'creche", ("garde",)),
        ("je ne connais vraiment plus personne", ("seul",)),
        ("je connais bien cette ville et il n'y a là personne", ()),
        ("toute seule avec la creche", ("garde", "seul")),
        ("rien de tout cela", ()),
    ],
)
def test_concepts_are_found_in_words_stems_and_turns(
    sentence: str, concepts: tuple[str, ...]
) -> None:
    assert FINDER.find(normalize(sentence)) == concepts


def test_an_empty_expression_is_refused_with_its_concept() -> None:
    with pytest.raises(ValueError, match="garde"):
        ConceptFinder({"garde": [" "]})


def test_the_shipped_lexicon_knows_the_sectors_words_for_child_care() -> None:
    finder = concept_finder()
    words = ["crèche", "gardienne", "accueillante", "nounou", "milieu d'accueil"]
    common = set.intersection(*(set(finder.find(normalize(word))) for word in words))
    assert common
