"""Measures the safety net while the rest is down: every held-out emergency and look-alike, said to real servers.

``python -m benchmarks.bench_outages [--every N]``. Each message opens a conversation of its own with the
channel of a real assistant, four times: all well, its action server killed, its database locked, its
catalogue emptied. An answer is an emergency's when the first line of its first message holds a number
to dial. Figures of each, and how many answers give the same first number as when all is well.

An ordinary message waits three seconds for a locked database before it is told so: with all the messages
this takes three quarters of an hour, with ``--every 10`` five minutes.

A line that is closed at this hour is not given first (see ``catalogue/lignes.yml``): between the office
hours of SOS Viol the share of right numbers is that of ``relais evaluate``; at other times a little less.
"""

from __future__ import annotations

import argparse
import os
import re
import sqlite3
import tempfile
import time
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

import requests

from bot.client import ChannelError, Conversation
from bot.evaluation.heldout import IntentCase, load_heldout
from bot.launch import Assistant
from bot.processes import free_port
from bot.training import model_path

WELL = "tout va bien"
ACTIONS = "serveur d'actions tué"
CATALOGUE = "catalogue vidé"
DATABASE = "base verrouillée"
_DIALLED = re.compile(r"\]\(tel:(\d+)\)")
_POLICE = {"101", "112"}


@contextmanager
def running(folder: Path, **environment: str) -> Iterator[Assistant]:
    """Start an assistant with a state of its own in ``folder``."""
    before = dict(os.environ)
    os.environ.update(RELAIS_STATE=str(folder), **environment)
    try:
        with Assistant(model_path(), free_port(), logs=folder / "logs") as assistant:
            assistant.wait_until_ready()
            yield assistant
    finally:
        os.environ.clear()
        os.environ.update(before)


@contextmanager
def broken(name: str, assistant: Assistant, folder: Path) -> Iterator[None]:
    """Break what ``name`` says of a running assistant whose state is in ``folder``."""
    if name == ACTIONS:
        assistant.process("actions").kill()
        assistant.process("actions").wait()
    if name != DATABASE:
        yield
        return
    with closing(sqlite3.connect(folder / "conversations.db", isolation_level=None)) as lock:
        lock.execute("BEGIN EXCLUSIVE")
        yield


def numbers_said(name: str, folder: Path, texts: Sequence[str]) -> dict[str, str | None]:
    """Return the first number of the answer to each text, under the outage ``name``."""
    folder.mkdir()
    environment = {}
    if name == CATALOGUE:
        (folder / "catalogue").mkdir()
        environment["RELAIS_CATALOGUE"] = str(folder / "catalogue")
    with running(folder, **environment) as assistant:
        # Opened before: a conversation cannot be kept in a locked database, and opening it waits.
        conversations = [Conversation(assistant.address) for _ in texts]
        with broken(name, assistant, folder):
            return {
                text: first_number(conversation, text)
                for text, conversation in zip(texts, conversations, strict=True)
            }


def first_number(conversation: Conversation, text: str) -> str | None:
    """Return the number of the first line of the answer to ``text``; ``None`` without one.

    A channel that says it cannot answer (an ordinary message while the database is locked) rings nothing.
    """
    message_id = str(uuid.uuid4())
    try:
        try:
            messages = conversation.say(text, message_id)
        except requests.ConnectionError:  # left idle too long: said again, as the widget does
            messages = conversation.say(text, message_id)
    except ChannelError:
        return None
    lines = str(messages[0].get("text", "")).splitlines() if messages else []
    dialled = _DIALLED.search(lines[0]) if lines else None
    return dialled[1] if dialled else None


def is_right(number: str | None, accepted: Sequence[str]) -> bool:
    """Tell whether a judge accepts ``number``; 101 and 112 send the same help."""
    wanted = {one.replace(" ", "") for one in accepted}
    return number in wanted | (_POLICE if wanted & _POLICE else set())


def report(
    name: str,
    emergencies: Sequence[IntentCase],
    others: Sequence[IntentCase],
    numbers: Mapping[str, str | None],
    well: Mapping[str, str | None],
) -> str:
    """Return one line of figures, in percent."""
    seen = sum(numbers[case.texte] is not None for case in emergencies)
    right = sum(is_right(numbers[case.texte], case.premiers_numeros) for case in emergencies)
    rung = sum(numbers[case.texte] is not None for case in others)
    same = sum(number == well[text] for text, number in numbers.items())
    return (
        f"{name:24} reconnues {100 * seen / len(emergencies):5.1f} %  "
        f"premier numéro {100 * right / len(emergencies):5.1f} %  "
        f"sosies {100 * rung / len(others):4.1f} %  "
        f"comme si tout allait bien {same}/{len(numbers)}"
    )


def main() -> None:
    """Print the figures of the four runs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--every", type=int, default=1, help="one message in N (default: all)")
    every = parser.parse_args().every
    heldout = load_heldout()
    emergencies, others = heldout.urgences[::every], heldout.sosies[::every]
    well: dict[str, str | None] = {}
    texts = [case.texte for case in (*emergencies, *others)]
    with tempfile.TemporaryDirectory() as folder:
        for place, name in enumerate((WELL, ACTIONS, CATALOGUE, DATABASE)):
            start = time.monotonic()
            numbers = numbers_said(name, Path(folder) / str(place), texts)
            well = well or numbers
            line = report(name, emergencies, others, numbers, well)
            print(f"{line}  ({time.monotonic() - start:.0f} s)", flush=True)


if __name__ == "__main__":
    main()
