"""Places named inside sentences, as parents type them; and sentences that name none."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.places.geography import Gazetteer, is_ambiguous
from bot.places.mentions import find_mentions

FOLDER = Path(__file__).parents[2] / "catalogue" / "geographie"


@pytest.fixture(scope="module")
def gazetteer() -> Gazetteer:
    return Gazetteer.load(FOLDER)


def places(text: str, gazetteer: Gazetteer) -> list[str]:
    """What each mention is: its commune, or the name of a province, a region or a place outside."""
    return [
        mention.candidates[0].commune or mention.candidates[0].nom
        for mention in find_mentions(text, gazetteer)
    ]


# (sentence, places in the order of the sentence)
WITH_PLACES = [
    ("bonjour je cherche une crèche à Namur pour septembre", ["Namur"]),
    ("maman seule charleroi cherche autres mamans", ["Charleroi"]),
    ("jhabite seraing et g 2 enfants", ["Seraing"]),
    ("on vient d'arriver à Marche en Famenne, on connaît personne", ["Marche-en-Famenne"]),
    ("Je suis épuisée, j'habite du côté de Huy", ["Huy"]),
    ("près de ath svp", ["Ath"]),
    ("papa solo de Mons, un we sur deux", ["Mons"]),
    ("habitant ans, je voudrais une halte garderie", ["Ans"]),
    ("j'habite ans", ["Ans"]),
    ("4430 ans", ["Ans"]),
    ("je vis à Spa avec mon bébé de 4 mois", ["Spa"]),
    ("dans le coin de visé c possible ?", ["Visé"]),
    ("je suis a forest près de la place saint denis, 1190", ["Forest", "Forest"]),
    ("je suis à 1190 Forest", ["Forest"]),
    ("halte accueil 7910 Forest", ["Frasnes-lez-Anvaing"]),
    ("Je reste à Jette, maman solo", ["Jette"]),
    ("parc à Jambes avec les petits", ["Namur"]),
    ("nous on est de Dour", ["Dour"]),
    ("ya quoi pour les parents a dour", ["Dour"]),
    ("y a-t-il un lieu de rencontre à Ciney ou à Dinant ?", ["Ciney", "Dinant"]),
    ("entre Namur et Andenne", ["Namur", "Andenne"]),
    ("entre huy et liege", ["Huy", "Liège"]),
    ("pas Namur, Dinant", ["Namur", "Dinant"]),
    ("je travaille à Bruxelles mais j'habite Nivelles", ["Bruxelles", "Nivelles"]),
    ("crèche bxl", ["Bruxelles"]),
    ("je suis étudiante à LLN avec un bébé", ["Ottignies-Louvain-la-Neuve"]),
    ("louvain la neuve garde bébé", ["Ottignies-Louvain-la-Neuve"]),
    ("j'habite à Louvain-la-Neuve depuis 2019", ["Ottignies-Louvain-la-Neuve"]),
    ("je suis seule avec mon fils a la louviere", ["La Louvière"]),
    ("on est à La Louvière centre", ["La Louvière"]),
    ("code postal 5000", ["Namur"]),
    ("mon code postal c'est 6700", ["Arlon"]),
    ("j'habite au 4020", ["Liège"]),
    ("crèche pas chère, 7000", ["Mons"]),
    ("B-5000", ["Namur"]),
    ("je suis dans le 1030 et je cherche une gardienne", ["Schaerbeek"]),
    ("consultation one 5300 andenne", ["Andenne"]),
    ("Jemeppe s/ Sambre", ["Jemeppe-sur-Sambre"]),
    ("on habite jemeppe sur meuse", ["Seraing"]),
    ("st-gilles, près du parvis", ["Saint-Gilles"]),
    ("j'habite st josse", ["Saint-Josse-ten-Noode"]),
    ("court st etienne", ["Court-Saint-Étienne"]),
    ("je vis a braine l alleud", ["Braine-l'Alleud"]),
    ("Braine-le-Comte, gare", ["Braine-le-Comte"]),
    ("Bonjour, j'habite à Fontaine-l'Évêque.", ["Fontaine-l'Évêque"]),
    ("mamans de la roche en ardenne", ["La Roche-en-Ardenne"]),
    ("nous habitons La Roche", ["La Roche-en-Ardenne"]),
    ("une garderie vers marche", ["Marche-en-Famenne"]),
    ("Bergen", ["Mons"]),
    ("ik woon in Doornik", ["Tournai"]),
    ("Waver", ["Wavre"]),
    ("Elsene, près de Flagey", ["Ixelles", "Ixelles"]),
    ("près de la place Flagey", ["Ixelles"]),
    ("gare de Liège-Guillemins", ["Liège"]),
    ("je dors près de la gare du midi", ["Saint-Gilles"]),
    ("quartier des Marolles", ["Bruxelles"]),
    ("à Cureghem", ["Anderlecht"]),
    ("au Sart-Tilman", ["Liège"]),
    ("Droixhe", ["Liège"]),
    ("on est dans le Borinage", ["Borinage"]),
    ("je suis en Brabant wallon", ["Brabant wallon"]),
    ("province de Luxembourg, Bertrix", ["Bertrix"]),
    ("n'importe où dans le Hainaut", ["province du Hainaut"]),
    ("en gaume", ["Gaume"]),
    ("j'habite à Gand", ["Gand (Flandre)"]),
    ("Vilvorde", ["Vilvorde (Flandre)"]),
    ("j'habite en France, à Givet", ["France", "Givet (France)"]),
    ("on vit à Maubeuge", ["Maubeuge (France)"]),
    ("9000 Gent", ["9000 Gand (Flandre)"]),
    ("j'habite Overijse", ["Overijse (Flandre)"]),
    # misspelt
    ("j'habite andelècht", ["Anderlecht"]),
    ("je suis à moulembek", ["Molenbeek-Saint-Jean"]),
    ("jabite skarbek", ["Schaerbeek"]),
    ("on est a etterbek", ["Etterbeek"]),
    ("je vis a ucle", ["Uccle"]),
    ("jhabite charlerwa", ["Charleroi"]),
    ("pres de marsh en famenne", ["Marche-en-Famenne"]),
    ("on habite louvin la neuve", ["Ottignies-Louvain-la-Neuve"]),
    ("j'habite otigny", ["Ottignies-Louvain-la-Neuve"]),
    ("Andene", ["Andenne"]),
    ("creche a andene", ["Andenne"]),
    ("a tournay", ["Tournai"]),
    ("dans la région de vervier", ["Verviers"]),
    ("je suis sur gembloud", ["Gembloux"]),
    ("vers soigny", ["Soignies"]),
    ("lalouviere", ["La Louvière"]),
    ("je cherche une gardienne a moucron", ["Mouscron"]),
    ("j'habite nivell", ["Nivelles"]),
    ("je suis à st ghislin", ["Saint-Ghislain"]),
    ("charlerou centre", ["Charleroi"]),
    ("j'habite watermaek boitsfort", ["Watermael-Boitsfort"]),
    ("lieu de rencontre parents bebe gemblou", ["Gembloux"]),
    ("quaregnion", ["Quaregnon"]),
    # what a place is in
    ("Forest (Bruxelles)", ["Forest"]),
    ("Celles en Hainaut", ["Celles"]),
    ("Jambes, Namur", ["Namur"]),
    ("st nicolas liege", ["Saint-Nicolas"]),
    ("uccle, bruxelles", ["Uccle"]),
    ("en province de Namur, à Mettet", ["Mettet"]),
    # ordinary words that are places, where a place is named
    ("Bonjour, c'est Huy", ["Huy"]),
    ("à Huy, je ne dis pas oui hein", ["Huy"]),
    ("Mons", ["Mons"]),
    ("je viens de Lens, près de Mons", ["Lens", "Mons"]),
    ("commune de Bouillon", ["Bouillon"]),
    ("nous habitons Champion", ["Namur"]),
    ("j'habite Trois-Ponts", ["Trois-Ponts"]),
    ("la bruyère, c'est près de namur", ["La Bruyère", "Namur"]),
    ("on est sur Couvin", ["Couvin"]),
    ("d'Ottignies à Wavre en bus", ["Ottignies-Louvain-la-Neuve", "Wavre"]),
    ("j'habite Pont-à-Celles depuis toujours", ["Pont-à-Celles"]),
    ("aywaille", ["Aywaille"]),
    ("mon fils est à l'école à Ath", ["Ath"]),
    ("cinq mille cent, jambes", ["Namur"]),
    ("cp quatre mille cinq cents", ["Huy"]),
    ("JE SUIS SEULE A CHARLEROI", ["Charleroi"]),
    ("originaire de Casablanca, j'habite Tubize", ["Tubize"]),
    ("je suis née à Kinshasa et je vis à Evere", ["Evere"]),
    ("🙂 namur 🙂", ["Namur"]),
    ("#verviers", ["Verviers"]),
    ("Liège/Seraing", ["Liège", "Seraing"]),
    ("mon ex vit à Arlon, moi à Virton", ["Arlon", "Virton"]),
    ("chaussée de Bruxelles à Lodelinsart", ["Charleroi"]),
    ("rue de Namur 12, 5100 Jambes", ["Namur"]),
    ("j'ai quitté Liège pour Eupen", ["Liège", "Eupen"]),
    ("ds le coin de Philippeville / Florennes", ["Philippeville", "Florennes"]),
    ("Bonjour j'aimerais rencontrer des parents à Ham-sur-Heure", ["Ham-sur-Heure-Nalinnes"]),
    ("à Grez doiceau", ["Grez-Doiceau"]),
    ("ici Welkenraedt", ["Welkenraedt"]),
    ("Lens, derrière l'église", ["Lens"]),
    ("visé, quartier de la gare", ["Visé"]),
    ("tubize c trop loin ? je suis a rebecq", ["Tubize", "Rebecq"]),
    ("moi habiter verviers avec enfant", ["Verviers"]),
    ("je loge chez ma sœur à Péruwelz", ["Péruwelz"]),
    ("on crèche à Binche", ["Binche"]),
    ("je peux aller jusqu'à Waremme", ["Waremme"]),
    ("woluwe", ["Woluwe-Saint-Lambert"]),
    ("W-S-L", ["Woluwe-Saint-Lambert"]),
    ("neder-over-heembeek", ["Bruxelles"]),
    ("sint-jans-molenbeek", ["Molenbeek-Saint-Jean"]),
    ("Kelmis", ["La Calamine"]),
    ("St. Vith", ["Saint-Vith"]),
    ("je suis de mouscron, à la frontière", ["Mouscron"]),
    ("Flémalle, Grâce-Hollogne ou Ans", ["Flémalle", "Grâce-Hollogne", "Ans"]),
    ("psychologue pas cher arlon", ["Arlon"]),
    ("Où aller avec bébé à Bastogne quand il pleut ?", ["Bastogne"]),
    ("3 enfants, 1400 nivelles", ["Nivelles"]),
    ("pour une dame qui habite Thuin", ["Thuin"]),
    ("je suis assistante sociale au CPAS de Farciennes", ["Farciennes"]),
]

WITHOUT_PLACES = [
    "oui",
    "non merci",
    "bonjour",
    "ok",
    "je ne sais pas",
    "il a 2 ans",
    "elle aura bientôt 3 ans",
    "ma fille a 18 mois",
    "mon fils ne dort pas",
    "mon mari travaille de nuit",
    "on est seuls",
    "on est seules mon bébé et moi",
    "je suis à bout",
    "je suis de garde cette nuit",
    "à table c'est la guerre",
    "à la crèche il pleure",
    "à deux c'est plus facile",
    "la croix rouge m'a aidée",
    "chez moi c'est petit",
    "je viens de Syrie",
    "je suis originaire de Casablanca",
    "je suis née à Kinshasa",
    "mes parents sont au Maroc",
    "ma famille est à Alep",
    "arrivée de Kaboul il y a deux ans",
    "on vient de Bucarest",
    "réfugiée du Congo",
    "mon mari est resté à Istanbul",
    "j'ai vécu à Paris avant",
    "2000 euros",
    "1500 € par mois",
    "je gagne 1400 par mois",
    "loyer 1000 charges comprises",
    "en 2015",
    "depuis 2019 je suis seule",
    "né le 12/05/2021",
    "elle est née en mai 2022",
    "0470 12 34 56",
    "appelez moi au 081 22 33 44",
    "numéro national",
    "il pèse 4000 grammes",
    "1000 mercis",
    "j'ai 1000 questions",
    "5000 personnes",
    "ça fait 1200 avec les allocs",
    "j'ai mal aux jambes",
    "les jambes lourdes en fin de grossesse",
    "il marche depuis une semaine",
    "ça marche pas avec les horaires",
    "les marches de l'escalier avec la poussette",
    "je jette l'éponge",
    "il jette ses jouets par terre",
    "un bouillon de poule pour la fièvre",
    "c'est mon petit champion",
    "celles qui allaitent se réunissent où",
    "mère de trois enfants",
    "belle-mère envahissante",
    "je veux aller à la mer avec les enfants",
    "la forêt me fait du bien",
    "promenade en forêt avec les petits",
    "je vise un emploi à mi-temps",
    "l'arbre de noël de l'école",
    "mon ado est sur les réseaux toute la nuit",
    "il est monté sur la table",
    "elle monte sur tout",
    "il bouge tout le temps",
    "je bous",
    "bonne nuit",
    "de nuit c'est pire",
    "j'ai besoin de souffler",
    "je dors plus",
    "une halte garderie svp",
    "la halle de jeux",
    "mon ex est violent",
    "il a des poux",
    "je cherche un groupe de parole",
    "un cours de français",
    "apprendre à lire",
    "on habite loin de tout",
    "j'habite en ville",
    "j'habite seule avec mes enfants",
    "j'habite chez ma mère",
    "j'habite un studio au troisième étage",
    "je vis dans une petite maison",
    "on vit à cinq dans deux pièces",
    "au centre ville",
    "près de chez moi",
    "dans le coin",
    "pas loin de la gare",
    "près de l'école de mon fils",
    "à côté de l'église",
    "près de la rivière",
    "du côté de la pharmacie",
    "à la campagne",
    "n'importe où",
    "peu importe la commune",
    "la saint-nicolas approche et je n'ai pas de sous",
    "c'est saint nicolas vendredi",
    "école Saint-Joseph",
    "hôpital saint pierre",
    "la fédération Wallonie-Bruxelles",
    "des gaufres de Liège pour le goûter",
    "une bière de trop",
    "le papa de Dave",
    "mon fils Ben a 5 ans",
    "avec Henri et Bernard",
    "je m'appelle Florence",
    "Aline et Rosalie se disputent",
    "merci beaucoup",
    "à demain",
    "mercredi matin",
    "en septembre",
    "enceinte de 5 mois",
    "je tuerais pour une sieste",
    "elle peut venir la voir quand",
    "on m'a dit non",
    "mes enfants m'ont dit que",
    "j'en ai marre",
    "pr y aller",
    "tout le reste bouge",
    "celles, dans le temps, qui restaient",
    "marche arrière toute",
    "jambes, dos, ventre, tout me fait mal",
    "un plombier",
    "il a fait une bronchiolite",
    "mon bébé a les selles vertes",
    "la visite de l'ONE",
    "les vaccins c'est quand",
    "je voudrais parler à un humain",
    "humain",
    "champion !",
    "mille fois merci",
    "trois ponts à traverser",
    "il fait grand soleil",
    "vous êtes un robot ?",
    "autre chose",
    "waze",
    "mon gsm est cassé",
    "je suis en formation au forem",
    "tkt ça va",
    "j'ai plus de lait en poudre",
    "mon mari est en prison",
    "je suis au cpas",
    "au secours",
    "i don't speak french very well",
    "we have two kids and we are new here",
    "ik spreek geen frans",
    "he is having a seizure",
    "non capisco bene il francese",
    "🙂🙂🙂",
    "",
    "   ",
    "?!",
    "aaaaaaaaaa",
    "12345",
    "1 2 3 4",
]


@pytest.mark.parametrize(("text", "expected"), WITH_PLACES)
def test_a_place_named_in_a_sentence_is_found(
    text: str, expected: list[str], gazetteer: Gazetteer
) -> None:
    assert places(text, gazetteer) == expected


@pytest.mark.parametrize("text", WITHOUT_PLACES)
def test_a_sentence_without_a_place_names_none(text: str, gazetteer: Gazetteer) -> None:
    assert places(text, gazetteer) == []


@pytest.mark.parametrize(
    "text",
    [
        "j'habite Forest",
        "on est de Saint-Léger",
        "je vis à Celles",
        "Saint-Nicolas",
        "je suis à Jemeppe",
        "Limburg",
    ],
)
def test_a_name_of_two_places_far_apart_stays_ambiguous(text: str, gazetteer: Gazetteer) -> None:
    (mention,) = find_mentions(text, gazetteer)
    assert is_ambiguous(mention.candidates)


def test_a_mention_says_where_it_stands_in_the_text(gazetteer: Gazetteer) -> None:
    text = "Bonjour 🙂 j'habite à l'Écluse, non pardon : 5100 Jambes !"
    mentions = find_mentions(text, gazetteer)
    assert [text[mention.start : mention.end] for mention in mentions] == [
        "l'Écluse",
        "5100 Jambes",
    ]
    assert all(mention.text == text[mention.start : mention.end] for mention in mentions)


def test_a_name_in_full_settles_the_same_name_in_short(gazetteer: Gazetteer) -> None:
    text = "je vis à Leuze-en-Hainaut, comptez plutôt Leuze"
    assert places(text, gazetteer) == ["Leuze-en-Hainaut", "Leuze-en-Hainaut"]


def test_of_two_homonyms_the_one_near_the_town_named_beside_it_is_meant(
    gazetteer: Gazetteer,
) -> None:
    first, _ = find_mentions("saint-nicolas près de liège", gazetteer)
    assert [place.commune for place in first.candidates] == ["Saint-Nicolas"]


def test_working_abroad_is_not_living_abroad(gazetteer: Gazetteer) -> None:
    text = "mon mari travaille au Luxembourg et moi je suis seule à Arlon"
    assert places(text, gazetteer) == ["Arlon"]


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=1000))
def test_any_text_is_read_without_an_error(gazetteer: Gazetteer, text: str) -> None:
    for mention in find_mentions(text, gazetteer):
        assert text[mention.start : mention.end] == mention.text
        assert mention.candidates


PIECES = ["à", "Huy", "5000", "b-", "s/", "St", "la", "ou", ",", "(", "cinq mille", "jambes", "€"]


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=12))
def test_any_mix_of_pieces_of_addresses_is_read(gazetteer: Gazetteer, pieces: list[str]) -> None:
    text = " ".join(pieces)
    mentions = find_mentions(text, gazetteer)
    assert all(one.end <= other.start for one, other in pairwise(mentions))


def test_a_misspelt_place_is_found_in_the_longest_message(
    gazetteer: Gazetteer,
) -> None:
    sentence = "voilà je mexplique on vit a lottignies avec mes enfnts et jcherche qqn "
    mentions = find_mentions((sentence * 14)[:1000], gazetteer)
    assert mentions[0].text == "lottignies"
