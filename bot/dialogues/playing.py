"""Plays dialogues with the real assistant in this one process: trained model, policies, actions, catalogue.

It stands where the website channel stands: the same reading of a message, the same desk for emergencies,
the same collecting of an answer. What HTTP and the database add is tested in ``tests/server``.
"""

from __future__ import annotations

import asyncio
import json
import logging
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from rasa.core.agent import Agent
from rasa.core.channels.channel import UserMessage
from rasa.core.tracker_store import InMemoryTrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, BotUttered
from rasa.utils.endpoints import ClientResponseError, EndpointConfig
from rasa_sdk.executor import ActionExecutor
from rasa_sdk.interfaces import ActionExecutionRejection

from bot.channel.emergency_desk import EmergencyDesk
from bot.channel.help_lines import HelpLines
from bot.channel.output import TurnCollector
from bot.channel.refusals import SiteError, read_text
from bot.channel.site import words_or_offered_payload
from bot.clock import belgian_time, fixed_time
from bot.dialogue.emergencies import EMERGENCY_PREFIX
from bot.dialogues.outcomes import Turn
from bot.dialogues.records import Script
from bot.dialogues.text import plain, visible
from bot.nlu.emergency_lexicon import EmergencyLexicon
from bot.paths import CATALOGUE, DOMAIN
from bot.quick_checks import check_results_quickly
from bot.wording import Wording

_BROKEN = "utter_panne"


class InProcessActions(EndpointConfig):  # type: ignore[misc,unused-ignore]
    """An action endpoint that calls the actions directly; everything still passes through JSON.

    What an action returns that JSON cannot hold fails here as it would between two servers.
    """

    def __init__(self, package: str = "actions") -> None:
        super().__init__(url="in-process://actions")
        self._executor = ActionExecutor()
        self._executor.register_package(package)

    async def request(
        self,
        method: str = "post",
        subpath: str | None = None,
        content_type: str | None = "application/json",
        compress: bool = False,
        **kwargs: Any,
    ) -> Any:
        """Run the action of ``kwargs["json"]`` and return its events and responses."""
        try:
            result = await self._executor.run(kwargs["json"])
        except ActionExecutionRejection as error:
            body = {"error": error.message, "action_name": error.action_name}
            raise ClientResponseError(400, "Bad Request", json.dumps(body)) from error
        return json.loads(json.dumps(result))


