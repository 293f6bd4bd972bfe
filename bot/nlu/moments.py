"""Finds when a parent would like to come: days, hours, weeks and holidays, as windows of Belgian time.

French only, however it is typed: « mecredi aprem », « dm1 vers 16h », « pendant les vacances de
carnaval ». Only times to come are returned; what is told of the past, what is refused (« pas le
lundi ») and durations (« deux heures par semaine ») are not.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

import msgspec
from dateutil.easter import easter  # type: ignore[import-untyped,unused-ignore]

from bot.nlu.ages import (
    MONTH,
    MONTH_VALUES,
    NUMBER_WORD,
    YEAR,
    Folded,
    any_of,
    fold,
    number_value,
    replaced,
    slips_of,
)
from bot.places.calendar import SchoolCalendar

BRUSSELS = ZoneInfo("Europe/Brussels")

Precision = Literal["heure", "partie", "jour", "semaine", "mois", "periode"]


class MomentMention(msgspec.Struct, frozen=True):
    """A time said in a message: where (offsets in the original text), what, and its window.

    The window runs from ``debut`` to ``fin`` (excluded), both in Brussels time. ``precision`` says how
    exact the parent was: « 14h », « mercredi matin », « mercredi », « la semaine prochaine »,
    « en janvier », or a period of several days.
    """

    start: int
    end: int
    text: str
    debut: datetime
    fin: datetime
    precision: Precision


# --- Spelling ---------------------------------------------------------------------------------------

_DAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
_SHORTHAND = {
    "demain": "dm1 2main 2m1 dmain dem1 deml dmin demin",
    "aujourd'hui": "auj aujourdhui ojourdhui ojd ajd aujd oujourdhui ajourdhui ojourd'hui",
    "apres-midi": "aprem aprems apm aprm aprmidi apresmidi aprmid apresmidis apremidi apre-midi ap-midi apres-mid",
    "week-end": "weekend weekends wkend wk-end w-e ouikend wikend weeken",
    "mercredi": "merc mercre mecre mercr merkrdi merkredi mercredie mecredit mecredie merecredi mrcredi",
    "jeudi": "jeudit jeudie jeudy jedi",
    "lundi": "lundy lundie lindi lunid",
    "mardi": "mardy mardie mardit mradi",
    "samedi": "samdi samedit smedi sammedi",
    "vendredi": "vendredie vendrdi vendredit vendrdi",
    "dimanche": "dimanch dimance dimache diamanche",
    "soir": "soar swar soire",
    "semaine": "semain semaines semaien smaine",
    "prochaine": "prochaines prochene prochenne proch prochene",
    "vacances": "vacance vacanse vacences vacanses vac",
    "maintenant": "mtn mnt maintnant maintenan mtnt",
}
# Words of one letter's difference from a day's name that are something else.
_NOT_DAYS = frozenset(
    (
        "mari",
        "maris",
        "marie",
        "mardis",
        "hardi",
        "lundis",
        "jeudis",
        "maudi",
        "marli",
        "merci",
        "midi",
    )
)
_WORD = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_LONG_WORDS = """prochaine semaine vacances septembre octobre novembre decembre janvier fevrier juillet
carnaval toussaint maintenant depuis"""
_NOT_LONG_WORDS = "prochain prochains prochaines semaines vacance septembres"


@functools.lru_cache(maxsize=1)
def _spellings() -> dict[str, str]:
    """Return each misspelling or shorthand with the word meant."""
    meant = slips_of(_LONG_WORDS, _NOT_LONG_WORDS)
    for day in (*_DAYS, "demain"):
        near = slips_of(day, f"{day}s")
        meant.update({typed: day for typed in near if typed not in _NOT_DAYS and len(typed) > 4})
    for word, typings in _SHORTHAND.items():
        meant.update(dict.fromkeys(typings.split(), word))
    return meant


def _respelled(folded: Folded) -> Folded:
    """Return the text with the words of time spelled right, still knowing where each one stands."""
    spellings = _spellings()
    words = _WORD.finditer(folded.plain)
    changes = [(*match.span(), spellings[match[0]]) for match in words if match[0] in spellings]
    return replaced(folded, changes) if changes else folded


# --- What a sentence is made of ---------------------------------------------------------------------


class _Slot(msgspec.Struct, frozen=True):
    """Hours of a day: minutes after midnight (more than 1440: the next day)."""

    start: int
    end: int
    begin: int
    until: int
    precision: Precision
    alone: bool = True  # whether it means something without a day beside it
    part: str = ""


class _Day(msgspec.Struct, frozen=True):
    """A day: the dates it may be, nearest first; perhaps its hours (« ce soir »)."""

    start: int
    end: int
    dates: tuple[date, ...]
    slot: _Slot | None = None
    refused: bool = False


class _Window(msgspec.Struct, frozen=True):
    """A stretch of whole days: ``until`` is excluded."""

    start: int
    end: int
    begin: date
    until: date
    precision: Precision
    refused: bool = False


class _Nothing(msgspec.Struct, frozen=True):
    """Words of time that are no wanted time: « hier soir », « du jour au lendemain »."""

    start: int
    end: int


_Bit = _Slot | _Day | _Window | _Nothing


class _Reading(msgspec.Struct, frozen=True):
    """A text being read, and when."""

    plain: str
    now: datetime
    calendar: SchoolCalendar | None

    @property
    def today(self) -> date:
        """The day of the message."""
        return self.now.date()


_LEFT_REACH = 60
_CLAUSE_END = re.compile(r"[.!?;\n](?![0-9])")


def _before(plain: str, start: int) -> str:
    """Return what stands before ``start`` in its sentence."""
    reach = plain[max(0, start - _LEFT_REACH) : start]
    ends = [match.end() for match in _CLAUSE_END.finditer(reach)]
    return reach[ends[-1] :] if ends else reach


def _clause(plain: str, start: int, end: int) -> str:
    """Return the sentence around ``plain[start:end]``, without it."""
    after = plain[end : end + _LEFT_REACH]
    stop = _CLAUSE_END.search(after)
    return f"{_before(plain, start)} _ {after[: stop.start()] if stop else after}"


_TURN = re.compile(
    r"[,;:()]| mais | donc | alors | car | et (?:je|j'|il|elle|on|mon|ma) ?| parce | pcq | puis | que "
)


def _statement(plain: str, start: int, end: int) -> str:
    """Return the part of the sentence, between commas, that holds ``plain[start:end]``."""
    before, after = _clause(plain, start, end).split(" _ ", 1)
    return f"{_TURN.split(before)[-1]} _ {_TURN.split(after)[0]}"


_POLITE = re.compile(
    r"\b"
    + any_of(
        r"""bonjour bjr bonsoir salut coucou merci svp stp s'il_vous_plait oui non ok alors euh ben plutot le la
        les l ce cet cette en de du d a au vers pour dans et ou si c'est possible environ toute?s? tous"""
    )
    + r"\b"
)


def _other_words(plain: str, start: int, end: int) -> int:
    """Return how many words of substance the message holds besides ``plain[start:end]``."""
    return len(re.findall(r"[a-z0-9]+", _POLITE.sub(" ", f"{plain[:start]} {plain[end:]}")))


# --- Contexts --------------------------------------------------------------------------------------

