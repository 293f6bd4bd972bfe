"""Conversation ids and the signed tokens that open them."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from itsdangerous import BadSignature, Signer

_ID_BYTES = 16  # 128 bits: nobody guesses a conversation


def load_secret(folder: Path) -> bytes:
    """Return the signing secret: ``RELAIS_SECRET``, else one made once and kept in ``folder``."""
    given = os.environ.get("RELAIS_SECRET")
    if given:
        return given.encode()
    path = folder / "secret"
    try:
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(secrets.token_bytes(32))
    except FileExistsError:
        pass
    return path.read_bytes()


class TokenBook:
    """Makes conversation ids and checks the token each was given with.

    Args:
        secret: key of the signature; whoever has it can open any conversation.
    """

    def __init__(self, secret: bytes) -> None:
        self._signer = Signer(secret, salt="relais-site-conversation")

    def new(self) -> tuple[str, str]:
        """Return a new ``(conversation id, token)``."""
        conversation_id = secrets.token_hex(_ID_BYTES)
        return conversation_id, self._signer.get_signature(conversation_id).decode()

    def opens(self, token: str, conversation_id: str) -> bool:
        """Tell whether ``token`` was made for ``conversation_id``."""
        try:
            self._signer.unsign(f"{conversation_id}.{token}")
        except BadSignature:
            return False
        return True
