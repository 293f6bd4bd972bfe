"""Finds how old the parent's children are — born, to be born, or by their class — in months.

French only, however it is typed: « 2 ans et dmi », « bientôt un an », « enceinte de 20 semaines »,
« née en mars 2025 », « il rentre en maternelle ». What is *not* a child's age is the harder half: the
parent's own age, how long something lasted, a waiting list, an age limit. A quantity is an age unless
what stands around it says otherwise; weeks, days, « un an » and « un mois » need a reason to be one.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Iterable, Iterator
from datetime import date, timedelta

import msgspec

OLDEST_CHILD_YEARS = 18
MONTHS_OF_PREGNANCY = 9
WEEKS_OF_PREGNANCY = 40
DAYS_PER_MONTH = 30.4375
# The last days before birth are still before birth.
_BARELY_UNBORN = -0.5


class AgeMention(msgspec.Struct, frozen=True):
    """An age said in a message: where (offsets in the original text), what, and its value.

    ``mois`` counts completed months: 30 for « deux ans et demi », 0 for a newborn, -4 for « enceinte
    de 5 mois ». Weeks are turned into months with one decimal.
    """

    start: int
    end: int
    text: str
    mois: float


# --- Reading a text without its accents, and finding one's way back --------------------------------


class Folded(msgspec.Struct, frozen=True):
    """A text in plain lower-case letters, with the way back to the original.

    ``starts[i]`` and ``ends[i]`` bound, in the original, the character that became ``plain[i]``; both
    are ``None`` when nothing moved.
    """

    plain: str
    starts: tuple[int, ...] | None = None
    ends: tuple[int, ...] | None = None

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return where ``plain[start:end]`` (not empty) stands in the original text."""
        if self.starts is None or self.ends is None:
            return start, end
        return self.starts[start], self.ends[end - 1]


_APOSTROPHES = frozenset("’‘`´ʼ′ʹ＇")
_DASHES = frozenset("‐‑‒–—―−")
_WRITTEN_OUT = {"½": " 1/2", "œ": "oe", "æ": "ae", "Œ": "oe", "Æ": "ae"}
_ELONGATION = re.compile(r"([a-z])\1{2,}")


@functools.lru_cache(maxsize=4096)
def _folded_character(character: str) -> str:
    """Return what one character becomes: nothing for an accent typed apart or a joiner of emoji."""
    if character.isspace():
        return "\n" if character in "\n\r\v\f\x85\u2028\u2029" else " "
    if character in _APOSTROPHES:
        return "'"
    if character in _DASHES:
        return "-"
    if character in _WRITTEN_OUT:
        return _WRITTEN_OUT[character]
    lower = unicodedata.normalize("NFKD", character).lower()
    kept = (c for c in unicodedata.normalize("NFKD", lower) if unicodedata.category(c)[0] != "M")
    return "".join(c for c in kept if unicodedata.category(c) not in ("Cf", "Cc"))


def fold(text: str) -> Folded:
    """Return ``text`` in lower case without accents, ligatures and elongations.

    >>> folded = fold("Né à l’œuvre")
    >>> folded.plain, folded.span(0, 2)
    ("ne a l'oeuvre", (0, 2))
    """
    if text.isascii() and text.isprintable():
        folded = Folded(text.lower())
    else:
        plain: list[str] = []
        starts: list[int] = []
        ends: list[int] = []
        for position, character in enumerate(text):
            became = _folded_character(character)
            if not became and ends:
                ends[-1] = position + 1
            for letter in became:
                plain.append(letter)
                starts.append(position)
                ends.append(position + 1)
        folded = Folded("".join(plain), tuple(starts), tuple(ends))
    return _shortened(folded) if _ELONGATION.search(folded.plain) else folded


def replaced(folded: Folded, changes: Iterable[tuple[int, int, str]]) -> Folded:
    """Return the text with stretches (start, end, new letters) changed; each keeps its original place."""
    starts = folded.starts or tuple(range(len(folded.plain)))
    ends = folded.ends or tuple(range(1, len(folded.plain) + 1))
    plain: list[str] = []
    new_starts: list[int] = []
    new_ends: list[int] = []
    kept = 0
    for start, end, letters in changes:
        plain += (folded.plain[kept:start], letters)
        new_starts += (*starts[kept:start], *([starts[start]] * len(letters)))
        new_ends += (*ends[kept:start], *([ends[end - 1]] * len(letters)))
        kept = end
    plain.append(folded.plain[kept:])
    return Folded("".join(plain), (*new_starts, *starts[kept:]), (*new_ends, *ends[kept:]))


def _shortened(folded: Folded) -> Folded:
    """Undo elongations: « deuuux ans » reads « deux ans »."""
    runs = _ELONGATION.finditer(folded.plain)
    return replaced(folded, [(run.start(), run.end(), run[1]) for run in runs])


_LETTERS = "abcdefghijklmnopqrstuvwxyz"


def slips(word: str) -> Iterator[str]:
    """Yield what one slip of the finger makes of ``word``: a letter lost, swapped, changed or added."""
    for i in range(len(word) + 1):
        head, tail = word[:i], word[i:]
        if tail:
            yield head + tail[1:]
            if len(tail) > 1:
                yield head + tail[1] + tail[0] + tail[2:]
            for letter in _LETTERS:
                yield head + letter + tail[1:]
        for letter in _LETTERS:
            yield head + letter + tail


def slips_of(words: str, real: str) -> dict[str, str]:
    """Return the slips of each of ``words``, with the word meant, save the ``real`` words among them."""
    meant = {typed: word for word in words.split() for typed in slips(word)}
    for word in (*words.split(), *real.split()):
        meant.pop(word, None)
    return meant


# --- Numbers in letters, as they are said in Belgium and as they are misspelt -----------------------

_UNITS = {
    0: "zero",
    1: "un une",
    2: "deux deu deus deuxx",
    3: "trois troi troix trwa tois",
    4: "quatre quatr quatres quattre katre catre qatre",
    5: "cinq cinque cink sinq sinc cinc cin",
    6: "six siss",
    7: "sept cept set",
    8: "huit huits huite uit hui",
    9: "neuf neuff nef",
    10: "dix diss",
    11: "onze onz",
    12: "douze douz doze",
    13: "treize treiz traize trez",
    14: "quatorze quatorz katorze catorze",
    15: "quinze quinz kinze kinz",
    16: "seize seiz saize seze",
    17: "dix-sept dis-sept dix-set dix-cept disept diset dizset",
    18: "dix-huit dis-huit dix-uit dizuit disuit dizhuit dix-hui",
    19: "dix-neuf dis-neuf dizneuf",
}
_TENS = {
    80: "quatre-vingts quatre-vingt huitante octante",
    20: "vingts vingt vint vin vigt",
    30: "trente trante",
    40: "quarante karante",
    50: "cinquante",
    60: "soixante",
    70: "septante",
    90: "nonante",
}


def _spelled(spellings: str) -> list[str]:
    return spellings.split()


_UNIT_VALUES = {
    word.replace("-", ""): value for value, words in _UNITS.items() for word in _spelled(words)
}
_TEN_VALUES = {
    word.replace("-", ""): value for value, words in _TENS.items() for word in _spelled(words)
}


def _alternatives(words: Iterable[str]) -> str:
    """Return a pattern of the words, longest first; a hyphen may be a space, or left out."""
    ordered = sorted(words, key=len, reverse=True)
    return "|".join(word.replace("-", "[ -]{0,2}") for word in ordered)


_UNIT = _alternatives(w for words in _UNITS.values() for w in _spelled(words))
_TEN = _alternatives(w for words in _TENS.values() for w in _spelled(words))
NUMBER_WORD = rf"(?:(?:{_TEN})(?:[ -]{{0,2}}(?:et[ -])?(?:{_UNIT}))?|{_UNIT})(?![a-z])"


def number_value(written: str) -> float:
    """Return the value of digits (« 2,5 ») or of folded words (« septante-deux »).

    Raises:
        ValueError: ``written`` is neither.
    """
    compact = re.sub(r"[ -]", "", written)
    if compact[:1].isdigit():
        return float(compact.replace(",", "."))
    if compact in _UNIT_VALUES:
        return _UNIT_VALUES[compact]
    for ten in sorted(_TEN_VALUES, key=len, reverse=True):
        if compact.startswith(ten):
            rest = compact[len(ten) :]
            if not rest:
                return _TEN_VALUES[ten]
            unit = _UNIT_VALUES.get(rest, _UNIT_VALUES.get(rest.removeprefix("et")))
            if unit is not None:
                return _TEN_VALUES[ten] + unit
    raise ValueError(f"not a number: {written!r}")


# --- Dates in words ----------------------------------------------------------------------------------

_MONTHS = {
    1: "janvier janvié janvie janv",
    2: "fevrier fevrie frevrier fevier fevr fev",
    3: "mars",
    4: "avril avri avr",
    5: "mai",
    6: "juin juins",
    7: "juillet juillets juilet juliet juillé juil",
    8: "aout aouts aou",
    9: "septembre septenbre setembre septambre sept",
    10: "octobre octobe octombre oct",
    11: "novembre novenbre novambre nov",
    12: "decembre decenbre desembre dessembre dec",
}
MONTH_VALUES = {
    word.replace("é", "e"): month for month, words in _MONTHS.items() for word in _spelled(words)
}
MONTH = rf"(?:{'|'.join(sorted(MONTH_VALUES, key=len, reverse=True))})(?![a-z])"
YEAR = r"(?:20[0-4][0-9])(?![0-9])"

_LAST_YEAR = r"(?:de )?(?:l'|l )?an(?:nee)? (?:passee?|derniere?)"
# Groups: j, m, a (in figures) or mm, aa; or jour, partie, mois, annee; or noel; or seule, a bare year.
_DATE = (
    r"(?:(?:le |du |au )?(?P<j>[0-3]?[0-9]) ?[/.-] ?(?P<m>[01]?[0-9])"
    r"(?: ?[/.-] ?(?P<a>(?:20)?[0-4][0-9]))?(?![0-9/])"
    r"|(?P<mm>0?[1-9]|1[0-2])/(?P<aa>20[0-4][0-9])(?![0-9])"
    r"|(?:le |du |au )?(?:(?:lun|mar|mercre|jeu|vendre|same)di |dimanche )?"
    r"(?:(?P<quantieme>[0-3]?[0-9])(?: ?er)? ?|(?P<partie>debut|fin|mi|milieu|courant)[ -](?:de |du )?)?"
    rf"(?:le )?(?:mois (?:de |d'))?(?P<nom_mois>{MONTH})"
    rf"(?: (?:de )?(?P<annee>{YEAR}|[12][0-9](?![0-9a-z:])|{_LAST_YEAR}|dernier|passe))?"
    r"|(?:la )?(?P<noel>noel)"
    rf"|(?:(?P<an_partie>debut|fin|mi)[ -])?(?P<seule>{YEAR}))"
)


