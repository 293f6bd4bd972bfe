"""Opening hours: refuse what cannot be read, say whether a place is open, describe it in plain French.

Hours are OpenStreetMap ``opening_hours`` strings
(https://wiki.openstreetmap.org/wiki/Key:opening_hours/specification) evaluated by
``opening-hours-py``. What the library does not know is decided here: the school holidays of the FWB,
27 September, dated closures, a place that has shut. *Unknown* is an answer: nothing here guesses "open".

Three rules a reader needs to know:

* Hours that say nothing of public holidays (``PH``) leave a place *unknown* on a public holiday.
* ``vacances_scolaires: inconnu`` leaves it *unknown* during school holidays, and after the last day the
  school calendar covers.
* 27 September is a day off for schools and many public bodies only: never "open", never surely closed
  unless the place closes with the schools.

``24/7`` means every day of the year, holidays included. All times are those of Brussels; a datetime
without time zone is taken as such.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Sequence
from enum import Enum
from functools import lru_cache
from itertools import pairwise
from typing import Any, Final
from zoneinfo import ZoneInfo

import msgspec
import opening_hours

from bot.places.calendar import SchoolCalendar
from bot.places.records import Place, Statut, VacancesScolaires

BRUSSELS: Final = ZoneInfo("Europe/Brussels")

#: Said when the hours cannot be put into words: the raw string is never shown to a parent.
ASK_FIRST: Final = "Renseignez-vous sur les heures avant de venir."

_COUNTRY: Final = "BE"
_MAX_LENGTH: Final = 255  # the longest value OpenStreetMap stores
_LATEST: Final = 26 * 60  # minutes; later than 2 in the morning is a typing mistake here
_LONGEST_NIGHT: Final = 14 * 60  # minutes from opening to a closing on the next day
_ONE_DAY: Final = dt.timedelta(days=1)
#: Days looked at for the next opening: first the near ones, then beyond the longest school holiday.
_HORIZONS: Final = (9, 130)


class Etat(str, Enum):
    """Whether a place is open."""

    OUVERT = "ouvert"
    FERME = "ferme"
    INCONNU = "inconnu"


class Raison(str, Enum):
    """Why a place is in that state."""

    HORAIRES = "horaires"
    SANS_HORAIRES = "sans_horaires"
    HORAIRES_ILLISIBLES = "horaires_illisibles"
    STATUT_FERME = "statut_ferme"
    STATUT_SUSPENDU = "statut_suspendu"
    STATUT_INCONNU = "statut_inconnu"
    EXCEPTION = "exception"
    VACANCES = "vacances"
    VACANCES_A_VERIFIER = "vacances_a_verifier"
    JOUR_FERIE = "jour_ferie"
    JOUR_FERIE_A_VERIFIER = "jour_ferie_a_verifier"
    FETE_COMMUNAUTAIRE = "fete_communautaire"
    CALENDRIER_INCONNU = "calendrier_inconnu"


class OpeningState(msgspec.Struct, frozen=True, kw_only=True):
    """Whether a place is open at one moment, as far as we know.

    ``selon_horaires`` is what the hours, holidays and exceptions say when one forgets that nobody
    confirmed the place exists (``statut: inconnu``); ``a_confirmer`` is true in that case.
    ``detail`` names the holiday or the closure. ``prochaine_ouverture`` is the next moment the place
    surely opens, ``prochain_changement`` the next moment the state may change (``None``: never, or
    unknown); both are in Brussels time.
    """

    etat: Etat
    raison: Raison
    detail: str | None = None
    prochaine_ouverture: dt.datetime | None = None
    prochain_changement: dt.datetime | None = None
    selon_horaires: Etat
    a_confirmer: bool = False


# --- Reading a string ----------------------------------------------------------------------------

_DAYS: Final = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
_DAY_NAMES: Final = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
_MONTHS: Final = (
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
)  # fmt: skip
_MONTH_NAMES: Final = (
    "janvier", "février", "mars", "avril", "mai", "juin",
    "juillet", "août", "septembre", "octobre", "novembre", "décembre",
)  # fmt: skip
_FRENCH_DAYS: Final = {
    "lu": "Mo", "lun": "Mo", "lundi": "Mo", "lundis": "Mo",
    "ma": "Tu", "mar": "Tu", "mardi": "Tu", "mardis": "Tu",
    "me": "We", "mer": "We", "mercredi": "We", "mercredis": "We",
    "je": "Th", "jeu": "Th", "jeudi": "Th", "jeudis": "Th",
    "ve": "Fr", "ven": "Fr", "vendredi": "Fr", "vendredis": "Fr",
    "sa": "Sa", "sam": "Sa", "samedi": "Sa", "samedis": "Sa",
    "di": "Su", "dim": "Su", "dimanche": "Su", "dimanches": "Su",
}  # fmt: skip

_DAY: Final = "(?:Mo|Tu|We|Th|Fr|Sa|Su)"
_MONTH: Final = "(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"
_DATE_ITEM: Final = rf"{_MONTH}(?: \d{{1,2}})?(?:\s*-\s*(?:{_MONTH}(?: \d{{1,2}})?|\d{{1,2}}))?"
_DAY_ITEM: Final = rf"(?:(?:{_DAY}(?:\s*-\s*{_DAY}|\[[-\d,]+\])?)|PH|SH)"
_SPAN: Final = r"\d{1,2}:\d{2}\s*-\s*\d{1,2}:\d{2}"
_RULE_RE: Final = re.compile(
    rf"(?P<dates>{_DATE_ITEM}(?:\s*,\s*{_DATE_ITEM})*)?:?\s*"
    rf"(?P<days>{_DAY_ITEM}(?:\s*,\s*{_DAY_ITEM})*)?\s*"
    rf"(?P<times>{_SPAN}(?:\s*,\s*{_SPAN})*)?\s*"
    r"(?P<modifier>off|closed|open)?"
)
_SPAN_RE: Final = re.compile(r"(\d{1,2}):(\d{2})\s*-\s*(\d{1,2}):(\d{2})")
_DAY_ITEM_RE: Final = re.compile(rf"({_DAY})(?:\s*-\s*({_DAY})|\[([-\d,]+)\])?|(PH|SH)")
_DATE_ITEM_RE: Final = re.compile(
    rf"({_MONTH})(?: (\d{{1,2}}))?(?:\s*-\s*(?:({_MONTH})(?: (\d{{1,2}}))?|(\d{{1,2}})))?"
)
# A comma between two rules, as in "Mo 09:00-12:00, Tu 10:00-11:00": it adds, a semicolon replaces.
_ADDITION_RE: Final = re.compile(rf"(?<=\d)\s*,\s*(?={_DAY}|PH|{_MONTH})")


class _Rule(msgspec.Struct, frozen=True):
    """One rule of the common subset. ``times`` are minutes since midnight; ``adds`` follows a comma."""

    dates: str
    weekdays: frozenset[int]
    nth: tuple[tuple[int, tuple[int, ...]], ...]
    public_holidays: bool
    school_holidays: bool
    times: tuple[tuple[int, int], ...]
    closed: bool
    adds: bool

    @property
    def every_day(self) -> bool:
        """No day named: the rule holds every day."""
        return not (self.weekdays or self.nth or self.public_holidays or self.school_holidays)

    @property
    def only_holidays(self) -> bool:
        """Days are named, and none is a day of the week."""
        return not self.weekdays and not self.nth and not self.every_day


def _read_rules(horaires: str) -> tuple[_Rule, ...] | None:
    """Read a string of the common subset; ``None`` when a rule says more than the subset can."""
    rules = []
    for part in horaires.split(";"):
        for position, text in enumerate(_ADDITION_RE.split(part)):
            rule = _read_rule(text.strip(), adds=position > 0)
            if rule is None:
                return None
            rules.append(rule)
    return tuple(rules)


def _read_rule(text: str, *, adds: bool) -> _Rule | None:
    match = _RULE_RE.fullmatch(text)
    if not text or match is None:
        return None
    weekdays: set[int] = set()
    nth: list[tuple[int, tuple[int, ...]]] = []
    holidays: set[str] = set()
    for first, last, numbers, holiday in _DAY_ITEM_RE.findall(match["days"] or ""):
        if holiday:
            holidays.add(holiday)
        elif numbers:
            read = _read_numbers(numbers)
            if read is None:
                return None
            nth.append((_DAYS.index(first), read))
        else:
            weekdays.update(_day_range(first, last or first))
    times = tuple(
        (int(a) * 60 + int(b), int(c) * 60 + int(d))
        for a, b, c, d in _SPAN_RE.findall(match["times"] or "")
    )
    return _Rule(
        dates=match["dates"] or "",
        weekdays=frozenset(weekdays),
        nth=tuple(nth),
        public_holidays="PH" in holidays,
        school_holidays="SH" in holidays,
        times=times,
        closed=match["modifier"] in ("off", "closed"),
        adds=adds,
    )


def _read_numbers(text: str) -> tuple[int, ...] | None:
    """Read ``1,3``, ``1-2`` or ``-1``: which days of the month, -1 being the last."""
    numbers: list[int] = []
    for item in text.split(","):
        span = re.fullmatch(r"([1-5])-([1-5])", item)
        if span is not None:
            numbers.extend(range(int(span[1]), int(span[2]) + 1))
        elif re.fullmatch(r"-?[1-5]", item):
            numbers.append(int(item))
        else:
            return None
    return tuple(numbers) or None


def _day_range(first: str, last: str) -> Iterator[int]:
    start, end = _DAYS.index(first), _DAYS.index(last)
    for step in range((end - start) % 7 + 1):
        yield (start + step) % 7


@lru_cache(maxsize=4096)
def _library(horaires: str) -> Any | None:
    """Parse with the library; ``None`` when it refuses."""
    try:
        return opening_hours.OpeningHours(horaires, timezone=BRUSSELS, country=_COUNTRY)
    except (KeyboardInterrupt, SystemExit, MemoryError):
        raise
    except BaseException:  # a Rust panic is no Exception, and no text may stop the assistant
        return None


# --- Is it well written? -------------------------------------------------------------------------


@lru_cache(maxsize=4096)
def parse_problem(horaires: str) -> str | None:
    """Say what is wrong with an ``opening_hours`` string, or ``None`` when it can be trusted.

    Args:
        horaires: the string as a volunteer wrote it.

    Returns:
        One French sentence: what is wrong and how to write it. Strings the library accepts are refused
        too when they would be read otherwise than their author meant (``SH``, opening = closing, two
        rules for one day, an exception that does not stand last).
    """
    text = horaires.strip()
    if not text:
        return "Les horaires sont vides : enlevez la ligne si on ne les connaît pas."
    if len(text) > _MAX_LENGTH:
        return f"Les horaires sont trop longs : {_MAX_LENGTH} signes au plus."
    return (
        _problem_of_form(text)
        or _problem_of_reading(text)
        or _problem_of_times(text)
        or _problem_of_rules(text)
    )


def _problem_of_form(text: str) -> str | None:
    if '"' in text or "«" in text:
        return (
            "Un texte entre guillemets ne dit pas d'heures : "
            "mettez-le dans « horaires_note » et gardez ici les jours et les heures."
        )
    if text.endswith(";"):
        return "Enlevez le « ; » à la fin des horaires."
    if ";;" in text.replace(" ", ""):
        return "Il y a deux « ; » de suite : gardez-en un seul."
    if re.search(r"\bSH\b", text):
        return (
            "« SH » (congés scolaires) n'est pas lu : enlevez-le "
            "et remplissez « vacances_scolaires » (ouvert ou ferme)."
        )
    if re.search(r"24\s*/\s*7", text) and not re.fullmatch(r"24/7", text):
        return (
            "« 24/7 » veut dire jour et nuit, tous les jours : rien ne peut l'accompagner. "
            "Sinon, écrivez par exemple « Mo-Su 00:00-24:00; PH off »."
        )
    if re.search(r"\b(?:19|20)\d\d\b(?!:)", text):
        return (
            "Une année ne va pas dans les horaires : "
            "mettez les fermetures datées dans « exceptions », avec un début et une fin."
        )
    return None


def _problem_of_reading(text: str) -> str | None:
    parsed = _library(text) if text.isascii() and text.isprintable() else None
    if parsed is None:
        return _unreadable(text)
    if parsed.warnings:
        return _unreadable(text)
    if re.search(r"sunrise|sunset|dawn|dusk", text):
        return (
            "Les heures du soleil ne se vérifient pas : écrivez des heures, comme « 09:00-12:00 »."
        )
    if re.search(r"\d\+", text):
        return "Il manque l'heure de fermeture : écrivez par exemple « 09:00-12:00 » sans « + »."
    return None


def _unreadable(text: str) -> str:
    suggestion = _suggestion(text)
    if suggestion is not None:
        return f"Ces horaires ne se lisent pas. Écrivez « {suggestion} »."
    if re.search(r"rendez[- ]?vous|\brdv\b|appointment", text, re.IGNORECASE):
        return (
            "« Sur rendez-vous » ne dit pas d'heures : "
            "écrivez « rendez_vous: oui » dans « acces » et laissez les horaires vides."
        )
    words = re.findall(r"[^\W\d_]+", text)
    for word in words:
        day = _FRENCH_DAYS.get(word.lower())
        if day is not None and word != day:
            return f"Le jour « {word} » n'est pas connu : écrivez « {day} »."
    if re.search(r"\d\s*[hH]", text):
        return "Écrivez les heures ainsi : « 09:00-12:00 », et non « 9h-12h »."
    if re.search(r"\d\.\d\d", text):
        return "Écrivez les heures avec deux points : « 09:00-12:00 », et non « 9.00-12.00 »."
    known = {*_DAYS, *_MONTHS, "PH", "off", "closed", "open", "unknown", "week", "easter"}
    for word in words:
        if word not in known:
            return (
                f"« {_shorten(word)} » n'est pas compris. "
                "Écrivez les jours « Mo Tu We Th Fr Sa Su » et les heures « 09:00-12:00 »."
            )
    return "Ces horaires ne se lisent pas. Écrivez par exemple « Mo-Fr 09:00-12:00,13:00-16:00 »."


def _shorten(word: str) -> str:
    return word if len(word) <= 30 else word[:29] + "…"


def _suggestion(text: str) -> str | None:
    """Rewrite French hours as an OSM string, only when the result is sure to be well written."""
    if len(text) > 120:
        return None
    new = text.lower().replace("\u00a0", " ").replace("\u202f", " ")
    new = re.sub(r"[‐‑‒–—−]", "-", new)
    new = re.sub(r"\b(\d{1,2})\s*(?:h|:|\.|heures?)\s*(\d{2})\b", r"\1:\2", new)
    new = re.sub(r"\b(\d{1,2})\s*(?:heures?|h)(?![a-z])", r"\1:00", new)
    new = re.sub(r"\btous les jours\b|\b7\s*j?\s*/\s*7\b", "mo-su", new)
    new = re.sub(r"\b(?:les|le|la|du|de|dès|chaque|tous|toutes)\b", " ", new)
    new = re.sub(r"\s*(?:\bà\b|\bau\b|\bjusqu'à\b|\bjusque\b)\s*", "-", new)
    new = re.sub(r"\s*\bet\b\s*", ",", new)
    new = re.sub(r"[^\W\d_]+", _translate_word, new)
    new = re.sub(r"\b(\d):(\d\d)", r"0\1:\2", new)
    new = re.sub(r"\s*-\s*", "-", new)
    new = re.sub(r"\s*,\s*", ",", new)
    new = re.sub(r"(?<=[a-z]):?\s+", " ", re.sub(r"\s+", " ", new)).strip(" ,:.")
    new = re.sub(rf"(?<=\d),(?={_DAY})", "; ", new)
    if new == text or not new.isascii() or _library(new) is None:
        return None
    if not re.search(r"\d:\d\d", new) or _read_rules(new) is None:
        return None
    return new if parse_problem(new) is None else None


def _translate_word(match: re.Match[str]) -> str:
    word = match[0]
    if word in _FRENCH_DAYS:
        return _FRENCH_DAYS[word]
    for name in (*_DAYS, *_MONTHS):
        if word == name.lower():
            return name
    if word in ("off", "closed", "fermé", "ferme"):
        return "off"
    return "PH" if word == "ph" else word


def _problem_of_times(text: str) -> str | None:
    for match in _SPAN_RE.finditer(text):
        start = int(match[1]) * 60 + int(match[2])
        end = int(match[3]) * 60 + int(match[4])
        span = match[0]
        if start == end:
            return (
                f"« {span} » : l'ouverture et la fermeture sont à la même heure. "
                "Corrigez l'une des deux (jour et nuit s'écrit « 00:00-24:00 »)."
            )
        if end > _LATEST:
            return f"« {span} » : la fermeture ne peut pas dépasser 26:00 (2 h du matin)."
        if end < start and end + 24 * 60 - start > _LONGEST_NIGHT:
            return f"« {span} » : la fermeture vient avant l'ouverture. Corrigez les heures."
    return None


def _problem_of_rules(text: str) -> str | None:
    rules = _read_rules(text)
    if rules is None:
        return _problem_of_unread_rules(text)
    for rule in rules:
        if not rule.times and not rule.closed and text != "24/7":
            return "Il manque les heures : écrivez par exemple « We 14:00-16:30 »."
    rank = 0
    seen: list[tuple[_Rule, frozenset[int]]] = []
    for rule in rules:
        days = frozenset(range(7)) if rule.every_day else rule.weekdays
        if _rank(rule) < rank == 2:
            return (
                "Les exceptions (« PH », « off », dates) doivent être à la fin : "
                "écrivez d'abord les heures habituelles, puis par exemple « ; PH off »."
            )
        if not rule.adds and not rule.closed:
            for earlier, earlier_days in seen:
                problem = _clash(earlier, rule, earlier_days & days)
                if problem is not None:
                    return problem
        rank = max(rank, _rank(rule))
        if not rule.closed:
            seen.append((rule, days))
    return None


def _problem_of_unread_rules(text: str) -> str | None:
    """Check the order of rules written outside the common subset (weeks, offsets, fallbacks)."""
    if text == "24/7":
        return None
    parts = [part.strip() for part in text.split(";")]
    closing = [bool(re.search(r"\b(?:off|closed)$|^PH\b", part)) for part in parts]
    if any(earlier and not later for earlier, later in pairwise(closing)):
        return (
            "Les exceptions (« PH », « off ») doivent être à la fin : "
            "écrivez d'abord les heures habituelles."
        )
    if not any(_SPAN_RE.search(part) for part in parts) and not all(closing):
        return "Il manque les heures : écrivez par exemple « We 14:00-16:30 »."
    return None


def _rank(rule: _Rule) -> int:
    """0: usual hours; 1: hours of some months; 2: an exception (closure, public holiday, dated day)."""
    if rule.closed or rule.only_holidays or re.search(r" \d", rule.dates):
        return 2
    return 1 if rule.dates else 0


def _clash(earlier: _Rule, later: _Rule, days: frozenset[int]) -> str | None:
    """Say that the later rule silently replaces the earlier one, as semicolons do."""
    if not days or _rank(later) == 2:
        return None
    day = _DAYS[min(days)]
    covered = frozenset(range(7)) if earlier.every_day else earlier.weekdays
    if earlier.dates == later.dates and days == covered and not earlier.nth:
        return (
            f"Le jour « {day} » est écrit deux fois : la seconde règle efface la première. "
            f"Mettez les heures ensemble, par exemple « {day} 09:00-12:00,13:00-16:00 »."
        )
    if earlier.dates and not later.dates:
        return (
            "Les heures de certains mois doivent venir après les heures habituelles, "
            "sinon elles sont effacées."
        )
    return None


# --- Is it open? ---------------------------------------------------------------------------------


class _Piece(msgspec.Struct, frozen=True):
    """A stretch of time when the place is, or may be, open. Outside every piece it is closed."""

    start: dt.datetime
    end: dt.datetime
    etat: Etat
    raison: Raison
    detail: str | None


class _DayRule(msgspec.Struct, frozen=True):
    """What a day does to the usual hours; ``replacement`` holds the hours of a dated exception."""

    etat: Etat
    raison: Raison
    detail: str | None = None
    replacement: str | None = None


_ORDINARY: Final = _DayRule(Etat.OUVERT, Raison.HORAIRES)


def state(place: Place, now: dt.datetime, calendar: SchoolCalendar) -> OpeningState:
    """Say whether a place is open at a moment.

    Args:
        place: the record; its ``statut``, ``horaires``, ``vacances_scolaires`` and ``exceptions`` count.
        now: the moment; without time zone, Brussels time.
        calendar: school and public holidays.

    Returns:
        The state. A closed or suspended place is always "ferme" and has no next opening; a place nobody
        confirmed (``statut: inconnu``) is never "ouvert", but ``selon_horaires`` tells what its hours say.
    """
    moment = _local(now)
    refused = _without_hours(place)
    if refused is not None:
        return refused
    today = moment.date()
    current: _Piece | None = None
    opening: dt.datetime | None = None
    change: dt.datetime | None = None
    for horizon in _HORIZONS:
        pieces = _pieces(place, today, today + dt.timedelta(days=horizon), calendar)
        current = next((p for p in pieces if p.start <= moment < p.end), None)
        later = [p for p in pieces if p.start > moment]
        opening = next((p.start for p in later if p.etat is Etat.OUVERT), None)
        change = current.end if current is not None else next((p.start for p in later), None)
        edge = dt.datetime.combine(today + dt.timedelta(days=horizon + 1), dt.time(), BRUSSELS)
        if change is not None and change >= edge:
            change = None  # the end of what was looked at is no change
        if opening is not None:
            break
    return _finish(place, current, opening, change, moment, calendar)


def open_at(
    place: Place, start: dt.datetime, end: dt.datetime | None, calendar: SchoolCalendar
) -> OpeningState:
    """Say whether a place is open at a wanted moment, or at some time of a wanted window.

    Args:
        place: the record.
        start: the wanted moment, or the start of the window; without time zone, Brussels time.
        end: the end of the window (excluded); ``None`` for a moment.
        calendar: school and public holidays.

    Returns:
        The state, without next opening nor next change. Over a window: "ouvert" if the place is surely
        open during part of it, else "inconnu" if it may be, else "ferme".
    """
    begin = _local(start)
    finish = _local(end) if end is not None else begin
    refused = _without_hours(place)
    if refused is not None:
        return refused
    return _finish(place, _best_piece(place, begin, finish, calendar), None, None, begin, calendar)


def hours_at(place: Place, start: dt.datetime, end: dt.datetime, calendar: SchoolCalendar) -> Etat:
    """``open_at(…).selon_horaires`` over a window, without the rest: for ranking many places."""
    refused = _without_hours(place)
    if refused is not None:
        return refused.selon_horaires
    piece = _best_piece(place, _local(start), _local(end), calendar)
    return piece.etat if piece is not None else Etat.FERME


def _best_piece(
    place: Place, begin: dt.datetime, finish: dt.datetime, calendar: SchoolCalendar
) -> _Piece | None:
    """The surest opening of a window, ``None`` when the place is closed all along."""
    if not place.exceptions and not _may_open(place, begin, finish):
        return None
    pieces = [
        p
        for p in _pieces(place, begin.date(), finish.date(), calendar)
        if p.start <= begin < p.end or begin <= p.start < finish
    ]
    return next((p for p in pieces if p.etat is Etat.OUVERT), pieces[0] if pieces else None)


def _may_open(place: Place, begin: dt.datetime, finish: dt.datetime) -> bool:
    """False when the usual hours alone close the place: the quick answer for most places of a search."""
    parsed = _library((place.horaires or "").strip())
    window = (begin, max(finish, begin + dt.timedelta(minutes=1)))
    if parsed is None:
        return False
    closed = opening_hours.State.CLOSED
    return any(found != closed for _, _, found, _ in parsed.intervals(*window))


def line_is_open(horaires: str | None, now: dt.datetime) -> bool | None:
    """Say whether a help line answers now; ``None`` when it is not known.

    Hours that name every day of the week hold on public holidays too; others do not tell, unless they
    mention ``PH``.
    """
    if horaires is None or parse_problem(horaires) is not None:
        return None
    parsed = _library(horaires.strip())
    if parsed is None:
        return None
    moment = _local(now)
    found = parsed.state(moment)[0]
    if found == opening_hours.State.UNKNOWN:
        return None
    if found != opening_hours.State.OPEN:
        return False
    if not _names_public_holidays(horaires) and not _names_every_day(horaires):
        holiday = _library("PH 00:00-24:00")
        if holiday is not None and holiday.state(moment)[0] == opening_hours.State.OPEN:
            return None
    return True


def _local(moment: dt.datetime) -> dt.datetime:
    """Brussels time: the library accepts no other kind of time zone."""
    if moment.tzinfo is None:
        return moment.replace(tzinfo=BRUSSELS)
    return moment.astimezone(BRUSSELS)


def _without_hours(place: Place) -> OpeningState | None:
    """The state of a place whose hours need not, or cannot, be looked at."""
    if place.statut in (Statut.FERME, Statut.SUSPENDU):
        raison = Raison.STATUT_FERME if place.statut is Statut.FERME else Raison.STATUT_SUSPENDU
        return OpeningState(etat=Etat.FERME, raison=raison, selon_horaires=Etat.FERME)
    doubtful = place.statut is not Statut.ACTIF
    if place.horaires is None or not place.horaires.strip():
        raison = Raison.SANS_HORAIRES
    elif parse_problem(place.horaires) is not None or _library(place.horaires.strip()) is None:
        raison = Raison.HORAIRES_ILLISIBLES
    else:
        return None
    return OpeningState(
        etat=Etat.INCONNU, raison=raison, selon_horaires=Etat.INCONNU, a_confirmer=doubtful
    )


def _finish(
    place: Place,
    piece: _Piece | None,
    opening: dt.datetime | None,
    change: dt.datetime | None,
    moment: dt.datetime,
    calendar: SchoolCalendar,
) -> OpeningState:
    doubtful = place.statut is not Statut.ACTIF
    if piece is not None:
        said, raison, detail = piece.etat, piece.raison, piece.detail
    else:
        day = _day_rule(place, moment.date(), calendar)
        said = Etat.FERME
        if day.etat is Etat.FERME or day.replacement is not None:
            raison, detail = day.raison, day.detail
        else:
            detail = calendar.public_holiday(moment.date())
            raison = Raison.HORAIRES if detail is None else Raison.JOUR_FERIE
    etat = said
    if doubtful and said is Etat.OUVERT:
        etat, raison, detail = Etat.INCONNU, Raison.STATUT_INCONNU, None
    return OpeningState(
        etat=etat,
        raison=raison,
        detail=detail,
        prochaine_ouverture=opening,
        prochain_changement=change,
        selon_horaires=said,
        a_confirmer=doubtful,
    )


def _pieces(place: Place, first: dt.date, last: dt.date, calendar: SchoolCalendar) -> list[_Piece]:
    """The stretches of opening that touch the days ``first`` to ``last``, in order."""
    horaires = (place.horaires or "").strip()
    pieces = []
    for start, end, day, sure in _intervals(horaires, first - _ONE_DAY, last):
        rule = _day_rule(place, day, calendar)
        if rule.replacement is None and rule.etat is not Etat.FERME:
            etat = rule.etat if sure else Etat.INCONNU
            pieces.append(_Piece(start, end, etat, rule.raison, rule.detail))
    if place.exceptions:
        pieces.extend(_exceptional_pieces(place, first, last, calendar))
        pieces.sort(key=lambda p: p.start)
    return _merge(pieces)


def _exceptional_pieces(
    place: Place, first: dt.date, last: dt.date, calendar: SchoolCalendar
) -> Iterator[_Piece]:
    """The openings that dated exceptions put in place of the usual hours."""
    days = {
        day
        for exception in place.exceptions
        for day in _days_between(max(exception.debut, first - _ONE_DAY), min(exception.fin, last))
    }
    for day in sorted(days):
        rule = _day_rule(place, day, calendar)
        if rule.replacement is None:
            continue
        for start, end, opening_day, sure in _intervals(rule.replacement, day, day):
            if opening_day == day:
                etat = rule.etat if sure else Etat.INCONNU
                yield _Piece(start, end, etat, rule.raison, rule.detail)


def _days_between(first: dt.date, last: dt.date) -> Iterator[dt.date]:
    for step in range((last - first).days + 1):
        yield first + dt.timedelta(days=step)


def _intervals(
    horaires: str, first: dt.date, last: dt.date
) -> Iterator[tuple[dt.datetime, dt.datetime, dt.date, bool]]:
    """Yield (start, end, opening day, sure) for the string alone.

    Hours past midnight belong to the day they start on, so that a closed Friday closes the night too;
    longer stretches (day and night) are cut at midnight.
    """
    parsed = _library(horaires)
    if parsed is None:
        return
    after = dt.datetime.combine(last + _ONE_DAY, dt.time(), BRUSSELS)
    for start, end, found, _ in parsed.intervals(
        dt.datetime.combine(first, dt.time(), BRUSSELS), after
    ):
        if found == opening_hours.State.CLOSED:
            continue
        sure = found == opening_hours.State.OPEN
        if end.replace(tzinfo=None) - start.replace(tzinfo=None) < _ONE_DAY:
            yield start, end, start.date(), sure
            continue
        while start < end:
            midnight = dt.datetime.combine(start.date() + _ONE_DAY, dt.time(), BRUSSELS)
            stop = min(midnight, end)
            yield start, stop, start.date(), sure
            start = stop


def _merge(pieces: Sequence[_Piece]) -> list[_Piece]:
    """Join pieces that touch and say the same, so that midnight is no change of state."""
    merged: list[_Piece] = []
    for piece in pieces:
        last = merged[-1] if merged else None
        if last is not None and piece.start <= last.end and _says_same(last, piece):
            merged[-1] = _Piece(
                last.start, max(last.end, piece.end), last.etat, last.raison, last.detail
            )
        else:
            merged.append(piece)
    return merged


def _says_same(one: _Piece, other: _Piece) -> bool:
    return (one.etat, one.raison, one.detail) == (other.etat, other.raison, other.detail)


def _day_rule(place: Place, day: dt.date, calendar: SchoolCalendar) -> _DayRule:
    """What the day does to the usual hours: exception, then school holiday, then public holiday."""
    exceptions = [e for e in place.exceptions if e.debut <= day <= e.fin]
    for exception in exceptions:
        if exception.horaires.strip() in ("off", "closed"):
            return _DayRule(Etat.FERME, Raison.EXCEPTION, exception.raison)
    if exceptions:
        chosen = exceptions[-1]
        if parse_problem(chosen.horaires) is not None:
            return _DayRule(Etat.INCONNU, Raison.HORAIRES_ILLISIBLES, chosen.raison)
        return _DayRule(Etat.OUVERT, Raison.EXCEPTION, chosen.raison, chosen.horaires.strip())

    school = calendar.status(day)
    holidays = place.vacances_scolaires
    if school == "vacances" and holidays is VacancesScolaires.FERME:
        return _DayRule(Etat.FERME, Raison.VACANCES, calendar.school_holiday(day))
    community = calendar.community_day(day)
    if community is not None and holidays is VacancesScolaires.FERME:
        return _DayRule(Etat.FERME, Raison.FETE_COMMUNAUTAIRE, community)
    if _is_always(place):
        if school == "inconnu" and holidays is VacancesScolaires.FERME:
            return _DayRule(Etat.INCONNU, Raison.CALENDRIER_INCONNU)
        return _ORDINARY
    public = calendar.public_holiday(day)
    if public is not None and not _names_public_holidays(place.horaires or ""):
        return _DayRule(Etat.INCONNU, Raison.JOUR_FERIE_A_VERIFIER, public)
    if community is not None:
        return _DayRule(Etat.INCONNU, Raison.FETE_COMMUNAUTAIRE, community)
    if holidays is VacancesScolaires.OUVERT or school == "cours":
        return _ORDINARY
    if school == "vacances":
        return _DayRule(Etat.INCONNU, Raison.VACANCES_A_VERIFIER, calendar.school_holiday(day))
    return _DayRule(Etat.INCONNU, Raison.CALENDRIER_INCONNU)


def _is_always(place: Place) -> bool:
    return (place.horaires or "").strip() == "24/7"


def _names_public_holidays(horaires: str) -> bool:
    return re.search(r"\bPH\b", horaires) is not None


def _names_every_day(horaires: str) -> bool:
    """True when every weekday has hours without exception: "tous les jours"."""
    if horaires.strip() == "24/7":
        return True
    rules = _read_rules(horaires.strip())
    if rules is None:
        return False
    days = {d for r in rules if not r.closed and not r.dates for d in r.weekdays}
    return len(days) == 7 and not any(r.closed for r in rules)


# --- In words ------------------------------------------------------------------------------------


def describe(horaires: str) -> str:
    """Put hours into a plain French sentence; the raw string is never part of it.

    Args:
        horaires: an ``opening_hours`` string.

    Returns:
        One short sentence per group of days; ``ASK_FIRST`` when the string is wrong or says more than
        these sentences can.

    >>> describe("Th[1,3] 09:00-11:00; PH off")
    'Le 1er et le 3e jeudi du mois, de 9 h à 11 h. Fermé les jours fériés.'
    """
    text = horaires.strip()
    if parse_problem(text) is not None:
        return ASK_FIRST
    if text == "24/7":
        return "Jour et nuit, tous les jours."
    if text in ("off", "closed"):
        return "Fermé."
    rules = _read_rules(text)
    if rules is None:
        return ASK_FIRST
    return _describe_rules(rules) or ASK_FIRST


def describe_place(place: Place) -> str | None:
    """Describe a place's hours with what is known of its holidays; ``None`` when it has no hours."""
    if place.horaires is None or not place.horaires.strip():
        return None
    sentence = describe(place.horaires)
    if sentence == ASK_FIRST or _is_always(place):
        return sentence
    holidays = place.vacances_scolaires
    public_unknown = not _names_public_holidays(place.horaires)
    unknown = []
    if holidays is VacancesScolaires.OUVERT:
        sentence += " Ouvert aussi pendant les congés scolaires."
    elif holidays is VacancesScolaires.FERME:
        sentence += " Fermé pendant les congés scolaires."
    else:
        unknown.append("pendant les congés scolaires")
    if public_unknown:
        unknown.append("les jours fériés")
    if unknown:
        sentence += f" À vérifier {' et '.join(unknown)}."
    return sentence


