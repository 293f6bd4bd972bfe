"""The conversation without JavaScript: a form is posted, a whole page comes back.

The same turns as the JSON channel: same conversations, same tokens, same limits. No cookie: the
conversation's id and token travel in hidden fields. Words come from ``page/simple.html``, from
``page/mots.json`` (shared with the widget), and from the domain.
"""

from __future__ import annotations

import html
import json
import logging
import re
import secrets
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlsplit

import msgspec
from sanic import Sanic
from sanic.request import Request
from sanic.response import HTTPResponse
from sanic.response import html as html_response
from sqlalchemy.exc import SQLAlchemyError

from bot.channel.pages import FOLDER, content_policy
from bot.channel.refusals import MAX_BODY_BYTES, SiteError, read_message_id, read_text
from bot.store.turns import Messages, Turn

logger = logging.getLogger(__name__)

_INLINE = re.compile(r"\*\*([^*\n]{1,500})\*\*|\[([^\[\]\n]{1,300})\]\(([^()\s]{1,1000})\)")
_ITEM = re.compile(r"\s*(?:[-*•]|\d{1,2}[.)])\s+")
_NUMBER = re.compile(r"\+?\d{3,15}")
_DIALS = re.compile(r"tel:\+?[\d.-]{2,20}", re.IGNORECASE)
_WRITES = re.compile(r"mailto:[^\s@?&]+@[^\s@?&]+", re.IGNORECASE)
_MAIL = re.compile(r"[^\s@?&]+@[^\s@?&]+")
_MAX_WORDS = 4000

Fields = Mapping[str, Any]


class Conversation(msgspec.Struct, frozen=True):
    """A conversation as the page carries it: its id and the token that opens it."""

    id: str
    token: str


class Vocabulary:
    """The widget's words, by name."""

    def __init__(self, words: Mapping[str, str]) -> None:
        self._words = words

    @classmethod
    def load(cls, folder: Path = FOLDER) -> Vocabulary:
        """Read ``mots.json``."""
        return cls(json.loads((folder / "mots.json").read_text(encoding="utf-8")))

    def __getitem__(self, name: str) -> str:
        return self._words[name]


def words(value: object) -> str:
    """Return the words of a field; anything but text and plain numbers is no words."""
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        return ""
    return str(value).strip()[:_MAX_WORDS]


def safe_address(address: object) -> str | None:
    """Return the address if following it is safe (``https:``, ``tel:``, ``mailto:``), else ``None``."""
    if not isinstance(address, str) or any(ord(character) <= 32 for character in address):
        return None
    try:
        parts = urlsplit(address)
    except ValueError:
        return None
    if parts.scheme == "https":
        return address if parts.hostname and "@" not in parts.netloc else None
    return address if _DIALS.fullmatch(address) or _WRITES.fullmatch(address) else None


def link(text: str, address: object, style: str = "") -> str:
    """Return a link as HTML, or bare text where the address is not safe."""
    safe = safe_address(address)
    if safe is None:
        return html.escape(text)
    kind = f' class="{style}"' if style else ""
    away = ' rel="noopener noreferrer"' if safe.startswith("https:") else ""
    return f'<a href="{html.escape(safe)}"{kind}{away}>{html.escape(text)}</a>'


def inline(text: str) -> str:
    """Return a line as HTML: bold, links to safe places, everything else as text."""
    made, start = [], 0
    for found in _INLINE.finditer(text):
        made.append(html.escape(text[start : found.start()]))
        bold, label, address = found.groups()
        made.append(f"<b>{inline(bold)}</b>" if bold else link(label, address))
        start = found.end()
    return "".join(made) + html.escape(text[start:])


def blocks(text: str) -> str:
    """Return the paragraphs of a text as HTML; list items keep a dash."""
    lines = (line for line in text.split("\n") if line.strip())
    return "".join(
        f"<p>{'– ' if _ITEM.match(line) else ''}{inline(_ITEM.sub('', line, count=1))}</p>"
        for line in lines
    )


def _objects(value: object) -> list[Fields]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _records(message: Fields, key: str, *kinds: str) -> list[Fields]:
    """Return the records under ``key`` of a message's typed data, if it is of one of these kinds."""
    custom = message.get("custom")
    if not isinstance(custom, dict) or custom.get("type") not in kinds:
        return []
    return _objects(custom.get(key))


