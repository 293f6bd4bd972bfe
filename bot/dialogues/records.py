"""The typed records of a dialogue file: what ``tests/dialogues/*.yml`` may say.

The shape is that of Rasa's end-to-end test cases (https://rasa.com/docs/reference/testing/e2e/test-cases),
with French steps for what matters here. ``extra`` names the vocabulary a word must come from; titles and
descriptions are what editors show while one types.
"""

from __future__ import annotations

import datetime as dt
from typing import Annotated, TypeAlias

import msgspec
from msgspec import UNSET, Meta, UnsetType

VOCABULARY = "parmi"

Kind = Annotated[str, Meta(extra={VOCABULARY: "sortes"})]
CommuneName = Annotated[str, Meta(extra={VOCABULARY: "communes"})]
Need = Annotated[str, Meta(extra={VOCABULARY: "besoins"})]
ResponseName = Annotated[str, Meta(extra={VOCABULARY: "reponses"})]
ActionName = Annotated[str, Meta(extra={VOCABULARY: "actions"})]
Message = Annotated[str, Meta(extra={VOCABULARY: "message"})]
Fragment = Annotated[str, Meta(extra={VOCABULARY: "fragment"})]
Pattern = Annotated[str, Meta(extra={VOCABULARY: "motif"})]
Moment: TypeAlias = dt.datetime

Kilometres = Annotated[float, Meta(ge=0, le=400)]
Rank = Annotated[int, Meta(ge=1, le=10)]