def _read_date(match: re.Match[str], today: date, *, future: bool) -> date | None:
    """Return the day meant: the middle of a month or year when no more is said.

    Without a year, the nearest one in the past, or in the future when ``future``.
    """
    groups = match.groupdict()
    if groups["seule"]:
        month = {"debut": 2, "fin": 11}.get(groups["an_partie"] or "", 7)
        return _day(int(groups["seule"]), month, 1)
    if groups["mm"]:
        return _day(int(groups["aa"]), int(groups["mm"]), 15)
    if groups["noel"]:
        day, month, year = 25, 12, None
    elif groups["m"]:
        day, month, year = int(groups["j"]), int(groups["m"]), groups["a"]
    else:
        day = int(groups["quantieme"] or {"debut": 5, "fin": 25}.get(groups["partie"] or "", 15))
        month, year = MONTH_VALUES[groups["nom_mois"]], groups["annee"]
    if year is not None and year[-1].isdigit():
        number = int(year[-4:].strip())
        return _day(number + 2000 if number < 100 else number, month, day)
    if year is not None and "an" in year:
        return _day(today.year - 1, month, day)
    found = _day(today.year, month, day)
    if found is None:
        return None
    # « née en mars », said in March: a few days ago, not a year ago.
    if future and found < today:
        return today if _same_month(found, today, groups) else _day(today.year + 1, month, day)
    if not future and found > today:
        return today if _same_month(found, today, groups) else _day(today.year - 1, month, day)
    return found


def _same_month(found: date, today: date, groups: dict[str, str | None]) -> bool:
    vague = not groups["quantieme"] and not groups["j"] and not groups["noel"]
    return vague and found.month == today.month


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _age_on(today: date, born: date) -> float:
    """Return the months completed since ``born``; before birth, months left with one decimal."""
    if born > today:
        return min(_BARELY_UNBORN, round(-(born - today).days / DAYS_PER_MONTH, 1))
    months = (today.year - born.year) * 12 + today.month - born.month - (today.day < born.day)
    return float(months)


# --- Ordinals: « 3e », « troisième » — of classes and months here, of places in ``ranks`` ---------------

ORDINAL = (
    r"(?:[1-9](?: ?(?:ere?s?|i?emes?|iere)|res?|e|es|nde?|d|st|rd|th)(?![a-z'])"
    r"|(?:prem(?:ier|iere|iers|ieres)?|second(?:e|s|es)?|segond|deu[xz]i?em(?:es?)?|deusieme"
    r"|tro[iy][sz]i?em(?:es?)?|quatr?i?em(?:es?)?|[cs]in[qk]u?i?em(?:es?)?|si[xs]iem(?:es?)?"
    r"|septiem(?:es?)?|huitiem(?:es?)?|neuviem(?:es?)?)(?![a-z]))"
)
_ORDINAL_STARTS = {
    "pre": 1,
    "deu": 2,
    "sec": 2,
    "seg": 2,
    "tro": 3,
    "qua": 4,
    "cin": 5,
    "sin": 5,
    "six": 6,
    "sis": 6,
    "sep": 7,
    "hui": 8,
    "neu": 9,
}


def ordinal_value(written: str) -> int:
    """Return the number of a folded ordinal that ``ORDINAL`` matched: 3 for « 3e » or « troisieme »."""
    return int(written[0]) if written[0].isdigit() else _ORDINAL_STARTS[written[:3]]


# --- Quantities: « 18 mois », « 4 et 6 ans », « 2 ans et demi » -------------------------------------

_DIGITS = r"[0-9]{1,3}(?:[.,][0-9]{1,2})?(?![0-9])"
# « il a2ans », « g2ans » are written together; « rue 12a2 » is not an age.
_COUNT = (
    rf"(?:(?:(?<![0-9a-z/€#])(?<![0-9][.,])|(?<=\ba)|(?<=\bg)){_DIGITS}(?: ?1/2)?|\b{NUMBER_WORD})"
)
_YEAR_UNIT = r"(?:an(?:s|ss|n?ee?s?|n)?|ens)(?![a-z])"
_MONTH_UNIT = (
    r"(?:m(?:ois|oiss|oix|wa|oies|os|ois?s)|moi(?! (?:aussi|meme|non plus|qui|je|c'est)))(?![a-z'])"
)
_WEEK_UNIT = r"(?:sem{1,2}a[iy]n{1,2}es?|semain|semiane?s?|semeine?s?|smaines?|sems?)(?![a-z])"
_DAY_UNIT = r"(?:jours?|jrs?|j)(?![a-z'])"
_DEMI = r"(?:d'? ?e?m+ ?[iy]+e?s?|d[a-z]mie?|de[a-z]ie?|dem[a-z]|dmei|edmi|1/2|un demi)"
_HALF = rf"(?: ?(?:et|&|\+|e) ?{_DEMI}| {{0,2}}1/2(?![0-9/])| d'?e?mie?)(?![a-z0-9])"
_UNITS_OF_AGE = (
    rf"(?:(?P<an>{_YEAR_UNIT})|(?P<mois>{_MONTH_UNIT})|(?P<sem>{_WEEK_UNIT})|(?P<jour>{_DAY_UNIT}))"
)
_QUANTITY = rf"(?P<n>{_COUNT}) ?-?{_UNITS_OF_AGE}(?P<demi>{_HALF})?"
_MEASURE = re.compile(_QUANTITY)
_SEPARATOR = r"(?: ?[,;] ?(?:et |ou |puis )?| et | ou | e | a | puis | ?[-/&+] ?)"
_HEAD = re.compile(rf"(?:{_COUNT}(?:{_SEPARATOR})){{1,6}}$")
_HEAD_ITEM = re.compile(rf"({_DIGITS}|\b{NUMBER_WORD})({_SEPARATOR})")
_HEAD_REACH = 60


# A slip is mended where its neighbour leaves no doubt: « 18 mios », « ttois ans » — not « 2 fois ».
_UNIT_SLIPS = slips_of(
    "mois ans semaine semaines jours",
    """moi fois bois rois lois mots mais mars moins mos dans sans vans pans bans as an ens ins ons ane anse ants
    jour tours cours fours joues jouer jeurs""",
)
_NUMBER_SLIPS = slips_of(
    "deux trois quatre cinq sept huit neuf onze douze treize quatorze quinze seize vingt trente",
    """crois yeux ceux veux peux jeux feux veuf oeuf nuit suit cuit fuit cent sent set cet trios quatres dur deu
    seule seize quinze douce bouze""",
)
_WORD_SLIPS = slips_of(
    """enceinte grossesse maternelle primaire secondaire naissance bientot presque accouche depuis pendant
    attente formation""",
    """enceintes grossesses maternelles paternelle primaires secondaires naissances accouchee accoucher accouches
    accoucha jaccouche presques rendant tendant vendant fendant pendants attentes formations depuit""",
)
_WORD = re.compile(r"[a-z0-9]+")
_EXACT_NUMBER = re.compile(rf"[0-9]{{1,2}}|{NUMBER_WORD}")
_EXACT_UNIT = re.compile(r"ans?|mois|semaines?|jours?")


def _mended(folded: Folded) -> Folded:
    """Return the text with slips mended in quantities and in the long words that tell an age."""
    words = list(_WORD.finditer(folded.plain))
    changes: list[tuple[int, int, str]] = []
    for index, match in enumerate(words):
        word = match[0]
        meant = _WORD_SLIPS.get(word)
        if word in _UNIT_SLIPS and index and _EXACT_NUMBER.fullmatch(words[index - 1][0]):
            meant = _UNIT_SLIPS[word]
        following = words[index + 1][0] if index + 1 < len(words) else ""
        if word in _NUMBER_SLIPS and _EXACT_UNIT.fullmatch(following):
            meant = _NUMBER_SLIPS[word]
        if meant is not None:
            changes.append((*match.span(), meant))
    return replaced(folded, changes) if changes else folded


class _Found(msgspec.Struct, frozen=True):
    """A stretch of the folded text that is settled: an age in months, or (``None``) surely not one."""

    start: int
    end: int
    mois: float | None


def _count(written: str) -> float:
    """Return the value of a count, « 2 1/2 » included."""
    half = written.endswith("1/2") and len(written) > 3
    return number_value(written.removesuffix("1/2").strip() if half else written) + 0.5 * half


def _unit_of(match: re.Match[str]) -> str:
    """Return the unit of a matched quantity: "an", "mois", "sem" or "jour"."""
    return next(name for name in ("an", "mois", "sem", "jour") if match[name])


def _in_months(count: float, unit: str) -> float:
    """Return ``count`` units in months; weeks and days of the first month are 0."""
    if unit == "an":
        return round(count * 12, 1)
    if unit == "mois":
        return count
    days = count * (7 if unit == "sem" else 1)
    return round(days / DAYS_PER_MONTH, 1) if days >= DAYS_PER_MONTH else 0.0


def _quantity_in_months(match: re.Match[str]) -> float:
    """Return a matched quantity in months, « et demi » included."""
    return _in_months(_count(match["n"]) + (0.5 if match["demi"] else 0), _unit_of(match))


def _precise_months(match: re.Match[str]) -> float:
    """Return a matched quantity in months, fractions of the first month too."""
    if match["an"] or match["mois"]:
        return _quantity_in_months(match)
    days = _count(match["n"]) * (7 if match["sem"] else 1)
    return round(days / DAYS_PER_MONTH, 1)


# --- Words around an age ------------------------------------------------------------------------------


def any_of(words: str) -> str:
    """Return a pattern of the alternatives listed in ``words``, where « _ » stands for a space."""
    return "(?:" + "|".join(words.split()).replace("_", " ") + ")"


