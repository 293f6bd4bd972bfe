"""Which answer an emergency gets: the right number first, and never a line that is closed now."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any

from bot.places.hours import line_is_open

EMERGENCY_PREFIX = "urgence_"

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
LINE_HOURS: Mapping[str, tuple[str, str]] = {
    "utter_urgence_enfant": ("Mo-Su 10:00-24:00", "utter_urgence_enfant_ferme"),
    "utter_urgence_violence_sexuelle": (
        "Mo-Fr 09:30-17:00",
        "utter_urgence_violence_sexuelle_ferme",
    ),
    "utter_urgence_doute_enfant": ("Mo-Su 10:00-24:00", "utter_urgence_doute"),
    "utter_urgence_doute_violence_sexuelle": ("Mo-Fr 09:30-17:00", "utter_urgence_doute"),
}
# The question asked in doubt shows the number that would be right. Without an entry: the 112.
_DOUBTS: Mapping[tuple[str, str], str] = {
    ("urgence_medicale", "070 245 245"): "utter_urgence_doute_intoxication",
    ("urgence_violence", "0800 30 030"): "utter_urgence_doute_violence_couple",
    ("urgence_violence", "103"): "utter_urgence_doute_enfant",
    ("urgence_violence", "0800 98 100"): "utter_urgence_doute_violence_sexuelle",
    ("urgence_detresse", "0800 32 123"): "utter_urgence_doute_detresse",
}
_DOUBT = "doute"
# The button « Oui, en danger » says only the intent: it is now, so the 112 comes first.
_PRESSED: Mapping[str, str] = {"urgence_detresse": "utter_urgence_detresse_immediate"}


def answer_to(
    intent: str,
    detail: Mapping[str, Any] | None,
    now: dt.datetime,
    is_open: Callable[[str, dt.datetime], bool | None] = line_is_open,
) -> str:
    """Return the name of the response an emergency gets.

    Args:
        intent: one of the three emergency intents.
        detail: what the lexicon or the classifier found (``premier_numero``, ``gravite``), or
            ``None`` when only the intent is known (a pressed button).
        now: Belgian time.
        is_open: tells whether a line with these hours answers now; injected by tests.
    """
    if not detail:
        return _PRESSED.get(intent, f"utter_{intent}")
    number = str(detail.get("premier_numero", ""))
    if detail.get("gravite") == _DOUBT:
        answer = _DOUBTS.get((intent, number), "utter_urgence_doute")
    else:
        answer = _ANSWERS.get((intent, number), f"utter_{intent}")
    hours, closed_answer = LINE_HOURS.get(answer, (None, answer))
    if hours is not None and is_open(hours, now) is False:
        return closed_answer
    return answer
