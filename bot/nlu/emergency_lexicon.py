"""First layer of the safety net: finds an emergency in a message with the reviewed lexicon of patterns.

The lexicon is ``lexique/urgences.yml``; the words of its pattern language are explained at its top.
Nothing here needs Rasa or the trained model: the channel uses it while everything else is down.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import msgspec
import yaml
from rapidfuzz.distance import OSA

LEXICON_PATH: Final = Path(__file__).parent / "lexique" / "urgences.yml"

INTENTS: Final = ("urgence_medicale", "urgence_violence", "urgence_detresse")
SEVERITIES: Final = ("immediate", "serieux", "doute")  # gravest first

_START: Final = "^"
_SENTENCE_END: Final = "|"
_END: Final = "$"
_BOUNDS: Final = frozenset((_START, _SENTENCE_END, _END))
_ENDS: Final = frozenset(".!?;\n…:")
_GAPS: Final = {"..": 3, "...": 8}
_TOGETHER: Final = 14  # words between the two halves of « A & B »
_MOST_TURNS: Final = 3000  # ways a pattern may be read, once its choices are written out
_MOST_CHARACTERS: Final = 4000  # a longer message is read up to there, then its end
_ONE_TYPO, _TWO_TYPOS = 5, 9  # letters from which a word forgives one slip, two slips


class LexiconError(ValueError):
    """The lexicon cannot be read; the message says, in French, where and what to do."""


class EmergencyMatch(msgspec.Struct, frozen=True):
    """What kind of emergency a message holds.

    ``intent`` is one of ``INTENTS``, ``gravite`` one of ``SEVERITIES``; ``premier_numero`` is the
    number to show in the first line (source: domain.md and catalogue/lignes.yml).
    """

    intent: str
    famille: str
    gravite: str
    premier_numero: str


# --- reading a message ------------------------------------------------------------------------


def _plain(text: str) -> str:
    """Return ``text`` normalised as the rest of the assistant reads it (the one line to change)."""
    from bot.nlu.text import normalize

    return normalize(text)


_TOKEN: Final = re.compile(r"[^\W_]+'?|[^\w\s]")
_ELIDED: Final = {
    "j'": "je", "m'": "me", "t'": "te", "s'": "se", "n'": "ne", "l'": "le", "d'": "de",
    "c'": "ce", "qu'": "que", "jusqu'": "jusque", "lorsqu'": "lorsque", "puisqu'": "puisque",
    "quelqu'": "quelque",
}  # fmt: skip
_GLUED: Final = re.compile(r"(qu|[jmtsld])((?=[aeiouyh])\w{4,})$")
_ENGLISH_NOT: Final = (
    (re.compile(r"\bcan['’]?t\b|\bcannot\b", re.IGNORECASE), "can not"),
    (re.compile(r"\bwon['’]?t\b", re.IGNORECASE), "will not"),
    (re.compile(r"(?<=\w)n['’]t\b", re.IGNORECASE), " not"),
)


def _split(text: str) -> list[str]:
    """Return the words of a normalised text, elisions written out, and its signs."""
    tokens: list[str] = []
    for token in _TOKEN.findall(text):
        if token in ("il", "ils") and tokens and tokens[-1] == "se":
            tokens[-1] = "si"  # « s'il pleure »
        tokens.append(_ELIDED.get(token) or token.rstrip("'") or token)
    return tokens


def _words(text: str) -> list[str]:
    """Return the words of a text as typed: normalised, elisions written out, signs kept."""
    for short, written_out in _ENGLISH_NOT:
        text = short.sub(written_out, text)
    return _split(_plain(text))


@dataclass(frozen=True, slots=True)
class _Message:
    """A message ready to be matched: per word, what it may stand for."""

    words: tuple[str, ...]
    keys: tuple[frozenset[str], ...]  # the word, its stems, the key words it misspells
    all_keys: frozenset[str]
    comma_before: tuple[bool, ...]
    at: Mapping[str, tuple[int, ...]]  # key → where it stands

    def sentence(self, start: int, end: int) -> tuple[int, int]:
        """Return the bounds of the sentence(s) holding ``start:end``."""
        while start > 0 and self.words[start - 1] not in _BOUNDS:
            start -= 1
        while end < len(self.words) and self.words[end] not in _BOUNDS:
            end += 1
        return start, end


# --- the pattern language ---------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Step:
    """One word of a pattern: what it may be, how far it may stand, what may not follow."""

    keys: frozenset[str]
    gap: int = 0
    banned: tuple[tuple[_Step, ...], ...] = ()


_Turn = tuple[_Step, ...]  # one way to say a pattern
_Expander = Callable[[str], Sequence[_Turn]]
_Spellings = Mapping[str, tuple[str, ...]]

_SIGN: Final = re.compile(r"\.\.\.|\.\.|&|!|[()\[\]|]|<[^>]*>|[^\s()\[\]|<>&!]+")


class _Parser:
    """Reads one pattern into the turns of phrase it stands for.

    Raises:
        LexiconError: with a French sentence about what is wrong (the caller adds where).
    """

    def __init__(self, pattern: str, group: _Expander, spellings: _Spellings) -> None:
        self._signs = _SIGN.findall(pattern)
        self._at = 0
        self._group = group
        self._spellings = spellings

    def parse(self) -> list[list[_Turn]]:
        """Return the parts joined by « & », each as its turns."""
        parts = [self._sequence()]
        while self._peek() == "&":
            self._at += 1
            parts.append(self._sequence())
        if self._peek() is not None:
            raise LexiconError(f"« {self._peek()} » est de trop")
        if any(not turn for part in parts for turn in part):
            raise LexiconError("le motif (ou un côté du &) peut être vide")
        return parts

    def _peek(self) -> str | None:
        return self._signs[self._at] if self._at < len(self._signs) else None

    def _sequence(self) -> list[_Turn]:
        # Each turn with the gap allowed before its next word: « a .. [b] c » keeps it for « c ».
        turns: list[tuple[_Turn, int]] = [((), 0)]
        last: str | None = None
        while (sign := self._peek()) not in (None, ")", "]", "|", "&"):
            last = sign
            assert sign is not None
            self._at += 1
            if sign in _GAPS:
                turns = [(turn, _GAPS[sign]) for turn, _ in turns]
            elif sign == "!":
                banned = tuple(self._atom(self._next()))
                if not all(turn for turn, _ in turns):
                    raise LexiconError("« ! » doit suivre un mot")
                turns = [((*t[:-1], replace(t[-1], banned=banned)), gap) for t, gap in turns]
            else:
                choices = self._atom(sign)
                turns = [_joined(*turn, choice) for turn in turns for choice in choices]
            if len(turns) > _MOST_TURNS:
                raise LexiconError("le motif a trop de variantes : coupez-le en deux motifs")
        if last in _GAPS:
            raise LexiconError("« .. » doit être suivi d'un mot")
        return [turn for turn, _ in turns]

    def _next(self) -> str:
        sign = self._peek()
        if sign is None:
            raise LexiconError("il manque un mot à la fin")
        self._at += 1
        return sign

    def _atom(self, sign: str) -> list[_Turn]:
        if sign in "([":
            return self._choice(sign)
        if sign.startswith("<"):
            return list(self._group(sign[1:-1]))
        if sign in ")]|<>":
            raise LexiconError(f"« {sign} » n'a pas sa paire")
        return _word_turns(sign, self._spellings)

    def _choice(self, opening: str) -> list[_Turn]:
        closing = ")" if opening == "(" else "]"
        turns = self._sequence()
        while self._peek() == "|":
            self._at += 1
            turns += self._sequence()
        if self._peek() != closing:
            raise LexiconError(f"il manque « {closing} »")
        self._at += 1
        if not all(turns):
            raise LexiconError("un choix entre parenthèses est vide")
        merged = _merge(turns)
        return merged if opening == "(" else [(), *merged]


def _joined(turn: _Turn, gap: int, choice: _Turn) -> tuple[_Turn, int]:
    """Add ``choice`` after ``turn``; an empty choice leaves the gap to the next word."""
    if not choice:
        return turn, gap
    return (*turn, replace(choice[0], gap=gap), *choice[1:]), 0


def _merge(turns: Iterable[_Turn]) -> list[_Turn]:
    """Put the choices of one plain word together, so that a choice stays one step."""
    single: set[str] = set()
    longer: list[_Turn] = []
    for turn in turns:
        if len(turn) == 1 and not turn[0].banned:
            single |= turn[0].keys
        else:
            longer.append(turn)
    return ([(_Step(frozenset(single)),)] if single else []) + longer


_VERB_ENDINGS: Final = (
    "e", "es", "er", "ee", "ees", "ent", "ez", "ai", "ais", "ait", "aient", "ant", "era", "erai",
    "eras", "erait", "erais", "eront", "ons", "a", "ions", "iez", "é", "i",
)  # fmt: skip


def _word_turns(word: str, spellings: _Spellings) -> list[_Turn]:
    """Return the turns of one literal: a word, ``racine*`` or ``verbe~`` (all its forms)."""
    if word.endswith("*"):
        stem = word[:-1]
        if len(stem) < 3 or not stem.isalnum():
            raise LexiconError(f"« {word} » : il faut au moins trois lettres avant « * »")
        return [(_Step(frozenset({_plain(stem) + "*"})),)]
    if word.endswith("~"):
        if not word.endswith(("er~", "e~")):
            raise LexiconError(f"« {word} » : « ~ » suit un verbe en -er")
        stem = word.removesuffix("~").removesuffix("r").removesuffix("e")
        forms = {stem + ending for ending in _VERB_ENDINGS if ending not in "éi"}
        if stem.endswith("g"):
            forms |= {stem + "ea", stem + "eait", stem + "eant"}
        return [(_Step(frozenset(forms)),)]
    word = _ELIDED.get(word + "'", word)
    if word in (_START, _END):
        return [(_Step(frozenset({word})),)]
    tokens = [t for t in _words(word) if t != "-"]
    if not tokens or not all(t.isalnum() or not t.isascii() for t in tokens):
        raise LexiconError(f"« {word} » n'est pas un mot")
    meant = [word for token in tokens for word in spellings.get(token, (token,))]
    return [tuple(_Step(frozenset({word})) for word in meant)]


# --- matching ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Found:
    """Where a turn of phrase stands in a message: the places of its words, in order."""

    places: tuple[int, ...]

    @property
    def start(self) -> int:
        return self.places[0]

    @property
    def end(self) -> int:
        return self.places[-1] + 1


def _find(turn: _Turn, message: _Message, fillers: frozenset[str]) -> Iterator[_Found]:
    """Yield every place where ``turn`` stands in ``message``."""
    if any(step.keys.isdisjoint(message.all_keys) for step in turn):
        return
    first = turn[0]
    starts = sorted({i for key in first.keys & message.all_keys for i in message.at[key]})
    for start in starts:
        if not _is_banned(first, start, message, fillers):
            yield from _follow(turn, 1, (start,), message, fillers)


def _follow(
    turn: _Turn, at: int, places: tuple[int, ...], message: _Message, fillers: frozenset[str]
) -> Iterator[_Found]:
    if at == len(turn):
        yield _Found(places)
        return
    step = turn[at]
    skipped = 0
    for place in range(places[-1] + 1, len(message.words)):
        word = message.words[place]
        if not step.keys.isdisjoint(message.keys[place]) and not _is_banned(
            step, place, message, fillers
        ):
            yield from _follow(turn, at + 1, (*places, place), message, fillers)
        if word in _BOUNDS:
            return
        if word not in fillers:
            skipped += 1
            if skipped > step.gap:
                return


def _is_banned(step: _Step, place: int, message: _Message, fillers: frozenset[str]) -> bool:
    return any(_comes_next(turn, place + 1, message, fillers) for turn in step.banned)


def _comes_next(turn: _Turn, place: int, message: _Message, fillers: frozenset[str]) -> bool:
    """Tell whether ``turn`` stands at ``place``, word after word."""
    for step in turn:
        while (
            place < len(message.words)
            and message.words[place] in fillers
            and step.keys.isdisjoint(message.keys[place])
        ):
            place += 1
        if place >= len(message.words) or step.keys.isdisjoint(message.keys[place]):
            return False
        place += 1
    return True


# --- the lexicon ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Pattern:
    """One line of the lexicon: its parts (joined by « & »), what it answers, what silences it."""

    parts: tuple[tuple[_Turn, ...], ...]
    answer: EmergencyMatch
    unless: tuple[_Turn, ...]
    rules: frozenset[str]
    motif: str


_COMMON: Final = frozenset((
    "je", "tu", "il", "elle", "on", "me", "te", "se", "le", "la", "les", "un", "une", "de",
    "du", "des", "a", "ai", "est", "pas", "plus", "mon", "ma", "mes", "ce", "ca", "que", "qui",
    "et", "en", "y", "ne", "au", "dans", "sur", "avec", "pour", "suis", "ont", "sont", "tout",
    "toute", "fait", "^", "$",
))  # fmt: skip
_FREQUENT: Final = frozenset((
    "bebe", "enfant", "enfants", "fils", "fille", "petit", "petite", "veux", "vais", "peux",
    "dit", "peur", "moi", "lui", "maison", "mari", "pere", "mere", "maman", "papa", "seul",
    "seule", "fois", "tous", "toutes", "faire", "aller", "chez", "quand", "si", "plein", "trop",
    "jour", "nuit", "envie", "elles", "ils", "sans", "rien", "bien", "va",
))  # fmt: skip


def _commonness(keys: frozenset[str]) -> int:
    return len(keys) + 1000 * len(keys & _COMMON) + 30 * len(keys & _FREQUENT)


RULES: Final = (
    "negation", "passe", "fiction", "information", "prevention", "hypothese", "blague", "maintenant",
)  # fmt: skip
_MARKERS: Final = (
    "passe", "present", "fiction", "information", "prevention", "hypothese", "blague",
    "facon_de_parler", "banal", "maintenant",
)  # fmt: skip

_NEGATIVES: Final = frozenset({"pas", "jamais", "sans", "aucun", "aucune", "ni", "rien", "non"})
_LINKS: Final = frozenset((
    "de", "du", "des", "le", "la", "les", "un", "une", "se", "me", "te", "lui", "y", "en", "eu",
    "ete", "a", "ai", "as", "ont", "fait", "faire", "etre", "avoir", "envie", "idee", "idees",
    "intention", "pense", "penser", "pensee",
))  # fmt: skip
_SUBJECTS: Final = frozenset((
    "je", "tu", "il", "elle", "on", "ils", "elles", "ca", "mon", "ma", "mes", "notre", "nos",
    "son", "moi",
))  # fmt: skip
_GOES_ON: Final = frozenset(
    ["arrete", "arreter", "cesse", "cessent", "arretent", "arretes", "empecher"]
)
_NOT_A_DENIAL: Final = frozenset((
    "que", "seulement", "toujours", "mal", "loin", "bien", "bon", "gentil", "normal", "content",
    "possible", "de", "du", "besoin", "juste", "respirer", "respire", "bouger", "bouge",
    "manger", "dormir", "grave", "vrai", "savoir", "sais",
))  # fmt: skip
_ENDS_A_DENIAL: Final = frozenset(
    ["depuis", "mais", "maintenant", "et", "heureusement", "aujourd", "car"]
)


class EmergencyLexicon:
    """The reviewed patterns, ready to match; immutable, safe to share between threads."""

    def __init__(
        self,
        patterns: Sequence[_Pattern],
        markers: Mapping[str, tuple[_Turn, ...]],
        everyday: Sequence[_Turn],
        fillers: frozenset[str],
        spellings: _Spellings,
        key_words: frozenset[str],
        never: frozenset[str],
    ) -> None:
        self._markers = dict(markers)
        self._everyday = _index(enumerate([(turn,)] for turn in everyday))
        # Gravest first: what cannot be graver than what is found need not be looked at.
        self._patterns = tuple(sorted(patterns, key=_best_rank))
        self._turns = _index(enumerate(pattern.parts for pattern in self._patterns))
        self._fillers = fillers
        self._spellings = dict(spellings)
        vocabulary = _vocabulary(patterns, markers, everyday) | fillers | key_words
        self._vocabulary = frozenset(w for w in vocabulary if not w.endswith("*"))
        self._stems = frozenset(w for w in vocabulary if w.endswith("*"))
        self._stem_lengths = tuple(sorted({len(s) - 1 for s in self._stems}))
        self._known = self._vocabulary | never
        self._typos = _typo_index(key_words)
        self._typo_keys = functools.lru_cache(maxsize=4096)(self._keys_of)

    @classmethod
    def load(cls, path: Path = LEXICON_PATH) -> EmergencyLexicon:
        """Read the lexicon.

        Raises:
            LexiconError: one French sentence naming the file, the line, and what to correct.
            OSError: the file cannot be opened.
        """
        return _Reader(path).lexicon()

    def match(self, text: str) -> EmergencyMatch | None:
        """Return the gravest emergency of a message as typed, or ``None``. Never raises."""
        try:
            return self._match(text)
        except Exception:  # a parent's message must never break the net; the classifier remains
            return None

    def _match(self, text: str) -> EmergencyMatch | None:
        message = self._read(text)
        message = self._without_everyday(message)
        possible = _possible(self._turns, message)
        best: EmergencyMatch | None = None
        for number in sorted(possible):
            pattern = self._patterns[number]
            if best is not None and _best_rank(pattern) >= _rank(best):
                break
            if len(possible[number]) < len(pattern.parts):
                continue
            answer = self._answer(pattern, possible[number], message)
            if answer is not None and (best is None or _rank(answer) < _rank(best)):
                best = answer
        return best

    def explain(self, text: str) -> Iterator[tuple[str, str]]:
        """Yield ``(famille, motif)`` for each line that matches: for reviewers and tests."""
        message = self._without_everyday(self._read(text))
        for number, parts in sorted(_possible(self._turns, message).items()):
            pattern = self._patterns[number]
            if len(parts) == len(pattern.parts) and self._answer(pattern, parts, message):
                yield pattern.answer.famille, pattern.motif

    # --- reading

    def _read(self, text: str) -> _Message:
        if len(text) > _MOST_CHARACTERS:
            half = _MOST_CHARACTERS // 2
            text = text[:half] + " . " + text[-half:]
        words = [_START]
        commas = [False]
        comma = False
        for token in _words(text.replace("\n", " . ")):
            if token in _ENDS:
                if words[-1] not in _BOUNDS:
                    words.append(_SENTENCE_END)
                    commas.append(False)
                comma = False
            elif token[0].isalnum() or not token.isascii():
                for word in self._unglue(token):
                    words.append(word)
                    commas.append(comma)
                    comma = False
            else:
                comma = comma or token == ","
        if words[-1] == _SENTENCE_END:
            words.pop()
            commas.pop()
        words.append(_END)
        commas.append(False)
        words, commas = _me_a(words, commas)
        return _message(words, [self._typo_keys(word) for word in words], commas)

    def _unglue(self, word: str) -> tuple[str, ...]:
        """Write out a reviewed spelling; split « setouffe » when only « etouffe » is known."""
        if word in self._spellings:
            return self._spellings[word]
        if word in self._known or (found := _GLUED.match(word)) is None:
            return (word,)
        elided, rest = found.groups()
        if rest in self._vocabulary or (len(rest) > _ONE_TYPO and self._corrections(rest, most=1)):
            return (_ELIDED[elided + "'"], rest)
        return (word,)

    def _keys_of(self, word: str) -> frozenset[str]:
        keys = {word} if word in self._vocabulary else {word, *self._corrections(word)}
        for key in tuple(keys):
            for length in self._stem_lengths:
                if length > len(key):
                    break
                if (stem := key[:length] + "*") in self._stems:
                    keys.add(stem)
        return frozenset(keys)

    def _corrections(self, word: str, most: int = 2) -> set[str]:
        """Return the key words that ``word`` may misspell."""
        if word in self._known or len(word) < _ONE_TYPO - 1 or not word.isalpha():
            return set()
        near: set[str] = set()
        for variant in _deletions(word, 2 if len(word) >= _TWO_TYPOS - 1 else 1):
            for known in self._typos.get(variant, ()):
                # Two slips that also change the first letter make another word, not a misspelling.
                allowed = min(most, 2 if len(known) >= _TWO_TYPOS and known[0] == word[0] else 1)
                if OSA.distance(word, known, score_cutoff=allowed) <= allowed:
                    near.add(known)
        return near

    def _without_everyday(self, message: _Message) -> _Message:
        """Blank the words of everyday turns of phrase (« mort de fatigue »)."""
        blank: set[int] = set()
        for parts in _possible(self._everyday, message).values():
            for turn in parts[0]:
                for found in _find(turn, message, self._fillers):
                    blank.update(found.places)
        if not blank:
            return message
        nothing: frozenset[str] = frozenset({"_"})
        return _message(
            ["_" if i in blank else word for i, word in enumerate(message.words)],
            [nothing if i in blank else keys for i, keys in enumerate(message.keys)],
            list(message.comma_before),
        )

    # --- one pattern

    def _answer(
        self, pattern: _Pattern, possible: Mapping[int, Sequence[_Turn]], message: _Message
    ) -> EmergencyMatch | None:
        parts: list[list[tuple[_Found, bool]]] = []
        for part in range(len(pattern.parts)):
            found = self._standing(possible[part], message, "negation" in pattern.rules)
            if not found:
                return None
            parts.append(found)
        if any(True for turn in pattern.unless for _ in _find(turn, message, self._fillers)):
            return None
        best: EmergencyMatch | None = None
        for chosen in _near_each_other(parts):
            start = min(found.start for found, _ in chosen)
            end = max(found.end for found, _ in chosen)
            doubtful = any(doubt for _, doubt in chosen)
            answer = self._in_context(pattern, message, start, end, doubtful)
            if answer is not None and (best is None or _rank(answer) < _rank(best)):
                best = answer
        return best

    def _standing(
        self, turns: Iterable[_Turn], message: _Message, check_denial: bool
    ) -> list[tuple[_Found, bool]]:
        """Return where one part stands and is not denied, each with: is it doubtful?"""
        standing = []
        for turn in turns:
            for found in _find(turn, message, self._fillers):
                denial = _denial(found, message, self._fillers) if check_denial else ""
                if denial != "non":
                    standing.append((found, denial == "doute"))
        return standing

    def _in_context(
        self, pattern: _Pattern, message: _Message, start: int, end: int, doubtful: bool
    ) -> EmergencyMatch | None:
        rules, answer = pattern.rules, pattern.answer
        bounds = message.sentence(start, end)
        for silencing in ("fiction", "information", "prevention"):
            if silencing in rules and self._marked(silencing, message, bounds):
                return None
        if (
            "passe" in rules
            and self._marked("passe", message, bounds)
            and not self._marked("present", message, bounds)
        ):
            return None
        if "blague" in rules:
            if self._marked("facon_de_parler", message, (0, len(message.words))):
                return None
            if self._marked("blague", message, (0, len(message.words))):
                if self._marked("banal", message, (0, len(message.words))):
                    return None
                doubtful = True
        if "hypothese" in rules and self._marked("hypothese", message, (bounds[0], start + 1)):
            doubtful = True
        if doubtful:
            return msgspec.structs.replace(answer, gravite="doute")
        if (
            "maintenant" in rules
            and answer.gravite == "serieux"
            and self._marked("maintenant", message, (0, len(message.words)))
        ):
            return msgspec.structs.replace(answer, gravite="immediate", premier_numero="112")
        return answer

    def _marked(self, marker: str, message: _Message, bounds: tuple[int, int]) -> bool:
        """Tell whether a marker stands within ``bounds`` (word places)."""
        return any(
            bounds[0] <= found.start and found.end <= bounds[1]
            for turn in self._markers.get(marker, ())
            for found in _find(turn, message, self._fillers)
        )


# « il ma frappé » is « il m'a frappé »; « avec elle ma fille » is not.
_WHO: Final = frozenset((
    "il", "elle", "on", "qui", "mari", "compagnon", "ex", "homme", "ami", "pere", "papa", "un",
    "voisin", "lui",
))  # fmt: skip
_FEMININE: Final = frozenset((
    "fille", "mere", "soeur", "maman", "femme", "niece", "petite", "puce", "belle", "grande",
    "tante", "voisine", "cousine", "amie", "vie", "maison", "main", "tete", "princesse",
    "jumelle", "bebe", "famille", "compagne", "grossesse", "cadette", "ainee", "chambre",
    "porte", "poussette", "voiture",
))  # fmt: skip


def _me_a(words: Sequence[str], commas: Sequence[bool]) -> tuple[list[str], list[bool]]:
    """Write out « ma » where « m'a » is meant."""
    out: list[str] = []
    of_out: list[bool] = []
    for place, word in enumerate(words):
        meant = (
            word == "ma"
            and place > 0
            and words[place - 1] in _WHO
            and words[place + 1] not in _FEMININE
        )
        out += ["me", "a"] if meant else [word]
        of_out += [commas[place], False] if meant else [commas[place]]
    return out, of_out


