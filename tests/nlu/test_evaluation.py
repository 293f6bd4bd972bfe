"""The evaluation: its measures on small data, what counts as right, thresholds, comparison, report."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest

from bot.evaluation import cross_validation, french, measures, svg
from bot.evaluation.comparison import accepted_of, compare, load_accepted, save_accepted
from bot.evaluation.errors import EvaluationError
from bot.evaluation.heldout import (
    AgeCase,
    HeldOut,
    IntentCase,
    MomentCase,
    PitfallCase,
    PlaceCase,
    load_heldout,
)
from bot.evaluation.html import render
from bot.evaluation.judging import Judgement, judge
from bot.evaluation.moments import expected_moments
from bot.evaluation.records import (
    Calibration,
    Confusion,
    CrossValidation,
    Figure,
    Reading,
    Report,
    Stock,
    Verdict,
)
from bot.evaluation.stock import pipeline, reading
from bot.evaluation.thresholds import Threshold, blocks, failures, load_thresholds
from bot.evaluation.training_data import TrainingSentence
from bot.evaluation.variations import KINDS, Kind, slip_letters, strike_anywhere, vary
from bot.evaluation.whole_conversations import judge_conversations

# Words no other sentence holds.
_NAMES = ["".join(random.Random(n).choices("abcdefghijklmnoprstuvz", k=9)) for n in range(24)]
SUNDAY = dt.date(2026, 3, 1)


# --- Measures --------------------------------------------------------------------------------------


def test_precision_recall_and_f1_of_an_intent_follow_their_definitions() -> None:
    expected = ["a", "a", "a", "b"]
    read = ["a", "a", "b", "b"]
    scores = {score.intent: score for score in measures.intent_scores(expected, read)}
    assert (scores["a"].precision, scores["a"].rappel, scores["a"].f1) == (100.0, 66.67, 80.0)
    assert (scores["b"].precision, scores["b"].rappel, scores["b"].soutien) == (50.0, 100.0, 1)


def test_an_intent_names_what_it_is_taken_for_most_often_first() -> None:
    scores = measures.intent_scores(["a"] * 4, ["c", "b", "b", "a"])
    assert scores[0].confusions == (("b", 2), ("c", 1))


def test_the_confusion_matrix_keeps_a_column_for_what_is_only_ever_read() -> None:
    matrix = measures.confusion(["a", "b"], ["a", "nlu_fallback"])
    assert matrix.lus == ("a", "b", "nlu_fallback")
    assert matrix.comptes == ((1, 0, 0), (0, 0, 1))


def test_a_model_sure_at_80_and_right_8_times_in_10_has_no_calibration_error() -> None:
    curve = measures.calibration([0.8] * 10, [True] * 8 + [False] * 2)
    assert curve.erreur == pytest.approx(0.0)
    assert curve.tranches[0].messages == 10


def test_the_calibration_error_weighs_each_slice_by_its_messages() -> None:
    # 3 messages sure at 100 %, all wrong; 1 sure at 50 %, right.
    curve = measures.calibration([1.0, 1.0, 1.0, 0.5], [False, False, False, True])
    assert curve.erreur == pytest.approx((3 * 100 + 1 * 50) / 4)


def test_several_needs_are_counted_over_all_messages() -> None:
    expected = [frozenset("ab"), frozenset("cd")]
    read = [frozenset("ab"), frozenset("cx")]
    figures = {figure.mesure: figure.valeur for figure in measures.several_needs(expected, read)}
    assert figures["multi_rappel"] == 75.0
    assert figures["multi_precision"] == 75.0
    assert figures["multi_f1"] == 75.0
    assert figures["multi_exact"] == figures["multi_toutes"] == 50.0


def test_the_95_percent_interval_of_50_over_50_does_not_claim_certainty() -> None:
    low, high = measures.wilson_interval(50, 50)
    assert low == pytest.approx(92.9, abs=0.1)
    assert high == pytest.approx(100.0)


def test_the_95th_percentile_is_a_value_that_was_measured() -> None:
    assert measures.percentile([float(i) for i in range(1, 101)], 0.95) == 95.0
    assert measures.percentile([3.0], 0.95) == 3.0


# --- What counts as right --------------------------------------------------------------------------


def _entity(kind: str, value: Any, **more: Any) -> dict[str, Any]:
    return {"entity": kind, "value": value, **more}


def _place(commune: str, *others: str, code: str | None = None) -> dict[str, Any]:
    candidates = [{"commune": name} for name in (commune, *others)]
    return _entity(
        "lieu",
        commune,
        commune=commune,
        code_postal=code,
        ambigu=bool(others),
        candidats=candidates,
    )


def _sets(**given: Any) -> HeldOut:
    """Test sets that hold only what is given."""
    names = ("besoins", "conversation", "urgences", "sosies", "multi", "pieges", "lieux", "ages")
    empty: dict[str, Any] = dict.fromkeys((*names, "dates", "conversations_entieres"), ())
    return HeldOut(**{**empty, **given}, digests={"besoins": "1"})


def _reader(answers: Mapping[str, Reading]) -> Any:
    """A model that knows its answers by heart, whatever the capitals and accents."""
    return lambda text: answers.get(text, Reading("hors_sujet", 0.1))


def _judged(sets: HeldOut, answers: Mapping[str, Reading]) -> dict[str, float]:
    judged = judge(sets, _reader(answers), SUNDAY)
    return {figure.mesure: figure.valeur for figure in judged.figures}


def test_not_being_sure_does_not_count_as_the_first_choice_but_may_be_among_three() -> None:
    sets = _sets(besoins=(IntentCase(texte="x", intent="besoin_repit"),))
    unsure = Reading("nlu_fallback", 0.2, (("besoin_accueil", 0.2), ("besoin_repit", 0.19)))
    figures = _judged(sets, {"x": unsure})
    assert figures["besoins_premier"] == 0.0
    assert figures["besoins_trois"] == 100.0
    assert figures["incertains"] == figures["incertains_proposes"] == 100.0
    assert figures["erreurs_silencieuses"] == 0.0


def test_a_wrong_need_said_with_assurance_is_a_silent_mistake() -> None:
    sets = _sets(besoins=(IntentCase(texte="x", intent="besoin_repit"),))
    figures = _judged(sets, {"x": Reading("besoin_accueil", 0.9, (("besoin_accueil", 0.9),))})
    assert figures["erreurs_silencieuses"] == 100.0


def test_an_emergency_of_another_kind_is_still_an_emergency() -> None:
    sets = _sets(urgences=(IntentCase(texte="x", intent="urgence_medicale"),))
    answer = Reading("urgence_violence", 0.9, emergency="urgence_violence")
    figures = _judged(sets, {"x": answer})
    assert figures["urgences_reconnues"] == 100.0
    assert figures["urgences_bon_genre"] == 0.0


def test_a_look_alike_and_an_ordinary_need_raised_as_emergencies_are_told_apart() -> None:
    alarm = Reading("urgence_detresse", 0.9, emergency="urgence_detresse")
    sets = _sets(
        sosies=(IntentCase(texte="x", intent="besoin_repit"),),
        besoins=(
            IntentCase(texte="y", intent="besoin_repit"),
            IntentCase(texte="z", intent="besoin_repit"),
        ),
    )
    figures = _judged(sets, {"x": alarm, "y": alarm})
    assert figures["sosies_en_urgence"] == 100.0
    assert figures["ordinaires_en_urgence"] == 50.0


def test_a_pitfall_is_fallen_into_when_any_need_read_is_one_it_is_not() -> None:
    case = PitfallCase(texte="x", intent="besoin_accueil", pas=("besoin_isolement",))
    both = Reading("besoin_accueil", 0.9, needs=("besoin_accueil", "besoin_isolement"))
    figures = _judged(_sets(pieges=(case,)), {"x": both})
    assert figures["pieges_premier"] == 100.0
    assert figures["pieges_evites"] == 0.0


@pytest.mark.parametrize(
    ("entities", "measure"),
    [
        ([_place("Liège")], "lieux_justes"),
        ([_place("LIEGE")], "lieux_justes"),
        ([_place("Frasnes-lez-Anvaing", "Liège")], "lieux_justes"),  # ambiguous: we ask which
        ([_place("Namur"), _place("Liège")], "lieux_autres"),  # the first place counts
        ([], "lieux_manques"),
    ],
)
def test_a_named_place_is_right_another_or_missed(entities: list[Any], measure: str) -> None:
    sets = _sets(lieux=(PlaceCase(texte="x", commune="Liège"),))
    figures = _judged(sets, {"x": Reading("donner_lieu", 1.0, entities=tuple(entities))})
    assert figures[measure] == 100.0


def test_a_place_read_where_none_is_named_is_invented() -> None:
    sets = _sets(lieux=(PlaceCase(texte="oui", commune=None), PlaceCase(texte="non", commune=None)))
    figures = _judged(sets, {"oui": Reading("affirmer", 1.0, entities=(_place("Huy"),))})
    assert figures["lieux_inventes"] == 50.0


@pytest.mark.parametrize(
    ("expected", "read", "right"),
    [
        (18, [18.0], True),
        (18, [19.0], True),  # a month more or less
        (18, [20.0], False),
        ((24, 60), [{"mois": 60}, {"mois": 24}], True),
        ((24, 60), [{"mois": 24}], False),
        (10, [10, 10], True),  # the same age said twice
        (None, [], True),
        (None, [34 * 12], False),
        (-4, [-4], True),
    ],
)
def test_ages_are_right_when_all_are_within_a_month(expected: Any, read: Any, right: bool) -> None:
    sets = _sets(ages=(AgeCase(texte="x", mois=expected),))
    entities = tuple(_entity("age", value) for value in read)
    figures = _judged(sets, {"x": Reading("donner_age", 1.0, entities=entities)})
    assert figures["ages_justes"] == (100.0 if right else 0.0)


# SUNDAY is 1 March 2026; Wednesday is the 4th, Monday the 2nd.
@pytest.mark.parametrize(
    ("description", "start", "end", "right"),
    [
        ("mercredi, matin", "2026-03-04T08:00", "2026-03-04T12:00", True),
        ("mercredi, matin", "2026-03-04T13:00", "2026-03-04T18:00", False),
        ("mercredi, matin", "2026-03-05T08:00", "2026-03-05T12:00", False),
        ("demain", "2026-03-02T00:00", "2026-03-03T00:00", True),
        ("demain", "2026-03-03T00:00", "2026-03-04T00:00", False),
        ("après-demain", "2026-03-03T00:00", "2026-03-04T00:00", True),
        ("aujourd'hui, soir", "2026-03-01T18:00", "2026-03-02T00:00", True),
        ("mardi ; jeudi", "2026-03-05T00:00", "2026-03-06T00:00", True),
        ("mardi ; jeudi", "2026-03-04T00:00", "2026-03-05T00:00", False),
        ("week-end (samedi et dimanche)", "2026-03-07T00:00", "2026-03-09T00:00", True),
        ("du lundi au vendredi, matin", "2026-03-02T08:00", "2026-03-02T12:00", True),
        ("semaine prochaine", "2026-03-02T00:00", "2026-03-09T00:00", True),
        ("semaine prochaine", "2026-03-09T00:00", "2026-03-16T00:00", False),
        ("demain, à 14 h", "2026-03-02T14:00", "2026-03-02T15:00", True),
        ("mercredi, de 13 h à 16 h", "2026-03-04T13:00", "2026-03-04T16:00", True),
        ("mercredi, de 13 h à 16 h", "2026-03-04T13:00", "2026-03-04T17:00", False),
        ("après 17 h (tous les jours)", "2026-03-02T17:00", "2026-03-02T21:00", True),
        ("soir (tous les jours)", "2026-03-02T08:00", "2026-03-02T12:00", False),
    ],
)
def test_a_window_is_judged_by_its_day_and_its_part_of_the_day(
    description: str, start: str, end: str, right: bool
) -> None:
    sets = _sets(dates=(MomentCase(texte="x", attendu=description),))
    entity = _entity("quand", {"debut": start, "fin": end})
    figures = _judged(sets, {"x": Reading("donner_date", 1.0, entities=(entity,))})
    assert figures["dates_justes"] == (100.0 if right else 0.0)


def test_a_moment_nobody_could_check_is_refused() -> None:
    with pytest.raises(ValueError, match="un de ces jours"):
        expected_moments("un de ces jours")


# --- Other ways of writing -------------------------------------------------------------------------


def test_the_same_seed_writes_the_same_slips() -> None:
    text = "je cherche une crèche pour ma fille de dix-huit mois"
    for kind in KINDS:
        first = kind.rewrite(text, random.Random(7))
        assert first == kind.rewrite(text, random.Random(7))


def test_about_one_word_in_ten_is_misspelt() -> None:
    words = ["maison"] * 5000
    rng = random.Random(0)
    typed = strike_anywhere(" ".join(words), rng).split(" ")
    changed = sum(word != "maison" for word in typed)
    assert 400 < changed < 600


def test_a_slip_in_one_letter_out_of_ten_is_far_more_than_one_word_out_of_ten() -> None:
    typed = slip_letters(" ".join(["maison"] * 2000), random.Random(0)).split(" ")
    assert sum(word != "maison" for word in typed) > 700


def test_a_loss_is_told_in_points() -> None:
    sets = _sets(
        besoins=(
            IntentCase(texte="crèche", intent="besoin_accueil"),
            IntentCase(texte="langes", intent="besoin_precarite"),
        )
    )
    answers = {
        "crèche": Reading("besoin_accueil", 0.9, (("besoin_accueil", 0.9),)),
        "langes": Reading("besoin_precarite", 0.9, (("besoin_precarite", 0.9),)),
    }
    upper = Kind("capitales", "en capitales", lambda text, _: text.replace("è", "e"))
    varied = vary(sets, _reader(answers), seed=0, kinds=(upper,))
    losses = {figure.mesure: figure.valeur for figure in varied[0].pertes}
    assert losses["perte_capitales_besoins_premier"] == 50.0


# --- Cross-validation ------------------------------------------------------------------------------


def _sentences(**intents: str) -> list[TrainingSentence]:
    return [
        TrainingSentence(text, intent.replace("__", "+"), f"{intent}.yml")
        for intent, texts in intents.items()
        for text in texts.split("|")
    ]


def test_cross_validation_judges_each_single_need_sentence_by_its_first_place() -> None:
    sentences = _sentences(besoin_a="x|y", urgence_b="z", besoin_a__besoin_c="w")
    names = ["besoin_a", "besoin_c", "urgence_b"]
    margins = np.array([[2, 0, 1], [0, 1, 2], [0, 1, 2], [2, 1, 0]], dtype=np.float32)
    result = cross_validation._judged(sentences, names, margins, folds=2)
    figures = {figure.mesure: figure.valeur for figure in result.figures}
    assert figures["validation_besoins_premier"] == 50.0
    assert figures["validation_besoins_trois"] == 100.0
    assert figures["validation_urgences"] == 100.0
    assert figures["validation_multi"] == 100.0
    assert [(v.texte, v.obtenu) for v in result.verdicts] == [("y", "urgence_b")]


def _first_choices(sentences: list[TrainingSentence]) -> Figure:
    result = cross_validation.cross_validate(sentences, lambda _: None, folds=3)
    return next(figure for figure in result.figures if figure.mesure == "validation_premier")


def test_cross_validation_finds_what_can_be_learnt() -> None:
    accueil = "|".join(f"une creche pour {name}" for name in _NAMES[:12])
    repit = "|".join(f"souffler sans {name}" for name in _NAMES[12:])
    figure = _first_choices(_sentences(besoin_accueil=accueil, besoin_repit=repit))
    assert figure.total == 24
    assert figure.valeur > 90


def test_cross_validation_never_shows_a_model_a_copy_of_the_sentence_it_judges() -> None:
    # Nothing tells the two intents apart but each sentence's own word: only a misspelt copy of it
    # on the wrong side of a fold could get them nearly all right.
    accueil, repit = ("|".join(f"une creche {name} svp" for name in _NAMES[i::2]) for i in (0, 1))
    assert _first_choices(_sentences(besoin_accueil=accueil, besoin_repit=repit)).valeur < 80


# --- Stock Rasa ------------------------------------------------------------------------------------


def test_stock_rasa_is_judged_in_its_favour() -> None:
    unsure = reading((("nlu_fallback", 0.7), ("besoin_a+besoin_b", 0.2), ("besoin_c", 0.1)))
    assert unsure.intent == "besoin_a+besoin_b"
    assert unsure.needs == ("besoin_a", "besoin_b")
    sets = _sets(besoins=(IntentCase(texte="x", intent="besoin_b"),))
    assert _judged(sets, {"x": unsure})["besoins_premier"] == 100.0


def test_stock_rasa_has_the_pipeline_rasa_init_writes() -> None:
    names = [component["name"] for component in pipeline(100)["pipeline"]]
    assert names == [
        "WhitespaceTokenizer",
        "RegexFeaturizer",
        "LexicalSyntacticFeaturizer",
        "CountVectorsFeaturizer",
        "CountVectorsFeaturizer",
        "DIETClassifier",
        "EntitySynonymMapper",
        "FallbackClassifier",
    ]


# --- Thresholds and comparison ---------------------------------------------------------------------


def _report(figures: tuple[Figure, ...] = (), verdicts: tuple[Verdict, ...] = ()) -> Report:
    return Report(
        date="2026-03-01T10:00:00+01:00",
        modele="relais-1.tar.gz",
        figures=figures,
        variations=(),
        intents=measures.intent_scores(["besoin_a"], ["besoin_b"]),
        confusion=Confusion(("besoin_a",), ("besoin_a", "besoin_b"), ((0, 1),)),
        calibration=Calibration((), 0.0),
        verdicts=verdicts,
        jeux={"besoins": "1"},
    )


def test_a_figure_under_its_threshold_refuses_the_model() -> None:
    report = _report((Figure("besoins_premier", "Besoin", 87.9),))
    found = failures(report, (Threshold(mesure="besoins_premier", minimum=88),))
    assert blocks(found)


def test_a_figure_exactly_at_its_threshold_passes() -> None:
    report = _report((Figure("a", "A", 88.0), Figure("b", "B", 3.0)))
    bounds = (Threshold(mesure="a", minimum=88), Threshold(mesure="b", maximum=3))
    assert failures(report, bounds) == ()


def test_a_threshold_of_the_next_step_is_told_without_refusing_the_model() -> None:
    report = _report((Figure("urgences_reconnues", "Urgences", 90.0),))
    found = failures(report, (Threshold(mesure="urgences_reconnues", minimum=99, bloquant=False),))
    assert len(found) == 1
    assert not blocks(found)


def test_a_figure_that_was_not_measured_fails_unless_it_is_optional() -> None:
    assert blocks(failures(_report(), (Threshold(mesure="absente", minimum=1),)))
    optional = Threshold(mesure="avance_sur_stock", minimum=3, facultatif=True)
    assert failures(_report(), (optional,)) == ()


_no_turns: Any = None  # no conversation is played
_no_facts: Any = None


def test_every_shipped_threshold_names_a_figure_that_is_measured() -> None:
    nothing = _sets()
    judged: Judgement = judge(nothing, _reader({}), SUNDAY)
    single = _sentences(besoin_a="x", besoin_b="y")
    validation: CrossValidation = cross_validation._judged(
        single, ["besoin_a", "besoin_b"], np.eye(2, dtype=np.float32), folds=2
    )
    report = msgspec.structs.replace(
        _report((*judged.figures, *judge_conversations([], _no_turns, _no_facts).figures)),
        variations=vary(nothing, _reader({}), seed=0),
        validation=validation,
        stock=Stock(1, 0.0, (Figure("avance_sur_stock", "Avance", 3.0, "points"),)),
    )
    named = {threshold.mesure for threshold in load_thresholds()}
    assert named <= report.every_figure().keys()


def test_a_threshold_without_a_bound_is_refused_with_its_name(tmp_path: Path) -> None:
    path = tmp_path / "seuils.yml"
    path.write_text("besoins_premier: {bloquant: true}\n", encoding="utf-8")
    with pytest.raises(EvaluationError, match=r"seuils\.yml, « besoins_premier »"):
        load_thresholds(path)


def _verdict(text: str, right: bool) -> Verdict:
    return Verdict("besoins", text, "besoin_a", "besoin_a" if right else "besoin_b", right)


def test_only_what_changed_since_the_accepted_evaluation_is_told() -> None:
    before = _report(
        (Figure("a", "A", 80.0), Figure("b", "B", 50.0)),
        (_verdict("tombée", True), _verdict("réparée", False), _verdict("toujours", False)),
    )
    after = _report(
        (Figure("a", "A", 82.0), Figure("b", "B", 50.0)),
        (_verdict("tombée", False), _verdict("réparée", True), _verdict("toujours", False)),
    )
    changes = compare(after, accepted_of(before))
    assert [(c.mesure, c.avant, c.apres) for c in changes.changements] == [("a", 80.0, 82.0)]
    assert [verdict.texte for verdict in changes.nouvelles_fautes] == ["tombée"]
    assert [verdict.texte for verdict in changes.fautes_corrigees] == ["réparée"]


def test_a_test_set_edited_since_is_named() -> None:
    before = accepted_of(_report())
    after = msgspec.structs.replace(_report(), jeux={"besoins": "2"})
    assert compare(after, before).jeux_changes == ("besoins",)


def test_the_accepted_evaluation_is_read_back_as_it_was_kept(tmp_path: Path) -> None:
    path = tmp_path / "derniere.json"
    assert load_accepted(path) is None
    report = _report((Figure("a", "A", 80.0),), (_verdict("x", False),))
    save_accepted(report, path)
    assert load_accepted(path) == accepted_of(report)


def test_durations_are_not_compared_since_they_depend_on_the_machine() -> None:
    report = _report((Figure("latence_mediane", "Durée", 7.0, "ms"),))
    assert accepted_of(report).figures == {}


# --- Reading the test sets -------------------------------------------------------------------------


def test_the_shipped_test_sets_hold_what_was_asked_for() -> None:
    sets = load_heldout()
    by_intent: dict[str, int] = {}
    for case in (*sets.besoins, *sets.urgences):
        by_intent[case.intent] = by_intent.get(case.intent, 0) + 1
    assert len(by_intent) == 22
    assert min(by_intent.values()) >= 25
    assert len(sets.multi) >= 40
    assert len(sets.pieges) >= 40
    assert len(sets.urgences) >= 150
    assert len(sets.sosies) >= 150
    assert len(sets.conversations_entieres) >= 60


def test_an_unreadable_entry_is_told_with_its_file_and_line(tmp_path: Path) -> None:
    for name in ("besoins", "conversation"):
        (tmp_path / f"{name}.yml").write_text("besoin_a:\n- x\n", encoding="utf-8")
    for name in ("urgences", "sosies", "multi", "pieges", "lieux", "ages", "dates"):
        (tmp_path / f"{name}.yml").write_text("[]\n", encoding="utf-8")
    (tmp_path / "lieux.yml").write_text(
        "# lieux\n- texte: Namur\n  commune: Namur\n- texte: Huy\n  comune: Huy\n", encoding="utf-8"
    )
    with pytest.raises(EvaluationError, match=r"lieux\.yml, ligne 4"):
        load_heldout(tmp_path)


def test_a_missing_test_set_is_told_by_its_path(tmp_path: Path) -> None:
    with pytest.raises(EvaluationError, match=r"ce jeu de test manque"):
        load_heldout(tmp_path)


# --- The report ------------------------------------------------------------------------------------


def test_the_page_needs_nothing_else_and_escapes_what_people_wrote() -> None:
    report = _report(
        (Figure("besoins_premier", "Besoin principal : premier choix", 50.0, "%", 1, 2),),
        (_verdict("<b>x</b> & co", False),),
    )
    page = render(report, load_thresholds(), (), None)
    assert "&lt;b&gt;x&lt;/b&gt; &amp; co" in page
    assert "<script" not in page
    assert "http" not in page
    assert "prefers-color-scheme:dark" in page


def test_the_page_says_what_changed() -> None:
    before = _report((Figure("a", "A", 80.0),), (_verdict("mal lue", True),))
    after = _report((Figure("a", "A", 78.5),), (_verdict("mal lue", False),))
    page = render(after, (), (), compare(after, accepted_of(before)))
    assert "−1,5" in page
    assert "Nouvelles fautes : 1" in page


def test_the_matrix_tells_each_confusion_in_words() -> None:
    picture = svg.confusion_matrix(Confusion(("a",), ("a", "b"), ((3, 1),)))
    assert "a compris b : 1 sur 4" in picture


def test_figures_are_written_as_french_readers_expect() -> None:
    assert french.amount(91.34, "%") == "91,3\u202f%"
    assert french.amount(1.9, "points") == "1,9\u202fpoint"
    assert french.difference(2.0, "%") == "+2\u202fpoints"
    assert french.moment("2026-03-05T07:04:59+01:00") == "05/03/2026 à 07:04"


def test_the_report_survives_json() -> None:
    report = _report((Figure("a", "A", 80.0, "%", 4, 5),), (_verdict("x", True),))
    assert msgspec.json.decode(msgspec.json.encode(report), type=Report) == report
