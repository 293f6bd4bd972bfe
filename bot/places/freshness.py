"""How far a place's record can be trusted, from the date it was last checked with the place itself.

Source of the thresholds: the project's rules on freshness (docs/catalogue.md): six, twelve and
twenty-four months.
"""

from __future__ import annotations

import datetime as dt
from enum import Enum

from dateutil.relativedelta import relativedelta


class Freshness(Enum):
    """From the most to the least trusted; ``HIDDEN`` is not shown to parents."""

    FRESH = 0
    TO_CONFIRM = 1
    OLD = 2
    NEVER = 3
    HIDDEN = 4


def freshness(verified_on: dt.date | None, today: dt.date) -> Freshness:
    """Return the freshness of a record last verified on a date; ``None`` means never."""
    if verified_on is None:
        return Freshness.NEVER
    if verified_on >= today - relativedelta(months=6):
        return Freshness.FRESH
    if verified_on >= today - relativedelta(months=12):
        return Freshness.TO_CONFIRM
    if verified_on >= today - relativedelta(months=24):
        return Freshness.OLD
    return Freshness.HIDDEN
