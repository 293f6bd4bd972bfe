"""The assistant in a terminal: the widget's conversation as plain text."""

from __future__ import annotations

from typing import Any

import requests
from rich.console import Console

from bot.client import ChannelError, Conversation

_QUIT = frozenset({"quitter", "exit", "quit"})


class TalkError(RuntimeError):
    """The conversation could not be held; the message is one sentence."""


def chat(address: str, console: Console) -> None:
    """Hold one conversation until the person leaves (Ctrl-D, Ctrl-C or « quitter »).

    Raises:
        TalkError: if no assistant answers at ``address``.
    """
    try:
        conversation = Conversation(address)
    except (requests.RequestException, ValueError) as error:
        raise TalkError(
            f"Aucun assistant ne répond à {address}. Démarrez-le d'abord : make start"
        ) from error
    buttons = _show(conversation.greeting, console)
    while True:
        try:
            typed = console.input("\n[bold]vous >[/bold] ").strip()
        except (EOFError, KeyboardInterrupt):
            return
        if typed.lower() in _QUIT:
            return
        if typed.isdigit() and 1 <= int(typed) <= len(buttons):
            typed = buttons[int(typed) - 1]["payload"]
        try:
            buttons = _show(conversation.say(typed), console)
        except ChannelError as error:
            console.print(str(error), style="red", markup=False)
        except requests.RequestException as error:
            raise TalkError("L'assistant ne répond plus.") from error


def _show(messages: list[dict[str, Any]], console: Console) -> list[dict[str, str]]:
    """Print one turn and return its buttons, which a number chooses."""
    buttons: list[dict[str, str]] = []
    for message in messages:
        if message.get("text"):
            console.print(f"\n{message['text']}", markup=False)
        for number, place in enumerate(message.get("custom", {}).get("places", ()), start=1):
            console.print(f"\n{place_as_text(number, place)}", markup=False)
        buttons += message.get("buttons", ())
    for number, button in enumerate(buttons, start=1):
        console.print(f"  [{number}] {button['title']}", markup=False)
    return buttons


def place_as_text(number: int, place: dict[str, Any]) -> str:
    """Return a place card as lines of text; absent fields are skipped."""
    kind = ", ".join(filter(None, [place["type"], place.get("distance")]))
    lines = [
        f"{number}. {place['nom']} — {kind}",
        place.get("pourquoi"),
        place.get("adresse") or place.get("zone"),
        place.get("telephone"),
        place.get("site"),
        place.get("horaires"),
        place.get("age"),
        place.get("prix"),
        place.get("acces"),
        place.get("parent"),
        place.get("remarque"),
        place.get("verifie"),
    ]
    return "\n   ".join(line for line in lines if line)
