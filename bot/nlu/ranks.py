"""Finds which place of the list a parent means: « le deuxième », « numéro 3 », « l'avant-dernier ».

« Premier », « deuxième », « dernier » mostly say something else — a child, a pregnancy, a class, a
floor, a first time. So a rank is read only when what follows it is a place, a verb or nothing, and
when nothing beside it speaks of children.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from bot.nlu.ages import NUMBER_WORD, ORDINAL, any_of, fold, number_value, ordinal_value

LAST = -1
ONE_BEFORE_LAST = -2
HIGHEST_RANK = 9


class RankMention(msgspec.Struct, frozen=True):
    """A rank said in a message: where (offsets in the original text), what, and its value.

    ``rang`` counts from 1; -1 is the last place of the list, -2 the one before.
    """

    start: int
    end: int
    text: str
    rang: int


_PLACE = (
    any_of(
        """adresse lieu endroit halte maison centre service place proposition option choix resultat fiche solution
        offre asbl association antenne atelier espace creche bibliotheque ludotheque numero
        possibilite suggestion structure garderie accueillante gardienne"""
    )
    + "s?(?:[- ](?:accueil|de rencontres?|d'accueil|parentalite|one))?"
)
# What may follow a rank: nothing, a sign, politeness, a verb or a small word — no noun of another kind.
_FOLLOWS = (
    r"(?= ?(?:$|[.,;:!?)\n/]|[^\w\s'-]|"
    + any_of(
        r"""svp stp s'il merci est c'est cest c a me m' m qui que ki se s' semble parait va irait
        convient conviendrait
        serait sera sont ferait ferme ouvre prend accepte propose tente interesse plait plairait aussi alors donc
        plutot de_la_(?:liste|page) de_(?:votre|ta|vos) des_(?:trois|deux|quatre|3|2) dans sur en_(?:plus|savoir)
        si et ou mais car par pour pas est-ce il elle on j' je oui non comment y avec chez a_cote cite bien qu' ke
        la celui la-bas possible point tel telephone horaires? ca lui voila please parce pcq puisque vu comme
        quand peut peux parmi dit one"""
    )
    + "(?![a-z])))"
)
_ARTICLE = r"(?P<det>(?:le|la|l'|du|au|ce|cette|the|tte|tt)(?: |(?<=')))?(?:tout |toute )?"
_ORDINAL_SAID = re.compile(
    rf"(?<![a-z0-9]){_ARTICLE}(?P<rang>{ORDINAL})(?P<lieu> {_PLACE}(?![a-z]))?{_FOLLOWS}"
)
_LAST_SAID = re.compile(
    rf"(?<![a-z0-9-]){_ARTICLE}(?P<rang>(?P<avant>avant[- ]?)?derni(?:ers?|eres?|e))(?![a-z])"
    rf"(?P<lieu> {_PLACE}(?![a-z]))?{_FOLLOWS}"
)
_NOT_A_COUNT = (
    "(?! ?"
    + any_of(
        r"ans? mois enfants? rue avenue h\b heures? euros? km % € fois jours? semaines? mondial"
    )
    + ")"
)
_NUMBERED = re.compile(
    r"(?<![a-z0-9])(?:numero|num\.?|nr|n ?°|no|option|choix|adresse|lieu|fiche|resultat|proposition|endroit)"
    rf" ?(?:numero |num |n ?° ?)?(?P<rang>[1-9](?![0-9a-z/:,]|\.[0-9])|(?<= ){NUMBER_WORD}){_NOT_A_COUNT}"
)
# « le problème numéro un », « composer le numéro » are no choice.
_NUMBER_INTRO = re.compile(
    r"(?:^|[,.!?:(]|\b"
    + any_of(
        r"""le la au du d celui pour sur par pren\w* choisi\w* option choix infos? lieu adresse ok oui plutot et ou
        alors de svp non"""
    )
    + r") ?(?:l')?$"
)
_BARE = rf"(?P<rang>[1-9](?![0-9a-z/:,])|(?!une\b){NUMBER_WORD})"
_CHOICE_BEFORE = any_of(
    r"""pren\w* jpren\w* choisi\w* prefer\w* jpref\w* pref opt\w+_pour pour plutot sur interess\w+_par interess\w*
    c'est c ouvr\w* montr\w* voir voyons veux jveu[xt]? vx voudrais details? infos? precisions?
    parle\w*(?:[-_]moi)? dis dites et ou celui alors essay\w* garde\w* ca_(?:sera|serait) contacter appeler aller
    oui ok bon reste dirais tente\w*"""
)
_BARE_WITH_ARTICLE = re.compile(
    rf"(?:^|(?<![a-z]){_CHOICE_BEFORE} )(?:le|la|au|du|par le|par la|de la)(?: numero)? {_BARE}"
    r"(?= ?(?:$|[.,;!?)]|(?:svp|stp|s'il|merci|alors|ki|qui|me|m'|est|c'est|plutot|aussi|a l'air|semble|parait"
    r"|oui|et)(?![a-z])))"
)
_ALONE = re.compile(
    rf"[ \W]*(?:(?:ok|oui|donc|alors|euh|bon|ben),? )?(?:le |la |num\w* |n° ?)?(?!un\b){_BARE}"
    r"(?: (?:svp|stp|merci|s'il (?:vous|te) plait))?[ \W]*"
)
_OF_A_CHILD = re.compile(
    r"\b"
    + any_of(
        r"""mon ma notre son sa ton ta votre leur petite? mes nos ses enceinte_d[ue] accouch\w*_d[ue]
        naissance_d[ue] attend\w*_(?:le|la|un|une|mon|notre) grossesse les_(?:deux|trois|2|3) deux trois une
        en des ces"""
    )
    + "(?: (?:tout|toute))? ?$"
)
_CHILD_FOLLOWS = re.compile(
    rf" ?(?:(?:a|aura|avait|vient d'avoir|n'a que) (?:deja |presque |bientot )?(?:[0-9]|{NUMBER_WORD})|"
    + any_of(
        r"""vient_de_naitre est_nee? arrive_en dort pleure marche mange parle tete fait_(?:ses|des) mord tape
        (?:est|va|entre|rentre)_(?:en|a)_(?:l'ecole|creche|maternelle|primaire|secondaire|accueil)
        qui_(?:a_\d|dort|pleure|marche|est_(?:ne|malade))"""
    )
    + ")"
)
_FAMILY = re.compile(
    r"\b"
    + any_of(
        r"""naissance bebe bb fils fille enfants? aine ainee jumeaux cadet maman_de papa_de gosses? ecole classe
        maternelle primaire secondaire etage fois mari ex mois semaine annee"""
    )
    + r"\b"
)
_CHOOSING = re.compile(
    r"\b"
    + any_of(
        r"""pren\w* jpren\w* choisi\w* prefer\w* jpref\w* interess\w* plait plairait convien\w* tente\w* infos?
        details? precisions? adresse liste option choix numero propos\w* cite\w* mention\w* lieu endroit ok_pour
        va_pour plus_sur en_plus savoir montr\w* ouvr\w* voir voyons parle[zr]? (?:des|les)_(?:trois|deux|3|2)
        proche horaires? ouvert\w* tel telephone appel\w* contact\w* itineraire aller gratuit plutot fiche halte
        pensez vaut celui[-_]la on_va_dire c'est_(?:bien|quoi|comment|ou) est_bien hesit\w* bien_le l'air
        s'inscri\w*"""
    )
)
_PREGNANCY = re.compile(r"\b(?:enceinte|grossesse|accouch\w*)")
_NO_CHOICE_BEFORE = re.compile(
    r"(?:di|dimanche|semaine|mois|annee|an|ete|week-end) ?$"
    r"|\b(?:a partir d[ue]|avant|des|depuis|jusqu'au?|arrivee d[ue]|naissance d[ue]|en|loyer|nuit"
    r"|(?:^|et|,) ?moi (?:le|la))(?: le| la)? ?$"
)
_IN_IT = re.compile(r"\b(?:dans|chez|vers) (?:le |la |l')?$")
_FEW_WORDS = 7
_REACH = 45


