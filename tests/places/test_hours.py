"""Opening hours: dated cases written out, sentences read aloud, and no guess of "open"."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from zoneinfo import ZoneInfo

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.places.calendar import SchoolCalendar
from bot.places.hours import (
    ASK_FIRST,
    Etat,
    Raison,
    describe,
    describe_next,
    describe_place,
    describe_state,
    line_is_open,
    open_at,
    parse_problem,
    state,
)
from bot.places.records import Exception_, Place, Source, Statut, VacancesScolaires

BRUSSELS = ZoneInfo("Europe/Brussels")
CALENDAR = SchoolCalendar.load(Path(__file__).parents[2] / "catalogue" / "calendrier.yml")
WEDNESDAY = "We 14:00-16:30"
OFFICE = "Mo-Fr 08:00-17:00; PH off"


def place(
    horaires: str | None,
    *,
    vacances: str = "inconnu",
    statut: Statut = Statut.ACTIF,
    exceptions: list[Exception_] | None = None,
) -> Place:
    return Place(
        id="lieu",
        nom="Un lieu fictif",
        type="lieu_rencontre",
        statut=statut,
        horaires=horaires,
        vacances_scolaires=VacancesScolaires(vacances),
        exceptions=exceptions or [],
        sources=[Source(adresse="fictive")],
    )


def at(year: int, month: int, day: int, hour: int = 12, minute: int = 0) -> dt.datetime:
    return dt.datetime(year, month, day, hour, minute, tzinfo=BRUSSELS)


# --- Dated cases ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("horaires", "vacances", "moment", "etat", "raison"),
    [
        # An ordinary Wednesday of November 2026.
        (WEDNESDAY, "inconnu", at(2026, 11, 25, 15), Etat.OUVERT, Raison.HORAIRES),
        (WEDNESDAY, "inconnu", at(2026, 11, 25, 14), Etat.OUVERT, Raison.HORAIRES),
        (WEDNESDAY, "inconnu", at(2026, 11, 25, 16, 30), Etat.FERME, Raison.HORAIRES),
        (WEDNESDAY, "inconnu", at(2026, 11, 26, 15), Etat.FERME, Raison.HORAIRES),
        # A Wednesday of the autumn break 2026 (19 October to 1 November).
        (WEDNESDAY, "ferme", at(2026, 10, 21, 15), Etat.FERME, Raison.VACANCES),
        (WEDNESDAY, "inconnu", at(2026, 10, 21, 15), Etat.INCONNU, Raison.VACANCES_A_VERIFIER),
        (WEDNESDAY, "inconnu", at(2026, 10, 21, 18), Etat.FERME, Raison.HORAIRES),
        (WEDNESDAY, "ouvert", at(2026, 10, 21, 15), Etat.OUVERT, Raison.HORAIRES),
        # A Wednesday of the carnival break 2027.
        (WEDNESDAY, "ferme", at(2027, 2, 24, 15), Etat.FERME, Raison.VACANCES),
        # 11 November 2026 is a Wednesday; the hours say nothing of public holidays.
        (WEDNESDAY, "ouvert", at(2026, 11, 11, 15), Etat.INCONNU, Raison.JOUR_FERIE_A_VERIFIER),
        (WEDNESDAY + "; PH off", "ouvert", at(2026, 11, 11, 15), Etat.FERME, Raison.JOUR_FERIE),
        # 1 November 2026 is a Sunday of the autumn break.
        (
            "Mo-Su 10:00-18:00",
            "ouvert",
            at(2026, 11, 1),
            Etat.INCONNU,
            Raison.JOUR_FERIE_A_VERIFIER,
        ),
        ("Mo-Su 10:00-18:00", "ferme", at(2026, 11, 1), Etat.FERME, Raison.VACANCES),
        ("Mo-Su 10:00-18:00; PH off", "ouvert", at(2026, 11, 1), Etat.FERME, Raison.JOUR_FERIE),
        ("Mo-Fr,PH 10:00-18:00", "ouvert", at(2026, 11, 1), Etat.OUVERT, Raison.HORAIRES),
        # 27 September: a Sunday in 2026, a Monday in 2027.
        ("Mo-Su 10:00-18:00", "ouvert", at(2026, 9, 27), Etat.INCONNU, Raison.FETE_COMMUNAUTAIRE),
        (OFFICE, "ouvert", at(2027, 9, 27), Etat.INCONNU, Raison.FETE_COMMUNAUTAIRE),
        (OFFICE, "ferme", at(2027, 9, 27), Etat.FERME, Raison.FETE_COMMUNAUTAIRE),
        (OFFICE, "ouvert", at(2027, 9, 28), Etat.OUVERT, Raison.HORAIRES),
        # After the last day the school calendar covers (22 August 2027).
        (WEDNESDAY, "inconnu", at(2027, 9, 29, 15), Etat.INCONNU, Raison.CALENDRIER_INCONNU),
        (WEDNESDAY, "ferme", at(2027, 9, 29, 15), Etat.INCONNU, Raison.CALENDRIER_INCONNU),
        (WEDNESDAY, "ouvert", at(2027, 9, 29, 15), Etat.OUVERT, Raison.HORAIRES),
        # First and third Thursday: 5, 19 November 2026; not 12, not 26.
        ("Th[1,3] 09:00-11:00", "inconnu", at(2026, 11, 5, 10), Etat.OUVERT, Raison.HORAIRES),
        ("Th[1,3] 09:00-11:00", "inconnu", at(2026, 11, 12, 10), Etat.FERME, Raison.HORAIRES),
        ("Th[1,3] 09:00-11:00", "inconnu", at(2026, 11, 19, 10), Etat.OUVERT, Raison.HORAIRES),
        ("Th[2] 14:00-16:00", "inconnu", at(2026, 11, 12, 15), Etat.OUVERT, Raison.HORAIRES),
        ("Th[2] 14:00-16:00", "inconnu", at(2026, 11, 19, 15), Etat.FERME, Raison.HORAIRES),
        # Day and night means holidays too.
        ("24/7", "inconnu", at(2026, 12, 25, 3), Etat.OUVERT, Raison.HORAIRES),
        ("24/7", "inconnu", at(2027, 9, 27, 3), Etat.OUVERT, Raison.HORAIRES),
        # Midnight.
        ("Mo-Su 10:00-24:00", "ouvert", at(2026, 11, 24, 23, 59), Etat.OUVERT, Raison.HORAIRES),
        ("Mo-Su 10:00-24:00", "ouvert", at(2026, 11, 25, 0, 0), Etat.FERME, Raison.HORAIRES),
        # Nothing known.
        (None, "ouvert", at(2026, 11, 25, 15), Etat.INCONNU, Raison.SANS_HORAIRES),
        ("9h-12h", "ouvert", at(2026, 11, 25, 10), Etat.INCONNU, Raison.HORAIRES_ILLISIBLES),
    ],
)
def test_dated_states(
    horaires: str | None, vacances: str, moment: dt.datetime, etat: Etat, raison: Raison
) -> None:
    found = state(place(horaires, vacances=vacances), moment, CALENDAR)
    assert (found.etat, found.raison) == (etat, raison)


@pytest.mark.parametrize("statut", [Statut.FERME, Statut.SUSPENDU])
@pytest.mark.parametrize("horaires", ["24/7", "We 14:00-16:30", None])
def test_a_closed_or_suspended_place_is_never_open(statut: Statut, horaires: str | None) -> None:
    found = state(place(horaires, statut=statut), at(2026, 11, 25, 15), CALENDAR)
    assert (found.etat, found.prochaine_ouverture, found.selon_horaires) == (
        Etat.FERME,
        None,
        Etat.FERME,
    )


def test_a_place_nobody_confirmed_is_never_surely_open() -> None:
    found = state(place(WEDNESDAY, statut=Statut.INCONNU), at(2026, 11, 25, 15), CALENDAR)
    assert (found.etat, found.raison) == (Etat.INCONNU, Raison.STATUT_INCONNU)
    assert found.selon_horaires is Etat.OUVERT
    assert found.a_confirmer


def test_a_place_nobody_confirmed_is_closed_outside_its_hours() -> None:
    found = state(place(WEDNESDAY, statut=Statut.INCONNU), at(2026, 11, 26, 15), CALENDAR)
    assert found.etat is Etat.FERME


def test_day_and_night_has_no_next_change() -> None:
    found = state(place("24/7"), at(2026, 11, 25, 15), CALENDAR)
    assert (found.prochain_changement, found.prochaine_ouverture) == (None, None)


def test_next_opening_skips_the_school_holidays_of_a_place_that_closes() -> None:
    found = state(place(WEDNESDAY, vacances="ferme"), at(2026, 10, 14, 17), CALENDAR)
    assert found.prochaine_ouverture == at(2026, 11, 4, 14)


def test_next_opening_skips_days_that_are_only_perhaps_open() -> None:
    found = state(place(WEDNESDAY, vacances="ouvert"), at(2026, 11, 9), CALENDAR)
    assert found.prochaine_ouverture == at(2026, 11, 18, 14)
    assert found.prochain_changement == at(2026, 11, 11, 14)


def test_next_opening_is_found_across_the_summer() -> None:
    found = state(place(WEDNESDAY, vacances="ferme"), at(2026, 7, 6), CALENDAR)
    assert found.prochaine_ouverture == at(2026, 8, 26, 14)


def test_an_open_place_changes_when_it_closes() -> None:
    found = state(place(WEDNESDAY), at(2026, 11, 25, 15), CALENDAR)
    assert found.prochain_changement == at(2026, 11, 25, 16, 30)


# --- Dated closures ------------------------------------------------------------------------------

WORKS = Exception_(
    debut=dt.date(2026, 11, 23), fin=dt.date(2026, 11, 25), raison="Travaux dans la salle"
)


@pytest.mark.parametrize("day", [23, 24, 25])
def test_a_dated_closure_closes_from_its_first_to_its_last_day(day: int) -> None:
    found = state(place(OFFICE, exceptions=[WORKS]), at(2026, 11, day, 10), CALENDAR)
    assert (found.etat, found.raison, found.detail) == (
        Etat.FERME,
        Raison.EXCEPTION,
        "Travaux dans la salle",
    )


@pytest.mark.parametrize("day", [20, 26])
def test_a_dated_closure_holds_no_day_more(day: int) -> None:
    found = state(place(OFFICE, exceptions=[WORKS]), at(2026, 11, day, 10), CALENDAR)
    assert found.etat is Etat.OUVERT


def test_a_dated_closure_stops_a_place_open_day_and_night() -> None:
    found = state(place("24/7", exceptions=[WORKS]), at(2026, 11, 22), CALENDAR)
    assert found.prochain_changement == at(2026, 11, 23, 0)
    assert found.prochaine_ouverture == at(2026, 11, 26, 0)


def test_a_dated_change_replaces_the_hours_of_that_day() -> None:
    change = Exception_(
        debut=dt.date(2026, 11, 11), fin=dt.date(2026, 11, 11), horaires="We 10:00-12:00"
    )
    changed = place(WEDNESDAY, exceptions=[change])
    assert state(changed, at(2026, 11, 11, 11), CALENDAR).etat is Etat.OUVERT
    assert state(changed, at(2026, 11, 11, 15), CALENDAR).etat is Etat.FERME
    assert state(changed, at(2026, 11, 18, 15), CALENDAR).etat is Etat.OUVERT


def test_a_closure_among_two_exceptions_of_a_day_wins() -> None:
    opened = Exception_(debut=WORKS.debut, fin=WORKS.fin, horaires="Mo-Fr 08:00-12:00")
    found = state(place(OFFICE, exceptions=[WORKS, opened]), at(2026, 11, 24, 10), CALENDAR)
    assert found.etat is Etat.FERME


def test_unreadable_hours_of_an_exception_leave_the_day_unknown() -> None:
    odd = Exception_(debut=WORKS.debut, fin=WORKS.fin, horaires="le matin")
    found = state(place(OFFICE, exceptions=[odd]), at(2026, 11, 24, 10), CALENDAR)
    assert found.etat is Etat.INCONNU


def test_a_closure_without_an_end_cannot_be_written() -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({"debut": "2026-11-23"}, Exception_)


def test_a_night_belongs_to_the_day_it_starts_on() -> None:
    night = place("Fr 20:00-26:00; PH off", vacances="ouvert", exceptions=[
        Exception_(debut=dt.date(2026, 11, 27), fin=dt.date(2026, 11, 27))
    ])  # fmt: skip
    assert state(night, at(2026, 11, 21, 1), CALENDAR).etat is Etat.OUVERT
    assert state(night, at(2026, 11, 28, 1), CALENDAR).etat is Etat.FERME


# --- Clock changes and time zones ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("moment", "etat"),
    [
        (at(2026, 10, 24, 23), Etat.OUVERT),
        (at(2026, 10, 25, 1, 30), Etat.OUVERT),
        (at(2026, 10, 25, 3), Etat.FERME),
        (at(2027, 3, 27, 23), Etat.OUVERT),
        (at(2027, 3, 28, 1, 30), Etat.OUVERT),
        (at(2027, 3, 28, 3), Etat.FERME),
    ],
)
def test_nights_when_the_clock_changes(moment: dt.datetime, etat: Etat) -> None:
    found = state(place("Sa 22:00-26:00", vacances="ouvert"), moment, CALENDAR)
    assert found.etat is etat


def test_the_first_morning_of_winter_time_opens_at_the_clock() -> None:
    found = state(place("Mo-Fr 08:00-12:00", vacances="ouvert"), at(2026, 10, 25), CALENDAR)
    assert found.prochaine_ouverture == at(2026, 10, 26, 8)
    assert found.prochaine_ouverture.utcoffset() == dt.timedelta(hours=1)


def test_a_moment_in_another_time_zone_is_read_in_brussels_time() -> None:
    moment = dt.datetime(2026, 11, 25, 13, 30, tzinfo=dt.timezone.utc)
    assert state(place(WEDNESDAY), moment, CALENDAR).etat is Etat.OUVERT


def test_a_moment_without_time_zone_is_brussels_time() -> None:
    assert state(place(WEDNESDAY), dt.datetime(2026, 11, 25, 14), CALENDAR).etat is Etat.OUVERT


# --- A wanted time -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("start", "end", "etat"),
    [
        (at(2026, 11, 25, 15), None, Etat.OUVERT),
        (at(2026, 11, 25, 8), at(2026, 11, 25, 12), Etat.FERME),
        (at(2026, 11, 25, 12), at(2026, 11, 25, 18), Etat.OUVERT),
        (at(2026, 11, 25, 16, 30), at(2026, 11, 25, 18), Etat.FERME),
        (at(2026, 11, 25, 12), at(2026, 11, 25, 14), Etat.FERME),
        (at(2026, 11, 9, 0), at(2026, 11, 14, 0), Etat.INCONNU),  # only 11 November
        (at(2026, 11, 9, 0), at(2026, 11, 21, 0), Etat.OUVERT),
        (at(2026, 10, 21, 12), at(2026, 10, 21, 18), Etat.INCONNU),
    ],
)
def test_open_at_a_wanted_time(start: dt.datetime, end: dt.datetime | None, etat: Etat) -> None:
    assert open_at(place(WEDNESDAY), start, end, CALENDAR).etat is etat


def test_a_place_without_hours_is_unknown_at_a_wanted_time() -> None:
    assert open_at(place(None), at(2026, 11, 25), None, CALENDAR).etat is Etat.INCONNU


# --- Help lines ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("horaires", "moment", "expected"),
    [
        ("24/7", at(2026, 12, 25, 3), True),
        ("Mo-Su 10:00-24:00", at(2026, 11, 22, 9, 59), False),
        ("Mo-Su 10:00-24:00", at(2026, 11, 22, 10), True),
        ("Mo-Su 10:00-24:00", at(2026, 12, 25, 23), True),
        ("Mo-Fr 09:30-17:00", at(2026, 11, 23, 10), True),
        ("Mo-Fr 09:30-17:00", at(2026, 11, 11, 10), None),  # holiday: the hours do not tell
        ("Mo-Fr 09:30-17:00; PH off", at(2026, 11, 11, 10), False),
        ("Mo-Fr 09:30-17:00", at(2026, 11, 22, 10), False),
        (None, at(2026, 11, 22), None),
        ("lu-ve 09:30-17:00", at(2026, 11, 23), None),
    ],
)
def test_help_lines(horaires: str | None, moment: dt.datetime, expected: bool | None) -> None:
    assert line_is_open(horaires, moment) is expected


# --- What a volunteer reads ----------------------------------------------------------------------


@pytest.mark.parametrize(
    "horaires",
    [
        WEDNESDAY,
        OFFICE,
        "24/7",
        "off",
        "Mo-Su 10:00-24:00",
        "Th[1,3] 09:00-11:00",
        "Th[-1] 09:00-11:00; PH off",
        "Mo-Fr 09:00-12:00,13:00-16:00; Sa 09:00-12:00; PH off",
        "Mo-Fr 08:00-17:00; We 08:00-12:00",
        "We 14:00-16:00; Jul-Aug off",
        "Sep-Jun We 14:00-16:00; Jul-Aug We 10:00-12:00",
        "Mo-Fr 08:00-17:00; Dec 24-Jan 02 off",
        "Fr 20:00-02:00",
        "Mo 09:00-12:00, Mo 13:00-15:00",
        "week 1-53/2 We 14:00-16:00; PH off",
    ],
)
def test_well_written_hours_pass(horaires: str) -> None:
    assert parse_problem(horaires) is None


@pytest.mark.parametrize(
    ("horaires", "words"),
    [
        ("9h-12h", "« 09:00-12:00 »"),
        ("lu-ve 09:30-17:00", "« Mo-Fr 09:30-17:00 »"),
        ("Lu 09:00-12:00", "« Mo 09:00-12:00 »"),
        ("du lundi au vendredi de 8h à 18h30", "« Mo-Fr 08:00-18:30 »"),
        ("tous les jours 10h-24h", "« Mo-Su 10:00-24:00 »"),
        ("mo 09:00-12:00", "« Mo 09:00-12:00 »"),
        ("Mo–Fr 09:00–12:00", "« Mo-Fr 09:00-12:00 »"),
        ("un mercredi sur deux", "« We »"),
        ("sur rendez-vous", "rendez_vous"),
        ('Mo 09:00-12:00 "sur rdv"', "horaires_note"),
        ("Mo 09:00-09:00", "même heure"),
        ("Mo 00:00-00:00", "00:00-24:00"),
        ("Mo 10:00-27:00", "26:00"),
        ("Mo 14:00-09:00", "avant l'ouverture"),
        ("Mo 09:00+", "heure de fermeture"),
        ("Mo-Fr", "manque les heures"),
        ("24/7; PH off", "24/7"),
        ("Mo-Fr 08:00-12:00; 24/7", "24/7"),
        ("PH off; Mo-Fr 08:00-17:00", "à la fin"),
        ("Jul-Aug off; We 14:00-16:00", "à la fin"),
        ("PH off; week 1-53/2 We 14:00-16:00", "à la fin"),
        ("Jul-Aug Mo-Fr 10:00-16:00; Mo-Fr 08:00-17:00", "effacées"),
        ("We 14:00-16:30; SH off", "vacances_scolaires"),
        ("2026 Nov 01-2026 Nov 05 off", "exceptions"),
        ("Mo 09:00-12:00; Mo 13:00-15:00", "deux fois"),
        ("Mo-Fr 09:00-12:00; 13:00-16:00", "deux fois"),
        ("Mo 09:00-12:00;", "« ; »"),
        ("sunrise-sunset", "heures"),
        ("", "vides"),
        ("   ", "vides"),
        ("Mo " * 200, "trop longs"),
        ("garderie 8-18", "« garderie »"),
    ],
)
def test_wrong_hours_get_one_sentence_that_helps(horaires: str, words: str) -> None:
    problem = parse_problem(horaires)
    assert problem is not None
    assert words in problem
    assert "\n" not in problem


def test_a_suggestion_is_itself_well_written() -> None:
    for wrong in ("9h-12h", "lu-ve 9h-17h", "Mercredi de 14h à 16h30", "lundi 9h00-12h00"):
        problem = parse_problem(wrong) or ""
        assert parse_problem(problem.split("«")[1].split("»")[0].strip()) is None


# --- What a parent reads -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("horaires", "sentence"),
    [
        ("We 14:00-16:30", "Le mercredi de 14 h à 16 h 30."),
        ("Th[1,3] 09:00-11:00", "Le 1er et le 3e jeudi du mois, de 9 h à 11 h."),
        ("Th[2] 14:00-16:00", "Le 2e jeudi du mois, de 14 h à 16 h."),
        ("Th[-1] 09:00-11:00", "Le dernier jeudi du mois, de 9 h à 11 h."),
        ("Mo-Fr 07:00-18:00", "Du lundi au vendredi, de 7 h à 18 h."),
        ("24/7", "Jour et nuit, tous les jours."),
        ("Mo-Su 10:00-24:00", "Tous les jours, de 10 h à minuit."),
        ("Sa,Su 10:00-12:00", "Le samedi et le dimanche, de 10 h à 12 h."),
        (
            "Mo,We,Fr 09:00-12:00,13:00-16:00",
            "Le lundi, le mercredi et le vendredi, de 9 h à 12 h et de 13 h à 16 h.",
        ),
        (
            "Mo-Fr 08:00-17:00; We 08:00-12:00; PH off",
            "Le lundi, le mardi, le jeudi et le vendredi, de 8 h à 17 h. "
            "Le mercredi de 8 h à 12 h. Fermé les jours fériés.",
        ),
        (
            "Mo 09:00-12:00, Mo 13:00-15:00",
            "Le lundi, de 9 h à 12 h et de 13 h à 15 h.",
        ),
        (
            "Sep-Jun We 14:00-16:00; PH off",
            "De septembre à juin, le mercredi de 14 h à 16 h. Fermé les jours fériés.",
        ),
        (
            "We 14:00-16:00; Jul-Aug off",
            "Le mercredi de 14 h à 16 h. Fermé en juillet et en août.",
        ),
        (
            "Mo-Fr 08:00-17:00; Dec 24-Jan 02 off",
            "Du lundi au vendredi, de 8 h à 17 h. Fermé du 24 décembre au 2 janvier.",
        ),
        ("Fr 20:00-02:00", "Le vendredi de 20 h à 2 h du matin."),
        ("week 1-53/2 We 14:00-16:00", ASK_FIRST),
        ("We 14h", ASK_FIRST),
    ],
)
def test_hours_in_words(horaires: str, sentence: str) -> None:
    assert describe(horaires) == sentence


def test_a_place_tells_what_is_not_known_of_its_holidays() -> None:
    assert describe_place(place(WEDNESDAY)) == (
        "Le mercredi de 14 h à 16 h 30. À vérifier pendant les congés scolaires et les jours fériés."
    )


def test_a_place_tells_that_it_closes_with_the_schools() -> None:
    assert describe_place(place(OFFICE, vacances="ferme")) == (
        "Du lundi au vendredi, de 8 h à 17 h. Fermé les jours fériés. "
        "Fermé pendant les congés scolaires."
    )


def test_a_place_without_hours_has_no_sentence() -> None:
    assert describe_place(place(None)) is None


@pytest.mark.parametrize(
    ("now", "sentence"),
    [
        (at(2026, 11, 22), "Prochaine ouverture : mercredi 25 novembre à 14 h."),
        (at(2026, 11, 24), "Prochaine ouverture : demain, mercredi 25 novembre, à 14 h."),
        (at(2026, 11, 25, 9), "Prochaine ouverture : aujourd'hui à 14 h."),
        (at(2026, 12, 20), "Prochaine ouverture : mercredi 6 janvier 2027 à 14 h."),
    ],
)
def test_next_opening_in_words(now: dt.datetime, sentence: str) -> None:
    opening = state(place(WEDNESDAY, vacances="ferme"), now, CALENDAR)
    assert describe_next(opening, now) == sentence


def test_next_opening_of_an_unconfirmed_place_is_to_confirm() -> None:
    now = at(2026, 11, 22)
    opening = state(place(WEDNESDAY, statut=Statut.INCONNU), now, CALENDAR)
    assert (describe_next(opening, now) or "").endswith("à 14 h (à confirmer).")


def test_a_closed_place_has_no_next_opening_in_words() -> None:
    now = at(2026, 11, 22)
    opening = state(place(WEDNESDAY, statut=Statut.FERME), now, CALENDAR)
    assert describe_next(opening, now) is None


@pytest.mark.parametrize(
    ("vacances", "now", "sentence"),
    [
        ("inconnu", at(2026, 11, 25, 15), "Ouvert maintenant, jusqu'à 16 h 30."),
        ("inconnu", at(2026, 10, 21, 15), "À vérifier pendant les congés scolaires."),
        ("ferme", at(2026, 10, 21, 15), "Fermé pendant les congés scolaires."),
        ("inconnu", at(2026, 11, 11, 15), "À vérifier les jours fériés."),
        ("inconnu", at(2026, 11, 24, 15), "Fermé maintenant."),
    ],
)
def test_state_in_words(vacances: str, now: dt.datetime, sentence: str) -> None:
    opening = state(place(WEDNESDAY, vacances=vacances), now, CALENDAR)
    assert describe_state(opening, now) == sentence


# --- Whatever is written -------------------------------------------------------------------------

_WORDS = r"""Mo Tu We Th Fr Sa Su PH SH off 24/7 week Jul Dec easter unknown open sunrise lundi 9h à
; , - [ ] : + || ( ) « " 1 3 -1 31 2026 09:00 12:00 26:00 00:00"""
_PIECES = st.sampled_from(_WORDS.split())
_HOURS = st.one_of(
    st.text(max_size=60),
    st.lists(_PIECES, max_size=12).map(" ".join),
    st.lists(_PIECES, max_size=12).map("".join),
)
_MOMENTS = st.datetimes(dt.datetime(2020, 1, 1), dt.datetime(2040, 1, 1))


