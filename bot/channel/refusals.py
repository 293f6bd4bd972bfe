"""What the channel refuses, and how it reads what a browser sends."""

from __future__ import annotations

import re

MAX_CHARACTERS = 1000
MAX_BODY_BYTES = 16 * 1024
_MESSAGE_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")


class SiteError(Exception):
    """A refusal, with the HTTP status and the code the widget gets.

    The sentence is the domain's response ``utter_erreur_<code>``.
    """

    def __init__(self, status: int, code: str, retry_after: int | None = None) -> None:
        super().__init__(code)
        self.status = status
        self.code = code
        self.retry_after = retry_after


def read_text(text: object) -> str:
    """Return the parent's words, cleaned, or raise what is wrong with them."""
    if not isinstance(text, str) or not text.strip():
        raise SiteError(400, "message_vide")
    # A NUL or a lone surrogate can be stored by no database.
    cleaned = text.encode("utf-8", "ignore").decode().replace("\0", "").strip()
    if not cleaned:
        raise SiteError(400, "message_vide")
    if len(cleaned) > MAX_CHARACTERS:
        raise SiteError(400, "message_trop_long")
    return cleaned


def read_message_id(value: object) -> str | None:
    """Return the id the client gave its message, if any; raise if it is not one."""
    if value is None:
        return None
    if not isinstance(value, str) or not _MESSAGE_ID.fullmatch(value):
        raise SiteError(400, "message_id_invalide")
    return value
