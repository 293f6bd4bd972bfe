"""Spelling mistakes as people make them on an AZERTY phone: for training and for robustness figures."""

from __future__ import annotations

import random
import unicodedata
from collections.abc import Callable, Sequence

_ROWS = ("azertyuiop", "qsdfghjklm", "wxcvbn")
_MIN_LETTERS = 3  # shorter words are hardly ever misspelt


def _neighbours() -> dict[str, str]:
    """Return, for each key of the AZERTY layout, the keys around it."""
    around: dict[str, str] = {}
    for row, keys in enumerate(_ROWS):
        for column, key in enumerate(keys):
            near = [
                _ROWS[r][c]
                for r in (row - 1, row, row + 1)
                if 0 <= r < len(_ROWS)
                for c in (column - 1, column, column + 1)
                if 0 <= c < len(_ROWS[r]) and (r, c) != (row, column)
            ]
            around[key] = "".join(near)
    return around


NEIGHBOURS = _neighbours()

_SHORT = {
    "pour": "pr",
    "dans": "ds",
    "avec": "av",
    "que": "ke",
    "qui": "ki",
    "quoi": "koi",
    "quelqu'un": "qqn",
    "beaucoup": "bcp",
    "tout": "tt",
    "toute": "tte",
    "toujours": "tjs",
    "maintenant": "mtn",
    "parce": "pcq",
    "rendez-vous": "rdv",
    "bonjour": "bjr",
    "salut": "slt",
    "merci": "mrc",
    "comment": "cmt",
    "quand": "qd",
    "bébé": "bb",
    "pas": "pa",
    "plus": "plu",
    "c'est": "c",
    "j'ai": "g",
    "je": "j",
    "suis": "sui",
    "est-ce": "esk",
    "vous": "vs",
    "nous": "ns",
    "besoin": "bsoin",
    "personne": "person",
    "chercher": "cherché",
    "enfant": "enfan",
    "enfants": "enfan",
}


def drop_accents(text: str) -> str:
    """Return ``text`` without accents, as on many phones."""
    decomposed = unicodedata.normalize("NFD", text)
    return "".join(c for c in decomposed if not unicodedata.combining(c))


def _miss_letter(word: str, at: int, rng: random.Random) -> str:
    return word[:at] + word[at + 1 :]


def _double_letter(word: str, at: int, rng: random.Random) -> str:
    return word[: at + 1] + word[at:]


def _swap_letters(word: str, at: int, rng: random.Random) -> str:
    at = min(at, len(word) - 2)
    return word[:at] + word[at + 1] + word[at] + word[at + 2 :]


def _hit_neighbour(word: str, at: int, rng: random.Random) -> str:
    letter = drop_accents(word[at].lower())
    near = NEIGHBOURS.get(letter, letter)
    return word[:at] + rng.choice(near) + word[at + 1 :]


_SLIPS: Sequence[Callable[[str, int, random.Random], str]] = (
    _miss_letter,
    _double_letter,
    _swap_letters,
    _hit_neighbour,
)


def add_typos(text: str, rate: float, rng: random.Random) -> str:
    """Return ``text`` with one slip in about ``rate`` of its words (0 to 1)."""
    words = text.split(" ")
    for i, word in enumerate(words):
        if len(word) >= _MIN_LETTERS and word.isalpha() and rng.random() < rate:
            words[i] = rng.choice(_SLIPS)(word, rng.randrange(len(word)), rng)
    return " ".join(words)


def to_sms(text: str, rng: random.Random, rate: float = 0.8) -> str:
    """Return ``text`` as a hurried text message: no accents, capitals nor points, shorthand."""
    words = [
        drop_accents(_SHORT[word]) if word in _SHORT and rng.random() < rate else word
        for word in text.lower().split()
    ]
    return drop_accents(" ".join(words)).translate(str.maketrans("", "", ".,;:!?«»"))


def misspell(text: str, rng: random.Random) -> str:
    """Return a training variant of ``text``: typos, and now and then SMS or joined words."""
    noisy = to_sms(text, rng, rate=0.5) if rng.random() < 0.3 else text
    return add_typos(noisy, rate=0.15, rng=rng)
