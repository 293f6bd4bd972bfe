"""Fixtures shared by all tests: the trained model and the real servers, each made once."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.logs import quiet_libraries

quiet_libraries()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run what is fast first: the tests that start servers and browsers come last."""
    items.sort(key=lambda item: any(item.iter_markers(name) for name in ("server", "browser")))


@pytest.fixture(scope="session")
def model() -> Path:
    """The model trained from the files as they are; trained now if it does not exist yet."""
    from bot.training import TrainingRun, model_path

    path = model_path()
    if path.is_file():
        return path
    return TrainingRun(path.parent / "train-tests.log").result()


@pytest.fixture(scope="session")
def state(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A state folder of the tests' own: no conversation of the developer's is touched."""
    folder = tmp_path_factory.mktemp("relais")
    before = os.environ.get("RELAIS_STATE")
    os.environ["RELAIS_STATE"] = str(folder)
    yield folder
    if before is None:
        del os.environ["RELAIS_STATE"]
    else:
        os.environ["RELAIS_STATE"] = before


@pytest.fixture(scope="session")
def address(model: Path, state: Path) -> Iterator[str]:
    """The address of the real assistant: Rasa and action server, started once for all tests."""
    from bot.launch import Assistant
    from bot.processes import free_port

    with Assistant(model, free_port(), logs=state / "logs") as assistant:
        assistant.wait_until_ready()
        yield assistant.address