def _message(
    words: Sequence[str], keys: Sequence[frozenset[str]], commas: Sequence[bool]
) -> _Message:
    at: dict[str, list[int]] = {}
    for place, of_word in enumerate(keys):
        for key in of_word:
            at.setdefault(key, []).append(place)
    return _Message(
        tuple(words),
        tuple(keys),
        frozenset(at),
        tuple(commas),
        {key: tuple(places) for key, places in at.items()},
    )


def _rank(answer: EmergencyMatch) -> int:
    return SEVERITIES.index(answer.gravite)


def _near_each_other(
    parts: Sequence[Sequence[tuple[_Found, bool]]],
) -> Iterator[tuple[tuple[_Found, bool], ...]]:
    """Yield the ways to take one place per part, close enough to be about the same thing."""
    if len(parts) == 1:
        for found in parts[0]:
            yield (found,)
        return
    first, *others = parts
    for one in first:
        chosen = [one]
        for other in others:
            near = min(other, key=lambda found: _distance(one[0], found[0]))
            if _distance(one[0], near[0]) > _TOGETHER:
                break
            chosen.append(near)
        else:
            yield tuple(chosen)


def _distance(one: _Found, other: _Found) -> int:
    return max(one.start - other.end, other.start - one.end, 0)


def _denial(found: _Found, message: _Message, fillers: frozenset[str]) -> str:
    """Tell whether the words found are denied: ``"non"`` (denied), ``"doute"`` or ``""``."""
    words = message.words
    between = set(range(found.start, found.end)) - set(found.places)
    for place in between:
        if words[place] in _NEGATIVES and words[place + 1] not in _WITHOUT_END:
            return "doute" if words[place + 1] == "encore" else "non"
        if words[place] == "plus" and "ne" in words[max(0, place - 4) : place]:
            return "non"
    before = _denied_before(found.start, message, fillers)
    return before or _denied_after(found, message, fillers)


