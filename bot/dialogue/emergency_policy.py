"""The policy that puts an emergency before everything else the conversation was doing."""

from __future__ import annotations

import datetime as dt
from typing import Any

from rasa.core.policies.policy import Policy, PolicyPrediction
from rasa.engine.graph import ExecutionContext
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.core.constants import ACTION_LISTEN_NAME
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from bot.clock import belgian_time
from bot.dialogue.emergencies import EMERGENCY_PREFIX, answer_to

_ANSWER = "utter_urgence_"


def emergency_answer(tracker: DialogueStateTracker, now: dt.datetime) -> str | None:
    """Return the response an unanswered emergency calls for, then to listen; ``None`` without one.

    The answer is a plain response of the domain: no action server, no catalogue.
    """
    message = tracker.latest_message
    if message is None:
        return None
    parsed = message.parse_data or {}
    intent = str(parsed.get("emergency") or message.intent.get("name"))
    if not intent.startswith(EMERGENCY_PREFIX):
        return None
    for event in reversed(tracker.applied_events()):
        if isinstance(event, UserUttered):
            return answer_to(intent, parsed.get("emergency_detail"), now)
        if isinstance(event, ActionExecuted) and str(event.action_name).startswith(_ANSWER):
            return ACTION_LISTEN_NAME
    return None


@DefaultV1Recipe.register(
    DefaultV1Recipe.ComponentType.POLICY_WITHOUT_END_TO_END_SUPPORT, is_trainable=False
)
class EmergencyPolicy(Policy):
    """Answers an emergency at once, over any form, rule, fallback or menu.

    Its priority is above the rule policy's; both are certain, so it wins. Without an emergency it
    abstains.
    """

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Return the default configuration."""
        return {"priority": 10}

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> EmergencyPolicy:
        """Make the policy (nothing to train)."""
        return cls(config, model_storage, resource, execution_context)

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> EmergencyPolicy:
        """Load the policy (nothing was saved)."""
        return cls(config, model_storage, resource, execution_context)

    def train(self, training_trackers: Any, domain: Domain, **kwargs: Any) -> Resource:
        """Learn nothing: emergencies are not learned from stories."""
        return self._resource

    def predict_action_probabilities(
        self,
        tracker: DialogueStateTracker,
        domain: Domain,
        rule_only_data: dict[str, Any] | None = None,
        **kwargs: Any,
    ) -> PolicyPrediction:
        """Predict the emergency's answer, then to listen; nothing when there is no emergency."""
        answer = emergency_answer(tracker, belgian_time())
        if answer is None or answer not in domain.action_names_or_texts:
            return self._prediction(self._default_predictions(domain))
        scores = self._default_predictions(domain)
        scores[domain.index_for_action(answer)] = 1.0
        # An open form predicts itself « without looking at the user », which Rasa puts above any
        # other prediction; only one of the same kind competes with it, by priority.
        return self._prediction(scores, is_no_user_prediction=True)