class _Record(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Common rules: immutable, no unknown field."""


class PlaceExpectation(_Record, frozen=True, kw_only=True):
    """A place card as a dialogue describes it; what is absent does not matter."""

    type: Annotated[
        tuple[Kind, ...],
        Meta(title="Sorte de service", description="Une sorte acceptable, ou une liste."),
    ] = ()
    commune: Annotated[
        tuple[CommuneName, ...],
        Meta(
            title="Commune",
            description="La porte est dans cette commune, ou le service la dessert. Une liste : l'une d'elles.",
        ),
    ] = ()
    pas_plus_de_km: Annotated[
        Kilometres | None,
        Meta(
            title="Pas plus de … km",
            description="À vol d'oiseau. Un service sans porte convient s'il dessert le parent.",
        ),
    ] = None
    rang: Annotated[
        Rank | None,
        Meta(
            title="Rang", description="1 : c'est le premier lieu proposé. Sans rang : l'un d'eux."
        ),
    ] = None
    besoin: Annotated[
        tuple[Need, ...],
        Meta(title="Besoin", description="Le lieu répond à ce besoin ; une liste : à tous."),
    ] = ()
    nom: Annotated[
        str | None, Meta(title="Nom", description="Une partie du nom du lieu. À éviter.")
    ] = None
    nouveau: Annotated[
        bool | None,
        Meta(title="Nouveau", description="oui : il n'a pas encore été proposé dans ce dialogue."),
    ] = None


class SlotExpectation(_Record, frozen=True, kw_only=True):
    """A slot and its value; ``UNSET`` stands for any value, ``None`` for none at all."""

    nom: str
    valeur: str | tuple[str, ...] | UnsetType | None = UNSET


class ButtonExpectation(_Record, frozen=True, kw_only=True):
    """A button as Rasa's assertions describe it."""

    title: Annotated[str, Meta(title="Titre", description="Ce que le bouton dit.")]
    payload: Annotated[
        str | None, Meta(title="Ordre", description="Ce qu'il envoie, par exemple /refuser.")
    ] = None


class Utterance(_Record, frozen=True, kw_only=True):
    """Rasa's assertion ``bot_uttered``: all that is given must hold, for one turn."""

    utter_name: Annotated[
        ResponseName | None, Meta(title="Réponse", description="Nom d'une réponse de domain.yml.")
    ] = None
    text_matches: Annotated[
        Pattern | None, Meta(title="Motif", description="Expression régulière, sans barres.")
    ] = None
    buttons: Annotated[
        tuple[ButtonExpectation, ...],
        Meta(title="Boutons", description="Les boutons proposés, au moins ceux-là."),
    ] = ()


class Assertion(_Record, frozen=True, kw_only=True):
    """One of Rasa's assertions about the answer to a message."""

    action_executed: Annotated[
        ActionName | None, Meta(title="Action", description="Cette action a été faite.")
    ] = None
    slot_was_set: Annotated[
        tuple[SlotExpectation, ...],
        Meta(title="Retenu", description="Ce que l'assistant a retenu : « name » et « value »."),
    ] = ()
    slot_was_not_set: Annotated[
        tuple[SlotExpectation, ...],
        Meta(title="Pas retenu", description="Ce qu'il n'a pas retenu."),
    ] = ()
    bot_uttered: Annotated[
        Utterance | None, Meta(title="Il dit", description="Ce que l'assistant dit.")
    ] = None
    bot_did_not_utter: Annotated[
        Utterance | None, Meta(title="Il ne dit pas", description="Ce qu'il ne dit pas.")
    ] = None
    ligne: int = 0


class Step(_Record, frozen=True, kw_only=True):
    """One step of a dialogue: what the parent says, or one thing expected of the answer to it.

    One field is filled in, or ``user`` and ``assertions``. ``ligne`` is where it stands in its file.
    """

    user: Annotated[
        Message | None,
        Meta(
            title="Le parent dit",
            description="Son message. Le titre d'un bouton que l'assistant vient de proposer : il appuie dessus.",
        ),
    ] = None
    assertions: Annotated[
        tuple[Assertion, ...],
        Meta(title="Assertions de Rasa", description="Sous « user », comme Rasa les écrit."),
    ] = ()
    utter: Annotated[
        ResponseName | None,
        Meta(title="Réponse", description="Il répond avec cette réponse de domain.yml."),
    ] = None
    bot: Annotated[
        str | None, Meta(title="Texte exact", description="Un de ses messages, mot pour mot.")
    ] = None
    slot_was_set: Annotated[
        tuple[SlotExpectation, ...],
        Meta(
            title="Retenu",
            description="Ce qu'il a retenu, par exemple « besoins: [besoin_repit] » ou « lieu: Namur ».",
        ),
    ] = ()
    slot_was_not_set: Annotated[
        tuple[SlotExpectation, ...],
        Meta(
            title="Pas retenu", description="Un nom : il n'a rien retenu. Nom et valeur : pas cela."
        ),
    ] = ()
    dit: Annotated[
        tuple[Fragment, ...],
        Meta(
            title="Il dit",
            description="Tous ces bouts de phrase sont dans sa réponse ou dans les fiches. /…/ : un motif.",
        ),
    ] = ()
    ne_dit_pas: Annotated[
        tuple[Fragment, ...],
        Meta(title="Il ne dit pas", description="Aucun de ces bouts de phrase n'y est."),
    ] = ()
    propose: Annotated[
        PlaceExpectation | None,
        Meta(
            title="Il propose",
            description="Il propose un lieu comme celui-ci. {} : n'importe lequel.",
        ),
    ] = None
    ne_propose_pas: Annotated[
        PlaceExpectation | None,
        Meta(
            title="Il ne propose pas",
            description="Aucun des lieux proposés n'est comme celui-ci. {} : il ne propose rien.",
        ),
    ] = None
    parle_du_lieu: Annotated[
        Rank | None,
        Meta(
            title="Il parle du lieu",
            description="Il répond sur ce lieu de la dernière proposition (1, 2, 3), et pas sur un autre.",
        ),
    ] = None
    boutons: Annotated[
        tuple[str, ...],
        Meta(title="Boutons", description="Il propose au moins ces boutons (leurs titres)."),
    ] = ()
    urgence: Annotated[
        tuple[str, ...],
        Meta(
            title="Urgence",
            description="Le premier numéro montré, dès la première ligne. Une liste : l'un d'eux.",
        ),
    ] = ()
    ligne: int = 0


class Dialogue(_Record, frozen=True, kw_only=True):
    """One conversation and what is expected of it. ``ligne`` is where it stands in its file."""

    test_case: Annotated[
        str,
        Meta(
            title="Nom du dialogue", description="Une phrase : qui parle, et ce qui doit arriver."
        ),
    ]
    date: Annotated[
        Moment | None,
        Meta(
            title="Date et heure",
            description="Quand ce dialogue a lieu, à l'heure belge : 2026-11-23T10:00.",
        ),
    ] = None
    steps: Annotated[
        tuple[Step, ...],
        Meta(
            title="Étapes",
            description="Ce que dit le parent, puis ce qu'on attend, et ainsi de suite.",
        ),
    ]
    ligne: int = 0


class DialogueFile(_Record, frozen=True, kw_only=True):
    """A file of ``tests/dialogues/``."""

    date: Annotated[
        Moment | None,
        Meta(
            title="Date et heure",
            description="Quand ont lieu les dialogues du fichier qui ne disent rien d'autre : 2026-11-23T10:00.",
        ),
    ] = None
    test_cases: Annotated[
        tuple[Dialogue, ...], Meta(title="Dialogues", description="Les dialogues du fichier.")
    ]


class Script(msgspec.Struct, frozen=True):
    """A dialogue ready to be played: its file as people name it, and when it takes place (``None``: now)."""

    fichier: str
    dialogue: Dialogue
    moment: dt.datetime | None = None
