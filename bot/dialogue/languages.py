"""Which language a message in another language is written in, for one line in that language."""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from pathlib import Path

import yaml

from bot.nlu.text import strip_accents

_WORDS = Path(__file__).resolve().parent.parent / "nlu" / "lexique" / "langues.yml"
# Scripts that one language of our parents (or a family of them) writes with.
# Without a letter or a word of Russian alone, Cyrillic is read as Ukrainian.
_RUSSIAN = re.compile(
    r"[ыэъё]|\b(?:здравствуйте|ищу|ребен\w*|помогите|нужн[оа]|где|как|что|меня|есть)\b",
    re.IGNORECASE,
)
_UKRAINIAN = re.compile(r"[іїєґ]", re.IGNORECASE)
_CYRILLIC = re.compile(r"[\u0400-\u04ff]")
_ARABIC = re.compile(r"[\u0600-\u06ff]")


@functools.lru_cache(maxsize=1)
def _little_words() -> Mapping[str, frozenset[str]]:
    content = yaml.safe_load(_WORDS.read_text(encoding="utf-8"))
    return {
        language: frozenset(strip_accents(str(word)).lower() for word in words)
        for language, words in content.items()
    }


def language_of(text: str) -> str | None:
    """Return the key of the language of a message that is not in French, or ``None`` if unsure.

    By its script first (``ar``, ``uk``, ``ru``), else by its little words; two languages with as many
    words each are a doubt.

    >>> language_of("hello I am looking for a nursery for my son")
    'en'
    """
    if _ARABIC.search(text):
        return "ar"
    if _CYRILLIC.search(text):
        return "ru" if _RUSSIAN.search(text) and not _UKRAINIAN.search(text) else "uk"
    words = re.findall(r"[\w']+", strip_accents(text).lower())
    scores = {
        language: sum(word in little for word in words)
        for language, little in _little_words().items()
    }
    best = max(scores.values(), default=0)
    winners = [language for language, score in scores.items() if score == best]
    return winners[0] if best > 0 and len(winners) == 1 else None
