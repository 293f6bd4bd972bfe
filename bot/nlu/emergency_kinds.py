"""The kinds of emergency: the intent each belongs to, and the number its answer gives first."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import msgspec


class EmergencyKind(msgspec.Struct, frozen=True):
    """One kind. ``premier_numero`` as in ``catalogue/lignes.yml`` (source: domain.md, Emergencies)."""

    intent: str
    premier_numero: str
    gravite: str


# The names are those of ``metadata: {genre: …}`` in data/nlu/urgences.
KINDS: Final[Mapping[str, EmergencyKind]] = {
    "vital": EmergencyKind("urgence_medicale", "112", "immediate"),
    "intoxication": EmergencyKind("urgence_medicale", "070 245 245", "immediate"),
    "danger_immediat": EmergencyKind("urgence_violence", "112", "immediate"),
    "couple": EmergencyKind("urgence_violence", "0800 30 030", "serieux"),
    "enfant": EmergencyKind("urgence_violence", "103", "serieux"),
    "sexuelle": EmergencyKind("urgence_violence", "0800 98 100", "serieux"),
    "suicide": EmergencyKind("urgence_detresse", "0800 32 123", "serieux"),
    "geste": EmergencyKind("urgence_detresse", "112", "immediate"),
}

DOUBT: Final = "doute"
# Between a help line and 112, almost as likely, 112: it never closes, and the line is shown beside it.
# More so for violence: « il me frappe » may be this minute.
_PRUDENCE: Final[Mapping[str, float]] = {"vital": 0.2, "danger_immediat": 0.4, "geste": 0.2}


class DangerScores(msgspec.Struct, frozen=True):
    """What the classifier thinks of a message's danger, in margins (signed distances to a border).

    ``score`` is about danger at all, ``kinds`` about each kind of it.
    """

    score: float
    kinds: Mapping[str, float]

    @property
    def likeliest(self) -> str:
        """Return the kind to answer for."""
        return max(self.kinds, key=self.weight)

    def weight(self, kind: str) -> float:
        """Return what speaks for answering this kind: its margin, and prudence."""
        return self.kinds[kind] + _PRUDENCE.get(kind, 0.0)
