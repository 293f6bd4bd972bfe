"""The reviewed lexicon of emergencies: every line of it is tested, and so is what it must let pass."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from bot.nlu.emergency_lexicon import (
    LEXICON_PATH,
    EmergencyLexicon,
    EmergencyMatch,
    LexiconError,
    reviewed_sentences,
)
from bot.nlu.noise import add_typos, to_sms

_REVIEWED = list(reviewed_sentences())
_EXAMPLES = [(family, text, motif) for family, text, motif in _REVIEWED if motif is not None]
_COUNTER_EXAMPLES = [(family, text) for family, text, motif in _REVIEWED if motif is None]


@pytest.fixture(scope="module")
def lexicon() -> EmergencyLexicon:
    return EmergencyLexicon.load(LEXICON_PATH)


def _found(lexicon: EmergencyLexicon, text: str) -> EmergencyMatch:
    match = lexicon.match(text)
    assert match is not None, f"« {text} » devait sonner"
    return match


@pytest.mark.parametrize(("family", "text", "motif"), _EXAMPLES)
def test_every_example_of_the_lexicon_rings(
    lexicon: EmergencyLexicon, family: str, text: str, motif: str
) -> None:
    assert lexicon.match(text) is not None, f"{family} : « {motif} » ne reconnaît pas « {text} »"


@pytest.mark.parametrize(("family", "text", "motif"), _EXAMPLES)
def test_every_example_is_matched_by_its_own_line(
    lexicon: EmergencyLexicon, family: str, text: str, motif: str
) -> None:
    assert (family, motif) in {(f, m) for f, m in lexicon.explain(text)}


@pytest.mark.parametrize(("family", "text"), _COUNTER_EXAMPLES)
def test_every_counter_example_stays_silent(
    lexicon: EmergencyLexicon, family: str, text: str
) -> None:
    assert lexicon.match(text) is None, f"{family} : « {text} » devait se taire"


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("il respire plus", "112"),
        ("elle est toute bleue", "112"),
        ("il a avalé une pile", "070 245 245"),
        ("il a avalé de la javel et il respire mal", "112"),
        ("mon mari me frappe", "0800 30 030"),
        ("il m'empêche de sortir", "0800 30 030"),
        ("mon mari est en train de me frapper", "112"),
        ("il a un couteau", "112"),
        ("j'entends un enfant hurler chez les voisins", "103"),
        ("ma fille dit que papa la tape", "103"),
        ("j'ai été violée", "0800 98 100"),
        ("ce serait mieux si je n'étais plus là", "0800 32 123"),
        ("je vais le secouer s'il n'arrête pas", "0800 32 123"),
        ("j'ai peur de secouer mon bébé", "0800 32 123"),
        ("j'ai envie de jeter mon bébé contre le mur", "0800 32 123"),
        ("j'ai envie de frapper mon fils", "0800 32 123"),
        ("j'ai frappé mon fils", "103"),
        ("je l'ai secoué", "112"),
        ("j'ai les mains autour de son cou", "112"),
        ("j'ai avalé toute la boîte de cachets", "112"),
    ],
)
def test_the_first_number_fits_the_danger(
    lexicon: EmergencyLexicon, text: str, number: str
) -> None:
    assert _found(lexicon, text).premier_numero == number


@pytest.mark.parametrize(
    "text",
    [
        "il ne me frappe pas",
        "mon mari ne m'a jamais frappée",
        "il me frappe pas",
        "je suis morte de fatigue",
        "je vais le tuer mdr il a encore dessiné sur les murs",
        "je tuerais pour une sieste",
        "cette file me tue",
        "on crève la dalle",
        "mon ex me battait il y a dix ans, c'est fini",
        "quand j'étais petite mon père me frappait",
        "comment éviter la noyade ?",
        "dans le film son mari la frappe",
        "j'ai rêvé que mon bébé tombait par la fenêtre",
        "non c'était une blague",
        "il adore le poisson",
        "",
        "   ",
        "?!?",
        "😂😂😂",
    ],
)
def test_everyday_words_stay_silent(lexicon: EmergencyLexicon, text: str) -> None:
    assert lexicon.match(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "il n'arrête pas de me frapper",
        "je ne sais pas quoi faire, il a avalé une pile",
        "il ne me frappe pas, il m'étrangle",
        "mon père me frappait quand j'étais petite. Maintenant mon mari me frappe",
        "mon ex me battait il y a dix ans et maintenant il revient, j'ai peur, il me frappe",
        "je suis morte de fatigue et j'ai envie de mourir",
        "il m'a frappée lol",
        "depuis dix ans mon mari me frappe",
        "il me frappe, pas tous les jours",
    ],
)
def test_a_denial_a_joke_or_a_past_beside_it_hides_no_danger(
    lexicon: EmergencyLexicon, text: str
) -> None:
    assert lexicon.match(text) is not None


def test_not_wanting_to_die_is_still_asked_about(lexicon: EmergencyLexicon) -> None:
    assert _found(lexicon, "je ne veux pas mourir").gravite == "doute"


def test_a_joke_about_hitting_leaves_a_doubt(lexicon: EmergencyLexicon) -> None:
    assert _found(lexicon, "il m'a frappée lol").gravite == "doute"


def test_the_gravest_of_two_emergencies_is_answered(lexicon: EmergencyLexicon) -> None:
    match = _found(lexicon, "mon mari me frappe et mon bébé ne respire plus")
    assert (match.famille, match.gravite) == ("respire_plus", "immediate")


@pytest.mark.parametrize(
    "text",
    [
        "il ne resipre plus",
        "elle convluse",
        "mon mari me frapep",
        "il a avlaé une pile",
        "je pense au suicdie",
        "il métrangle",
        "setouffe aidez moi mon bébé",
        "MON BÉBÉ NE RESPIRE PLUSSSS",
        "mon mari il ma frappé",
    ],
)
def test_a_slip_of_the_finger_hides_nothing(lexicon: EmergencyLexicon, text: str) -> None:
    assert lexicon.match(text) is not None


@pytest.mark.parametrize(
    "text", ["il a mangé du poisson", "il tousse la nuit", "elle aime le violet", "on va courir"]
)
def test_words_that_look_alike_are_not_merged(lexicon: EmergencyLexicon, text: str) -> None:
    assert lexicon.match(text) is None


def test_most_examples_are_found_with_typos(lexicon: EmergencyLexicon) -> None:
    rng = random.Random(5)
    noisy = [add_typos(text, 0.15, rng) for _, text, _ in _EXAMPLES]
    assert sum(lexicon.match(text) is not None for text in noisy) / len(noisy) >= 0.76


def test_most_examples_are_found_in_sms(lexicon: EmergencyLexicon) -> None:
    rng = random.Random(5)
    noisy = [to_sms(text, rng) for _, text, _ in _EXAMPLES]
    assert sum(lexicon.match(text) is not None for text in noisy) / len(noisy) >= 0.97


@pytest.mark.parametrize("intent_file", sorted(Path("data/nlu").glob("besoin_*.yml")))
def test_an_ordinary_need_hardly_ever_rings(lexicon: EmergencyLexicon, intent_file: Path) -> None:
    lines = intent_file.read_text(encoding="utf-8").splitlines()
    needs = [line.strip()[2:] for line in lines if line.startswith("    - ")]
    ringing = [need for need in needs if lexicon.match(need) is not None]
    assert len(ringing) <= max(1, 0.005 * len(needs)), ringing


@pytest.mark.parametrize("text", ["\x00", "a" * 100_000, "' ' '", "il " * 5_000, "ﷺ", "﷽ 112"])
def test_no_text_breaks_the_net(lexicon: EmergencyLexicon, text: str) -> None:
    lexicon.match(text)


def test_an_emergency_at_the_end_of_a_very_long_message_is_seen(lexicon: EmergencyLexicon) -> None:
    assert lexicon.match("je cherche une crèche. " * 1_000 + "il respire plus") is not None


_SMALL = """
groupes: {{}}
mots_vides: []
ecritures: {{}}
mots_cles: []
jamais_confondre: []
contexte: {{}}
expressions_courantes: []
familles:
  - famille: essai
    intent: {intent}
    gravite: serieux
    premier_numero: "112"
    commentaire: Pour l'essai.
    motifs:
      - motif: "{motif}"
        exemples: [{exemples}]
