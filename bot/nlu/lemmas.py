"""Lemmas from spaCy's small French model. No Rasa here."""

from __future__ import annotations

from collections.abc import Iterable

import spacy

from bot.nlu.text import strip_accents

_UNUSED = ("parser", "ner")


class Lemmatizer:
    """Turns normalised text into lemmas.

    Args:
        model: name of an installed spaCy pipeline with a lemmatizer.
    """

    def __init__(self, model: str) -> None:
        self._pipeline = spacy.load(model, exclude=list(_UNUSED))
        # The known forms come as lists, searched from end to end for each new word: sets answer at once.
        index = self._pipeline.get_pipe("lemmatizer").lookups.get_table("lemma_index")
        for part_of_speech in tuple(index):
            index[part_of_speech] = frozenset(index[part_of_speech])

    def pairs(self, texts: Iterable[str]) -> list[list[tuple[str, str]]]:
        """Return, for each text, its words with their lemmas."""
        return [
            [(word.text, strip_accents(word.lemma_.lower())) for word in doc if not word.is_space]
            for doc in self._pipeline.pipe(texts)
        ]

    def words(self, text: str) -> list[str]:
        """Return the words of a text, without lemmas: many times cheaper."""
        return [word.text for word in self._pipeline.make_doc(text) if not word.is_space]

    def lemma(self, text: str) -> str:
        """Return the lemmas of one text; cheaper than ``pairs`` for a single message."""
        doc = self._pipeline(text)
        return " ".join(strip_accents(word.lemma_.lower()) for word in doc if not word.is_space)
