"""The command a volunteer types: exit codes, and a report that says which turn and what was expected."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.dialogues import command
from bot.dialogues.outcomes import Failure, PlayedTurn, Result, Turn
from bot.dialogues.records import Dialogue, Script, Step
from bot.dialogues.report import report

RIGHT = "test_cases:\n  - test_case: Une maman\n    steps:\n      - user: bonjour\n"


def result(*failures: Failure) -> Result:
    dialogue = Dialogue(test_case="Une maman", steps=(Step(user="bonjour"),), ligne=2)
    greeting = PlayedTurn(0, Turn(said=None, messages=({"text": "Bienvenue."},)), ())
    turn = PlayedTurn(1, Turn(said="bonjour", messages=({"text": "Bonjour."},)), failures)
    return Result(Script("essai.yml", dialogue), (greeting, turn))


WRONG = result(Failure(5, "il dit « commune »", "« Bonjour. »"))


@pytest.fixture
def dialogue(tmp_path: Path) -> Path:
    path = tmp_path / "essai.yml"
    path.write_text(RIGHT, encoding="utf-8")
    return path


def played(
    monkeypatch: pytest.MonkeyPatch, dialogue: Path, came: Result, *options: str
) -> tuple[int, str]:
    """Run the command on one dialogue, as if the assistant had answered ``came``."""
    monkeypatch.setattr(command, "_play", lambda scripts, model: ([came], 1.0))
    arguments = ["run", str(dialogue), "--model", str(dialogue), *options]
    ran = CliRunner().invoke(command.app, arguments)
    return ran.exit_code, ran.stdout


def test_dialogues_that_go_as_expected_exit_with_0(
    monkeypatch: pytest.MonkeyPatch, dialogue: Path
) -> None:
    code, said = played(monkeypatch, dialogue, result())
    assert code == 0
    assert "1 dialogue, 1 tour, en 1 s : tout est comme attendu." in said


def test_one_failure_exits_with_1(monkeypatch: pytest.MonkeyPatch, dialogue: Path) -> None:
    code, said = played(monkeypatch, dialogue, WRONG)
    assert code == 1
    assert "1 dialogue en échec, 1 attente non remplie." in said


def test_a_conversation_can_be_shown_whole(monkeypatch: pytest.MonkeyPatch, dialogue: Path) -> None:
    _, said = played(monkeypatch, dialogue, result(), "--show")
    assert "Bienvenue.\nvous > bonjour\nBonjour." in said


def test_a_wrong_file_exits_with_2_before_anything_is_loaded(
    monkeypatch: pytest.MonkeyPatch, dialogue: Path
) -> None:
    dialogue.write_text(RIGHT.replace("user", "usr"), encoding="utf-8")
    monkeypatch.setattr(command, "_play", lambda scripts, model: pytest.fail("played"))
    ran = CliRunner().invoke(command.app, ["run", str(dialogue), str(dialogue.parent / "rien.yml")])
    assert ran.exit_code == 2
    assert "essai.yml, ligne 4 : Le champ « usr » n'existe pas" in ran.output
    assert "rien.yml, ligne 1 : Le fichier ne peut pas être ouvert" in ran.output


def test_a_date_that_is_none_exits_with_2(dialogue: Path) -> None:
    ran = CliRunner().invoke(command.app, ["run", str(dialogue), "--date", "demain"])
    assert ran.exit_code == 2
    assert "Écrivez par exemple 2026-11-23T10:00" in ran.output


def test_without_a_model_the_way_to_make_one_is_told(dialogue: Path) -> None:
    absent = str(dialogue.parent / "absent.tar.gz")
    ran = CliRunner().invoke(command.app, ["run", str(dialogue), "--model", absent])
    assert ran.exit_code == 1
    assert "relais train" in ran.output


def test_the_report_names_file_dialogue_turn_expected_and_came() -> None:
    assert report([WRONG, result()], 2.4).splitlines() == [
        "ÉCHEC  essai.yml, ligne 2 : « Une maman »",
        "  tour 1, le parent dit : « bonjour »",
        "    ligne 5",
        "      attendu : il dit « commune »",
        "      reçu    : « Bonjour. »",
        "",
        "2 dialogues, 2 tours, en 2 s : 1 dialogue en échec, 1 attente non remplie.",
    ]
