"""Five hundred conversations nobody would write: every turn is answered, and nothing breaks."""

from __future__ import annotations

import logging
import re
import zlib
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.channel.refusals import MAX_CHARACTERS
from bot.clock import fixed_time
from bot.dialogues.outcomes import Turn
from bot.dialogues.playing import Player, _Conversation
from bot.dialogues.text import everything_shown, sentences, visible
from bot.paths import ROOT
from bot.places.checks import french_numbers
from tests.dialogue.conftest import A_MONDAY_MORNING

pytestmark = pytest.mark.server

CONVERSATIONS = 500
ASKED_AT_MOST = 2
SENTENCES_PER_INTENT = 8

_ANNOTATION = re.compile(r"\[([^\]]+)\](?:\([^)]*\)|\{[^}]*\})")
_SENTENCE = re.compile(r"[^.!?…\n]+[.!?…]*")
# Ways of asking one thing: asked in other words, it is the same question.
_SAME_QUESTION = {"commune ?": re.compile(r"commune habitez-vous ?\?|où habitez-vous ?\?", re.I)}


def training_sentences() -> list[str]:
    """A few sentences of every intent, spread over its examples."""
    found: list[str] = []
    for path in sorted((ROOT / "data" / "nlu").glob("*.yml")):
        for entry in yaml.safe_load(path.read_text(encoding="utf-8"))["nlu"]:
            lines = [line[2:] for line in str(entry.get("examples", "")).splitlines()]
            step = max(1, len(lines) // SENTENCES_PER_INTENT)
            found += [_ANNOTATION.sub(r"\1", line) for line in lines[::step]]
    return [sentence for sentence in found if sentence.strip()]


# A number presses a button shown before: the latest first.
press = st.integers(min_value=0, max_value=12)
said = st.sampled_from(training_sentences())
place = st.sampled_from(
    ["Namur", "5000", "Forest", "Lille", "Bxl", "Virton", "province de Liège", "Saint-Nicolas"]
)
noise = st.one_of(
    st.text(max_size=40),
    st.text(alphabet="azertyuiop ", min_size=1, max_size=60),
    st.sampled_from(
        ["", "   ", "\n", "👶", "😭😭😭", "🆘", "?", "...", "/", "/refuser", "oui", "non", "null"]
    ),
    st.sampled_from(["je suis perdue ", "a", "aide 🙏 ", "1000 "]).map(
        lambda words: (words * MAX_CHARACTERS)[:MAX_CHARACTERS]
    ),
    st.just("trop " * MAX_CHARACTERS),
)
steps = st.lists(st.one_of(said, said, said, press, place, noise), min_size=3, max_size=10)


@pytest.fixture(scope="module")
def player(model: Path, state: Path) -> Player:
    return Player(model)


@contextmanager
def logged_exceptions() -> Iterator[list[str]]:
    """Every exception any log gets, whatever its level."""
    seen: list[str] = []

    class Handler(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            if record.exc_info and record.exc_info[0]:
                seen.append(f"{record.exc_info[0].__name__} ({record.module}.py:{record.lineno})")

    handler = Handler()
    logging.getLogger().addHandler(handler)
    try:
        yield seen
    finally:
        logging.getLogger().removeHandler(handler)


async def converse(player: Player, moves: Sequence[str | int]) -> tuple[Turn, ...]:
    """Say each text, or press a button shown so far."""
    conversation = _Conversation(f"monkey-{player._opened}", player._greeting())
    player._opened += 1
    for move in moves:
        text = pressed(conversation.turns, move) if isinstance(move, int) else move
        conversation.add(await player._turn(conversation, text))
    player._store.store.pop(conversation.id, None)
    return tuple(conversation.turns)


def pressed(turns: Sequence[Turn], number: int) -> str:
    orders = [b["payload"] for turn in reversed(turns) for b in turn.buttons]
    return orders[number % len(orders)]


def questions(turn: Turn) -> list[str]:
    """What a turn asks; the question of an emergency may be asked each time it matters."""
    if any(name.startswith("utter_urgence") for name in turn.responses):
        return []
    text = "\n".join(visible(line) for line in sentences(turn.messages).splitlines())
    asked = [s.strip() for s in _SENTENCE.findall(text) if s.strip().endswith("?")]
    return [
        next((name for name, way in _SAME_QUESTION.items() if way.search(question)), question)
        for question in asked
    ]


def faults(turns: Sequence[Turn]) -> Iterator[str]:
    """Everything wrong with a conversation, one sentence each."""
    asked: Counter[str] = Counter()
    for number, turn in enumerate(turns):
        shown = everything_shown(turn.messages)
        if not shown.strip():
            yield f"turn {number}: no answer"
        if not all(m.get("text") or m.get("custom") or m.get("buttons") for m in turn.messages):
            yield f"turn {number}: an empty message"
        if turn.troubles:
            yield f"turn {number}: {', '.join(turn.troubles)}"
        if french_numbers(shown) or french_numbers(sentences(turn.messages)):
            yield f"turn {number}: a French emergency number"
        if "action_recommencer" in turn.actions:
            asked.clear()
            continue
        asked.update(questions(turn))
        for question in questions(turn):
            if asked[question] == ASKED_AT_MOST + 1:
                yield f"turn {number}: asked once too often: {question}"


def transcript(turns: Sequence[Turn]) -> str:
    return "\n".join(
        f"> {(turn.said or '')[:80]!r}\n{sentences(turn.messages)[:400]}" for turn in turns[1:]
    )


def test_five_hundred_random_conversations_are_answered_to_the_end(player: Player) -> None:
    broken: list[str] = []

    @settings(
        max_examples=CONVERSATIONS,
        derandomize=True,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(steps)
    def play(moves: list[str | int]) -> None:
        np.random.seed(zlib.crc32(repr(moves).encode()))
        with fixed_time(A_MONDAY_MORNING), logged_exceptions() as exceptions:
            turns = player._loop.run_until_complete(converse(player, moves))
        found = [*faults(turns), *(f"logged: {name}" for name in exceptions)]
        if found:
            broken.append("\n".join([*found, transcript(turns)]))

    play()
    # All of them are said, not only the first: a shrunk one would hide the others.
    assert not broken, f"{len(broken)} conversations\n\n" + "\n\n".join(broken[:20])
