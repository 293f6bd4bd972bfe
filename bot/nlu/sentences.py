"""The files of training sentences, as they are written; no Rasa here."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml


class SentencesError(ValueError):
    """A file of training sentences cannot be read; the message says which and how to mend it."""


def written_sentences(path: Path) -> Iterator[tuple[str, str, Any]]:
    """Yield each sentence of a file, its intent (``a+b`` for two) and the metadata of its block.

    Raises:
        SentencesError: naming the file that is not ``nlu: - intent: … examples: |``.
    """
    try:
        for block in yaml.load(path.read_text(encoding="utf-8"), yaml.CSafeLoader)["nlu"]:
            for line in block["examples"].splitlines():
                if text := line.strip().removeprefix("-").strip():
                    yield text, block["intent"], block.get("metadata")
    except (yaml.YAMLError, KeyError, TypeError, AttributeError):
        raise SentencesError(
            f"{path} : fichier d'entraînement illisible. Il faut « nlu: », puis pour chaque "
            "intention « - intent: … » et « examples: | »."
        ) from None
