"""The school calendar: what it knows, until when, and what it refuses."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from bot.places.calendar import CalendarError, SchoolCalendar

SHIPPED = Path(__file__).parents[2] / "catalogue" / "calendrier.yml"


@pytest.fixture(scope="module")
def calendar() -> SchoolCalendar:
    return SchoolCalendar.load(SHIPPED)


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (dt.date(2025, 8, 24), "inconnu"),  # before the first year we hold
        (dt.date(2025, 8, 25), "cours"),  # rentrée 2025
        (dt.date(2025, 10, 20), "vacances"),
        (dt.date(2026, 3, 1), "vacances"),  # last day of the carnival break
        (dt.date(2026, 3, 2), "cours"),
        (dt.date(2026, 8, 23), "vacances"),
        (dt.date(2026, 8, 24), "cours"),  # rentrée 2026
        (dt.date(2026, 10, 21), "vacances"),  # a Wednesday of the autumn break
        (dt.date(2026, 11, 2), "vacances"),  # jour des défunts
        (dt.date(2026, 11, 3), "cours"),
        (dt.date(2026, 12, 23), "vacances"),
        (dt.date(2027, 1, 4), "cours"),
        (dt.date(2027, 2, 9), "vacances"),  # mardi gras
        (dt.date(2027, 3, 31), "cours"),  # Easter week is a school week
        (dt.date(2027, 5, 9), "vacances"),
        (dt.date(2027, 7, 14), "vacances"),
        (dt.date(2027, 8, 22), "vacances"),
        (dt.date(2027, 8, 23), "inconnu"),  # nobody gave us a certain rentrée 2027
        (dt.date(2027, 9, 29), "inconnu"),
    ],
)
def test_status_of_dated_days(calendar: SchoolCalendar, day: dt.date, expected: str) -> None:
    assert calendar.status(day) == expected


@pytest.mark.parametrize(
    ("day", "name"),
    [
        (dt.date(2026, 11, 1), "Toussaint"),
        (dt.date(2026, 11, 11), "Armistice"),
        (dt.date(2027, 3, 29), "Lundi de Pâques"),
        (dt.date(2027, 5, 6), "Ascension"),
        (dt.date(2027, 5, 17), "Lundi de Pentecôte"),
        (dt.date(2030, 6, 10), "Lundi de Pentecôte"),
        (dt.date(2027, 7, 21), "Fête nationale"),
        (dt.date(2027, 3, 28), None),
        (dt.date(2026, 9, 27), None),
    ],
)
def test_public_holidays_of_dated_days(
    calendar: SchoolCalendar, day: dt.date, name: str | None
) -> None:
    assert calendar.public_holiday(day) == name


@pytest.mark.parametrize("year", [2026, 2027, 2035])
def test_a_year_has_the_ten_legal_holidays(calendar: SchoolCalendar, year: int) -> None:
    days = [dt.date(year, 1, 1) + dt.timedelta(days=n) for n in range(365)]
    assert sum(calendar.public_holiday(day) is not None for day in days) == 10


def test_27_september_is_a_community_day_every_year(calendar: SchoolCalendar) -> None:
    for year in (2026, 2027, 2040):
        assert calendar.community_day(dt.date(year, 9, 27)) is not None
    assert calendar.community_day(dt.date(2026, 9, 28)) is None


def test_a_school_holiday_has_its_name(calendar: SchoolCalendar) -> None:
    assert calendar.school_holiday(dt.date(2027, 2, 24)) == "Congé de détente (carnaval)"


def test_every_school_year_names_its_sources(calendar: SchoolCalendar) -> None:
    assert len(calendar.periods) >= 10


def test_breaks_start_on_a_monday_and_end_on_a_sunday(calendar: SchoolCalendar) -> None:
    long = [p for p in calendar.periods if 7 < (p.fin - p.debut).days < 20]
    assert [p.debut.weekday() for p in long] == [0] * len(long)
    assert [p.fin.weekday() for p in long] == [6] * len(long)


def test_the_check_is_warned_a_year_ahead(calendar: SchoolCalendar) -> None:
    end = calendar.holds_until
    assert calendar.warning(end - dt.timedelta(days=366)) is None
    assert "ne va que jusqu'au" in (calendar.warning(end - dt.timedelta(days=300)) or "")


def test_an_ended_calendar_says_that_answers_are_unknown(calendar: SchoolCalendar) -> None:
    assert "inconnu" in (calendar.warning(calendar.holds_until + dt.timedelta(days=1)) or "")


def _with(tmp_path: Path, old: str, new: str) -> Path:
    text = SHIPPED.read_text(encoding="utf-8")
    assert old in text
    path = tmp_path / "calendrier.yml"
    path.write_text(text.replace(old, new), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("debut: 2026-10-19, fin: 2026-11-01", "debut: 2026-11-19, fin: 2026-11-01", "commencer"),
        ("debut: 2026-11-02, fin: 2026-11-02", "debut: 2026-10-30, fin: 2026-11-02", "chevauch"),
        ("valable_jusqu_au: 2027-08-22", "valable_jusqu_au: 2028-08-22", "dépasse"),
        ("valable_jusqu_au: 2027-08-22", "valable_jusqu_au: 2024-08-22", "avant"),
        ("valable_jusqu_au: 2027-08-22", "valable_jusqu_au: bientôt", "forme attendue"),
        ("mois: 12, jour: 25", "mois: 2, jour: 30", "n'existe pas"),
        ("annees:", "annees: [", "YAML"),
        ("fin: 2026-11-01}", "fin: }", "forme attendue"),
    ],
)
def test_a_wrong_calendar_is_refused_in_one_french_sentence(
    tmp_path: Path, old: str, new: str, words: str
) -> None:
    with pytest.raises(CalendarError, match=words):
        SchoolCalendar.load(_with(tmp_path, old, new))


def test_a_missing_calendar_is_refused_in_one_french_sentence(tmp_path: Path) -> None:
    with pytest.raises(CalendarError, match="ne peut pas être lu"):
        SchoolCalendar.load(tmp_path / "rien.yml")
