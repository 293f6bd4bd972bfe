"""The graph component that normalises a message's spelling for the rest of the pipeline."""

from __future__ import annotations

from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.nlu.text import normalize

NORMALIZED = "normalized"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_TOKENIZER, is_trainable=False)
class TextNormalizer(GraphComponent):
    """Graph component: sets ``normalized`` on each message; ``text`` stays as the parent wrote it.

    It has no configuration: the shorthand lives in ``bot/nlu/lexique/sms.yml``.
    """

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> TextNormalizer:
        """Make the component (nothing to load)."""
        return cls()

    def process(self, messages: list[Message]) -> list[Message]:
        """Normalise the text of each message."""
        for message in messages:
            text = message.get(TEXT)
            if text is not None:
                message.set(NORMALIZED, normalize(text))
        return messages

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Leave the training sentences alone: the classifier prepares them (``bot.nlu.preparation``)."""
        return training_data