_REFUSED = re.compile(
    r"\b(?:pas|sauf|ni|hors|excepte|jamais|hormis|impossible|peux plus|suis prise?|pris)"
    r"(?: (?:libre|dispo|disponible|la|possible|bon|ouverte?s?|cours|question|trop))*"
    r"(?: (?:le|la|les|l'|ce|du|de|en|pour|a|au|toute|tous les|chaque|leur))* ?(?:l')?$"
)
_AND = re.compile(r" ?(?:et|ou|ni|,? et|/|&) (?:le |la |les |du )?$")
_SINCE = re.compile(r"\bdepuis(?: (?:le|la|les|l'|ce|cet|cette))? ?(?:l')?$")
_BIRTH = re.compile(
    r"\bne (?:le |en |ce |cette |a |au |fin |debut |la )?(?:nuit de )?$|\b"
    + any_of(
        r"""nees? naissances? j?accouch\w* terme naitr\w+ nait nai anniversaire aura auront fete fetera dpa
        attend\w*_(?:un|mon|notre|une)"""
    )
    + r"(?![a-z])[^,.!?;\n]{0,40}$"
)
_PAST = re.compile(
    r"\b(?:j'ai|jai|ai|as|a|avons|avez|ont|suis|est|sommes|sont|c'est|s'est|m'a|l'a|n'a|m'ont|etait|avait)"
    r"(?: (?:pas|ete|deja|encore|tout|bien|mal|beaucoup|juste|failli|plus|rien|meme))* "
    + any_of(
        r"""tombee?s? vomi\w* pleure mordue? frappee? dit fait ete eu vue?s? perdue?s? partie?s? arrivee?s?
        rentree?s? sortie?s? passee?s? mangee? dormi appelee? accouchee? casse quittee? prise?s? mise?s? battue?
        tapee? criee? refusee?s? oublie rate finie? hurle craque annulee? trouve rencontree? signe viree?s?
        demande raconte revenue?s? tenue?s? serree? giflee? etranglee? enfermee? attrapee? agressee? explique
        essaye essaie commence visite teleph\w+ ecrit lu entendue? compris rendu venue?s? allee?s? restee?s?
        morte?s? disparue? fugue vole eclate menace insultee? crache bu gueri opere expulsee?s? demenagee?
        retrouvee?s? enfuie?s? sauvee?s? decrochee? arretee?s? brulee? imagine pense achete laisse jete pousse
        secoue attendu parle avale chute"""
    )
    + "(?![a-z])"
)
# « jusqu'à lundi »; « arrivés de Colombie en mai ».
_FOR_THEN = re.compile(r"\bpour (?:le |la |ce |cet |cette )?$")
_AHEAD = re.compile(r"(?:apres-)?demain|dans |[a-z]+ (?:prochaine?|pro)\b|prochaine?")
_UNTIL_THEN = re.compile(r"\bjusqu\w*'? ?(?:a|au|en)?(?: (?:le|la|les|l'|ce|cet))? ?(?:l')?$")
_DONE_BEFORE = re.compile(
    r"\b"
    + any_of(
        r"""arrive(?:e|s|es) reconnue?s? partie?s partie divorcee?s? separee?s? emmenagee?s? mariee?s? decedee?s?
        licenciee? operee hospitalisee? retrouvee enfuie? sauvee vaccinee?"""
    )
    + r"(?: [a-z']+){0,3} (?:en )?$"
)
_WISH = re.compile(
    r"\b"
    + any_of(
        r"""plutot alors donc mieux prefer\w* pref dispo\w* libres? convien\w* arrang\w* possible ideal\w*
        uniquement seulement slmt slt preference peux peut pourr\w* voudr\w* ouverte?s? ouvr\w* rdv rendez-vous
        garder? surtout seul_moment quelque_chose"""
    )
)
_STREET = re.compile(
    r"\b(?:rue|avenue|av|place|boulevard|bd|bld|quai|square|gare|bruxelles|bxl|quartier|chaussee|ecole)"
    r"[ -](?:du |de |des |d'|de la )?$"
)


def _is_refused(plain: str, start: int) -> bool:
    return bool(_REFUSED.search(_before(plain, start)))


def _is_no_wish(plain: str, start: int, end: int) -> bool:
    """Tell whether a time is told of, not asked for: since then, a birth, a street's name, the past."""
    before = _before(plain, start)
    if _SINCE.search(before) or _BIRTH.search(before) or _STREET.search(before):
        return True
    if _UNTIL_THEN.search(before):
        return True
    if _FOR_THEN.search(before) or _AHEAD.match(plain, start):
        return False
    return bool(_PAST.search(_statement(plain, start, end)) or _DONE_BEFORE.search(before))


# --- Hours -------------------------------------------------------------------------------------------

_PARTS: dict[str, tuple[int, int]] = {
    "petit matin": (5, 8),
    "debut de matinee": (6, 9),
    "fin de matinee": (10, 12),
    "matin": (6, 12),
    "matinee": (6, 12),
    "midi": (12, 14),
    "debut d'apres-midi": (12, 15),
    "milieu d'apres-midi": (14, 16),
    "fin d'apres-midi": (15, 18),
    "apres-midi": (12, 18),
    "fin de journee": (16, 19),
    "journee": (8, 18),
    "debut de soiree": (18, 20),
    "fin de soiree": (21, 24),
    "debut de journee": (7, 10),
    "milieu de journee": (11, 15),
    "milieu de matinee": (9, 11),
    "milieu de soiree": (19, 22),
    "soir": (18, 23),
    "soiree": (18, 23),
    "nuit": (22, 30),
}
_PART = (
    r"(?:(?P<part>petit matin|(?:debut|milieu|fin) (?:de |d')(?:la |l')?(?:matinee|apres-midi|journee|soiree)"
    r"|matinee|matin|ap(?:re|res)?[- ]?midi|soiree|soir|midi|journee|nuit)s?)(?![a-z])"
)
_BARE_HOUR = r"(?:2[0-4]|[01]?[0-9])"
_CLOCK = (
    rf"(?:(?:{_BARE_HOUR} ?(?:heures?|hrs?|h|u)(?![a-z])(?: ?[0-5][0-9](?![0-9]))?"
    rf"|{_BARE_HOUR}:[0-5][0-9](?![0-9])"
    rf"|{NUMBER_WORD} ?(?:heures?|h)(?![a-z])(?: (?:quinze|trente|quarante-cinq))?"
    r"|(?<!apres[ -])(?<!ap[ -])(?<!apre[ -])midi|minuit)"
    r"(?: ?(?:et (?:quart|demie?)|moins (?:le )?quart))?(?: (?:du (?:matin|mat|soir)|de l'apres-midi))?)"
    r"(?![a-z0-9])"
)
_CLOCK_RANGE = re.compile(
    rf"(?<![0-9a-z/,.])(?:(?P<mot>de|d'|entre|des|du|depuis) ?)?(?P<t1>{_CLOCK}|{_BARE_HOUR}|{NUMBER_WORD})"
    rf"(?: ?(?:a|-|>|jusqu'a|jusque|jusqu'au|jusq|et) ?)(?P<t2>{_CLOCK}|(?:{_BARE_HOUR}|deux)(?![0-9a-z/,.:]))"
    r"(?! ?(?:ans?|mois|jours?|semaines?|enfants?|euros?|%|par|fois))"
)
_CLOCK_AT = re.compile(
    r"(?<![0-9a-z/,.])(?:(?P<prep>a partir d[e']|a|vers|aux? alentours de|autour de|apres|avant|des|jusqu'a"
    rf"|jusque|pour|ce|le|sur le temps de) ?(?:environ |les )?)?(?P<t>{_CLOCK})"
)
_LASTS_BEFORE = re.compile(
    r"\b"
    + any_of(
        r"""pendant durant pdt dure duree il_y_a ya y_a quelques plusieurs toutes_les tous_les tt_les ttes_les
        chaque moins_d[e'] plus_d[e'] encore dans fait depuis juste que minimum maximum max total prends? faut
        dort dormi attendu attendre et ou environ passe travaille bosse marche roule reste perdu par"""
    )
    + r"(?: (?:environ|presque|les))? ?$"
)
_LASTS_AFTER = re.compile(
    " ?"
    + any_of(
        r"""par\b / de_(?!l'apres) d'(?!accord) semaine sur\b max chrono ou_(?:deux|trois|2|3) la_semaine jour
        pour\b plus_tard apres\b avant\b durant en_(?:train|bus|voiture) de_suite d'affilee"""
    )
)
_ROUTINE_BEFORE = re.compile(
    r"\b"
    + any_of(
        r"reveill\w* rentr\w* leve\w* couch\w* dor\w* endor\w* finit? fini\w* termin\w* ferm\w* debout jusqu"
    )
    + r"(?: [a-z']+){0,3} ?$"
)
_HALF_DAY = 12 * 60


