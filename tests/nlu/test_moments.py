"""When a parent would like to come: what is a wanted time, and its window in Belgian time."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.nlu.moments import MomentMention, find_moments
from bot.paths import CATALOGUE
from bot.places.calendar import SchoolCalendar

BRUSSELS = ZoneInfo("Europe/Brussels")
# A Wednesday.
NOW = dt.datetime(2026, 3, 11, 10, 0, tzinfo=BRUSSELS)


@pytest.fixture(scope="module")
def calendar() -> SchoolCalendar:
    return SchoolCalendar.load(CATALOGUE / "calendrier.yml")


def window(mention: MomentMention) -> str:
    """Write a window shortly; the last day of several is included."""
    begin, end = mention.debut, mention.fin
    if begin.hour or begin.minute or end.hour or end.minute:
        return f"{begin:%d/%m/%y %H:%M}-{end:%H:%M}"
    last = end - dt.timedelta(minutes=1)
    day = f"{begin:%d/%m/%y}"
    return day if begin.date() == last.date() else f"{day}-{last:%d/%m/%y}"


def windows(text: str, calendar: SchoolCalendar | None = None) -> list[str]:
    return [window(mention) for mention in find_moments(text, NOW, calendar)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("mercredi", "11/03/26"),
        ("jeudi", "12/03/26"),
        ("lundi", "16/03/26"),
        ("les mardis", "17/03/26"),
        ("tous les jeudis", "12/03/26"),
        ("chaque jeudi", "12/03/26"),
        ("un samedi sur deux", "14/03/26"),
        ("ce vendredi", "13/03/26"),
        ("lundi prochain", "16/03/26"),
        ("mercredi prochain", "18/03/26"),
        ("prochain mercredi", "18/03/26"),
        ("vendredi qui vient", "13/03/26"),
        ("lundi en huit", "23/03/26"),
        ("semaine prochaine mercredi", "18/03/26"),
        ("aujourd'hui", "11/03/26"),
        ("demain", "12/03/26"),
        ("urgent pour demain", "12/03/26"),
        ("après-demain", "13/03/26"),
        ("mercredi toute la journée", "11/03/26"),
        ("dès lundi", "16/03/26"),
        ("je travaille le lundi", "16/03/26"),
        ("vous êtes ouverts le samedi ?", "14/03/26"),
        ("ma formation commence lundi prochain", "16/03/26"),
        ("les mercredis après l'école", "11/03/26"),
        ("pas avant mercredi", "11/03/26"),
    ],
)
def test_a_day_is_its_next_occurrence(text: str, expected: str) -> None:
    assert windows(text) == [expected]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("mercredi matin", "11/03/26 06:00-12:00"),
        ("mercredi après-midi", "11/03/26 12:00-18:00"),
        ("vendredi soir", "13/03/26 18:00-23:00"),
        ("tous les mardis matin", "17/03/26 06:00-12:00"),
        ("jeudi en fin de journée", "12/03/26 16:00-19:00"),
        ("demain matin si possible", "12/03/26 06:00-12:00"),
        ("ce matin", "11/03/26 06:00-12:00"),
        ("ce midi", "11/03/26 12:00-14:00"),
        ("cet après-midi", "11/03/26 12:00-18:00"),
        ("ce soir", "11/03/26 18:00-23:00"),
        ("plutôt le matin", "11/03/26 06:00-12:00"),
        ("en soirée", "11/03/26 18:00-23:00"),
        ("en journée", "11/03/26 08:00-18:00"),
        ("le 20 mars au matin", "20/03/26 06:00-12:00"),
    ],
)
def test_a_part_of_the_day_is_a_window_of_hours(text: str, expected: str) -> None:
    assert windows(text) == [expected]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("vers 16h", "11/03/26 16:00-17:00"),
        ("à 14h30", "11/03/26 14:30-15:30"),
        ("14:30", "11/03/26 14:30-15:30"),
        ("vers 10 heures", "11/03/26 10:00-11:00"),
        ("vers quatre heures et demie", "11/03/26 16:30-17:30"),
        ("vers 4h", "11/03/26 16:00-17:00"),
        ("à 8h du matin", "12/03/26 08:00-09:00"),
        ("9h", "12/03/26 09:00-10:00"),
        ("à midi", "11/03/26 12:00-13:00"),
        ("de 9h à 12h", "11/03/26 09:00-12:00"),
        ("16h-18h", "11/03/26 16:00-18:00"),
        ("entre 9h et 15h", "11/03/26 09:00-15:00"),
        ("entre midi et deux", "11/03/26 12:00-14:00"),
        ("de neuf à seize heures", "11/03/26 09:00-16:00"),
        ("après 17h", "11/03/26 17:00-23:00"),
        ("à partir de 15h30", "11/03/26 15:30-23:00"),
        ("avant 10h", "12/03/26 06:00-10:00"),
        ("mercredi à 14h", "11/03/26 14:00-15:00"),
        ("jeudi 9h", "12/03/26 09:00-10:00"),
        ("mercredi: 14h-16h", "11/03/26 14:00-16:00"),
        ("vendredi de 9 à 11", "13/03/26 09:00-11:00"),
        ("demain soir vers 19h", "12/03/26 19:00-20:00"),
        ("ce soir 7h", "11/03/26 19:00-20:00"),
        ("demain de 9h à midi", "12/03/26 09:00-12:00"),
        ("entre 9 et 11h lundi", "16/03/26 09:00-11:00"),
        ("le matin de 8h30 à midi", "11/03/26 08:30-12:00"),
        ("maintenant", "11/03/26 10:00-11:00"),
        ("dans 2h", "11/03/26 12:00-13:00"),
    ],
)
def test_hours_are_read(text: str, expected: str) -> None:
    assert windows(text) == [expected]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("le 3 décembre", "03/12/26"),
        ("25 novembre", "25/11/26"),
        ("le 3 mars", "03/03/27"),
        ("3/12", "03/12/26"),
        ("mon rdv est le 18/03", "18/03/26"),
        ("01/12/2027", "01/12/27"),
        ("le 12", "12/03/26"),
        ("reprise du boulot le 2", "02/04/26"),
        ("pour le 1er avril", "01/04/26"),
        ("vendredi 13", "13/03/26"),
        ("lundi 16 mars", "16/03/26"),
        ("lundi 23 à 9h30", "23/03/26 09:30-10:30"),
        ("lundi 16 à 18h", "16/03/26 18:00-19:00"),
        ("lundi 9 à 12h", "16/03/26 09:00-12:00"),
        ("le 29 février", "29/02/28"),
        ("4/6 à 9h", "04/06/26 09:00-10:00"),
        ("lundi 16 mars à 10h", "16/03/26 10:00-11:00"),
        ("le 3 décembre à 14h30", "03/12/26 14:30-15:30"),
        ("du 12 au 19 mai", "12/05/26-19/05/26"),
    ],
)
def test_a_date_is_the_next_one_of_its_kind(text: str, expected: str) -> None:
    assert windows(text) == [expected]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("cette semaine", "11/03/26-15/03/26"),
        ("la semaine prochaine", "16/03/26-22/03/26"),
        ("la semaine pro", "16/03/26-22/03/26"),
        ("la semaine du 23 mars", "23/03/26-29/03/26"),
        ("début de semaine prochaine", "16/03/26-18/03/26"),
        ("en semaine", "11/03/26-13/03/26"),
        ("le week-end", "14/03/26-15/03/26"),
        ("du lundi au vendredi", "11/03/26-13/03/26"),
        ("depuis lundi jusque vendredi", "11/03/26-13/03/26"),
        ("avant lundi", "11/03/26-15/03/26"),
        ("dans 3 jours", "14/03/26"),
        ("dans quinze jours", "26/03/26"),
        ("dans deux semaines", "23/03/26-29/03/26"),
        ("dans un mois environ", "01/04/26-30/04/26"),
        ("en janvier", "01/01/27-31/01/27"),
        ("à partir de janvier", "01/01/27-31/01/27"),
        ("en mars", "11/03/26-31/03/26"),
        ("fin août", "21/08/26-31/08/26"),
        ("mi-novembre", "11/11/26-20/11/26"),
        ("le mois prochain", "01/04/26-30/04/26"),
        ("à Noël", "25/12/26"),
        ("à Pâques", "05/04/26"),
    ],
)
def test_weeks_and_months_are_read(text: str, expected: str) -> None:
    assert windows(text) == [expected]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("pendant les vacances", "27/04/26-10/05/26"),
        ("vacances de Noël", "21/12/26-03/01/27"),
        ("vacances de carnaval", "22/02/27-07/03/27"),
        ("vacances de Pâques", "27/04/26-10/05/26"),
        ("pendant le congé de Toussaint", "19/10/26-01/11/26"),
        ("grandes vacances", "04/07/26-23/08/26"),
        ("cet été", "04/07/26-23/08/26"),
        ("à la rentrée", "24/08/26-30/08/26"),
        ("jours fériés", "06/04/26"),
    ],
)
def test_holidays_are_those_of_the_school_calendar(
    text: str, expected: str, calendar: SchoolCalendar
) -> None:
    assert windows(text, calendar) == [expected]


def test_without_a_calendar_no_holiday_is_guessed() -> None:
    assert windows("pendant les vacances de Noël, ou un jour férié") == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("mecredi", ["11/03/26"]),
        ("merkrdi svp", ["11/03/26"]),
        ("mercredu apres midi", ["11/03/26 12:00-18:00"]),
        ("mercredi aprem", ["11/03/26 12:00-18:00"]),
        ("mercre apm", ["11/03/26 12:00-18:00"]),
        ("jeudit", ["12/03/26"]),
        ("samdi matin", ["14/03/26 06:00-12:00"]),
        ("samedo", ["14/03/26"]),
        ("lundy", ["16/03/26"]),
        ("dm1", ["12/03/26"]),
        ("2main", ["12/03/26"]),
        ("deml 10h", ["12/03/26 10:00-11:00"]),
        ("auj aprem", ["11/03/26 12:00-18:00"]),
        ("ojourdhui", ["11/03/26"]),
        ("l'aprem", ["11/03/26 12:00-18:00"]),
        ("dimanche ap midi", ["15/03/26 12:00-18:00"]),
        ("ce we", ["14/03/26-15/03/26"]),
        ("sam", ["14/03/26"]),
        ("sam matin", ["14/03/26 06:00-12:00"]),
        ("lun mar jeu", ["16/03/26", "17/03/26", "12/03/26"]),
        ("jeu ou ven", ["12/03/26", "13/03/26"]),
        ("moi disponible mercredi matin", ["11/03/26 06:00-12:00"]),
    ],
)
def test_shorthand_and_misspelt_days_are_read(text: str, expected: list[str]) -> None:
    assert windows(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("samedi et dimanche", ["14/03/26", "15/03/26"]),
        ("mardi ou vendredi, au choix", ["17/03/26", "13/03/26"]),
        ("lundi et jeudi après-midi", ["16/03/26 12:00-18:00", "12/03/26 12:00-18:00"]),
        ("vendredi soir ou samedi matin", ["13/03/26 18:00-23:00", "14/03/26 06:00-12:00"]),
        ("mardi matin et après-midi", ["17/03/26 06:00-12:00", "17/03/26 12:00-18:00"]),
        ("la semaine suivante, lundi ou mardi", ["16/03/26", "17/03/26"]),
        ("pas le vendredi, le jeudi oui", ["12/03/26"]),
        ("surtout pas le lundi, plutôt jeudi", ["12/03/26"]),
        ("non pas mardi, jeudi", ["12/03/26"]),
        ("j'ai perdu mon job, je peux venir jeudi", ["12/03/26"]),
    ],
)
def test_each_day_wanted_is_kept_and_each_refused_left_out(text: str, expected: list[str]) -> None:
    assert windows(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "pas demain la veille",
        "du jour au lendemain",
        "toute la journée",
        "un jour",
        "un beau jour",
        "tous les jours",
        "n'importe quand",
        "toujours",
        "ce matin il a pleuré",
        "samedi il est tombé du lit",
        "elle est revenue ce matin",
        "je suis la maman de ce matin",
        "hier soir",
        "lundi dernier",
        "mardi passé",
        "la semaine passée",
        "le mois dernier",
        "depuis lundi",
        "depuis ce matin",
        "jusqu'à lundi",
        "pas le lundi",
        "sauf le mercredi",
        "2 heures par semaine",
        "quelques heures",
        "pendant 2h",
        "3 heures de garde",
        "à 2h de route",
        "trois heures par nuit",
        "24h/24",
        "7j/7",
        "38h semaine",
        "deux matinées par semaine",
        "une demi-journée",
        "il se réveille à 5h du matin",
        "je ne dors plus la nuit",
        "il pleure le soir et il ne veut rien savoir de personne",
        "maintenant il a 5 ans",
        "mon fils est né mardi",
        "né en mars 2025",
        "elle a accouché jeudi",
        "on est arrivés en mai",
        "arrivés de Colombie en mai",
        "elle a été placée",
        "rue du 11 novembre",
        "gare du Midi",
        "place du Jeudi",
        "un mi-temps 4/5",
        "1/2 temps",
        "bonne soirée",
        "bon week-end",
        "bonsoir",
        "bonne fin de journée",
        "mai je sais pas",
        "je marche",
        "mon mari travaille",
        "la mer",
        "un jeu",
        "we are new here",
        "le 2",
        "je prends le 3",
        "5 jours par semaine",
        "une semaine sur deux",
        "un week-end sur deux",
        "prix à la journée",
        "24 heures",
        "il a 2 ans et demi",
        "",
    ],
)
def test_what_is_no_wanted_time_is_left_out(text: str, calendar: SchoolCalendar) -> None:
    assert windows(text, calendar) == []


@pytest.mark.parametrize(
    ("text", "precision"),
    [
        ("vers 16h", "heure"),
        ("mercredi matin", "partie"),
        ("mercredi", "jour"),
        ("la semaine prochaine", "semaine"),
        ("en janvier", "mois"),
        ("du lundi au vendredi", "periode"),
    ],
)
def test_the_precision_is_that_of_the_parent(text: str, precision: str) -> None:
    (mention,) = find_moments(text, NOW)
    assert mention.precision == precision


def test_a_part_of_today_that_is_over_is_next_week() -> None:
    late = NOW.replace(hour=14)
    (mention,) = find_moments("mercredi matin", late)
    assert mention.debut == dt.datetime(2026, 3, 18, 6, 0, tzinfo=BRUSSELS)


def test_this_morning_said_in_the_afternoon_is_past() -> None:
    assert find_moments("ce matin", NOW.replace(hour=14)) == ()


def test_tonight_said_after_midnight_is_the_night_going_on() -> None:
    (mention,) = find_moments("cette nuit", NOW.replace(hour=2))
    assert (mention.debut.day, mention.fin.day) == (10, 11)


def test_a_day_of_summer_time_keeps_its_local_hours() -> None:
    (mention,) = find_moments("dimanche 29 mars", NOW)
    assert mention.fin.astimezone(dt.timezone.utc) - mention.debut.astimezone(
        dt.timezone.utc
    ) == dt.timedelta(hours=23)


def test_a_time_without_zone_is_belgian_time() -> None:
    assert find_moments("demain", NOW.replace(tzinfo=None)) == find_moments("demain", NOW)


def test_another_zone_is_turned_into_belgian_time() -> None:
    late_in_london = dt.datetime(2026, 3, 11, 23, 30, tzinfo=ZoneInfo("Europe/London"))
    (mention,) = find_moments("demain", late_in_london)
    assert mention.debut == dt.datetime(2026, 3, 13, tzinfo=BRUSSELS)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("🎒 ça irait mercredi après-midi ? 😊", "mercredi après-midi"),
        ("cœur à cœur, jeudi matin", "jeudi matin"),
        ("plutôt mecredi aprem svp", "mecredi aprem"),
        ("e\u0301te\u0301 ou dm1\u00a0matin", "dm1\u00a0matin"),
        ("j'ai un entretien vendredi à 14h, qui garde ma fille ?", "vendredi à 14h"),
    ],
)
def test_the_offsets_are_those_of_the_text_as_typed(text: str, said: str) -> None:
    (mention,) = find_moments(text, NOW)
    assert (mention.text, text[mention.start : mention.end]) == (said, said)


WORDS = """
lundi mercredi mars mai juin 12 3/12 31/02 le la du au ce matin après-midi soir nuit journée
fin début de milieu à vers 14h 9h30 midi et ou pas depuis prochain semaine dans deux trois mois
jours heures vacances Noël carnaval été we demain hier 1er 39 avant après en jusqu'à entre
fériés quatre-vingts 2028 rentrée , . ( sam jeu
"""


@given(st.text(max_size=80))
def test_no_text_makes_it_fail(text: str) -> None:
    for mention in find_moments(text, NOW):
        assert text[mention.start : mention.end] == mention.text != ""


@given(st.lists(st.sampled_from(WORDS.split()), max_size=14).map(" ".join))
def test_every_moment_is_to_come_and_ends_after_it_starts(
    calendar: SchoolCalendar, text: str
) -> None:
    for mention in find_moments(text, NOW, calendar):
        assert mention.debut < mention.fin
        assert mention.fin > NOW