_WITHOUT_END: Final = frozenset(("arret", "cesse", "raison", "repit"))  # « pleure sans arrêt »


def _denied_before(start: int, message: _Message, fillers: frozenset[str]) -> str:
    words = message.words
    if message.comma_before[start]:
        return ""
    if words[start] in _SUBJECTS:
        return "non" if start and words[start - 1] == "jamais" else ""
    place = start - 1
    steps = 0
    while place >= 0 and steps < 4:
        word = words[place]
        if word in _NEGATIVES:
            goes_on = place > 0 and words[place - 1] in _GOES_ON
            return "" if goes_on or word == "non" else "non"
        if message.comma_before[place] or (word not in _LINKS and word not in fillers):
            return ""
        place -= 1
        steps += 1
    return ""


def _denied_after(found: _Found, message: _Message, fillers: frozenset[str]) -> str:
    words, end = message.words, found.end
    while end < len(words) and words[end] in fillers and not message.comma_before[end]:
        end += 1
    if end >= len(words) or message.comma_before[end]:
        return ""
    following = words[end + 1] if end + 1 < len(words) else _END
    if words[end] in ("pas", "jamais") and words[end - 1] not in _NEGATIVES:
        if following == "encore":
            return "doute"
        return "" if following in _NOT_A_DENIAL else "non"
    if words[end] == "plus" and (following in _BOUNDS or following in _ENDS_A_DENIAL):
        return "non" if "ne" in words[max(0, found.start - 2) : end] else "doute"
    return ""


