"""The safety net in the pipeline: the reviewed lexicon beside the classifier, either one is enough."""

from __future__ import annotations

from typing import Any

import msgspec
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message

from bot.nlu.emergency_lexicon import EmergencyLexicon
from bot.nlu.need_classifier import DETAIL, EMERGENCY


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=False)
class EmergencyNet(GraphComponent):
    """Graph component: where the lexicon sees an emergency, it is one, whatever the classifier says.

    Sets ``emergency`` and ``intent``, and ``emergency_detail`` (family, gravity and first number of
    the pattern) for the answer to be the right one. Needs found beside it are kept.
    """

    def __init__(self, lexicon: EmergencyLexicon) -> None:
        self._lexicon = lexicon

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> EmergencyNet:
        """Make the component; reads the lexicon."""
        return cls(EmergencyLexicon.load())

    def process(self, messages: list[Message]) -> list[Message]:
        """Look for an emergency in each message that has text."""
        for message in messages:
            text = message.get(TEXT)
            match = self._lexicon.match(text) if text else None
            if match is not None:
                message.set(EMERGENCY, match.intent, add_to_output=True)
                message.set(DETAIL, msgspec.to_builtins(match), add_to_output=True)
                message.set(INTENT, {"name": match.intent, "confidence": 1.0}, add_to_output=True)
        return messages
