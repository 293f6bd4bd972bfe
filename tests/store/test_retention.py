"""Conversations nobody came back to are forgotten, the others kept."""

from __future__ import annotations

import asyncio
import datetime as dt
from pathlib import Path

import pytest

from bot.store.retention import KEPT_DAYS, forget_old
from bot.store.tracker_store import ConversationTrackerStore
from bot.store.turns import Turn, TurnStore

NOW = dt.datetime(2026, 11, 22, 12, 0)


@pytest.fixture
def trackers(tmp_path: Path) -> ConversationTrackerStore:
    return ConversationTrackerStore(db=str(tmp_path / "conversations.db"))


@pytest.fixture
def turns(trackers: ConversationTrackerStore) -> TurnStore:
    return TurnStore(trackers.engine)


def days_ago(days: float) -> dt.datetime:
    return NOW - dt.timedelta(days=days)


def test_a_conversation_silent_for_longer_than_we_say_is_forgotten(
    turns: TurnStore, trackers: ConversationTrackerStore
) -> None:
    turns.start("vieille", [{"text": "Bonjour"}], days_ago(KEPT_DAYS + 1))
    assert asyncio.run(forget_old(turns, trackers, NOW)) == 1
    assert not turns.exists("vieille")
    assert turns.history("vieille") == []


def test_an_old_conversation_that_goes_on_is_kept(
    turns: TurnStore, trackers: ConversationTrackerStore
) -> None:
    turns.start("fidele", [{"text": "Bonjour"}], days_ago(KEPT_DAYS + 10))
    turns.add("fidele", Turn("me revoilà", [{"text": "Bonjour"}]), days_ago(1))
    assert asyncio.run(forget_old(turns, trackers, NOW)) == 0
    assert len(turns.history("fidele")) == 2
