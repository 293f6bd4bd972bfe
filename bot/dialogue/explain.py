"""Finds which service kind or acronym a question is about, and what the catalogue says of it."""

from __future__ import annotations

import re
import unicodedata

from rapidfuzz import fuzz

from bot.dialogue.state import Orientation
from bot.places.catalogue import Catalogue
from bot.places.records import ServiceKind

_NAME_MATCH = 88  # of 100
_SHORTEST_NAME = 5  # letters


def explanation(question: str, state: Orientation, catalogue: Catalogue) -> str | None:
    """Return the explanation of what ``question`` asks about, or ``None`` if nothing is recognised.

    An acronym first (« PMS »), then the name of a kind (« halte-accueil »), then the kind of the
    place the conversation is about (« c'est quoi ça ? »).
    """
    words = _plain(question)
    kinds = list(catalogue.services.values())
    acronym = _acronym(words, kinds)
    compared = _two_kinds(words, kinds)
    kind = _named_kind(words, kinds) or _kind_in_question(state, catalogue)
    if acronym is not None:
        short, meaning = acronym
        owners = [k for k in kinds if short in k.sigles]
        owner = next((k for k in owners if _is_own(short, k)), None)
        owner = owner or (owners[0] if len(owners) == 1 else None)
        text = f"{short} : {meaning}."
        return f"{text} {owner.explication.strip()}" if owner else text
    if compared:
        return "\n".join(map(_described, compared))
    return _described(kind) if kind else None


def _described(kind: ServiceKind) -> str:
    return f"{kind.nom} : {kind.explication.strip()}"


def _two_kinds(words: str, kinds: list[ServiceKind]) -> tuple[ServiceKind, ...]:
    """Return the two kinds a question compares, as named in it; nothing when it names one or none.

    « Un espace-rencontre, c'est pareil qu'un lieu de rencontre ? »
    """
    named = [
        (found.start(), found.end(), kind)
        for kind in kinds
        for name in {_plain(name) for name in (kind.nom, *kind.autres_noms)}
        for found in [re.search(rf"\b{re.escape(name)}s?\b", words)]
        if found and len(name) >= _SHORTEST_NAME
    ]
    # A name within another is that other's: « visite médicale » in « visite médicale à l'école ».
    whole = [
        (start, kind)
        for start, end, kind in named
        if not any(s <= start and end <= e and (s, e) != (start, end) for s, e, _ in named)
    ]
    found = tuple(dict.fromkeys(kind.id for _, kind in sorted(whole, key=lambda one: one[0])))
    by_id = {kind.id: kind for kind in kinds}
    return tuple(by_id[identifier] for identifier in found) if len(found) == 2 else ()


def _is_own(short: str, kind: ServiceKind) -> bool:
    """Tell whether the acronym names the kind itself, and is not merely used to explain it."""
    return _plain(short) in re.findall(r"\w+", _plain(f"{kind.nom} {kind.id}"))


def _acronym(words: str, kinds: list[ServiceKind]) -> tuple[str, str] | None:
    typed = set(re.findall(r"\w+(?:'s)?", words))  # « l'ONE », but « PEP's »
    for kind in kinds:
        for short, meaning in kind.sigles.items():
            if _plain(short) in typed or _plain(short).rstrip("s") in typed:
                return short, meaning
    return None


def _named_kind(words: str, kinds: list[ServiceKind]) -> ServiceKind | None:
    scored = [
        (fuzz.partial_ratio(name, words) if len(name) <= len(words) else 0.0, len(name), kind)
        for kind in kinds
        for name in _names(kind)
    ]
    # Of names that match as well, the longest says most: « consultation prénatale » is no « consultation ».
    score, _, kind = max(scored, key=lambda found: found[:2], default=(0.0, 0, None))
    return kind if score >= _NAME_MATCH else None


def _names(kind: ServiceKind) -> list[str]:
    """Return the words a kind goes by: « milieu d'accueil », « crèche », « gardienne »."""
    parts = re.split(r"[:(),]| ou | et ", _plain(kind.nom))
    names = [*parts, *map(_plain, kind.autres_noms)]
    return [name.strip() for name in names if len(name.strip()) >= _SHORTEST_NAME]


def _kind_in_question(state: Orientation, catalogue: Catalogue) -> ServiceKind | None:
    identifier = state.lieu_choisi or next(iter(state.offres), None)
    place = catalogue.place(identifier) if identifier else None
    return catalogue.services[place.type] if place else None


def _plain(text: str) -> str:
    letters = unicodedata.normalize("NFKD", text.lower().replace("-", " "))
    return "".join(c for c in letters if not unicodedata.combining(c))
