"""What parents read is easy to read: short sentences, every acronym explained, « vous »."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

import pytest
import yaml

from bot.dialogue.services import Services
from bot.dialogues.text import visible
from bot.paths import DOMAIN
from bot.places.checks import french_numbers

LONGEST_SENTENCE = 15  # words; a phone number, however it is spaced, is one

# Acronym → what must stand in the same message.
MEANINGS = {
    "ONE": "Office de la Naissance et de l'Enfance",
    "CPAS": "service social de votre commune",
    "PCS": "plan de cohésion sociale",
    "TMS": "travailleuse médico-sociale",
    "PEP's": "partenaire enfants-parents",
    "PMS": "psycho-médico-social",
    "PSE": "promotion de la santé à l'école",
    "AMO": "jeunes et leur famille",
    "CPVS": "violences sexuelles",
    "SAJ": "service de l'aide à la jeunesse",
    "SPJ": "service de la protection de la jeunesse",
    "AVIQ": "Agence pour une vie de qualité",
}
# « SOS » is a word everyone knows, in two names; JSON is read by machines, never by parents.
KNOWN = {"SOS", "JSON"}

_SENTENCE_END = re.compile(r"(?<=[.!?…])\s+|\n")
_NUMBER = re.compile(r"\d+(?:[ .]\d+)+")
_WORD = re.compile(r"[\wÀ-ÿ'’-]+")
_ACRONYM = re.compile(r"\bPEP's|\b[A-Z]{2,}\b")
_TUTOIEMENT = re.compile(r"\b(?:tu|toi|te|tes|ta|tien(?:ne)?s?)\b|\bt'", re.IGNORECASE)


class Text(NamedTuple):
    """A text a parent reads, and where it is written."""

    where: str
    words: str


def domain_texts() -> Iterator[Text]:
    """Every variant of every response in French; the lines in other languages are not judged."""
    responses = yaml.safe_load(DOMAIN.read_text(encoding="utf-8"))["responses"]
    for name, variants in responses.items():
        if name.startswith("utter_autre_langue"):
            continue
        for variant in variants:
            buttons = [button["title"] for button in variant.get("buttons", ())]
            yield Text(name, "\n".join(map(visible, [*variant["text"].splitlines(), *buttons])))


def service_texts(services: Services) -> Iterator[Text]:
    """What each kind of service is, as it is said, and what to say on the phone."""
    for kind in services.catalogue.services.values():
        yield Text(f"{kind.id}, explication", f"{kind.nom}.\n{visible(kind.explication)}")
        yield Text(f"{kind.id}, au_telephone", visible(kind.au_telephone or ""))


@pytest.fixture(scope="module")
def texts(services: Services) -> list[Text]:
    return [*domain_texts(), *service_texts(services)]


def sentence_lengths(text: str) -> Iterator[tuple[int, str]]:
    for sentence in _SENTENCE_END.split(text):
        yield len(_WORD.findall(_NUMBER.sub("0", sentence))), sentence


def test_no_sentence_is_long(texts: list[Text]) -> None:
    long = [
        f"{text.where} : {count} mots : {sentence}"
        for text in texts
        for count, sentence in sentence_lengths(text.words)
        if count > LONGEST_SENTENCE
    ]
    assert not long, "\n".join(long)


def test_every_acronym_is_explained_in_the_same_message(texts: list[Text]) -> None:
    bare = [
        f"{text.where} : {acronym}"
        for text in texts
        for acronym in set(_ACRONYM.findall(text.words)) - KNOWN
        if MEANINGS.get(acronym, "\0").casefold() not in text.words.casefold()
    ]
    assert not bare, "\n".join(bare)


def test_parents_are_addressed_with_vous(texts: list[Text]) -> None:
    familiar = [f"{text.where} : {text.words}" for text in texts if _TUTOIEMENT.search(text.words)]
    assert not familiar, "\n".join(familiar)


def test_no_french_emergency_number_is_written(texts: list[Text]) -> None:
    wrong = [f"{text.where} : {found}" for text in texts if (found := french_numbers(text.words))]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize(
    ("text", "longest"),
    [("Appelez le 0800 30 030.", 3), ("Un deux trois. Quatre ?", 3), ("L'école d'été", 2)],
)
def test_a_phone_number_counts_as_one_word(text: str, longest: int) -> None:
    assert max(count for count, _ in sentence_lengths(text)) == longest
