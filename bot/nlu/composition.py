"""Long training samples made of two: an emergency beside a request, a request beside another.

Parents tell an emergency in the middle of something else. The training sentences are mostly about one
thing; two of them put together are what such a message looks like to a classifier that counts words.
"""

from __future__ import annotations

import random
from collections.abc import Sequence

from bot.nlu.linear import PARTS, Sample

_JOINS = (" . ", " , ", " ", " et ", " mais ", " . et ", " . alors ")
_LONGEST = 22  # words of a sentence that is put beside another

Labelled = tuple[Sample, frozenset[str], int]  # sample, labels, number of its sentence


def compose(
    sentences: Sequence[tuple[Sample, frozenset[str]]],
    count: int,
    danger: str,
    need_prefix: str,
    seed: int,
) -> list[Labelled]:
    """Return ``count`` emergencies beside a need, and as many needs beside something harmless.

    Args:
        sentences: each training sentence as written, with its labels.
        danger: the label all emergencies carry.
        need_prefix: how the labels of needs begin.

    Both sentences of a pair are of the same part (their numbers modulo ``PARTS``): the calibration sets
    one part aside, and must not know half of a sample.
    """
    rng = random.Random(seed)
    urgent: list[list[int]] = [[] for _ in range(PARTS)]
    needs: list[list[int]] = [[] for _ in range(PARTS)]
    harmless: list[list[int]] = [[] for _ in range(PARTS)]
    for number, (sample, labels) in enumerate(sentences):
        if danger in labels:
            urgent[number % PARTS].append(number)
        elif len(labels) == 1 and len(sample.words.split()) <= _LONGEST:
            harmless[number % PARTS].append(number)
            if next(iter(labels)).startswith(need_prefix):
                needs[number % PARTS].append(number)
    made: list[Labelled] = []
    for turn in range(count):
        part = turn % PARTS
        if not (urgent[part] and needs[part]):
            continue
        for others in (urgent[part], harmless[part]):
            first, second = rng.choice(others), rng.choice(needs[part])
            kept = _kept_labels(sentences[first][1], danger, need_prefix) | sentences[second][1]
            pair = [sentences[first][0], sentences[second][0]]
            rng.shuffle(pair)
            made.append((_joined(pair[0], pair[1], rng.choice(_JOINS)), kept, first))
    return made


def _kept_labels(labels: frozenset[str], danger: str, need_prefix: str) -> frozenset[str]:
    """Return what remains said beside a request: the emergency, the need; not « merci »."""
    if danger in labels:
        return labels
    return frozenset(label for label in labels if label.startswith(need_prefix))


def _joined(first: Sample, second: Sample, join: str) -> Sample:
    return Sample(
        words=f"{first.words}{join}{second.words}",
        lemmas=f"{first.lemmas} {second.lemmas}",
        concepts=tuple(sorted({*first.concepts, *second.concepts})),
    )
