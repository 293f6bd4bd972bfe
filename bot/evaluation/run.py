"""Runs a whole evaluation: a trained model in, a report out."""

from __future__ import annotations

import datetime as dt
import functools
import re
import statistics
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec

from bot.clock import BRUSSELS
from bot.dialogue.emergencies import answer_to
from bot.dialogue.services import default_services
from bot.dialogues.places import PlaceFacts
from bot.dialogues.playing import Player
from bot.evaluation import measures
from bot.evaluation.cross_validation import cross_validate
from bot.evaluation.heldout import HELDOUT, HeldOut, IntentCase, load_heldout
from bot.evaluation.judging import Judgement, among_first, judge, judge_labels
from bot.evaluation.records import Calibration, Figure, Reader, Reading, Report, Stock, Verdict
from bot.evaluation.stock import read_with_stock
from bot.evaluation.training_data import TRAINING, TrainingSentence, load_training
from bot.evaluation.variations import vary
from bot.evaluation.whole_conversations import judge_conversations
from bot.paths import DOMAIN
from bot.understanding import Understanding, Understood
from bot.wording import Wording

_WARM_UP = 20
_DIALLED = re.compile(r"\]\(tel:(\d+)\)")
_LINES_OPEN = dt.datetime(2026, 11, 23, 10, 30, tzinfo=BRUSSELS)
Say = Callable[[str], None]


def reading_of(understood: Understood) -> Reading:
    """Keep of an answer of our model what is judged."""
    return Reading(
        intent=understood.intent,
        confidence=understood.confidence,
        ranking=tuple((one["name"], one["confidence"]) for one in understood.ranking),
        needs=tuple(need["name"] for need in understood.needs),
        emergency=understood.emergency,
        first_number=first_number(understood),
        entities=tuple(understood.entities),
    )


def first_number(understood: Understood) -> str | None:
    """Return the number the parent sees first, while every line is open; ``None`` without emergency."""
    if understood.emergency is None:
        return None
    name = answer_to(
        understood.emergency, understood.emergency_detail, _LINES_OPEN, lambda hours, now: True
    )
    dialled = _DIALLED.search(_wording().text(name))
    return dialled[1] if dialled else None


@functools.lru_cache(maxsize=1)
def _wording() -> Wording:
    return Wording.load(DOMAIN)


class TimedReader:
    """Reads each sentence once, keeps the answer, and times it (milliseconds in ``durations``)."""

    def __init__(self, understanding: Understanding) -> None:
        self._understanding = understanding
        self._known: dict[str, Reading] = {}
        self.durations: list[float] = []

    def warm_up(self, texts: Sequence[str]) -> None:
        """Read some texts without counting them."""
        for text in texts:
            self._understanding.parse(text)

    def __call__(self, text: str) -> Reading:
        """Return what the model reads in ``text``."""
        if text not in self._known:
            start = time.perf_counter()
            understood = self._understanding.parse(text)
            self.durations.append((time.perf_counter() - start) * 1000)
            self._known[text] = reading_of(understood)
        return self._known[text]


class Options(msgspec.Struct, frozen=True):
    """What to measure.

    ``stock_epochs`` asks for the comparison with stock Rasa (slow); ``seed`` makes the spelling
    variations; ``work`` keeps what may serve again.
    """

    heldout: Path = HELDOUT
    training: Path = TRAINING
    work: Path = Path(".relais/evaluation")
    cross_validation: bool = True
    stock_epochs: int | None = None
    seed: int = 0


def evaluate(model: Path, options: Options, say: Say, now: dt.datetime) -> Report:
    """Measure a trained model on the test sets, and the training by cross-validation.

    Args:
        model: a model of ``relais train``.
        say: told, in French, what is going on.
        now: when the evaluation is made; « demain » is counted from its date in Belgium.

    Raises:
        EvaluationError: if a test set or a training file cannot be read, or stock Rasa fails.
    """
    sets = load_heldout(options.heldout)
    say("Chargement du modèle")
    reader = TimedReader(Understanding(model))
    reader.warm_up([case.texte for case in sets.besoins[:_WARM_UP]])
    say("Lecture des jeux de test")
    judged = judge(sets, reader, now.astimezone(BRUSSELS).date())
    durations = tuple(reader.durations)
    say("Conversations entières")
    talked = _conversations(model, sets)
    say("Lecture des mêmes messages, écrits autrement")
    variations = vary(sets, reader, options.seed)
    sentences = load_training(options.training)
    return Report(
        date=now.astimezone(BRUSSELS).isoformat(timespec="seconds"),
        modele=model.name,
        figures=(*judged.figures, *talked.figures, *_latency(durations)),
        variations=variations,
        intents=measures.intent_scores(*_single_intents(judged.verdicts)),
        confusion=measures.confusion(*_single_intents(judged.verdicts)),
        calibration=_calibration((*sets.besoins, *sets.conversation), reader),
        verdicts=(*judged.verdicts, *talked.verdicts),
        jeux=sets.digests,
        validation=cross_validate(sentences, say) if options.cross_validation else None,
        stock=_stock(sets, sentences, judged.figures, options, say),
    )


