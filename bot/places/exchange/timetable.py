"""Opening hours between the catalogue's strings and formats that want days, times and repetitions.

Only what both sides say alike is translated: a timetable that says more (months, weeks, holidays of the
schools) is left to the caller as ``None``, never half told.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

import msgspec

from bot.places.hours import parse_problem

DAYS: Final = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")

_DAY = "(?:Mo|Tu|We|Th|Fr|Sa|Su)"
_DAY_ITEM = re.compile(rf"({_DAY})(?:-({_DAY})|\[([1-5](?:[,-][1-5])*|-1)\])?|(PH)")
_SPAN = r"\d{1,2}:\d{2}-\d{1,2}:\d{2}"
_RULE = re.compile(
    rf"(?P<days>(?:{_DAY_ITEM.pattern})(?:,(?:{_DAY_ITEM.pattern}))*)? ?"
    rf"(?P<times>off|closed|{_SPAN}(?:,{_SPAN})*)"
)
_MIDNIGHT: Final = 24 * 60

Spans = tuple[tuple[int, int], ...]


class Opening(msgspec.Struct, frozen=True, order=True):
    """One opening: ``day`` from 0 (Monday), every week when ``nth`` is 0, otherwise the nth of the month.

    ``nth`` is -1 for the last of the month. ``opens`` and ``closes`` are minutes since midnight, ``opens``
    below 1440; a ``closes`` beyond 1440 is on the next day.
    """

    day: int
    nth: int
    opens: int
    closes: int


class Timetable(msgspec.Struct, frozen=True):
    """A week, openings of some weeks of the month, and what happens on public holidays.

    ``public_holidays`` is ``None`` when nothing is said, ``()`` when the place is closed then.
    """

    openings: tuple[Opening, ...]
    public_holidays: Spans | None = None


def read_timetable(horaires: str) -> Timetable | None:
    """The timetable an ``opening_hours`` string describes; ``None`` when it says more than a week can.

    >>> read_timetable("We 14:00-16:30; PH off").public_holidays
    ()
    """
    text = re.sub(r"\s*([,;-])\s*", r"\1", " ".join(horaires.split()))
    if parse_problem(horaires) is not None:
        return None
    if text == "24/7":
        every = tuple(Opening(day, 0, 0, _MIDNIGHT) for day in range(7))
        return Timetable(every, ((0, _MIDNIGHT),))
    week: dict[int, Spans] = {}
    monthly: list[Opening] = []
    holidays: Spans | None = None
    for part in text.split(";"):
        rule = _RULE.fullmatch(part)
        if rule is None:
            return None
        spans = _spans(rule["times"])
        days, nths, on_holidays = _days(rule["days"])
        if nths and not spans:
            return None
        for day in days:
            week[day] = spans
        monthly += [Opening(day, n, a, b) for day, n in nths for a, b in spans]
        holidays = spans if on_holidays else holidays
    if any(week.get(opening.day) for opening in monthly):
        return None  # which of the two holds on the nth day is not for us to say
    weekly = [Opening(day, 0, a, b) for day, spans in week.items() for a, b in spans]
    return Timetable(tuple(sorted([*weekly, *monthly])), holidays)


def _spans(times: str) -> Spans:
    if times in ("off", "closed"):
        return ()
    pairs = []
    for opens, closes in (span.split("-") for span in times.split(",")):
        start, end = minutes(opens), minutes(closes)
        pairs.append((start, end if end > start else end + _MIDNIGHT))
    return tuple(pairs)


def _days(text: str | None) -> tuple[list[int], list[tuple[int, int]], bool]:
    """The weekdays of a rule, its (weekday, nth) pairs, and whether it names public holidays."""
    if text is None:
        return list(range(7)), [], False
    days: list[int] = []
    nths: list[tuple[int, int]] = []
    holidays = False
    for first, last, numbers, holiday in _DAY_ITEM.findall(text):
        if holiday:
            holidays = True
        elif numbers:
            nths += [(DAYS.index(first), n) for n in _numbers(numbers)]
        else:
            start, end = DAYS.index(first), DAYS.index(last or first)
            days += [(start + step) % 7 for step in range((end - start) % 7 + 1)]
    return days, nths, holidays


def _numbers(text: str) -> Iterator[int]:
    if text == "-1":
        yield -1
        return
    for item in text.split(","):
        first, _, last = item.partition("-")
        yield from range(int(first), int(last or first) + 1)


def minutes(clock: str) -> int:
    """Minutes since midnight of « 09:30 »."""
    hours, _, rest = clock.partition(":")
    return int(hours) * 60 + int(rest)


def clock(minute: int) -> str:
    """« 09:30 » of minutes since midnight; beyond midnight the hours start again, 1440 is « 24:00 »."""
    if minute != _MIDNIGHT:
        minute %= _MIDNIGHT
    return f"{minute // 60:02d}:{minute % 60:02d}"


def write_timetable(openings: Iterable[Opening]) -> str | None:
    """The ``opening_hours`` string of these openings; ``None`` when it would not be a sound one.

    >>> write_timetable([Opening(2, 0, 840, 990), Opening(0, 0, 840, 990)])
    'Mo,We 14:00-16:30'
    """
    week: dict[int, list[tuple[int, int]]] = {}
    monthly: dict[tuple[int, int, int], set[int]] = {}
    for opening in set(openings):
        if opening.nth:
            key = (opening.day, opening.opens, opening.closes)
            monthly.setdefault(key, set()).add(opening.nth)
        else:
            week.setdefault(opening.day, []).append((opening.opens, opening.closes))
    by_spans: dict[tuple[tuple[int, int], ...], list[int]] = {}
    for day in sorted(week):
        by_spans.setdefault(tuple(sorted(week[day])), []).append(day)
    rules = [f"{_day_list(days)} {_times(spans)}" for spans, days in by_spans.items()]
    for (day, opens, closes), nths in sorted(monthly.items()):
        numbers = ",".join(str(n) for n in sorted(nths, key=lambda n: (n < 0, n)))
        rules.append(f"{DAYS[day]}[{numbers}] {_times([(opens, closes)])}")
    text = "; ".join(rules)
    return text if rules and parse_problem(text) is None else None


def _times(spans: Sequence[tuple[int, int]]) -> str:
    return ",".join(f"{clock(a)}-{clock(b)}" for a, b in spans)


def _day_list(days: Sequence[int]) -> str:
    """« Mo-Fr », « Mo,We » : runs of three days or more are joined."""
    runs: list[list[int]] = []
    for day in days:
        if runs and runs[-1][-1] == day - 1:
            runs[-1].append(day)
        else:
            runs.append([day])
    names = []
    for run in runs:
        if len(run) > 2:
            names.append(f"{DAYS[run[0]]}-{DAYS[run[-1]]}")
        else:
            names += [DAYS[day] for day in run]
    return ",".join(names)
