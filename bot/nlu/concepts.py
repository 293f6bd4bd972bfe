"""The sector's vocabulary: words and turns of phrase that mean the same thing to us.

« crèche », « gardienne », « accueillante » and « nounou » are one concept. The lexicon
of ``lexique/concepts/`` is written and reviewed by hand; the classifier learns what each concept is
worth for each need.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

import yaml

from bot.nlu.text import normalize, strip_accents

_LEXICON = Path(__file__).parent / "lexique" / "concepts"
_MAX_GAP_WORDS = 3


class _Turn(NamedTuple):
    """A turn of phrase of several words, and the concept it means."""

    concept: str
    pattern: re.Pattern[str]


class ConceptFinder:
    """Finds concepts in normalised text.

    Args:
        lexicon: concept → its expressions. In an expression ``*`` ends a stem (``vaccin*``) and
            ``...`` stands for up to three words in between (``connais ... personne``).

    Raises:
        ValueError: naming the concept and expression that cannot be read.
    """

    def __init__(self, lexicon: Mapping[str, Iterable[str]]) -> None:
        self._words: dict[str, list[str]] = {}
        self._stems: dict[str, list[str]] = {}
        self._turns: dict[str, list[_Turn]] = {}
        for concept, expressions in lexicon.items():
            for expression in expressions:
                plain = _plain(str(expression))
                if not plain:
                    raise ValueError(f"concept « {concept} » : expression vide ({expression!r})")
                if re.fullmatch(r"[\w'-]+", plain):
                    self._words.setdefault(plain, []).append(concept)
                elif re.fullmatch(r"[\w'-]{3,}\*", plain):
                    self._stems.setdefault(plain[:-1], []).append(concept)
                else:
                    turn = _Turn(concept, re.compile(rf"(?<!\w){_turn_pattern(plain)}(?!\w)"))
                    self._turns.setdefault(_telling_word(plain), []).append(turn)
        self._stem_lengths = sorted({len(stem) for stem in self._stems}, reverse=True)

    def find(self, text: str) -> tuple[str, ...]:
        """Return the concepts of a normalised text, each once, in alphabetical order."""
        found: set[str] = set()
        for said in {"", *re.findall(r"\w+", text)}:
            for turn in self._turns.get(said, ()):
                if turn.concept not in found and turn.pattern.search(text):
                    found.add(turn.concept)
        for word in re.findall(r"[\w'-]+", text):
            found.update(self._of_word(word))
            if "'" in word:
                found.update(self._of_word(word.rsplit("'", 1)[1]))
        return tuple(sorted(found))

    def _of_word(self, word: str) -> Iterable[str]:
        yield from self._words.get(word, ())
        for length in self._stem_lengths:
            if length <= len(word):
                yield from self._stems.get(word[:length], ())


def _plain(expression: str) -> str:
    """Return an expression as normalised text, its ``*`` and ``...`` kept."""
    pieces = re.split(r"\s*\.\.\.\s*", expression)
    return " ... ".join(_plain_piece(piece) for piece in pieces)


def _plain_piece(piece: str) -> str:
    words = piece.split()
    stems = [word.endswith("*") for word in words]
    plain = [
        _fold(word.rstrip("*")) + "*" if stem else word
        for word, stem in zip(words, stems, strict=True)
    ]
    if any(stems):
        return " ".join(
            word if stem else _fold(word) for word, stem in zip(plain, stems, strict=True)
        )
    return normalize(piece)


def _fold(word: str) -> str:
    return strip_accents(word).lower()


def _telling_word(plain: str) -> str:
    """Return the longest whole word of a turn, without which it cannot be there; "" if it has none.

    Thousands of turns are looked for in each message, and nearly none has a word in common with it.
    """
    words = re.findall(r"(?<![\w*])\w+(?![\w*])", plain)
    return max(words, key=len, default="")


def _turn_pattern(plain: str) -> str:
    """Return the regular expression of a turn of phrase."""
    parts = []
    for piece in plain.split(" ... "):
        words = [
            re.escape(word[:-1]) + r"[\w'-]*" if word.endswith("*") else re.escape(word)
            for word in piece.split()
        ]
        parts.append(r"\s+".join(words))
    gap = rf"(?:\s+[\w'-]+){{0,{_MAX_GAP_WORDS}}}\s+"
    return gap.join(parts)


@functools.lru_cache(maxsize=1)
def concept_finder() -> ConceptFinder:
    """Return the finder of the shipped lexicon: every file of ``lexique/concepts/``.

    A concept may be spread over several files; its expressions add up.
    """
    lexicon: dict[str, list[str]] = {}
    for path in sorted(_LEXICON.glob("*.yml")):
        for entry in yaml.safe_load(path.read_text(encoding="utf-8")):
            lexicon.setdefault(entry["concept"], []).extend(entry["expressions"])
    return ConceptFinder(lexicon)
