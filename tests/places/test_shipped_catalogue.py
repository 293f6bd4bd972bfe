"""The catalogue shipped with the project: what its places, services, help lines and left-out rows promise."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import msgspec
import phonenumbers
import pytest
import yaml
from opening_hours import OpeningHours

from bot.places.checks import NEEDS, Severity, check_catalogue, french_numbers
from bot.places.loading import read_list, read_place
from bot.places.records import HelpLine, Objectif, Place, Reponse, ServiceKind, Source

CATALOGUE: Final = Path(__file__).parents[2] / "catalogue"
TODAY: Final = dt.date(2026, 11, 22)
MAX_WORDS: Final = 12

#: The table of needs of the project's domain document: need → service kinds, best first. A kind written
#: ``kind+objective`` answers best when the place carries that objective.
NEEDS_TABLE: Final = {
    "besoin_isolement": ["lieu_rencontre"],
    "besoin_formation": ["halte_accueil", "milieu_accueil"],
    "besoin_repit": ["halte_accueil", "lieu_rencontre"],
    "besoin_monoparentalite": ["espace_parentalite", "lieu_rencontre"],
    "besoin_soutien_parentalite": ["espace_parentalite", "lieu_rencontre", "planning_familial"],
    "besoin_passerelle": ["lieu_rencontre+passerelle"],
    "besoin_sante_mentale": [
        "lieu_rencontre+sante_mentale",
        "sante_mentale",
        "consultation_enfants",
    ],
    "besoin_aide_jeunesse": ["amo", "lieu_rencontre+aide_jeunesse"],
    "besoin_interculturel": ["lieu_rencontre+interculturel", "alphabetisation"],
    "besoin_apprentissage": ["alphabetisation", "lieu_rencontre+remediation"],
    "besoin_quartier": ["lieu_rencontre+quartier", "maison_quartier"],
    "besoin_sante_enfant": ["consultation_enfants"],
    "besoin_grossesse": ["consultation_prenatale"],
    "besoin_precarite": ["relais_social"],
    "besoin_visite_domicile": ["visite_domicile"],
    "besoin_langage": ["lieu_rencontre", "consultation_enfants", "bibliotheque_ludotheque"],
    "besoin_accueil": ["milieu_accueil"],
    "besoin_benevolat": ["benevolat"],
    "besoin_sante_scolaire": ["pse", "centre_pms"],
}

#: What each founding document names or describes, and the need a parent would bring.
NAMED_IN_SEEDS: Final = [
    ("001", "one-consultations-enfants", "besoin_sante_enfant"),
    ("002", "plateforme-prenatale-one-luxembourg", "besoin_grossesse"),
    ("002", "plateforme-prenatale-one-verviers", "besoin_grossesse"),
    ("002", "one-consultations-prenatales", "besoin_grossesse"),
    ("002", "one-visites-a-domicile", "besoin_visite_domicile"),
    ("002", "one-consultations-enfants", "besoin_sante_enfant"),
    ("002", "one-benevolat-consultations", "besoin_benevolat"),
    ("002", "one-milieux-d-accueil", "besoin_accueil"),
    ("002", "one-sante-a-l-ecole", "besoin_sante_scolaire"),
    ("003", "parent-aise-bassenge", "besoin_monoparentalite"),
    ("003", "parent-aise-bassenge", "besoin_soutien_parentalite"),
    ("003", "ateliers-parents-enfants-charleroi", "besoin_soutien_parentalite"),
    ("003", "ateliers-parents-enfants-charleroi", "besoin_monoparentalite"),
    ("003", "ateliers-parents-enfants-charleroi", "besoin_isolement"),
    ("003", "bebe-rencontre-andenne", "besoin_passerelle"),
    ("003", "bebe-rencontre-andenne", "besoin_isolement"),
    ("003", "cpas-de-votre-commune", "besoin_precarite"),
    ("004", "one-visites-a-domicile", "besoin_visite_domicile"),
    ("004", "one-campagne-langage", "besoin_langage"),
    ("004", "one-milieux-d-accueil", "besoin_accueil"),
]

#: Refuges and services for victims: a published door is a danger.
SECRET_ADDRESSES: Final = [
    "cvfe-liege",
    "l-arbre-a-bulles-bruxelles",
    "maison-maternelle-brabant-wallon-mamabw",
    "maison-maternelle-paul-henricot-court-saint-etienne",
    "solidarite-femmes-la-louviere",
]

#: Line of the starting list (header included) → place. The other lines are in ``ecartes.yml``.
STARTING_LIST: Final = """
4 andenn-amo-andenne
5 amo-rythme-anderlecht
6 mado-nord-laeken
7 amo-re-source-chaudfontaine-trooz
8 la-particule-amo-hannut
9 amo-mic-ado-marche-en-famenne
10 cpvs-luxembourg-arlon
11 cpvs-charleroi
12 cpvs-liege
13 cpvs-namur
14 cpms-pse-couvin
15 cpms-pse-florennes
16 pse-flemalle
17 pse-coronmeuse-herstal
18 pse-huy
19 sppse-brabant-wallon-jodoigne
20 pse-jolimont-la-louviere
21 pse-malmedy
22 sppse-brabant-wallon-nivelles
23 sppse-brabant-wallon-ottignies
24 pse-concorde-seraing
25 pse-ougree-seraing
26 pse-centre-de-sante-soignies
27 sppse-brabant-wallon-tubize
28 pse-libre-uccle
29 pse-le-bien-etre-social-verviers
30 sppse-brabant-wallon-wavre
32 sos-enfants-brabant-wallon
33 sos-enfants-ulb-saint-pierre-bruxelles
34 sos-enfants-huderf-bruxelles
35 sos-enfants-famille-saint-luc-woluwe-saint-lambert
36 sos-enfants-charleroi
37 sailfe-sos-enfants-dinant
38 sos-parenfants-namur
39 sos-enfants-verviers
40 sos-enfants-luxembourg
41 aquarelle-asbl-bruxelles
42 le-petit-velo-jaune-bruxelles
43 echoline-charleroi
44 centre-perinatal-brabant-wallon-genappe
45 accordages-mons
46 pre-en-bulles-wallonie-picarde
47 epicerie-sociale-cpas-berchem-sainte-agathe
48 epi-centre-chastre
49 epicerie-du-coeur-mons
50 epicerie-sociale-cpas-pont-a-celles
51 epicerie-sociale-itinerante-gaume-rouvroy
52 resto-du-coeur-wavre
53 solidarite-femmes-la-louviere
54 cvfe-liege
56 sos-viol-saint-gilles
57 funoc-alphabetisation-charleroi
58 lire-et-ecrire-luxembourg-libramont
59 lire-et-ecrire-namur
60 lire-et-ecrire-wallonie-picarde
61 lire-et-ecrire-liege-huy-waremme
62 centre-pms-wbe-auderghem
63 centre-pms-wbe-molenbeek-saint-jean
64 centre-pms-wbe-tamines
65 centre-pms-libre-schaerbeek
66 centres-pms-libres-verviers
67 centres-pms-libres-woluwe-saint-lambert
68 consultation-one-burdinne
69 consultation-one-gesves
70 consultation-one-heron
71 consultation-one-ixelles
72 car-one-nandrin
73 consultation-one-saint-josse-ten-noode
74 centre-de-perinatalogie-brugmann-huderf-bruxelles
75 parent-aise-bassenge
76 maison-source-bastogne
77 la-parent-aise-bertrix
78 l-arbre-a-bulles-bruxelles
79 ateliers-parents-enfants-charleroi
80 maison-source-barvaux-durbuy
81 maison-des-familles-cpas-gerpinnes
82 maison-de-la-parentalite-peruwelz
83 mon-quartier-rebaix-ath
84 atelier-parentalite-pcs-walcourt
87 halte-garderie-auderghem
88 kilis-kids-dison
89 les-p-ti-plus-forest
90 halte-accueil-vis-a-vis-namur
91 halte-accueil-communale-waterloo
92 bebebus-beauvechain
93 bebebus-chaumont-gistoux
94 bebebus-glimes-incourt
95 bebebus-arbre-essentiel-herstal-saint-nicolas
96 bebebus-incourt
97 bebebus-ramillies
98 bebebus-gabs-province-de-namur
99 parents-secours-liege
100 quai-des-enfants-saint-nicolas
101 cafe-bavard-biens-communaux-seraing
102 cafe-bavard-la-bergerie-seraing
103 cafe-bavard-la-chatqueue-seraing
104 cafe-bavard-ougree-seraing
105 maison-des-enfants-cureghem-anderlecht
106 la-rosee-bruxelles
108 bebe-rencontre-andenne
109 cafe-poussettes-beauvechain
110 parentine-boussu
111 la-margelle-ixelles
112 le-pre-en-bulles-jambes
113 ami-l-pattes-lessines
114 atelier-maman-bebe-sainte-walburge-liege
115 espace-parent-enfant-resto-du-coeur-liege
116 le-babibar-liege
117 l-antre-du-jeu-marcinelle
118 parentine-mons
119 p-tika-mons
120 le-fil-de-soi-namur
121 le-parle-jeu-ottignies
122 parentine-paturages-colfontaine
123 le-baobab-rance
129 les-pates-au-beurre-saint-josse-ten-noode
130 winnie-kot-saint-josse-ten-noode
131 le-lieu-pour-jouer-uccle
132 l-espace-babelute-woluwe-saint-lambert
134 le-kiosque-aux-jeux-nalinnes
135 ludotheque-1000-bornes-hannut
136 ludotheque-jambes
139 maison-parente-anderlecht
140 maison-d-accueil-huderf-laeken
141 maison-maternelle-paul-henricot-court-saint-etienne
142 maison-maternelle-brabant-wallon-mamabw
143 maison-marie-louise-verviers
144 maisons-de-quartier-manage
146 maison-medicale-aquarelle-grace-hollogne
147 maison-medicale-du-faubourg-la-roche-en-ardenne
148 maison-medicale-la-passerelle-liege
149 maison-medicale-tilleur-sclessin
150 poste-medical-de-garde-hamelie-neupre
151 creche-crescendo-woluwe-saint-lambert
152 le-coffre-a-bebes-irahm-woluwe-saint-lambert
153 maison-d-enfants-d-actiris-bruxelles
154 les-arsouilles-ciney
155 creche-123-piano-floreffe
156 creche-123-hautbois-floreffe
157 accueil-des-tout-petits-grand-hallet
158 les-p-tits-calins-la-louviere
159 anamur-namur
160 les-p-tits-colaus-saint-servais
161 creche-parentale-louvain-la-neuve
162 a-bebe-c-ceroux-mousty
163 inscription-creches-communales-anderlecht
164 inscription-creches-schaerbeek
165 planning-familial-ath
166 planning-familial-braine-l-alleud
167 planning-familial-le-terril-jumet
168 planning-familial-soralia-comines
169 planning-familial-herstal
170 planning-familial-la-louviere
171 infor-famille-liege
172 la-famille-heureuse-mons
173 planning-familial-denise-durant-mons
174 planning-familial-rochefort-jemelle
175 planning-familial-aurore-carlier-tournai
176 inforcouple-verviers
177 cpvs-320-rue-haute-bruxelles
178 plateforme-prenatale-one-verviers
179 plateforme-prenatale-one-hainaut
180 plateforme-prenatale-one-luxembourg
181 plateforme-prenatale-one-namur
182 maison-de-repit-evere
183 fil-a-fil-isosl-liege
184 relais-sante-namur
185 maison-du-social-hannut
186 teleservice-verviers
"""
STARTING_LIST_LINES: Final = range(2, 187)
#: Places described by the founding documents for the whole Federation, in no starting line.
FEDERATION_WIDE: Final = frozenset(
    {
        "cpas-de-votre-commune",
        "one-benevolat-consultations",
        "one-campagne-langage",
        "one-consultations-enfants",
        "one-consultations-prenatales",
        "one-milieux-d-accueil",
        "one-sante-a-l-ecole",
        "one-visites-a-domicile",
    }
)
LEFT_OUT: Final = 16


def _origins() -> dict[int, str]:
    return {int(n): identifier for n, identifier in map(str.split, STARTING_LIST.split("\n")[1:-1])}


def _files() -> list[Path]:
    return sorted((CATALOGUE / "places").glob("*.yml"))


def _yaml(path: Path) -> Any:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def places() -> dict[str, Place]:
    documents = [read_place(CATALOGUE, f"places/{path.name}") for path in _files()]
    assert not [str(problem) for document in documents for problem in document.problems]
    return {d.record.id: d.record for d in documents if d.record is not None}


@pytest.fixture(scope="module")
def kinds() -> dict[str, ServiceKind]:
    documents, problems = read_list(CATALOGUE, "services.yml", ServiceKind)
    assert not [str(p) for p in problems] + [str(p) for d in documents for p in d.problems]
    return {d.record.id: d.record for d in documents if d.record is not None}


@pytest.fixture(scope="module")
def lines() -> dict[str, HelpLine]:
    documents, problems = read_list(CATALOGUE, "lignes.yml", HelpLine)
    assert not [str(p) for p in problems] + [str(p) for d in documents for p in d.problems]
    return {d.record.id: d.record for d in documents if d.record is not None}


@pytest.fixture(scope="module")
def left_out() -> dict[int, dict[str, Any]]:
    rows = _yaml(CATALOGUE / "ecartes.yml")
    return {row["ligne"]: row for row in rows}


def _weight(kind: ServiceKind, need: str, objectives: list[Objectif]) -> float:
    """The best weight of ``kind`` for ``need``, for a place with these objectives; 0 when it has none."""
    return max(
        (
            answer.poids
            for answer in kind.besoins
            if answer.besoin == need and (answer.objectif is None or answer.objectif in objectives)
        ),
        default=0.0,
    )


def _sentences(text: str) -> Iterator[str]:
    return filter(None, (s.strip() for s in re.split(r"(?<=[.!?])\s+", text)))


def _too_long(text: str | None) -> list[str]:
    """The sentences of more than ``MAX_WORDS`` words; a lone punctuation mark is not a word."""
    return [
        sentence
        for sentence in _sentences(text or "")
        if sum(bool(re.search(r"\w", word)) for word in sentence.split()) > MAX_WORDS
    ]


# --- Places ---------------------------------------------------------------------------------------


def test_the_shipped_catalogue_has_no_error() -> None:
    problems = check_catalogue(CATALOGUE, TODAY)
    assert [str(p) for p in problems if p.severity is Severity.ERREUR] == []


@pytest.mark.parametrize("path", _files(), ids=lambda path: path.stem)
def test_a_place_file_is_one_typed_record_named_after_its_id(path: Path) -> None:
    assert msgspec.convert(_yaml(path), Place).id == path.stem


def test_every_place_is_of_a_known_service_kind(
    places: dict[str, Place], kinds: dict[str, ServiceKind]
) -> None:
    assert {place.type for place in places.values()} <= set(kinds)


def test_every_place_says_what_one_does_there(places: dict[str, Place]) -> None:
    assert [p.id for p in places.values() if not p.presentation] == []


def test_no_place_is_presented_as_verified(places: dict[str, Place]) -> None:
    assert [p.id for p in places.values() if p.verifie_le or p.verifie_comment] == []


def test_no_place_has_invented_coordinates(places: dict[str, Place]) -> None:
    located = [p for p in places.values() if p.adresse]
    assert [p.id for p in located if p.adresse and (p.adresse.lat or p.adresse.lon)] == []


def test_every_place_is_somewhere(places: dict[str, Place]) -> None:
    nowhere = [
        p.id
        for p in places.values()
        if not (p.zone or (p.adresse is not None and p.adresse.commune))
    ]
    assert nowhere == []


def test_a_place_without_contact_tells_the_parent_what_to_do(places: dict[str, Place]) -> None:
    silent = [
        p.id
        for p in places.values()
        if not (p.telephones or p.courriel or p.site or p.remarque)
        and not (p.adresse is not None and p.adresse.rue)
    ]
    assert silent == []


def test_hours_are_opening_hours_strings(places: dict[str, Place]) -> None:
    for place in places.values():
        if place.horaires:
            OpeningHours(place.horaires, country="BE")


def test_phones_are_valid_belgian_numbers_in_e164(places: dict[str, Place]) -> None:
    for place in places.values():
        for written in place.telephones:
            number = phonenumbers.parse(written)
            assert phonenumbers.is_valid_number(number), place.id
            assert number.country_code == 32, place.id
            assert (
                phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164) == written
            )


@pytest.mark.parametrize("identifier", SECRET_ADDRESSES)
def test_a_refuge_never_shows_its_door(places: dict[str, Place], identifier: str) -> None:
    assert places[identifier].adresse is None


def test_court_ordered_visits_are_not_in_the_catalogue(places: dict[str, Place]) -> None:
    court = re.compile(r"espaces?[- ]rencontres?\b", re.IGNORECASE)
    assert [p.id for p in places.values() if court.search(p.nom)] == []


def test_only_lieux_de_rencontre_carry_objectives(places: dict[str, Place]) -> None:
    assert {p.type for p in places.values() if p.objectifs} <= {"lieu_rencontre"}


def test_what_parents_read_is_short(places: dict[str, Place]) -> None:
    assert {p.id: long for p in places.values() if (long := _too_long(p.remarque))} == {}


# --- A parent in training -------------------------------------------------------------------------


def test_a_parent_in_training_is_never_sent_to_a_lieu_de_rencontre(
    places: dict[str, Place], kinds: dict[str, ServiceKind]
) -> None:
    answering = {k.id for k in kinds.values() if _weight(k, "besoin_formation", list(Objectif)) > 0}
    assert answering == {"halte_accueil", "milieu_accueil"}
    assert [p.id for p in places.values() if "besoin_formation" in p.besoins] == []


def test_the_parent_never_stays_at_a_halte_accueil(
    places: dict[str, Place], kinds: dict[str, ServiceKind]
) -> None:
    assert kinds["halte_accueil"].presence_parent is Reponse.NON
    haltes = [p for p in places.values() if p.type == "halte_accueil"]
    assert [p.id for p in haltes if p.presence_parent is Reponse.OUI] == []


def test_the_parent_always_stays_at_a_lieu_de_rencontre(
    places: dict[str, Place], kinds: dict[str, ServiceKind]
) -> None:
    assert kinds["lieu_rencontre"].presence_parent is Reponse.OUI
    meetings = [p for p in places.values() if p.type == "lieu_rencontre"]
    assert [p.id for p in meetings if p.presence_parent is Reponse.NON] == []


# --- The starting list ----------------------------------------------------------------------------


def test_every_line_of_the_starting_list_is_a_place_or_is_left_out_with_a_reason(
    left_out: dict[int, dict[str, Any]],
) -> None:
    accounted = Counter([*_origins(), *left_out])
    assert sorted(accounted) == list(STARTING_LIST_LINES)
    assert set(accounted.values()) == {1}


def test_every_place_comes_from_the_starting_list_or_the_founding_documents(
    places: dict[str, Place],
) -> None:
    # Places added since are welcome; those of the first day never disappear (an id is never reused).
    assert set(_origins().values()) | FEDERATION_WIDE <= set(places)
    assert len(set(_origins().values())) == len(_origins())


def test_a_line_left_out_keeps_its_name_and_gets_a_reason(
    left_out: dict[int, dict[str, Any]],
) -> None:
    assert len(left_out) == LEFT_OUT
    for row in left_out.values():
        assert set(row) == {"nom", "ligne", "raison"}
        assert len(row["nom"]) >= 2
        assert row["raison"].endswith(".")


# --- The founding documents -----------------------------------------------------------------------


@pytest.mark.parametrize(("seed", "identifier", "need"), NAMED_IN_SEEDS)
def test_what_a_founding_document_describes_answers_its_need(
    places: dict[str, Place],
    kinds: dict[str, ServiceKind],
    seed: str,
    identifier: str,
    need: str,
) -> None:
    place = places[identifier]
    assert any(source.adresse.startswith(f"seeds/{seed}_") for source in place.sources)
    assert need in place.besoins or _weight(kinds[place.type], need, place.objectifs) > 0


@pytest.mark.parametrize("need", NEEDS)
def test_every_need_is_answered_by_at_least_one_place(
    places: dict[str, Place], kinds: dict[str, ServiceKind], need: str
) -> None:
    assert any(
        need in p.besoins or _weight(kinds[p.type], need, p.objectifs) > 0 for p in places.values()
    )


# --- Service kinds --------------------------------------------------------------------------------


@pytest.mark.parametrize(("need", "best_first"), NEEDS_TABLE.items())
def test_kinds_answer_a_need_in_the_order_of_the_domain(
    kinds: dict[str, ServiceKind], need: str, best_first: list[str]
) -> None:
    wanted = [entry.partition("+") for entry in best_first]
    weights = [
        _weight(kinds[kind], need, [Objectif(objective)] if objective else [])
        for kind, _, objective in wanted
    ]
    assert all(weights)
    assert weights[0] == 1.0
    assert weights == sorted(weights, reverse=True)
    answering = {k.id for k in kinds.values() if _weight(k, need, list(Objectif)) > 0}
    assert answering == {kind for kind, _, _ in wanted}


def test_without_the_objective_a_lieu_de_rencontre_comes_after_the_proper_kinds(
    kinds: dict[str, ServiceKind],
) -> None:
    for need, best_first in NEEDS_TABLE.items():
        if not any(entry.startswith("lieu_rencontre+") for entry in best_first):
            continue
        plain = _weight(kinds["lieu_rencontre"], need, [])
        others = [_weight(kinds[k], need, []) for k in best_first if "+" not in k]
        assert plain <= 0.4, need
        assert all(plain < other for other in others), need


def test_an_explanation_is_two_to_four_short_sentences(kinds: dict[str, ServiceKind]) -> None:
    for kind in kinds.values():
        assert 2 <= len(list(_sentences(kind.explication))) <= 4, kind.id
        assert _too_long(kind.explication) == [], kind.id


def test_an_acronym_in_an_explanation_has_its_meaning(kinds: dict[str, ServiceKind]) -> None:
    for kind in kinds.values():
        known = set(kind.sigles)
        used = set(re.findall(r"\b(?:[A-Z]{2,}|PEP's)", f"{kind.nom} {kind.explication}"))
        assert {"PEP's" if word == "PEP" else word for word in used} - {"SOS"} <= known, kind.id


def test_every_kind_of_the_needs_table_has_a_sentence_to_say_on_the_phone(
    kinds: dict[str, ServiceKind],
) -> None:
    table = {entry.partition("+")[0] for entries in NEEDS_TABLE.values() for entry in entries}
    assert [kind for kind in sorted(table) if not kinds[kind].au_telephone] == []


def test_every_kind_has_a_source(kinds: dict[str, ServiceKind]) -> None:
    assert [kind.id for kind in kinds.values() if not kind.sources] == []


# --- Help lines -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("emergency", "first_numbers"),
    [
        ("urgence_medicale", ["112", "070 245 245"]),
        ("urgence_violence", ["112", "101", "0800 30 030", "103", "0800 98 100"]),
        ("urgence_detresse", ["112", "0800 32 123", "107"]),
    ],
)
def test_an_emergency_has_its_lines_in_the_order_to_give_them(
    lines: dict[str, HelpLine], emergency: str, first_numbers: list[str]
) -> None:
    numbers = [line.numero for line in lines.values() if emergency in line.besoins]
    assert numbers[: len(first_numbers)] == first_numbers


def test_only_112_and_101_are_emergency_lines(lines: dict[str, HelpLine]) -> None:
    assert {line.numero for line in lines.values() if line.urgence} == {"112", "101"}


def test_a_help_line_is_explained_in_one_short_sentence(lines: dict[str, HelpLine]) -> None:
    for line in lines.values():
        assert len(list(_sentences(line.pour))) == 1, line.id
        assert _too_long(line.pour) == [], line.id
        if line.horaires:
            OpeningHours(line.horaires, country="BE")


# --- Everything -----------------------------------------------------------------------------------


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from (text for item in value.values() for text in _strings(item))
    elif isinstance(value, list):
        yield from (text for item in value for text in _strings(item))


@pytest.mark.parametrize("name", ["places", "services.yml", "lignes.yml", "ecartes.yml"])
def test_no_text_holds_a_french_number(name: str) -> None:
    files = _files() if name == "places" else [CATALOGUE / name]
    for path in files:
        assert [t for t in _strings(_yaml(path)) if french_numbers(t)] == [], path.name


def test_every_source_says_where_it_was_read(
    places: dict[str, Place], lines: dict[str, HelpLine]
) -> None:
    sources: list[Source] = [s for place in places.values() for s in place.sources]
    sources += [s for line in lines.values() for s in line.sources]
    assert [s for s in sources if not s.adresse.strip() or s.vu_le] == []


def test_the_guide_explains_a_place_file_as_it_is() -> None:
    guide = (CATALOGUE / "README.md").read_text(encoding="utf-8")
    shown = yaml.safe_load(guide.split("```yaml\n")[1].split("```")[0])
    assert shown == _yaml(CATALOGUE / "places" / f"{shown['id']}.yml")


def test_the_catalogue_cannot_be_imported() -> None:
    assert list(CATALOGUE.rglob("*.py")) == []
