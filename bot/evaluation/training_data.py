"""The training sentences as plain records, and how varied they are.

People do not speak in templates. A file made from one (« je cherche X à Y », over and over) looks large
and teaches little, and its cross-validation flatters: four plain measures tell such a file from sentences
written one by one.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec
import numpy as np
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.preprocessing import normalize as unit_length

from bot.evaluation.errors import EvaluationError
from bot.nlu.sentences import SentencesError, written_sentences
from bot.nlu.text import strip_accents
from bot.paths import DATA

TRAINING = DATA / "nlu"
_NEAR = 0.8  # cosine from which two sentences are near-copies
# Shorter ones (« creche », « bonjour vous ») are alike by nature.
_MIN_WORDS = 4
_SLOT_MIN_WORDS = 5
_RUNNING_WORDS = 250
_GROWTH_SENTENCES = 200


class TrainingSentence(msgspec.Struct, frozen=True):
    """A sentence of ``data/nlu``; ``intent`` may be ``a+b``."""

    texte: str
    intent: str
    fichier: str

    @property
    def labels(self) -> frozenset[str]:
        """Return the intents the sentence carries."""
        return frozenset(self.intent.split("+"))


def load_training(folder: Path = TRAINING) -> tuple[TrainingSentence, ...]:
    """Read every training sentence, file by file.

    Raises:
        EvaluationError: naming the file that cannot be read.
    """
    return tuple(sentence for path in sorted(folder.rglob("*.yml")) for sentence in _file(path))


def _file(path: Path) -> Iterator[TrainingSentence]:
    try:
        for text, intent, _ in written_sentences(path):
            yield TrainingSentence(text, intent, path.name)
    except SentencesError as error:
        raise EvaluationError(str(error)) from None


def plain(text: str) -> str:
    """Return a text as it is compared: lower case, no accents, words only.

    >>> plain("Bébé, à  l'école !")
    "bebe a l'ecole"
    """
    return " ".join(_words(text))


def _words(text: str) -> list[str]:
    return re.findall(r"\w[\w'-]*", strip_accents(text).lower())


class Variety(msgspec.Struct, frozen=True):
    """How varied a set of sentences is.

    ``nearest`` is the median likeness (0 to 1) of a sentence to its nearest other; ``near_copies`` the
    share (0 to 1) that have one at 0.8 or more; ``slots`` the share that differ from another in a
    single word; ``opening`` the share of the commonest two first words; ``vocabulary`` how many
    different words 250 running words hold on average, and ``growth`` the share (0 to 1) of the words of
    a hundred sentences that the hundred before did not hold.
    """

    nearest: float
    near_copies: float
    slots: float
    opening: float
    vocabulary: float
    growth: float


def variety(texts: Sequence[str]) -> Variety:
    """Measure a set of sentences; the order does not matter for any figure but ``growth``."""
    likeness = nearest_likeness([text for text in texts if len(_words(text)) >= _MIN_WORDS])
    return Variety(
        nearest=round(float(np.median(likeness)), 3) if len(likeness) else 0.0,
        near_copies=round(float(np.mean(likeness >= _NEAR)), 3) if len(likeness) else 0.0,
        slots=round(slot_share(texts), 3),
        opening=round(opening_share(texts), 3),
        vocabulary=round(distinct_words(texts), 1),
        growth=round(vocabulary_growth(texts), 3),
    )


def nearest_likeness(texts: Sequence[str]) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Return, for each text, its likeness to the nearest other: cosine of letter 3- to 5-grams."""
    if len(texts) < 2:
        return np.zeros(len(texts))
    counts = CountVectorizer(analyzer="char_wb", ngram_range=(3, 5), binary=True)
    rows = unit_length(counts.fit_transform([plain(text) for text in texts]).astype(np.float64))
    likeness = (rows @ rows.T).toarray()
    np.fill_diagonal(likeness, 0.0)
    return np.asarray(likeness.max(axis=1))


def slot_share(texts: Sequence[str]) -> float:
    """Return the share of sentences (of five words or more) that are another with one word changed."""
    frames: dict[tuple[str, ...], set[int]] = defaultdict(set)
    long = [words for words in map(_words, texts) if len(words) >= _SLOT_MIN_WORDS]
    for number, words in enumerate(long):
        for place in range(len(words)):
            frame = (*words[:place], "…", *words[place + 1 :])
            frames[frame].add(number)
    twins = {number for several in frames.values() if len(several) > 1 for number in several}
    return len(twins) / len(long) if long else 0.0


def opening_share(texts: Sequence[str], words: int = 2) -> float:
    """Return the share of sentences that begin with the commonest ``words`` first words."""
    openings = Counter(tuple(_words(text)[:words]) for text in texts if len(_words(text)) >= words)
    total = sum(openings.values())
    return openings.most_common(1)[0][1] / total if total else 0.0


def first_word_share(texts: Sequence[str]) -> tuple[str, float]:
    """Return the commonest first word and its share of the sentences."""
    counts = Counter(_words(text)[0] for text in texts if _words(text))
    word, count = counts.most_common(1)[0]
    return word, count / sum(counts.values())


def distinct_words(texts: Sequence[str], running: int = _RUNNING_WORDS) -> float:
    """Return how many different words ``running`` words in a row hold, on average."""
    words = [word for text in texts for word in _words(text)]
    slices = [words[i : i + running] for i in range(0, max(1, len(words) - running + 1), running)]
    return float(np.mean([len(set(part)) for part in slices]))


def vocabulary_growth(texts: Sequence[str]) -> float:
    """Return the share of the second half's vocabulary that the first half does not hold.

    At most 200 sentences are looked at, so that long files compare with short ones.
    """
    texts = texts[:_GROWTH_SENTENCES]
    half = len(texts) // 2
    first = {word for text in texts[:half] for word in _words(text)}
    second = {word for text in texts[half:] for word in _words(text)}
    return len(second - first) / len(second) if second else 0.0
