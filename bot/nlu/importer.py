"""Gives Rasa the training sentences, read and compared quickly.

Rasa's own importer is made for a few thousand sentences: it checks each against a schema in plain
Python, and copies and digests all of them anew at each of the dozen times it merges its data. With tens
of thousands that is a minute and a half; here it is seconds, for the same messages (a test holds it).
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from rasa.shared.importers.rasa import RasaFileImporter
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from rasa.shared.utils.common import cached_method

from bot.nlu.sentences import SentencesError, written_sentences


class TrainingMessage(Message):
    """A training sentence: what was read from the file, never changed afterwards.

    That is what allows one object, and one digest, to stand wherever Rasa would make a copy.
    """

    def set(self, prop: str, info: Any, add_to_output: bool = False) -> None:
        """Set a property; the same value again (Rasa strips clean intents) changes nothing."""
        if self.data.get(prop) != info:
            super().set(prop, info, add_to_output)

    def __deepcopy__(self, memo: dict[int, Any]) -> TrainingMessage:
        return self


class SentencesImporter(RasaFileImporter):
    """Rasa's importer, but for the sentences. Named in ``config.yml`` under ``importers``."""

    @cached_method
    def get_nlu_data(self, language: str | None = "fr") -> TrainingData:
        """Read the training sentences of every NLU file.

        Raises:
            SentencesError: naming the file that is not ``nlu: - intent: … examples: |``, or that
                marks words (``[mot](entité)``): this assistant learns no entities from examples.
        """
        return TrainingData(
            [sentence for path in self._nlu_files for sentence in _sentences(Path(path))]
        )


def _sentences(path: Path) -> Iterator[Message]:
    for text, intent, metadata in written_sentences(path):
        if "](" in text or "]{" in text:
            raise SentencesError(
                f"{path} : « {text} » marque des mots entre crochets. Écrivez la phrase "
                "telle quelle : les lieux, les âges et les jours sont lus autrement."
            )
        yield TrainingMessage.build(text, intent, intent_metadata=metadata)