@settings(deadline=None, max_examples=300)
@given(_HOURS, _MOMENTS)
def test_no_text_stops_the_assistant(horaires: str, now: dt.datetime) -> None:
    problem = parse_problem(horaires)
    sentence = describe(horaires)
    found = state(place(horaires), now, CALENDAR)
    assert sentence.endswith(".")
    if problem is not None:
        assert sentence == ASK_FIRST
        assert found.etat is Etat.INCONNU
    line_is_open(horaires, now)


@settings(deadline=None, max_examples=200)
@given(
    st.sampled_from([WEDNESDAY, OFFICE, "24/7", "Th[1,3] 09:00-11:00", "Sa 22:00-26:00"]),
    st.sampled_from(["ouvert", "ferme", "inconnu"]),
    _MOMENTS,
)
def test_the_next_opening_is_in_the_future_and_open(
    horaires: str, vacances: str, now: dt.datetime
) -> None:
    lieu = place(horaires, vacances=vacances)
    found = state(lieu, now, CALENDAR)
    if found.prochaine_ouverture is not None:
        assert found.prochaine_ouverture > now.replace(tzinfo=BRUSSELS)
        assert state(lieu, found.prochaine_ouverture, CALENDAR).etat is Etat.OUVERT
    assert open_at(lieu, now, None, CALENDAR).etat is found.etat
