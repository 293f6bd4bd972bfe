"""A small client of the website channel: what the terminal chat and the tests talk through."""

from __future__ import annotations

import uuid
from typing import Any

import requests

_TIMEOUT_SECONDS = 60


class ChannelError(RuntimeError):
    """The channel refused; carries its HTTP status, code and French sentence."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.code = code


class Conversation:
    """One conversation through the website channel.

    Args:
        address: the assistant's address, e.g. ``http://localhost:5005``.
    """

    def __init__(self, address: str) -> None:
        self._base = address.rstrip("/") + "/webhooks/site/conversations"
        self._session = requests.Session()
        opened = self._checked(self._session.post(self._base, json={}, timeout=_TIMEOUT_SECONDS))
        self.id: str = opened["id"]
        self.token: str = opened["token"]
        self.greeting: list[dict[str, Any]] = opened["messages"]
        self._session.headers["Authorization"] = f"Bearer {self.token}"

    def say(self, text: str, message_id: str | None = None) -> list[dict[str, Any]]:
        """Send a message and return the assistant's.

        Raises:
            ChannelError: if the channel refuses it.
        """
        body = {"text": text, "message_id": message_id or str(uuid.uuid4())}
        answer = self._session.post(
            f"{self._base}/{self.id}/messages", json=body, timeout=_TIMEOUT_SECONDS
        )
        messages: list[dict[str, Any]] = self._checked(answer)["messages"]
        return messages

    def history(self) -> dict[str, Any]:
        """Return the conversation so far."""
        return self._checked(self._session.get(f"{self._base}/{self.id}", timeout=_TIMEOUT_SECONDS))

    def erase(self) -> None:
        """Erase the conversation on the server."""
        answer = self._session.delete(f"{self._base}/{self.id}", timeout=_TIMEOUT_SECONDS)
        if answer.status_code != 204:
            self._checked(answer)

    @staticmethod
    def _checked(answer: requests.Response) -> dict[str, Any]:
        content: dict[str, Any] = answer.json()
        if answer.status_code >= 400:
            error = content.get("error", {})
            raise ChannelError(
                answer.status_code, error.get("code", "?"), error.get("message", "?")
            )
        return content
