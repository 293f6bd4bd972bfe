"""Reading dialogue files: what is right is kept as written, what is wrong gets file, line and sentence."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec import UNSET

from bot.clock import BRUSSELS
from bot.dialogues.loading import (
    DIALOGUES,
    DialogueError,
    dialogue_files,
    load_dialogues,
    read_dialogues,
)
from bot.dialogues.reading import parse_moment
from bot.dialogues.records import DialogueFile, Script, Step
from bot.dialogues.vocabulary import Vocabulary, load_vocabulary

RIGHT = """\
date: 2026-11-23T10:00
test_cases:
  - test_case: Une maman à Andenne
    steps:
      - user: je ne connais personne
      - utter: utter_demander_lieu
      - user: Andenne
      - propose: {type: lieu_rencontre, commune: andenne, pas_plus_de_km: 2.5}
      - urgence: 0800 32 123
      - dit: /commune|code postal/
"""


@pytest.fixture(scope="module")
def vocabulary() -> Vocabulary:
    return load_vocabulary()


def written(folder: Path, text: str) -> Path:
    path = folder / "essai.yml"
    path.write_text(text, encoding="utf-8")
    return path


def steps(text: str, folder: Path, vocabulary: Vocabulary) -> tuple[Step, ...]:
    lines = "".join(f"      {line}\n" for line in ["- user: bonjour", *text.splitlines()])
    path = written(folder, f"test_cases:\n  - test_case: essai\n    steps:\n{lines}")
    content, problems = read_dialogues(path, vocabulary)
    assert not problems, problems
    assert content is not None
    return content.test_cases[0].steps[1:]


def sentence(text: str, folder: Path, vocabulary: Vocabulary) -> str:
    _, problems = read_dialogues(written(folder, text), vocabulary)
    assert problems
    return str(problems[0])


def step_sentence(step: str, folder: Path, vocabulary: Vocabulary) -> str:
    text = f"test_cases:\n  - test_case: x\n    steps:\n      - user: a\n      - {step}\n"
    return sentence(text, folder, vocabulary)


def scripts(text: str, folder: Path, vocabulary: Vocabulary) -> list[Script]:
    return load_dialogues([written(folder, text)], vocabulary)


def test_a_right_file_is_read(tmp_path: Path, vocabulary: Vocabulary) -> None:
    (script,) = scripts(RIGHT, tmp_path, vocabulary)
    assert script.dialogue.test_case == "Une maman à Andenne"
    assert script.moment == dt.datetime(2026, 11, 23, 10, 0, tzinfo=BRUSSELS)


def test_every_shipped_file_is_right(vocabulary: Vocabulary) -> None:
    assert len(load_dialogues(dialogue_files([]), vocabulary)) >= 40


def test_every_shipped_dialogue_has_a_date_of_its_own_or_of_its_file(
    vocabulary: Vocabulary,
) -> None:
    assert all(s.moment is not None for s in load_dialogues(dialogue_files([]), vocabulary))


def test_each_of_the_nineteen_needs_has_a_dialogue(vocabulary: Vocabulary) -> None:
    kept = {
        need
        for script in load_dialogues(dialogue_files([]), vocabulary)
        for step in script.dialogue.steps
        for slot in step.slot_was_set
        if slot.nom == "besoins" and isinstance(slot.valeur, tuple)
        for need in slot.valeur
    }
    assert kept == vocabulary.besoins


def test_a_dialogue_keeps_the_line_it_begins_at(tmp_path: Path, vocabulary: Vocabulary) -> None:
    (script,) = scripts(RIGHT, tmp_path, vocabulary)
    assert script.dialogue.ligne == 3
    assert [step.ligne for step in script.dialogue.steps] == [5, 6, 7, 8, 9, 10]


def test_a_dialogue_may_have_a_date_of_its_own(tmp_path: Path, vocabulary: Vocabulary) -> None:
    text = RIGHT.replace("    steps:", "    date: 2026-11-25 15:00\n    steps:")
    (script,) = scripts(text, tmp_path, vocabulary)
    assert script.moment == dt.datetime(2026, 11, 25, 15, 0, tzinfo=BRUSSELS)


def test_the_date_given_on_the_command_line_is_for_dialogues_without_one(
    tmp_path: Path, vocabulary: Vocabulary
) -> None:
    path = written(tmp_path, RIGHT.replace("date: 2026-11-23T10:00\n", ""))
    moment = dt.datetime(2027, 1, 4, 9, 0, tzinfo=BRUSSELS)
    assert load_dialogues([path], vocabulary, moment)[0].moment == moment


def test_one_word_stands_for_a_list_of_one(tmp_path: Path, vocabulary: Vocabulary) -> None:
    (step,) = steps("- dit: bonjour", tmp_path, vocabulary)
    assert step.dit == ("bonjour",)


def test_a_commune_is_known_whatever_its_capitals(tmp_path: Path, vocabulary: Vocabulary) -> None:
    (step,) = steps("- propose: {commune: LIEGE}", tmp_path, vocabulary)
    assert step.propose is not None
    assert step.propose.commune == ("Liège",)


def test_a_number_stays_as_it_is_written(tmp_path: Path, vocabulary: Vocabulary) -> None:
    (step,) = steps("- urgence: 0800 32 123", tmp_path, vocabulary)
    assert step.urgence == ("0800 32 123",)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("- slot_was_set: [besoins]", UNSET),
        ("- slot_was_set:\n    - besoins: [besoin_repit]", ("besoin_repit",)),
        ("- slot_was_set:\n    - age_mois: 24", "24"),
        ("- slot_was_set:\n    - lieu: null", None),
        ("- slot_was_set: {lieu: Jambes}", "Jambes"),
    ],
)
def test_a_slot_may_be_named_or_given_a_value(
    tmp_path: Path, vocabulary: Vocabulary, text: str, value: object
) -> None:
    (step,) = steps(text, tmp_path, vocabulary)
    assert step.slot_was_set[0].valeur == value


def test_the_assertions_of_rasa_are_read(tmp_path: Path, vocabulary: Vocabulary) -> None:
    text = """\