# --- indexes ----------------------------------------------------------------------------------


_Index = dict[str, list[tuple[int, int, _Turn]]]  # key → (number, part, turn)


def _index(numbered: Iterable[tuple[int, Iterable[Iterable[_Turn]]]]) -> _Index:
    """File each turn of each part under the keys one of which it cannot do without."""
    index: _Index = {}
    for number, parts in numbered:
        for part, turns in enumerate(parts):
            for turn in turns:
                for key in min((step.keys for step in turn), key=_commonness):
                    index.setdefault(key, []).append((number, part, turn))
    return index


def _possible(index: _Index, message: _Message) -> dict[int, dict[int, list[_Turn]]]:
    """Return, by number and part, the turns all of whose words are in the message."""
    possible: dict[int, dict[int, list[_Turn]]] = {}
    keys = message.all_keys
    for key in keys:
        for number, part, turn in index.get(key, ()):
            for step in turn:
                if step.keys.isdisjoint(keys):
                    break
            else:
                possible.setdefault(number, {}).setdefault(part, []).append(turn)
    return possible


def _best_rank(pattern: _Pattern) -> int:
    """Return the rank of the gravest answer a pattern can give."""
    rank = _rank(pattern.answer)
    return 0 if rank == 1 and "maintenant" in pattern.rules else rank


