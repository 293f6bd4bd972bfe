"""The linear model under the need classifier: n-grams, lemmas and concepts → calibrated probabilities.

Plain arrays in and out, no Rasa here, so that it can be measured and tested by itself.
"""

from __future__ import annotations

import json
import math
import os
from collections import Counter
from collections.abc import Callable, Collection, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.svm import LinearSVC

_WORD = r"(?u)\b\w[\w']*\b"
# A coarser stop than scikit-learn's: half the time, the same figures on every test set.
_TOLERANCE = 1e-2
# The enlargement of telling features: samples added to each count, and its share beside no enlargement.
_SMOOTHING = 5.0
_TELLING_SHARE = 0.5
# The calibration learns on all parts but one and looks at that one.
PARTS = 3


class Sample(msgspec.Struct, frozen=True):
    """One message as the model reads it: normalised words, their lemmas, the concepts found."""

    words: str
    lemmas: str = ""
    concepts: tuple[str, ...] = ()


class Views(msgspec.Struct, frozen=True):
    """How much each view of a message counts; 0 leaves it out."""

    words: float = 1.0
    characters: float = 1.4
    lemmas: float = 1.0
    concepts: float = 0.8
    length: float = 0.4


def _word_vectorizer() -> TfidfVectorizer:
    # Three words say who does what to whom: « il me frappe », « il frappe le ».
    return TfidfVectorizer(
        ngram_range=(1, 3), sublinear_tf=True, token_pattern=_WORD, min_df=3, dtype=np.float32
    )


def _character_vectorizer() -> TfidfVectorizer:
    # Across the spaces too: a pair of short words, or one word typed as two.
    return TfidfVectorizer(
        analyzer="char", ngram_range=(3, 4), sublinear_tf=True, min_df=4, dtype=np.float32
    )


def _concept_vectorizer() -> TfidfVectorizer:
    return TfidfVectorizer(ngram_range=(1, 1), token_pattern=r"\S+", dtype=np.float32)


def _length(words: str) -> str:
    """Return the size of a message as one word: two steps for each doubling, the last open.

    >>> _length("il respire plus"), _length("bonjour")
    ('n4', 'n2')
    """
    return f"n{min(8, int(2 * math.log2(len(words.split()) + 1)))}"


_VIEWS: dict[str, tuple[Callable[[], TfidfVectorizer], Callable[[Sample], str]]] = {
    "words": (_word_vectorizer, lambda sample: sample.words),
    "characters": (_character_vectorizer, lambda sample: f" {sample.words} "),
    "lemmas": (_word_vectorizer, lambda sample: sample.lemmas),
    "concepts": (_concept_vectorizer, lambda sample: " ".join(sample.concepts)),
    "length": (_concept_vectorizer, lambda sample: _length(sample.words)),
}


class Featurizer:
    """Samples → one sparse row each, the views side by side."""

    def __init__(self, views: Views) -> None:
        self.views = views
        self.vectorizers: dict[str, TfidfVectorizer] = {}

    def fit_transform(self, samples: Sequence[Sample]) -> sp.csr_matrix:
        """Learn the vocabularies and return the rows of ``samples``: one reading instead of two."""
        blocks = []
        for name, (make, read) in _VIEWS.items():
            if getattr(self.views, name) > 0:
                self.vectorizers[name] = make()
                block = self.vectorizers[name].fit_transform([read(sample) for sample in samples])
                blocks.append(block * getattr(self.views, name))
        return sp.hstack(blocks, format="csr", dtype=np.float32)

    def transform(self, samples: Sequence[Sample]) -> sp.csr_matrix:
        """Return the rows of ``samples``, shape (samples, features), float32."""
        blocks = [
            vectorizer.transform([_VIEWS[name][1](sample) for sample in samples])
            * getattr(self.views, name)
            for name, vectorizer in self.vectorizers.items()
        ]
        return sp.hstack(blocks, format="csr", dtype=np.float32)


class _FastView:
    """One view of a single message, without scikit-learn's fixed cost per call (several ms).

    The same arithmetic as ``TfidfVectorizer``: (1 + ln count) × idf, or count × idf, length one.
    """

    def __init__(self, vectorizer: TfidfVectorizer, weight: float, first_column: int) -> None:
        self._analyze = vectorizer.build_analyzer()
        self._columns: dict[str, int] = vectorizer.vocabulary_
        self._idf = np.asarray(vectorizer.idf_, dtype=np.float32)
        self._sublinear = vectorizer.sublinear_tf
        self._weight = weight
        self._first = first_column

    def row(self, text: str) -> tuple[NDArray[np.intp], NDArray[np.float32]]:
        """Return the columns and values of ``text``; both empty when no term is known."""
        known = Counter(self._columns[t] for t in self._analyze(text) if t in self._columns)
        columns = np.fromiter(known.keys(), dtype=np.intp, count=len(known))
        counts = np.fromiter(known.values(), dtype=np.float32, count=len(known))
        values = (1 + np.log(counts) if self._sublinear else counts) * self._idf[columns]
        length = float(np.sqrt(values @ values)) or 1.0
        return columns + self._first, (values * (self._weight / length)).astype(np.float32)


