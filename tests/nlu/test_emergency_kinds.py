"""Every training emergency says of which kind it is, and both layers choose the kind together."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from rasa.shared.nlu.training_data.message import Message

from bot.nlu.emergency_kinds import KINDS, DangerScores
from bot.nlu.emergency_lexicon import EmergencyLexicon
from bot.nlu.emergency_net import EmergencyNet
from bot.nlu.need_classifier import DETAIL, EMERGENCY, SCORES, all_labels
from bot.paths import CATALOGUE, DATA


def test_every_block_of_emergencies_says_its_kind() -> None:
    for path in sorted((DATA / "nlu").rglob("*.yml")):
        for block in yaml.safe_load(path.read_text(encoding="utf-8"))["nlu"]:
            all_labels(block["intent"], (block.get("metadata") or {}).get("genre"))


def test_an_emergency_without_a_kind_is_refused_with_what_to_write() -> None:
    with pytest.raises(ValueError, match="genre: …"):
        all_labels("urgence_medicale", None)


def test_the_first_numbers_are_help_lines_of_the_catalogue() -> None:
    lines = yaml.safe_load((CATALOGUE / "lignes.yml").read_text(encoding="utf-8"))
    assert {kind.premier_numero for kind in KINDS.values()} <= {line["numero"] for line in lines}


def read(text: str, scores: DangerScores | None, **found: Any) -> Message:
    message = Message.build(text)
    message.set(SCORES, scores)
    for name, value in found.items():
        message.set(name, value)
    lexicon = EmergencyNet(EmergencyLexicon.load(), EmergencyNet.get_default_config())
    return lexicon.process([message])[0]


def scores(score: float, **kinds: float) -> DangerScores:
    return DangerScores(score, {kind: kinds.get(kind, -1.0) for kind in KINDS})


def test_the_lexicon_rings_by_itself_when_the_classifier_hesitates() -> None:
    assert read("il respire plus", scores(-0.5)).get(EMERGENCY) == "urgence_medicale"


def test_the_lexicon_rings_without_any_classifier() -> None:
    assert read("il respire plus", None).get(EMERGENCY) == "urgence_medicale"


def test_the_lexicon_is_not_believed_where_the_classifier_is_all_but_certain() -> None:
    assert read("il respire plus", scores(-1.5)).get(EMERGENCY) is None


def test_seen_by_both_an_emergency_is_no_doubt_and_has_the_likeliest_kind() -> None:
    doubt = {"intent": "urgence_medicale", "famille": "vital", "gravite": "doute"}
    message = read(
        "il respire plus",
        scores(0.0, vital=0.2, intoxication=0.1),
        **{EMERGENCY: "urgence_medicale", DETAIL: doubt},
    )
    assert message.get(DETAIL)["premier_numero"] == "112"
    assert message.get(DETAIL)["gravite"] == "immediate"


def test_between_a_line_and_112_almost_as_likely_112_comes_first() -> None:
    assert scores(1.0, couple=0.3, danger_immediat=0.2).likeliest == "danger_immediat"
    assert scores(1.0, couple=0.7, danger_immediat=0.2).likeliest == "couple"


def test_violence_that_may_be_now_goes_to_112_sooner_than_thoughts_that_may_be_an_act() -> None:
    assert scores(1.0, couple=0.5, danger_immediat=0.2).likeliest == "danger_immediat"
    assert scores(1.0, suicide=0.5, geste=0.2).likeliest == "suicide"