def describe_state(opening: OpeningState, now: dt.datetime) -> str:
    """Say the state in one short sentence: "Ouvert maintenant, jusqu'à 16 h 30."."""
    if opening.etat is Etat.OUVERT:
        until = opening.prochain_changement
        if until is None:
            return "Ouvert maintenant."
        if until - _local(now) < _ONE_DAY:
            return f"Ouvert maintenant, jusqu'à {_clock(until.hour * 60 + until.minute)}."
        return "Ouvert maintenant."
    if opening.etat is Etat.FERME:
        return _CLOSED.get(opening.raison, "Fermé maintenant.")
    return _UNKNOWN.get(opening.raison, "À vérifier avant de venir.")


_CLOSED: Final = {
    Raison.STATUT_FERME: "Ce lieu a fermé.",
    Raison.STATUT_SUSPENDU: "Ce lieu est fermé pour le moment.",
    Raison.EXCEPTION: "Fermé exceptionnellement.",
    Raison.VACANCES: "Fermé pendant les congés scolaires.",
    Raison.JOUR_FERIE: "Fermé les jours fériés.",
    Raison.FETE_COMMUNAUTAIRE: "Fermé pour la fête de la Fédération Wallonie-Bruxelles.",
}
_UNKNOWN: Final = {
    Raison.SANS_HORAIRES: "Heures inconnues : à vérifier avant de venir.",
    Raison.HORAIRES_ILLISIBLES: "Heures inconnues : à vérifier avant de venir.",
    Raison.STATUT_INCONNU: "À confirmer avant de venir.",
    Raison.VACANCES_A_VERIFIER: "À vérifier pendant les congés scolaires.",
    Raison.CALENDRIER_INCONNU: "À vérifier pendant les congés scolaires.",
    Raison.JOUR_FERIE_A_VERIFIER: "À vérifier les jours fériés.",
    Raison.FETE_COMMUNAUTAIRE: "À vérifier le jour de la fête de la Fédération Wallonie-Bruxelles.",
}