def _is_a_place(plain: str, match: re.Match[str]) -> bool:
    """Tell whether an ordinal stands for a place of the list, not for a child or anything else."""
    before = plain[max(0, match.start() - 30) : match.start()]
    whole = before + (match["det"] or "")
    words = len(re.findall(r"[a-z0-9]+", plain))
    near = plain[max(0, match.start() - _REACH) : match.end() + _REACH]
    chosen = bool(_CHOOSING.search(near))
    if _OF_A_CHILD.search(before) or _NO_CHOICE_BEFORE.search(whole):
        return False
    if match["lieu"]:
        return chosen or words <= _FEW_WORDS
    if _CHILD_FOLLOWS.match(plain, match.end()):
        return False
    if not match["det"] and words > 3:
        return chosen and match.start() == 0
    if _PREGNANCY.search(plain) or (_FAMILY.search(near) and not _IN_IT.search(whole)):
        return chosen and not _PREGNANCY.search(plain)
    return chosen or words <= _FEW_WORDS or bool(_IN_IT.search(whole))


def _ordinals(plain: str) -> Iterator[tuple[int, int, int]]:
    """Yield « le deuxième », « 3e », « le dernier » with their ranks."""
    for match in _ORDINAL_SAID.finditer(plain):
        if _is_a_place(plain, match):
            yield match.start("rang"), match.end("rang"), ordinal_value(match["rang"])
    for match in _LAST_SAID.finditer(plain):
        if _is_a_place(plain, match):
            rank = ONE_BEFORE_LAST if match["avant"] else LAST
            yield match.start("rang"), match.end("rang"), rank


def _numbers(plain: str) -> Iterator[tuple[int, int, int]]:
    """Yield « numéro 3 », « je prends le 2 », and « 2 » when it is the whole message."""
    for match in _NUMBERED.finditer(plain):
        if _NUMBER_INTRO.search(plain[max(0, match.start() - 20) : match.start()]):
            yield from _rank(match)
    for match in _BARE_WITH_ARTICLE.finditer(plain):
        yield from _rank(match)
    alone = _ALONE.fullmatch(plain)
    if alone is not None:
        yield from _rank(alone)


def _rank(match: re.Match[str]) -> Iterator[tuple[int, int, int]]:
    rank = number_value(match["rang"])
    if rank in range(1, HIGHEST_RANK + 1):
        yield match.start("rang"), match.end("rang"), int(rank)


def find_ranks(text: str) -> tuple[RankMention, ...]:
    """Return the ranks said in ``text``, in order; never raises, whatever the text.

    >>> [m.rang for m in find_ranks("plutôt la 2e, ou la dernière")]
    [2, -1]
    """
    folded = fold(text)
    plain = folded.plain
    settled: list[tuple[int, int, int]] = []
    for found in (*_ordinals(plain), *_numbers(plain)):
        if all(found[1] <= start or found[0] >= end for start, end, _ in settled):
            settled.append(found)
    mentions = []
    for start, end, rank in sorted(settled):
        first, last = folded.span(start, end)
        mentions.append(RankMention(first, last, text[first:last], rank))
    return tuple(mentions)