def _minutes(clock: str, *, morning: bool = False) -> int:
    """Return a folded clock time in minutes after midnight; « 4h » is in the afternoon."""
    if clock.startswith("midi"):
        base, certain = _HALF_DAY, True
    elif clock.startswith("minuit"):
        base, certain = 24 * 60, True
    else:
        match = re.match(rf"({_BARE_HOUR}|{NUMBER_WORD})", clock)
        hours = int(number_value(match[0])) if match else 0
        base, certain = hours * 60, hours > 5
    rest = re.search(r"(?:heures?|hrs?|h|u|:) ?([0-5][0-9])(?![0-9])", clock)
    if rest:
        base += int(rest[1])
    for words, minutes in (("trente", 30), ("quarante-cinq", 45), ("quinze", 15)):
        if re.search(rf"(?:heures?|h) {words}", clock):
            base += minutes
    for words, minutes in (("et quart", 15), ("et demi", 30), ("moins", -15)):
        if words in clock:
            base += minutes
    if clock.endswith(("du soir", "apres-midi")) and base < _HALF_DAY:
        return base + _HALF_DAY
    if certain or morning or clock.endswith((" matin", " mat")):
        return base
    return base + _HALF_DAY


def _clock_slots(reading: _Reading) -> Iterator[_Slot]:
    """Yield hours: « de 9h à 12h », « vers 16h », « 14h30 »."""
    plain = reading.plain
    for match in _CLOCK_RANGE.finditer(plain):
        slot = _clock_range(plain, match)
        if slot is not None:
            yield slot
    for match in _CLOCK_AT.finditer(plain):
        slot = _clock_at(plain, match)
        if slot is not None:
            yield slot


def _clock_range(plain: str, match: re.Match[str]) -> _Slot | None:
    """Read « de 9h à 12h », « entre midi et deux »; without « h », only beside a day."""
    first, second = match["t1"], match["t2"]
    units = [
        bool(re.search(r"[0-9 ][hu]|heures?|:|mi[dn]", written)) for written in (first, second)
    ]
    between = plain[match.end("t1") : match.start("t2")].strip()
    if between == "et" and match["mot"] != "entre":
        return None
    beside_day = bool(_DAY_JUST_BEFORE.search(plain[max(0, match.start() - 25) : match.start()]))
    if second == "deux" and not first.startswith("midi"):
        return None
    if not first[0].isdigit() and not units[0] and match["mot"] not in ("de", "entre"):
        return None
    if not any(units) and not (beside_day and match["mot"] in ("de", "entre", "du")):
        return None
    if _LASTS_AFTER.match(plain, match.end()):
        return None
    morning = bool(
        re.search(r"(?:matin|matinee)s?,? ?$", plain[max(0, match.start() - 12) : match.start()])
    )
    begin = _minutes(first if units[0] else f"{first} heures", morning=True)
    until = _minutes(second if units[1] else f"{_figure(second)} heures", morning=True)
    if begin < 6 * 60 and not morning and "matin" not in first:
        begin += _HALF_DAY
    if until <= begin:
        until += _HALF_DAY if until + _HALF_DAY > begin else 24 * 60
    if begin >= 24 * 60:
        return None
    return _Slot(match.start(), match.end(), begin, until, "heure")


def _figure(written: str) -> str:
    return "2" if written == "deux" else written


_DAY_JUST_BEFORE = re.compile(
    rf"(?:{'|'.join(_DAYS)}|demain|hui|matin|matinee|apres-midi|soir|week-end)s?,? ?$"
)
_DAY_JUST_AFTER = re.compile(
    rf" ?(?:,? ?(?:le|du|ce|de|tous les|les) )?(?:{'|'.join(_DAYS)}|demain|matin|soir)"
)


def _clock_at(plain: str, match: re.Match[str]) -> _Slot | None:
    """Read one clock time; ``None`` when it is a duration, a routine or a station (« gare du Midi »)."""
    prep, clock = (match["prep"] or "").strip(), match["t"]
    start, end = match.start("t"), match.end()
    left = plain[max(0, match.start() - 25) : match.start()]
    after_day = bool(_DAY_JUST_BEFORE.search(left))
    before_day = bool(_DAY_JUST_AFTER.match(plain, end))
    hour = _minutes(clock, morning=bool(re.search(r"matin\w*,? ?$", left)))
    if re.search(r"(?:soir|soiree)s?,? ?$", left) and hour < _HALF_DAY:
        hour += _HALF_DAY
    if _LASTS_AFTER.match(plain, end) or re.search(r"24 ?h", clock) or hour > 24 * 60:
        return None
    if clock.startswith("midi"):
        if prep == "ce" or _STREET.search(plain[max(0, start - 25) : start]):
            return None  # « ce midi » is read as a part of today
    elif prep in ("ce", "le"):
        prep = ""
    if _ROUTINE_BEFORE.search(left) and not after_day:
        return None
    small = (
        bool(re.match(r"(?:[1-5]|une|deux|trois|quatre|cinq)\b|[1-5]h", clock)) and hour % 60 == 0
    )
    if small and (prep == "pour" or (not prep and not after_day)):
        return None
    if not prep and not after_day:
        if _LASTS_BEFORE.search(_before(plain, start)):
            return None
        exact = re.search(r"[0-9] ?(?:h|:) ?[0-5][0-9]", clock)
        if not (before_day or exact or _other_words(plain, start, end) <= 3):
            return None
    begin, until = _around(prep, hour)
    return _Slot(match.start(), end, begin, until, "heure")


def _around(prep: str, hour: int) -> tuple[int, int]:
    """Return the window that « après », « avant » or « vers » opens around an hour."""
    if prep in ("apres", "des") or prep.startswith("a partir"):
        return hour, max(23 * 60, hour + 60)
    if prep in ("avant", "jusqu'a", "jusque"):
        return min(6 * 60, hour - 60), hour
    return hour, hour + 60


_PART_SAID = re.compile(
    rf"(?<![a-z])(?:(?P<mot>ce|cet|cette|c't|ste|toute l[a']|tous les|chaque|un|une) ?)?(?<![a-z]){_PART}"
)


def _part_slots(reading: _Reading) -> Iterator[_Bit]:
    """Yield parts of a day: « le matin », « ce soir » (today's), « fin de journée »."""
    plain = reading.plain
    for match in _PART_SAID.finditer(plain):
        said, mot = match["part"], match["mot"] or ""
        part = _ARTICLE.sub(" de ", said)
        part = re.sub(r"ap(?:re|res)?[- ]?midi", "apres-midi", part)
        part = part.replace(" de apres", " d'apres")
        if _COUNTED_BEFORE.search(plain[: match.start()]) or _EACH_AFTER.match(plain, match.end()):
            continue
        if part == "journee" and (
            mot.startswith("tout") or not _IN_THE_DAY.search(plain[: match.start("part")])
        ):
            continue
        begin, until = _PARTS[part]
        alone = _part_alone(reading, match, part)
        slot = _Slot(
            match.start("part"), match.end(), begin * 60, until * 60, "partie", alone, part
        )
        today = mot in ("ce", "cet", "cette", "c't", "ste") and part != "journee"
        yield _this_part(reading, match, slot) if today else slot


_EACH_AFTER = re.compile(r" ?(?:par\b|/|sur\b)")
_ARTICLE = re.compile(r" (?:de |d')(?:la |l')?(?=apres|ap|journee|matinee|soiree)")
_COUNTED_BEFORE = re.compile(
    r"(?:\b(?:[2-9]|deux|trois|quatre|quelques|plusieurs|une|1|demi[- ]) ?)$"
)
_IN_THE_DAY = re.compile(r"(?:\ben|(?<!\ba )(?<!prix )\bla) ?$")


