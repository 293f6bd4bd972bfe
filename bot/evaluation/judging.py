"""Judges what a model reads in the test sentences: one verdict per sentence, and the figures."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec

from bot.dialogue.clarify import likely_needs
from bot.evaluation import measures
from bot.evaluation.heldout import (
    AgeCase,
    HeldOut,
    IntentCase,
    MomentCase,
    MultiCase,
    PitfallCase,
    PlaceCase,
)
from bot.evaluation.moments import expected_moments, window
from bot.evaluation.records import EMERGENCY, FALLBACK, NEED, Figure, Reader, Reading, Verdict
from bot.nlu.text import strip_accents

_TOP = 3
_POLICE = ("101", "112")
_AGE_TOLERANCE_MONTHS = 1
_NOTHING = "rien"


class Judgement(msgspec.Struct, frozen=True):
    """What came out of one or more test sets."""

    figures: tuple[Figure, ...]
    verdicts: tuple[Verdict, ...]


def says(reading: Reading, intent: str) -> bool:
    """Tell whether the model answered ``intent``; an answer ``a+b`` counts for both."""
    return intent in reading.intent.split("+")


def among_first(reading: Reading, intent: str, count: int = _TOP) -> bool:
    """Tell whether ``intent`` is among the ``count`` likeliest."""
    return any(intent in name.split("+") for name, _ in reading.ranking[:count])


def proposed(reading: Reading, intent: str) -> bool:
    """Tell whether ``intent`` is one of the needs the assistant offers when it is not sure."""
    ranking = [{"name": name} for name, _ in reading.ranking]
    return intent in likely_needs({"intent_ranking": ranking})


def labels_read(reading: Reading) -> frozenset[str]:
    """Return everything the model says a message holds: intent, needs and emergency."""
    labels = {*reading.intent.split("+"), *reading.needs}
    return frozenset(labels | {reading.emergency} if reading.emergency else labels)


def judge(sets: HeldOut, read: Reader, today: dt.date) -> Judgement:
    """Judge every test set.

    Args:
        read: the model: a sentence in, its reading out.
        today: the day the messages are read, for « demain ».
    """
    return merged(
        (
            judge_labels(sets, read),
            _unsure((*sets.besoins, *sets.sosies, *sets.conversation), read),
            judge_places(sets.lieux, read),
            _ages(sets.ages, read),
            _moments(sets.dates, read, today),
        )
    )


def judge_labels(sets: HeldOut, read: Reader) -> Judgement:
    """Judge what any intent classifier can be judged on: intents, needs and emergencies."""
    return merged(
        (
            judge_needs(sets.besoins, read),
            judge_conversation(sets.conversation, read),
            judge_emergencies(sets.urgences, read),
            judge_look_alikes(sets.sosies, read),
            _ordinary(sets, read),
            judge_several(sets.multi, read),
            judge_pitfalls(sets.pieges, read),
        )
    )


def merged(judged: Iterable[Judgement]) -> Judgement:
    """Put several judgements together, in order."""
    judged = tuple(judged)
    return Judgement(
        tuple(figure for one in judged for figure in one.figures),
        tuple(verdict for one in judged for verdict in one.verdicts),
    )


# --- Intents ---------------------------------------------------------------------------------------


def _verdict(name: str, case: IntentCase | PitfallCase, reading: Reading, right: bool) -> Verdict:
    return Verdict(
        jeu=name,
        texte=case.texte,
        attendu=case.intent,
        obtenu=reading.emergency or reading.intent,
        juste=right,
        confiance=reading.confidence,
        genre=case.genre if isinstance(case, IntentCase) else "",
    )


def judge_needs(cases: Sequence[IntentCase], read: Reader) -> Judgement:
    """Judge the messages that say one need."""
    readings = [read(case.texte) for case in cases]
    first = [says(r, case.intent) for r, case in zip(readings, cases, strict=True)]
    three = [among_first(r, case.intent) for r, case in zip(readings, cases, strict=True)]
    ranked = [among_first(r, case.intent, 1) for r, case in zip(readings, cases, strict=True)]
    return Judgement(
        (
            measures.share("besoins_premier", "Besoin principal : premier choix", first),
            measures.share("besoins_trois", "Besoin principal : parmi les trois premiers", three),
            measures.share(
                "besoins_sans_seuil",
                "Besoin principal : premier du classement, sans seuil ni filet d'urgence",
                ranked,
            ),
        ),
        _verdicts("besoins", cases, readings, first),
    )


def judge_conversation(cases: Sequence[IntentCase], read: Reader) -> Judgement:
    """Judge the conversation's own messages."""
    readings = [read(case.texte) for case in cases]
    first = [says(r, case.intent) for r, case in zip(readings, cases, strict=True)]
    return Judgement(
        (measures.share("conversation_premier", "Conversation : premier choix", first),),
        _verdicts("conversation", cases, readings, first),
    )


def _verdicts(
    name: str,
    cases: Sequence[IntentCase | PitfallCase],
    readings: Sequence[Reading],
    right: Sequence[bool],
) -> tuple[Verdict, ...]:
    return tuple(
        _verdict(name, case, reading, is_right)
        for case, reading, is_right in zip(cases, readings, right, strict=True)
    )


