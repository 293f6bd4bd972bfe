"""Reads the hand-written test sets of ``tests/nlu/heldout``, none of which the model was trained on."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal, TypeVar

import msgspec
import yaml

from bot.evaluation.errors import EvaluationError
from bot.evaluation.moments import expected_moments
from bot.paths import ROOT

HELDOUT = ROOT / "tests" / "nlu" / "heldout"


class _Case(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    texte: str


class IntentCase(_Case, frozen=True):
    """A message with one right intent; ``genre`` says what kind of emergency it is, or nothing.

    ``premiers_numeros`` are the numbers a good answer to an emergency may show first, best first.
    """

    intent: str
    premiers_numeros: tuple[str, ...] = ()
    genre: str = ""


class MultiCase(_Case, frozen=True):
    """A message that carries several needs."""

    besoins: tuple[str, ...]


class PitfallCase(_Case, frozen=True):
    """A message that looks like ``pas`` and is ``intent``."""

    intent: str
    pas: tuple[str, ...]


class PlaceCase(_Case, frozen=True):
    """A message and the commune it names, ``None`` when it names none."""

    commune: str | None
    localite: str | None = None
    code_postal: str | None = None


class AgeCase(_Case, frozen=True):
    """A message and the children's ages it tells, in months (negative before birth)."""

    mois: float | tuple[float, ...] | None

    def months(self) -> tuple[float, ...]:
        """Return the ages, youngest first; none when the message tells none."""
        if self.mois is None:
            return ()
        return tuple(sorted(self.mois)) if isinstance(self.mois, tuple) else (self.mois,)


class MomentCase(_Case, frozen=True):
    """A message and the moment it asks for, in words (see ``bot.evaluation.moments``)."""

    attendu: str | None


class Forbidden(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What must never happen in a conversation.

    ``sortes``: kinds of service never offered first. ``dit``: words never said. ``redemande``: what is
    never asked again once known, nor a third time. ``besoins``: needs that must not stand at the end.
    """

    sortes: tuple[str, ...] = ()
    dit: tuple[str, ...] = ()
    redemande: tuple[Literal["lieu", "age"], ...] = ()
    besoins: tuple[str, ...] = ()


class WholeConversation(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What a parent writes, whatever is answered, and what must stand at the end.

    ``besoins_admis`` may stand beside ``besoins``; ``commune`` and ``age_mois`` are judged when given.
    One of ``sortes`` must be among the places of the last offer. ``urgence``: first numbers, one of
    which an answer must show.
    """

    nom: str
    messages: tuple[str, ...]
    besoins: tuple[str, ...] = ()
    besoins_admis: tuple[str, ...] = ()
    commune: str | None = None
    age_mois: float | None = None
    sortes: tuple[str, ...] = ()
    interdits: Forbidden = Forbidden()
    urgence: tuple[str, ...] = ()


class HeldOut(msgspec.Struct, frozen=True):
    """All the test sets; ``digests`` identifies the content of each file."""

    besoins: tuple[IntentCase, ...]
    conversation: tuple[IntentCase, ...]
    urgences: tuple[IntentCase, ...]
    sosies: tuple[IntentCase, ...]
    multi: tuple[MultiCase, ...]
    pieges: tuple[PitfallCase, ...]
    lieux: tuple[PlaceCase, ...]
    ages: tuple[AgeCase, ...]
    dates: tuple[MomentCase, ...]
    conversations_entieres: tuple[WholeConversation, ...]
    digests: Mapping[str, str]


_SETS = ("besoins", "conversation", "urgences", "sosies", "multi", "pieges", "lieux", "ages")
_FILES = (*_SETS, "dates", "conversations_entieres")

Case = TypeVar("Case", bound=_Case | WholeConversation)


def load_heldout(folder: Path = HELDOUT) -> HeldOut:
    """Read every test set.

    Raises:
        EvaluationError: naming the file and line that cannot be read.
    """
    dates = _entries(folder / "dates.yml", MomentCase)
    _check_moments(folder / "dates.yml", dates)
    return HeldOut(
        besoins=_by_intent(folder / "besoins.yml"),
        conversation=_by_intent(folder / "conversation.yml"),
        urgences=_entries(folder / "urgences.yml", IntentCase),
        sosies=_entries(folder / "sosies.yml", IntentCase),
        multi=_entries(folder / "multi.yml", MultiCase),
        pieges=_entries(folder / "pieges.yml", PitfallCase),
        lieux=_entries(folder / "lieux.yml", PlaceCase),
        ages=_entries(folder / "ages.yml", AgeCase),
        dates=dates,
        conversations_entieres=_entries(folder / "conversations_entieres.yml", WholeConversation),
        digests={
            name: hashlib.sha256(_content(folder / f"{name}.yml").encode()).hexdigest()[:12]
            for name in _FILES
        },
    )


def _check_moments(path: Path, cases: tuple[MomentCase, ...]) -> None:
    for case in cases:
        try:
            expected_moments(case.attendu or "demain")
        except ValueError as error:
            raise EvaluationError(
                f"{path}, « {case.texte} » : {error}. Écrivez par exemple « mercredi, matin »."
            ) from None


def _content(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except OSError:
        raise EvaluationError(
            f"{path} : ce jeu de test manque. Remettez le fichier, ou reprenez-le du dépôt."
        ) from None


def _yaml(path: Path) -> tuple[Any, yaml.Node | None]:
    """Return a file's content and its nodes, which know their lines."""
    text = _content(path)
    try:
        return yaml.safe_load(text), yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f", ligne {mark.line + 1}" if mark else ""
        raise EvaluationError(
            f"{path}{line} : ce n'est pas du YAML lisible. Corrigez l'écriture à cette ligne."
        ) from None


def _entries(path: Path, kind: type[Case]) -> tuple[Case, ...]:
    """Read a list of entries, each of ``kind``."""
    content, node = _yaml(path)
    if not isinstance(content, list) or not isinstance(node, yaml.SequenceNode):
        raise EvaluationError(
            f"{path} : il faut une liste, une entrée par message (« - texte: … »)."
        )
    return tuple(
        _entry(path, entry, item.start_mark.line + 1, kind)
        for entry, item in zip(content, node.value, strict=True)
    )


def _entry(path: Path, entry: Any, line: int, kind: type[Case]) -> Case:
    try:
        return msgspec.convert(entry, kind)
    except msgspec.ValidationError as error:
        fields = ", ".join(field.name for field in msgspec.structs.fields(kind))
        raise EvaluationError(
            f"{path}, ligne {line} : entrée illisible ({error}). Champs possibles : {fields}."
        ) from None


def _by_intent(path: Path) -> tuple[IntentCase, ...]:
    """Read a file that lists its messages under each intent."""
    content, _ = _yaml(path)
    try:
        grouped = msgspec.convert(content, dict[str, list[str]])
    except msgspec.ValidationError as error:
        raise EvaluationError(
            f"{path} : il faut des intentions, chacune avec sa liste de messages ({error})."
        ) from None
    return tuple(
        IntentCase(texte=text, intent=intent) for intent, texts in grouped.items() for text in texts
    )
