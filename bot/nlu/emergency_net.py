"""The safety net in the pipeline: the reviewed lexicon beside the classifier, either one is enough."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message

from bot.nlu.emergency_kinds import KINDS, DangerScores
from bot.nlu.emergency_lexicon import EmergencyLexicon, EmergencyMatch
from bot.nlu.need_classifier import DETAIL, EMERGENCY, SCORES


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=False)
class EmergencyNet(GraphComponent):
    """Graph component: where the lexicon sees an emergency, it is one, whatever the classifier says.

    One exception: the classifier knows thousands of look-alikes, and silences the lexicon where it is
    all but certain that there is no danger (a suicide « administratif »).

    Sets ``emergency`` and ``intent``, and ``emergency_detail`` (family, gravity and first number) for
    the answer to be the right one. Needs found beside it are kept.

    Config:
        silenced_below: danger score of the classifier under which the lexicon is not believed.
        lexicon_weight: what the lexicon's choice of a kind weighs beside the classifier's, in margin.
    """

    def __init__(self, lexicon: EmergencyLexicon, config: Mapping[str, Any]) -> None:
        self._lexicon = lexicon
        self._silenced_below = float(config["silenced_below"])
        self._weight = float(config["lexicon_weight"])

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Return the default configuration."""
        return {"silenced_below": -0.6, "lexicon_weight": 0.4}

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> EmergencyNet:
        """Make the component; reads the lexicon."""
        return cls(EmergencyLexicon.load(), config)

    def process(self, messages: list[Message]) -> list[Message]:
        """Look for an emergency in each message that has text."""
        for message in messages:
            text = message.get(TEXT)
            match = self._lexicon.match(text) if text else None
            scores: DangerScores | None = message.get(SCORES)
            if match is None or (scores is not None and scores.score < self._silenced_below):
                continue
            detail = msgspec.to_builtins(match)
            if scores is not None and message.get(EMERGENCY):
                detail = {**message.get(DETAIL), **self._agreed(match, scores)}
            message.set(EMERGENCY, detail["intent"], add_to_output=True)
            message.set(DETAIL, detail, add_to_output=True)
            message.set(INTENT, {"name": detail["intent"], "confidence": 1.0}, add_to_output=True)
        return messages

    def _agreed(self, match: EmergencyMatch, scores: DangerScores) -> dict[str, Any]:
        """Return the kind both layers find likeliest; seen by both, it is no doubt any more."""

        def likelihood(name: str) -> float:
            kind = KINDS[name]
            same = (kind.intent, kind.premier_numero) == (match.intent, match.premier_numero)
            return scores.weight(name) + (self._weight if same else 0.0)

        name = max(KINDS, key=likelihood)
        return {
            "intent": KINDS[name].intent,
            "famille": name,
            "gravite": KINDS[name].gravite,
            "premier_numero": KINDS[name].premier_numero,
        }
