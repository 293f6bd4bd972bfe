"""The dialogues volunteers wrote, all of them, with the real assistant."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from bot.paths import ROOT

pytestmark = pytest.mark.server

SECONDS = 90  # after loading: time for a volunteer to wait


@pytest.fixture(scope="module")
def run(model: Path, state: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "bot.cli", "dialogues", "run", "--model", str(model)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=600)


def test_every_shipped_dialogue_goes_as_expected(run: subprocess.CompletedProcess[str]) -> None:
    assert run.returncode == 0, run.stdout


def test_the_shipped_dialogues_are_played_in_time(run: subprocess.CompletedProcess[str]) -> None:
    seconds = re.search(r"en (\d+) s", run.stdout)
    assert seconds is not None, run.stderr
    assert int(seconds[1]) <= SECONDS