class _ErrorCollector(logging.Handler):
    """Keeps where each error was logged, never its words."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.seen: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        kind = record.exc_info[0].__name__ if record.exc_info and record.exc_info[0] else ""
        self.seen.append(f"{kind or record.levelname} ({record.module}.py:{record.lineno})")


@contextmanager
def _collected_errors() -> Iterator[list[str]]:
    collector = _ErrorCollector()
    root = logging.getLogger()
    root.addHandler(collector)
    try:
        yield collector.seen
    finally:
        root.removeHandler(collector)


class Player:
    """The assistant, loaded once; each dialogue is a new conversation with it.

    Args:
        model: a model trained from the files as they are.
    """

    def __init__(self, model: Path) -> None:
        check_results_quickly()
        domain = Domain.load(str(DOMAIN))
        self._store = InMemoryTrackerStore(domain)
        self._agent = Agent.load(
            str(model), tracker_store=self._store, action_endpoint=InProcessActions()
        )
        # As the server does: the sentences are those of the file, rewording needs no training.
        self._agent.nlg.responses = domain.responses
        self._wording = Wording.load(DOMAIN)
        self._lines = HelpLines.load(CATALOGUE / "lignes.yml")
        self._desk = EmergencyDesk(self._wording, EmergencyLexicon.load(), self._lines)
        self._loop = asyncio.new_event_loop()
        self._opened = 0

    def play(self, script: Script) -> tuple[Turn, ...]:
        """Return the greeting, then one turn for each thing the parent says.

        The same dialogue is answered the same way each time: its name decides which of a response's
        variants are heard.
        """
        np.random.seed(zlib.crc32(script.dialogue.test_case.encode()))
        said = [step.user for step in script.dialogue.steps if step.user is not None]
        with fixed_time(script.moment):
            return self._loop.run_until_complete(self._converse(said))

    async def _converse(self, said: list[str]) -> tuple[Turn, ...]:
        self._opened += 1
        conversation = _Conversation(f"dialogue-{self._opened}", self._greeting())
        for text in said:
            conversation.add(await self._turn(conversation, text))
        self._store.store.pop(conversation.id, None)
        return tuple(conversation.turns)

    def _greeting(self) -> Turn:
        name = "utter_accueil"
        message = {"text": self._wording.text(name), "buttons": self._wording.buttons(name)}
        return Turn(said=None, messages=(message,), responses=(name,))

    async def _turn(self, conversation: _Conversation, text: str) -> Turn:
        """Answer one message as the website channel does."""
        pressed = conversation.button(text)
        try:
            order, _ = words_or_offered_payload(read_text(pressed or text), conversation.title)
        except SiteError as error:
            refusal = {"text": self._wording.text(f"utter_erreur_{error.code}")}
            return conversation.turn(text, (refusal,), (f"utter_erreur_{error.code}",), ())
        with _collected_errors() as errors:
            understood = await self._understand(order)
            urgent = self._desk.answer(order, understood, belgian_time())
            before = await self._events(conversation.id)
            messages = await self._ask_rasa(conversation.id, order, understood)
            if urgent is not None:
                messages = urgent
            events = (await self._events(conversation.id))[len(before) :]
        responses = [
            event.metadata["utter_action"]
            for event in events
            if isinstance(event, BotUttered) and event.metadata.get("utter_action")
        ]
        if not messages:
            messages, responses = [{"text": self._wording.text(_BROKEN)}], [_BROKEN]
        return conversation.turn(
            text,
            tuple(messages),
            tuple(responses),
            tuple(str(e.action_name) for e in events if isinstance(e, ActionExecuted)),
            await self._slots(conversation.id),
            _troubles(responses, errors),
        )

    async def _understand(self, order: str) -> dict[str, Any]:
        if order.startswith("/"):
            name = order[1:]
            return {"intent": {"name": name}} if name.startswith(EMERGENCY_PREFIX) else {}
        understood: dict[str, Any] = await self._agent.parse_message(order)
        return understood

    async def _ask_rasa(
        self, conversation_id: str, order: str, understood: Mapping[str, Any]
    ) -> list[dict[str, Any]]:
        collector = TurnCollector()
        known = None if order.startswith("/") else dict(understood)
        try:
            await self._agent.handle_message(
                UserMessage(
                    order, collector, conversation_id, parse_data=known, input_channel="site"
                )
            )
        except Exception as error:
            # The channel answers that something broke; here it is told as well.
            logging.getLogger(__name__).error("turn failed", exc_info=error)
        return self._lines.with_cards(collector.messages, belgian_time())

    async def _events(self, conversation_id: str) -> list[Any]:
        tracker = await self._store.retrieve(conversation_id)
        return [] if tracker is None else list(tracker.events)

    async def _slots(self, conversation_id: str) -> dict[str, Any]:
        tracker = await self._store.retrieve(conversation_id)
        return {} if tracker is None else dict(tracker.current_slot_values())


def _troubles(responses: list[str], errors: list[str]) -> tuple[str, ...]:
    """Return what broke behind an answer, in French."""
    found = [f"une erreur est dans le journal : {error}" for error in dict.fromkeys(errors)]
    if _BROKEN in responses:
        found.append("l'assistant n'a pas su répondre (utter_panne)")
    return tuple(found)


class _Conversation:
    """What was said so far, and the buttons and places shown."""

    def __init__(self, identifier: str, greeting: Turn) -> None:
        self.id = identifier
        self.turns = [greeting]

    def add(self, turn: Turn) -> None:
        """Note the latest turn."""
        self.turns.append(turn)

    def button(self, text: str) -> str | None:
        """Return the order of the latest turn's button whose title is ``text``, if there is one."""
        for message in self.turns[-1].messages:
            for button in message.get("buttons", ()):
                if plain(visible(button["title"])) == plain(text):
                    return str(button["payload"])
        return None

    def title(self, order: str) -> str | None:
        """Return the title of the button that offered this order, at any moment."""
        for turn in reversed(self.turns):
            for message in turn.messages:
                for button in message.get("buttons", ()):
                    if button["payload"] == order:
                        return str(button["title"])
        return None

    def turn(
        self,
        said: str,
        messages: tuple[dict[str, Any], ...],
        responses: tuple[str, ...],
        actions: tuple[str, ...],
        slots: dict[str, Any] | None = None,
        troubles: tuple[str, ...] = (),
    ) -> Turn:
        """Return a turn with what was shown before it."""
        proposals = [turn.cards for turn in self.turns if turn.cards]
        return Turn(
            said=said,
            messages=messages,
            responses=responses,
            actions=actions,
            slots=dict(self.turns[-1].slots) if slots is None else slots,
            offered=proposals[-1] if proposals else (),
            shown=frozenset(card["id"] for cards in proposals for card in cards),
            troubles=troubles,
        )