def describe_next(opening: OpeningState, now: dt.datetime) -> str | None:
    """Say when the place next opens: "Prochaine ouverture : mercredi 25 novembre à 14 h."."""
    start = opening.prochaine_ouverture
    if start is None:
        return None
    today = _local(now).date()
    clock = _clock(start.hour * 60 + start.minute)
    if start.date() == today:
        day = "aujourd'hui"
    elif start.date() == today + _ONE_DAY:
        day = f"demain, {_date(start.date(), today)},"
    else:
        day = _date(start.date(), today)
    doubt = " (à confirmer)" if opening.a_confirmer else ""
    return f"Prochaine ouverture : {day} à {clock}{doubt}."


def _date(day: dt.date, today: dt.date) -> str:
    number = "1er" if day.day == 1 else str(day.day)
    year = f" {day.year}" if day.year != today.year else ""
    return f"{_DAY_NAMES[day.weekday()]} {number} {_MONTH_NAMES[day.month - 1]}{year}"


def _clock(minutes: int) -> str:
    """Minutes since midnight, as one says them; past midnight the hours start again."""
    if minutes % (24 * 60) == 0:
        return "minuit"
    hours, left = divmod(minutes, 60)
    night = " du matin" if minutes > 24 * 60 else ""
    return (f"{hours % 24} h {left:02d}" if left else f"{hours % 24} h") + night


