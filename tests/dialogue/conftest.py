"""The shipped catalogue and a fixed clock, for tests of the dialogue without servers."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from rasa_sdk import Tracker

from bot.clock import BRUSSELS
from bot.dialogue.services import Services
from bot.paths import CATALOGUE, DOMAIN

A_MONDAY_MORNING = dt.datetime(2026, 11, 23, 10, 0, tzinfo=BRUSSELS)


@pytest.fixture(scope="session")
def services() -> Services:
    return Services(CATALOGUE, DOMAIN, lambda: A_MONDAY_MORNING)


def tracker(text: str, intent: str, slots: dict[str, Any] | None = None, **parsed: Any) -> Tracker:
    """A tracker whose last message was understood as given."""
    message = {"text": text, "intent": {"name": intent}, "entities": [], **parsed}
    return Tracker("test", slots or {}, message, [], False, None, {}, "action_listen")
