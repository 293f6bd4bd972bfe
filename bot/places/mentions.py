"""Finds the places a parent names inside a sentence, without reading one into ordinary words.

« maman seule charleroi » names Charleroi; « il a 2 ans », « mal aux jambes » and « 1000 euros » name nothing.
A name that is nothing else counts anywhere. A name that is also a word (Ans, Mons, Jambes, Spa) counts only
where a place is being named: « j'habite ans », « à Ans », « 4430 Ans », alone as the whole message. A misspelt
name counts only there too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

import msgspec

from bot.places.geography import (
    Candidate,
    Gazetteer,
    Name,
    distance_km,
    fold,
    is_ambiguous,
    name_tokens,
    phonetic,
    spelt_number,
    written_out,
)


class Mention(msgspec.Struct, frozen=True):
    """A place named in a text: ``text[start:end]``, as written, and the places it may be, best first."""

    start: int
    end: int
    text: str
    candidates: tuple[Candidate, ...]


class _Token(msgspec.Struct, frozen=True):
    """A word or a number of the text. ``gap`` is what stands between the previous token and this one."""

    raw: str
    word: str  # folded
    start: int
    end: int
    gap: str

    @property
    def capital(self) -> bool:
        return self.raw[:1].isupper()


class _Span(msgspec.Struct, frozen=True):
    """Tokens ``first`` to ``last``, both included, that name ``candidates``."""

    first: int
    last: int
    candidates: tuple[Candidate, ...]


# --- Words around a place --------------------------------------------------------------------------

# Words that may stand between the word that announces a place and its name.
_LINK_TEXT = """
a au aux en de d du des dans sur la le les l vers pres proche loin cote coin region village ville commune
quartier hameau entite secteur environs environ alentours alentour autour centre gare est c ici plutot province
juste pas trop tout maintenant actuellement direction depuis toujours encore aussi entre chez moi petit petite
donc bien nous on station arret maison zone peripherie banlieue hauteurs bas haut actuelement mtn
"""
_LINKS = frozenset(_LINK_TEXT.split())

# « j'habite … »: what follows is where somebody lives.
_HOME_TEXT = """
habite habites habitons habitez habitent habiter habitant habit habitais habitait habitte abite jabite jhabite
jhabit jabit jabitte habiton reside resides residons residant jreside loge loges logeons loger jloge demenage
demenager demenagee demenagement emmenage emmenager emmenagee domicilie domiciliee installe installee installes
installer vivons vivre vis jvis vit vivent vivant heberge hebergee hebergement
"""
_HOME = frozenset(_HOME_TEXT.split())

# Words after which a place is being named, whatever the case of its name.
_ANNOUNCE_TEXT = """
pres proche cote coin region village ville commune quartier hameau entite secteur environs alentours autour
vers gare adresse localite cp postal code centre direction province banlieue peripherie habitants
"""
_ANNOUNCE = frozenset(_ANNOUNCE_TEXT.split())
# « je suis à … », « on est sur … », « je viens de … »: needs one of the prepositions after it.
_BEING_TEXT = """
suis sommes est es viens venons sois jsuis chui chuis jsui chsuis etions etais sont arrive arrivee arrives vais
reste restons creche vient vas va aller travaille ecris ecrit appelle cherche recherche scolarise inscrit
inscrite famille maman papa solo seul seule celibataire isole isolee enceinte garderie halte psy pediatre
consultation consultations
"""
_BEING = frozenset(_BEING_TEXT.split())
_SAYING_TEXT = (
    "c cest ici plutot disons mettez prenez voulais pardon oups erreur finalement alors pour moi"
)
_SAYING = frozenset(_SAYING_TEXT.split())
_PREPOSITIONS = frozenset({"a", "de", "d", "sur", "vers", "entre", "depuis", "en", "pour", "jusqu"})

_SITUATING_TEXT = "pres cote proche centre ville environs province quartier rue avenue derriere"
_SITUATING = frozenset(_SITUATING_TEXT.split())

# Where somebody comes from: a misspelt foreign town must not become a village of ours.
_ORIGIN_TEXT = """
viens vient venons venu venue venus originaire originaires origine ne nee nes nees naissance arrive arrivee
arrives arrivons fui quitte quittee refugie refugiee refugies exile exilee pays nationalite rentre rentree
"""
_ORIGIN = frozenset(_ORIGIN_TEXT.split())

# « rue de Namur », « gaufre de Liège »: the name is part of something else.
_STREET_TEXT = """
rue rues r av avenue chaussee chee ch boulevard bd bld blvd route quai impasse allee dreve square sentier ruelle
venelle esplanade gaufre gaufres sirop jambon chou choux boulet boulets couque couques baba biere pate dentelle
sauce standard fc rfc royal tour traite bataille roi reine princesse prince accords traité parc
"""
_STREETS = frozenset(_STREET_TEXT.split())
# « école Saint-Joseph », « la Saint-Nicolas »: a saint, not a place.
_SAINTLY_TEXT = """
ecole hopital clinique cliniques institut college eglise paroisse creche maternite lycee athenee asbl maison home
chu chr foyer residence la fete fetes pere papa place rue avenue chaussee porte parvis faubourg metro
"""
_SAINTLY = frozenset(_SAINTLY_TEXT.split())
_SAINTS = frozenset({"saint", "sainte", "st", "ste", "sint"})

# Messages such as « bonjour c'est Huy svp » hold nothing but the place.
_FILLER_TEXT = """
bonjour bonsoir salut hello coucou svp stp merci s il vous te plait c cest est ici oui non euh heu ben bah alors
plutot finalement en fait ville centre belgique belgium be voila et moi je j suis a au de d du pour commune
province code postal cp b pardon oups sorry desole desolee environs region village quartier ok d accord hein
dsl jveux dire voulais mettez prenez disons tout cas nous on habite
"""
_FILLERS = frozenset(_FILLER_TEXT.split())
_GREETINGS = frozenset({"bonjour", "bonsoir", "salut", "hello", "coucou", "aub", "please"})

# Places that are also first names: « le papa de Dave » is not about Dave (Namur).
_FIRST_NAMES = frozenset({"dave", "ben", "barry", "roy", "vance", "isaac", "dion", "hubert", "thy"})
# So common that in lower case only « j'habite » before them makes them a place.
_COMMON_TEXT = "on my ben ere bras humain champion membre termes trois soy aye"
_COMMON = frozenset(_COMMON_TEXT.split())
# « la Saint-Nicolas », « la Saint-Martin »: feasts before they are places.
_FEASTS = frozenset({"saintnicolas", "saintmartin"})

_MONEY_TEXT = """
euro euros eur balles boules francs franc fr e h heures heure hrs g gr grammes gramme kg kilos kilo ml cl km metres
personnes personne gens fois mois ans jours enfants familles places calories kcal mercis bisous merci questions
choses trucs problemes raisons habitants m2 watts
"""
_UNITS = frozenset(_MONEY_TEXT.split())
_AMOUNT_TEXT = """
gagne gagner paie paye payer coute loyer salaire touche touchons dois dette dettes budget minimum maximum plus
moins environ presque total facture factures somme montant prix recois revenu revenus chomage cpas ne nee nes
voiture modele tel telephone gsm numero
"""
_DATE_TEXT = """
en depuis annee an janvier fevrier mars avril mai juin juillet aout septembre octobre novembre decembre vers fait
font avant apres
"""
_DATES = frozenset(_DATE_TEXT.split())
_AMOUNTS = frozenset(_AMOUNT_TEXT.split())

_WITHIN_TEXT = "a en dans le la de du l d province region commune quartier entite"
_WITHIN = frozenset(_WITHIN_TEXT.split())

_NEARNESS = frozenset({"pres", "proche", "cote", "loin"})
_NEARNESS_LINKS = _NEARNESS | _WITHIN | {"pas", "c", "est", "tout"}
_NEIGHBOUR_KM = 20.0

# Two of these and the message is not in French: its words are not misspelt places.
_FOREIGN_TEXT = """
the and with my i is of to for you have we are our can in this that het een ik wij mijn niet voor met zijn und ich
he she his her has was am not it they having capisco bene potete
mit nicht fur meine haben der die das il lo che per una sono mi mia figlio el los las una para con mis es por mi
"""
_FOREIGN = frozenset(_FOREIGN_TEXT.split()) - {"es", "il", "mi", "con", "in", "the", "i"}

_MAX_TOKENS = 400  # a message has at most 1,000 characters
_MAX_WINDOW = 8
_MAX_FUZZY = 6  # searches per message: keeps a long rambling message within its time
_ALONE_MIN = 0.78
_CUED_MIN = 0.8
_UNCUED_MIN = 0.82
_PHRASE_MIN = 0.88
_MIN_PHRASE = 9  # letters

_TOKEN = re.compile(r"[^\W\d_]+|\d+")
_INNER_GAP = re.compile(r"(?:[ \t\u00a0]?[-‐‑–'’`´./]?[ \t\u00a0]?|[ \t\u00a0]+)\Z")
_BREAK = re.compile(r"[.!?;\n]")
_HYPHEN = re.compile(r"[-‐‑–]")


def find_mentions(text: str, gazetteer: Gazetteer) -> tuple[Mention, ...]:
    """The places named in ``text``, in the order of the text; empty when there are none. Never raises.

    ``start`` and ``end`` are offsets in ``text``. A postcode beside its name is one mention (« 5100 Jambes »), and
    so is a locality beside its commune or province (« Forest (Bruxelles) »). « pas Namur, Dinant » gives both.
    """
    return _Reader(text, gazetteer).mentions()


class _Reader:
    """One reading of one message."""

    def __init__(self, text: str, gazetteer: Gazetteer) -> None:
        self._text = text
        self._gazetteer = gazetteer
        self._tokens = tuple(_tokens(text))
        letters = [token for token in self._tokens if token.raw.isalpha()]
        capitals = sum(token.capital for token in letters)
        # A shouted or title-cased message says nothing by its capitals.
        self._capitals_mean = len(letters) < 3 or capitals <= 0.6 * len(letters)
        self._fuzzy_left = _MAX_FUZZY
        self._foreign = len({token.word for token in self._tokens} & _FOREIGN) >= 2

    def mentions(self) -> tuple[Mention, ...]:
        spans = self._named()
        spans = self._with_lists(spans)
        spans = self._with_misspelt(spans)
        spans = self._with_postcodes(spans)
        accepted = [span for span in spans if span.candidates]
        merged = self._beside_each_other(self._merged(accepted))
        return tuple(self._mention(span) for span in _told_apart(merged))

    def _mention(self, span: _Span) -> Mention:
        start, end = self._tokens[span.first].start, self._tokens[span.last].end
        return Mention(start, end, self._text[start:end], span.candidates)

    # Exact names

    def _named(self) -> list[_Span]:
        """Longest names first from the left. A span without candidates is a name set aside as not a place."""
        spans = []
        position = 0
        while position < len(self._tokens):
            span = self._name_at(position)
            if span is None:
                position += 1
            else:
                spans.append(span)
                position = span.last + 1
        return spans

    def _name_at(self, first: int) -> _Span | None:
        for last in range(self._reach(first), first - 1, -1):
            words = self._words(first, last)
            names = self._gazetteer.named(words)
            if not names:
                found = self._misspelt_phrase(words) if last > first else ()
                if found:
                    return _Span(first, last, found)
                continue
            if self._is_place(first, last, words, names):
                return _Span(first, last, self._candidates(first, last, names))
            if last > first and self._elsewhere(first, last, words):
                return _Span(first, last, ())
        return None

    def _misspelt_phrase(self, words: Sequence[str]) -> tuple[Candidate, ...]:
        """A name of several words with one wrong letter; tried before the shorter names inside it."""
        if sum(map(len, words)) < _MIN_PHRASE or (words[0] in _LINKS and len(words[0]) < 2):
            return ()
        if words[-1] in _LINKS or not any(len(word) > 3 for word in words):
            return ()
        if all(self._gazetteer.is_ordinary_word(word) for word in words):
            return ()
        found = self._gazetteer.near_phrase(words, _PHRASE_MIN)
        return self._gazetteer.distinct(found)

    def _reach(self, first: int) -> int:
        """The last token a name beginning at ``first`` may include."""
        last = first
        while (
            last + 1 < len(self._tokens)
            and last + 1 - first < _MAX_WINDOW
            and _INNER_GAP.match(self._tokens[last + 1].gap)
        ):
            last += 1
        return last

    def _words(self, first: int, last: int) -> tuple[str, ...]:
        return written_out([token.word for token in self._tokens[first : last + 1]])

    def _candidates(self, first: int, last: int, names: Sequence[Name]) -> tuple[Candidate, ...]:
        text = self._text[self._tokens[first].start : self._tokens[last].end]
        found = self._gazetteer.find(text)
        if self._tokens[last].word == "luxembourg" and first > 0:
            # « au Luxembourg » is the country, « dans le Luxembourg » the province.
            before = self._tokens[first - 1].word
            if before == "au":
                abroad = tuple(place for place in found if place.kind == "hors_zone")
                return abroad if self._lives_there(first) else ()
            if before == "le":
                return tuple(place for place in found if place.kind == "province")
        return found or tuple(name.place for name in names)

    def _is_place(self, first: int, last: int, words: Sequence[str], names: Sequence[Name]) -> bool:
        if self._elsewhere(first, last, words):
            return False
        if all(name.place.kind == "hors_zone" for name in names):
            return any(name.official for name in names) and self._is_outside(
                first, last, words, names
            )
        content = [word for word in words if word not in _LINKS] or list(words)
        ordinary = all(self._gazetteer.is_ordinary_word(word) for word in content)
        official = any(name.official for name in names)
        length = sum(map(len, words))
        if not ordinary and (length >= 5 or (official and length >= 3) or words == ("lln",)):
            return True
        if not ordinary and words in (("bxl",), ("olln",), ("brux",)):
            return True
        if last > first and all(name.place.kind in ("province", "region") for name in names):
            return True
        feast = "".join(words) in _FEASTS
        if official and words[0] in ("saint", "sainte") and not feast:
            return True
        if last > first and not feast and self._written_as_a_name(first, last):
            return True
        if feast and first and self._tokens[first - 1].word in ("pour", "de", "d"):
            return self._cue(first) is not None
        return self._in_context(first, last, words, ordinary)

    def _is_outside(
        self, first: int, last: int, words: Sequence[str], names: Sequence[Name]
    ) -> bool:
        """Flanders and abroad: only where somebody says where they are, never where they come from."""
        if self._alone(first, last):
            return True
        if self._origin(first):
            return False
        abroad = all(name.place.code_postal is None for name in names)
        if abroad:
            return self._lives_there(first)
        ordinary = all(self._gazetteer.is_ordinary_word(word) for word in words)
        if not ordinary and sum(map(len, words)) >= 6:
            return True
        return self._in_context(first, last, words, ordinary)

    def _lives_there(self, first: int) -> bool:
        """« j'habite à … » and « je vis en … », said of oneself."""
        cue = self._cue(first)
        if cue is None or self._tokens[cue].word not in _HOME | {"suis", "sommes", "jsuis"}:
            return False
        word = self._tokens[cue].word
        before = self._tokens[cue - 1].word if cue else ""
        return word.startswith("j") or before in ("j", "je", "on", "nous", "moi")

    def _written_as_a_name(self, first: int, last: int) -> bool:
        """« Trois-Ponts », « La Bruyère »: every word of weight has its capital, or hyphens join them all."""
        inner = self._tokens[first + 1 : last + 1]
        if all(_HYPHEN.search(token.gap) for token in inner):
            return any(token.capital for token in self._tokens[first : last + 1])
        return self._capitals_mean and all(token.capital for token in self._heavy(first, last))

    def _heavy(self, first: int, last: int) -> Sequence[_Token]:
        """The tokens of a name that are not small words; all of them when it has no others."""
        tokens = self._tokens[first : last + 1]
        return [token for token in tokens if token.word not in _LINKS] or tokens

    def _elsewhere(self, first: int, last: int, words: Sequence[str]) -> bool:
        """Whether the name is part of something else: a street, a saint's day, the Fédération."""
        tokens = self._tokens
        before = [token.word for token in tokens[max(0, first - 3) : first]]
        after = tokens[last + 1] if last + 1 < len(tokens) else None
        if "".join(words) == "wallonie" and after is not None and after.word == "bruxelles":
            return True
        if words == ("bruxelles",) and before[-1:] == ["wallonie"]:
            return True
        if words[0] in ("saint", "sainte") and before and before[-1] in _SAINTLY:
            return True
        while before and before[-1] in ("de", "d", "du", "des", "la", "l", "le"):
            before.pop()
            if before and before[-1] in _STREETS:
                return not _BREAK.search(tokens[first].gap)
        return bool(before) and before[-1] in ("rue", "avenue", "boulevard", "chaussee")

    # Context

    def _cue(self, first: int) -> int | None:
        """The token, some linking words before ``first``, that announces a place; ``None`` if there is none."""
        tokens = self._tokens
        place = first
        for _ in range(7):
            if place == 0 or _BREAK.search(tokens[place].gap):
                return None
            place -= 1
            word = tokens[place].word
            if word in _HOME or word in _BEING or word in _ANNOUNCE:
                # « près de », « du côté de » are themselves links: look for a verb before them.
                if word in _LINKS and place > 0 and not _BREAK.search(tokens[place].gap):
                    farther = self._home_before(place)
                    return place if farther is None else farther
                return place
            if word not in _LINKS:
                return None
        return None

    def _home_before(self, place: int) -> int | None:
        for _ in range(5):
            if place == 0 or _BREAK.search(self._tokens[place].gap):
                return None
            place -= 1
            word = self._tokens[place].word
            if word in _HOME or word in _BEING:
                return place
            if word not in _LINKS:
                return None
        return None

    def _origin(self, first: int) -> bool:
        cue = self._cue_words(first)
        return bool(cue & _ORIGIN) and not cue & _HOME

    def _cue_words(self, first: int) -> set[str]:
        """The words shortly before ``first``, up to the end of the sentence before."""
        words: set[str] = set()
        for place in range(first - 1, max(-1, first - 6), -1):
            if _BREAK.search(self._tokens[place + 1].gap):
                break
            words.add(self._tokens[place].word)
        return words

    def _in_context(self, first: int, last: int, words: Sequence[str], ordinary: bool) -> bool:
        """Whether a name that is also a word, or very short, is used here to name a place."""
        tokens = self._tokens
        single = last == first
        capital = self._capitals_mean and all(token.capital for token in self._heavy(first, last))
        if self._beside_postcode(first, last):
            return True
        if self._alone(first, last):
            return (
                capital
                or not ordinary
                or not single
                or (words[0] not in _COMMON and self._is_town("".join(words)))
            )
        before = tokens[first - 1] if first else None
        if before is None and self._opens(last) and (not single or self._is_town("".join(words))):
            return True
        if self._situated(first, last):
            return True
        if before is None or _BREAK.search(tokens[first].gap):
            return False
        after = tokens[last + 1].word if last + 1 < len(tokens) else ""
        if after in ("qui", "que", "dont", "la", "ci") and not capital:
            return False
        if words[0] in _FIRST_NAMES and not self._cue_words(first) & (_HOME | _ANNOUNCE):
            return False
        if (
            single
            and ordinary
            and before.word in ("la", "le", "les", "l", "au", "aux", "du", "des", "un")
        ):
            return False
        cue = self._cue(first)
        if cue is not None:
            word = tokens[cue].word
            if word in _HOME:
                return capital or not ordinary or self._follows_home(first, cue)
            if word in _ANNOUNCE:
                return capital or words[0] not in _COMMON
            if before.word in _PREPOSITIONS and (capital or words[0] not in _COMMON):
                return capital or (
                    before.word not in ("en", "pour") and self._is_town("".join(words))
                )
        if capital and (before.word in _PREPOSITIONS or self._is_town("".join(words))):
            return True
        if before.word == "entre" and self._is_town("".join(words)):
            return True
        return (
            before.word in ("cest", "c", "est", "ici")
            and (capital or not ordinary)
            and (last + 1 == len(tokens) or bool(_BREAK.search(tokens[last + 1].gap)))
        )

    def _opens(self, last: int) -> bool:
        """« La Bruyère, c'est près de Namur »: a name that opens the message and is then situated."""
        if last + 1 >= len(self._tokens):
            return False
        after = self._tokens[last + 1]
        if after.word in _SITUATING and ("," in after.gap or last > 0):
            return True
        if last > 0 and ("," in after.gap or "(" in after.gap):
            return True
        names = self._gazetteer.named((after.word,))
        return any(name.place.kind in ("commune", "province") for name in names)

    def _situated(self, first: int, last: int) -> bool:
        """« Forest (Bruxelles) », « Celles en Hainaut »: what follows is what the place is in."""
        tokens = self._tokens
        start = last + 1
        while start < len(tokens) and start - last <= 4 and tokens[start].word in _WITHIN:
            start += 1
        if start == len(tokens) or any(
            _BREAK.search(token.gap) for token in tokens[last + 1 : start + 1]
        ):
            return False
        if start == last + 1 and not re.search(r"[(,]", tokens[start].gap):
            return False
        around = self._gazetteer.belongs((tokens[start].word,))
        names = self._gazetteer.named(self._words(first, last))
        return around is not None and any(around(name.place) for name in names)

    def _follows_home(self, first: int, cue: int) -> bool:
        """« j'habite ans », « je vis a mont »: right after the verb, or after « à », « sur », « près de »."""
        token = self._tokens[first]
        if "," in token.gap:
            return False
        if first == cue + 1:
            return token.word not in _COMMON
        return self._tokens[first - 1].word in ("a", "de", "d", "sur", "vers")

    def _is_town(self, key: str) -> bool:
        """Communes, and the localities known under a name that parents type in lower case."""
        return any(
            name.place.kind == "commune" or key == "jambes" for name in self._gazetteer.names(key)
        )

    def _alone(self, first: int, last: int) -> bool:
        """Whether the message holds nothing else of weight."""
        others = (*self._tokens[:first], *self._tokens[last + 1 :])
        return all(
            token.word in _FILLERS or (len(token.raw) == 4 and token.raw.isdigit())
            for token in others
        )

    def _beside_postcode(self, first: int, last: int) -> bool:
        """« 4430 Ans », « Ans (4430) »: a postcode of that very place."""
        for place in (first - 1, last + 1):
            if 0 <= place < len(self._tokens):
                code = self._tokens[place].raw
                gap = self._tokens[first if place < first else place].gap
                if len(code) == 4 and code.isdigit() and len(gap) <= 3 and "\n" not in gap:
                    near = self._gazetteer.postcode(code)
                    names = self._gazetteer.names("".join(self._words(first, last)))
                    if near and any(_near(near, name.place) for name in names):
                        return True
        return False

    # Lists: « Namur ou Huy »

    def _with_lists(self, spans: list[_Span]) -> list[_Span]:
        """Adds a short or ordinary name that stands in a list with a place already found."""
        taken = {place for span in spans for place in range(span.first, span.last + 1)}
        added: list[_Span] = []
        for span in [span for span in spans if span.candidates]:
            for first in (self._listed_after(span.last), self._listed_before(span.first)):
                if first is None or first in taken or not self._tokens[first].raw.isalpha():
                    continue
                word = self._tokens[first].word
                names = self._gazetteer.names("".join(name_tokens(word)))
                ordinary = self._gazetteer.is_ordinary_word(word)
                capital = self._capitals_mean and self._tokens[first].capital
                if names and (
                    capital or (self._is_town(word) and not (ordinary and word in _COMMON))
                ):
                    if not capital and word in ("vise", "jette", "celles", "bouillon", "marche"):
                        continue
                    added.append(_Span(first, first, self._candidates(first, first, names)))
                    taken.add(first)
        return sorted([*spans, *added], key=lambda span: span.first)

    def _listed_after(self, last: int) -> int | None:
        tokens = self._tokens
        place = last + 1
        joined = place < len(tokens) and tokens[place].gap.strip() in (",", "/", "+", "&")
        if place < len(tokens) and tokens[place].word in ("ou", "et", "puis"):
            joined, place = True, place + 1
        if place < len(tokens) and joined and tokens[place].word in ("a", "de", "d", "vers", "sur"):
            place += 1
        return place if joined and place < len(tokens) else None

    def _listed_before(self, first: int) -> int | None:
        tokens = self._tokens
        place = first - 1
        joined = tokens[first].gap.strip() in (",", "/", "+", "&")
        if place > 0 and tokens[place].word in ("ou", "et"):
            joined, place = True, place - 1
        return place if joined and place >= 0 and tokens[place].capital else None

    # Misspelt names

    def _with_misspelt(self, spans: list[_Span]) -> list[_Span]:
        taken = {place for span in spans for place in range(span.first, span.last + 1)}
        added: list[_Span] = []
        position = 0
        while position < len(self._tokens):
            span = None if position in taken else self._misspelt_at(position, taken)
            if span is None:
                position += 1
                continue
            added.append(span)
            taken.update(range(span.first, span.last + 1))
            position = span.last + 1
        return sorted([*spans, *added], key=lambda span: span.first)

    def _misspelt_at(self, first: int, taken: set[int]) -> _Span | None:
        token = self._tokens[first]
        if not token.raw.isalpha() or len(token.word) < 2 or self._origin(first):
            return None
        cue = self._cue(first)
        before = self._tokens[first - 1].word if first else ""
        capital = self._capitals_mean and token.capital and first > 0
        alone = self._alone_from(first)
        cued = alone or (
            cue is not None
            and (
                self._tokens[cue].word in _HOME | _ANNOUNCE
                or before in _PREPOSITIONS
                or before in ("a", "au")
            )
        )
        after = self._tokens[first + 1].word if first + 1 < len(self._tokens) else ""
        cued = cued or (capital and before in _PREPOSITIONS)
        half_cued = before in ("a", "sur", "vers", "de", "d")
        cued = cued or (first == 0 and after in _SITUATING) or self._after_postcode(first)
        if self._elsewhere(first, first, ("x",)):
            return None
        longest = min(self._reach(first), first + 4)
        for last in range(longest, first - 1, -1):
            if any(place in taken for place in range(first, last + 1)):
                continue
            alone = first == 0 and last + 1 == len(self._tokens)
            found = self._misspelt(first, last, cued=cued, alone=alone, half_cued=half_cued)
            if found:
                return _Span(first, last, found)
        return None

    def _after_postcode(self, first: int) -> bool:
        """« 4900 spaa »: whether the token follows a postcode."""
        if not first or len(self._tokens[first].gap) > 2:
            return False
        code = self._tokens[first - 1].raw
        return len(code) == 4 and code.isdigit() and self._gazetteer.postcode(code) is not None

    def _alone_from(self, first: int) -> bool:
        """Whether only fillers stand before ``first`` and the message is short enough to be just a place."""
        after = self._tokens[first + 1 :]
        return (
            len(after) <= 4
            and all(token.word in _FILLERS for token in self._tokens[:first])
            and not any(token.word in _GREETINGS for token in after)
        )

    def _misspelt(
        self, first: int, last: int, *, cued: bool, alone: bool, half_cued: bool
    ) -> tuple[Candidate, ...]:
        words = self._words(first, last)
        gazetteer = self._gazetteer
        unknown = [word for word in words if not gazetteer.is_ordinary_word(word)]
        single = first == last
        if not unknown or not self._tokens[last].raw.isalpha():
            return ()
        key = "".join(words)
        shortest = (4 if single else 6) if cued else 6
        if len(key) < shortest or (
            not single and (words[-1] in _LINKS or max(map(len, unknown)) < 4)
        ):
            return ()
        if not single and words[0] in _LINKS and words[0] not in ("la", "le", "les", "l"):
            return ()
        if not single and len(words[-1]) <= 3 and gazetteer.is_ordinary_word(words[-1]):
            return ()
        if not single and any(len(word) == 1 and word not in _LINKS for word in words):
            return ()
        if not single and not cued and not all(map(str.isalpha, words)):
            return ()
        if gazetteer.named(words):
            return ()  # already judged as an exact name
        sound = "".join(phonetic(word) for word in words)
        if cued:
            if self._fuzzy_left <= 0:
                return ()
            self._fuzzy_left -= 1
            near = gazetteer.fuzzy(key, sound, _ALONE_MIN if alone else _CUED_MIN)
        elif self._foreign:
            return ()
        elif single:
            near = gazetteer.near(key, sound, _UNCUED_MIN)
        else:
            near = gazetteer.near_phrase(words, _UNCUED_MIN)
        found = [place for place in near if place.kind != "hors_zone" or cued]
        if not found:
            return ()
        best = found[0].score
        if single and self._nearer_to_a_word(key, best, cued=cued or half_cued):
            return ()
        return gazetteer.distinct(place for place in found if best - place.score < 0.06)

    def _nearer_to_a_word(self, word: str, score: float, *, cued: bool) -> bool:
        """Whether ``word`` looks more like an ordinary word misspelt than like the place."""
        likeness = self._gazetteer.likeness_to_words(word)
        return likeness > score if cued else likeness >= score - 0.02

    # Postcodes

    def _with_postcodes(self, spans: list[_Span]) -> list[_Span]:
        added: list[_Span] = []
        taken = {place for span in spans for place in range(span.first, span.last + 1)}
        for first, last, code in self._codes():
            if any(place in taken for place in range(first, last + 1)):
                continue
            place = self._gazetteer.postcode(code)
            if place is None:
                continue
            beside = self._name_beside(first, last, place, spans) or self._word_beside(
                first, last, place, taken
            )
            if beside is not None:
                spans = [span for span in spans if span is not beside]
                start, end = min(first, beside.first), max(last, beside.last)
                name = self._text[self._tokens[beside.first].start : self._tokens[beside.last].end]
                found = self._gazetteer.find(f"{code} {name}")
                added.append(_Span(start, end, found or (place,)))
            elif self._is_postcode(first, last, code):
                added.append(_Span(first, last, (place,)))
            if added:
                taken.update(range(added[-1].first, added[-1].last + 1))
        return sorted([*spans, *added], key=lambda span: span.first)

    def _codes(self) -> Iterator[tuple[int, int, str]]:
        """Four-digit numbers, and numbers written out (« cinq mille cent »)."""
        for place, token in enumerate(self._tokens):
            if token.raw.isdigit():
                if len(token.raw) == 4 and token.raw[0] != "0" and not self._part_of_number(place):
                    first = place
                    if place and self._tokens[place - 1].word in ("b", "be"):
                        first -= len(token.gap) <= 1
                    yield first, place, token.raw
            else:
                number = spelt_number([other.word for other in self._tokens[place : place + 7]])
                previous = self._tokens[place - 1].word if place else ""
                if number is not None and spelt_number([previous, "mille"]) is None:
                    value, count = number
                    if count > 1:
                        yield place, place + count - 1, str(value)

    def _part_of_number(self, place: int) -> bool:
        """Whether the digits belong to a telephone number, a date, a price or a longer number."""
        tokens = self._tokens
        for other in (place - 1, place + 1):
            if 0 <= other < len(tokens) and tokens[other].raw.isdigit():
                gap = tokens[max(place, other)].gap
                if len(gap) <= 2 and "\n" not in gap:
                    return True
        tail = self._text[tokens[place].end : tokens[place].end + 2].lstrip()
        head = self._text[max(0, tokens[place].start - 2) : tokens[place].start].strip()
        return tail[:1] in ("€", "$", "£", "%", "°") or head[-1:] in ("€", "$", "£", "+")

    def _name_beside(
        self, first: int, last: int, place: Candidate, spans: Sequence[_Span]
    ) -> _Span | None:
        for span in spans:
            before = span.last == first - 1 and len(self._tokens[first].gap) <= 3
            after = span.first == last + 1 and len(self._tokens[span.first].gap) <= 3
            if before or after:
                gap = self._tokens[first if before else span.first].gap
                near = any(_near(place, other, 15.0) for other in span.candidates)
                if "\n" not in gap and near:
                    return span
        return None

    def _word_beside(
        self, first: int, last: int, place: Candidate, taken: set[int]
    ) -> _Span | None:
        """« cinq mille cent, jambes »: an ordinary word that names a locality of that very postcode."""
        for start in (last + 1, *range(first - 4, first)):
            stops = range(min(start + 3, len(self._tokens) - 1), start - 1, -1)
            for stop in stops if start > last else (first - 1,):
                if start < 0 or stop < start or any(k in taken for k in range(start, stop + 1)):
                    continue
                gap = self._tokens[start if start > last else first].gap
                names = self._gazetteer.named(self._words(start, stop))
                near = tuple(name.place for name in names if _near(place, name.place, 10.0))
                if near and len(gap) <= 3 and "\n" not in gap:
                    return _Span(start, stop, near)
        return None

    def _is_postcode(self, first: int, last: int, code: str) -> bool:
        tokens = self._tokens
        if first < last and tokens[first].word in ("b", "be"):
            return True
        after = tokens[last + 1].word if last + 1 < len(tokens) else ""
        if after in _UNITS and not _BREAK.search(tokens[last + 1].gap):
            return False
        if self._alone(first, last):
            return not first or tokens[first - 1].word not in _DATES
        if first == 0:
            return len(tokens) > last + 1 and ("," in tokens[last + 1].gap or len(tokens) <= 3)
        if "(" in tokens[first].gap:
            return True
        before = {token.word for token in tokens[max(0, first - 4) : first]}
        if before & {"cp", "postal", "code", "commune"}:
            return True
        cue = self._cue(first)
        home = cue is not None and tokens[cue].word in _HOME | _ANNOUNCE
        year = 1900 <= int(code) <= 2099
        if year:
            return home and tokens[first - 1].word not in ("en", "depuis", "annee")
        if home:
            return True
        if before & _AMOUNTS or tokens[first - 1].word in _DATES:
            return False
        if tokens[first - 1].word in ("c", "cest", "est", "plutot"):
            return True
        if cue is not None and tokens[first - 1].word in ("a", "au", "dans", "de", "sur", "le"):
            return True
        ends = last + 1 == len(tokens) or bool(_BREAK.search(tokens[last + 1].gap))
        return ends and not tokens[first - 1].raw.isdigit()

    # Two mentions that are one

    def _merged(self, spans: list[_Span]) -> list[_Span]:
        """« Jambes, Namur », « Celles (Hainaut) », « Forest à Bruxelles »: one place and what it is in."""
        merged: list[_Span] = []
        for span in spans:
            if merged and self._same_name(merged[-1], span):
                merged[-1] = _Span(merged[-1].first, span.last, merged[-1].candidates)
                continue
            if merged and self._close(merged[-1], span):
                pair = self._narrowed(merged[-1], span)
                if pair is not None:
                    merged[-1] = pair
                    continue
            merged.append(span)
        return merged

    def _beside_each_other(self, spans: list[_Span]) -> list[_Span]:
        """« Saint-Nicolas, près de Liège »: of two homonyms, the one near what it is said to be near."""
        told = list(spans)
        for place, (one, other) in enumerate(pairwise(spans)):
            between = {token.word for token in self._tokens[one.last + 1 : other.first]}
            if between & _NEARNESS and between <= _NEARNESS_LINKS:
                around = other.candidates[0]
                near = tuple(item for item in one.candidates if _near(item, around, _NEIGHBOUR_KM))
                if is_ambiguous(one.candidates) and near:
                    told[place] = _Span(one.first, one.last, near)
        return told

    def _same_name(self, one: _Span, other: _Span) -> bool:
        """« watermaek boitsfort »: two halves of one misspelt name, side by side."""
        first, second = one.candidates[0], other.candidates[0]
        return (
            other.first == one.last + 1
            and "," not in self._tokens[other.first].gap
            and first.commune is not None
            and first.nom == second.nom
            and not _BREAK.search(self._tokens[other.first].gap)
        )

    def _close(self, one: _Span, other: _Span) -> bool:
        tokens = self._tokens[one.last + 1 : other.first]
        gaps = [token.gap for token in (*tokens, self._tokens[other.first])]
        return (
            len(tokens) <= 4
            and not any(_BREAK.search(gap) for gap in gaps)
            and all(token.word in _WITHIN for token in tokens)
        )

    def _narrowed(self, one: _Span, other: _Span) -> _Span | None:
        """The finer of two places when the other only says what it is in; else ``None``."""
        before = self._tokens[one.first - 1].word if one.first else ""
        for precise, wide in ((one, other), (other, one)):
            if wide is one and before in ("pas", "non", "plus"):
                continue  # « pas Bruxelles, Uccle »
            top = wide.candidates[0]
            if top.kind == "commune":
                inside = tuple(
                    place
                    for place in precise.candidates
                    if place.commune == top.commune and place.kind != "commune"
                )
            elif top.kind in ("province", "region"):
                belongs = self._gazetteer.belongs(self._words(wide.first, wide.last))
                inside = tuple(filter(belongs, precise.candidates)) if belongs else ()
            else:
                continue
            around = top.commune == "Bruxelles" or is_ambiguous(precise.candidates)
            if not inside and around:
                # « Saint-Nicolas, Liège », « Uccle, Bruxelles »: a town may stand for what is around it.
                belongs = self._gazetteer.belongs(self._words(wide.first, wide.last))
                inside = tuple(filter(belongs, precise.candidates)) if belongs else ()
            if inside:
                return _Span(one.first, other.last, inside)
        return None


def _told_apart(spans: Sequence[_Span]) -> list[_Span]:
    """« Leuze-en-Hainaut … Leuze »: a name that may be two places is the one named elsewhere in full."""
    sure = [span.candidates[0] for span in spans if not is_ambiguous(span.candidates)]
    told = []
    for span in spans:
        if is_ambiguous(span.candidates):
            same = tuple(
                place
                for place in span.candidates
                if any(
                    place.nom == other.nom
                    or (place.kind == "commune" and place.commune == other.commune)
                    for other in sure
                )
            )
            span = _Span(span.first, span.last, same or span.candidates)
        told.append(span)
    return told


def _tokens(text: str) -> Iterator[_Token]:
    """The words and numbers of ``text``, at most ``_MAX_TOKENS``."""
    end = 0
    for count, match in enumerate(_TOKEN.finditer(text)):
        if count >= _MAX_TOKENS:
            return
        word = fold(match[0]).replace(" ", "")
        yield _Token(match[0], word, match.start(), match.end(), text[end : match.start()])
        end = match.end()


def _near(one: Candidate, other: Candidate, km: float = 12.0) -> bool:
    return distance_km(one.lat, one.lon, other.lat, other.lon) <= km
