"""What the website channel keeps of a conversation: its turns, so that a phone may retry or resume."""

from __future__ import annotations

import datetime as dt
from typing import Any

import msgspec
import sqlalchemy as sa

_metadata = sa.MetaData()
_conversations = sa.Table(
    "site_conversations",
    _metadata,
    sa.Column("id", sa.String(32), primary_key=True),
    sa.Column("started_at", sa.DateTime, nullable=False),
)
_turns = sa.Table(
    "site_turns",
    _metadata,
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("conversation_id", sa.String(32), nullable=False, index=True),
    sa.Column("message_id", sa.String(64), nullable=True),
    sa.Column("text", sa.Text, nullable=True),
    sa.Column("messages", sa.LargeBinary, nullable=False),
    sa.Column("created_at", sa.DateTime, nullable=False),
    sa.UniqueConstraint("conversation_id", "message_id"),
)

Messages = list[dict[str, Any]]


class Turn(msgspec.Struct, frozen=True):
    """What the parent wrote (``None`` for the greeting) and what the assistant answered."""

    text: str | None
    messages: Messages
    message_id: str | None = None


class TurnStore:
    """The turns of every conversation of the website channel, in the tracker store's database.

    Args:
        engine: SQLAlchemy engine of the database; the tables are made if they are missing.
    """

    def __init__(self, engine: sa.engine.Engine) -> None:
        self._engine = engine
        _metadata.create_all(engine)

    def start(self, conversation_id: str, greeting: Messages, now: dt.datetime) -> None:
        """Record a new conversation and the greeting it began with."""
        with self._engine.begin() as connection:
            connection.execute(_conversations.insert().values(id=conversation_id, started_at=now))
        self.add(conversation_id, Turn(None, greeting), now)

    def exists(self, conversation_id: str) -> bool:
        """Tell whether the conversation is known (and was not erased)."""
        query = sa.select(_conversations.c.id).where(_conversations.c.id == conversation_id)
        with self._engine.connect() as connection:
            return connection.execute(query).first() is not None

    def add(self, conversation_id: str, turn: Turn, now: dt.datetime) -> None:
        """Record one answered turn.

        Raises:
            sqlalchemy.exc.IntegrityError: if this ``message_id`` was already answered.
        """
        values = {
            "conversation_id": conversation_id,
            "message_id": turn.message_id,
            "text": turn.text,
            "messages": msgspec.json.encode(turn.messages),
            "created_at": now,
        }
        with self._engine.begin() as connection:
            connection.execute(_turns.insert().values(**values))

    def answer_to(self, conversation_id: str, message_id: str) -> Messages | None:
        """Return the answer already given to this ``message_id``, or ``None``."""
        query = sa.select(_turns.c.messages).where(
            _turns.c.conversation_id == conversation_id, _turns.c.message_id == message_id
        )
        with self._engine.connect() as connection:
            row = connection.execute(query).first()
        return None if row is None else msgspec.json.decode(row.messages)

    def history(self, conversation_id: str) -> list[Turn]:
        """Return every turn, oldest first."""
        query = (
            sa.select(_turns.c.text, _turns.c.messages, _turns.c.message_id)
            .where(_turns.c.conversation_id == conversation_id)
            .order_by(_turns.c.number)
        )
        with self._engine.connect() as connection:
            rows = connection.execute(query).all()
        return [Turn(row.text, msgspec.json.decode(row.messages), row.message_id) for row in rows]

    def button_title(self, conversation_id: str, payload: str) -> str | None:
        """Return the title of the button that offered this payload in the conversation, or ``None``."""
        for turn in reversed(self.history(conversation_id)):
            for message in turn.messages:
                for button in message.get("buttons", ()):
                    if button["payload"] == payload:
                        return str(button["title"])
        return None

    def silent_since(self, moment: dt.datetime) -> list[str]:
        """Return the conversations in which nothing was said from ``moment`` (UTC) on."""
        last = sa.func.max(_turns.c.created_at)
        query = (
            sa.select(_conversations.c.id)
            .outerjoin(_turns, _turns.c.conversation_id == _conversations.c.id)
            .group_by(_conversations.c.id, _conversations.c.started_at)
            .having(sa.func.coalesce(last, _conversations.c.started_at) < moment)
        )
        with self._engine.connect() as connection:
            return [row.id for row in connection.execute(query)]

    def erase(self, conversation_id: str) -> None:
        """Erase the conversation and all its turns."""
        with self._engine.begin() as connection:
            connection.execute(_turns.delete().where(_turns.c.conversation_id == conversation_id))
            connection.execute(
                _conversations.delete().where(_conversations.c.id == conversation_id)
            )
