"""Forgets conversations nobody came back to: what a parent wrote is not kept for ever."""

from __future__ import annotations

import asyncio
import datetime as dt
import logging

from sqlalchemy.exc import SQLAlchemyError

from bot.store.tracker_store import ConversationTrackerStore
from bot.store.turns import TurnStore

logger = logging.getLogger(__name__)

# The widget and ``utter_confidentialite`` say so to parents: change them together.
KEPT_DAYS = 30
_PAUSE_SECONDS = 6 * 3600


async def forget_old(
    turns: TurnStore, trackers: ConversationTrackerStore, now: dt.datetime, days: int = KEPT_DAYS
) -> int:
    """Erase the conversations whose last turn is older than ``days``; return how many.

    Args:
        now: UTC, without zone, as the turns are dated.
    """
    old = turns.silent_since(now - dt.timedelta(days=days))
    for conversation_id in old:
        turns.erase(conversation_id)
        await trackers.delete(conversation_id)
    return len(old)


async def keep_forgetting(turns: TurnStore, trackers: ConversationTrackerStore) -> None:
    """Forget old conversations now and every six hours, as long as the server runs."""
    while True:
        try:
            now = dt.datetime.now(dt.timezone.utc).replace(tzinfo=None)
            forgotten = await forget_old(turns, trackers, now)
            if forgotten:
                logger.info("forgot %d old conversations", forgotten)
        except SQLAlchemyError as error:
            logger.error("old conversations not forgotten: %s", type(error).__name__)
        await asyncio.sleep(_PAUSE_SECONDS)