class PlainPage:
    """Writes the page of a conversation.

    Args:
        vocabulary: the widget's words.
        template: ``simple.html``.
    """

    def __init__(self, vocabulary: Vocabulary, template: str) -> None:
        self._words = vocabulary
        self._template = template
        self._policy = content_policy(template, ())

    @classmethod
    def load(cls) -> PlainPage:
        """Read the template and the words the build made."""
        return cls(Vocabulary.load(), (FOLDER / "simple.html").read_text(encoding="utf-8"))

    def opening(self, greeting: Sequence[Fields]) -> str:
        """Return what ``/chat`` shows to a browser without script before anything was said."""
        return f'<ol role="list">{self._assistant(greeting)}</ol>{self._choices(greeting)}'

    def page(
        self,
        conversation: Conversation | None,
        turns: Iterable[tuple[str | None, Sequence[Fields]]],
        framers: Iterable[str],
        note: str = "",
        draft: str = "",
        status: int = 200,
    ) -> HTTPResponse:
        """Return the whole conversation as a page.

        Args:
            conversation: hidden in the form; ``None`` when there is none (any more).
            turns: ``(what the parent wrote, what the assistant answered)``, oldest first.
            framers: origins that may show the page in a frame.
            note: a sentence about what just happened (a refusal, an erasure).
            draft: words that did not pass, given back to the parent.
        """
        said = list(turns)
        items = []
        for index, (text, messages) in enumerate(said):
            if text is not None:
                mark = ' id="dernier"' if index == len(said) - 1 else ""
                items.append(
                    f'<li class="tour moi"{mark}><span class="cache">{html.escape(self._words["vous"])}</span>'
                    f'<p class="bulle">{html.escape(text)}</p></li>'
                )
            items.append(self._assistant(messages))
        choices = self._choices(said[-1][1]) if said else ""
        parts = {
            "conversation": f'<ol id="messages" role="list">{"".join(items)}</ol>{choices}',
            "etat": f'<p id="etat">{html.escape(note)}</p>' if note else "",
            "cachets": self._hidden(conversation),
            "brouillon": html.escape(draft),
            "effacer": self._erasing(conversation) if conversation else "",
        }
        content = self._template
        for name, part in parts.items():
            content = content.replace(f"<!--{name}-->", part)
        return html_response(
            content,
            status=status,
            headers={
                "Content-Security-Policy": re.sub(
                    r"frame-ancestors 'self'",
                    " ".join(["frame-ancestors 'self'", *framers]),
                    self._policy,
                ),
                "Cache-Control": "no-store",
                "Referrer-Policy": "no-referrer",
                "X-Content-Type-Options": "nosniff",
            },
        )

    @staticmethod
    def _hidden(conversation: Conversation | None) -> str:
        fields = {"envoi": secrets.token_hex(16)}
        if conversation is not None:
            fields |= {"id": conversation.id, "cle": conversation.token}
        return "".join(
            f'<input type="hidden" name="{name}" value="{html.escape(value)}">'
            for name, value in fields.items()
        )

    def _erasing(self, conversation: Conversation) -> str:
        return (
            f"<details><summary>{html.escape(self._words['effacer'])}</summary>"
            f'<form method="post" action="/chat"><p>{html.escape(self._words["effacerQuoi"])}</p>'
            f"{self._hidden(conversation)}"
            f'<button name="effacer" value="oui">{html.escape(self._words["effacerOui"])}</button>'
            "</form></details>"
        )

    def _choices(self, messages: Sequence[Fields]) -> str:
        buttons = [
            f'<button class="choix" form="formulaire" name="choix" value="{html.escape(payload)}">'
            f"{html.escape(title)}</button>"
            for message in messages
            for button in _objects(message.get("buttons"))
            if (title := words(button.get("title"))) and (payload := words(button.get("payload")))
        ]
        if not buttons:
            return ""
        label = html.escape(self._words["choix"])
        return f'<div class="reponses" role="group" aria-label="{label}">{"".join(buttons)}</div>'

    def _assistant(self, messages: Sequence[Fields]) -> str:
        lines = [
            self._line(one)
            for message in messages
            for one in _records(message, "lignes", "help_lines", "lignes")
        ]
        texts = [blocks(text) for message in messages if (text := words(message.get("text")))]
        cards = []
        for message in messages:
            places = _records(message, "places", "places")
            cards += [
                self._place(place, rank if len(places) > 1 else 0)
                for rank, place in enumerate(places, start=1)
            ]
            custom = message.get("custom")
            if isinstance(custom, dict) and custom.get("type") == "texte_a_copier":
                copied = html.escape(words(custom.get("texte")))
                cards.append(f'<article class="fiche"><p class="brut">{copied}</p></article>')
        bubble = f'<div class="bulle">{"".join(texts)}</div>' if texts else ""
        speaker = html.escape(self._words["assistant"])
        return (
            f'<li class="tour"><span class="cache">{speaker}</span>'
            f"{''.join(lines)}{bubble}{''.join(cards)}</li>"
        )

    def _call(self, record: Fields) -> str:
        shown = words(record.get("telephone")) or words(record.get("telephone_lien"))
        if not shown:
            return ""
        for number in (words(record.get("telephone_lien")), shown):
            dialled = re.sub(r"[\s./-]", "", number)
            if _NUMBER.fullmatch(dialled):
                return link(f"{self._words['appeler']} {shown}", f"tel:{dialled}", "appel")
        return html.escape(shown)

    def _opening(self, record: Fields) -> str:
        """Return whether it is open now, in words; empty when nobody knows."""
        state = words(record.get("ouvert"))
        return self._words[state] if state in ("ouvert", "ferme") else ""

    @staticmethod
    def _joined(*values: object) -> str:
        return " ".join(filter(None, map(words, values)))

    def _line(self, line: Fields) -> str:
        closed = self._words["ferme"] if words(line.get("ouvert")) == "ferme" else ""
        cost = words(line.get("cout")).rstrip(".")
        small = self._joined(
            line.get("horaires"), closed, f"{cost[0].upper()}{cost[1:]}." if cost else ""
        )
        return (
            '<article class="fiche ligne">'
            + _element("h3", words(line.get("nom")))
            + _element("p", words(line.get("pour_quoi")))
            + self._call(line)
            + _element("p", small, "sorte")
            + "</article>"
        )

    def _place(self, place: Fields, rank: int) -> str:
        said = self._words
        name = words(place.get("nom")) or words(place.get("type")) or said["lieu"]
        kind = ", ".join(filter(None, [words(place.get("type")), words(place.get("distance"))]))
        opening = self._opening(place) or said["inconnu"]
        mail, site = words(place.get("courriel")), words(place.get("site"))
        path = safe_address(place.get("itineraire"))
        rows = {
            "adresse": html.escape(words(place.get("adresse")) or words(place.get("commune"))),
            "zone": html.escape(words(place.get("zone"))),
            "heures": html.escape(
                self._joined(place.get("horaires"), opening, place.get("prochaine_ouverture"))
            ),
            "age": html.escape(words(place.get("age"))),
            "prix": html.escape(words(place.get("prix"))),
            "acces": html.escape(self._joined(place.get("acces"), place.get("parent"))),
            "courriel": link(mail, f"mailto:{mail}" if _MAIL.fullmatch(mail) else None),
            "site": link(re.sub(r"^https?://(www\.)?", "", site).rstrip("/"), site),
        }
        table = "".join(
            f"<dt>{html.escape(said[label])}</dt><dd>{content}</dd>"
            for label, content in rows.items()
            if content
        )
        actions = self._call(place) + (link(said["chemin"], path, "appel second") if path else "")
        return (
            '<article class="fiche">'
            + _element("h3", f"{rank}. {name}" if rank else name)
            + _element("p", kind, "sorte")
            + _element("p", words(place.get("pourquoi")))
            + (f'<div class="actions">{actions}</div>' if actions else "")
            + (f"<dl>{table}</dl>" if table else "")
            + _element("p", words(place.get("remarque")))
            + _element("p", words(place.get("verifie")), "verifie")
            + "</article>"
        )