_CHILD = any_of(
    r"""fils fis fiston fille(?:tte)?s? fifille garcon(?:net)?s? garson gars bebes? bb bbs baby enfants? enfan
    gamine?s? gosses? petite?s? ptite?s? p'tite?s? tite?s? pitchoun\w* petiot\w* grande?s? aine(?:e|s|es)? ene
    cadet(?:te)?s? benjamine? dernier derniere puces? pucette loulous? loulout(?:e|te) loup bouts? bambine?s?
    poupon nourrissons? jumeaux jumelles? triples? ados? adolescente?s? jeunes? momes? minots? princesse tresor
    bonhomme chou choupette neveux? niece filleule? frere frangin soeur nouveau[-_]?nee? miens? mienne siens?
    sienne kids? boy demoiselle mineure? mena eleve prema age"""
)
_ADULT = any_of(
    r"""(?:maman|mere|papa|pere|parents?)s?(?:_(?:ado|adolescente?|mineure?|celib\w*|solo|seule?|isolee?))* mari
    compagnon compagne copain copine conjointe? femme epou(?:se|x) mec homme dame monsieur madame beau[-_]pere
    belle[-_]mere grand[-_]?(?:mere|pere|parent)s? mam[iy]e? pap[iy] bomma bonne[-_]maman tante oncle
    assistante? nounou gardienne accueillante baby[-_]?sitter etudiante? lyceenne benevole ouvriere?
    puericultrice instit\w* ex"""
)
_PERSON = re.compile(rf"\b(?:(?P<adulte>{_ADULT})|(?P<enfant>{_CHILD}))(?![a-z])")
# « le fils de mon compagnon, 17 ans » : the child's.
_CHILD_OF = re.compile(
    rf"\b{_CHILD} (?:de |d')(?:mon |ma |notre |son |sa |leur |la |un |une |l')?{_ADULT}(?![a-z])"
)

# What may stand between the verb and the number without changing the age.
_ABOUT = any_of(
    r"""environ a_peu_pres plus_ou_moins \+/- a_peine tout_juste juste deja seulement (?:un_peu_)?plus_(?:de|d')
    pas_loin_de exactement maintenant (?<=a_)que (?<=ont_)que tt_juste actuellement aujourd'hui enfin
    (?:vien[st]|venait)_(?:juste_|tout_juste_)?d'avoir (?:a|ont)_(?:fait|fete|eu)(?:_ses)? fait_ses
    (?:doit|doivent|devrait)_(?:bien_)?avoir dans_les autour_de vers_les"""
)
# What says that the birthday is still to come.
_SOON = any_of(
    r"""bientot bientt presque quasi(?:ment)? pas_encore pas_tout_a_fait pas_tt_a_fait
    (?:n'a|n'ont|il_a|elle_a|l'a)_(?:meme_)?pas moins_(?:de|d') approche_(?:de_|d'|des_)?(?:ses_)?
    (?:va|vas|vont)_(?:bientot_|deja_)?(?:avoir|feter|faire|sur|su)(?:_(?:ses|c|ces|les))?
    (?:aura|auras|auront|ora|fetera|feteront|fera|fete|fetent)(?:_(?:bientot|deja|juste))?(?:_(?:ses|leurs|c))?"""
)
_MODIFIER = re.compile(rf"(?<![a-z])(?:{_SOON}|{_ABOUT}) ?(?:(?:de|d') ?)?$")
_WILL_HAVE = re.compile(
    r"\b(?:aura|auras|auront|ora|va avoir|vont avoir|fetera|fete|fera|va (?:feter|faire))\b"
)

_LEFT_REACH = 70
_CLAUSE_END = re.compile(r"[.!?;\n…](?![0-9])")
_LASTING = any_of(
    r"""depui[st]? dpuis dps pendant pendent pdt durant apres avant dans ds d'ici sous endeans
    jusqu'?(?:_?a|_?aux?|_?en)? jusque?s? (?:il_)?y_?'?a i[l_]?y_?a ilya iya d'?ya en par sur contre
    [cs]a_(?:fait|fai|va_faire|faisait) cela_fait c_fait voila voici chaques? au_bout_d[e'] encore reste restait
    (?:tous|toutes|tout|tte?s?)_les manque plus_que rien_que faut fallait faudra fois moyenne"""
)
_DOING = any_of(
    r"""attendre attends? attendu dure duree? durera tenir rattraper perdu donner? prend prendre pris
    travailler? bosse vecu vi[st] vivre passer? habite arrivee?s? paye cotise avoir ferme\w* partie?s? partir
    commence(?:nt)?(?:_a)? ici la-bas belgique devons doi[st] doivent avait avaient avais mari[e]+s? ensemble
    separee?s? divorcee?s? enceinte(?:_de)? (?!fait|lait)[a-z]{2,}ait_(?:deja_)?a
    parle[er]?s?_(?:qu'a|a) marche[er]?_(?:qu'a|a)
    (?:ne|nee|nes|nees|accouche\w*|naissance|prema\w*)(?:_[a-z]+)?_(?:a|de)"""
)
_LIMIT = any_of(
    r"""au aux des du les cet? ces nos mes son mon premiere?s dernier(?:e?s)? prochaine?s minimum max(?:imum)?
    taille tail t pyjamas? bod(?:y|ies) a_partir_d[e'] au[-_]dela_d[e'] (?:a|de)_(?:plus|moins)_d[e']
    (?:depuis|avant|jusqu'?a|des|apres|pour|a|vers)_(?:ses|leurs|les|mes|nos) pas non"""
)
_NOT_AN_AGE_BEFORE = re.compile(rf"(?:\b(?:{_LASTING}|{_DOING}|{_LIMIT})|[€$£]) ?$")
_DURATION_NOUN = re.compile(
    r"\b"
    + any_of(
        r"""contrats? formations? modules? stages? cdd cdi bail baux conges? garantie preavis delais? periodes?
        peines? sejours? missions? interim pauses? attente listes? cours absences? durees? relation mariage
        couple experience anciennete retards? credit emprunt abonnements? essai sursis semaines? maladie arret
        interruption cycles? programmes? projets? traitement suspension exclusion renvoi chomage procedure
        carte visa separation ecolage gardes? accueil occupation prison vie vide silence avance mois ecart
        difference gestation temps formule forfait nuits? tour echo\w* visite rdv rendez-vous
        remplacement revalidation hospitalisation cure plan place session stock provision pension
        loyers? factures? dettes? arrieres?"""
    )
    + r"(?: [a-z]+)? (?:de |d')$|\b"
    + any_of(
        """contrat cdd formation module stage bail conge garantie preavis delai sejour duree abonnement prison
        chomage"""
    )
    + " $"
)
_HAS = (
    r"(?:(?:qui|il|elle|ils|elles|on|n'|ne|y|en|deja|lui|eux) ?)*(?:a|ont|as|est|sont|ayant|avec)"
)
_LINK = rf"(?:{_HAS}|agee?s? ?(?:de|d')?|de|d'|a l'age (?:de|d')|c'est|c|pour|soit)"
_BREAK = any_of(
    r"""depuis pendant durant apres avant dans ds attend\w* cherch\w* travail\w* reprend\w* il y je j ya pour
    garde\w* absent\w* malade hospit\w* place[er]? chez jusqu\w* fait voila ferme\w* des du aux? en par sur
    entre taille ans mois"""
)
_CHILD_BEFORE = re.compile(
    rf"\b{_CHILD}(?![a-z])(?P<entre>(?:[ ,:(=-]+(?!{_BREAK}(?![a-z]))[a-z'-]+){{0,2}}?)"
    rf"[ ,:(=-]*(?P<lien>(?<![a-z]){_LINK})?[ ,:(=-]*$"
)
_THIRD_PERSON_BEFORE = re.compile(
    r"\b(?:il|elle|ils|elles|i|el|ell|ele|qui|celui-ci|lui|ila|ela|elle) ?"
    r"(?:n')?(?:ne )?(?:a|ont|est|a ete)? ?$"
)
_AGED_BEFORE = re.compile(r"\b(?:agee?s? (?:de|d')|age ?[:=]?|l'age (?:de|d')|ages?)[ :=]*$")
_WRITER_HAS = re.compile(
    r"\b(?:j ?'? ?(?:ai|avais|aurai|e)|jai|je|javais|g|ge|(?:on|nous) (?:a|avons)|moi|mes|mon age)"
    r"(?: (?:eu|que|moi|pas))?[ ,:]*$"
)
_WRITER_IS = re.compile(
    r"\b(?:suis|sui|jsuis|chuis|chui|moi|etant) "
    r"(?:(?:une?|la|le|encore|deja|jeune|future|tres|aussi|papa|maman) )*"
    r"(?:ados?|adolescente?|fille|femme|maman|mere|papa|pere|etudiante?|lyceenne|eleve|mineure?|garcon|gars"
    r"|homme|jeune|agee?)(?: (?:ado|adolescente?|solo|celib\w*|seule?|enceinte|mineure?|mere|maman|papa))*"
    r",? ?(?:agee? )?(?:de |d')?$"
)
_PARENT_AFTER = re.compile(
    r",? ?(?:et |avec |mais |tous les deux|toutes les deux|a deux|chacun)? ?"
    r"(?:je |j'|jai |jsuis |g |enceinte|deja (?:maman|mere)|maman|mere |(?:un|1|mon) (?:bebe|bb)"
    r"|une? (?:fils|fille|garcon)|tou(?:s|tes) les deux|[^.!?]{0,30}\bmes parents)"
    r"|,? ?(?:et|avec) (?:mon fils|ma fille)"
)
_YOUNGEST_PARENT_YEARS = 12
_DETERMINED = re.compile(
    r"\b(?:mon|ma|mes|notre|nos|son|sa|ses|leur|le|la|les|une?|ce|cette|cet|l')[ '][^,.]*$"
)
# « une jeune de 16 ans enceinte »: the mother to be.
_SOMEONE_BEFORE = re.compile(r"\b(?:une?|d'une?) [^,.]*$")
_PREGNANT_AFTER = re.compile(r" (?:est )?enceinte")
_NEVER_AGE_BEFORE = re.compile(
    r"(?:\bde (?:plus|moins) d[e']|\b[cs]a va faire|\bplus que|\b(?:a partir|au[- ]dela) d[e']"
    r"|\b(?:depuis|il y a) (?:plus |presque |bientot |deja |environ )*(?:de |d')?) ?$"
)
# After these, a quantity lasts or differs, whatever stands before it.
_NEVER_AGE_AFTER = re.compile(
    " ?"
    + any_of(
        r"""(?:de_|d'|de_ma_|de_la_)?gros{1,2}es sur_(?:la_|une_)?liste au_proprietaire d'?attente de_retard
        de_loyers? de_garantie de_preavis d'ecart d'avance de_difference de_moins de_plus(?!_en) d'experience
        d'anciennete de_mariage de_vie_commune de_relation de_couple ensemble de_formation de_stage de_contrat
        de_conge de_chomage de_maladie d'intervalle d'arrieres? de_prison
        de_(?:cours|boulot|travail|trajet|route|bus|train|galere|silence|combat|celibat|separation|divorce)
        plus_tard auparavant d'affilee de_suite consecutifs? par_(?:mois|an|semaine|jour) sur_[0-9]
        renouvelable max(?:i|imum|imums)?\b minimum d'essai sans_(?:nouvelles?|reponse|dormir|un_jour)
        et_plus\b apres_(?:la|l'|le|mon) ch(?:er|ers|ere|eres)\b"""
    )
)
# After these, it lasts, unless the words of a child govern the number (« bébé de 3 mois de Namur »).
_LASTS_AFTER = re.compile(
    " ?"
    + any_of(
        r"""(?:de_|d')(?!gross|vie\b|age\b|ma\b|mon\b|notre\b|la_part|trop|nom\b|quoi)[a-z] durant\b environ_d
        (?:que|qu'|ke|k')_?(?:je|j'|j\b|tu|il|elle|on|nous|vous|ils|mon|ma|mes|le|la|c'|ca|i_)
        pour_(?!le_|la_|l'|un|les_|mon_|ma_|mes_)[a-z]+(?:er|ir|re|oir)\b
        en_(?:mer|mission|voyage|prison|hopital) d'ici chez_(?:moi|lui|elle|son|sa)
        a_(?:l'hopital|l'etranger|attendre|tenir|passer|rattraper|tirer)"""
    )
)
# After these, it lasts when no child is named: « 3 ans ici », « deux ans sans grasse matinée ».
_MAY_LAST_AFTER = re.compile(
    r" ?" + any_of(r"apres\b avant\b (?:en_)?belgique ici\b sans\b a_la_maison")
)
# A waiting list, the size of clothes: no number of that clause is an age.
_WAITING_OR_SIZE = re.compile(r"\battente\b|\btailles?\b")
_NOT_DAYS_AFTER = re.compile(
    " ?"
    + any_of(
        r"""/ sur_ par_ semaine chez_ d' de_ la_semaine sem\b ouvrables? feries? scolaires? avec_ apres avant
        en_"""
    )
)


