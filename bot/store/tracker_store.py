"""Rasa's SQL tracker store, with what it lacks: erasing a conversation, and patience under SQLite."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from rasa.core.tracker_store import SQLTrackerStore
from rasa.shared.core.constants import ACTION_LISTEN_NAME
from rasa.shared.core.events import ActionExecuted

from bot.paths import state_folder

_BUSY_TIMEOUT_MS = 3000


def resolve_sqlite_path(db: str) -> str:
    """Return the path of an SQLite file; a relative one lies in the state folder."""
    return db if db.startswith("/") or db == ":memory:" else str(state_folder() / db)


def _tune_sqlite(connection: Any, _record: Any) -> None:
    """Let readers and one writer work side by side, and wait for a lock rather than fail at once."""
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=NORMAL")
    cursor.execute(f"PRAGMA busy_timeout={_BUSY_TIMEOUT_MS}")
    cursor.execute("PRAGMA secure_delete=ON")
    cursor.close()


class ConversationTrackerStore(SQLTrackerStore):
    """The tracker store named in ``endpoints.yml``; takes the same options as Rasa's own."""

    def __init__(
        self, domain: Any = None, dialect: str = "sqlite", db: str = "rasa.db", **kwargs: Any
    ) -> None:
        if dialect == "sqlite":
            db = resolve_sqlite_path(db)
        super().__init__(domain=domain, dialect=dialect, db=db, **kwargs)
        if dialect == "sqlite":
            sa.event.listen(self.engine, "connect", _tune_sqlite)
            self.engine.dispose()

    async def delete(self, sender_id: str) -> int:
        """Erase every event of a conversation and return how many there were."""
        with self.session_scope() as session:
            count = (
                session.query(self.SQLEvent)
                .filter(self.SQLEvent.sender_id == sender_id)
                .delete(synchronize_session=False)
            )
            session.commit()
        return int(count)

    async def end_turn(self, sender_id: str) -> None:
        """Record that it is the parent's turn to speak, if the last turn stopped before saying so."""
        tracker = await self.retrieve(sender_id)
        if tracker is not None and tracker.latest_action_name != ACTION_LISTEN_NAME:
            tracker.update(ActionExecuted(ACTION_LISTEN_NAME))
            await self.save(tracker)


def unwrapped(store: Any) -> ConversationTrackerStore:
    """Return our store from inside what Rasa wraps around it (a fallback for when saving fails).

    Raises:
        TypeError: if ``endpoints.yml`` names another kind of store.
    """
    while not isinstance(store, ConversationTrackerStore):
        inner = getattr(store, "_tracker_store", None)
        if inner is None:
            raise TypeError(
                "endpoints.yml: tracker_store.type must be "
                "bot.store.tracker_store.ConversationTrackerStore"
            )
        store = inner
    return store
