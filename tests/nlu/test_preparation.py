"""Training sentences are prepared alike whatever the number of processes."""

from __future__ import annotations

from pathlib import Path

from bot.nlu.preparation import Order, prepared
from bot.paths import CATALOGUE


def order(texts: tuple[str, ...], numbers: tuple[int, ...], copies: float = 1) -> Order:
    return Order(texts, numbers, copies, 0, "fr_core_news_sm", str(Path(CATALOGUE)))


def test_a_sentence_is_prepared_alike_alone_and_among_others() -> None:
    texts = ("je cherche une crèche à Namur", "mon fils de 18 mois ne parle pas")
    together = prepared(order(texts, (0, 1)))
    alone = prepared(order(texts[1:], (1,)))
    assert together[1] == alone[0]


def test_places_and_ages_are_masked() -> None:
    (sample, *_), *_ = prepared(order(("une crèche à Namur pour ma fille de 18 mois",), (0,)))
    assert "unlieu" in sample.words
    assert "unage" in sample.words
    assert "namur" not in sample.words


def test_the_sentence_as_written_comes_first_then_its_copies() -> None:
    group = prepared(order(("je suis toute seule avec mes enfants",), (0,), copies=3))[0]
    assert group[0].words == "je suis toute seule avec mes enfants"
    assert 2 <= len(group) <= 4


def test_half_a_copy_each_is_one_copy_of_every_other_sentence() -> None:
    texts = tuple(f"je cherche une crèche pour mon fils, {n} matins" for n in range(60))
    sizes = [len(group) for group in prepared(order(texts, tuple(range(60)), copies=0.5))]
    assert set(sizes) == {1, 2}
    assert 15 <= sizes.count(2) <= 45