def _clause_before(plain: str, start: int) -> str:
    """Return what stands before ``start`` in the same clause."""
    reach = plain[max(0, start - _LEFT_REACH) : start]
    ends = [match.end() for match in _CLAUSE_END.finditer(reach)]
    return reach[ends[-1] :] if ends else reach


def _is_the_message(plain: str, start: int, end: int, words: int) -> bool:
    """Tell whether at most ``words`` words stand around ``plain[start:end]``."""
    around = f"{plain[:start]} {plain[end:]}"
    return len(re.findall(r"[a-z0-9]+", _POLITE.sub(" ", around))) <= words


_POLITE = re.compile(
    r"\b(?:bonjour|bjr|bonsoir|salut|coucou|hello|merci|svp|stp|s'il vous plait|oui|non|voila|euh|alors|ben|ok"
    r"|madame|monsieur|exactement|environ|pile|a peine|je crois|maintenant|pardon|tout juste)\b"
)


# --- Quantities that are ages -----------------------------------------------------------------------


class _Item(msgspec.Struct, frozen=True):
    """One number of a group: where it stands, as a count and in months."""

    start: int
    end: int
    count: float
    mois: float


class _Group(msgspec.Struct, frozen=True):
    """The numbers that share one unit: « 4 et 6 ans »; « un an et 3 mois » is one number."""

    unit: str
    items: tuple[_Item, ...]
    separators: tuple[str, ...]

    @property
    def start(self) -> int:
        """Where the first number starts."""
        return self.items[0].start

    @property
    def end(self) -> int:
        """Where the unit of the last number ends."""
        return self.items[-1].end


def _groups(plain: str) -> Iterator[_Group]:
    """Yield the quantities of a text, each with the bare numbers that share its unit."""
    matches = list(_MEASURE.finditer(plain))
    done = index = 0
    while index < len(matches):
        match = matches[index]
        index += 1
        unit, end = _unit_of(match), match.end()
        count, mois = _count(match["n"]), _quantity_in_months(match)
        following = matches[index] if index < len(matches) else None
        if following is not None and _completes(plain, match, following):
            mois = round(mois + _precise_months(following), 1)
            count, end = mois, following.end()
            index += 1
        elif match["demi"]:
            count += 0.5
        last = _Item(match.start(), end, count, mois)
        head = _head(plain, max(done, match.start() - _HEAD_REACH), match.start(), unit)
        if not head and "," in match["n"] and not match["n"].endswith(",5"):
            head, last = _split_list(match, last, unit)
        done = end
        yield _Group(unit, (*(item for item, _ in head), last), tuple(sep for _, sep in head))


def _completes(plain: str, match: re.Match[str], following: re.Match[str]) -> bool:
    """Tell whether « et 3 mois » belongs to « un an », rather than to another child."""
    units = _unit_of(match), _unit_of(following)
    if match["demi"] or units not in (("an", "mois"), ("mois", "sem")):
        return False
    if _count(following["n"]) >= (12 if units[0] == "an" else 5):
        return False
    between = plain[match.end() : following.start()]
    if not re.fullmatch(r" ?(?:et|&|\+|e)? ?", between):
        return False
    return not _SEVERAL_CHILDREN.search(_clause_before(plain, match.start()))


_SEVERAL_CHILDREN = re.compile(
    r"(?:\b(?:[2-9]|deux|trois|quatre|cinq|six|mes|nos|les|des|ses|leurs|plusieurs) (?:[a-z']+ )?"
    r"(?:enfants?|petite?s?|filles?|garcons?|fils|gosses|gamine?s|loulous|kids|puces|bouts?|bebes?|bb|loulous)"
    r"|\benfants|\bils ont|\belles ont)[^.!?]{0,20}$"
)


def _head(plain: str, reach: int, start: int, unit: str) -> list[tuple[_Item, str]]:
    """Return the bare numbers before a quantity, each with what separates it from the next."""
    found = _HEAD.search(plain, reach, start)
    if found is None:
        return []
    head: list[tuple[_Item, str]] = []
    for match in _HEAD_ITEM.finditer(plain, found.start(), found.end()):
        written, separator = match[1], match[2].strip()
        if written in ("un", "une") and separator == "a":
            head.clear()  # « l'un a 2 ans »: the verb, not « de un à deux ans »
            continue
        value = number_value(written)
        item = _Item(match.start(1), match.end(1), value, _in_months(value, unit))
        head.append((item, separator))
    # « j'en ai deux, 4 et 6 ans »: the first number counts the children.
    counts_children = (
        head
        and head[0][0].count == len(head)
        and head[0][1] in (",", ";")
        and _HOW_MANY.search(plain[max(0, reach - 20) : head[0][0].start])
    )
    return head[1:] if counts_children else head


_HOW_MANY = re.compile(r"(?:\b(?:ai|a|as|avons|avez|attends?|g|jai)|'ai|l') ?$")


def _split_list(
    match: re.Match[str], last: _Item, unit: str
) -> tuple[list[tuple[_Item, str]], _Item]:
    """Read « 2,4 ans » as two ages: only « 2,5 » is a decimal here."""
    comma = match["n"].index(",")
    first = float(match["n"][:comma])
    second = number_value(match["n"][comma + 1 :].removesuffix("1/2").strip())
    start = match.start("n")
    item = _Item(start, start + comma, first, _in_months(first, unit))
    rest = _Item(start + comma + 1, last.end, second, _in_months(second, unit))
    return [(item, ",")], rest


class _Context(msgspec.Struct, frozen=True):
    """What stands around a group: before (same clause), after, and what the modifiers said."""

    before: str
    after: str
    modifiers: tuple[str, ...]

    @property
    def soon(self) -> bool:
        """Whether the birthday is still to come: « bientôt », « va avoir »."""
        return any(re.fullmatch(_SOON, words) for words in self.modifiers)


def _context(plain: str, start: int, end: int) -> _Context:
    """Return the context of ``plain[start:end]``, modifiers taken off."""
    before = _clause_before(plain, start)
    modifiers: list[str] = []
    while match := _MODIFIER.search(before):
        modifiers.append(re.sub(r" ?(?:\b(?:de|d'))? ?$", "", match[0]) or match[0].strip())
        before = before[: match.start()]
    return _Context(before, plain[end : end + 40], tuple(modifiers))


def _quantity_ages(plain: str, today: date) -> Iterator[_Found]:
    """Yield the quantities that are a child's age."""
    for group in _groups(plain):
        context = _context(plain, group.start, group.end)
        if not _plausible(group) or not _is_age(group, context, plain):
            continue
        spread = _range(group, context)
        if spread is not None:
            yield from spread
        elif len(group.items) > 1:
            yield from (_Found(item.start, item.end, item.mois) for item in group.items)
        else:
            yield _single(group, context, plain, today)


_OLDEST = {"an": OLDEST_CHILD_YEARS, "mois": 60, "sem": 104, "jour": 400}


def _plausible(group: _Group) -> bool:
    return all(item.mois <= OLDEST_CHILD_YEARS * 12 + 6 for item in group.items) and (
        group.unit == "an" or all(item.count <= _OLDEST[group.unit] for item in group.items)
    )


def _is_age(group: _Group, context: _Context, plain: str) -> bool:
    """Tell whether a group of numbers says how old children are."""
    before, after = context.before, context.after
    if _NEVER_AGE_AFTER.match(after) or _NEVER_AGE_BEFORE.search(plain[: group.start][-30:]):
        return False
    if group.unit in ("sem", "jour") and _NOT_DAYS_AFTER.match(after):
        return False
    pronoun = _THIRD_PERSON_BEFORE.search(before)
    child = None if pronoun else _CHILD_BEFORE.search(before)
    grown = group.unit == "an" and group.items[-1].count >= _YOUNGEST_PARENT_YEARS
    if grown and not pronoun and _is_parents_age(before, after, child):
        return False
    if pronoun or (child and _is_tight(child, group.unit)) or _AGED_BEFORE.search(before):
        governed = child is not None and child["lien"]
        return bool(governed or not _LASTS_AFTER.match(after))
    if _is_a_duration(group, context, plain):
        return False
    return not _is_weak(group) or _has_reason(group, context, plain)