def _part_alone(reading: _Reading, match: re.Match[str], part: str) -> bool:
    """Tell whether a part of the day, without a day, is a wish: « plutôt le matin »."""
    plain = reading.plain
    others = _other_words(plain, match.start(), match.end())
    if (match["mot"] or "") in ("un", "une") and others > 2:
        return False
    if _STREET.search(plain[max(0, match.start() - 25) : match.start("part")]):
        return False
    if part == "nuit":
        return others <= 1
    if others <= 3:
        return True
    near = plain[max(0, match.start() - 35) : match.end() + 30]
    return bool(_WISH.search(near)) and part != "journee"


def _this_part(reading: _Reading, match: re.Match[str], slot: _Slot) -> _Bit:
    """Return « ce soir » as a day with its hours; « la maman de ce matin » is no wish."""
    today = reading.today
    of_then = reading.plain.endswith((" de ", " d'"), 0, match.start())
    if of_then or _is_no_wish(reading.plain, match.start(), match.end()):
        return _Nothing(match.start(), match.end())
    if slot.part == "nuit" and reading.now.hour < 6:
        today -= timedelta(days=1)
    return _Day(match.start(), match.end(), (today,), slot=slot)


# --- Days --------------------------------------------------------------------------------------------

_WEEKDAY = r"(?:lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche)s?(?![a-z])"
_WEEKDAY_SAID = re.compile(
    rf"(?P<avant>prochain )?(?<![a-z])(?P<jour>{_WEEKDAY})"
    r"(?P<apres> (?:prochaine?|qui vient|suivant|en huit|dernier|passe|gras|saint|de paques|de pentecote)"
    r"(?![a-z]))?"
)
_SHORT_WEEKDAYS = {"lun": 0, "mar": 1, "mer": 2, "jeu": 3, "ven": 4, "vend": 4, "sam": 5, "dim": 6}
_SHORT = r"(?:lun|mar|mer|jeu|vend?|sam|dim)(?![a-z'])\.?"
_SHORT_LIST = re.compile(rf"(?<![a-z]){_SHORT}(?:(?: ?[,/-] ?| et | ou | )(?:le )?{_SHORT})+")
_SHORT_ONE = re.compile(
    rf"(?<![a-z])(?P<mot>(?:le|ce|chaque|les|tous les) )?(?P<jour>{_SHORT})"
    rf"(?P<suite> ?(?:{_PART}|{_CLOCK}|prochaine?))?"
)
_RELATIVE = re.compile(
    r"(?<![a-z])(?P<quoi>apres[- ]demain|demain|aujourd'hui)(?![a-z])(?! la veille)|\bce jour(?:-ci)?(?![a-z-])"
)
_RELATIVE_DAYS = {"demain": 1, "aujourd'hui": 0}
_NOW = re.compile(
    r"(?<![a-z])(?:la,? )?(?:maintenant|tout de suite|tt de suite|immediatement|des maintenant)(?![a-z])"
)
_NUMBER_ENDS = (
    r"(?= ?(?:$|[.,;!?)]|(?:a|vers|au|et|ou|pour|si|svp|merci|matin|apres|midi|soir|on|je|c'est|j'ai|il|elle"
    r"|du mois|prochain)\b))"
)
_DAY_OF_MONTH = re.compile(
    r"(?<![a-z0-9])(?P<mot>le|au|pour le|des le|avant le|a partir du|jusqu'au|vers le)"
    rf" (?P<n>1er|[1-3]?[0-9]){_NUMBER_ENDS}"
)
_LONGEST_AHEAD = 400  # days
_MONTHS_AHEAD = 97  # a 29 February comes back within eight years
_FIRST_SURE_DAY = 4
_DATED_EVENT = re.compile(
    r"\b"
    + any_of(
        r"""commenc\w* debut\w* rdv rendez entretien repris\w* reprend\w* stage formation examen partir jusqu avant
        demenag\w* libre dispo\w* conge besoin garder? reun\w* audience tribunal operation vers_le terme"""
    )
)
_CHOICE = re.compile(
    r"\b"
    + any_of(
        r"""prends? prendre choisi\w* infos? details? sur numero interess\w* prefere celui adresse option choix
        ouvre montre"""
    )
    + r"[^.!?]{0,12}$"
)
_DATE = re.compile(
    rf"(?<![a-z0-9])(?:{_WEEKDAY} ?,? ?(?:le )?)?(?P<n>1er|[1-3]?[0-9]) ?(?P<mois>{MONTH})"
    rf"(?: (?P<annee>{YEAR}))?"
)
_DATE_IN_FIGURES = re.compile(
    r"(?P<mot>(?:(?:lun|mar|mercre|jeu|vendre|same)di|dimanche|\b(?:le|du|au|pour le|date ?:?|des le|avant le)) )?"
    r"(?<![0-9/.,a-z-])(?P<n>[0-3]?[0-9])/(?P<mois>[01]?[0-9])(?:/(?P<annee>(?:20)?[2-4][0-9]))?(?![0-9/])"
    r"(?! ?(?:ans?|temps|h\b|heures?|mois|semaines?|jours?|d'|de\b|%|e\b))"
)
_FIRST_HOUR = re.compile(r" a ([0-9]{1,2}) ?h")
_SOON_DAYS = 35
_WEEKDAY_AND_NUMBER = re.compile(
    rf"(?<![a-z])(?P<jour>{_WEEKDAY}) (?:le )?(?P<n>1er|[1-3]?[0-9])(?![0-9h])"
    r"(?! ?(?:h\b|heures?|:|/|-|ans?\b|mois|jours?|u\b|e\b|enfants?)| (?:ou|et) [0-9]+ ?h)"
    rf"{_NUMBER_ENDS}"
)


def _weekday_dates(today: date, weekday: int, *, after_today: bool = False) -> tuple[date, ...]:
    """Return the next two days of that name."""
    ahead = (weekday - today.weekday()) % 7
    if after_today and ahead == 0:
        ahead = 7
    return tuple(today + timedelta(days=ahead + week) for week in (0, 7))


def _weekday_number(written: str) -> int:
    return _DAYS.index(written.removesuffix("s"))


def _day_number(written: str) -> int:
    return int(written.removesuffix("er"))


