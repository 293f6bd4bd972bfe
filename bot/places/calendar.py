"""The calendar of the catalogue: school holidays of the FWB, public holidays, and how long they hold."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Literal

import msgspec
from dateutil.easter import easter  # type: ignore[import-untyped,unused-ignore]
from msgspec import Meta

from bot.places.records import Source

SchoolStatus = Literal["cours", "vacances", "inconnu"]

# The check must warn early enough for a volunteer to find the next official calendar.
WARNING_AHEAD = dt.timedelta(days=365)

_Month = Annotated[int, Meta(ge=1, le=12)]
_Day = Annotated[int, Meta(ge=1, le=31)]


class CalendarError(ValueError):
    """The calendar file cannot be used; the message is one French sentence for volunteers."""


class _Record(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Common rules: immutable; an unknown field is an error."""


class Period(_Record, frozen=True, kw_only=True):
    """A school holiday; both days are included."""

    nom: str
    debut: dt.date
    fin: dt.date


class SchoolYear(_Record, frozen=True, kw_only=True):
    """The holidays of one school year. ``annee`` is written "2026-2027"."""

    annee: Annotated[str, Meta(pattern=r"^20[0-9]{2}-20[0-9]{2}$")]
    rentree: dt.date
    conges: list[Period]
    sources: Annotated[list[Source], Meta(min_length=1)]


class FixedDay(_Record, frozen=True, kw_only=True):
    """A day that comes back at the same date every year."""

    nom: str
    mois: _Month
    jour: _Day


class EasterDay(_Record, frozen=True, kw_only=True):
    """A day set by Easter: ``apres_paques`` days after Easter Sunday."""

    nom: str
    apres_paques: Annotated[int, Meta(ge=-60, le=80)]


class PublicHolidays(_Record, frozen=True, kw_only=True):
    """The legal public holidays."""

    fixes: list[FixedDay]
    mobiles: list[EasterDay]
    sources: Annotated[list[Source], Meta(min_length=1)]


class CommunityDays(_Record, frozen=True, kw_only=True):
    """Days on which schools and many public bodies close without being a legal holiday."""

    jours: list[FixedDay]
    sources: Annotated[list[Source], Meta(min_length=1)]


class CalendarFile(_Record, frozen=True, kw_only=True):
    """What ``catalogue/calendrier.yml`` says."""

    couvre_depuis: dt.date
    valable_jusqu_au: dt.date
    annees: Annotated[list[SchoolYear], Meta(min_length=1)]
    jours_feries: PublicHolidays
    fetes_communautaires: CommunityDays