def _enumerate(items: Sequence[str]) -> str:
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} et {items[-1]}"


def _times(times: Sequence[tuple[int, int]]) -> str:
    if tuple(times) == ((0, 24 * 60),):
        return "jour et nuit"
    return _enumerate(
        [f"de {_clock(start)} à {_closing(start, end)}" for start, end in sorted(times)]
    )


def _closing(start: int, end: int) -> str:
    return _clock(end + 24 * 60 if 0 < end < start else end)


def _weekdays(days: Sequence[int]) -> str:
    """Days of the week as one says them: runs of three days or more become "du … au …"."""
    if len(days) == 7:
        return "tous les jours"
    runs: list[list[int]] = []
    for day in sorted(days):
        if runs and runs[-1][-1] == day - 1:
            runs[-1].append(day)
        else:
            runs.append([day])
    words: list[str] = []
    for run in runs:
        if len(run) > 2:
            words.append(f"du {_DAY_NAMES[run[0]]} au {_DAY_NAMES[run[-1]]}")
        else:
            words.extend(f"le {_DAY_NAMES[day]}" for day in run)
    return _enumerate(words)


def _nth_days(nth: Sequence[tuple[int, tuple[int, ...]]]) -> str:
    words = []
    for day, numbers in nth:
        ranks = [f"le {_ordinal(n)}" for n in numbers]
        words.append(f"{_enumerate(ranks)} {_DAY_NAMES[day]} du mois")
    return _enumerate(words)


