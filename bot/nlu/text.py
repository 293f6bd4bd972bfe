"""Spelling: turns what a parent typed into plain lower-case French without accents.

The original text is kept for display; everything that recognises words reads the normalised one, so
that « Jsuis épuiséééé », « je suis epuisee » and « JE SUIS ÉPUISÉE » are the same thing. Nothing of
Rasa here: the emergency net reads messages even when the rest is down.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import yaml

_LEXICON = Path(__file__).parent / "lexique" / "sms.yml"

_APOSTROPHES = re.compile(r"[’‘`´ʼ′]")
_ELISION = re.compile(r"\b(j|l|d|m|t|s|c|n|qu|jusqu|lorsqu|puisqu|quelqu)\s?'\s?(?=\w)")
# « j ai », « l ecole », « qu il »: the apostrophe left out, before a vowel.
_LOST_ELISION = re.compile(r"\b(j|l|d|m|t|s|n|qu)\s(?=[aeiouyh]\w)")
_ELONGATION = re.compile(r"([a-z])\1{2,}")
_SPACES = re.compile(r"\s+")
# A stroke, which « avc » in small letters is not: that is « avec ».
_STROKE = re.compile(
    r"^\s*(?i:avc)\s*[!.?]*\s*$|(?<![A-Z] )\bAVC\b(?! [A-Z]{2})|\b(?i:(?:un|1) avc|[dl]['’ ]avc)\b"
)
_WORD = re.compile(r"\w[\w'-]*|[^\w\s]")


class Shorthand(NamedTuple):
    """The reviewed shorthand of ``lexique/sms.yml``: as typed → as meant.

    What is typed with an accent is looked up with it: « jé » is « j'ai », « je » is not.
    """

    accented: Mapping[str, str]
    plain: Mapping[str, str]


@functools.lru_cache(maxsize=1)
def shorthand() -> Shorthand:
    """Return the shipped shorthand."""
    content = yaml.safe_load(_LEXICON.read_text(encoding="utf-8"))
    entries = {str(typed): str(meant) for typed, meant in content.items()}
    return Shorthand(
        accented={k: v for k, v in entries.items() if k != strip_accents(k)},
        plain={k: v for k, v in entries.items() if k == strip_accents(k)},
    )


def strip_accents(text: str) -> str:
    """Return ``text`` without accents; ligatures and apostrophes made plain.

    >>> strip_accents("Noël à l’œuvre")
    "Noel a l'oeuvre"
    """
    text = _APOSTROPHES.sub("'", text.replace("œ", "oe").replace("Œ", "OE").replace("æ", "ae"))
    decomposed = unicodedata.normalize("NFKD", text)
    return "".join(c for c in decomposed if not unicodedata.combining(c))


def normalize(text: str) -> str:
    """Return the words of a message as the rest of the pipeline reads them.

    Lower case, no accents, elongations undone, shorthand written out, elisions kept with their
    apostrophe. Other scripts are kept as they are.

    >>> normalize("Jsuis épuiséééé, jpp !!")
    "je suis epuise , j'en peux plus !"
    """
    known = shorthand()
    text = _STROKE.sub(" accident vasculaire ", text)
    lowered = unicodedata.normalize("NFC", _APOSTROPHES.sub("'", text)).lower()
    lowered = _WORD.sub(lambda word: known.accented.get(word[0], word[0]), lowered)
    plain = _ELONGATION.sub(r"\1", strip_accents(lowered))
    plain = re.sub(r"([!?.,…])\1+", r"\1", plain)
    plain = _ELISION.sub(r"\1'", plain)
    plain = _LOST_ELISION.sub(r"\1'", plain)
    words = [known.plain.get(word, word) for word in plain_words(plain)]
    return _SPACES.sub(" ", " ".join(words)).strip()


def plain_words(text: str) -> list[str]:
    """Split lower-case text into words (elisions and hyphens inside) and signs; keeps any script."""
    return _WORD.findall(text)
