"""Starts the whole assistant — action server and Rasa — waits until it answers, stops it cleanly."""

from __future__ import annotations

import http.client
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import IO

from bot import paths
from bot.processes import die_with_parent, free_port, port_is_free

_START_SECONDS = 240
_STOP_SECONDS = 10
_POLL_SECONDS = 0.25


class LaunchError(RuntimeError):
    """The assistant could not start; the message is one sentence for the person at the keyboard."""


class Assistant:
    """The two servers, as a context manager: leaving it ends both.

    Args:
        model: the trained model.
        port: where Rasa listens; the action server takes a free one.
        host: address to listen on.
        logs: folder of the two servers' logs.
    """

    def __init__(
        self, model: Path, port: int, host: str = "127.0.0.1", logs: Path | None = None
    ) -> None:
        self.port = port
        self.host = host
        self.actions_port = free_port()
        self._model = model
        self._logs = logs or paths.state_folder() / "logs"
        self._processes: dict[str, subprocess.Popen[bytes]] = {}
        self._outputs: list[IO[bytes]] = []

    @property
    def address(self) -> str:
        """The address to open."""
        return f"http://{'localhost' if self.host == '127.0.0.1' else self.host}:{self.port}/"

    def __enter__(self) -> Assistant:
        if not port_is_free(self.port, self.host):
            raise LaunchError(
                f"Le port {self.port} est déjà utilisé. Choisissez-en un autre, par exemple : "
                f"make start PORT={self.port + 1}"
            )
        self._logs.mkdir(parents=True, exist_ok=True)
        self._run("actions", ["bot.action_server", "--port", str(self.actions_port)])
        server = ["bot.server", "--port", str(self.port), "--host", self.host]
        self._run("rasa", [*server, "--model", str(self._model)])
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.stop()

    def process(self, name: str) -> subprocess.Popen[bytes]:
        """Return the process of « actions » or « rasa »."""
        return self._processes[name]

    def wait_until_ready(self, progress: Callable[[], None] = lambda: None) -> None:
        """Wait until the assistant answers a first conversation.

        Raises:
            LaunchError: if a server ends first, or after four minutes.
        """
        deadline = time.monotonic() + _START_SECONDS
        while time.monotonic() < deadline:
            self.check()
            if self._answers():
                return
            progress()
            time.sleep(_POLL_SECONDS)
        raise LaunchError(
            f"L'assistant n'a pas répondu en {_START_SECONDS} secondes. "
            f"Le détail est dans {self._logs}."
        )

    def check(self) -> None:
        """Raise ``LaunchError`` if one of the servers has ended."""
        for name, process in self._processes.items():
            if process.poll() is not None:
                raise LaunchError(
                    f"Le serveur « {name} » s'est arrêté tout seul. "
                    f"Le détail est dans {self._logs / f'{name}.log'}."
                )

    def stop(self) -> None:
        """End both servers and wait until they are gone."""
        for process in self._processes.values():
            if process.poll() is None:
                process.terminate()
        deadline = time.monotonic() + _STOP_SECONDS
        for process in self._processes.values():
            try:
                process.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        for output in self._outputs:
            output.close()
        self._processes.clear()
        self._outputs.clear()

    def _run(self, name: str, command: list[str]) -> None:
        output = (self._logs / f"{name}.log").open("ab")
        self._outputs.append(output)
        self._processes[name] = subprocess.Popen(
            [sys.executable, "-m", *command],
            cwd=paths.ROOT,
            env={
                **os.environ,
                "RELAIS_ACTIONS_PORT": str(self.actions_port),
                "PYTHONWARNINGS": "ignore",
                "PYTHONUNBUFFERED": "1",
            },
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            # Ctrl-C goes to us alone: we stop them in order, and say so once.
            start_new_session=True,
            preexec_fn=die_with_parent,
        )

    def _answers(self) -> bool:
        """Tell whether both servers are up and the model is loaded."""
        return (
            _get_json(self.host, self.port, "/webhooks/site/").get("model") is True
            and _get_json("127.0.0.1", self.actions_port, "/health").get("status") == "ok"
        )


def _get_json(host: str, port: int, path: str) -> dict[str, object]:
    """Return the JSON object a server answers, or an empty one while it does not answer."""
    connection = http.client.HTTPConnection(host, port, timeout=2)
    try:
        connection.request("GET", path)
        content = json.loads(connection.getresponse().read())
    except (OSError, http.client.HTTPException, ValueError):
        return {}
    finally:
        connection.close()
    return content if isinstance(content, dict) else {}
