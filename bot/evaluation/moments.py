"""Checks a day or time of day read in a message against its description in the test set.

The descriptions are short French: « mercredi, matin », « demain, à 14 h », « mardi ; jeudi » (either),
« du lundi au vendredi », « semaine prochaine », « matin (tous les jours) ». What they ask of the window
``[debut, fin]`` that the assistant goes by is deliberately loose: the right day, and a window that lies
in the right part of the day. Without a part of the day, any hours will do; without a day, any day.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from bot.nlu.text import strip_accents

_WEEKDAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
_DAYS_AHEAD = {"aujourd'hui": 0, "demain": 1, "apres-demain": 2}
_GROUPS = {
    "week-end (samedi et dimanche)": frozenset((5, 6)),
    "du lundi au vendredi": frozenset(range(5)),
}
# Earliest start and latest end of each part of the day: generous, since people differ.
_PARTS = {"matin": (4, 13), "midi": (11, 15), "apres-midi": (11, 19), "soir": (16, 24)}
_NEXT_WEEK = "semaine prochaine"


class Expected(msgspec.Struct, frozen=True):
    """What a window must satisfy; ``None`` or empty: anything will do.

    ``hours`` bounds the window, ``start_hour`` and ``end_hour`` fix its ends (hours of the day).
    """

    weekdays: frozenset[int] = frozenset()
    days_ahead: int | None = None
    next_week: bool = False
    hours: tuple[int, int] | None = None
    start_hour: int | None = None
    end_hour: int | None = None

    def holds(self, start: dt.datetime, end: dt.datetime, today: dt.date) -> bool:
        """Tell whether the window from ``start`` to ``end`` is one that was meant."""
        day = start.date()
        if self.weekdays and day.weekday() not in self.weekdays:
            return False
        if self.days_ahead is not None and (day - today).days != self.days_ahead:
            return False
        if self.next_week and day.isocalendar()[:2] != _week_after(today):
            return False
        first, last = _hour(start, day), _hour(end, day)
        if self.hours and not (self.hours[0] <= first and last <= self.hours[1]):
            return False
        if self.start_hour is not None and first != self.start_hour:
            return False
        return self.end_hour is None or last == self.end_hour


def _week_after(today: dt.date) -> tuple[int, int]:
    return (today + dt.timedelta(weeks=1)).isocalendar()[:2]


def _hour(moment: dt.datetime, day: dt.date) -> float:
    """Return the hour of ``moment`` counted from the start of ``day``: midnight after it is 24."""
    return (moment.date() - day).days * 24 + moment.hour + moment.minute / 60


def expected_moments(description: str) -> tuple[Expected, ...]:
    """Return the windows a description allows.

    >>> expected_moments("demain, à 14 h")[0].start_hour
    14

    Raises:
        ValueError: naming the part that is not understood.
    """
    plain = strip_accents(description).lower()
    return tuple(_one(part.strip()) for part in plain.split(";"))


def _one(plain: str) -> Expected:
    day, _, time = plain.partition(",")
    if day.endswith("(tous les jours)"):
        return _timed(day.removesuffix("(tous les jours)").strip(), frozenset(), None, False)
    name = day.removesuffix("(prochain)").strip()
    if name in _GROUPS:
        return _timed(time.strip(), _GROUPS[name], None, False)
    if name in _DAYS_AHEAD:
        return _timed(time.strip(), frozenset(), _DAYS_AHEAD[name], False)
    if name == _NEXT_WEEK:
        return _timed(time.strip(), frozenset(), None, True)
    if name in _WEEKDAYS:
        return _timed(time.strip(), frozenset((_WEEKDAYS.index(name),)), None, False)
    raise ValueError(f"moment attendu incompris : « {plain} »")


def _timed(time: str, weekdays: frozenset[int], ahead: int | None, next_week: bool) -> Expected:
    if not time:
        return Expected(weekdays, ahead, next_week)
    if time in _PARTS:
        return Expected(weekdays, ahead, next_week, hours=_PARTS[time])
    if match := re.fullmatch(r"(?:a|apres) (\d+) h", time):
        return Expected(weekdays, ahead, next_week, start_hour=int(match[1]))
    if match := re.fullmatch(r"de (\d+) h a (\d+) h", time):
        return Expected(
            weekdays, ahead, next_week, start_hour=int(match[1]), end_hour=int(match[2])
        )
    raise ValueError(f"heure attendue incomprise : « {time} »")


def window(entities: Sequence[Mapping[str, Any]]) -> tuple[dt.datetime, dt.datetime] | None:
    """Return the window of the first ``quand`` entity that has one."""
    for entity in entities:
        value = entity.get("value")
        if entity.get("entity") == "quand" and isinstance(value, Mapping):
            start, end = value.get("debut"), value.get("fin")
            if start and end:
                return dt.datetime.fromisoformat(start), dt.datetime.fromisoformat(end)
    return None