def judge_emergencies(cases: Sequence[IntentCase], read: Reader) -> Judgement:
    """Judge the emergencies: seen at all, and of the right kind."""
    readings = [read(case.texte) for case in cases]
    kind = [r.emergency == case.intent for r, case in zip(readings, cases, strict=True)]
    numbered = [(r, c) for r, c in zip(readings, cases, strict=True) if c.premiers_numeros]
    return Judgement(
        (
            measures.share(
                "urgences_reconnues",
                "Urgences : traitées en urgence, quelle qu'elle soit",
                [reading.emergency is not None for reading in readings],
            ),
            measures.share("urgences_bon_genre", "Urgences : de la bonne sorte", kind),
            measures.share(
                "urgences_bon_numero",
                "Urgences : le bon numéro en premier",
                [shows(r, case.premiers_numeros) for r, case in numbered],
            ),
        ),
        _verdicts("urgences", cases, readings, kind),
    )


def shows(reading: Reading, accepted: Sequence[str]) -> bool:
    """Tell whether the answer shows one of these numbers first; 101 and 112 send the same help."""
    wanted = {number.replace(" ", "") for number in accepted}
    if wanted & set(_POLICE):
        wanted.update(_POLICE)
    return reading.first_number in wanted


def judge_look_alikes(cases: Sequence[IntentCase], read: Reader) -> Judgement:
    """Judge the messages that look like an emergency and are none."""
    readings = [read(case.texte) for case in cases]
    first = [says(r, case.intent) for r, case in zip(readings, cases, strict=True)]
    return Judgement(
        (
            measures.share(
                "sosies_en_urgence",
                "Sosies d'urgence : pris à tort pour une urgence",
                [reading.emergency is not None for reading in readings],
            ),
            measures.share("sosies_premier", "Sosies d'urgence : bonne intention", first),
        ),
        _verdicts("sosies", cases, readings, first),
    )


def _ordinary(sets: HeldOut, read: Reader) -> Judgement:
    """False alarms on every message that is no emergency and does not even look like one."""
    texts = [
        *(case.texte for case in (*sets.besoins, *sets.conversation)),
        *(case.texte for case in sets.pieges if not case.intent.startswith(EMERGENCY)),
        *(case.texte for case in sets.multi),
    ]
    alarms = [read(text).emergency is not None for text in texts]
    return Judgement(
        (
            measures.share(
                "ordinaires_en_urgence",
                "Messages ordinaires : pris à tort pour une urgence",
                alarms,
            ),
        ),
        (),
    )


def judge_several(cases: Sequence[MultiCase], read: Reader) -> Judgement:
    """Judge the messages that carry several needs, at the working threshold."""
    expected = [frozenset(case.besoins) for case in cases]
    readings = [read(case.texte) for case in cases]
    found = [frozenset(reading.needs) for reading in readings]
    verdicts = tuple(
        Verdict("multi", case.texte, _list(e), _list(f), e == f, reading.confidence)
        for case, e, f, reading in zip(cases, expected, found, readings, strict=True)
    )
    return Judgement(measures.several_needs(expected, found), verdicts)


def _list(labels: Iterable[str]) -> str:
    return " + ".join(sorted(labels)) or _NOTHING


def judge_pitfalls(cases: Sequence[PitfallCase], read: Reader) -> Judgement:
    """Judge the messages that look like one intent and are another."""
    readings = [read(case.texte) for case in cases]
    avoided = [
        labels_read(reading).isdisjoint(case.pas)
        for case, reading in zip(cases, readings, strict=True)
    ]
    first = [says(r, case.intent) for r, case in zip(readings, cases, strict=True)]
    verdicts = tuple(
        Verdict(
            jeu="pieges",
            texte=case.texte,
            attendu=f"{case.intent}, pas {_list(case.pas)}",
            obtenu=_list(labels_read(reading)),
            juste=is_avoided and is_first,
            confiance=reading.confidence,
        )
        for case, reading, is_avoided, is_first in zip(cases, readings, avoided, first, strict=True)
    )
    return Judgement(
        (
            measures.share("pieges_evites", "Pièges : ce qu'il ne fallait pas lire évité", avoided),
            measures.share("pieges_premier", "Pièges : bonne intention", first),
        ),
        verdicts,
    )


def _unsure(cases: Sequence[IntentCase], read: Reader) -> Judgement:
    """What happens to messages the model would rather ask about than guess."""
    readings = [read(case.texte) for case in cases]
    pairs = list(zip(cases, readings, strict=True))
    unsure = [reading.intent == FALLBACK for reading in readings]
    offered = [
        proposed(reading, case.intent)
        for case, reading in pairs
        if reading.intent == FALLBACK and case.intent.startswith(NEED)
    ]
    silent = [not says(r, case.intent) and r.intent != FALLBACK for case, r in pairs]
    return Judgement(
        (
            measures.share("incertains", "Dans le doute : messages où l'on demande", unsure),
            measures.share(
                "incertains_proposes",
                "Dans le doute : le bon besoin est parmi les trois boutons",
                offered,
            ),
            measures.share(
                "erreurs_silencieuses",
                "Dans le doute : messages mal compris sans que l'on demande",
                silent,
            ),
        ),
        (),
    )


