"""Prepares the training sentences for the classifier, on every core: masked, misspelt, lemmatised.

Each part is prepared by a process of its own (this module run as a program): what takes most of the
training time is plain Python.
"""

from __future__ import annotations

import os
import random
import subprocess
import sys
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import msgspec

from bot.nlu.concepts import concept_finder
from bot.nlu.fact_reader import FactReader, masked
from bot.nlu.lemmas import Lemmatizer
from bot.nlu.linear import Sample
from bot.nlu.noise import misspell
from bot.nlu.text import normalize
from bot.paths import CATALOGUE, ROOT

_SMALLEST_PART = 500  # sentences: less is not worth a process


class Order(msgspec.Struct, frozen=True):
    """What to prepare.

    Args:
        texts: the sentences as written; ``numbers`` their place among all the sentences.
        copies: misspelt copies made of each, on average (0.5: of every other sentence).
        seed: of the misspellings; a sentence's copies depend on it and on its number alone.
        spacy_model: name of the spaCy pipeline.
        catalogue: folder of the gazetteer and the calendar.
    """

    texts: tuple[str, ...]
    numbers: tuple[int, ...]
    copies: float
    seed: int
    spacy_model: str
    catalogue: str


def prepare(
    texts: Sequence[str], copies: float, seed: int, spacy_model: str, catalogue: Path = CATALOGUE
) -> list[tuple[Sample, ...]]:
    """Return, for each sentence, its samples: the sentence itself, then its misspelt copies.

    Raises:
        RuntimeError: if a part could not be prepared; its error is in the log of the training.
    """
    workers = max(1, min(os.cpu_count() or 1, len(texts) // _SMALLEST_PART))
    orders = [
        Order(
            texts=tuple(texts[part::workers]),
            numbers=tuple(range(part, len(texts), workers)),
            copies=copies,
            seed=seed,
            spacy_model=spacy_model,
            catalogue=str(catalogue),
        )
        for part in range(workers)
    ]
    if workers == 1:
        return prepared(orders[0])
    with ThreadPoolExecutor(workers) as pool:
        parts = list(pool.map(_in_own_process, orders))
    samples: list[tuple[Sample, ...]] = [()] * len(texts)
    for order, part in zip(orders, parts, strict=True):
        for number, group in zip(order.numbers, part, strict=True):
            samples[number] = group
    return samples


def prepared(order: Order) -> list[tuple[Sample, ...]]:
    """Prepare one part, in this process."""
    reader = FactReader.load(Path(order.catalogue))
    groups: list[tuple[str, ...]] = []
    for text, number in zip(order.texts, order.numbers, strict=True):
        rng = random.Random(f"{order.seed} {number}")
        written = masked(text, reader.facts(text))
        count = int(order.copies) + (rng.random() < order.copies % 1)
        variants = (written, *(misspell(written, rng) for _ in range(count)))
        groups.append(tuple(dict.fromkeys(map(normalize, variants))))
    lemmatizer = Lemmatizer(order.spacy_model)
    pairs = lemmatizer.pairs([group[0] for group in groups])
    known = dict(pair for sentence in pairs for pair in sentence)
    finder = concept_finder()
    return [
        tuple(
            Sample(variant, _lemmas(lemmatizer, variant, dict(own), known), finder.find(variant))
            for variant in group
        )
        for group, own in zip(groups, pairs, strict=True)
    ]


def _lemmas(
    lemmatizer: Lemmatizer, text: str, own: Mapping[str, str], known: Mapping[str, str]
) -> str:
    """Return the lemmas of a variant: those its own sentence gives its words, else any sentence.

    A misspelt copy shares nearly all its words with its sentence: reading it anew would take as long
    again, and a misspelt word has no lemma anyway.
    """
    return " ".join(own.get(word) or known.get(word, word) for word in lemmatizer.words(text))


def _in_own_process(order: Order) -> list[tuple[Sample, ...]]:
    done = subprocess.run(
        [sys.executable, "-m", "bot.nlu.preparation"],
        input=msgspec.json.encode(order),
        stdout=subprocess.PIPE,
        cwd=ROOT,
        check=False,
    )
    if done.returncode != 0:
        raise RuntimeError("a part of the training sentences could not be prepared")
    return msgspec.json.decode(done.stdout, type=list[tuple[Sample, ...]])


if __name__ == "__main__":
    _order = msgspec.json.decode(sys.stdin.buffer.read(), type=Order)
    sys.stdout.buffer.write(msgspec.json.encode(prepared(_order)))