class SchoolCalendar:
    """Answers what a day is; "inconnu" outside the span its sources cover.

    >>> calendar = SchoolCalendar.load(Path("catalogue/calendrier.yml"))
    >>> calendar.status(dt.date(2026, 10, 21))
    'vacances'
    """

    def __init__(self, data: CalendarFile) -> None:
        """Build the calendar from a decoded file.

        Raises:
            CalendarError: a period ends before it starts or overlaps the one before, the span is empty,
                a fixed day does not exist, or no school year reaches ``valable_jusqu_au``.
        """
        self.covers_from = data.couvre_depuis
        self.holds_until = data.valable_jusqu_au
        self.periods: tuple[Period, ...] = tuple(
            sorted((p for y in data.annees for p in y.conges), key=lambda p: p.debut)
        )
        self._public = data.jours_feries
        self._community = {_fixed_key(day): day.nom for day in data.fetes_communautaires.jours}
        self._public_fixed = {_fixed_key(day): day.nom for day in data.jours_feries.fixes}
        self._easter_days: dict[int, dict[dt.date, str]] = {}
        _check(self, data)

    @classmethod
    def load(cls, path: Path) -> SchoolCalendar:
        """Read the calendar from its YAML file.

        Raises:
            CalendarError: the file is missing, is not YAML, or says something impossible.
        """
        try:
            data = msgspec.yaml.decode(path.read_bytes(), type=CalendarFile)
        except OSError as error:
            raise CalendarError(
                f"{path} : le calendrier ne peut pas être lu. Vérifiez que le fichier existe."
            ) from error
        except msgspec.ValidationError as error:
            raise CalendarError(
                f"{path} : une valeur n'a pas la forme attendue ({error}). "
                "Comparez avec une année déjà écrite."
            ) from error
        except (msgspec.DecodeError, ValueError) as error:
            mark = getattr(error.__cause__, "problem_mark", None)
            where = f", ligne {mark.line + 1}" if mark is not None else ""
            raise CalendarError(
                f"{path}{where} : ce n'est pas du YAML correct. Vérifiez les espaces et les deux-points."
            ) from error
        try:
            return cls(data)
        except CalendarError as error:
            raise CalendarError(f"{path} : {error}") from error

    def status(self, day: dt.date) -> SchoolStatus:
        """Say whether schools of the FWB are on holiday that day.

        Week-ends between two weeks of school are "cours": they are no school holiday.
        """
        if not self.covers_from <= day <= self.holds_until:
            return "inconnu"
        return "vacances" if self.school_holiday(day) else "cours"

    def school_holiday(self, day: dt.date) -> str | None:
        """Name of the school holiday that day falls in; ``None`` if there is none we know of."""
        for period in self.periods:
            if period.debut <= day <= period.fin:
                return period.nom
        return None

    def public_holiday(self, day: dt.date) -> str | None:
        """Name of the legal public holiday that day is, any year; ``None`` otherwise."""
        return self._public_fixed.get((day.month, day.day)) or self._movable(day.year).get(day)

    def community_day(self, day: dt.date) -> str | None:
        """Name of a day when schools and public bodies close although it is no legal holiday."""
        return self._community.get((day.month, day.day))

    def warning(self, today: dt.date) -> str | None:
        """One French sentence when the calendar ends within a year; ``None`` while it holds longer."""
        left = self.holds_until - today
        if left > WARNING_AHEAD:
            return None
        until = f"{self.holds_until:%d/%m/%Y}"
        if left < dt.timedelta(0):
            return (
                f"Le calendrier scolaire s'arrête le {until} : depuis, l'assistant répond « inconnu ». "
                "Ajoutez les congés de l'année en cours, avec leur source."
            )
        return (
            f"Le calendrier scolaire ne va que jusqu'au {until}. "
            "Ajoutez les congés de l'année suivante dès leur publication, avec leur source."
        )

    def _movable(self, year: int) -> dict[dt.date, str]:
        if year not in self._easter_days:
            sunday = easter(year) if 1583 <= year <= 4099 else None
            self._easter_days[year] = (
                {sunday + dt.timedelta(days=d.apres_paques): d.nom for d in self._public.mobiles}
                if sunday is not None
                else {}
            )
        return self._easter_days[year]


def _fixed_key(day: FixedDay) -> tuple[int, int]:
    return (day.mois, day.jour)


def _check(calendar: SchoolCalendar, data: CalendarFile) -> None:
    """Refuse a calendar that would give wrong answers silently."""
    if data.valable_jusqu_au < data.couvre_depuis:
        raise CalendarError(
            "« valable_jusqu_au » vient avant « couvre_depuis ». Corrigez les dates."
        )
    for period in calendar.periods:
        if period.fin < period.debut:
            raise CalendarError(
                f"« {period.nom} » finit ({period.fin}) avant de commencer ({period.debut})."
            )
    for before, after in pairwise(calendar.periods):
        if after.debut <= before.fin:
            raise CalendarError(
                f"« {before.nom} » (jusqu'au {before.fin}) et « {after.nom} » "
                f"(dès le {after.debut}) se chevauchent."
            )
    for day in (*data.jours_feries.fixes, *data.fetes_communautaires.jours):
        try:
            dt.date(2024, day.mois, day.jour)
        except ValueError as error:
            raise CalendarError(
                f"« {day.nom} » : le {day.jour}/{day.mois} n'existe pas."
            ) from error
    last = max((p.fin for p in calendar.periods), default=data.couvre_depuis)
    if data.valable_jusqu_au > last:
        raise CalendarError(
            f"« valable_jusqu_au » ({data.valable_jusqu_au}) dépasse le dernier congé écrit ({last}) : "
            "après lui, rien ne dit quand l'école reprend."
        )