def _is_a_duration(group: _Group, context: _Context, plain: str) -> bool:
    """Tell whether words around a quantity, no child being named, make it a duration or a limit."""
    before, after = context.before, context.after
    if any(words.startswith("moins") for words in context.modifiers):
        return True
    if before.endswith(("pour", "pour ")) and not _is_for_that_age(group, plain):
        return True
    return bool(
        _NOT_AN_AGE_BEFORE.search(before)
        or _DURATION_NOUN.search(before)
        or _WAITING_OR_SIZE.search(before)
        or _WRITER_HAS.search(before)
        or _LASTS_AFTER.match(after)
        or _MAY_LAST_AFTER.match(after)
    )


def _is_for_that_age(group: _Group, plain: str) -> bool:
    """Tell « des jeux pour 3 ans », « pour deux ans et demi » from « à Mons pour trois ans »."""
    if group.unit != "an":
        return False
    return group.items[-1].count % 1 != 0 or _is_the_message(plain, group.start, group.end, words=6)


def _is_tight(child: re.Match[str], unit: str) -> bool:
    """Tell whether the child's word governs the number; days and weeks need « de », « a » or nothing."""
    if unit in ("an", "mois"):
        return True
    return bool(child["lien"]) or not (
        child["entre"] or child[0].startswith(("enfants", "enfant "))
    )


def _is_parents_age(before: str, after: str, child: re.Match[str] | None) -> bool:
    """Tell whether an age of 12 years or more is the parent's, or another adult's."""
    if _WRITER_HAS.search(before) or _WRITER_IS.search(before):
        return True
    persons = list(_PERSON.finditer(_CHILD_OF.sub("fils", before)))
    if persons and persons[-1]["adulte"]:
        return True
    if child is not None and _SOMEONE_BEFORE.search(before) and _PREGNANT_AFTER.match(after):
        return True
    named = bool(persons) and _DETERMINED.search(before)
    return not named and bool(_PARENT_AFTER.match(after))


def _is_weak(group: _Group) -> bool:
    """Tell whether a quantity is as often a duration as an age: weeks, days, « un an », « un mois »."""
    return len(group.items) == 1 and (group.unit in ("sem", "jour") or group.items[0].count == 1)


_INFANT = re.compile(
    r"\b(?:tet\w+|fievre|bebe|bb|vomi\w*|selles?|lange|pleure\w*|biberon|cordon|nombril|respir\w*|lait|allait\w*"
    r"|nouveau|nourrisson|jaune|colique\w*|regurgit\w*|dort)\b"
)


_REASON = re.compile(r"(?:(?:^|[ ,])a ?$|[(]$|\b(?:moi|pour) (?:un|une) $)")


_OTHER_AGE_AFTER = re.compile(rf" ?(?:,|;|et|ou) ?{_COUNT} ?-?(?:{_YEAR_UNIT}|{_MONTH_UNIT})")
_OTHER_AGE_BEFORE = re.compile(
    rf"{_COUNT} ?-?(?:{_YEAR_UNIT}|{_MONTH_UNIT}){_HALF}? ?(?:,|;|et|ou) ?$"
)


def _has_reason(group: _Group, context: _Context, plain: str) -> bool:
    """Tell whether a weak quantity is an age: « à un an », or nearly the whole message."""
    if group.unit != "jour" and _REASON.search(context.before):
        return True
    apart = re.search(r"(?:^|,) ?$", context.before) and re.match(r" ?(?:$|[,.!?;])", context.after)
    if apart and _INFANT.search(plain):
        return True
    if _OTHER_AGE_AFTER.match(context.after) or _OTHER_AGE_BEFORE.search(context.before):
        return True
    return _is_the_message(plain, group.start, group.end, words=2)


def _range(group: _Group, context: _Context) -> Iterator[_Found] | None:
    """Read « entre 2 et 3 ans », « 2-3 ans »: one child; a wider range: several, if it names them."""
    if len(group.items) != 2:
        return None
    low, high = group.items
    between = re.search(r"\bentre ?$", context.before)
    if group.separators[0] not in ("a", "-", "/", "ou") and not between:
        return None
    if low.mois <= 0 or low.mois >= high.mois:
        return iter(())
    if high.mois - low.mois <= 12:
        return iter((_Found(low.start, high.end, (low.mois + high.mois) / 2),))
    if _SEVERAL_CHILDREN.search(context.before) or group.separators[0] == "ou":
        return iter((_Found(low.start, low.end, low.mois), _Found(high.start, high.end, high.mois)))
    return iter(())


def _single(group: _Group, context: _Context, plain: str, today: date) -> _Found:
    """Return the age of one child; « bientôt », « aura » and their date are counted back to today."""
    item, mois = group.items[0], group.items[0].mois
    start = item.start
    to_come = context.soon or _BIRTHDAY_AFTER.match(context.after)
    if to_come and group.unit in ("an", "mois") and mois >= 2:
        left = _until_birthday(plain, group, context, today)
        if left is None:
            return _Found(start, item.end, None)
        mois = round(mois - left, 1) if left % 1 else mois - left
    adverb = re.search(
        r"\b(?:bientot|presque|quasi(?:ment)?) (?:d')?$", plain[max(0, start - 15) : start]
    )
    if adverb:
        start -= len(adverb[0])
    return _Found(start, item.end, mois)


_UNTIL = re.compile(
    rf" ?,? ?(?:(?:en |le |a |au |pour |vers )?(?P<date>{_DATE})|a la (?P<toussaint>toussaint)"
    rf"|a la (?P<rentree>rentree)|dans {_QUANTITY})"
)
# « il a trois ans dans deux semaines »
_BIRTHDAY_AFTER = re.compile(
    rf" (?:dans {_COUNT} ?-?(?:{_DAY_UNIT}|{_WEEK_UNIT}|{_MONTH_UNIT})|le mois prochain|la semaine prochaine)"
)
_IN_TIME_BEFORE = re.compile(rf"\bdans {_QUANTITY},? ?(?:[a-z']+ ){{1,3}}$")


