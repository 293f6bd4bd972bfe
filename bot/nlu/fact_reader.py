"""Reads what a message says as facts — where, how old, when, which one — as normalised entities.

No Rasa here: the training prepares its sentences with it in processes of their own.
"""

from __future__ import annotations

import datetime as dt
import logging
import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec

from bot.clock import belgian_time
from bot.nlu.ages import AgeMention, find_ages
from bot.nlu.moments import MomentMention, find_moments
from bot.nlu.ranks import RankMention, find_ranks
from bot.places.calendar import CalendarError, SchoolCalendar
from bot.places.geography import Candidate, Gazetteer, GeographyError, is_ambiguous
from bot.places.mentions import Mention, find_mentions

logger = logging.getLogger(__name__)

PLACE = "lieu"
AGE = "age"
MOMENT = "quand"
RANK = "rang"
_NAME = "FactExtractor"
_QUANTITY = re.compile(r"\d|an|moi|sem|jour")
_ALMOST_AS_GOOD = 0.05


# What stands in a sentence for a place, an age, a day: which one it is does not change the intent.
_MASKS = {PLACE: "unlieu", AGE: "unage", MOMENT: "unjour"}


def masked(text: str, entities: Sequence[Mapping[str, Any]]) -> str:
    """Return ``text`` with each place, age or day found in it replaced by its mask."""
    for entity in sorted(entities, key=lambda e: -e.get("start", 0)):
        mask = _MASKS.get(entity.get("entity", ""))
        if mask and "start" in entity and "end" in entity and _is_value(entity, text):
            text = f"{text[: entity['start']]} {mask} {text[entity['end'] :]}"
    return text


def _is_value(entity: Mapping[str, Any], text: str) -> bool:
    """Tell whether an entity is a mere value: « 18 mois » is, « nouveau-né » says more than an age."""
    said = text[entity["start"] : entity["end"]].lower()
    return entity["entity"] != AGE or _QUANTITY.search(said) is not None


def place_entity(mention: Mention) -> dict[str, Any]:
    """Return a place mention as a Rasa entity; ``candidats`` holds one reading, or the ambiguous ones."""
    best = mention.candidates[0]
    readings = mention.candidates if is_ambiguous(mention.candidates) else (best,)
    close = [c for c in readings if c.score >= best.score - _ALMOST_AS_GOOD]
    return {
        "entity": PLACE,
        "start": mention.start,
        "end": mention.end,
        "value": best.nom,
        "commune": best.commune,
        "code_postal": best.code_postal,
        "province": best.province,
        "ambigu": len(close) > 1,
        "confidence_entity": round(best.score, 3),
        "candidats": [_candidate(candidate) for candidate in close],
        "extractor": _NAME,
    }


def age_entity(mention: AgeMention) -> dict[str, Any]:
    """Return a child's age as a Rasa entity, in months."""
    return {
        "entity": AGE,
        "start": mention.start,
        "end": mention.end,
        "value": mention.mois,
        "unite": "mois",
        "extractor": _NAME,
    }


def moment_entity(mention: MomentMention) -> dict[str, Any]:
    """Return a wanted time as a Rasa entity: a window of Belgian time, ISO 8601."""
    return {
        "entity": MOMENT,
        "start": mention.start,
        "end": mention.end,
        "value": {
            "debut": mention.debut.isoformat(),
            "fin": mention.fin.isoformat(),
            "precision": mention.precision,
        },
        "extractor": _NAME,
    }


def rank_entity(mention: RankMention) -> dict[str, Any]:
    """Return « le deuxième » as a Rasa entity: 2; -1 is the last."""
    return {
        "entity": RANK,
        "start": mention.start,
        "end": mention.end,
        "value": mention.rang,
        "extractor": _NAME,
    }


def _candidate(candidate: Candidate) -> dict[str, Any]:
    data: dict[str, Any] = msgspec.to_builtins(candidate)
    return data


def _gazetteer(folder: Path) -> Gazetteer | None:
    try:
        return Gazetteer.load(folder)
    except (GeographyError, OSError) as error:
        logger.error("no place will be understood: %s", error)
        return None


def _calendar(path: Path) -> SchoolCalendar | None:
    try:
        return SchoolCalendar.load(path)
    except (CalendarError, OSError) as error:
        logger.error("school holidays will not be understood: %s", error)
        return None


class FactReader:
    """Finds the entities ``lieu``, ``age``, ``quand`` and ``rang`` of a text.

    Args:
        gazetteer: the places; ``None`` finds none.
        calendar: the school holidays; ``None`` knows none.
        clock: the time in Belgium, for « demain ».
    """

    def __init__(
        self,
        gazetteer: Gazetteer | None,
        calendar: SchoolCalendar | None = None,
        clock: Callable[[], dt.datetime] = belgian_time,
    ) -> None:
        self._gazetteer = gazetteer
        self._calendar = calendar
        self._clock = clock

    @classmethod
    def load(cls, folder: Path) -> FactReader:
        """Read the gazetteer and the calendar of a catalogue.

        Without them the assistant still has to understand an emergency: it finds no place, and says
        so in the log.
        """
        return cls(_gazetteer(folder / "geographie"), _calendar(folder / "calendrier.yml"))

    def facts(self, text: str) -> list[dict[str, Any]]:
        """Return the entities of one text; where two readings overlap, the first kind below wins."""
        now = self._clock()
        mentions = find_mentions(text, self._gazetteer) if self._gazetteer else ()
        readings = [
            *(place_entity(mention) for mention in mentions),
            *(age_entity(mention) for mention in find_ages(text, now.date())),
            *(moment_entity(mention) for mention in find_moments(text, now, self._calendar)),
            *(rank_entity(mention) for mention in find_ranks(text)),
        ]
        kept: list[dict[str, Any]] = []
        for entity in readings:
            if all(entity["end"] <= k["start"] or entity["start"] >= k["end"] for k in kept):
                kept.append(entity)
        return sorted(kept, key=lambda entity: int(entity["start"]))
