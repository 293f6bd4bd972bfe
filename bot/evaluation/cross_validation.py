"""Stratified cross-validation on the training sentences: each judged by a model that has not seen it.

It trains the linear model only, with the same preparation as ``bot.nlu.need_classifier``: training all of
Rasa once per fold would take a quarter of an hour. Its figures come from the ranking alone, before the
thresholds of the working assistant.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import msgspec
import numpy as np
import yaml
from numpy.typing import NDArray
from sklearn.model_selection import StratifiedKFold

from bot.evaluation import measures
from bot.evaluation.records import EMERGENCY, NEED, CrossValidation, Figure, Verdict
from bot.evaluation.training_data import TrainingSentence
from bot.nlu import linear
from bot.nlu.need_classifier import NeedClassifier
from bot.nlu.preparation import prepare
from bot.paths import CONFIG

FOLDS = 5
Say = Callable[[str], None]


class Prepared(msgspec.Struct, frozen=True):
    """Samples as the classifier learns from them; ``groups`` tells which sentence each one is of.

    The first sample of a group is the sentence as written, the others misspelt copies.
    """

    samples: tuple[linear.Sample, ...]
    groups: NDArray[np.int_]


def component_config(component: type[Any]) -> dict[str, Any]:
    """Return the configuration the pipeline of ``config.yml`` gives to one of our components."""
    name = f"{component.__module__}.{component.__name__}"
    pipeline = yaml.safe_load(CONFIG.read_text(encoding="utf-8"))["pipeline"]
    given: Mapping[str, Any] = next((c for c in pipeline if c["name"] == name), {})
    return {**component.get_default_config(), **{k: v for k, v in given.items() if k != "name"}}


def cross_validate(
    sentences: Sequence[TrainingSentence], say: Say, folds: int = FOLDS
) -> CrossValidation:
    """Judge each training sentence by a model trained on the other folds.

    Args:
        say: told, in French, what is going on.
    """
    config = component_config(NeedClassifier)
    say("Validation croisée : préparation des phrases")
    prepared = _prepare(sentences, config)
    names = sorted({label for sentence in sentences for label in sentence.labels})
    margins = np.zeros((len(sentences), len(names)), dtype=np.float32)
    splitter = StratifiedKFold(folds, shuffle=True, random_state=config["seed"])
    split = splitter.split(np.zeros(len(sentences)), _strata(sentences))
    for number, (kept, left) in enumerate(split, start=1):
        say(f"Validation croisée : pli {number} sur {folds}")
        margins[left] = _margins(sentences, prepared, names, kept, left, config)
    return _judged(sentences, names, margins, folds)


def _strata(sentences: Sequence[TrainingSentence]) -> list[str]:
    """Return what each fold must hold its part of: the intent; of ``a+b``, just that it is one."""
    return [s.intent if len(s.labels) == 1 else "plusieurs besoins" for s in sentences]


def _prepare(sentences: Sequence[TrainingSentence], config: Mapping[str, Any]) -> Prepared:
    """Mask facts, add misspelt copies, normalise and lemmatise, as the classifier's training does."""
    groups = prepare(
        [sentence.texte for sentence in sentences],
        config["copies"],
        config["seed"],
        config["spacy_model"],
    )
    numbers = [number for number, group in enumerate(groups) for _ in group]
    return Prepared(tuple(sample for group in groups for sample in group), np.asarray(numbers))


def _margins(
    sentences: Sequence[TrainingSentence],
    prepared: Prepared,
    names: Sequence[str],
    kept: NDArray[np.int_],
    left: NDArray[np.int_],
    config: Mapping[str, Any],
) -> NDArray[np.float32]:
    """Return the margins (left sentences, labels) of a model trained on the ``kept`` sentences."""
    inside = np.flatnonzero(np.isin(prepared.groups, kept))
    originals = np.searchsorted(prepared.groups, left)  # groups are in ascending order
    featurizer = linear.Featurizer(linear.Views(**config["views"]))
    known = [prepared.samples[i] for i in inside]
    rows = featurizer.fit_transform(known)
    presence = np.array(
        [[name in sentences[prepared.groups[i]].labels for name in names] for i in inside]
    )
    weights, bias = linear.separate_all(rows, presence, config["regularisation"], config["seed"])
    unseen = featurizer.transform([prepared.samples[i] for i in originals])
    return np.asarray(unseen @ weights + bias)


def _judged(
    sentences: Sequence[TrainingSentence],
    names: Sequence[str],
    margins: NDArray[np.float32],
    folds: int,
) -> CrossValidation:
    order = np.argsort(-margins, axis=1)
    single = [i for i, sentence in enumerate(sentences) if len(sentence.labels) == 1]
    expected = [sentences[i].intent for i in single]
    read = [names[order[i, 0]] for i in single]
    three = [{names[j] for j in order[i, :3]} for i in single]
    scores = measures.intent_scores(expected, read)
    return CrossValidation(
        plis=folds,
        figures=_figures(sentences, names, order, expected, read, three),
        intents=scores,
        confusion=measures.confusion(expected, read),
        verdicts=tuple(
            Verdict("entraînement", sentences[i].texte, e, r, e == r, genre=sentences[i].fichier)
            for i, e, r in zip(single, expected, read, strict=True)
            if e != r
        ),
    )


def _figures(
    sentences: Sequence[TrainingSentence],
    names: Sequence[str],
    order: NDArray[np.int_],
    expected: Sequence[str],
    read: Sequence[str],
    three: Sequence[set[str]],
) -> tuple[Figure, ...]:
    right = [e == r for e, r in zip(expected, read, strict=True)]
    needs = [i for i, e in enumerate(expected) if e.startswith(NEED)]
    urgent = [i for i, e in enumerate(expected) if e.startswith(EMERGENCY)]
    ranks = Counter[bool]()
    for i, sentence in enumerate(sentences):
        if len(sentence.labels) > 1:
            first = {names[j] for j in order[i, : len(sentence.labels)]}
            ranks.update(label in first for label in sentence.labels)
    found, total = ranks[True], ranks.total()
    return (
        measures.share("validation_premier", "Validation croisée : premier choix", right),
        measures.share(
            "validation_besoins_premier",
            "Validation croisée : besoin principal, premier choix",
            [right[i] for i in needs],
        ),
        measures.share(
            "validation_besoins_trois",
            "Validation croisée : besoin principal, parmi les trois premiers",
            [expected[i] in three[i] for i in needs],
        ),
        measures.share(
            "validation_urgences",
            "Validation croisée : urgences dont le premier choix est une urgence",
            [read[i].startswith(EMERGENCY) for i in urgent],
        ),
        Figure(
            "validation_multi",
            "Validation croisée : besoins multiples aux premières places",
            measures.percentage(found, total),
            "%",
            found,
            total,
        ),
        Figure(
            "validation_f1",
            "Validation croisée : F1 moyen des intentions",
            measures.macro_f1(measures.intent_scores(expected, read)),
        ),
    )
