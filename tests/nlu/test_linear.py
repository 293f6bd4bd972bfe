"""The linear model: several labels at once, calibrated, saved and loaded."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from bot.nlu.linear import Featurizer, LinearModel, Sample, Views, separate_all, train

FOOD = ["manger du pain", "acheter du lait", "le repas du soir", "une soupe chaude", "du riz cuit"]
HOME = [
    "un toit pour dormir",
    "la maison est froide",
    "mon loyer",
    "un appartement",
    "le toit fuit",
]


def samples() -> tuple[list[Sample], list[frozenset[str]]]:
    texts = [*FOOD, *HOME, *(f"{a} et {b}" for a, b in zip(FOOD, HOME, strict=True))]
    labels = (
        [frozenset({"pain"})] * 5 + [frozenset({"toit"})] * 5 + [frozenset({"pain", "toit"})] * 5
    )
    return [Sample(text) for text in texts], labels


@pytest.fixture(scope="module")
def model() -> LinearModel:
    given, labels = samples()
    return train(given, labels, range(len(given)), Views(lemmas=0, concepts=0), 10.0, seed=0)


def test_a_sentence_that_carries_two_labels_gets_both(model: LinearModel) -> None:
    margins = model.margins([Sample("du pain et un toit pour dormir")])
    assert (margins[0] > 0).all()


def test_the_ranking_sums_to_one(model: LinearModel) -> None:
    ranked = model.ranking(model.margins([Sample("du pain"), Sample("xyz")]))
    assert np.allclose(ranked.sum(axis=1), 1)


def test_probabilities_grow_with_margins(model: LinearModel) -> None:
    low, high = model.probabilities(np.array([[-2.0, -2.0], [2.0, 2.0]], dtype=np.float32))
    assert (high >= low).all()


def test_a_saved_model_answers_as_before(model: LinearModel, tmp_path: Path) -> None:
    model.save(tmp_path)
    again = LinearModel.load(tmp_path)
    asked = [Sample("un repas"), Sample("le loyer"), Sample("")]
    assert np.allclose(again.margins(asked), model.margins(asked), atol=1e-6)
    assert again.labels == model.labels


def test_one_message_at_a_time_gives_what_scikit_learn_gives(model: LinearModel) -> None:
    asked = [
        Sample("un repas et du pain"),
        Sample("le toit fuit, le toit"),
        Sample("zzz"),
        Sample(""),
    ]
    rows = model._featurizer.transform(asked)
    assert np.allclose(rows @ model._weights + model._bias, model.margins(asked), atol=1e-5)


def test_training_twice_gives_the_same_model(model: LinearModel) -> None:
    given, labels = samples()
    again = train(given, labels, range(len(given)), Views(lemmas=0, concepts=0), 10.0, seed=0)
    assert np.array_equal(again.margins(given), model.margins(given))


def test_who_does_what_to_whom_is_read_from_three_words_together() -> None:
    hits_me = [
        f"{who} me frappe {when}" for who in ("il", "elle", "papa") for when in ("fort", "la")
    ]
    hits_it = [
        f"{who} frappe me {when}" for who in ("il", "elle", "papa") for when in ("fort", "la")
    ]
    given = [Sample(text) for text in [*hits_me, *hits_it]]
    labels = [frozenset({"moi"})] * len(hits_me) + [frozenset({"lui"})] * len(hits_it)
    views = Views(characters=0, lemmas=0, concepts=0)
    model = train(given, labels, range(len(given)), views, 10.0, seed=0)
    margins = dict(
        zip(model.labels, model.margins([Sample("elle me frappe encore")])[0], strict=True)
    )
    assert margins["moi"] > 0 > margins["lui"]


def test_a_word_that_tells_a_label_weighs_more_than_one_as_frequent_that_does_not() -> None:
    given = [Sample(f"{word} chose") for word in ["rouge", "bleu"] * 10]
    rows = Featurizer(Views(characters=0, lemmas=0, concepts=0, length=0))
    presence = np.array([[word == "rouge"] for word in ["rouge", "bleu"] * 10])
    weights, _ = separate_all(rows.fit_transform(given), presence, 1.0, 0)
    vocabulary = rows.vectorizers["words"].vocabulary_
    assert weights[vocabulary["rouge"], 0] > 0 > weights[vocabulary["bleu"], 0]
    assert abs(weights[vocabulary["chose"], 0]) < 0.1


def test_a_label_with_too_few_sentences_is_named() -> None:
    given, labels = samples()
    with pytest.raises(ValueError, match="rare"):
        train(
            [*given, Sample("unique")],
            [*labels, frozenset({"rare"})],
            range(len(given) + 1),
            Views(lemmas=0, concepts=0),
            1.0,
            seed=0,
        )
