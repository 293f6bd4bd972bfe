"""The sentences people read, as ``domain.yml`` holds them, for the parts that run outside Rasa's core."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml


class Wording:
    """The ``responses`` of a Rasa domain.

    Args:
        responses: response name → its variants, each a mapping with ``text`` and perhaps ``buttons``.
    """

    def __init__(self, responses: Mapping[str, list[dict[str, Any]]]) -> None:
        self._responses = responses

    @classmethod
    def load(cls, domain: Path) -> Wording:
        """Read the responses of a domain file."""
        loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
        content = yaml.load(domain.read_text(encoding="utf-8"), Loader=loader)
        return cls(content["responses"])

    def text(self, name: str, **values: object) -> str:
        """Return the first variant of a response, its ``{placeholders}`` filled in.

        Raises:
            KeyError: if the domain has no such response, or a placeholder has no value.
        """
        return str(self._responses[name][0]["text"]).strip().format(**values)

    def has(self, name: str) -> bool:
        """Tell whether the domain has this response."""
        return name in self._responses

    def buttons(self, name: str) -> list[dict[str, str]]:
        """Return the buttons of the first variant of a response (``title``, ``payload``)."""
        return [dict(button) for button in self._responses[name][0].get("buttons", ())]
