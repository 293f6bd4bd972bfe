"""``relais start``: one line when ready, nothing left behind, one sentence when it cannot."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from bot import paths
from bot.processes import free_port, port_is_free

START = [sys.executable, "-m", "bot.cli", "start", "--port"]


def test_a_port_in_use_is_one_sentence_and_exit_1() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = subprocess.run(
            [*START, str(port)], cwd=paths.ROOT, capture_output=True, text=True, check=False
        )
    assert done.returncode == 1
    assert f"Le port {port} est déjà utilisé" in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    assert done.stdout == ""


def test_a_broken_place_file_is_one_sentence_naming_it_and_exit_1(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from typer.testing import CliRunner

    from bot import cli

    folder = tmp_path / "catalogue"
    shutil.copytree(paths.CATALOGUE, folder)
    place = next(iter(sorted((folder / "places").glob("*.yml"))))
    place.write_text("id: [", encoding="utf-8")
    monkeypatch.setattr(cli, "CATALOGUE", folder)
    monkeypatch.setenv("RELAIS_STATE", str(tmp_path / "state"))
    result = CliRunner().invoke(cli.app, ["start", "--port", str(free_port())])
    said = result.output + capsys.readouterr().err
    assert result.exit_code == 1
    assert place.name in said
    assert "Traceback" not in said


@pytest.mark.server
def test_ctrl_c_stops_everything_and_a_start_says_little(model: Path, tmp_path: Path) -> None:
    port = free_port()
    environment = {**os.environ, "RELAIS_STATE": str(tmp_path)}
    with subprocess.Popen(
        [*START, str(port)],
        cwd=paths.ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as started:
        assert started.stdout is not None
        lines = []
        for line in started.stdout:
            lines.append(line)
            if "prêt" in line:
                break
        assert f"http://localhost:{port}/" in lines[-1]
        assert len(lines) < 10
        children = _children(started.pid)
        assert len(children) == 2
        started.send_signal(signal.SIGINT)
        try:
            assert started.wait(30) == 0
        finally:
            started.kill()
    deadline = time.monotonic() + 10
    while any(map(_is_alive, children)) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert not any(map(_is_alive, children))
    assert port_is_free(port)


def _children(pid: int) -> list[int]:
    """The processes started by ``pid`` (Linux)."""
    listed = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii")
    return [int(child) for child in listed.split()]


def _is_alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()[0]
    except OSError:
        return False
    return state != "Z"