def _ordinal(number: int) -> str:
    if number < 0:
        return {-1: "dernier", -2: "avant-dernier"}.get(number, f"{-number}e avant la fin :")
    return "1er" if number == 1 else f"{number}e"


def _dates(text: str) -> str:
    """ "Jul-Aug" → "de juillet à août"; "Dec 24-Jan 2" → "du 24 décembre au 2 janvier"."""
    words = []
    for first, day, last, last_day, same_month_day in _DATE_ITEM_RE.findall(text):
        start = _MONTH_NAMES[_MONTHS.index(first)]
        end = _MONTH_NAMES[_MONTHS.index(last)] if last else start
        if day:
            final = last_day or same_month_day
            begin = f"{_day_number(day)} {start}"
            words.append(f"du {begin} au {_day_number(final)} {end}" if final else f"le {begin}")
        elif last and _MONTHS.index(last) == _MONTHS.index(first) + 1:
            words.append(f"en {start} et en {end}")
        elif last:
            words.append(f"{_from_month(start)} à {end}")
        else:
            words.append(f"en {start}")
    return _enumerate(words)


def _from_month(name: str) -> str:
    return f"d'{name}" if name[0] in "ao" else f"de {name}"


def _day_number(day: str) -> str:
    return "1er" if int(day) == 1 else str(int(day))


