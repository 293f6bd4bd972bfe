"""The same test messages written otherwise: typing slips, no accents, text-message shorthand.

The slips of ``bot.nlu.noise`` are of the kind the model is trained with; two others, made here, are
not: letters struck anywhere on the keyboard, and a slip in one *letter* out of ten (about every second
word), which is far harsher. They say how much of the robustness is more than a habit of the training.
"""

from __future__ import annotations

import random
import string
from collections.abc import Callable, Sequence
from typing import TypeVar

import msgspec

from bot.evaluation.heldout import HeldOut, IntentCase, MultiCase, PlaceCase
from bot.evaluation.judging import (
    judge_conversation,
    judge_emergencies,
    judge_needs,
    judge_places,
    judge_several,
    merged,
)
from bot.evaluation.records import Figure, Reader, Variation
from bot.nlu.noise import add_typos, drop_accents, to_sms

TYPO_RATE = 0.10

AnyCase = TypeVar("AnyCase", IntentCase, MultiCase, PlaceCase)
Rewrite = Callable[[str, random.Random], str]


class Kind(msgspec.Struct, frozen=True):
    """A way of writing; ``draws`` texts are made of each message, to even out chance."""

    nom: str
    libelle: str
    rewrite: Rewrite
    draws: int = 1


def strike_anywhere(text: str, rng: random.Random, rate: float = TYPO_RATE) -> str:
    """Return ``text`` with, in ``rate`` of its words, one letter wrong, added or missing."""
    words = text.split(" ")
    for i, word in enumerate(words):
        if word and rng.random() < rate:
            words[i] = _slip(word, rng.randrange(len(word)), rng)
    return " ".join(words)


def slip_letters(text: str, rng: random.Random, rate: float = TYPO_RATE) -> str:
    """Return ``text`` with ``rate`` of its letters wrong, doubled by another or missing."""
    return "".join(
        _slip(letter, 0, rng) if letter.isalpha() and rng.random() < rate else letter
        for letter in text
    )


def _slip(word: str, at: int, rng: random.Random) -> str:
    letter = rng.choice(string.ascii_lowercase)
    return rng.choice(
        (
            word[:at] + word[at + 1 :],
            word[:at] + letter + word[at:],
            word[:at] + letter + word[at + 1 :],
        )
    )


def _mistype(text: str, rng: random.Random) -> str:
    return add_typos(text, TYPO_RATE, rng)


def _without_accents(text: str, rng: random.Random) -> str:
    return drop_accents(text)


KINDS = (
    Kind("fautes", "10 % de mots avec une faute de frappe", _mistype, draws=3),
    Kind("sans_accents", "sans accents", _without_accents),
    Kind("sms", "en langage SMS", to_sms),
    Kind("fautes_ailleurs", "10 % de mots avec une lettre au hasard", strike_anywhere),
    Kind("fautes_lettres", "10 % de lettres fausses (un mot sur deux)", slip_letters),
)

# What is followed when the writing changes; the other figures would add little.
_FOLLOWED = (
    "besoins_premier",
    "besoins_trois",
    "conversation_premier",
    "urgences_reconnues",
    "multi_rappel",
    "lieux_justes",
    "lieux_inventes",
)


def vary(
    sets: HeldOut, read: Reader, seed: int, kinds: Sequence[Kind] = KINDS
) -> tuple[Variation, ...]:
    """Judge the test sets written in each of ``kinds`` of ways, against the same as they are.

    Args:
        seed: of the slips; the same seed gives the same texts.
    """
    plain = _figures(sets, read)
    variations = []
    for kind in kinds:
        figures = _figures(_rewritten(sets, kind, random.Random(seed)), read)
        losses = tuple(
            _loss(kind, before, after) for before, after in zip(plain, figures, strict=True)
        )
        variations.append(Variation(kind.nom, kind.libelle, figures, losses))
    return tuple(variations)


def _figures(sets: HeldOut, read: Reader) -> tuple[Figure, ...]:
    judged = merged(
        (
            judge_needs(sets.besoins, read),
            judge_conversation(sets.conversation, read),
            judge_emergencies(sets.urgences, read),
            judge_several(sets.multi, read),
            judge_places(sets.lieux, read),
        )
    )
    return tuple(figure for figure in judged.figures if figure.mesure in _FOLLOWED)


def _rewritten(sets: HeldOut, kind: Kind, rng: random.Random) -> HeldOut:
    def again(cases: tuple[AnyCase, ...]) -> tuple[AnyCase, ...]:
        return tuple(
            msgspec.structs.replace(case, texte=kind.rewrite(case.texte, rng))
            for _ in range(kind.draws)
            for case in cases
        )

    return msgspec.structs.replace(
        sets,
        besoins=again(sets.besoins),
        conversation=again(sets.conversation),
        urgences=again(sets.urgences),
        multi=again(sets.multi),
        lieux=again(sets.lieux),
    )


def _loss(kind: Kind, before: Figure, after: Figure) -> Figure:
    return Figure(
        mesure=f"perte_{kind.nom}_{before.mesure}",
        nom=f"{before.nom}, {kind.libelle} : points perdus",
        valeur=round(before.valeur - after.valeur, 2),
        unite="points",
    )