def _conversations(model: Path, sets: HeldOut) -> Judgement:
    """Play the whole conversations with the real actions and catalogue, and judge them."""
    catalogue = default_services().catalogue
    return judge_conversations(
        sets.conversations_entieres, Player(model).play, PlaceFacts(catalogue)
    )


def _latency(durations: Sequence[float]) -> tuple[Figure, ...]:
    median, slow = statistics.median(durations), measures.percentile(durations, 0.95)
    return (
        Figure(
            "latence_mediane", "Durée de lecture d'un message : médiane", round(median, 2), "ms"
        ),
        Figure(
            "latence_p95",
            "Durée de lecture d'un message : 95 % sont lus en moins de",
            round(slow, 2),
            "ms",
        ),
    )


def _single_intents(verdicts: Sequence[Verdict]) -> tuple[list[str], list[str]]:
    """Return what was expected and read in the messages that have one right intent."""
    judged = [v for v in verdicts if v.jeu in ("besoins", "conversation", "urgences")]
    return [v.attendu for v in judged], [v.obtenu for v in judged]


def _calibration(cases: Sequence[IntentCase], read: Reader) -> Calibration:
    """Compare the confidence of the first of the ranking with how often it is right."""
    readings = [(case, read(case.texte)) for case in cases]
    ranked = [(case, reading) for case, reading in readings if reading.ranking]
    return measures.calibration(
        [reading.ranking[0][1] for _, reading in ranked],
        [among_first(reading, case.intent, 1) for case, reading in ranked],
    )


def _stock(
    sets: HeldOut,
    sentences: Sequence[TrainingSentence],
    ours: Sequence[Figure],
    options: Options,
    say: Say,
) -> Stock | None:
    """Judge stock Rasa on the same messages, if asked for."""
    if options.stock_epochs is None:
        return None
    say("Entraînement de Rasa d'origine (DIET) sur les mêmes phrases : c'est long")
    singles = (*sets.besoins, *sets.conversation, *sets.urgences, *sets.sosies)
    texts = [case.texte for case in (*singles, *sets.multi, *sets.pieges)]
    readings, minutes = read_with_stock(
        sentences, texts, options.stock_epochs, options.work / "stock"
    )
    figures = judge_labels(sets, readings.__getitem__).figures
    return Stock(
        options.stock_epochs, round(minutes, 1), (*map(_of_stock, figures), *_leads(ours, figures))
    )


def _of_stock(figure: Figure) -> Figure:
    return msgspec.structs.replace(figure, mesure=f"stock_{figure.mesure}")


# The messages with one right intent, whatever it is: needs, conversation, emergencies, look-alikes.
_ONE_INTENT = ("besoins_premier", "conversation_premier", "urgences_bon_genre", "sosies_premier")


def _leads(ours: Sequence[Figure], stock: Sequence[Figure]) -> tuple[Figure, Figure]:
    """Return how many points ours is ahead: on all messages with one right intent, and on needs."""
    return (
        Figure(
            "avance_sur_stock",
            "Toutes les intentions : avance sur Rasa d'origine",
            round(_accuracy(ours, _ONE_INTENT) - _accuracy(stock, _ONE_INTENT), 2),
            "points",
        ),
        Figure(
            "avance_sur_stock_besoins",
            "Besoin principal : avance sur Rasa d'origine",
            round(_accuracy(ours, _ONE_INTENT[:1]) - _accuracy(stock, _ONE_INTENT[:1]), 2),
            "points",
        ),
    )


def _accuracy(figures: Sequence[Figure], names: Sequence[str]) -> float:
    """Return the share, in %, of the messages of these figures that were read right."""
    chosen = [figure for figure in figures if figure.mesure in names]
    right = sum(figure.justes or 0 for figure in chosen)
    return 100 * right / sum(figure.total or 0 for figure in chosen)