"""


@pytest.mark.parametrize(
    ("intent", "motif", "exemples", "said"),
    [
        ("urgence_medicale", "il (respire", "a", "il manque « ) »"),
        ("urgence_medicale", "il <absent>", "a", "le groupe « absent » n'existe pas"),
        ("urgence_medicale", "il ..", "a", "doit être suivi d'un mot"),
        ("urgence_medicale", "[il]", "a", "peut être vide"),
        ("urgence_medicale", "finir~", "a", "verbe en -er"),
        ("urgence_medicale", "il & ) x", "a", "« ) »"),
        ("urgence_medicale", "il respire", "", "pas de phrase d'exemple"),
        ("urgence", "il respire", "a", "intention inconnue"),
    ],
)
def test_a_broken_line_is_named_with_its_file_and_place(
    tmp_path: Path, intent: str, motif: str, exemples: str, said: str
) -> None:
    path = tmp_path / "essai.yml"
    path.write_text(_SMALL.format(intent=intent, motif=motif, exemples=exemples), "utf-8")
    with pytest.raises(LexiconError, match=r"essai\.yml, ligne \d+") as error:
        EmergencyLexicon.load(path)
    assert said in str(error.value)


def test_a_file_that_is_not_yaml_is_named(tmp_path: Path) -> None:
    path = tmp_path / "essai.yml"
    path.write_text("familles: [", "utf-8")
    with pytest.raises(LexiconError, match=r"essai\.yml, ligne"):
        EmergencyLexicon.load(path)


def test_the_lexicon_holds_only_belgian_numbers() -> None:
    lines = LEXICON_PATH.read_text(encoding="utf-8").splitlines()
    numbers = {line.split('"')[1] for line in lines if "premier_numero: " in line and '"' in line}
    assert numbers == {"112", "070 245 245", "0800 30 030", "103", "0800 98 100", "0800 32 123"}