# --- Facts -----------------------------------------------------------------------------------------


def communes_read(reading: Reading) -> tuple[str, ...]:
    """Return the communes of the first place read: one, or several when it is ambiguous."""
    place = _first_place(reading)
    if place is None:
        return ()
    readings = place.get("candidats") or () if place.get("ambigu") else ()
    names = [place.get("commune"), *(candidate.get("commune") for candidate in readings)]
    return tuple(dict.fromkeys(name for name in names if name))


def _first_place(reading: Reading) -> Mapping[str, Any] | None:
    return next((e for e in reading.entities if e.get("entity") == "lieu"), None)


def _same_name(one: str, other: str) -> bool:
    return strip_accents(one).lower() == strip_accents(other).lower()


def judge_places(cases: Sequence[PlaceCase], read: Reader) -> Judgement:
    """Judge the places of messages: right, another one, none, or invented where none is named.

    Only the first place counts, as in the dialogue; of an ambiguous one, any of its readings will
    do, since the assistant asks which.
    """
    readings = [(case, read(case.texte)) for case in cases]
    found = [(case, communes_read(reading)) for case, reading in readings]
    named = [(case.commune, communes) for case, communes in found if case.commune]
    right = [any(_same_name(name, c) for c in communes) for name, communes in named]
    invented = [bool(communes) for case, communes in found if not case.commune]
    codes = [
        (_first_place(reading) or {}).get("code_postal") == case.code_postal
        for case, reading in readings
        if case.code_postal
    ]
    verdicts = tuple(
        Verdict(
            jeu="lieux",
            texte=case.texte,
            attendu=case.commune or _NOTHING,
            obtenu=" ou ".join(communes) or _NOTHING,
            juste=any(_same_name(case.commune, c) for c in communes)
            if case.commune
            else not communes,
        )
        for case, communes in found
    )
    wrong = [bool(c) and not ok for (_, c), ok in zip(named, right, strict=True)]
    return Judgement(
        (
            measures.share("lieux_justes", "Lieux : la bonne commune", right),
            measures.share("lieux_autres", "Lieux : une autre commune", wrong),
            measures.share("lieux_manques", "Lieux : aucun trouvé", [not c for _, c in named]),
            measures.share("lieux_inventes", "Lieux : inventés où il n'y en a pas", invented),
            measures.share("lieux_code_postal", "Lieux : le code postal écrit est repris", codes),
        ),
        verdicts,
    )


def ages_read(reading: Reading) -> tuple[float, ...]:
    """Return the ages read, in months, youngest first; the same age said twice counts once."""
    values = [e["value"] for e in reading.entities if e.get("entity") == "age"]
    return tuple(sorted({float(v["mois"] if isinstance(v, Mapping) else v) for v in values}))


def same_ages(expected: Sequence[float], read: Sequence[float]) -> bool:
    """Tell whether two sorted lists of ages agree, one by one, within a month."""
    return len(expected) == len(read) and all(
        abs(e - r) <= _AGE_TOLERANCE_MONTHS for e, r in zip(expected, read, strict=True)
    )


def _ages(cases: Sequence[AgeCase], read: Reader) -> Judgement:
    found = [(case, ages_read(read(case.texte))) for case in cases]
    right = [same_ages(case.months(), ages) for case, ages in found]
    verdicts = tuple(
        Verdict("ages", case.texte, _months(case.months()), _months(ages), is_right)
        for (case, ages), is_right in zip(found, right, strict=True)
    )
    return Judgement(
        (
            measures.share("ages_justes", "Âges : tous justes, à un mois près", right),
            measures.share(
                "ages_inventes",
                "Âges : inventés où il n'y en a pas",
                [bool(ages) for case, ages in found if not case.months()],
            ),
        ),
        verdicts,
    )


def _months(ages: Sequence[float]) -> str:
    return ", ".join(f"{age:g} mois" for age in ages) or _NOTHING


def _moments(cases: Sequence[MomentCase], read: Reader, today: dt.date) -> Judgement:
    verdicts, invented = [], []
    for case in cases:
        entities = read(case.texte).entities
        found = window(entities)
        mentioned = any(e.get("entity") == "quand" for e in entities)
        if case.attendu is None:
            invented.append(mentioned)
            right = not mentioned
        else:
            allowed = expected_moments(case.attendu)
            right = found is not None and any(e.holds(*found, today) for e in allowed)
        shown = f"{found[0]:%d/%m %H:%M} – {found[1]:%d/%m %H:%M}" if found else _NOTHING
        verdicts.append(Verdict("dates", case.texte, case.attendu or _NOTHING, shown, right))
    return Judgement(
        (
            measures.share(
                "dates_justes", "Jours et heures : justes", [verdict.juste for verdict in verdicts]
            ),
            measures.share(
                "dates_inventees", "Jours et heures : inventés où il n'y en a pas", invented
            ),
        ),
        tuple(verdicts),
    )
