"""The time in Belgium; the one place that reads the clock, and where a test may stop it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from zoneinfo import ZoneInfo

BRUSSELS = ZoneInfo("Europe/Brussels")

# A context variable, not a global: a stopped clock holds for the tasks started under it and for
# nothing else that runs in the process.
_stopped_at: ContextVar[dt.datetime | None] = ContextVar("stopped_at", default=None)


def belgian_time() -> dt.datetime:
    """Return the time in Belgium, with its zone; under ``fixed_time``, the time given there."""
    return _stopped_at.get() or dt.datetime.now(BRUSSELS)


@contextmanager
def fixed_time(moment: dt.datetime | None) -> Iterator[None]:
    """Stop the clock at ``moment`` for what runs inside: understanding, actions and answers alike.

    Args:
        moment: the time it is meanwhile; without a zone, Belgian time. ``None`` lets the clock run.

    >>> with fixed_time(dt.datetime(2026, 11, 23, 10, 0)):
    ...     belgian_time().isoformat()
    '2026-11-23T10:00:00+01:00'
    """
    if moment is not None and moment.tzinfo is None:
        moment = moment.replace(tzinfo=BRUSSELS)
    token = _stopped_at.set(moment)
    try:
        yield
    finally:
        _stopped_at.reset(token)