def _describe_rules(rules: Sequence[_Rule]) -> str | None:
    """Sentences for rules of the common subset, each weekday told once with the hours that hold."""
    tables: dict[str, dict[int, tuple[tuple[int, int], ...]]] = {}
    others: list[str] = []
    for rule in rules:
        days = frozenset(range(7)) if rule.every_day else rule.weekdays
        if rule.closed:
            if rule.dates and not rule.every_day:
                return None
            others.append(_describe_closure(rule))
            if not rule.dates:
                for day in rule.weekdays:
                    tables.get("", {}).pop(day, None)
            continue
        table = tables.setdefault(rule.dates, {})
        for day in days:
            table[day] = (table.get(day, ()) if rule.adds else ()) + rule.times
        if rule.nth:
            others.append(_sentence(rule.dates, _nth_days(rule.nth), _times(rule.times), False))
        if rule.public_holidays:
            others.append(_sentence(rule.dates, "les jours fériés", _times(rule.times), False))
    sentences = [s for dates, table in tables.items() for s in _describe_table(dates, table)]
    return " ".join(sentences + others)


def _describe_table(dates: str, table: dict[int, tuple[tuple[int, int], ...]]) -> Iterator[str]:
    by_times: dict[tuple[tuple[int, int], ...], list[int]] = {}
    for day in sorted(table):
        by_times.setdefault(tuple(sorted(table[day])), []).append(day)
    for times, days in by_times.items():
        if len(days) == 7 and _times(times) == "jour et nuit":
            yield _sentence(dates, "jour et nuit", "tous les jours", False)
        else:
            yield _sentence(dates, _weekdays(days), _times(times), len(days) == 1)


def _describe_closure(rule: _Rule) -> str:
    parts = []
    if rule.dates:
        parts.append(_dates(rule.dates))
    if rule.weekdays:
        parts.append(_weekdays(sorted(rule.weekdays)))
    if rule.nth:
        parts.append(_nth_days(rule.nth))
    if rule.public_holidays:
        parts.append("les jours fériés")
    if rule.school_holidays:
        parts.append("pendant les congés scolaires")
    return f"Fermé {_enumerate(parts)}." if parts else "Fermé."


def _sentence(dates: str, days: str, times: str, one_day: bool) -> str:
    """ "Le mercredi de 14 h à 16 h 30." for one day; a comma before the hours for several."""
    comma = "" if one_day and " et de " not in times else ","
    text = f"{days}{comma} {times}"
    if dates:
        text = f"{_dates(dates)}, {text}"
    return f"{text[0].upper()}{text[1:]}."