test_cases:
  - test_case: x
    steps:
      - user: bonjour
        assertions:
          - action_executed: action_repondre
          - slot_was_set:
              - name: besoins
                value: [besoin_repit]
          - bot_uttered:
              utter_name: utter_saluer
              text_matches: "Bonj.*"
              buttons:
                - title: Oui
                  payload: /affirmer
"""
    content, problems = read_dialogues(written(tmp_path, text), vocabulary)
    assert not problems
    assert content is not None
    action, slot, uttered = content.test_cases[0].steps[0].assertions
    assert action.action_executed == "action_repondre"
    assert slot.slot_was_set[0].nom == "besoins"
    assert uttered.bot_uttered is not None
    assert uttered.bot_uttered.buttons[0].payload == "/affirmer"


@pytest.mark.parametrize(
    ("step", "said"),
    [
        ("propse: {type: amo}", "Vouliez-vous dire « propose » ?"),
        ("propose: {type: halte_acueil}", "Vouliez-vous dire « halte_accueil » ?"),
        ("propose: {commune: Namure}", "n'est pas une commune de Wallonie ou de Bruxelles"),
        ("propose: {commune: Jambes}", "Vouliez-vous dire « Namur » ?"),
        ("propose: {ville: Namur}", "Le champ « ville » n'existe pas dans « propose »"),
        ("propose: {pas_plus_de_km: loin}", "ce n'est pas un nombre"),
        ("propose: {pas_plus_de_km: 2,5}", "Écrivez : 2.5"),
        ("propose: {rang: 0}", "un nombre de 1 à 10"),
        ("propose: {nouveau: peut-être}", "oui, ou non"),
        ("propose: {besoin: besoin_creche}", "qui n'est pas un besoin"),
        ("utter: utter_bonjour", "qui n'est pas une réponse de domain.yml"),
        ("user: /besoin_repos", "l'intention « besoin_repos » n'existe pas"),
        ("slot_was_set: [besoin]", "Vouliez-vous dire « besoins » ?"),
        ("slot_was_set: [{besoins: [besoin_repo]}]", "Vouliez-vous dire « besoin_repit » ?"),
        ("slot_was_set: [{lieu: Xyzzyville}]", "un endroit que l'assistant ne connaît pas"),
        ('dit: "/commune(/"', "qui n'est pas une expression régulière juste"),
        ("dit: []", "« dit » est une liste vide"),
        ("dit:", "« dit » demande une liste"),
        ("bot:", "« bot » est vide"),
        ("bot: [a, b]", "« bot » demande une seule valeur"),
        ("{dit: a, utter: utter_saluer}", "Une étape dit une seule chose, celle-ci en dit 2"),
        (
            "{assertions: [{action_executed: action_repondre}]}",
            "« assertions » se met sous « user »",
        ),
        ("bonjour", "demande des champs"),
        (f"user: {'a' * 1001}", "le site en accepte 1000"),
    ],
)
def test_a_mistake_gets_its_file_line_and_a_sentence(
    tmp_path: Path, vocabulary: Vocabulary, step: str, said: str
) -> None:
    told = step_sentence(step, tmp_path, vocabulary)
    assert "essai.yml, ligne 5 : " in told
    assert said in told


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("test_cases:\n  - test_case: x\n    steps:\n      - user: a: b\n", 4, "deux-points"),
        ("tests: []\n", 1, "Le champ « tests » n'existe pas"),
        ("date: hier\ntest_cases: []\n", 1, "Écrivez par exemple 2026-11-23T10:00"),
        ("test_cases: bonjour\n", 1, "demande une liste"),
        ("- user: a\n", 1, "Le fichier demande des champs"),
        ("test_cases:\n  - test_case: x\n", 2, "Le champ « steps » manque"),
        ("test_cases:\n  - test_case: x\n    steps:\n      - bot: a\n", 2, "le parent ne dit rien"),
        ("", 1, "vide"),
    ],
)
def test_a_file_of_the_wrong_shape_is_told(
    tmp_path: Path, vocabulary: Vocabulary, text: str, line: int, said: str
) -> None:
    told = sentence(text, tmp_path, vocabulary)
    assert f"ligne {line} : " in told
    assert said in told


def test_two_dialogues_of_a_file_never_bear_the_same_name(
    tmp_path: Path, vocabulary: Vocabulary
) -> None:
    one = "  - test_case: pareil\n    steps:\n      - user: a\n"
    told = sentence(f"test_cases:\n{one}{one}", tmp_path, vocabulary)
    assert "ligne 5 : Le nom « pareil » est déjà pris, ligne 2" in told


def test_all_the_mistakes_of_all_the_files_are_told_at_once(
    tmp_path: Path, vocabulary: Vocabulary
) -> None:
    wrong = [tmp_path / "a.yml", tmp_path / "b.yml", tmp_path / "absent.yml"]
    text = RIGHT.replace("lieu_rencontre", "lieu_rencontr").replace(
        "utter_demander", "utter_dmander"
    )
    wrong[0].write_text(text, encoding="utf-8")
    wrong[1].write_text("test_cases: oui\n", encoding="utf-8")
    with pytest.raises(DialogueError) as raised:
        load_dialogues(wrong, vocabulary)
    told = [(Path(p.fichier).name, p.ligne) for p in raised.value.problems]
    assert told == [("a.yml", 6), ("a.yml", 8), ("b.yml", 1), ("absent.yml", 1)]


def test_a_folder_stands_for_its_files(tmp_path: Path) -> None:
    (tmp_path / "b.yml").touch()
    (tmp_path / "a.yml").touch()
    assert [path.name for path in dialogue_files([tmp_path])] == ["a.yml", "b.yml"]


def test_without_files_the_shipped_ones_are_played() -> None:
    assert dialogue_files([]) == sorted(DIALOGUES.glob("**/*.yml"))


@pytest.mark.parametrize("text", ["2026-11-23", "23/11/2026 10:00", "2026-02-30T10:00", "demain"])
def test_what_is_no_date_and_time_is_refused(text: str) -> None:
    assert parse_moment(text) is None


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(line=st.integers(0, 9), put=st.text(alphabet="ab: -{}[]\"'\n\t&*!/|0é", max_size=12))
def test_no_file_makes_the_reader_stumble(
    tmp_path: Path, vocabulary: Vocabulary, line: int, put: str
) -> None:
    lines = RIGHT.splitlines()
    lines[line] = lines[line][: len(lines[line]) // 2] + put
    content, problems = read_dialogues(written(tmp_path, "\n".join(lines)), vocabulary)
    assert problems or isinstance(content, DialogueFile)