def _until_birthday(plain: str, group: _Group, context: _Context, today: date) -> float | None:
    """Return the months left before an age that is to come; ``None`` when it is for a day unknown."""
    will_have = any(_WILL_HAVE.match(words) for words in context.modifiers)
    if not will_have and not _BIRTHDAY_AFTER.match(context.after):
        return 1.0
    if re.match(r" ?(?:quand|lorsque|qd|au moment)", context.after):
        return None
    before = _IN_TIME_BEFORE.search(context.before)
    if before is not None:
        return max(_quantity_in_months(before), 1.0)
    after = _UNTIL.match(plain, group.end)
    if after is None:
        return 1.0
    if after["n"]:
        return max(_quantity_in_months(after), 1.0)
    if after["toussaint"]:
        day: date | None = _next_day(today, 11, 1)
    elif after["rentree"]:
        day = _next_day(today, 8, 25)
    else:
        day = _read_date(after, today, future=True)
    if day is None or day < today:
        return 1.0
    months = (day - today).days / DAYS_PER_MONTH
    return float(max(1, -(-months // 1))) if months < 24 else 1.0


def _next_day(today: date, month: int, day: int) -> date:
    this_year = date(today.year, month, day)
    return this_year if this_year >= today else date(today.year + 1, month, day)


# --- Before birth -----------------------------------------------------------------------------------

_ABOUT_THEN = (
    "(?:"
    + any_of(
        "environ presque bientot deja a_peu_pres juste seulement plus_de moins_de a de d' au maintenant"
    )
    + " ?)*"
)
_PREGNANCY_QUANTITY = (
    rf"(?P<n>{_COUNT}) ?-?(?:(?P<mois>{_MONTH_UNIT})|{_WEEK_UNIT}|sa(?![a-z'])|s(?=[ .,!?+]|$))"
    rf"(?: ?\+ ?[0-6])?(?P<demi>{_HALF})?"
)
_PREGNANT = r"\b(?:enceint\w*|ensint\w*|enseint\w*|pregnant\w*)"
_GROSSESSE = r"(?:gros{1,2}es{1,2}e|grocess?e)"
_OF_WHOM = (
    r"(?: (?:de|d'|du)(?: ?(?:une?|mon|ma|notre|son|sa))?"
    r"(?: ?(?:premiere?|deuxieme|troisieme|quatrieme|second|petit|petite|[1-9]e|1er|2eme|3eme))*"
    r"(?: ?(?:bebe|bb|enfant|fille|garcon|fils|jumeaux|jumelles|triples|petit frere|petite soeur))?)?"
)
_ALREADY = (
    r"(?:(?:deja|maintenant|presque|bientot|actuellement|environ|qu'|que|seulement|encore) ?)*"
)
_WOMAN = any_of("copine compagne epouse femme belle-fille patiente residente dame")
_NOT_UNTIL = r"(?! ?(?:de|d'|du|apres|avant|sans|que|plus))"
_UNBORN_QUANTITIES = tuple(
    re.compile(pattern)
    for pattern in (
        rf"{_PREGNANT}{_OF_WHOM}(?: et je suis| et| je suis| maintenant| actuellement| depuis)*"
        rf" ?[,:(/-]? ?{_ABOUT_THEN}{_PREGNANCY_QUANTITY}",
        rf"{_PREGNANCY_QUANTITY} ?(?:de |d'|d )?(?:ma |la )?(?:{_GROSSESSE}|{_PREGNANT}|amenorrhee)",
        rf"\b{_GROSSESSE} ?[,:(-]? ?(?:depuis )?{_ABOUT_THEN}{_PREGNANCY_QUANTITY}",
        rf"\b(?:suis|sui|jsuis|chuis?|en suis) {_ALREADY}(?:a |au |dans |de )?"
        rf"{_PREGNANCY_QUANTITY}{_NOT_UNTIL}",
        rf"\bventre[^.!?;\n,]{{0,15}}? {_PREGNANCY_QUANTITY}",
        rf"\b(?:en est|{_WOMAN}(?:,? elle)?(?: est)?) {_ALREADY}a {_PREGNANCY_QUANTITY}{_NOT_UNTIL}",
        r"(?<![0-9a-z,.])(?P<n>[0-9]{1,2}) ?sa(?![a-z'])",
    )
)
_PREGNANCY_WORDS = re.compile(
    rf"{_PREGNANT}|{_GROSSESSE}|\b"
    + any_of(
        r"""gyn\w* sages?[-_]femmes? accouch prenatal echos?\b echographi terme\b contractions?\b maternite\b
        pertes?_de_sang perd\w*_(?:du_sang|les_eaux) monitoring trisomie ventre\b"""
    )
)
_BABY_WORDS = re.compile(
    r"\b"
    + any_of(
        r"""allait\w* tete\w* biberons? lait vaccin\w* pleure\w* dort mon_fils ma_fille mon_bebe mon_bb ma_puce
        nees? prema\w* accouche_depuis viens?_d'accoucher il elle_a"""
    )
    + r"\b"
)
_HERE = r"(?:\ba |(?:^|, ?|\bps ))"
_UNBORN_BY_SIGNS = re.compile(
    rf"{_HERE}{_ABOUT_THEN}{_PREGNANCY_QUANTITY}(?! ?(?:de|d'|apres|avant|que|je))(?= ?[a-z,.!?]|$)"
)
# Nobody counts a child's age in weeks for so long: « à 34 semaines » is a pregnancy's.
_LATE_WEEKS = re.compile(rf"{_HERE}(?P<n>{_COUNT}) ?{_WEEK_UNIT}(?P<demi>{_HALF})?")
_FIRST_LATE_WEEK = 18
_EARLY_BIRTH = re.compile(
    r"\bne ?$|\b(?:nees?|est ne|sont nes|bebe ne|ne a|prema\w*|accouche\w*|naissance|sorti\w*)\b[^.!?]*$"
)
_MONTH_OF_PREGNANCY = re.compile(
    rf"\b(?P<dit>(?P<ord>{ORDINAL}) mois)(?P<suite> (?:de |d')?(?:ma |la )?{_GROSSESSE}| enceinte)?(?![a-z])"
    r"(?! (?:de |d'))"
)
_IN_THAT_MONTH = re.compile(
    r"(?:entam\w+|commenc\w+|enceinte|suis|dans|au|arriv\w+)(?: (?:dans|a|au|de|deja|presque))*"
    r" (?:mon|le|son|l')? ?$|\b(?:au|mon|dans le|a son) $"
)
_SINCE = re.compile(
    r"\b(?:depuis|des|jusqu'?a\w*|avant|apres|fin|quand j'etais|etais|etait|perdu \w+|a partir)"
    r"(?: le| du| mon)? $"
)
_GRIEF = re.compile(
    r"fausse[- ]couche|perdu (?:mon|le|un|notre|ma) |mort[- ]ne|deuil|\bi[mv]g\b|avort"
)


def _pregnancies(plain: str) -> Iterator[_Found]:
    """Yield how far from birth a child to be born is: « enceinte de 5 mois » is -4."""
    if not _MAYBE_PREGNANCY.search(plain) or _GRIEF.search(plain):
        return
    for pattern in _UNBORN_QUANTITIES:
        for match in pattern.finditer(plain):
            if not _is_past(plain, match.start()):
                yield from _unborn(match)
    yield from _months_of_pregnancy(plain)
    for match in _LATE_WEEKS.finditer(plain):
        early = _EARLY_BIRTH.search(plain[max(0, match.start() - 30) : match.start()])
        if _count(match["n"]) >= _FIRST_LATE_WEEK and not early:
            yield from _unborn(match)
    if _PREGNANCY_WORDS.search(plain) and not _BABY_WORDS.search(plain):
        for match in _UNBORN_BY_SIGNS.finditer(plain):
            yield from _unborn(match)


_MAYBE_PREGNANCY = re.compile(r"moi|mwa|mos|sem|[0-9 ]sa\b|smain|enceint")


def _is_past(plain: str, start: int) -> bool:
    """Tell whether « depuis », « quand j'étais »… stands just before ``start``."""
    return bool(_SINCE.search(plain[max(0, start - 30) : start]))


def _months_of_pregnancy(plain: str) -> Iterator[_Found]:
    """Yield « au 8e mois de grossesse »: the middle of that month."""
    for match in _MONTH_OF_PREGNANCY.finditer(plain):
        before = plain[max(0, match.start() - 30) : match.start()]
        said = match["suite"] or _IN_THAT_MONTH.search(before) or re.search(_PREGNANT, before)
        if not said or _SINCE.search(before):
            continue
        own = before.endswith((" a son ", " dans son ", " a mon ", " dans mon "))
        if match["suite"] or own or _PREGNANCY_WORDS.search(plain):
            months = ordinal_value(match["ord"]) - 0.5
            yield _Found(*match.span("dit"), months - MONTHS_OF_PREGNANCY)


def _unborn(match: re.Match[str]) -> Iterator[_Found]:
    """Yield the age of a child whose mother has been pregnant that long, if it can be."""
    groups = match.groupdict()
    count = _count(groups["n"]) + (0.5 if groups.get("demi") else 0)
    if groups.get("mois"):
        if not 0 < count <= MONTHS_OF_PREGNANCY + 0.5:
            return
        mois = count - MONTHS_OF_PREGNANCY
    else:
        if not 2 <= count <= WEEKS_OF_PREGNANCY + 3:
            return
        mois = round(-(WEEKS_OF_PREGNANCY - count) * 7 / DAYS_PER_MONTH, 1)
    said = _PREGNANCY_SPAN.match(match.string, match.start("n"))
    end = said.end() if said else match.end()
    yield _Found(match.start("n"), end, min(mois, _BARELY_UNBORN))


_PREGNANCY_SPAN = re.compile(_PREGNANCY_QUANTITY)

_BIRTH = (
    "(?<!apres )(?<!apres l')(?<!apres la )(?<!depuis l')(?<!depuis la )(?<!avec la )(?<!a la )(?<!post-)(?<!de )"
    r"\b"
    + any_of(
        r"""(?:j_?'?)?accouch\w* naissances? naitr\w* nait nai nais terme dpa (?:bebe|bb|enfant)_attendue?
        arrivee_(?:du|de_mon|de_notre)_(?:bebe|bb) (?:bebe|bb)s?_(?:doit_|va_|devrait_)?arriv\w*
        ser\w+_(?:maman|papa|parents) devien\w*_(?:maman|papa|mere|pere|parents?) en_attend\w*_(?:un|une|1)
        attend\w*_(?:pas_)?(?:mon|ma|un|une|notre|des|1|le|la)_?(?:petite?_|premiere?_|deuxieme_|troisieme_|2e_|3e_)*(?:bebe|bb|enfant|garcon|fille|jumeaux|jumelles|heureux_evenement|petit|frere|soeur)
        (?:bebe|bb|enfant|fille|garcon|petite?|jumeaux|jumelles)_(?:est_|sont_|a_naitre_)?prevue?s?
        pas_encore_nee?s? encore_dans_(?:mon|le|son)_ventre"""
    )
    + "(?![a-z])"
)
# A plan told in the same breath: « j'accouche, je reprends dans 4 mois ».
_BREATH = (
    "(?:(?!"
    + any_of(
        r"repren retour creche travail boulot \bjob commenc rentre rendez rdv garde depuis place"
    )
    + r")[^.!?;\n])"
)
_BIRTH_IN = re.compile(rf"{_BIRTH}{_BREATH}{{0,25}}?(?P<span>\bdans {_ABOUT_THEN}{_QUANTITY})")
_IN_BIRTH = re.compile(rf"(?P<span>\bdans {_ABOUT_THEN}{_QUANTITY}){_BREATH}{{0,20}}?{_BIRTH}")
_BEFORE_BIRTH = re.compile(
    rf"(?P<span>{_QUANTITY}) (?:avant|d'ici) (?:la |l'|le |mon |ma |son |sa )?"
    r"(?:naissance|accouchement|terme|accoucher)"
)
_BIRTH_ON = re.compile(
    rf"{_BIRTH}{_BREATH}{{0,25}}?(?P<span>\b(?:(?:en|pour|vers|courant|c'est pour|a|au) )?"
    rf"(?:(?:le|la|l'|mois d[e']) ?)?{_DATE})"
)
_BIRTH_SOON = re.compile(
    rf"{_BIRTH}{_BREATH}{{0,15}}?(?P<span>\b(?:(?P<mois_prochain>le mois prochain|dans un mois)|"
    r"la semaine pro\w*|cette semaine|demain|bientot|tres bientot|d'un jour a l'autre|ces jours-ci))"
)
_DUE_ON = re.compile(
    rf"\bprevue?s?(?: c'est)? (?P<span>(?:pour |en |le |vers |a )?(?:la |l')?{_DATE})"
)
_NOT_YET_BORN = re.compile(
    r"\bpas encore nee?s?\b|\b(?:toujours|encore|bien) dans (?:mon|le|son) (?:ventre|bidon)"
)
_GAVE_BIRTH = re.compile(
    r"(?:\b(?:ai|a|avons|avait|avoir|jai|viens? d'|vient d') ?(?:deja )?accouche"
    r"|(?:^|, ?)accouchee?(?= en)|\baccouchee\b|\baccouche (?=il y a|ya|y a|depuis|hier))"
)
_MAYBE_BIRTH = re.compile(
    r"accouch|\bnai|terme|dpa|attend|prevu|arriv|devien|\bnee?s?\b|ventre|bidon|\bser\w+ (?:maman|papa|parent)"
)
_LONGEST_WAIT = timedelta(days=310)
_SHORT_MESSAGE = 6


def _births_to_come(plain: str, today: date) -> Iterator[_Found]:
    """Yield the months left until a birth: « j'accouche dans 2 mois », « naissance prévue en mars »."""
    if not _MAYBE_BIRTH.search(plain) or _GRIEF.search(plain):
        return
    if not _GAVE_BIRTH.search(plain):
        for pattern in (_BIRTH_IN, _IN_BIRTH, _BEFORE_BIRTH):
            for match in pattern.finditer(plain):
                mois = _precise_months(match)
                if mois <= MONTHS_OF_PREGNANCY + 1:
                    yield _Found(*match.span("span"), min(_BARELY_UNBORN, -mois))
        yield from _due(_BIRTH_ON, plain, today)
        for match in _BIRTH_SOON.finditer(plain):
            yield _Found(*match.span("span"), -1.0 if match["mois_prochain"] else _BARELY_UNBORN)
    if _PREGNANCY_WORDS.search(plain) or len(plain.split()) <= _SHORT_MESSAGE:
        yield from _due(_DUE_ON, plain, today)
    for match in _NOT_YET_BORN.finditer(plain):
        yield _Found(*match.span(), -1.0)


def _due(pattern: re.Pattern[str], plain: str, today: date) -> Iterator[_Found]:
    """Yield the months left until the dates that ``pattern`` finds."""
    for match in pattern.finditer(plain):
        if match["seule"] or _is_past(plain, match.start("span")):
            continue
        day = _read_date(match, today, future=True)
        if day is not None and timedelta(0) <= day - today < _LONGEST_WAIT:
            yield _Found(*match.span("span"), min(_BARELY_UNBORN, _age_on(today, day)))


# --- Born on a day ------------------------------------------------------------------------------------

_WHERE_BORN = (
    r"(?:(?:prematurement|prematuree?s?|avant terme|a terme|(?:a|au|aux|en|dans) (?:(?:la|le|l') ?)?"
    rf"(?!partir|peine|debut|fin|{MONTH})[a-z-]{{3,}}(?:[ -](?!fin|debut|en|le|{MONTH})[a-z-]{{3,}})?),? )?"
)
_JUST_NOW = any_of(
    r"""hier avant[-_]hier aujourd'?hui auj ce_matin cette_nuit cette_semaine ce_week-?end
    la_semaine_(?:passee|derniere) (?:lun|mar|mercre|jeu|vendre|same)di(?:_(?:passe|dernier|matin|soir))? dimanche
    le_[0-3]?[0-9](?=_?(?:$|[.,;!?](?!_?[0-9])))"""
)
_BORN = r"(?<!etait )(?<!suis )(?<!sui )(?<!chuis )(?<!moi )(?<!etant )\b(?:nee?s?|nait)"
_BORN_ON = re.compile(
    rf"{_BORN} {_WHERE_BORN}(?:c'est )?(?P<span>(?:(?:en|depuis|a|vers) (?:la |le )?)?{_DATE}"
    rf"(?P<autres>(?:(?:, ?| et | et en |, en ){YEAR})*))"
)
_BORN_AGO = re.compile(
    rf"(?:{_BORN}|{_GAVE_BIRTH.pattern}e?) ?(?:a [a-z]+ )?(?P<span>(?:il )?(?:y ?'?a|ya|depuis)"
    rf" {_ABOUT_THEN}{_QUANTITY})"
)
_BORN_SINCE = re.compile(
    rf"\b[cs]a fait (?P<span>{_QUANTITY}) qu(?:e |')[a-z' ]{{1,15}} (?:est|sont) nee?s?(?![a-z])"
)
_BORN_NOW = re.compile(
    rf"(?:{_BORN}|{_GAVE_BIRTH.pattern}e?) (?:(?:a|au) (?:la |l')?[a-z]+ )?(?P<span>{_JUST_NOW})(?![a-z])"
)
_AFTER_BIRTH = re.compile(
    rf"(?P<span>{_QUANTITY} apres) (?:l'|la |mon |son |sa |ma )?(?:accouchement|naissance)(?![a-z])"
)
_BIRTH_DATE = re.compile(rf"\bdate de naissance ?:? ?(?P<span>{_DATE})")
_GAVE_BIRTH_ON = re.compile(
    rf"{_GAVE_BIRTH.pattern}e?[^.!?;\n,0-9]{{0,15}}? (?P<span>(?:en |fin |debut )?{_DATE})"
)
_NEWBORN = re.compile(
    r"(?<!les )(?<!des )(?<!aux )\b"
    + any_of(
        r"""nouveau[-_]?nee? vien(?:t|nent)_(?:(?:tout|juste|a_peine|tt)_)*(?:de_|d')(?:naitre|naite|nettre)
        (?:tout|tt)_juste_nee?s? a_peine_nee?s? viens?_(?:(?:tout|juste)_)*d'accoucher"""
    )
    + "(?![a-z])"
)
_TOO_EARLY = re.compile(
    rf"\b(?:nee?s?|prema\w*|accouche\w*)(?: (?:a|de|au terme de|au bout de))* ?,? ?{_QUANTITY}"
)
_OF_YEAR = re.compile(
    rf"(?:\b{_CHILD}(?: [a-z-]+)?|\b(?:il|elle|ils|elles) (?:est|sont)|\best|\bsont|^) (?:de|d') ?"
    rf"(?P<span>(?:(?P<nom_mois>{MONTH}) )?(?P<seule>{YEAR})(?P<autres>(?:(?:, ?| et | et de |, de ){YEAR})*))"
)
_ALSO_BORN = re.compile(
    rf"(?: et |, ?)(?:(?:mon|ma|notre|le|la|l'|les) ?)?(?:{_CHILD}|autre)(?: [a-z]+)?"
    rf" en (?P<span>(?P<seule>{YEAR}))"
)
_BORN_IN_YEAR = re.compile(rf"{_BORN}[^.!?]*{YEAR}")
_MAYBE_BORN = re.compile(r"\bn(?:ee?s?|ait)\b|accouche|naissance|prema|20[0-9]{2}")


def _born_children(plain: str, today: date) -> Iterator[_Found]:
    """Yield the age of children whose birth is dated: « née en mars 2025 », « le bébé est né hier »."""
    for match in _NEWBORN.finditer(plain):
        yield _Found(*match.span(), 0.0)
    if not _MAYBE_BORN.search(plain):
        return
    for match in _TOO_EARLY.finditer(plain):
        yield _Found(*match.span(), None)
    for pattern in (_BORN_AGO, _BORN_SINCE, _AFTER_BIRTH):
        for match in pattern.finditer(plain):
            yield _Found(*match.span("span"), _quantity_in_months(match))
    for match in _BORN_NOW.finditer(plain):
        yield _Found(*match.span("span"), 0.0)
    for pattern in (_BORN_ON, _GAVE_BIRTH_ON, _BIRTH_DATE):
        for match in pattern.finditer(plain):
            yield from _dated(match, today)
    if _BORN_IN_YEAR.search(plain):
        for match in _ALSO_BORN.finditer(plain):
            day = _day(int(match["seule"]), 7, 1)
            yield from _born(*match.span("span"), day, today)
    for match in _OF_YEAR.finditer(plain):
        yield from _dated(match, today)


def _dated(match: re.Match[str], today: date) -> Iterator[_Found]:
    """Yield the age since the date of ``match``, and since the other years it lists."""
    groups = match.groupdict()
    if groups["nom_mois"] and groups["seule"]:
        born = _day(int(match["seule"]), MONTH_VALUES[match["nom_mois"]], 15)
    elif "j" in groups:
        born = _read_date(match, today, future=False)
    else:
        born = _day(int(match["seule"]), 7, 1)
    start, end = match.span("span")
    others = match.start("autres") if groups.get("autres") else end
    yield from _born(start, others, born, today)
    for year in re.finditer(YEAR, match.string[others:end]):
        born = _day(int(year[0]), 7, 1)
        yield from _born(others + year.start(), others + year.end(), born, today)


def _born(start: int, end: int, born: date | None, today: date) -> Iterator[_Found]:
    """Yield an age if ``born`` makes a child of it; this very year, the middle of the year may be ahead."""
    if born is None:
        return
    if born > today and born.year == today.year:
        born = today - (today - date(today.year, 1, 1)) / 2
    if today < born or born.year < today.year - OLDEST_CHILD_YEARS - 1:
        return
    months = _age_on(today, born)
    if months < (OLDEST_CHILD_YEARS + 1) * 12:
        yield _Found(start, end, months)


# --- By their class -----------------------------------------------------------------------------------

# In months, when children enter, as the dialogue counts it: nursery school (maternelle) at two and a half,
# primary school at six, secondary school at twelve.
_SCHOOL_ENTRY = {"m": 30, "p": 72, "s": 144}
_IN_NURSERY_SCHOOL = 36
_IN_LAST_CLASS = 204
_GRADES = {"m": 3, "p": 6, "s": 7}
_MATERNELLE = r"(?:mat{1,2}ern(?:el|al)\w*|mat(?![a-z])|ecole gardienne|gardienne(?![a-z]))"
_PRIMAIRE = r"(?:primaires?|primere|prim(?![a-z]))"
_SECONDAIRE = any_of(
    r"secondaires? segondaire sec(?![a-z]) humanites? technique qualif\w* professionnelle generale rhetos?"
)
_GRADE = re.compile(
    rf"\b(?P<ord>{ORDINAL}) ?(?:annee )?(?:de |d'|du |en )?(?:la |l'|l'ecole )?"
    rf"(?:(?P<m>{_MATERNELLE}|accueil(?! (?:de|chez|en)))|(?P<p>{_PRIMAIRE})|(?P<s>{_SECONDAIRE}))"
)
_SHORT_GRADE = re.compile(r"\ben (?:(?P<m>m)|(?P<p>p))(?P<ord>[1-6])(?![0-9a-z])")
_ENTERS = any_of(
    r"""entr(?:e(?!_(?:la|le|les|l'|sa|son)\b)|er|era|ent|eront|ee|ait)s? rentr(?:e|er|era|ent|eront|ee)s?
    commenc\w+ integr\w+ debut(?:e|er|era) va vont ira iront part partir partira passe passer passera aller
    arrive prepar\w+"""
)
_ENTRY = re.compile(
    rf"\b{_ENTERS} (?:(?!avant|apres|pendant|je|depuis)[a-z']+ ){{0,3}}?"
    r"(?P<span>(?:en|a|a l'|dans|dans la|l'|la|au|vers la|a la) ?"
    rf"(?:(?P<m>{_MATERNELLE}|ecole {_MATERNELLE}|accueil(?! (?:de|chez|familial))|classe d'accueil)"
    rf"|(?P<p>{_PRIMAIRE}|ecole primaire|grande ecole)"
    rf"|(?P<s>{_SECONDAIRE}|ecole secondaire|athenee)))(?![a-z])"
)
_RECEPTION_CLASS = re.compile(r"\bclasse d'accueil(?![a-z])")
_ATTENDS = re.compile(
    rf"\b(?:en|a l'ecole) (?:(?P<m>{_MATERNELLE})|(?P<p>{_PRIMAIRE})|(?P<r>rhetos?)|(?P<s>secondaires?))"
    "(?![a-z])"
)
_SOMEONE_IN_CLASS = re.compile(
    rf"\b(?:il|elle|ils|elles|qui|lui|{_CHILD})(?![a-z])[^.!?;\n]{{0,20}}$"
)
_NOT_IN_CLASS = re.compile(
    r"\b"
    + any_of(
        r"""je_(?:suis|fais|travaille|bosse|donne) jsuis j'enseigne j'etais j'ai jai instit\w* prof\w* enseign\w*
        titulaire stag\w* arrete\w* diplome\w* niveau jusqu'?\w* quitte\w* fini\w* moi puericult\w* travaille
        bosse surveillante? inscription\w* inscri\w+"""
    )
    + r"(?![a-z])[^.!?\n]{0,25}$"
    r"|\b(?:avant|apres|depuis)(?: (?:la|l'|le|sa|son|d'entrer en|d'aller (?:en|a)|que|qu'il est|qu'elle est"
    r"|en|de))* ?$"
)
_MAYBE_SCHOOL = re.compile(
    r"mat|prim|sec|gardienne|accueil|ecole|rheto|humanit|athen|techn|prof|qualif|general|\ben [mp][1-6]"
)


def _school_ages(plain: str) -> Iterator[_Found]:
    """Yield the youngest age of a class: « 3e primaire » is 96 months."""
    if not _MAYBE_SCHOOL.search(plain):
        return
    for pattern in (_GRADE, _SHORT_GRADE):
        for match in pattern.finditer(plain):
            grade = ordinal_value(match["ord"])
            if grade <= _GRADES[_school(match)] and not _not_in_class(plain, match.start()):
                yield _Found(*match.span(), _age_in_grade(_school(match), grade))
    for match in _ENTRY.finditer(plain):
        if not _not_in_class(plain, match.start()):
            yield _Found(*match.span("span"), float(_SCHOOL_ENTRY[_school(match)]))
    for match in _RECEPTION_CLASS.finditer(plain):
        if not _not_in_class(plain, match.start()):
            yield _Found(*match.span(), float(_SCHOOL_ENTRY["m"]))
    for match in _ATTENDS.finditer(plain):
        someone = _SOMEONE_IN_CLASS.search(_clause_before(plain, match.start()))
        if not someone and not _is_the_message(plain, *match.span(), words=2):
            continue
        if not _not_in_class(plain, match.start()):
            last_class = float(_IN_LAST_CLASS)
            yield _Found(
                *match.span(), last_class if match["r"] else _age_at_school(_school(match))
            )


def _school(match: re.Match[str]) -> str:
    """Return which school was matched: "m", "p" or "s"."""
    return next(name for name in "mps" if match.groupdict().get(name))


def _age_in_grade(school: str, grade: int) -> float:
    """Return the youngest age, in months, of a grade; the first of nursery school starts at 2½."""
    if school == "m" and grade > 1:
        return float(_IN_NURSERY_SCHOOL + 12 * (grade - 1))
    return float(_SCHOOL_ENTRY[school] + 12 * (grade - 1))


def _age_at_school(school: str) -> float:
    """Return the age, in months, of a child said to be at a school, no grade told."""
    return float(_IN_NURSERY_SCHOOL if school == "m" else _SCHOOL_ENTRY[school])


def _not_in_class(plain: str, start: int) -> bool:
    return bool(_NOT_IN_CLASS.search(_clause_before(plain, start)))


# --- What is left unsaid --------------------------------------------------------------------------------

_FIRST_BIRTHDAY = re.compile(
    r"\b(?:(?:fet\w+|fera|fait|prepar\w+|pour|approche|bientot)[a-z' ]{0,25}) "
    rf"(?P<span>(?P<ord>{ORDINAL}) anniversaire)"
)
_CANDLES = re.compile(
    r"\b(?P<passe>(?:a|ont|vient de) )?souffl\w+ (?:bientot |deja )?(?:ses|sa|leurs) "
    rf"(?P<span>(?:(?P<ord>{ORDINAL})|(?P<n>{_COUNT})) bougies?)"
)
_YEAR_OF_LIFE = re.compile(
    rf"\bdans sa (?P<span>(?P<ord>{ORDINAL}) annee)(?! (?:d|prim|mat|sec|en ))"
)
_BARE_NUMBER = rf"(?:[0-9]{{1,2}}(?![0-9])|{NUMBER_WORD})"
_END_OF_NUMBER = r"(?= ?(?:$|[.,;:!?)\n/]|(?:et|la|le|les|l'|mais|donc|c'est|je|jsuis)\b))"
_SAME_UNIT = re.compile(
    rf"\b(?:(?:(?:le|la|l'|les|mon|ma|et) ?)?(?:(?:plus|petite?|autre) )?{_CHILD}(?![a-z])|l'autre"
    rf"|le plus (?:jeune|vieux|petit|grand)|(?:il|elle) en)(?: ?,| en)?(?: (?:a|ont|aura|bientot|deja|de))*"
    rf" (?P<n>{_BARE_NUMBER})(?P<demi>{_HALF})?{_END_OF_NUMBER}"
)
_YEAR_WORD = re.compile(rf"(?<![a-z]){_YEAR_UNIT}")
_SAME_UNIT_REACH = 90
_SHORT_UNIT = re.compile(r"(?<![0-9a-z.,/])(?P<n>[1-9][0-9]?)(?: ?(?P<m>m)|a)(?![a-z0-9'])")
_ADDRESS = re.compile(r"\b(?:rue|avenue|place|chaussee|bd|boulevard|quai|clos|numero|n°|box|bte)\b")


def _said_otherwise(plain: str) -> Iterator[_Found]:
    """Yield ages said without « ans »: a birthday, its candles, « dans sa deuxième année »."""
    for match in _FIRST_BIRTHDAY.finditer(plain):
        yield _Found(*match.span("span"), 12.0 * ordinal_value(match["ord"]) - 1)
    for match in _CANDLES.finditer(plain):
        years = ordinal_value(match["ord"]) if match["ord"] else _count(match["n"])
        if years <= OLDEST_CHILD_YEARS:
            yield _Found(*match.span("span"), 12.0 * years - (0 if match["passe"] else 1))
    for match in _YEAR_OF_LIFE.finditer(plain):
        yield _Found(*match.span("span"), 12.0 * ordinal_value(match["ord"]) - 6)


def _short_ages(plain: str) -> Iterator[_Found]:
    """Yield « 18m », « 4a et 2a » — when a child is named just before, or nothing else is said."""
    if _ADDRESS.search(plain):
        return
    found = list(_SHORT_UNIT.finditer(plain))
    if not found:
        return
    outside = _POLITE.sub(" ", _SHORT_UNIT.sub(" ", plain))
    alone = len(re.findall(r"[a-z0-9]{2,}", outside)) <= 1
    for match in found:
        before = _clause_before(plain, match.start())
        child = _CHILD_BEFORE.search(before) or _THIRD_PERSON_BEFORE.search(before)
        if alone or child or re.search(r"[0-9][ma](?: et |, ?)$", before):
            value = float(match["n"])
            months = value if match["m"] else 12 * value
            if months <= 60 or (not match["m"] and value <= OLDEST_CHILD_YEARS):
                yield _Found(*match.span(), months)


def _same_unit(plain: str) -> Iterator[_Found]:
    """Yield the years left unsaid: « le grand a 7 ans, le petit 2 », « j'ai 20 ans, ma fille en a 2 »."""
    years = [match.end() for match in _YEAR_WORD.finditer(plain)]
    if not years:
        return
    for match in _SAME_UNIT.finditer(plain, years[0]):
        if any(0 <= match.start("n") - end <= _SAME_UNIT_REACH for end in years):
            value = number_value(match["n"]) + (0.5 if match["demi"] else 0)
            if 1 <= value <= OLDEST_CHILD_YEARS:
                yield _Found(match.start("n"), max(match.end("n"), match.end("demi")), 12 * value)


# « 2 mois. euh non, 4 »
_CORRECTED = re.compile(
    rf"(?:(?P<an>{_YEAR_UNIT})|(?P<mois>{_MONTH_UNIT})) ?[.,;!?…]* ?(?:(?:euh|ah|oups|oh|enfin|mais) ?[,.…]* ?)*"
    r"(?:(?:non|pardon|plutot|erreur|je me trompe|je veux dire)(?: (?:pardon|plutot|non))?[ ,:]+"
    r"|[^.;!?]{0,30}\b(?:la|maintenant|actuellement|pour l'instant),? (?=(?:il|elle) en a\b))"
    rf"(?:(?:c'est|il en a|elle en a|il a|elle a) (?:plutot )?)?"
    rf"(?P<n>{_BARE_NUMBER})(?P<demi>{_HALF})?{_END_OF_NUMBER}"
)


def _corrected(plain: str) -> Iterator[_Found]:
    """Yield a number said instead of the age just given, in the same unit."""
    for match in _CORRECTED.finditer(plain):
        value = number_value(match["n"]) + (0.5 if match["demi"] else 0)
        yield _Found(
            match.start("n"),
            max(match.end("n"), match.end("demi")),
            value if match["mois"] else 12 * value,
        )


def _found(plain: str, today: date) -> Iterator[_Found]:
    """Yield all that each reader finds, the surest reader first."""
    yield from _pregnancies(plain)
    yield from _births_to_come(plain, today)
    yield from _born_children(plain, today)
    yield from _quantity_ages(plain, today)
    yield from _school_ages(plain)
    yield from _said_otherwise(plain)
    yield from _same_unit(plain)
    yield from _corrected(plain)
    yield from _short_ages(plain)


def find_ages(text: str, today: date) -> tuple[AgeMention, ...]:
    """Return the ages of children said in ``text``, in order; ages of adults and durations are left out.

    ``today`` dates what is told by a day (« né le 12/03/2024 », « naissance prévue en mars »). Of a
    range no wider than a year, the middle is returned. Never raises, whatever the text.

    >>> [m.mois for m in find_ages("mes filles ont 18 mois et bientôt 4 ans", date(2026, 3, 11))]
    [18.0, 47.0]
    """
    folded = _mended(fold(text))
    settled: list[_Found] = []
    for found in _found(folded.plain, today):
        if all(found.end <= other.start or found.start >= other.end for other in settled):
            settled.append(found)
    mentions = []
    for found in sorted(settled, key=lambda f: f.start):
        if found.mois is not None:
            start, end = folded.span(found.start, found.end)
            mentions.append(AgeMention(start, end, text[start:end], float(found.mois)))
    return tuple(mentions)
