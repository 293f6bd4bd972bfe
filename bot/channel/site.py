"""The website channel: JSON over plain HTTP, one signed token per conversation, safe to retry.

See ``docs/canal-site.md`` for the contract. Nothing here logs or echoes what a parent writes.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import logging
import re
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from typing import Any
from weakref import WeakValueDictionary

import limits
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter
from rasa.core.channels.channel import InputChannel, UserMessage
from sanic import Blueprint, Sanic
from sanic.request import Request
from sanic.response import HTTPResponse, empty, json
from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from bot.channel.emergency_desk import EmergencyDesk
from bot.channel.help_lines import HelpLines
from bot.channel.output import TurnCollector
from bot.channel.pages import Pages
from bot.channel.plain_chat import PlainChat, PlainPage
from bot.channel.refusals import MAX_BODY_BYTES, SiteError, read_message_id, read_text
from bot.channel.tokens import TokenBook, load_secret
from bot.clock import belgian_time
from bot.dialogue.emergencies import EMERGENCY_PREFIX
from bot.nlu.emergency_lexicon import EmergencyLexicon
from bot.paths import CATALOGUE, DOMAIN, state_folder
from bot.store.tracker_store import unwrapped
from bot.store.turns import Turn, TurnStore
from bot.wording import Wording

logger = logging.getLogger(__name__)

# What Rasa would read as an order rather than as words: "/intent", "/intent{…}", "/intent@0.9{…}".
_ORDER = re.compile(r"/\s*[\w+./]*\s*([@{].*)?", re.DOTALL)
# A turn of more messages is Rasa going round in circles: it stops only at its limit of actions, and
# would refuse every later message.
_MANY_MESSAGES = 6

Handler = Callable[[UserMessage], Awaitable[Any]]


def read_body(request: Request) -> Mapping[str, Any]:
    """Return the JSON object of a request, or raise what is wrong with it."""
    if len(request.body) > MAX_BODY_BYTES:
        raise SiteError(413, "corps_trop_gros")
    if (request.content_type or "").split(";")[0].strip().lower() != "application/json":
        raise SiteError(415, "pas_json")
    try:
        body = request.load_json()
    except Exception as error:  # Sanic and its JSON library raise several kinds
        raise SiteError(400, "json_invalide") from error
    if not isinstance(body, dict):
        raise SiteError(400, "json_invalide")
    return body


def words_or_offered_payload(text: str, title_of: Callable[[str], str | None]) -> tuple[str, str]:
    """Return ``(what Rasa gets, what the parent sees as written)``.

    Only a payload the assistant itself offered may give an order. A sentence that merely begins with
    a slash is read as a sentence.

    Raises:
        SiteError: 400 for an order nobody offered.
    """
    if not text.startswith("/"):
        return text, text
    title = title_of(text)
    if title is not None:
        return text, title
    if _ORDER.fullmatch(text):
        raise SiteError(400, "ordre_refuse")
    return text.lstrip("/ ") or "?", text


class Limits:
    """Refuses floods: so many messages per conversation, so many conversations per address."""

    def __init__(self, messages_per_conversation: str, conversations_per_address: str) -> None:
        self._storage = MemoryStorage()  # the limiter itself holds only a weak reference
        self._limiter = MovingWindowRateLimiter(self._storage)
        self._messages = limits.parse(messages_per_conversation)
        self._conversations = limits.parse(conversations_per_address)

    def message(self, conversation_id: str) -> None:
        """Count one message; raise 429 beyond the limit."""
        self._hit(self._messages, conversation_id)

    def conversation(self, address: str | None) -> None:
        """Count one new conversation; ``None`` (this very machine) is not limited."""
        if address is not None:
            self._hit(self._conversations, address)

    def _hit(self, limit: Any, key: str) -> None:
        if not self._limiter.hit(limit, key):
            reset = self._limiter.get_window_stats(limit, key)[0]
            seconds = int(reset - dt.datetime.now().timestamp()) + 1
            raise SiteError(429, "trop_vite", retry_after=max(1, seconds))


def client_address(request: Request) -> str | None:
    """Return the address to count a client by; ``None`` for a program on this machine.

    A reverse proxy on this machine passes the client's own address in ``X-Forwarded-For`` (its last
    entry is the one the proxy itself saw).
    """
    if request.ip not in ("127.0.0.1", "::1"):
        return str(request.ip)
    forwarded = request.headers.get("x-forwarded-for", "")
    return forwarded.split(",")[-1].strip() or None


class SiteInput(InputChannel):
    """Rasa's side of the website channel; configured in ``credentials.yml``.

    Args:
        origins: sites whose pages may call the channel (CORS), e.g. ``https://www.namur.be``.
        messages_per_conversation: limit such as ``600/minute``.
        conversations_per_address: limit such as ``60/minute``.
    """

    def __init__(
        self,
        origins: list[str] | None = None,
        messages_per_conversation: str = "600/minute",
        conversations_per_address: str = "60/minute",
    ) -> None:
        self._origins = frozenset(origins or ())
        self._limits = Limits(messages_per_conversation, conversations_per_address)
        self._tokens = TokenBook(load_secret(state_folder()))
        self._wording = Wording.load(DOMAIN)
        self._lines = HelpLines.load(CATALOGUE / "lignes.yml")
        self._desk = EmergencyDesk(self._wording, EmergencyLexicon.load(), self._lines)
        # Conversations the database could not note yet, and records still being written.
        self._unwritten: set[str] = set()
        self._records: set[asyncio.Task[None]] = set()
        self._pages = Pages(self._origins, PlainPage.load().opening(self.greeting()))
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._store: TurnStore | None = None

    @classmethod
    def name(cls) -> str:
        """Return the channel's name: it stands under ``/webhooks/site``."""
        return "site"

    @classmethod
    def from_credentials(cls, credentials: dict[str, Any] | None) -> SiteInput:
        """Make the channel from its section of ``credentials.yml``."""
        return cls(**(credentials or {}))

    def blueprint(self, on_new_message: Handler) -> Blueprint:
        """Return the routes of the channel."""
        site = _SiteBlueprint("site", __name__)
        site.preflight = self.preflight
        site.pages = self._pages
        site.plain_chat = PlainChat(self, on_new_message, self._origins)

        @site.exception(SiteError)
        async def refuse(request: Request, error: SiteError) -> HTTPResponse:
            return self._refusal(error)

        @site.exception(Exception)
        async def fail(request: Request, error: Exception) -> HTTPResponse:
            status = getattr(error, "status_code", 500)
            if status >= 500:
                logger.error("request failed: %s", type(error).__name__, exc_info=error)
                return self._refusal(SiteError(500, "panne"))
            return self._refusal(SiteError(status, "requete"))

        @site.middleware("response")
        async def allow_origin(request: Request, response: HTTPResponse) -> None:
            origin = request.headers.get("origin")
            if origin in self._origins:
                response.headers["Access-Control-Allow-Origin"] = origin
                response.headers["Vary"] = "Origin"
            response.headers["Cache-Control"] = "no-store"

        @site.get("/")
        async def health(request: Request) -> HTTPResponse:
            return json({"status": "ok", "model": self._is_ready(request.app)})

        @site.post("/conversations")
        async def start(request: Request) -> HTTPResponse:
            if len(request.body) > MAX_BODY_BYTES:
                raise SiteError(413, "corps_trop_gros")
            conversation_id, token, greeting = self.open_conversation(request)
            return json({"id": conversation_id, "token": token, "messages": greeting}, status=201)

        @site.post("/conversations/<conversation_id:str>/messages")
        async def say(request: Request, conversation_id: str) -> HTTPResponse:
            self.check_token(conversation_id, request.token or "")
            body = read_body(request)
            text = read_text(body.get("text"))
            message_id = read_message_id(body.get("message_id"))
            messages = await self.answer(
                request.app, on_new_message, conversation_id, text, message_id
            )
            return json({"messages": messages})

        @site.get("/conversations/<conversation_id:str>")
        async def resume(request: Request, conversation_id: str) -> HTTPResponse:
            self._open(request, conversation_id)
            turns = self.history(request.app, conversation_id)
            return json(
                {
                    "id": conversation_id,
                    "turns": [
                        {"text": t.text, "message_id": t.message_id, "messages": t.messages}
                        for t in turns
                    ],
                }
            )

        @site.delete("/conversations/<conversation_id:str>")
        async def erase(request: Request, conversation_id: str) -> HTTPResponse:
            self._open(request, conversation_id)
            await self.erase(request.app, conversation_id)
            return empty(204)

        return site

    def open_conversation(self, request: Request) -> tuple[str, str, list[dict[str, Any]]]:
        """Open a conversation for this browser: its id, its token, its greeting.

        Raises:
            SiteError: 503 while no model is loaded, 429 for an address that opens too many.
        """
        self._require_model(request.app)
        self._limits.conversation(client_address(request))
        conversation_id, token = self._tokens.new()
        greeting = self.greeting()
        self._begin(request.app, conversation_id, greeting)
        return conversation_id, token, greeting

    def history(self, app: Sanic, conversation_id: str) -> list[Turn]:
        """Return every turn of a conversation, oldest first."""
        return self._turns(app).history(conversation_id)

    def sentence(self, code: str) -> str:
        """Return the French sentence of a refusal."""
        return self._wording.text(f"utter_erreur_{code}")

    def greeting(self) -> list[dict[str, Any]]:
        """Return the messages every conversation opens with."""
        return [
            {
                "text": self._wording.text("utter_accueil"),
                "buttons": self._wording.buttons("utter_accueil"),
            }
        ]

    async def preflight(self, request: Request) -> HTTPResponse | None:
        """Answer a browser that asks whether a page may call the channel; leave the rest alone."""
        if request.method != "OPTIONS" or not request.path.startswith("/webhooks/site/"):
            return None
        origin = request.headers.get("origin")
        if origin not in self._origins:
            return empty(204)
        return empty(
            204,
            headers={
                "Access-Control-Allow-Origin": origin,
                "Access-Control-Allow-Methods": "GET, POST, DELETE",
                "Access-Control-Allow-Headers": "Authorization, Content-Type",
                "Access-Control-Max-Age": "86400",
                "Vary": "Origin",
            },
        )

    async def answer(
        self,
        app: Sanic,
        on_new_message: Handler,
        conversation_id: str,
        text: str,
        message_id: str | None,
    ) -> list[dict[str, Any]]:
        """Answer one message once: a retry gets the first answer, two messages wait for each other.

        An emergency is answered from what was read at start, whatever else is broken, and recorded
        afterwards.

        Raises:
            SiteError: if the conversation is unknown, the message refused or no model is loaded.
        """
        understood = await self._understand(app, text)
        urgent = self._desk.answer(text, understood, belgian_time())
        if urgent is None:
            self._require_model(app)
            self._require_conversation(app, conversation_id)
        lock = self._locks.setdefault(conversation_id, asyncio.Lock())
        await lock.acquire()
        turn = self._turn(
            app, on_new_message, conversation_id, text, message_id, understood, urgent
        )
        try:
            if urgent is not None:
                # The record holds the lock until it is written: a retry waits for it.
                record = asyncio.create_task(self._record(turn, lock))
                self._records.add(record)
                record.add_done_callback(self._records.discard)
                return urgent
            return await turn
        finally:
            if urgent is None:
                lock.release()

    async def _record(self, turn: Coroutine[Any, Any, Any], lock: asyncio.Lock) -> None:
        """Record a turn that is answered already; what fails is only logged."""
        try:
            await turn
        except SiteError as error:
            logger.warning("emergency not recorded: %s", error.code)
        except Exception as error:
            logger.error("emergency not recorded: %s", type(error).__name__, exc_info=error)
        finally:
            lock.release()

    async def _turn(
        self,
        app: Sanic,
        on_new_message: Handler,
        conversation_id: str,
        text: str,
        message_id: str | None,
        understood: Mapping[str, Any] | None,
        answered: list[dict[str, Any]] | None,
    ) -> list[dict[str, Any]]:
        """Have Rasa answer one message and keep the turn; the caller holds the conversation's lock.

        Args:
            answered: what the parent got already (an emergency): that is what is kept.
        """
        turns = self._turns(app)
        self._note(app, conversation_id)
        if message_id is not None:
            given = turns.answer_to(conversation_id, message_id)
            if given is not None:
                return given
        self._limits.message(conversation_id)
        order, shown = words_or_offered_payload(
            text, lambda payload: turns.button_title(conversation_id, payload)
        )
        messages = await self._ask_rasa(app, on_new_message, conversation_id, order, understood)
        if answered is not None:
            messages = answered
        if not turns.exists(conversation_id):
            # Erased while it was being answered: nothing of it may come back.
            await self.erase(app, conversation_id)
            raise SiteError(404, "conversation_inconnue")
        try:
            turns.add(conversation_id, Turn(shown, messages, message_id), _now())
        except IntegrityError:
            # Another server answered the same message first; its answer is the answer.
            given = turns.answer_to(conversation_id, message_id or "")
            return messages if given is None else given
        return messages

    async def _understand(self, app: Sanic, text: str) -> dict[str, Any] | None:
        """Return what the trained model reads in the parent's words, ``None`` if it cannot be asked.

        An order (a pressed button) is left to Rasa, but for the buttons that call for help.
        """
        if text.startswith("/") and _ORDER.fullmatch(text):
            name = text[1:]
            return {"intent": {"name": name}} if name.startswith(EMERGENCY_PREFIX) else {}
        if not self._is_ready(app):
            return None
        try:
            words = text.lstrip("/ ") or "?"
            understood: dict[str, Any] = await app.ctx.agent.parse_message(words)
        except Exception as error:
            logger.error("message not understood: %s", type(error).__name__, exc_info=error)
            return None
        return understood

    async def _ask_rasa(
        self,
        app: Sanic,
        on_new_message: Handler,
        conversation_id: str,
        order: str,
        understood: Mapping[str, Any] | None,
    ) -> list[dict[str, Any]]:
        """Return Rasa's answer, or that something broke."""
        collector = TurnCollector()
        # Rasa reads the message itself only if it has not been read already.
        known = dict(understood) if understood and not order.startswith("/") else None
        try:
            await on_new_message(
                UserMessage(
                    order,
                    collector,
                    conversation_id,
                    parse_data=known,
                    input_channel=self.name(),
                )
            )
            if not 0 < len(collector.messages) <= _MANY_MESSAGES:
                await unwrapped(app.ctx.agent.tracker_store).end_turn(conversation_id)
        except Exception as error:
            logger.error("turn failed: %s", type(error).__name__, exc_info=error)
        messages = collector.messages[:_MANY_MESSAGES]
        if not messages:
            messages = [{"text": self._wording.text("utter_panne")}]
        return self._lines.with_cards(messages, belgian_time())

    def _begin(self, app: Sanic, conversation_id: str, greeting: list[dict[str, Any]]) -> None:
        """Note a new conversation; without the database, it goes on until it can be noted."""
        try:
            self._turns(app).start(conversation_id, greeting, _now())
        except SQLAlchemyError as error:
            logger.error("conversation not noted: %s", type(error).__name__)
            self._unwritten.add(conversation_id)

    def _note(self, app: Sanic, conversation_id: str) -> None:
        """Note a conversation that could not be noted when it began."""
        if conversation_id in self._unwritten:
            self._turns(app).start(conversation_id, self.greeting(), _now())
            self._unwritten.discard(conversation_id)

    async def erase(self, app: Sanic, conversation_id: str) -> None:
        """Erase every trace of a conversation."""
        self._turns(app).erase(conversation_id)
        await unwrapped(app.ctx.agent.tracker_store).delete(conversation_id)

    def _open(self, request: Request, conversation_id: str) -> None:
        """Raise 401 unless the request carries this conversation's token, 404 if it is erased."""
        self.check(request, conversation_id, request.token or "")

    def check(self, request: Request, conversation_id: str, token: str) -> None:
        """Raise 401 unless the token opens this conversation, 404 if it is erased."""
        self.check_token(conversation_id, token)
        self._require_agent(request.app)
        self._require_conversation(request.app, conversation_id)

    def check_token(self, conversation_id: str, token: str) -> None:
        """Raise 401 unless the token was made for this conversation."""
        if not self._tokens.opens(token, conversation_id):
            raise SiteError(401, "jeton_refuse")

    def _require_conversation(self, app: Sanic, conversation_id: str) -> None:
        if conversation_id not in self._unwritten and not self._turns(app).exists(conversation_id):
            raise SiteError(404, "conversation_inconnue")

    def _turns(self, app: Sanic) -> TurnStore:
        if self._store is None:
            self._store = TurnStore(unwrapped(app.ctx.agent.tracker_store).engine)
        return self._store

    @staticmethod
    def _is_ready(app: Sanic) -> bool:
        agent = getattr(app.ctx, "agent", None)
        return agent is not None and agent.is_ready()

    @staticmethod
    def _require_agent(app: Sanic) -> None:
        if getattr(app.ctx, "agent", None) is None:
            raise SiteError(503, "pas_de_modele", retry_after=5)

    def _require_model(self, app: Sanic) -> None:
        if not self._is_ready(app):
            raise SiteError(503, "pas_de_modele", retry_after=5)

    def _refusal(self, error: SiteError) -> HTTPResponse:
        message = self.sentence(error.code)
        headers = {} if error.retry_after is None else {"Retry-After": str(error.retry_after)}
        return json(
            {"error": {"code": error.code, "message": message}},
            status=error.status,
            headers=headers,
        )


class _SiteBlueprint(Blueprint):
    """The channel's routes, plus what must be answered outside of them.

    Rasa keeps ``/`` for a line of its own and mounts channels under ``/webhooks``; answering in a
    request middleware is the one way to serve our page there, under ``rasa run`` as well. Preflights
    are answered there too, before Rasa's own CORS extension sees them.
    """

    __slots__ = ("pages", "plain_chat", "preflight")

    def register(self, app: Sanic, options: dict[str, Any]) -> None:
        super().register(app, options)
        app.register_middleware(self.preflight, "request")
        app.register_middleware(self.pages.answer, "request")
        app.add_route(self.plain_chat.post, "/chat", methods=["POST"], name="plain_chat")


def _now() -> dt.datetime:
    return dt.datetime.now(dt.timezone.utc).replace(tzinfo=None)
