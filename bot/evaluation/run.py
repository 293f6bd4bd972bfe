"""Runs a whole evaluation: a trained model in, a report out."""

from __future__ import annotations

import datetime as dt
import statistics
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.evaluation import measures
from bot.evaluation.heldout import HELDOUT, HeldOut, IntentCase, load_heldout
from bot.evaluation.judging import among_first, judge, merged
from bot.evaluation.judging import judge_conversation, judge_emergencies, judge_needs, judge_several
from bot.evaluation.records import (
    Calibration,
    CrossValidation,
    Figure,
    Reader,
    Reading,
    Report,
    Stock,
)
from bot.evaluation.variations import vary
from bot.understanding import Understanding, Understood

BELGIUM = ZoneInfo("Europe/Brussels")
_WARM_UP = 20
Say = Callable[[str], None]


def reading_of(understood: Understood) -> Reading:
    """Keep of an answer of our model what is judged."""
    return Reading(
        intent=understood.intent,
        confidence=understood.confidence,
        ranking=tuple((one["name"], one["confidence"]) for one in understood.ranking),
        needs=tuple(need["name"] for need in understood.needs),
        emergency=understood.emergency,
        entities=tuple(understood.entities),
    )


class TimedReader:
    """Reads each sentence once, keeps the answer, and times it (milliseconds in ``durations``)."""

    def __init__(self, understanding: Understanding) -> None:
        self._understanding = understanding
        self._known: dict[str, Reading] = {}
        self.durations: list[float] = []

    def __call__(self, text: str) -> Reading:
        """Return what the model reads in ``text``."""
        if text not in self._known:
            start = time.perf_counter()
            understood = self._understanding.parse(text)
            self.durations.append((time.perf_counter() - start) * 1000)
            self._known[text] = reading_of(understood)
        return self._known[text]


def evaluate(
    model: Path,
    say: Say,
    now: dt.datetime,
    *,
    heldout: Path = HELDOUT,
    seed: int = 0,
    validation: CrossValidation | None = None,
    stock_reader: Callable[[Sequence[str]], tuple[Reader, Stock]] | None = None,
) -> Report:
    raise NotImplementedError
