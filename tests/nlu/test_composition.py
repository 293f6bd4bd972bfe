"""Composed training samples: an emergency said beside a request keeps both labels."""

from __future__ import annotations

from bot.nlu.composition import compose
from bot.nlu.linear import PARTS, Sample

DANGER = "danger"
SENTENCES = [
    (Sample(f"il respire plus {n}", f"il respirer plus {n}"), frozenset({"urgence_medicale", DANGER}))
    for n in range(PARTS)
] + [
    (Sample(f"une creche {n}", f"un creche {n}", ("creche",)), frozenset({"besoin_accueil"}))
    for n in range(PARTS)
] + [(Sample(f"merci {n}"), frozenset({"remercier"})) for n in range(PARTS)]  # fmt: skip


def made() -> list[tuple[Sample, frozenset[str], int]]:
    return compose(SENTENCES, 30, DANGER, "besoin_", seed=0)


def test_half_are_emergencies_beside_a_need_and_half_are_not() -> None:
    urgent = [labels for _, labels, _ in made() if DANGER in labels]
    assert len(urgent) == 30
    assert len(made()) == 60
    assert all(labels >= {"urgence_medicale", "besoin_accueil"} for labels in urgent)


def test_what_is_said_aside_is_no_label_of_a_request() -> None:
    harmless = [labels for _, labels, _ in made() if DANGER not in labels]
    assert harmless == [frozenset({"besoin_accueil"})] * 30


def test_a_composed_sample_holds_the_words_of_both_sentences() -> None:
    sample = next(s for s, labels, _ in made() if DANGER in labels)
    assert "respire" in sample.words
    assert "creche" in sample.words
    assert "creche" in sample.concepts


def test_both_sentences_are_of_the_part_the_number_tells() -> None:
    for sample, _, number in made():
        parts = {int(word) % PARTS for word in sample.words.split() if word.isdigit()}
        assert parts == {number % PARTS}