class Channel(Protocol):
    """What the page needs of the website channel: the very turns of the JSON routes."""

    def open_conversation(self, request: Request) -> tuple[str, str, Messages]:
        """Open a conversation: its id, its token, its greeting."""

    def check_token(self, conversation_id: str, token: str) -> None:
        """Raise a refusal unless the token opens this conversation."""

    def check(self, request: Request, conversation_id: str, token: str) -> None:
        """Raise a refusal unless the token opens this conversation and it still exists."""

    async def answer(
        self, app: Sanic, handler: Any, conversation_id: str, text: str, message_id: str | None
    ) -> Messages:
        """Answer one message once."""

    def history(self, app: Sanic, conversation_id: str) -> list[Turn]:
        """Return every turn, oldest first."""

    async def erase(self, app: Sanic, conversation_id: str) -> None:
        """Erase every trace of the conversation."""

    def greeting(self) -> Messages:
        """Return what every conversation opens with."""

    def sentence(self, code: str) -> str:
        """Return the French sentence of a refusal."""


class PlainChat:
    """Answers the posts of ``/chat``.

    Args:
        channel: the website channel.
        handler: Rasa's.
        framers: origins that may show the page in a frame.
    """

    def __init__(self, channel: Channel, handler: Any, framers: Iterable[str]) -> None:
        self._channel = channel
        self._handler = handler
        self._framers = tuple(framers)
        self._page = PlainPage.load()
        self._vocabulary = Vocabulary.load()

    async def post(self, request: Request) -> HTTPResponse:
        """Answer one posted form with the whole page; a refusal is said there, and loses no word."""
        try:
            if len(request.body) > MAX_BODY_BYTES:
                raise SiteError(413, "corps_trop_gros")
            if field(request, "effacer"):
                return await self._erase(request)
            return await self._say(request)
        except SiteError as error:
            return self._refused(request, error)
        except Exception as error:
            logger.error("plain chat failed: %s", type(error).__name__, exc_info=error)
            return self._refused(request, SiteError(500, "panne"))

    async def _erase(self, request: Request) -> HTTPResponse:
        conversation = _given(request)
        if conversation is not None:
            self._channel.check(request, conversation.id, conversation.token)
            await self._channel.erase(request.app, conversation.id)
        return self._page.page(
            None,
            [(None, self._channel.greeting())],
            self._framers,
            note=self._vocabulary["effacee"],
        )

    async def _say(self, request: Request) -> HTTPResponse:
        text = read_text(field(request, "choix") or field(request, "texte"))
        message_id = read_message_id(field(request, "envoi") or None)
        conversation = _given(request)
        if conversation is None:
            conversation = Conversation(*self._channel.open_conversation(request)[:2])
        else:
            # Whether it still exists is the turn's affair: an emergency is answered all the same.
            self._channel.check_token(conversation.id, conversation.token)
        messages = await self._channel.answer(
            request.app, self._handler, conversation.id, text, message_id
        )
        said = self._said(request, conversation)
        if message_id:
            recorded = any(turn.message_id == message_id for turn in said)
        else:
            recorded = bool(said) and said[-1].messages == messages
        if not recorded:
            # An emergency is answered before it is recorded.
            said.append(Turn(_title(said, text), messages, message_id))
        return self._page.page(
            conversation, [(turn.text, turn.messages) for turn in said], self._framers
        )

    def _said(self, request: Request, conversation: Conversation) -> list[Turn]:
        """Return the turns so far; none while the database cannot be read."""
        try:
            return self._channel.history(request.app, conversation.id)
        except SQLAlchemyError:
            return []

    def _refused(self, request: Request, error: SiteError) -> HTTPResponse:
        conversation = _given(request)
        turns: list[tuple[str | None, Messages]] = [(None, self._channel.greeting())]
        if conversation is not None:
            try:
                self._channel.check(request, conversation.id, conversation.token)
                said = self._said(request, conversation)
                turns = [(turn.text, turn.messages) for turn in said] or turns
            except SiteError:
                conversation = None
        answer = self._page.page(
            conversation,
            turns,
            self._framers,
            note=self._channel.sentence(error.code),
            draft=field(request, "texte"),
            status=error.status,
        )
        if error.retry_after is not None:
            answer.headers["Retry-After"] = str(error.retry_after)
        return answer


def _given(request: Request) -> Conversation | None:
    """Return the conversation the form carries, if any (not checked)."""
    conversation_id = field(request, "id")
    return Conversation(conversation_id, field(request, "cle")) if conversation_id else None


def _title(turns: Iterable[Turn], text: str) -> str:
    """Return a pressed button by its title, other words as they are."""
    for turn in turns:
        for message in turn.messages:
            for button in message.get("buttons", ()):
                if button["payload"] == text:
                    return str(button["title"])
    return text


def _element(name: str, text: str, style: str = "") -> str:
    """Return an element with this text, or nothing for no text."""
    kind = f' class="{style}"' if style else ""
    return f"<{name}{kind}>{html.escape(text)}</{name}>" if text else ""


def field(request: Request, name: str) -> str:
    """Return one field of the posted form, empty when it is missing."""
    form = request.form or {}
    return str(form.get(name) or "")
