"""Stock Rasa (the pipeline ``rasa init`` writes, with DIET) trained on our sentences, to compare with.

It runs in a process of its own: TensorFlow keeps its memory until its process ends.
"""

from __future__ import annotations

import asyncio
import hashlib
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec
import yaml

from bot import paths
from bot.evaluation.errors import EvaluationError
from bot.evaluation.records import EMERGENCY, FALLBACK, NEED, Reading
from bot.evaluation.training_data import TrainingSentence
from bot.processes import die_with_parent

EPOCHS = 100


class Order(msgspec.Struct, frozen=True):
    """What the process is asked: where the data is, which sentences to read, where to answer."""

    folder: str
    model: str
    texts: tuple[str, ...]
    answers: str


class Answers(msgspec.Struct, frozen=True):
    """What it answers: for each text, the intents best first; and the minutes training took."""

    rankings: tuple[tuple[tuple[str, float], ...], ...]
    minutes: float


def pipeline(epochs: int) -> dict[str, Any]:
    """Return the configuration ``rasa init`` writes (Rasa 3.6), its pipeline in full."""
    return {
        "recipe": "default.v1",
        "assistant_id": "stock",
        "language": "fr",
        "pipeline": [
            {"name": "WhitespaceTokenizer"},
            {"name": "RegexFeaturizer"},
            {"name": "LexicalSyntacticFeaturizer"},
            {"name": "CountVectorsFeaturizer"},
            {
                "name": "CountVectorsFeaturizer",
                "analyzer": "char_wb",
                "min_ngram": 1,
                "max_ngram": 4,
            },
            {"name": "DIETClassifier", "epochs": epochs, "constrain_similarities": True},
            {"name": "EntitySynonymMapper"},
            {"name": "FallbackClassifier", "threshold": 0.3, "ambiguity_threshold": 0.1},
        ],
    }


def reading(ranking: Sequence[tuple[str, float]]) -> Reading:
    """Return stock Rasa's answer as a reading, in its favour.

    Its fallback is left out (its first choice beneath counts, where ours must answer), and a label
    ``a+b`` counts as both.
    """
    ranked = tuple((name, confidence) for name, confidence in ranking if name != FALLBACK)
    intent, confidence = ranked[0] if ranked else (FALLBACK, 0.0)
    labels = intent.split("+")
    return Reading(
        intent=intent,
        confidence=confidence,
        ranking=ranked,
        needs=tuple(label for label in labels if label.startswith(NEED)),
        emergency=next((label for label in labels if label.startswith(EMERGENCY)), None),
    )


def read_with_stock(
    sentences: Sequence[TrainingSentence], texts: Sequence[str], epochs: int, folder: Path
) -> tuple[dict[str, Reading], float]:
    """Train stock Rasa and return its reading of each text, and the minutes training took.

    Args:
        folder: where the trained model is kept: the same sentences are not learnt twice.

    Raises:
        EvaluationError: if training failed.
    """
    folder.mkdir(parents=True, exist_ok=True)
    digest = _write_project(folder, sentences, epochs)
    order = Order(
        folder=str(folder),
        model=str(folder / f"stock-{digest}.tar.gz"),
        texts=tuple(dict.fromkeys(texts)),
        answers=str(folder / "answers.json"),
    )
    (folder / "order.json").write_bytes(msgspec.json.encode(order))
    log = folder / "stock.log"
    with log.open("wb") as output:
        done = subprocess.run(
            [sys.executable, "-m", "bot.evaluation.stock", str(folder / "order.json")],
            cwd=paths.ROOT,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            preexec_fn=die_with_parent,
            check=False,
        )
    if done.returncode != 0:
        raise EvaluationError(
            f"L'entraînement de Rasa d'origine a échoué. Le détail est dans {log}."
        )
    answers = msgspec.json.decode(Path(order.answers).read_bytes(), type=Answers)
    readings = {
        text: reading(ranking) for text, ranking in zip(order.texts, answers.rankings, strict=True)
    }
    return readings, answers.minutes


def _write_project(folder: Path, sentences: Sequence[TrainingSentence], epochs: int) -> str:
    """Write configuration, domain and sentences; return a digest of them."""
    by_intent: dict[str, list[str]] = defaultdict(list)
    for sentence in sentences:
        by_intent[sentence.intent].append(sentence.texte)
    blocks = [
        {"intent": intent, "examples": "".join(f"- {text}\n" for text in texts)}
        for intent, texts in by_intent.items()
    ]
    documents = {
        "config.yml": pipeline(epochs),
        "domain.yml": {"version": "3.1", "intents": sorted(by_intent)},
        "nlu.yml": {"version": "3.1", "nlu": blocks},
    }
    digest = hashlib.sha256()
    for name, content in documents.items():
        text = yaml.safe_dump(content, allow_unicode=True, sort_keys=False, width=10**6)
        (folder / name).write_text(text, encoding="utf-8")
        digest.update(text.encode())
    return digest.hexdigest()[:12]


def _run(order: Order) -> None:
    """Train if there is no model yet, read the texts and write the answers."""
    from bot.logs import configure_logging, quiet_libraries

    quiet_libraries()
    from rasa.core.agent import Agent
    from rasa.model_training import train_nlu

    configure_logging()
    folder, model = Path(order.folder), Path(order.model)
    minutes_file = model.with_suffix(".minutes")
    if not model.is_file():
        start = time.monotonic()
        made = train_nlu(
            config=str(folder / "config.yml"),
            nlu_data=str(folder / "nlu.yml"),
            output=str(folder),
            domain=str(folder / "domain.yml"),
            fixed_model_name="stock-entrainement",
        )
        if not made:
            raise SystemExit(1)
        minutes_file.write_text(str((time.monotonic() - start) / 60), encoding="utf-8")
        Path(made).replace(model)
    agent = Agent.load(str(model))
    loop = asyncio.new_event_loop()
    rankings = [
        tuple(
            (intent["name"], float(intent["confidence"]))
            for intent in loop.run_until_complete(agent.parse_message(text))["intent_ranking"]
        )
        for text in order.texts
    ]
    answers = Answers(tuple(rankings), float(minutes_file.read_text(encoding="utf-8")))
    Path(order.answers).write_bytes(msgspec.json.encode(answers))


if __name__ == "__main__":
    _run(msgspec.json.decode(Path(sys.argv[1]).read_bytes(), type=Order))