def _vocabulary(
    patterns: Iterable[_Pattern],
    markers: Mapping[str, tuple[_Turn, ...]],
    everyday: Iterable[_Turn],
) -> frozenset[str]:
    turns: list[_Turn] = [*everyday]
    for pattern in patterns:
        turns += pattern.unless
        for part in pattern.parts:
            turns += part
    for of_marker in markers.values():
        turns += of_marker
    return frozenset(key for turn in turns for key in _turn_keys(turn))


def _turn_keys(turn: _Turn) -> Iterator[str]:
    for step in turn:
        yield from step.keys
        for banned in step.banned:
            yield from _turn_keys(banned)


def _deletions(word: str, depth: int) -> frozenset[str]:
    """Return ``word`` and every word one gets by leaving out up to ``depth`` letters."""
    reached = {word}
    last = {word}
    for _ in range(depth):
        last = {w[:i] + w[i + 1 :] for w in last for i in range(len(w))}
        reached |= last
    return frozenset(reached)


def _typo_index(words: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Index the words that forgive slips by what is left of them (symmetric deletion)."""
    index: dict[str, list[str]] = {}
    for word in words:
        if len(word) >= _ONE_TYPO and word.isalpha():
            for variant in _deletions(word, 2 if len(word) >= _TWO_TYPOS else 1):
                index.setdefault(variant, []).append(word)
    return {variant: tuple(of_variant) for variant, of_variant in index.items()}


# --- reading the file -------------------------------------------------------------------------


class _Family(msgspec.Struct, forbid_unknown_fields=True):
    """One family of the file, as a volunteer writes it."""

    famille: str
    intent: str
    gravite: str
    premier_numero: str
    commentaire: str
    motifs: list[Any]
    contre_exemples: list[str] = []
    sauf: list[str] = []
    sans_regle: list[str] = []


class _Line(msgspec.Struct, forbid_unknown_fields=True):
    """One pattern of a family; severity, number and exceptions may be its own."""

    motif: str
    exemples: list[str]
    gravite: str | None = None
    premier_numero: str | None = None
    sauf: list[str] = []
    sans_regle: list[str] = []


class _Reader:
    """Turns the file into patterns, keeping line numbers for its error messages."""

    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            node = yaml.compose(path.read_text(encoding="utf-8"), Loader=_YAML_LOADER)
        except yaml.MarkedYAMLError as error:
            line = error.problem_mark.line + 1 if error.problem_mark else 0
            raise self._error(
                line, f"le fichier n'est pas du YAML lisible ({error.problem})"
            ) from error
        if not isinstance(node, yaml.MappingNode):
            raise self._error(1, "le fichier doit contenir « familles: », « groupes: »…")
        self._sections = {key.value: value for key, value in node.value}
        self._groups: dict[str, list[_Turn]] = {}
        self._group_lines = {
            key.value: value for key, value in self._nodes("groupes", yaml.MappingNode)
        }
        self._reading: list[str] = []
        self._spellings = {
            typed.value: tuple(meant.value.split())
            for typed, meant in self._nodes("ecritures", yaml.MappingNode)
        }

    def lexicon(self) -> EmergencyLexicon:
        return EmergencyLexicon(
            patterns=[
                p for node in self._nodes("familles", yaml.SequenceNode) for p in self._family(node)
            ],
            markers=self._context(),
            everyday=[
                turn
                for node in self._nodes("expressions_courantes", yaml.SequenceNode)
                for turn in self._turns(node)
            ],
            fillers=frozenset(self._plain_words("mots_vides")),
            spellings=self._spellings,
            key_words=frozenset(
                key
                for node in self._nodes("mots_cles", yaml.SequenceNode)
                for turn in self._turns(node)
                for key in turn[0].keys
            ),
            never=frozenset(self._plain_words("jamais_confondre")),
        )

    def families(self) -> Iterator[tuple[_Family, list[_Line]]]:
        """Yield the families with their lines, as written."""
        for node in self._nodes("familles", yaml.SequenceNode):
            family = self._record(node, _Family)
            yield family, [self._record(n, _Line) for n in self._value(node, "motifs").value]

    def _family(self, node: Any) -> Iterator[_Pattern]:
        family = self._record(node, _Family)
        default = EmergencyMatch(
            family.intent, family.famille, family.gravite, family.premier_numero
        )
        self._check(default, family.sans_regle, _line(node))
        if not family.commentaire.strip():
            raise self._error(
                _line(node), f"la famille « {family.famille} » n'a pas de commentaire"
            )
        exceptions = self._exceptions(node)
        for line_node in self._value(node, "motifs").value:
            line = self._record(line_node, _Line)
            if not line.exemples:
                raise self._error(_line(line_node), "ce motif n'a pas de phrase d'exemple")
            answer = EmergencyMatch(
                family.intent,
                family.famille,
                line.gravite or family.gravite,
                line.premier_numero or family.premier_numero,
            )
            self._check(answer, line.sans_regle, _line(line_node))
            yield _Pattern(
                parts=tuple(tuple(p) for p in self._parts(self._value(line_node, "motif"))),
                answer=answer,
                unless=(*exceptions, *self._exceptions(line_node)),
                rules=frozenset(RULES) - {*family.sans_regle, *line.sans_regle},
                motif=line.motif,
            )

    def _check(self, answer: EmergencyMatch, without: Sequence[str], line: int) -> None:
        if answer.intent not in INTENTS:
            raise self._error(
                line, f"intention inconnue « {answer.intent} » ({', '.join(INTENTS)})"
            )
        if answer.gravite not in SEVERITIES:
            raise self._error(
                line, f"gravité inconnue « {answer.gravite} » ({', '.join(SEVERITIES)})"
            )
        if not re.fullmatch(r"[0-9][0-9 ]{2,}", answer.premier_numero):
            raise self._error(line, f"« {answer.premier_numero} » n'est pas un numéro")
        for rule in without:
            if rule not in RULES:
                raise self._error(line, f"règle inconnue « {rule} » ({', '.join(RULES)})")

    def _exceptions(self, node: Any) -> list[_Turn]:
        for key, value in node.value:
            if key.value == "sauf":
                return [turn for item in value.value for turn in self._turns(item)]
        return []

    def _context(self) -> dict[str, tuple[_Turn, ...]]:
        markers = {}
        for key, value in self._nodes("contexte", yaml.MappingNode):
            if key.value not in _MARKERS:
                raise self._error(
                    _line(key), f"contexte inconnu « {key.value} » ({', '.join(_MARKERS)})"
                )
            markers[key.value] = tuple(t for item in value.value for t in self._turns(item))
        return markers

    def _turns(self, node: Any) -> list[_Turn]:
        parts = self._parts(node)
        if len(parts) > 1:
            raise self._error(_line(node), "« & » ne s'écrit que dans un motif de famille")
        return parts[0]

    def _parts(self, node: Any) -> list[list[_Turn]]:
        try:
            return _Parser(str(node.value), self._group, self._spellings).parse()
        except LexiconError as error:
            raise self._error(_line(node), f"le motif « {node.value} » : {error}") from error

    def _group(self, name: str) -> list[_Turn]:
        if name not in self._groups:
            if name not in self._group_lines:
                raise LexiconError(f"le groupe « {name} » n'existe pas")
            if name in self._reading:
                raise LexiconError(f"le groupe « {name} » se contient lui-même")
            self._reading.append(name)
            turns = [t for item in self._group_lines[name].value for t in self._turns(item)]
            self._reading.pop()
            self._groups[name] = _merge(turns)
        return self._groups[name]

    def _plain_words(self, section: str) -> Iterator[str]:
        for node in self._nodes(section, yaml.SequenceNode):
            yield from _plain(str(node.value)).split()

    def _nodes(self, section: str, kind: type[Any]) -> list[Any]:
        node = self._sections.get(section)
        if node is None:
            raise self._error(1, f"il manque la partie « {section}: »")
        if not isinstance(node, kind):
            raise self._error(_line(node), f"la partie « {section}: » n'a pas la bonne forme")
        return list(node.value)

    def _value(self, node: Any, name: str) -> Any:
        return next(value for key, value in node.value if key.value == name)

    def _record(self, node: Any, kind: type[Any]) -> Any:
        try:
            return msgspec.convert(_as_python(node), kind)
        except msgspec.ValidationError as error:
            raise self._error(_line(node), f"cette entrée est mal formée ({error})") from error

    def _error(self, line: int, problem: str) -> LexiconError:
        return LexiconError(f"{self._path.name}, ligne {line} : {problem}. Corrigez cette ligne.")


_YAML_LOADER: Final[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def _line(node: Any) -> int:
    return int(node.start_mark.line) + 1


def _as_python(node: Any) -> Any:
    """Return a YAML node as plain data, every scalar as the text written (« 112 » stays text)."""
    if isinstance(node, yaml.MappingNode):
        return {key.value: _as_python(value) for key, value in node.value}
    if isinstance(node, yaml.SequenceNode):
        return [_as_python(value) for value in node.value]
    return node.value


def reviewed_sentences(path: Path = LEXICON_PATH) -> Iterator[tuple[str, str, str | None]]:
    """Yield ``(famille, sentence, motif)`` for each example; ``motif`` is None for a counter-example."""
    for family, lines in _Reader(path).families():
        for line in lines:
            for example in line.exemples:
                yield family.famille, example, line.motif
        for sentence in family.contre_exemples:
            yield family.famille, sentence, None
