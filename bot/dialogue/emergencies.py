"""Which answer an emergency gets: the right number first, and never a line that is closed now."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any

from bot.places.hours import line_is_open

# Answers by intent, then by the first number the lexicon names. Without one: the intent's own answer.
_ANSWERS: Mapping[tuple[str, str], str] = {
    ("urgence_medicale", "070 245 245"): "utter_urgence_intoxication",
    ("urgence_violence", "0800 30 030"): "utter_urgence_violence_couple",
    ("urgence_violence", "103"): "utter_urgence_enfant",
    ("urgence_violence", "0800 98 100"): "utter_urgence_violence_sexuelle",
    ("urgence_detresse", "112"): "utter_urgence_detresse_immediate",
}
# Answers that begin with a line that is not always open, its hours, and what to say meanwhile.
# Hours: catalogue/lignes.yml. A copy, because an emergency answer must not need the catalogue.
_HOURS: Mapping[str, tuple[str, str]] = {
    "utter_urgence_enfant": ("Mo-Su 10:00-24:00", "utter_urgence_enfant_ferme"),
    "utter_urgence_violence_sexuelle": (
        "Mo-Fr 09:30-17:00",
        "utter_urgence_violence_sexuelle_ferme",
    ),
}
_DOUBT = "doute"


def answer_to(
    intent: str,
    detail: Mapping[str, Any] | None,
    now: dt.datetime,
    is_open: Callable[[str, dt.datetime], bool | None] = line_is_open,
) -> str:
    """Return the name of the response an emergency gets.

    Args:
        intent: one of the three emergency intents.
        detail: what the lexicon found (``premier_numero``, ``gravite``), or ``None`` when only the
            classifier saw the emergency.
        now: Belgian time.
        is_open: tells whether a line with these hours answers now; injected by tests.
    """
    if detail and detail.get("gravite") == _DOUBT:
        return "utter_urgence_doute"
    number = str((detail or {}).get("premier_numero", ""))
    answer = _ANSWERS.get((intent, number), f"utter_{intent}")
    hours, closed_answer = _HOURS.get(answer, (None, answer))
    if hours is not None and is_open(hours, now) is False:
        return closed_answer
    return answer
