"""The training sentences: enough of them, written one by one, and none of the test sets' among them.

The limits were set from the sentences themselves with some room; a file made from templates is far
beyond them (shown below). They differ for what is short by nature: thanks, greetings, towns, ages.
"""

from __future__ import annotations

import functools
import itertools
import random
from collections import Counter, defaultdict
from collections.abc import Sequence

import msgspec
import numpy as np
import pytest
import yaml
from rapidfuzz import fuzz, process

from bot.evaluation.heldout import load_heldout
from bot.evaluation.records import FALLBACK
from bot.evaluation.training_data import (
    TRAINING,
    TrainingSentence,
    first_word_share,
    load_training,
    plain,
    variety,
)
from bot.paths import DOMAIN

_FILES = sorted(path.name for path in TRAINING.rglob("*.yml"))
_LONG = ("besoin", "urgence", "pieges")
# From this likeness on (rapidfuzz, 0 to 100), a training sentence is a test sentence in disguise.
_SAME_SENTENCE = 95


class Limits(msgspec.Struct, frozen=True):
    """Bounds on each measure of ``bot.evaluation.training_data.Variety``."""

    nearest: float
    near_copies: float
    slots: float
    opening: float
    vocabulary: float
    growth: float


SITUATIONS = Limits(
    nearest=0.5, near_copies=0.02, slots=0.03, opening=0.06, vocabulary=135, growth=0.45
)
SHORT_REMARKS = Limits(
    nearest=0.65, near_copies=0.08, slots=0.06, opening=0.08, vocabulary=105, growth=0.35
)
# « je » opens more of the short remarks (« je n'ai pas mal »…) than of the situations people tell.
_FIRST_WORD = {SITUATIONS: 0.10, SHORT_REMARKS: 0.12}


def refusals(texts: Sequence[str], limits: Limits) -> list[str]:
    """Return which measures say that ``texts`` come from templates, with their values."""
    found = variety(texts)
    too_high = ("nearest", "near_copies", "slots", "opening")
    too_low = ("vocabulary", "growth")
    return [
        f"{name} = {getattr(found, name)} (limite {getattr(limits, name)})"
        for names, sign in ((too_high, 1), (too_low, -1))
        for name in names
        if sign * getattr(found, name) > sign * getattr(limits, name)
    ]


def _limits(name: str) -> Limits:
    return SITUATIONS if name.startswith(_LONG) else SHORT_REMARKS


@functools.lru_cache(maxsize=1)
def training() -> tuple[TrainingSentence, ...]:
    return load_training()


def _texts(name: str) -> list[str]:
    return [sentence.texte for sentence in training() if sentence.fichier == name]


def _counts() -> Counter[str]:
    return Counter(sentence.intent for sentence in training())


def _intents() -> list[str]:
    declared = yaml.safe_load(DOMAIN.read_text(encoding="utf-8"))["intents"]
    return [intent for intent in declared if intent != FALLBACK]


# --- Enough of them --------------------------------------------------------------------------------


def test_every_need_and_emergency_has_at_least_200_sentences() -> None:
    counts = _counts()
    wanted = [intent for intent in _intents() if intent.startswith(("besoin_", "urgence_"))]
    assert len(wanted) == 22
    assert {intent: counts[intent] for intent in wanted if counts[intent] < 200} == {}


def test_every_other_intent_has_at_least_60_sentences() -> None:
    counts = _counts()
    others = [intent for intent in _intents() if not intent.startswith(("besoin_", "urgence_"))]
    assert {intent: counts[intent] for intent in others if counts[intent] < 60} == {}


def test_at_least_400_sentences_carry_two_or_three_needs() -> None:
    several = [sentence for sentence in training() if len(sentence.labels) in (2, 3)]
    assert len(several) >= 400


def test_at_least_300_sentences_look_like_one_thing_and_are_another() -> None:
    assert len(_texts("pieges.yml")) >= 300


def test_every_label_is_an_intent_of_the_domain() -> None:
    known = set(_intents())
    assert {s.intent: s.fichier for s in training() if not s.labels <= known} == {}


# --- Written one by one ----------------------------------------------------------------------------


@pytest.mark.parametrize("name", _FILES)
def test_a_file_does_not_come_from_templates(name: str) -> None:
    assert refusals(_texts(name), _limits(name)) == []


