"""Figures as French readers write them: « 91,3 % », « +1,2 point »."""

from __future__ import annotations

import datetime as dt

from bot.evaluation.measures import wilson_interval
from bot.evaluation.records import Figure, Unit

_NARROW = "\u202f"  # narrow no-break space, before a French unit
_SETS = {
    "besoins": "Les besoins",
    "conversation": "La conversation",
    "urgences": "Les urgences",
    "sosies": "Les sosies d'urgence",
    "multi": "Plusieurs besoins à la fois",
    "pieges": "Les pièges",
    "lieux": "Les lieux",
    "ages": "Les âges",
    "dates": "Les jours et les heures",
}


def number(value: float, digits: int = 1) -> str:
    """Return a number with a decimal comma, without needless zeros.

    >>> number(91.25), number(88.0)
    ('91,2', '88')
    """
    text = f"{value:.{digits}f}"
    return (text.rstrip("0").rstrip(".") if "." in text else text).replace(".", ",")


def amount(value: float, unit: Unit) -> str:
    """Return a value with its unit."""
    if unit == "points":
        return f"{number(value)}{_NARROW}{points_word(value)}"
    return f"{number(value)}{_NARROW}{unit}" if unit else number(value)


def points_word(value: float) -> str:
    """Return « point » or « points »: the plural begins at two."""
    return "points" if abs(value) >= 2 else "point"


def moment(iso: str) -> str:
    """Return an ISO date and time as it is written in Belgium.

    >>> moment("2026-03-05T07:04:59+01:00")
    '05/03/2026 à 07:04'
    """
    return f"{dt.datetime.fromisoformat(iso):%d/%m/%Y à %H:%M}"


def shown(figure: Figure) -> str:
    """Return the value of a figure with its unit."""
    return amount(figure.valeur, figure.unite)


def signed(value: float) -> str:
    """Return a number with its sign; « = » for none.

    >>> signed(-1.25), signed(0.0)
    ('−1,2', '=')
    """
    shown = number(abs(value))
    return "=" if shown == "0" else f"{'+' if value > 0 else '−'}{shown}"


def difference(value: float, unit: Unit) -> str:
    """Return a change with its sign; of shares, in points."""
    sign = "+" if value > 0 else "−"
    return f"{sign}{amount(abs(value), 'points' if unit == '%' else unit)}"


def counted(figure: Figure) -> str:
    """Return « 512 sur 532 », or nothing for a figure that counts no messages."""
    if figure.justes is None or figure.total is None:
        return ""
    return f"{figure.justes} sur {figure.total}"


def interval(figure: Figure) -> str:
    """Return between which bounds the share would lie with many more messages, 19 times in 20."""
    if figure.justes is None or not figure.total or figure.unite != "%":
        return ""
    low, high = wilson_interval(figure.justes, figure.total)
    return f"{number(low)} à {number(high)}"


def set_name(jeu: str) -> str:
    """Return the French title of a test set."""
    return _SETS.get(jeu, jeu)
