"""The clock can be stopped for a dialogue, and for nothing else."""

from __future__ import annotations

import asyncio
import datetime as dt

from bot.clock import BRUSSELS, belgian_time, fixed_time

MOMENT = dt.datetime(2026, 11, 23, 10, 0, tzinfo=BRUSSELS)


def test_a_fixed_time_is_the_time_inside_and_only_inside() -> None:
    with fixed_time(MOMENT):
        assert belgian_time() == MOMENT
    assert belgian_time() != MOMENT


def test_a_time_without_a_zone_is_belgian() -> None:
    with fixed_time(dt.datetime(2026, 11, 23, 10, 0)):
        assert belgian_time() == MOMENT


def test_no_time_lets_the_clock_run() -> None:
    with fixed_time(None):
        assert abs(belgian_time() - dt.datetime.now(BRUSSELS)) < dt.timedelta(seconds=5)


def test_two_conversations_at_once_may_have_two_times() -> None:
    async def hours(moment: dt.datetime) -> int:
        with fixed_time(moment):
            await asyncio.sleep(0)
            return belgian_time().hour

    async def both() -> list[int]:
        return list(await asyncio.gather(hours(MOMENT), hours(MOMENT.replace(hour=3))))

    assert asyncio.run(both()) == [10, 3]


def test_the_actions_read_the_stopped_clock() -> None:
    from bot.dialogue.services import default_services

    with fixed_time(MOMENT):
        assert default_services().now() == MOMENT
