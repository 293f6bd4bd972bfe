"""The training sentences reach Rasa quickly, and are those Rasa itself would read."""

from __future__ import annotations

import copy
from pathlib import Path

import pytest
from rasa.shared.importers.rasa import RasaFileImporter

from bot.nlu.importer import SentencesImporter
from bot.nlu.sentences import SentencesError
from bot.paths import CONFIG, DOMAIN

SENTENCES = """version: "3.1"
nlu:
- intent: saluer
  examples: |
    - Bonjour !
    -  salut : ça va ?
- intent: besoin_repit+besoin_precarite
  examples: |
    - plus d'énergie, plus d'argent
- intent: urgence_medicale
  metadata:
    genre: vital
  examples: |
    - il respire plus
    - "il respire plus"
"""


def importer(kind: type[RasaFileImporter], folder: Path) -> RasaFileImporter:
    return kind(str(CONFIG), str(DOMAIN), [str(folder)])


def test_the_messages_are_those_rasa_reads(tmp_path: Path) -> None:
    (tmp_path / "phrases.yml").write_text(SENTENCES, encoding="utf-8")
    ours = importer(SentencesImporter, tmp_path).get_nlu_data().training_examples
    theirs = importer(RasaFileImporter, tmp_path).get_nlu_data().training_examples
    assert [message.data for message in ours] == [message.data for message in theirs]
    assert len(ours) == 5


def test_a_sentence_is_never_copied(tmp_path: Path) -> None:
    (tmp_path / "phrases.yml").write_text(SENTENCES, encoding="utf-8")
    data = importer(SentencesImporter, tmp_path).get_nlu_data()
    merged = data.merge(copy.deepcopy(data))
    assert [id(m) for m in merged.training_examples] == [id(m) for m in data.training_examples]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("nlu:\n- intent: saluer\n", "illisible"),
        ("nlu: [", "illisible"),
        (
            "nlu:\n- intent: donner_lieu\n  examples: |\n    - à [Huy](lieu)\n",
            "marque des mots entre crochets",
        ),
    ],
)
def test_a_wrong_file_is_named(content: str, reason: str, tmp_path: Path) -> None:
    path = tmp_path / "fausse.yml"
    path.write_text(content, encoding="utf-8")
    reader = importer(SentencesImporter, tmp_path)
    reader._nlu_files = [str(path)]
    with pytest.raises(SentencesError, match=reason) as error:
        reader.get_nlu_data()
    assert "fausse.yml" in str(error.value)
