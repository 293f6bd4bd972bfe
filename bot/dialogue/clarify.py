"""The question asked when the need is not sure: the likeliest ones as buttons, in plain French."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bot.dialogue.facts import NEED_PREFIX
from bot.wording import Wording

_LIKELY = 3
# The short menu: the needs most parents come with, when nothing was understood twice.
MENU: Sequence[str] = (
    "besoin_isolement",
    "besoin_formation",
    "besoin_monoparentalite",
    "besoin_repit",
    "besoin_soutien_parentalite",
    "besoin_accueil",
    "besoin_sante_enfant",
    "besoin_precarite",
)


def likely_needs(message: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the needs the classifier thinks likeliest for a message, best first."""
    ranking = message.get("intent_ranking") or ()
    names = [part for intent in ranking for part in str(intent.get("name")).split("+")]
    needs = [name for name in names if name.startswith(NEED_PREFIX)]
    return tuple(dict.fromkeys(needs))[:_LIKELY]


def need_buttons(message: Mapping[str, Any], wording: Wording, again: bool) -> list[dict[str, str]]:
    """Return the buttons to choose a need: the likeliest, or the whole short menu when ``again``."""
    needs = MENU if again else likely_needs(message) or MENU
    return [{"title": wording.text(f"utter_nom_{need}"), "payload": f"/{need}"} for need in needs]