@pytest.mark.parametrize("name", _FILES)
def test_no_first_word_begins_too_much_of_a_file(name: str) -> None:
    word, share = first_word_share(_texts(name))
    assert share <= _FIRST_WORD[_limits(name)], (
        f"« {word} » commence {share:.0%} des phrases de {name}"
    )


def test_no_sentence_stands_twice_even_under_two_intents() -> None:
    places: dict[str, list[str]] = defaultdict(list)
    for sentence in training():
        places[plain(sentence.texte) or sentence.texte].append(
            f"{sentence.fichier} ({sentence.intent})"
        )
    assert {text: where for text, where in places.items() if len(where) > 1} == {}


def test_a_templated_file_is_refused() -> None:
    openings = ("je cherche", "bonjour je voudrais", "il me faut", "où trouver", "svp")
    things = ("une crèche", "une place en crèche", "une gardienne", "une accueillante")
    children = ("pour mon fils", "pour ma fille", "pour mon bébé", "pour mes jumeaux")
    towns = ("à Namur", "à Liège", "à Mons", "près de Huy", "à Bruxelles")
    made = [" ".join(parts) for parts in itertools.product(openings, things, children, towns)]
    random.Random(0).shuffle(made)
    found = refusals(made[:250], SITUATIONS)
    assert {message.split()[0] for message in found} >= {
        "nearest",
        "near_copies",
        "slots",
        "opening",
        "vocabulary",
        "growth",
    }


def test_templates_hidden_in_a_real_file_are_refused() -> None:
    # A quarter of the file, each made from two of its own sentences by swapping the town or child.
    real = _texts("besoin_accueil.yml")[:200]
    towns = ("Namur", "Liège", "Mons", "Huy", "Arlon", "Wavre", "Dinant", "Ciney", "Spa", "Ath")
    made = [
        f"{opening} une place en crèche pour ma fille à {town}"
        for opening in (
            "nous cherchons vraiment",
            "comment faire pour avoir",
            "toujours pas trouvé",
        )
        for town in towns
    ]
    made += [f"mon bébé de {months} mois n'a toujours pas de crèche" for months in range(2, 22)]
    found = {message.split()[0] for message in refusals([*real, *made], SITUATIONS)}
    assert {"near_copies", "slots"} <= found


def test_the_order_of_a_real_file_does_not_get_it_refused() -> None:
    texts = _texts("besoin_repit.yml")
    random.Random(1).shuffle(texts)
    assert refusals(texts, SITUATIONS) == []


# --- Apart from the test sets ----------------------------------------------------------------------


def _held_out_sentences() -> list[str]:
    """Return the test sentences of more than three words; shorter ones may be said by anyone."""
    sets = load_heldout()
    alone = set(sets.digests) - {"conversations_entieres"}
    cases = itertools.chain.from_iterable(getattr(sets, name) for name in sorted(alone))
    talked = (text for one in sets.conversations_entieres for text in one.messages)
    # « c'est quoi une halte-accueil ? » in the middle of a conversation is nobody's own sentence.
    return [case.texte for case in cases if len(plain(case.texte).split()) > 3] + [
        text for text in talked if len(plain(text).split()) > 8
    ]


def test_no_sentence_of_the_test_sets_is_trained_on() -> None:
    trained = {plain(sentence.texte): sentence.fichier for sentence in training()}
    leaked = [
        f"{trained[plain(text)]} : {text}"
        for text in _held_out_sentences()
        if plain(text) in trained
    ]
    assert not leaked, "à retirer de data/nlu :\n" + "\n".join(leaked)


def test_no_sentence_of_the_test_sets_is_trained_on_under_another_spelling() -> None:
    sentences = training()
    tested = [text for text in _held_out_sentences() if len(plain(text).split()) > 5]
    likeness = process.cdist(
        [plain(text) for text in tested],
        [plain(sentence.texte) for sentence in sentences],
        scorer=fuzz.ratio,
        score_cutoff=_SAME_SENTENCE,
        dtype=np.uint8,
        workers=-1,
    )
    leaked = [
        f"{sentences[j].fichier} : {sentences[j].texte}"
        for _, j in zip(*np.nonzero(likeness), strict=True)
    ]
    assert not leaked, "à retirer de data/nlu :\n" + "\n".join(leaked)
