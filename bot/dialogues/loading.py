"""Reads dialogue files into records, with the file, the line and one sentence for each mistake.

Like the catalogue's reader, it takes the text as written (``non`` is a word, ``0800`` keeps its zero): the
records decide what a value means.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import msgspec.inspect as introspection

from bot.dialogues.reading import Reader
from bot.dialogues.records import (
    DialogueFile,
    Script,
)
from bot.dialogues.vocabulary import Vocabulary
from bot.paths import ROOT
from bot.places.loading import (
    Problem,
    read_node,
)

DIALOGUES: Final = ROOT / "tests" / "dialogues"
#: Bytes: a dialogue is about a thousand; a file with a thousand of them is a mistake.
_MAX_BYTES: Final = 1024 * 1024


class DialogueError(Exception):
    """Dialogues that cannot be played: ``problems`` says why, one French sentence per mistake."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = tuple(problems)


def shown_path(path: Path) -> str:
    """Return a path as people name it: from the current folder when it lies inside."""
    try:
        return path.resolve().relative_to(Path.cwd()).as_posix()
    except ValueError:
        return str(path)


def dialogue_files(given: Sequence[Path]) -> list[Path]:
    """Return the files to play: those given, the ``.yml`` of the folders given, else all those shipped."""
    files: list[Path] = []
    for path in given or [DIALOGUES]:
        files += sorted(path.glob("**/*.yml")) if path.is_dir() else [path]
    return list(dict.fromkeys(files))


def load_dialogues(
    files: Sequence[Path], vocabulary: Vocabulary, moment: dt.datetime | None = None
) -> list[Script]:
    """Read every file.

    Args:
        moment: when a dialogue takes place that does not say it itself, nor its file.

    Raises:
        DialogueError: with the problems of all the files, if there is one.
    """
    scripts: list[Script] = []
    problems: list[Problem] = []
    for path in files:
        content, found = read_dialogues(path, vocabulary)
        problems += found
        if content is not None and not found:
            scripts += (
                Script(shown_path(path), dialogue, dialogue.date or content.date or moment)
                for dialogue in content.test_cases
            )
    if problems:
        raise DialogueError(problems)
    return scripts


def read_dialogues(
    path: Path, vocabulary: Vocabulary
) -> tuple[DialogueFile | None, tuple[Problem, ...]]:
    """Return the content of one file, and all that is wrong with it."""
    name = shown_path(path)
    node, unreadable = read_node(path, name, _MAX_BYTES)
    if node is None:
        return None, unreadable
    reader = Reader(name, vocabulary)
    content = reader.read(introspection.type_info(DialogueFile), node, "")
    problems = tuple(sorted(reader.problems, key=lambda problem: problem.ligne))
    return (content if isinstance(content, DialogueFile) else None), problems