class LinearModel:
    """One linear separator per label; margins turned into probabilities.

    ``probabilities`` answers « is this label present? » label by label (several may be);
    ``ranking`` answers « which one is it? », its values summing to one. The labels named in ``aside``
    say something else about the message (how urgent it is): they take no part in the ranking.
    """

    def __init__(
        self,
        featurizer: Featurizer,
        labels: Sequence[str],
        weights: NDArray[np.float32],
        bias: NDArray[np.float32],
        slope: NDArray[np.float32],
        shift: NDArray[np.float32],
        temperature: float,
        aside: Collection[str] = (),
    ) -> None:
        self.labels = tuple(labels)
        self.aside = frozenset(aside)
        self._ranked = np.array([label not in self.aside for label in self.labels])
        self._featurizer = featurizer
        # (features, labels). Half precision: a third decimal of a margin, half the memory and the file.
        self._weights = weights.astype(np.float16)
        self._bias = bias
        self._slope = slope
        self._shift = shift
        self._temperature = temperature
        self._views: list[tuple[_FastView, Callable[[Sample], str]]] = []
        first = 0
        for name, vectorizer in featurizer.vectorizers.items():
            weight = getattr(featurizer.views, name)
            self._views.append((_FastView(vectorizer, weight, first), _VIEWS[name][1]))
            first += len(vectorizer.vocabulary_)

    def margins(self, samples: Sequence[Sample]) -> NDArray[np.float32]:
        """Return the signed distance to each label's border, shape (samples, labels)."""
        return np.stack([self._margin(sample) for sample in samples])

    def _margin(self, sample: Sample) -> NDArray[np.float32]:
        total = self._bias.copy()
        for view, read in self._views:
            columns, values = view.row(read(sample))
            total += values @ self._weights[columns].astype(np.float32)
        return total

    def probabilities(self, margins: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return each label's own calibrated probability, shape as ``margins``."""
        return 1.0 / (1.0 + np.exp(-(self._slope * margins + self._shift)))

    def ranking(self, margins: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return the probabilities that each label is the main one; rows sum to one."""
        scaled = np.where(self._ranked, self._temperature * margins, -np.inf)
        scaled -= scaled.max(axis=1, keepdims=True)
        odds = np.exp(scaled)
        return odds / odds.sum(axis=1, keepdims=True)

    def save(self, folder: Path) -> None:
        """Write the model as plain arrays and JSON: no pickle, nothing to trust."""
        arrays: dict[str, Any] = {
            "weights": self._weights,
            "bias": self._bias,
            "slope": self._slope,
            "shift": self._shift,
            "temperature": np.float32(self._temperature),
        }
        vocabularies = {}
        for name, vectorizer in self._featurizer.vectorizers.items():
            arrays[f"idf_{name}"] = vectorizer.idf_
            by_column = sorted(vectorizer.vocabulary_.items(), key=lambda item: item[1])
            vocabularies[name] = [term for term, _ in by_column]
        # Packed here: Rasa packs the whole model again, at the slowest setting there is.
        np.savez_compressed(folder / "model.npz", **arrays)
        description = {
            "labels": self.labels,
            "aside": sorted(self.aside),
            "views": msgspec.to_builtins(self._featurizer.views),
            "vocabularies": vocabularies,
        }
        (folder / "model.json").write_text(
            json.dumps(description, ensure_ascii=False), encoding="utf-8"
        )

    @classmethod
    def load(cls, folder: Path) -> LinearModel:
        """Read a model written by ``save``."""
        description = msgspec.json.decode((folder / "model.json").read_bytes())
        featurizer = Featurizer(msgspec.convert(description["views"], Views))
        with np.load(folder / "model.npz") as arrays:
            for name, terms in description["vocabularies"].items():
                vectorizer = _VIEWS[name][0]()
                vectorizer.vocabulary_ = {term: column for column, term in enumerate(terms)}
                vectorizer.idf_ = arrays[f"idf_{name}"]
                featurizer.vectorizers[name] = vectorizer
            return cls(
                featurizer,
                description["labels"],
                arrays["weights"],
                arrays["bias"],
                arrays["slope"],
                arrays["shift"],
                float(arrays["temperature"]),
                description["aside"],
            )


def train(
    samples: Sequence[Sample],
    labels: Sequence[frozenset[str]],
    groups: Sequence[int],
    views: Views,
    regularisation: float,
    seed: int,
    aside: Collection[str] = (),
) -> LinearModel:
    """Train on samples that carry one label or more.

    Args:
        aside: labels that take no part in the ranking.
        groups: the number of the sentence each sample was made from; a misspelt copy never
            calibrates the model on its own original.
        regularisation: the C of the separators; smaller is smoother.

    Raises:
        ValueError: if a label has too few examples to calibrate it.
    """
    names = sorted({label for several in labels for label in several})
    presence = np.array([[name in several for name in names] for several in labels], dtype=bool)
    counts = {name: int(count) for name, count in zip(names, presence.sum(axis=0), strict=True)}
    scarce = [name for name, count in counts.items() if count < 2 * PARTS]
    if scarce:
        raise ValueError(f"not enough training sentences for: {', '.join(scarce)}")
    featurizer = Featurizer(views)
    rows = featurizer.fit_transform(samples)
    weights, bias = separate_all(rows, presence, regularisation, seed)
    apart = is_set_apart(np.asarray(groups))
    margins = _held_out_margins(rows, presence, apart, regularisation, seed)
    slope, shift = _calibrate(margins, presence[apart])
    ranked = np.array([name not in aside for name in names])
    temperature = _temperature(margins[:, ranked], presence[apart][:, ranked])
    return LinearModel(featurizer, names, weights, bias, slope, shift, temperature, aside)


def separate_all(
    rows: sp.csr_matrix, presence: NDArray[np.bool_], regularisation: float, seed: int
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return the weights (features, labels) and biases of one separator per label.

    For each label, the features that tell most about it are enlarged beforehand (« NB-SVM », Wang and
    Manning, ACL 2012, P12-2018), and the weights given back for the features as they are.
    """
    weights = np.zeros((rows.shape[1], presence.shape[1]), dtype=np.float32)
    bias = np.zeros(presence.shape[1], dtype=np.float32)
    # In the solver's own format once and for all: threads must find nothing to convert in place.
    rows = rows.astype(np.float64)
    rows.sum_duplicates()
    held = sp.csr_matrix((np.ones_like(rows.data), rows.indices, rows.indptr), shape=rows.shape)
    held_by = np.asarray(held.sum(axis=0)).ravel()
    energy = np.asarray(rows.power(2).sum(axis=0)).ravel()

    def separate(column: int) -> None:
        scale = _scale(held, held_by, energy, presence[:, column])
        scaled = sp.csr_matrix(
            (rows.data * scale[rows.indices], rows.indices, rows.indptr), shape=rows.shape
        )
        separator = LinearSVC(C=regularisation, tol=_TOLERANCE, random_state=seed)
        separator.fit(scaled, presence[:, column])
        weights[:, column] = separator.coef_[0] * scale
        bias[column] = separator.intercept_[0]

    # The solver leaves Python's lock while it works: threads use every core without a copy.
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        list(pool.map(separate, range(presence.shape[1])))
    return weights, bias


def _scale(
    held: sp.csr_matrix,
    held_by: NDArray[np.float64],
    energy: NDArray[np.float64],
    present: NDArray[np.bool_],
) -> NDArray[np.float64]:
    """Return how much each feature is enlarged for one label; 1 on average.

    Args:
        held: which sample holds which feature, ones and zeros.
        held_by: for each feature, how many samples hold it.
        energy: for each feature, the sum of its squares over all samples.
        present: which samples carry the label.
    """
    with_label = np.asarray(present.astype(np.float64) @ held).ravel()
    without = held_by - with_label + _SMOOTHING
    with_label += _SMOOTHING
    odds = (with_label / (present.sum() + _SMOOTHING)) / (without / ((~present).sum() + _SMOOTHING))
    telling = np.abs(np.log(odds))
    telling /= math.sqrt(float((telling**2 * energy).sum() / energy.sum())) or 1.0
    return np.asarray(_TELLING_SHARE * telling + (1 - _TELLING_SHARE))


def is_set_apart(sentences: NDArray[np.int_]) -> NDArray[np.bool_]:
    """Tell which sentences, by their number, the calibration keeps apart: one in ``PARTS``."""
    return np.asarray(sentences) % PARTS == 0


def _held_out_margins(
    rows: sp.csr_matrix,
    presence: NDArray[np.bool_],
    apart: NDArray[np.bool_],
    regularisation: float,
    seed: int,
) -> NDArray[np.float32]:
    """Return the margins of the samples set apart, under a model that did not see their sentences."""
    weights, bias = separate_all(rows[~apart], presence[~apart], regularisation, seed)
    return np.asarray(rows[apart] @ weights + bias, dtype=np.float32)


def _calibrate(
    margins: NDArray[np.float32], presence: NDArray[np.bool_]
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return Platt's slope and shift for each label."""
    slope = np.ones(presence.shape[1], dtype=np.float32)
    shift = np.zeros(presence.shape[1], dtype=np.float32)
    for column in range(presence.shape[1]):
        scale = LogisticRegression(C=1e3)
        scale.fit(margins[:, [column]], presence[:, column])
        slope[column] = scale.coef_[0, 0]
        shift[column] = scale.intercept_[0]
    return slope, shift


def _temperature(margins: NDArray[np.float32], presence: NDArray[np.bool_]) -> float:
    """Return the factor under which the ranking of single-label samples is best calibrated."""
    single = presence.sum(axis=1) == 1
    margins, main = margins[single], presence[single].argmax(axis=1)

    def loss(factor: float) -> float:
        scaled = factor * margins
        scaled = scaled - scaled.max(axis=1, keepdims=True)
        log_odds = scaled - np.log(np.exp(scaled).sum(axis=1, keepdims=True))
        return float(-log_odds[np.arange(len(main)), main].mean())

    factors = np.linspace(1.0, 12.0, 45)
    return float(factors[int(np.argmin([loss(factor) for factor in factors]))])
