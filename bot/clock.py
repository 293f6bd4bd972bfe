"""The time in Belgium; the one place that reads the clock."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

BRUSSELS = ZoneInfo("Europe/Brussels")


def belgian_time() -> dt.datetime:
    """Return the time in Belgium, with its zone."""
    return dt.datetime.now(BRUSSELS)