def _calendar_dates(today: date, day: int, month: int | None, year: int | None) -> tuple[date, ...]:
    """Return the next dates of that day and month (of any month, when ``None``); at most two."""
    found = []
    for ahead in range(_MONTHS_AHEAD):
        at = today.year * 12 + today.month - 1 + ahead
        if month is not None and at % 12 + 1 != month:
            continue
        if year is not None and at // 12 != year:
            continue
        try:
            candidate = date(at // 12, at % 12 + 1, day)
        except ValueError:
            continue
        if candidate >= today:
            found.append(candidate)
        if len(found) == 2:
            break
    return tuple(found)


def _day_bits(reading: _Reading) -> Iterator[_Bit]:
    """Yield the days named: dates first, then days of the week, then « demain »."""
    plain, today = reading.plain, reading.today
    for match in _DATE.finditer(plain):
        year = int(match["annee"]) if match["annee"] else None
        day = _day_number(match["n"])
        yield _day(reading, match, _calendar_dates(today, day, MONTH_VALUES[match["mois"]], year))
    for match in _DATE_IN_FIGURES.finditer(plain):
        month, day = int(match["mois"]), int(match["n"])
        sure = match["mot"] or match["annee"] or _other_words(plain, *match.span()) <= 2
        followed = re.match(r" ?(?:a|vers|de) ?[0-9]{1,2} ?h", plain[match.end() :])
        if 1 <= month <= 12 and (sure or followed):
            year = int(match["annee"]) % 100 + 2000 if match["annee"] else None
            yield _day(reading, match, _calendar_dates(today, day, month, year))
    for match in _WEEKDAY_AND_NUMBER.finditer(plain):
        weekday = _weekday_number(match["jour"])
        day = _day_number(match["n"])
        dates = _numbered_weekday(today, weekday, day)
        hours = _FIRST_HOUR.match(plain, match.end())
        # « lundi 9 à 12h » are hours, « lundi 16 à 18h » a date when that Monday is the 16th.
        if hours and int(hours[1]) > day and dates[0] - today > timedelta(days=_SOON_DAYS):
            continue
        yield _day(reading, match, dates)
    for match in _WEEKDAY_SAID.finditer(plain):
        bit = _weekday_bit(reading, match)
        if bit is not None:
            yield bit
    yield from _short_days(reading)
    for match in _RELATIVE.finditer(plain):
        ahead = _RELATIVE_DAYS.get(match["quoi"] or "aujourd'hui", 2)
        yield _day(reading, match, (today + timedelta(days=ahead),))
    for match in _DAY_OF_MONTH.finditer(plain):
        day = _day_number(match["n"])
        clause = _clause(plain, *match.span())
        event = match["mot"] != "le" or _DATED_EVENT.search(clause)
        if event or (day >= _FIRST_SURE_DAY and not _CHOICE.search(_before(plain, match.start()))):
            yield _day(reading, match, _calendar_dates(today, day, None, None))


def _numbered_weekday(today: date, weekday: int, day: int) -> tuple[date, ...]:
    """Return the next day with both that name and number (« vendredi 14 »), else with that number."""
    for ahead in range(_LONGEST_AHEAD):
        candidate = today + timedelta(days=ahead)
        if candidate.day == day and candidate.weekday() == weekday:
            return (candidate,)
    return _calendar_dates(today, day, None, None)


def _weekday_bit(reading: _Reading, match: re.Match[str]) -> _Bit | None:
    after = (match["apres"] or "").strip()
    if after in ("dernier", "passe", "gras", "saint", "de paques", "de pentecote"):
        return _Nothing(match.start("jour"), match.end())
    weekday = _weekday_number(match["jour"])
    dates = _weekday_dates(reading.today, weekday, after_today=bool(after or match["avant"]))
    if after == "en huit":
        dates = dates[1:]
    return _day(
        reading, match, dates, start=match.start("avant") if match["avant"] else match.start("jour")
    )


def _day(
    reading: _Reading, match: re.Match[str], dates: tuple[date, ...], start: int | None = None
) -> _Bit:
    """Return the bit of a day that was matched, or nothing when it is no wanted day."""
    begin = match.start() if start is None else start
    if not dates or _is_no_wish(reading.plain, begin, match.end()):
        return _Nothing(begin, match.end())
    refused = _is_refused(reading.plain, begin)
    until_then = _BEFORE_THEN.search(_before(reading.plain, begin))
    if until_then and not refused and dates[0] > reading.today:
        return _Window(begin, match.end(), reading.today, dates[0], "periode")
    return _Day(begin, match.end(), dates, refused=refused)


_BEFORE_THEN = re.compile(r"(?<!pas )\bavant (?:le |la |ce )?$")


def _short_days(reading: _Reading) -> Iterator[_Bit]:
    """Yield « lun mar jeu », « sam matin », « sam » alone — not « la mer » nor « un jeu »."""
    plain = reading.plain
    for found in _SHORT_LIST.finditer(plain):
        for match in re.finditer(_SHORT, found[0]):
            start, end = found.start() + match.start(), found.start() + match.end()
            weekday = _SHORT_WEEKDAYS[match[0].rstrip(".")]
            yield _Day(start, end, _weekday_dates(reading.today, weekday))
    for match in _SHORT_ONE.finditer(plain):
        short = match["jour"].rstrip(".")
        alone = _other_words(plain, *match.span("jour")) == 0
        common_word = short in ("mer", "jeu", "mar")
        if match["suite"] or (not common_word and (match["mot"] or alone)):
            weekday = _SHORT_WEEKDAYS[short]
            yield _Day(*match.span("jour"), _weekday_dates(reading.today, weekday))


# --- Weeks, months, holidays ----------------------------------------------------------------------

_NEXT_WORD = r"(?:prochaine?|pro|suivante?|qui (?:vient|suit|arrive)|d'apres)(?![a-z])"
_WEEK = re.compile(
    rf"(?:(?P<bout>(?:debut|fin|milieu) (?:de |d')(?:la )?)?semaine(?P<suite> (?:{_NEXT_WORD}))"
    r"|(?P<cette>(?:cette|ste|c't) semaine(?:[- ]ci)?)"
    r"|(?:en |la )?(?P<bout2>debut|fin|milieu) de (?:la )?semaine(?! derniere)"
    r"|(?P<en>\ben semaine)"
    r"|(?:la )?semaine du (?P<n>1er|[1-3]?[0-9])(?: (?P<mois>"
    rf"{MONTH}))?)(?![a-z])"
)
_PAST_TIME = re.compile(
    r"(?<![a-z])(?:avant-hier|hier)(?: (?:matin|soir|apres-midi|midi|apres midi))?(?![a-z])"
    r"|(?:semaine|annee|mois|nuit|matinee|soiree|week-end|fois|ete|an|jour|vacance)s? (?:passe|derni)\w*"
    r"|derni\w+ (?:semaine|annee|mois|nuit|jours|fois|ete|vacances)s?|l'autre (?:jour|soir|matin|nuit)|"
    + any_of(
        r"""du_jour_au_lendemain demain_la_veille 24_?h(?:eures)?(?:/|_sur_)24 24/24 du_matin_au_soir
        7_?j?(?:ours)?(?:/|_sur_)7(?:_?j)? matin,?_midi_et_soir jour_et_nuit nuit_et_jour de_nuit\b
        (?:table|chemise)_de_nuit nuits?_blanches?"""
    )
    + r"|\b(?:bon|bonne|bn|bne|bone|excellente?) (?:fin d[e']? ?(?:la )?)?"
    + any_of(
        r"""nuit soiree soir journee apres-midi ap-midi semaine week-end we dimanche samedi lundi mardi mercredi
        jeudi vendredi matinee vacances conges?"""
    )
)
_WEEK_END = re.compile(
    r"(?<![a-z])(?:(?P<mot>ce|le|les|du|en|un|chaque|cet|prochain) )?(?:week[- ]?end)s?"
    rf"(?P<suite> {_NEXT_WORD})?"
)
_WE = re.compile(
    r"(?<![a-z])(?P<mot>le|ce|les|ts les|tous les|chaque|en|du|un|pdt le) (?P<we>we|w-e|w\.e\.?)(?![a-z])"
    r"|(?<![a-z])(?P<we2>we (?:prochaine?|pro))(?![a-z])"
)
_IN_TIME = re.compile(
    rf"(?<![a-z])(?:dans|ds|d'ici) (?:environ |a peu pres )?(?P<n>[0-9]{{1,2}}|{NUMBER_WORD}) ?"
    r"(?P<unite>heures?|h|jours?|j|semaines?|sem|mois)(?![a-z])"
)
_FORTNIGHT = re.compile(r"(?<![a-z])dans une (?P<q>quinzaine|huitaine)(?![a-z])")
_MONTH_SAID = re.compile(
    r"(?<![a-z0-9])(?:(?:en|au mois d[e']|mois d[e']|courant|a partir d[e']|des|d'ici|jusqu'en|jusque|pour|avant"
    r"|vers|debut|fin|mi|de|d')[ -]?)?(?:(?P<bout>debut|fin|mi|milieu|courant)[ -](?:de |du mois de )?)?"
    rf"(?P<mois>{MONTH})(?: (?P<annee>{YEAR}))?"
)
_MONTH_INTRO = re.compile(
    r"^(?:en|au mois|mois|courant|a partir|des|d'ici|jusqu|pour|avant|vers|debut|fin|mi)"
)
_THIS_MONTH = re.compile(
    rf"(?<![a-z])(?:(?P<ce>ce mois(?:-ci)?)|le mois (?P<suite>{_NEXT_WORD})"
    r"|(?:en |la )?(?P<bout>debut|fin) (?:du|de) mois(?P<pro> prochain)?)(?![a-z])"
)
_WEEKDAY_SPAN = re.compile(
    rf"(?:(?:du|de|depuis(?: le)?|entre le) )?(?<![a-z])(?P<d1>{_WEEKDAY})"
    rf"(?: (?:au|a|jusqu'au|jusque|jusqu'a|-) (?:le )?|-)(?P<d2>{_WEEKDAY})"
)
_DATE_SPAN = re.compile(
    rf"(?<![a-z])(?:du|entre le) (?P<n1>1er|[1-3]?[0-9])(?: (?P<m1>{MONTH}))?"
    rf" (?:au|et le) (?P<n2>1er|[1-3]?[0-9]) (?P<m2>{MONTH})"
)
_SUMMER = re.compile(
    r"(?<![a-z])(?:(?:(?:pendant|durant|pdt|pour|a) l'|cet )ete|en ete|l'ete prochain|(?:les )?grandes vacances"
    r"|(?:les )?vacances d'ete)(?![a-z])"
)
_HOLIDAYS = re.compile(
    r"(?<![a-z])(?:(?P<mot>pendant|durant|pdt|pour|aux?|les|des|ces|prochaines?) (?:les |ces |prochaines )*)?"
    r"(?:vacances|conges?)(?P<suite> scolaires?| prochaines?)?(?: (?:de |d'|du )?(?:la |l')?"
    r"(?P<nom>noel|hiver|carnaval|detente|fevrier|krokus|paques|printemps|toussaint|automne|ete))?(?![a-z])"
)
_HOLIDAY_NAMES = {
    "noel": "hiver",
    "hiver": "hiver",
    "carnaval": "carnaval",
    "detente": "carnaval",
    "fevrier": "carnaval",
    "krokus": "carnaval",
    "paques": "printemps",
    "printemps": "printemps",
    "toussaint": "automne",
    "automne": "automne",
    "ete": "ete",
}
_BACK_TO_SCHOOL = re.compile(
    r"(?<![a-z])(?:a|pour|des|apres) la rentree(?: scolaire| des classes)?(?![a-z]| en)"
)
_PUBLIC_HOLIDAY = re.compile(
    r"(?<![a-z])(?:les |un )?jours? feries?|(?<![a-z])(?:les )?feries(?![a-z])"
)
_FEAST = re.compile(
    r"(?<![a-z])(?:a|pour|vers) (?:la )?"
    r"(?P<fete>noel|paques|toussaint|saint-nicolas|ascension|pentecote)(?![a-z])"
)


def _windows(reading: _Reading) -> Iterator[_Bit]:
    """Yield stretches of several days, and the words of time that are never a wanted time."""
    plain = reading.plain
    for match in _PAST_TIME.finditer(plain):
        yield _Nothing(*match.span())
    readers: tuple[
        tuple[re.Pattern[str], Callable[[_Reading, re.Match[str]], _Window | None]], ...
    ] = (
        (_SUMMER, _summer),
        (_HOLIDAYS, _school_holiday),
        (_BACK_TO_SCHOOL, _back_to_school),
        (_PUBLIC_HOLIDAY, _public_holiday),
        (_FEAST, _feast),
        (_WEEKDAY_SPAN, _weekday_span),
        (_DATE_SPAN, _date_span),
        (_WEEK_END, _week_end),
        (_WE, _week_end),
        (_WEEK, _week),
        (_IN_TIME, _in_time),
        (_FORTNIGHT, _in_time),
        (_THIS_MONTH, _month_near),
        (_MONTH_SAID, _month),
    )
    for pattern, read in readers:
        for match in pattern.finditer(plain):
            window = read(reading, match)
            if window is None:
                continue
            told = _is_no_wish(plain, *match.span()) or _is_refused(plain, match.start())
            yield _Nothing(*match.span()) if told else window


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _week(reading: _Reading, match: re.Match[str]) -> _Window | None:
    today = reading.today
    if match["n"]:
        day = _day_number(match["n"])
        month = MONTH_VALUES[match["mois"]] if match["mois"] else None
        dates = _calendar_dates(_monday(today), day, month, None)
        if not dates:
            return None
        begin = _monday(dates[0])
        return _Window(*match.span(), max(begin, today), begin + timedelta(days=7), "semaine")
    monday = _monday(today)
    if match["cette"]:
        return _Window(*match.span(), today, monday + timedelta(days=7), "semaine")
    if match["en"]:
        begin = today if today.weekday() < 5 else monday + timedelta(days=7)
        return _Window(*match.span(), begin, _monday(begin) + timedelta(days=5), "semaine")
    bout = (match["bout"] or match["bout2"] or "").split(" ")[0]
    if match["suite"]:
        monday += timedelta(days=7)
    first, last = {"debut": (0, 3), "milieu": (1, 4), "fin": (3, 5)}.get(bout, (0, 7))
    if monday + timedelta(days=last) <= today:
        monday += timedelta(days=7)
    begin = max(monday + timedelta(days=first), today)
    return _Window(*match.span(), begin, monday + timedelta(days=last), "semaine")


def _week_end(reading: _Reading, match: re.Match[str]) -> _Window | None:
    groups = match.groupdict()
    if reading.plain.startswith(" sur ", match.end()):
        return None  # one week-end in two: the custody of a child
    saturday = _monday(reading.today) + timedelta(days=5)
    following = groups.get("suite") or groups.get("we2") or groups["mot"] == "prochain"
    if following and reading.today >= saturday:
        saturday += timedelta(days=7)
    begin = max(saturday, reading.today)
    start = match.start("we") if groups.get("we") else match.start()
    return _Window(start, match.end(), begin, saturday + timedelta(days=2), "periode")


def _in_time(reading: _Reading, match: re.Match[str]) -> _Window | None:
    """Read « dans deux semaines »: the week around that day; « dans 15 jours »: that day."""
    groups = match.groupdict()
    if groups.get("q"):
        count, unit = (15.0 if groups["q"] == "quinzaine" else 8.0), "jour"
    else:
        count, unit = number_value(groups["n"]), groups["unite"]
    if unit.startswith("h") or not 1 <= count <= 60:
        return None
    if unit.startswith("j"):
        day = reading.today + timedelta(days=int(count))
        return _Window(*match.span(), day, day + timedelta(days=1), "jour")
    if unit.startswith("s"):
        monday = _monday(reading.today + timedelta(weeks=int(count)))
        return _Window(*match.span(), monday, monday + timedelta(days=7), "semaine")
    at = reading.today.year * 12 + reading.today.month - 1 + int(count)
    return _Window(*match.span(), *_month_bounds(at // 12, at % 12 + 1), "mois")


def _month_bounds(year: int, month: int, part: str = "") -> tuple[date, date]:
    """Return the first day and the day after the last of a month, or of its « début », « mi- », « fin »."""
    first = date(year, month, 1)
    until = date(year + month // 12, month % 12 + 1, 1)
    if part == "debut":
        return first, date(year, month, 11)
    if part in ("mi", "milieu"):
        return date(year, month, 11), date(year, month, 21)
    return (date(year, month, 21), until) if part == "fin" else (first, until)


def _month(reading: _Reading, match: re.Match[str]) -> _Window | None:
    """Read « en janvier », « fin août »; a month's name alone is often another word (« mai », « mars »)."""
    plain, today = reading.plain, reading.today
    introduced = _MONTH_INTRO.match(match[0])
    if not introduced and not match["annee"] and _other_words(plain, *match.span()) > 1:
        return None
    if re.search(r"[0-9](?: ?er)? ?$", plain[max(0, match.start() - 5) : match.start()]):
        return None
    part = match["bout"] or next((w for w in ("debut", "fin", "mi") if match[0].startswith(w)), "")
    month = MONTH_VALUES[match["mois"]]
    years = [int(match["annee"])] if match["annee"] else [today.year, today.year + 1]
    for year in years:
        begin, until = _month_bounds(year, month, part)
        if match[0].startswith("avant") and begin > today:
            return _Window(*match.span(), today, begin, "periode")
        if until > today:
            return _Window(*match.span(), max(begin, today), until, "mois")
    return None


def _month_near(reading: _Reading, match: re.Match[str]) -> _Window | None:
    today = reading.today
    at = today.year * 12 + today.month - 1 + bool(match["suite"] or match["pro"])
    begin, until = _month_bounds(at // 12, at % 12 + 1, match["bout"] or "")
    if until <= today:
        begin, until = _month_bounds((at + 1) // 12, (at + 1) % 12 + 1, match["bout"] or "")
    return _Window(*match.span(), max(begin, today), until, "mois")


def _weekday_span(reading: _Reading, match: re.Match[str]) -> _Window | None:
    first, last = _weekday_number(match["d1"]), _weekday_number(match["d2"])
    length = (last - first) % 7 + 1
    begin = _weekday_dates(reading.today, first)[0]
    if begin - timedelta(days=7) + timedelta(days=length) > reading.today and length < 7:
        begin -= timedelta(days=7)
    return _Window(
        *match.span(), max(begin, reading.today), begin + timedelta(days=length), "periode"
    )


def _date_span(reading: _Reading, match: re.Match[str]) -> _Window | None:
    days = [_day_number(match[name]) for name in ("n1", "n2")]
    last_month = MONTH_VALUES[match["m2"]]
    ends = _calendar_dates(reading.today, days[1], last_month, None)
    if not ends:
        return None
    month = MONTH_VALUES[match["m1"]] if match["m1"] else last_month
    year = ends[0].year - (month > last_month)
    try:
        begin = date(year, month, days[0])
    except ValueError:
        return None
    if begin > ends[0]:
        return None
    return _Window(*match.span(), max(begin, reading.today), ends[0] + timedelta(days=1), "periode")


def _periods(reading: _Reading, named: str | None) -> Iterator[tuple[date, date]]:
    """Yield the school holidays not over yet, as first day and day after the last."""
    if reading.calendar is None:
        return
    for period in reading.calendar.periods:
        # A single day off is no « vacances ».
        if period.fin < reading.today or period.fin - period.debut < timedelta(days=4):
            continue
        if named is None or named in fold(period.nom).plain:
            yield period.debut, period.fin + timedelta(days=1)


def _school_holiday(reading: _Reading, match: re.Match[str]) -> _Window | None:
    wanted = match["mot"] in ("pendant", "durant", "pdt", "pour") or match["nom"] or match["suite"]
    if re.search(r"conge(?!s)|^conges", match[0]) and not match["nom"] and not match["suite"]:
        return None
    if re.search(
        r"\b(?:apres|avant|en|hors) (?:les )?$",
        reading.plain[max(0, match.start() - 12) : match.start()],
    ):
        return None
    if not wanted and _other_words(reading.plain, *match.span()) > 2:
        return None
    named = _HOLIDAY_NAMES[match["nom"]] if match["nom"] else None
    found = next(_periods(reading, named), None)
    if found is None:
        return _summer(reading, match) if named == "ete" else None
    return _Window(*match.span(), max(found[0], reading.today), found[1], "periode")


def _summer(reading: _Reading, match: re.Match[str]) -> _Window | None:
    """Read « cet été » by the school calendar, else as July and August."""
    found = next(_periods(reading, "ete"), None)
    if found is None:
        year = reading.today.year + (reading.today >= date(reading.today.year, 9, 1))
        found = date(year, 7, 1), date(year, 9, 1)
    return _Window(*match.span(), max(found[0], reading.today), found[1], "periode")


def _back_to_school(reading: _Reading, match: re.Match[str]) -> _Window | None:
    found = next(_periods(reading, "ete"), None)
    if found is None:
        return None
    return _Window(*match.span(), found[1], found[1] + timedelta(days=7), "semaine")


def _public_holiday(reading: _Reading, match: re.Match[str]) -> _Window | None:
    if reading.calendar is None:
        return None
    for ahead in range(_LONGEST_AHEAD):
        day = reading.today + timedelta(days=ahead)
        if reading.calendar.public_holiday(day):
            return _Window(*match.span(), day, day + timedelta(days=1), "jour")
    return None


def _feast(reading: _Reading, match: re.Match[str]) -> _Window | None:
    """Read « à Noël », « à Pâques »: the day itself."""
    fixed = {"noel": (12, 25), "toussaint": (11, 1), "saint-nicolas": (12, 6)}
    after_easter = {"paques": 0, "ascension": 39, "pentecote": 49}
    for year in (reading.today.year, reading.today.year + 1):
        if match["fete"] in fixed:
            day = date(year, *fixed[match["fete"]])
        else:
            day = easter(year) + timedelta(days=after_easter[match["fete"]])
        if day >= reading.today:
            return _Window(*match.span(), day, day + timedelta(days=1), "jour")
    return None


# --- Putting the pieces together ------------------------------------------------------------------

_BETWEEN_DAY_AND_HOURS = re.compile(
    "[ ,:(]*(?:"
    + any_of(
        """le la l' les au dans_la dans_l' en vers plutot surtout des pour a_partir_de a de toute_la toute_l'
        uniquement seulement apres avant et ou vers_les du"""
    )
    + " ?)*[ ,]*"
)
_BETWEEN_HOURS_AND_DAY = re.compile(r" ?,? ?(?:(?:du|de|le|ce|les|chaque|tous les|des) )?(?:le )?")
_BETWEEN_DAYS = re.compile(
    r" ?(?:,|et|ou|/|&|-|\+|puis|,? et|,? ou)? ?(?:(?:le|la|les|du|plutot|aussi) )*"
)


class _Wanted(msgspec.Struct, frozen=True):
    """A day, perhaps with hours, or hours alone: one moment to place in time."""

    start: int
    end: int
    dates: tuple[date, ...]
    slot: _Slot | None


def _bits(reading: _Reading) -> list[_Bit]:
    """Return the pieces of a text in order, without overlap: what is read first wins."""
    taken: list[_Bit] = []
    for read in (_windows, _day_bits, _clock_slots, _part_slots):
        for bit in read(reading):
            if all(bit.end <= other.start or bit.start >= other.end for other in taken):
                taken.append(bit)
    return sorted(taken, key=lambda bit: bit.start)


def _wanted(reading: _Reading, bits: Sequence[_Bit]) -> Iterator[_Wanted | _Window]:
    """Yield the moments that a sequence of pieces means."""
    plain, index = reading.plain, 0
    while index < len(bits):
        bit = bits[index]
        index += 1
        if isinstance(bit, _Window):
            following = bits[index] if index < len(bits) else None
            if not _names_day_of(plain, bit, following):
                yield bit
        elif isinstance(bit, _Day):
            first = index - 1
            group, index = _day_group(plain, bits, first)
            week = _week_beside(plain, bits, first, index)
            yield from _days_wanted(group, week)
            if week is not None and index < len(bits) and week is bits[index]:
                index += 1
        elif isinstance(bit, _Slot):
            following = bits[index] if index < len(bits) else None
            if isinstance(following, _Slot) and _BETWEEN_DAY_AND_HOURS.fullmatch(
                plain, bit.end, following.start
            ):
                merged = _hours(None, (bit, following))
                if len(merged) == 1:
                    joined = msgspec.structs.replace(merged[0], start=bit.start, end=following.end)
                    bit, index = joined, index + 1
                    following = bits[index] if index < len(bits) else None
            if (
                isinstance(following, _Day)
                and following.slot is None
                and _BETWEEN_HOURS_AND_DAY.fullmatch(plain, bit.end, following.start)
                and not _has_hours_after(plain, bits, index)
            ):
                index += 1
                if not following.refused:
                    yield _Wanted(bit.start, following.end, following.dates, bit)
            elif bit.alone and not _is_refused(plain, bit.start) and not _told(reading, bit):
                today = reading.today
                yield _Wanted(bit.start, bit.end, (today, today + timedelta(days=1)), bit)


_BETWEEN_WEEK_AND_DAY = re.compile(r"[ ,:]*(?:(?:le|la|de la|de|d'|du) ?)?")


def _names_day_of(plain: str, window: _Window, following: _Bit | None) -> bool:
    """Tell whether a day of that week follows: « la semaine prochaine, lundi ou mardi »."""
    return (
        window.precision == "semaine"
        and isinstance(following, _Day)
        and bool(_BETWEEN_WEEK_AND_DAY.fullmatch(plain, window.end, following.start))
    )


def _week_beside(plain: str, bits: Sequence[_Bit], first: int, after: int) -> _Window | None:
    """Return the week that stands just before or after a group of days, if there is one."""
    before = bits[first - 1] if first else None
    if isinstance(before, _Window) and _names_day_of(plain, before, bits[first]):
        return before
    following = bits[after] if after < len(bits) else None
    if (
        isinstance(following, _Window)
        and following.precision == "semaine"
        and _BETWEEN_WEEK_AND_DAY.fullmatch(plain, bits[after - 1].end, following.start)
    ):
        return following
    return None


def _told(reading: _Reading, bit: _Slot) -> bool:
    return _is_no_wish(reading.plain, bit.start, bit.end)


def _has_hours_after(plain: str, bits: Sequence[_Bit], index: int) -> bool:
    """Tell whether the day at ``index`` has its own hours just after it."""
    if index + 1 >= len(bits) or not isinstance(bits[index + 1], _Slot):
        return False
    return bool(_BETWEEN_DAY_AND_HOURS.fullmatch(plain, bits[index].end, bits[index + 1].start))


_DayAndHours = tuple[_Day, tuple[_Slot, ...]]


def _day_group(plain: str, bits: Sequence[_Bit], index: int) -> tuple[list[_DayAndHours], int]:
    """Return the days that stand together from ``index``, each with its hours; and what comes next."""
    group: list[_DayAndHours] = []
    while index < len(bits):
        day = bits[index]
        if not isinstance(day, _Day):
            break
        if group:
            before = group[-1][1][-1] if group[-1][1] else group[-1][0]
            if not _BETWEEN_DAYS.fullmatch(plain, before.end, day.start):
                break
            if group[-1][0].refused and _AND.search(plain[: day.start]):
                day = msgspec.structs.replace(day, refused=True)
        index += 1
        slots: list[_Slot] = []
        while index < len(bits):
            slot = bits[index]
            last = slots[-1] if slots else day
            if not isinstance(slot, _Slot) or not _BETWEEN_DAY_AND_HOURS.fullmatch(
                plain, last.end, slot.start
            ):
                break
            slots.append(slot)
            index += 1
        group.append((day, tuple(slots)))
    return group, index


def _days_wanted(group: Sequence[_DayAndHours], week: _Window | None) -> Iterator[_Wanted]:
    """Yield the days of a group, of that week; hours said once, after the last, hold for all."""
    shared: tuple[_Slot, ...] = ()
    if all(not slots and day.slot is None for day, slots in group[:-1]):
        shared = group[-1][1]
    for day, slots in group:
        if day.refused:
            continue
        if week is not None:
            dates = tuple(d for d in day.dates if week.begin <= d < week.until)
            day = msgspec.structs.replace(day, dates=dates or day.dates)
        hours = _hours(day, slots or shared)
        end = slots[-1].end if slots else day.end
        if not hours:
            yield _Wanted(day.start, day.end, day.dates, None)
        elif len(hours) == 1:
            yield _Wanted(day.start, end, day.dates, hours[0])
        else:
            yield _Wanted(day.start, hours[0].end, day.dates, hours[0])
            for slot in hours[1:]:
                yield _Wanted(slot.start, slot.end, day.dates, slot)


def _hours(day: _Day | None, slots: Sequence[_Slot]) -> tuple[_Slot, ...]:
    """Return the hours of a day: a clock time said with a part of the day replaces it."""
    every = (day.slot, *slots) if day is not None and day.slot is not None else tuple(slots)
    clocks = tuple(slot for slot in every if slot.precision == "heure")
    parts = tuple(slot for slot in every if slot.precision == "partie")
    if not clocks:
        return parts
    if parts and parts[0].begin >= 18 * 60:
        return tuple(
            msgspec.structs.replace(c, begin=c.begin + _HALF_DAY, until=c.until + _HALF_DAY)
            if c.begin < _HALF_DAY
            else c
            for c in clocks
        )
    return clocks


def _at(day: date, minutes: int) -> datetime:
    """Return a Brussels time; minutes may run into the next day."""
    days, rest = divmod(minutes, 24 * 60)
    return datetime.combine(day + timedelta(days=days), time(rest // 60, rest % 60), BRUSSELS)


def _placed(
    wanted: _Wanted | _Window, now: datetime
) -> tuple[datetime, datetime, Precision] | None:
    """Return the window of a moment: its next occurrence that is not over, ``None`` if all are."""
    if isinstance(wanted, _Window):
        begin, until = _at(wanted.begin, 0), _at(wanted.until, 0)
        return (begin, until, wanted.precision) if until > now else None
    slot = wanted.slot
    for day in wanted.dates:
        begin = _at(day, slot.begin if slot else 0)
        until = _at(day, slot.until if slot else 24 * 60)
        if until > now:
            return begin, until, slot.precision if slot else "jour"
    return None


_TRIGGER = re.compile(
    any_of(
        r"""dis?\b dimanche demain hui\b matin midi soir nuit jour [0-9]_?[hu:] heure semaine week \bwe\b mois
        vacances conge [0-9]/ \ble_[0-9] \bdu_[0-9] \bau_[0-9] feri rentree ete\b noel paques toussaint maintenant
        suite \bsam\b \blun\b \bven \bdim\b \bmer\b \bjeu\b \bmar\b quinzaine \bsem\b nicolas ascension pentecote
        [0-9]_j\b \bh\b"""
    )
    + f"|{MONTH}"
)


def find_moments(
    text: str, now: datetime, calendar: SchoolCalendar | None = None
) -> tuple[MomentMention, ...]:
    """Return the times a parent would like, in order of the text, each at its next occurrence.

    Args:
        text: the message as typed.
        now: when it was typed; without time zone, Brussels time.
        calendar: school and public holidays. Without it, « les vacances » and « jours fériés » are
            not read, and « cet été » is July and August.

    Returns:
        The moments still to come; never raises, whatever the text.

    >>> now = datetime(2026, 3, 11, 10, 0)
    >>> [f"{m.debut:%d/%m %H:%M}" for m in find_moments("plutôt jeudi aprem ou samedi", now)]
    ['12/03 12:00', '14/03 00:00']
    """
    local = now.replace(tzinfo=BRUSSELS) if now.tzinfo is None else now.astimezone(BRUSSELS)
    folded = _respelled(fold(text))
    if not _TRIGGER.search(folded.plain):
        return ()
    reading = _Reading(folded.plain, local, calendar)
    mentions = []
    for wanted in (*_right_now(reading), *_wanted(reading, _bits(reading))):
        placed = _placed(wanted, local)
        if placed is not None:
            start, end = folded.span(wanted.start, wanted.end)
            mentions.append(MomentMention(start, end, text[start:end], *placed))
    return tuple(sorted(mentions, key=lambda mention: (mention.start, mention.debut)))


def _right_now(reading: _Reading) -> Iterator[_Wanted]:
    """Yield « maintenant », « dans une heure » — as an answer, not « maintenant il a 5 ans »."""
    minute = reading.now.hour * 60 + reading.now.minute
    for match in _NOW.finditer(reading.plain):
        opened = re.search(r"ouvert", reading.plain[max(0, match.start() - 20) : match.end() + 20])
        few = 1 if "maintenant" in match[0] else 3
        if opened or _other_words(reading.plain, *match.span()) <= few:
            slot = _Slot(*match.span(), minute, minute + 60, "heure")
            yield _Wanted(*match.span(), (reading.today,), slot)
            return
    for match in _IN_TIME.finditer(reading.plain):
        if match["unite"].startswith("h"):
            begin = minute + int(number_value(match["n"]) * 60)
            slot = _Slot(*match.span(), begin, begin + 60, "heure")
            yield _Wanted(*match.span(), (reading.today,), slot)
