"""French grammar for numbers, ages, distances and phones: pieces of sentences, not messages."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Sequence

import phonenumbers

_MONTHS_PER_YEAR = 12
_SHORT_NUMBER_DIGITS = 4


def distance(km: float) -> str:
    """Return a distance as people say it: « 3,5 », « 12 » (km)."""
    if km < 1:
        return "moins de 1"
    return f"{km:.1f}".replace(".", ",").removesuffix(",0") if km < 10 else f"{km:.0f}"


def age(months: float) -> str:
    """Return an age: « 8 mois », « 1 an », « 2 ans et demi », « la naissance »."""
    whole = round(months)
    if whole <= 0:
        return "la naissance"
    if whole < _MONTHS_PER_YEAR or (whole < 24 and whole % _MONTHS_PER_YEAR):
        return f"{whole} mois"
    years, rest = divmod(whole, _MONTHS_PER_YEAR)
    text = "1 an" if years == 1 else f"{years} ans"
    if rest == 6:
        return f"{text} et demi"
    return text if rest == 0 else f"{text} et {rest} mois"


def phone(number: str) -> str:
    """Return a stored number as people read it: ``+3271924100`` → « 071 92 41 00 »."""
    if not number.startswith("+"):
        return number
    parsed = phonenumbers.parse(number, None)
    if len(str(parsed.national_number)) <= _SHORT_NUMBER_DIGITS:
        return str(parsed.national_number)
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.NATIONAL)


def dialled(number: str) -> str:
    """Return a number as a ``tel:`` link dials it."""
    return number.replace(" ", "").replace("/", "").replace(".", "")


_DAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")


def day(moment: dt.datetime, now: dt.datetime) -> str:
    """Return a day as people say it: « aujourd'hui », « demain », « mercredi », « le 3/2 »."""
    ahead = (moment.date() - now.date()).days
    if ahead in (0, 1):
        return "aujourd'hui" if ahead == 0 else "demain"
    return _DAYS[moment.weekday()] if 1 < ahead < 7 else f"le {moment.day}/{moment.month}"


def listed(items: Sequence[str]) -> str:
    """Return « a », « a et b », « a, b et c »."""
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} et {items[-1]}"


def number_word(count: int) -> str:
    """Return a small count in letters."""
    return {1: "un", 2: "deux", 3: "trois"}.get(count, str(count))


def bare_place(name: str) -> str:
    """Return a place's name alone: « 5100 Jambes (Namur) » → « Jambes »."""
    return re.sub(r"^\d{4} | \(.*\)$", "", name)


def of_place(name: str) -> str:
    """Return « de Namur », « d'Andenne », « du Rœulx », « des Bons Villers »."""
    if name.startswith("Le "):
        return f"du {name[3:]}"
    if name.startswith("Les "):
        return f"des {name[4:]}"
    plain = unicodedata.normalize("NFKD", name[:1]).lower()[:1]
    # The h of Belgian place names is aspirated (« de Huy », « de Hannut »), so only vowels elide.
    return f"d'{name}" if plain in "aeiouy" else f"de {name}"


def at_place(name: str) -> str:
    """Return « à Namur », « au Rœulx », « aux Bons Villers »."""
    if name.startswith("Le "):
        return f"au {name[3:]}"
    if name.startswith("Les "):
        return f"aux {name[4:]}"
    return f"à {name}"
