"""The graph component that finds what a message says as facts, before it is classified."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import ENTITIES, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.nlu.fact_reader import FactReader, masked
from bot.nlu.normalizer import NORMALIZED
from bot.nlu.text import normalize
from bot.paths import CATALOGUE


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=False)
class FactExtractor(GraphComponent):
    """Graph component: adds entities ``lieu``, ``age``, ``quand`` and ``rang`` to each message.

    It stands before the classifier, which reads the sentence with these masked: which town it is
    does not change what is asked.

    Config:
        catalogue: folder of the gazetteer and the calendar; default ``catalogue`` of the project.
    """

    def __init__(self, reader: FactReader) -> None:
        self._reader = reader

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Return the default configuration."""
        return {"catalogue": None}

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> FactExtractor:
        """Make the component; reads the gazetteer and the calendar."""
        return cls(FactReader.load(Path(config["catalogue"] or CATALOGUE)))

    def process(self, messages: list[Message]) -> list[Message]:
        """Add the facts of each message that has text."""
        for message in messages:
            text = message.get(TEXT)
            if text:
                found = [*message.get(ENTITIES, []), *self._reader.facts(text)]
                message.set(ENTITIES, found, add_to_output=True)
                message.set(NORMALIZED, normalize(masked(text, found)))
        return messages

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Leave the training sentences alone: the classifier prepares them (``bot.nlu.preparation``)."""
        return training_data
