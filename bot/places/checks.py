"""Find everything that is wrong or doubtful in the catalogue's files, in one run, in French.

Nothing is repaired here: each ``Problem`` says where it is and how a volunteer can mend it.
"""

from __future__ import annotations

import datetime as dt
import os
import re
import unicodedata
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import combinations, pairwise
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import msgspec
import phonenumbers
from rapidfuzz import fuzz
from stdnum.be import vat

from bot.places.calendar import CalendarError, SchoolCalendar
from bot.places.catalogue import read_gazetteer
from bot.places.freshness import Freshness, freshness
from bot.places.geography import PROVINCES, Gazetteer, distance_km, fold
from bot.places.hours import parse_problem
from bot.places.loading import (
    HELP_LINES_FILE,
    MAX_LIST_BYTES,
    PLACES_FOLDER,
    SERVICES_FILE,
    Document,
    Fields,
    Items,
    Node,
    Problem,
    Scalar,
    Severity,
    identity_problems,
    nearest,
    on_one_line,
    printable_name,
    quote,
    read_list,
    read_node,
    read_place,
    stamps,
)
from bot.places.records import Adresse, HelpLine, Place, Reponse, ServiceKind, Source

__all__ = [
    "EMERGENCIES",
    "NEEDS",
    "Problem",
    "Severity",
    "check_catalogue",
    "french_numbers",
    "render",
]

CALENDAR_FILE: Final = "calendrier.yml"
RETIRED_IDS_FILE: Final = "ids_retires.txt"

#: The needs a parent may express, one intent each (the table of needs in docs/catalogue.md).
NEEDS: Final = (
    "besoin_isolement",
    "besoin_formation",
    "besoin_repit",
    "besoin_monoparentalite",
    "besoin_soutien_parentalite",
    "besoin_passerelle",
    "besoin_sante_mentale",
    "besoin_aide_jeunesse",
    "besoin_interculturel",
    "besoin_apprentissage",
    "besoin_quartier",
    "besoin_sante_enfant",
    "besoin_grossesse",
    "besoin_precarite",
    "besoin_visite_domicile",
    "besoin_langage",
    "besoin_accueil",
    "besoin_benevolat",
    "besoin_sante_scolaire",
)
EMERGENCIES: Final = ("urgence_medicale", "urgence_violence", "urgence_detresse")

#: A busy line must never be the only one.
LINES_PER_EMERGENCY: Final = 2

MEETING_PLACE: Final = "lieu_rencontre"
CHILD_CARE_NEED: Final = "besoin_formation"

COORDINATES_KM: Final = 10.0
DUPLICATE_KM: Final = 2.0
SIMILAR_NAME: Final = 88.0
#: Youth services (AMO) go up to 22 years: no service for children or young people goes further.
OLDEST_MONTHS: Final = 22 * 12
#: A maximum this low is more often years written as months ("0 à 3") than a group for babies; a service
#: that starts before birth may well end soon after it.
YEARS_LIKE_MONTHS: Final = 6
LONG_CLOSURE: Final = dt.timedelta(days=366)


# --- French emergency and service numbers ---------------------------------------------------------
# Source of the numbers: https://fr.wikipedia.org/wiki/Numéro_d'appel_d'urgence (France) and the project's
# list of numbers that must never be given. 112 is common to all Europe; 101, 103, 107, 1733 and 116 000
# are Belgian lines and are left alone.

_GAP = r"[ ./()\-]{0,3}"
_ABROAD = re.compile(rf"(?<!\d)(?:\+|00) ?33(?:{_GAP}\d){{8,10}}(?!\d)")
_TEN_DIGITS = re.compile(r"(?<![\d+/.\-])(?<!\d )0(?:[ .\-/]?\d){9}(?![ .\-/]?\d)")
_ENTERPRISE = re.compile(r"\b(?:(?:tva|bce|rpm|entreprise)\b\D{0,12}|be ?)$")
_DATE_FIRST = re.compile(r"\d{1,2}[/.\-]\d{1,2}[/.\-](?:19|20)\d\d")
_FREEPHONE = re.compile(r"(?<![\d+.,/\-])(?<!\d )0 ?805(?!\d)(?: \d{2,3}){0,3}")
_DIALLED = re.compile(r"tel:(15|17|18|114|115|119|191|196|116117|3018|3020|3114|3919)(?!\d)")
_WHOLE = re.compile(r"(?:15|17|18|114|115|119|191|196|116 ?117|30 ?18|30 ?20|31 ?14|39 ?19)")
_ALWAYS = re.compile(
    r"(?<![\d.,/:+\-])(?<!\d )(?:3919|3114|116 ?117|(?:3018|3020)(?! (?:herent|wijgmaal|leuven|louvain)))"
    r"(?! ?\d)(?![.,/:\-]\d)(?! ?(?:€|eur|km|m2|enfants|familles|personnes))"
)
_MONTHS = "janvier|fevrier|mars|avril|mai|juin|juillet|aout|septembre|octobre|novembre|decembre"
_STREET = (
    r"rue|avenue|av\b|chaussee|boulevard|bd\b|place\b|quai|allee|square|clos\b|route|chemin|dreve|"
    r"impasse|ruelle|sentier|cours\b"
)
#: After a short number, what shows that it counts or dates something.
_COUNTED = (
    r"(?! ?(?:h\b|h\d|heures?|min\b|minutes?|ans?\b|mois\b|semaines?|jours?|€|eur|%|er\b|e\b|eme\b|km\b|m2\b|"
    rf"places\b|enfants?|bebes?|familles?|personnes?|parents?|participants?|fois\b|bis\b|{_MONTHS}))"
    rf"(?!,? ?(?:(?:de|du) )?(?:la |l')?(?:{_STREET}))(?! (?:de|du) (?:ce |chaque )?mois)(?! a \d)"
)
_SHORT = re.compile(
    r"(?<![\d.,/:+\-])(?<!\d )(?P<n>15|17|18|114|115|119|191|196|3[0169] ?\d\d)(?! ?\d)(?![.,/:\-]\d)"
    + _COUNTED
)
_CALLING = re.compile(
    r"\b(?:r?appel\w*|telephon\w*|compos\w*|contact\w*|form(?:er|ez|ons)\b|fai(?:tes|re|s|t)\b|"
    r"joi(?:gn\w*|ndre)|sonne[rz]|allo\b|alert\w*|preven(?:ir|ez)|sms\b|numeros?\b)"
)
_SERVICE = r"(?:samu\b|sapeurs|pompiers?\b|police\b|gendarmerie|urgences?\b|secours\b|allo\b|tel(?:ephone)?\b)"
_NOT_A_CALL = re.compile(
    rf"\b(?:{_STREET}|bte|boite|etage|avant|jusqu|partir|depuis|bus|tram|train|ligne|local|bureau|poste|"
    r"entre|apres|pour les|places)\b"
)
_LEADS_TO = re.compile(r"(?:\b(?:le|au|ou|et)|[:=(,/–-]) ?(?:numero |n° ?)?$")
_DIRECTLY = re.compile(r"\b(?:le|au) (?:numero |n° ?)?$")
_NEXT_TO_SERVICE = re.compile(rf"\b{_SERVICE}[ :=(–-]{{1,4}}(?:(?:le|au) )?$")
_BEFORE_SERVICE = re.compile(rf" ?(?:[(:=–-]|est|pour)? ?(?:le |la |les |l')?{_SERVICE}")


def french_numbers(text: str) -> list[str]:
    """The French emergency or service numbers that ``text`` gives to call, as written there.

    Belgian numbers, house numbers, ages, prices, hours and dates are not numbers to call.

    >>> french_numbers("Appelez le 15 ou le 3919.")
    ['15', '3919']
    >>> french_numbers("Rue du Pont 17, ouvert le 18 mars de 9 h à 15 h, 15 €, tél. 081 22 33 44.")
    []
    """
    bare = unicodedata.normalize("NFKD", text.casefold())
    bare = "".join(c for c in bare if not unicodedata.combining(c))
    found = {match.start(1): match[1] for match in _DIALLED.finditer(bare)}
    bare = re.sub(r"(?:https?://|www\.|tel:)\S+|[\w.+-]{1,64}@\S+", lambda m: " " * len(m[0]), bare)
    bare = re.sub(r"\btel\.", "tel ", bare).replace("\n", ". ").replace("\t", " ")
    if _WHOLE.fullmatch(bare.strip()):
        return [text.strip()]
    for pattern in (_ABROAD, _FREEPHONE, _ALWAYS):
        found |= {match.start(): match[0] for match in pattern.finditer(bare)}
    for match in _TEN_DIGITS.finditer(bare):
        before = bare[max(0, match.start() - 20) : match.start()]
        if not _ENTERPRISE.search(before) and _is_french_ten_digits(match[0]):
            found[match.start()] = match[0]
    start = 0
    for clause in re.split(r"(?<=[.;!?])(?= )", bare):
        found |= {start + place: number for place, number in _called_in(clause)}
        start += len(clause)
    ordered = [" ".join(number.split()) for _, number in sorted(found.items())]
    return list(dict.fromkeys(ordered))


def _is_french_ten_digits(written: str) -> bool:
    """Belgian numbers have nine digits, mobiles (04…) ten; an enterprise number checks out modulo 97."""
    digits = re.sub(r"\D", "", written)
    if _DATE_FIRST.match(written) or digits[1] == "0":
        return False
    if re.fullmatch(r"\d{4}\.\d{3}\.\d{3}", written) and vat.is_valid(digits):
        return False
    number = phonenumbers.parse(digits, "BE")
    return not (digits.startswith("04") and phonenumbers.is_valid_number(number))


def _called_in(clause: str) -> Iterator[tuple[int, str]]:
    """The short numbers one sentence tells to call, with their place in it."""
    calls = [call.end() for call in _CALLING.finditer(clause)]
    for match in _SHORT.finditer(clause):
        number, after = match["n"], clause[match.end() : match.end() + 40]
        before = clause[max(0, match.start() - 80) : match.start()]
        if _NOT_A_CALL.search(before[-60:]):
            continue
        directly = _DIRECTLY.search(before) is not None
        nearest_call = bisect_right(calls, match.start()) - 1
        told = (nearest_call >= 0 and match.start() - calls[nearest_call] <= 60) and (
            _LEADS_TO.search(before) is not None if len(number) < 4 else directly
        )
        beside_service = _NEXT_TO_SERVICE.search(before) or _BEFORE_SERVICE.match(after)
        # "le 15" may be a date and "3020" a postcode; "le 119" is neither.
        bare = directly and len(number) > 2 and not number.startswith("30")
        if told or beside_service or bare:
            yield match.start(), number


# --- One place ------------------------------------------------------------------------------------


class _Context(msgspec.Struct, frozen=True):
    """What a place is checked against."""

    today: dt.date
    gazetteer: Gazetteer | None
    kinds: Mapping[str, ServiceKind]
    retired: frozenset[str]


_Doc = Document[Place]
_Check = Callable[[_Doc, Place, _Context], Iterator[Problem]]


def _problem(
    document: Document[Any],
    path: Sequence[str | int],
    code: str,
    message: str,
    remede: str,
    severity: Severity = Severity.ERREUR,
) -> Problem:
    return Problem(
        fichier=document.fichier,
        ligne=document.line(*path),
        code=code,
        message=on_one_line(message),
        remede=on_one_line(remede),
        severity=severity,
    )


def _check_identifier(document: _Doc, place: Place, context: _Context) -> Iterator[Problem]:
    stem = Path(document.fichier).stem
    if place.id and place.id != stem:
        yield _problem(
            document,
            ["id"],
            "id-different-du-fichier",
            f"L'identifiant {quote(place.id)} n'est pas le nom du fichier ({quote(stem)}).",
            f"Renommez le fichier « {place.id}.yml », ou corrigez l'identifiant s'il est nouveau.",
        )
    if place.id in context.retired:
        yield _problem(
            document,
            ["id"],
            "id-retire",
            f"L'identifiant {quote(place.id)} a déjà servi à un lieu retiré ({RETIRED_IDS_FILE}).",
            "Choisissez un identifiant qui n'a jamais servi.",
        )


def _check_address(document: _Doc, place: Place, context: _Context) -> Iterator[Problem]:
    address = place.adresse
    located = address is not None and (address.code_postal or address.commune)
    if not located and place.zone is None:
        yield _problem(
            document,
            ["adresse"],
            "sans-lieu",
            "La fiche ne dit ni où se trouve le lieu, ni quelle zone il dessert.",
            "Ajoutez « adresse: » avec la commune, ou « zone: » avec les communes desservies.",
        )
    if address is None:
        return
    if (address.lat is None) != (address.lon is None):
        yield _problem(
            document,
            ["adresse", "lat" if address.lat is not None else "lon"],
            "coordonnees-incompletes",
            "Une seule des deux coordonnées est donnée.",
            "Donnez « lat » et « lon », ou aucune des deux.",
        )
    if context.gazetteer is not None:
        yield from _check_postcode(document, address, context.gazetteer)
        yield from _check_coordinates(document, address, context.gazetteer)


def _check_postcode(document: _Doc, address: Adresse, gazetteer: Gazetteer) -> Iterator[Problem]:
    code = address.code_postal
    commune = gazetteer.commune_of_postcode(code) if code else None
    if code and commune is None:
        yield _problem(
            document,
            ["adresse", "code_postal"],
            "code-postal-inconnu",
            f"Le code postal {code} n'existe pas en Wallonie ni à Bruxelles.",
            _postcode_hint(address.localite or address.commune, gazetteer),
        )
    if address.commune:
        if address.commune not in gazetteer.communes():
            yield _problem(
                document,
                ["adresse", "commune"],
                "commune-inconnue",
                f"{quote(address.commune)} n'est pas le nom d'une commune de Wallonie ou de Bruxelles.",
                _commune_hint(address.commune, commune, gazetteer),
            )
        elif commune is not None and commune != address.commune:
            yield _problem(
                document,
                ["adresse", "commune"],
                "commune-code-postal",
                f"Le code postal {code} est à {commune}, pas à {address.commune}.",
                f"Écrivez « commune: {commune} », ou corrigez le code postal.",
            )
    elif commune is not None:
        yield _problem(
            document,
            ["adresse", "code_postal"],
            "commune-manquante",
            "L'adresse a un code postal mais pas de commune.",
            f"Ajoutez « commune: {commune} ».",
            Severity.AVERTISSEMENT,
        )
    if address.localite and code and commune is not None:
        yield from _check_locality(document, address.localite, code, commune, gazetteer)


def _check_locality(
    document: _Doc, locality: str, code: str, commune: str, gazetteer: Gazetteer
) -> Iterator[Problem]:
    # "1020 Bruxelles" for Laeken is usual: the commune's own name agrees with all its postcodes.
    if gazetteer.locality(code, locality) is not None or fold(locality) == fold(commune):
        return
    names = [row.nom for row in gazetteer.localities_of(commune) if row.code_postal == code]
    near = nearest(locality, names, score=70)
    elsewhere = _postcodes_called(locality, gazetteer)
    if near is not None:
        remede = f"Vouliez-vous dire « localite: {near} » ?"
    elif elsewhere:
        remede = f"{locality} a le code postal {' ou '.join(elsewhere)} : corrigez l'un des deux."
    else:
        remede = f"Sous {code}, on trouve : {', '.join(names)}."
    yield _problem(
        document,
        ["adresse", "localite"],
        "localite-code-postal",
        f"La localité {quote(locality)} n'est pas sous le code postal {code} ({commune}).",
        remede,
    )


def _postcodes_called(name: str, gazetteer: Gazetteer) -> list[str]:
    """The postcodes of the places of exactly that name."""
    found = [c.code_postal for c in gazetteer.find(name) if c.score >= 1 and c.kind != "hors_zone"]
    return sorted({code for code in found if code is not None})


def _postcode_hint(name: str | None, gazetteer: Gazetteer) -> str:
    codes = _postcodes_called(name, gazetteer) if name else []
    return (
        f"{name} a le code postal {' ou '.join(codes)}."
        if codes
        else "Vérifiez-le, ou laissez-le vide s'il n'est pas connu."
    )


def _commune_hint(written: str, of_postcode: str | None, gazetteer: Gazetteer) -> str:
    if of_postcode is not None:
        return f"Écrivez « commune: {of_postcode} » (d'après le code postal)."
    near = nearest(written, gazetteer.communes(), score=80)
    found = gazetteer.find(written, limit=1)
    near = near or (found[0].commune if found else None)
    return f"Vouliez-vous dire « commune: {near} » ?" if near else "Vérifiez le nom de la commune."


def _check_coordinates(document: _Doc, address: Adresse, gazetteer: Gazetteer) -> Iterator[Problem]:
    if address.lat is None or address.lon is None:
        return
    code = address.code_postal
    commune = (gazetteer.commune_of_postcode(code) if code else None) or address.commune
    if commune is None or commune not in gazetteer.communes():
        return
    rows = gazetteer.localities_of(commune)
    under = [row for row in rows if row.code_postal == code] or rows
    km = min(distance_km(address.lat, address.lon, row.lat, row.lon) for row in under)
    if km > COORDINATES_KM:
        yield _problem(
            document,
            ["adresse", "lat"],
            "coordonnees-eloignees",
            f"Les coordonnées sont à {km:.0f} km de {code or ''} {commune}.".replace("  ", " "),
            "Reprenez-les sur une carte, ou enlevez « lat » et « lon ».",
        )


def _check_zone(document: _Doc, place: Place, context: _Context) -> Iterator[Problem]:
    zone, gazetteer = place.zone, context.gazetteer
    if zone is None:
        return
    if not (zone.communes or zone.provinces or zone.codes_postaux):
        yield _problem(
            document,
            ["zone"],
            "zone-vide",
            "La zone ne nomme aucune commune, aucune province, aucun code postal.",
            "Complétez-la, ou enlevez « zone ».",
        )
    for index, province in enumerate(zone.provinces):
        if province not in PROVINCES:
            near = nearest(province, PROVINCES)
            yield _problem(
                document,
                ["zone", "provinces", index],
                "zone-province-inconnue",
                f"{quote(province)} n'est pas une province francophone.",
                f"Vouliez-vous dire {near} ?" if near else f"Choix : {', '.join(PROVINCES)}.",
            )
    if gazetteer is None:
        return
    for index, commune in enumerate(zone.communes):
        if commune not in gazetteer.communes():
            yield _problem(
                document,
                ["zone", "communes", index],
                "zone-commune-inconnue",
                f"{quote(commune)} n'est pas le nom d'une commune de Wallonie ou de Bruxelles.",
                _commune_hint(commune, None, gazetteer),
            )
    for index, code in enumerate(zone.codes_postaux):
        if gazetteer.commune_of_postcode(code) is None:
            yield _problem(
                document,
                ["zone", "codes_postaux", index],
                "zone-code-postal-inconnu",
                f"Le code postal {code} n'existe pas en Wallonie ni à Bruxelles.",
                "Corrigez-le ou enlevez-le.",
            )


_HOURS_REMEDY: Final = "En cas de doute, laissez vide et recopiez la source dans « horaires_note »."


def _check_hours(document: _Doc, place: Place, context: _Context) -> Iterator[Problem]:
    if place.horaires and (trouble := parse_problem(place.horaires)):
        yield _problem(document, ["horaires"], "horaires-invalides", trouble, _HOURS_REMEDY)
    for index, exception in enumerate(place.exceptions):
        where = ("exceptions", index)
        if exception.fin < exception.debut:
            yield _problem(
                document,
                [*where, "fin"],
                "exception-inversee",
                f"L'exception finit le {exception.fin}, avant de commencer le {exception.debut}.",
                "Échangez ou corrigez les deux dates.",
            )
        elif exception.fin - exception.debut > LONG_CLOSURE:
            yield _problem(
                document,
                [*where, "fin"],
                "exception-trop-longue",
                "L'exception dure plus d'un an.",
                "Corrigez la date de fin, ou écrivez « statut: suspendu ».",
                Severity.AVERTISSEMENT,
            )
        elif exception.fin < context.today:
            yield _problem(
                document,
                [*where, "fin"],
                "exception-passee",
                f"L'exception est finie depuis le {exception.fin}.",
                "Vous pouvez l'enlever.",
                Severity.INFO,
            )
        if exception.horaires != "off" and (trouble := parse_problem(exception.horaires)):
            yield _problem(
                document, [*where, "horaires"], "exception-horaires", trouble, _HOURS_REMEDY
            )
    ordered = sorted(enumerate(place.exceptions), key=lambda item: item[1].debut)
    for (_, before), (index, after) in pairwise(ordered):
        if after.debut <= before.fin:
            yield _problem(
                document,
                ["exceptions", index, "debut"],
                "exceptions-chevauchees",
                f"Deux exceptions se chevauchent à partir du {after.debut}.",
                "Gardez une seule exception pour chaque jour.",
                Severity.AVERTISSEMENT,
            )


def _check_contact(document: _Doc, place: Place, context: _Context) -> Iterator[Problem]:
    for index, written in enumerate(place.telephones):
        yield from _check_phone(document, ("telephones", index), written)
    if place.courriel and not re.fullmatch(r"[^@\s,;<>]+@[^@\s.]+(\.[^@\s.]+)+", place.courriel):
        yield _problem(
            document,
            ["courriel"],
            "courriel-invalide",
            f"{quote(place.courriel)} n'est pas une adresse de courriel.",
            "Écrivez une seule adresse, par exemple « info@exemple.be », ou laissez vide.",
        )
    if place.site and not is_web_address(place.site):
        yield _problem(
            document,
            ["site"],
            "site-invalide",
            f"{quote(place.site)} n'est pas l'adresse d'une page.",
            "Écrivez l'adresse complète, qui commence par « https:// » ou « http:// ».",
        )


def is_web_address(text: str) -> bool:
    """Whether ``text`` is one complete http(s) address."""
    try:
        parts = urlsplit(text)
        host = parts.hostname or ""
    except ValueError:
        return False
    return (
        parts.scheme in ("http", "https")
        and not re.search(r"\s", text)
        and re.fullmatch(r"[^.\s]+(\.[^.\s]+)+", host) is not None
    )


def _parse_belgian(written: str) -> phonenumbers.PhoneNumber | None:
    try:
        return phonenumbers.parse(written, "BE")
    except phonenumbers.NumberParseException:
        return None


def _check_phone(document: _Doc, path: Sequence[str | int], written: str) -> Iterator[Problem]:
    if french_numbers(written):
        return  # said once, as a French number
    number = _parse_belgian(written)
    if number is None or (number.country_code == 32 and not phonenumbers.is_valid_number(number)):
        yield _problem(
            document,
            path,
            "telephone-invalide",
            f"{quote(written)} n'est pas un numéro de téléphone belge.",
            "Vérifiez le nombre de chiffres ; un seul numéro par ligne. "
            f"Un numéro court (107, 112…) se met dans {HELP_LINES_FILE}.",
        )
        return
    e164 = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    if number.country_code != 32:
        yield _problem(
            document,
            path,
            "telephone-etranger",
            f"{quote(written)} est un numéro d'un autre pays (+{number.country_code}).",
            "Cherchez le numéro belge du lieu, ou enlevez celui-ci.",
        )
    elif written != e164:
        yield _problem(
            document,
            path,
            "telephone-format",
            f"Le numéro {quote(written)} n'est pas écrit sous la forme internationale.",
            f'Écrivez "{e164}".',
        )


def _check_age(document: _Doc, place: Place, context: _Context) -> Iterator[Problem]:
    if place.age is None:
        return
    low, high = place.age.min_mois, place.age.max_mois
    if low is not None and high is not None and low > high:
        yield _problem(
            document,
            ["age", "min_mois"],
            "age-inverse",
            f"L'âge minimum ({low} mois) dépasse l'âge maximum ({high} mois).",
            "Échangez ou corrigez les deux âges, en mois.",
        )
    for name, value in (("min_mois", low), ("max_mois", high)):
        if value is not None and value > OLDEST_MONTHS:
            yield _problem(
                document,
                ["age", name],
                "age-trop-grand",
                f"« {name} » vaut {value} mois, soit plus de {OLDEST_MONTHS // 12} ans.",
                "Corrigez l'âge, ou laissez vide s'il n'y a pas de limite.",
                Severity.AVERTISSEMENT,
            )
    if high is not None and 0 < high <= YEARS_LIKE_MONTHS and (low or 0) >= 0:
        yield _problem(
            document,
            ["age", "max_mois"],
            "age-en-annees",
            f"L'âge maximum est de {high} mois : est-ce bien des mois, et pas des années ?",
            f"Pour {high} ans, écrivez {high * 12} ; sinon, ne changez rien.",
            Severity.AVERTISSEMENT,
        )


def _check_kind(document: _Doc, place: Place, context: _Context) -> Iterator[Problem]:
    if place.objectifs and place.type and place.type != MEETING_PLACE:
        yield _problem(
            document,
            ["objectifs"],
            "objectif-hors-lieu-rencontre",
            "Seul un lieu de rencontre enfants et parents a des objectifs.",
            f"Enlevez « objectifs », ou écrivez « type: {MEETING_PLACE} » si c'en est un.",
        )
    for index, need in enumerate(place.besoins):
        if need not in NEEDS:
            yield _unknown_need(document, ["besoins", index], need, NEEDS)
    kind = context.kinds.get(place.type)
    usual = kind.presence_parent if kind is not None else Reponse.INCONNU
    stays = place.presence_parent or usual
    if CHILD_CARE_NEED in place.besoins and stays is Reponse.OUI:
        yield _problem(
            document,
            ["besoins", place.besoins.index(CHILD_CARE_NEED)],
            "formation-avec-parent",
            "Un lieu où le parent reste ne garde pas l'enfant pendant une formation.",
            f"Enlevez {CHILD_CARE_NEED}, ou corrigez « type » ou « presence_parent ».",
        )
    if {place.presence_parent, usual} == {Reponse.OUI, Reponse.NON}:
        assert kind is not None
        yield _problem(
            document,
            ["presence_parent"],
            "presence-contradictoire",
            f"« presence_parent: {stays.value} » contredit la sorte de service ({kind.nom}).",
            "Vérifiez auprès du lieu si le parent reste avec l'enfant, puis corrigez l'un des deux.",
            Severity.AVERTISSEMENT,
        )
    for name in ("objectifs", "besoins", "telephones"):
        values = getattr(place, name)
        for index, value in enumerate(values):
            if value in values[:index]:
                yield _problem(
                    document,
                    [name, index],
                    "repetition",
                    f"« {name} » répète {quote(str(getattr(value, 'value', value)))}.",
                    "Gardez-le une seule fois.",
                    Severity.AVERTISSEMENT,
                )


def _unknown_need(
    document: Document[Any], path: Sequence[str | int], need: str, choices: Sequence[str]
) -> Problem:
    near = nearest(need, choices, score=70)
    return _problem(
        document,
        path,
        "besoin-inconnu",
        f"{quote(need)} n'est pas un besoin connu.",
        f"Vouliez-vous dire {near} ?" if near else f"Choix : {', '.join(choices)}.",
    )


#: A founding document, or the list of sourced places it was compiled into.
_SEED = re.compile(r"(?:seeds?[/ ]\S+|\d{3}_[0-9a-f]{16}\.txt)", re.IGNORECASE)
_DOMAIN_NAME = re.compile(r"[\w-]+(\.[\w-]+)*\.[a-z]{2,}(?=[/ ,;]|$)", re.IGNORECASE)


def _check_sources(
    document: Document[Any], sources: Sequence[Source], today: dt.date
) -> Iterator[Problem]:
    for index, source in enumerate(sources):
        address = source.adresse
        if not (is_web_address(address) or _SEED.fullmatch(address) or _DOMAIN_NAME.match(address)):
            yield _problem(
                document,
                ["sources", index, "adresse"],
                "source-invalide",
                f"La source {quote(address)} n'est ni l'adresse d'une page, ni un document du projet.",
                "Écrivez l'adresse complète (« https://… ») ou « seeds/… » ; le reste va dans « note ».",
            )
        if source.vu_le is not None and source.vu_le > today:
            yield _problem(
                document,
                ["sources", index, "vu_le"],
                "source-date-future",
                f"La source aurait été vue le {source.vu_le}, qui n'est pas encore passé.",
                "Corrigez la date.",
            )


def _check_place_sources(document: _Doc, place: Place, context: _Context) -> Iterator[Problem]:
    yield from _check_sources(document, place.sources, context.today)


def _check_verification(document: _Doc, place: Place, context: _Context) -> Iterator[Problem]:
    when = place.verifie_le
    if when is not None and not place.verifie_comment:
        yield _problem(
            document,
            ["verifie_le"],
            "verification-sans-comment",
            "« verifie_le » est rempli, mais pas « verifie_comment ».",
            "Dites comment le lieu a été vérifié, par exemple « téléphone » ou « visite ».",
        )
    if when is None:
        if place.verifie_comment:
            yield _problem(
                document,
                ["verifie_comment"],
                "verification-sans-date",
                "« verifie_comment » est rempli, mais pas « verifie_le ».",
                "Ajoutez la date de la vérification, ou enlevez « verifie_comment ».",
                Severity.AVERTISSEMENT,
            )
        yield _problem(
            document,
            ["verifie_le"],
            "jamais-verifie",
            "Le lieu n'a jamais été vérifié : il est montré en dernier, avec un avertissement.",
            "Appelez-le, puis remplissez « verifie_le » et « verifie_comment ».",
            Severity.INFO,
        )
        return
    if when > context.today:
        yield _problem(
            document,
            ["verifie_le"],
            "verification-future",
            f"Le lieu aurait été vérifié le {when}, qui n'est pas encore passé.",
            "Corrigez la date.",
        )
        return
    how_fresh = freshness(when, context.today)
    if how_fresh is Freshness.HIDDEN:
        yield _problem(
            document,
            ["verifie_le"],
            "fiche-perimee",
            f"Vérifiée le {when}, il y a plus de 24 mois : la fiche est cachée aux parents.",
            "Vérifiez-la auprès du lieu, puis mettez « verifie_le » à jour.",
            Severity.AVERTISSEMENT,
        )
    elif how_fresh is Freshness.OLD:
        yield _problem(
            document,
            ["verifie_le"],
            "fiche-a-reverifier",
            f"Vérifiée le {when}, il y a plus de 12 mois : elle est montrée en dernier.",
            "Vérifiez-la auprès du lieu, puis mettez « verifie_le » à jour.",
            Severity.INFO,
        )


_PLACE_CHECKS: Final[tuple[_Check, ...]] = (
    _check_identifier,
    _check_address,
    _check_zone,
    _check_hours,
    _check_contact,
    _check_age,
    _check_kind,
    _check_place_sources,
    _check_verification,
)

#: Fields that hold a code, a measure or an address of the web, never a sentence.
_NOT_TEXT: Final = frozenset(
    {
        "id",
        "type",
        "code_postal",
        "codes_postaux",
        "lat",
        "lon",
        "min_mois",
        "max_mois",
        "poids",
        "debut",
        "fin",
        "verifie_le",
        "vu_le",
    }
)


def _texts(node: Node | None, path: tuple[str | int, ...] = ()) -> Iterator[tuple[Scalar, Any]]:
    """Every text below ``node`` with its path."""
    if isinstance(node, Scalar):
        yield node, path
    elif isinstance(node, Items):
        for index, child in enumerate(node.nodes):
            yield from _texts(child, (*path, index))
    elif isinstance(node, Fields):
        for entry in node.entries:
            if entry.key not in _NOT_TEXT:
                yield from _texts(entry.node, (*path, entry.key))


def _check_french_numbers(document: Document[Any]) -> Iterator[Problem]:
    for text, path in _texts(document.tree):
        for number in french_numbers(text.value):
            field = next((step for step in reversed(path) if isinstance(step, str)), "")
            yield Problem(
                fichier=document.fichier,
                ligne=text.line,
                code="numero-francais",
                message=f"{quote(field)} donne {quote(number)}, un numéro français qui n'aide pas en Belgique.",
                remede="Enlevez-le. En Belgique : 112 (urgences), 101 (police), 103 (enfants), 107 (écoute).",
            )


# --- Between places -------------------------------------------------------------------------------

#: Words that many places share: alike only by these, two places are not the same.
_GENERIC: Final = frozenset(
    fold(
        "le la les de des du et à au aux en l' d' ASBL centre maison espace lieu rencontre rencontres "
        "enfants parents parent enfant halte accueil garderie consultation ONE planning familial "
        "service AMO PMS PSE CPAS quartier crèche famille familles"
    ).split()
)


def _distinctive(name: str, commune: str) -> str:
    words = [w for w in fold(name).split() if w not in _GENERIC and w not in fold(commune).split()]
    return " ".join(sorted(words))


def _same_name(one: Place, other: Place) -> bool:
    """Names alike as a whole and in the words that tell one place from another."""
    first, second = fold(one.nom), fold(other.nom)
    if first == second:
        return True
    if re.findall(r"\d+", first) != re.findall(r"\d+", second):
        return False  # « Centre PMS 1 » and « Centre PMS 2 »
    if fuzz.token_sort_ratio(first, second) < SIMILAR_NAME:
        return False
    mine, theirs = _distinctive(one.nom, _commune(one)), _distinctive(other.nom, _commune(other))
    return fuzz.ratio(mine, theirs) >= SIMILAR_NAME


def _commune(place: Place) -> str:
    return (place.adresse.commune if place.adresse else None) or ""


def _km(one: Place, other: Place) -> float | None:
    a, b = _point(one), _point(other)
    return None if a is None or b is None else distance_km(*a, *b)


def _point(place: Place) -> tuple[float, float] | None:
    address = place.adresse
    if address is None or address.lat is None or address.lon is None:
        return None
    return address.lat, address.lon


#: A readable file and the place it describes.
_Sheet = tuple[_Doc, Place]


def _neighbours(sheets: Sequence[_Sheet]) -> Iterator[tuple[_Sheet, _Sheet]]:
    """Pairs of places of one commune, or whose coordinates fall in the same or touching cells."""
    groups: dict[object, list[int]] = defaultdict(list)
    for index, (_, place) in enumerate(sheets):
        if commune := _commune(place):
            groups[fold(commune)].append(index)
        if (point := _point(place)) is not None:
            # Cells of 0.03° are more than 2 km wide here; the four corners reach the touching cells.
            row, column = point[0] / 0.03, point[1] / 0.03
            for corner in {(int(row + i), int(column + j)) for i in (0, 1) for j in (0, 1)}:
                groups[corner].append(index)
    pairs = {pair for members in groups.values() for pair in combinations(members, 2)}
    for first, second in sorted(pairs):
        yield sheets[first], sheets[second]


def _check_duplicates(sheets: Sequence[_Sheet]) -> Iterator[Problem]:
    for (first, one), (document, other) in _neighbours(sheets):
        if not _same_name(one, other):
            continue
        km = _km(one, other)
        together = fold(_commune(one)) == fold(_commune(other)) != ""
        if (km is not None and km <= DUPLICATE_KM) or (km is None and together):
            where = f"à {km:.1f} km" if km is not None else f"à {_commune(one)}"
            yield _problem(
                document,
                ["nom"],
                "doublon-probable",
                f"{quote(other.nom)} ressemble à {quote(one.nom)} ({first.fichier}), {where}.",
                "Si c'est le même lieu, gardez une seule fiche ; sinon, précisez les noms.",
                Severity.AVERTISSEMENT,
            )


def _check_homonyms(sheets: Sequence[_Sheet]) -> Iterator[Problem]:
    first_called: dict[str, _Sheet] = {}
    for document, place in sheets:
        first, other = first_called.setdefault(fold(place.nom), (document, place))
        here, there = _commune(place), _commune(other)
        if place.nom and fold(here) != fold(there):
            yield _problem(
                document,
                ["nom"],
                "homonyme",
                f"{quote(place.nom)} ({here or 'sans commune'}) porte le même nom que "
                f"{first.fichier} ({there or 'sans commune'}).",
                "Rien à changer si ce sont deux lieux.",
                Severity.INFO,
            )


def _check_shared_phones(sheets: Sequence[_Sheet]) -> Iterator[Problem]:
    holders: dict[str, _Sheet] = {}
    for document, place in sheets:
        for index, written in enumerate(place.telephones):
            number = _parse_belgian(written)
            if number is None:
                continue
            key = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
            first, holder = holders.setdefault(key, (document, place))
            if first is document:
                continue
            # Two services behind one switchboard are usual; two of one kind in one commune are not.
            alike = holder.type == place.type and fold(_commune(holder)) == fold(_commune(place))
            yield _problem(
                document,
                ["telephones", index],
                "telephone-partage",
                f"Le numéro {key} est aussi celui de {quote(holder.nom)} ({first.fichier}).",
                "Si c'est le même lieu, gardez une seule fiche ; sinon, rien à changer.",
                Severity.AVERTISSEMENT if alike else Severity.INFO,
            )


# --- Services and help lines ----------------------------------------------------------------------


def _check_services(
    documents: Sequence[Document[ServiceKind]], today: dt.date
) -> Iterator[Problem]:
    seen: set[str] = set()
    answered: set[str] = set()
    for document in documents:
        kind = document.record
        if kind is None:
            continue
        if kind.id in seen:
            yield _problem(
                document,
                ["id"],
                "service-en-double",
                f"La sorte de service {quote(kind.id)} est décrite deux fois.",
                "Gardez une seule des deux descriptions.",
            )
        seen.add(kind.id)
        answered |= {answer.besoin for answer in kind.besoins}
        yield from _check_answers(document, kind)
        yield from _check_sources(document, kind.sources, today)
        age = kind.age
        if (
            age
            and age.min_mois is not None
            and age.max_mois is not None
            and age.min_mois > age.max_mois
        ):
            yield _problem(
                document,
                ["age", "min_mois"],
                "age-inverse",
                f"L'âge minimum ({age.min_mois} mois) dépasse l'âge maximum ({age.max_mois} mois).",
                "Échangez ou corrigez les deux âges, en mois.",
            )
    if documents and all(document.sound for document in documents):
        for need in NEEDS:
            if need not in answered:
                yield _problem(
                    documents[-1],
                    [],
                    "besoin-sans-service",
                    f"Aucune sorte de service ne répond à {need}.",
                    "Ajoutez ce besoin à la sorte de service qui y répond le mieux.",
                )


def _check_answers(document: Document[ServiceKind], kind: ServiceKind) -> Iterator[Problem]:
    seen: set[tuple[str, object]] = set()
    for index, answer in enumerate(kind.besoins):
        path: list[str | int] = ["besoins", index, "besoin"]
        if answer.besoin not in NEEDS:
            yield _unknown_need(document, path, answer.besoin, NEEDS)
        if (answer.besoin, answer.objectif) in seen:
            yield _problem(
                document,
                path,
                "service-besoin-en-double",
                f"La sorte {quote(kind.id)} donne deux poids à {answer.besoin}.",
                "Gardez un seul poids.",
            )
        seen.add((answer.besoin, answer.objectif))
        if answer.objectif is not None and kind.id != MEETING_PLACE:
            yield _problem(
                document,
                ["besoins", index, "objectif"],
                "objectif-hors-lieu-rencontre",
                "Seul un lieu de rencontre enfants et parents a des objectifs.",
                "Enlevez « objectif ».",
            )
        if answer.besoin == CHILD_CARE_NEED and kind.presence_parent is Reponse.OUI:
            yield _problem(
                document,
                path,
                "formation-avec-parent",
                "Un service où le parent reste ne garde pas l'enfant pendant une formation.",
                f"Enlevez {CHILD_CARE_NEED} de cette sorte, ou corrigez « presence_parent ».",
            )


def _check_help_lines(
    documents: Sequence[Document[HelpLine]], context: _Context
) -> Iterator[Problem]:
    seen: set[str] = set()
    for document in documents:
        line = document.record
        if line is None:
            continue
        if line.id in seen:
            yield _problem(
                document,
                ["id"],
                "ligne-en-double",
                f"La ligne {quote(line.id)} est décrite deux fois.",
                "Gardez une seule des deux descriptions.",
            )
        seen.add(line.id)
        if line.numero and not is_belgian_line(line.numero) and not french_numbers(line.numero):
            yield _problem(
                document,
                ["numero"],
                "ligne-numero-invalide",
                f"{quote(line.numero)} n'est pas un numéro qu'on peut former en Belgique.",
                "Écrivez-le comme on le compose, par exemple « 0800 32 123 » ou « 107 ».",
            )
        if line.horaires and (trouble := parse_problem(line.horaires)):
            yield _problem(document, ["horaires"], "horaires-invalides", trouble, _HOURS_REMEDY)
        known = (*NEEDS, *EMERGENCIES)
        for index, need in enumerate(line.besoins):
            if need not in known:
                yield _unknown_need(document, ["besoins", index], need, known)
        if line.verifie_le is not None and line.verifie_le > context.today:
            yield _problem(
                document,
                ["verifie_le"],
                "verification-future",
                f"La ligne aurait été vérifiée le {line.verifie_le}, qui n'est pas encore passé.",
                "Corrigez la date.",
            )
        yield from _check_sources(document, line.sources, context.today)
    if documents and all(document.sound for document in documents):
        helped = Counter(need for d in documents if d.record for need in set(d.record.besoins))
        for emergency in EMERGENCIES:
            if helped[emergency] < LINES_PER_EMERGENCY:
                yield _problem(
                    documents[-1],
                    [],
                    "urgence-sans-secours",
                    f"{emergency} n'a que {helped[emergency]} ligne(s) d'aide, il en faut au moins "
                    f"{LINES_PER_EMERGENCY}.",
                    "Ajoutez une ligne sourcée : une ligne seule peut être occupée.",
                )


def is_belgian_line(written: str) -> bool:
    """Whether ``written`` can be dialled in Belgium: an ordinary number or a short one (112, 116 000)."""
    digits = re.sub(r"\D", "", written)
    if not re.fullmatch(r"[+\d][\d ./()-]*", written) or french_numbers(written):
        return False
    if 3 <= len(digits) <= 6:
        short = phonenumbers.PhoneNumber(country_code=32, national_number=int(digits))
        return digits[0] == "1" and phonenumbers.is_valid_short_number_for_region(short, "BE")
    number = _parse_belgian(written)
    return number is not None and number.country_code == 32 and phonenumbers.is_valid_number(number)


# --- The whole catalogue --------------------------------------------------------------------------


def _whole_file(fichier: str, code: str, message: str, remede: str) -> Problem:
    return Problem(fichier=fichier, ligne=1, code=code, message=message, remede=remede)


def _check_folder(folder: Path) -> Iterator[Problem]:
    """Files no reader will open, and files that would break the assistant's imports."""
    places = folder / PLACES_FOLDER
    if not places.is_dir():
        yield _whole_file(
            PLACES_FOLDER,
            "dossier-absent",
            f"Le dossier « {PLACES_FOLDER} » n'existe pas.",
            "Créez-le, avec un fichier YAML par lieu.",
        )
    else:
        for path in sorted(places.iterdir(), key=os.fsencode):
            if not path.name.startswith(".") and path.suffix not in (".yml", ".py"):
                yield _whole_file(
                    printable_name(f"{PLACES_FOLDER}/{path.name}"),
                    "fichier-ignore",
                    "Ce fichier n'est pas lu : son nom ne finit pas par « .yml ».",
                    "Renommez-le, ou enlevez-le du dossier.",
                )
    for path in sorted(folder.rglob("*.py"), key=os.fsencode):
        yield _whole_file(
            printable_name(path.relative_to(folder)),
            "fichier-python",
            "Le catalogue ne peut contenir aucun fichier Python : il cacherait une bibliothèque.",
            "Déplacez-le hors du catalogue.",
        )


def _other_yaml(folder: Path) -> Iterator[Problem]:
    """Syntax of the YAML files that other modules read (the set-aside list, for instance)."""
    read_elsewhere = {SERVICES_FILE, HELP_LINES_FILE, CALENDAR_FILE}
    for path in sorted(folder.glob("*.yml"), key=os.fsencode):
        if path.name not in read_elsewhere:
            yield from read_node(path, printable_name(path.name), MAX_LIST_BYTES)[1]


def _check_calendar(folder: Path, today: dt.date) -> Iterator[Problem]:
    try:
        calendar = SchoolCalendar.load(folder / CALENDAR_FILE)
    except CalendarError as error:
        message = str(error).replace(str(folder / CALENDAR_FILE), "").lstrip(" :")
        yield _whole_file(
            CALENDAR_FILE,
            "calendrier-invalide",
            message,
            "Corrigez le calendrier des congés scolaires.",
        )
        return
    warning = calendar.warning(today)
    if warning is not None:
        message, _, remede = warning.partition(". ")
        yield msgspec.structs.replace(
            _whole_file(CALENDAR_FILE, "calendrier-bientot-fini", f"{message}.", remede),
            severity=Severity.AVERTISSEMENT,
        )


def _retired_ids(folder: Path) -> frozenset[str]:
    try:
        text = (folder / RETIRED_IDS_FILE).read_text(encoding="utf-8", errors="replace")
    except OSError:
        return frozenset()
    return frozenset(line.partition("#")[0].strip() for line in text.splitlines()) - {""}


def check_catalogue(folder: Path, today: dt.date) -> list[Problem]:
    """Every problem of the catalogue in ``folder`` on the day ``today``, by file, then line.

    Never raises for what the files hold. The catalogue is fit for use when no problem is an error.

    >>> [p.code for p in check_catalogue(Path("catalogue"), dt.date(2026, 3, 1)) if p.severity == "erreur"]
    []
    """
    problems = [*_check_folder(folder), *_other_yaml(folder), *_check_calendar(folder, today)]
    services, of_file = read_list(folder, SERVICES_FILE, ServiceKind)
    problems += of_file
    lines, of_file = read_list(folder, HELP_LINES_FILE, HelpLine)
    problems += of_file
    places = [read_place(folder, stamp.name) for stamp in stamps(folder)]
    gazetteer, unreadable = read_gazetteer(folder)
    problems += unreadable
    context = _Context(
        today=today,
        gazetteer=gazetteer,
        kinds={d.record.id: d.record for d in services if d.record is not None},
        retired=_retired_ids(folder),
    )
    every: list[Document[Any]] = [*services, *lines, *places]
    for document in every:
        problems += document.problems
        problems += _check_french_numbers(document)
    problems += _check_services(services, today)
    problems += _check_help_lines(lines, context)

    sheets = [(document, document.record) for document in places if document.record is not None]
    for document, place in sheets:
        for check in _PLACE_CHECKS:
            problems += check(document, place, context)
    # Without the list of kinds, every type would look unknown: its own problem is said above.
    known = context.kinds.keys() or {place.type for _, place in sheets}
    problems += identity_problems(((d.fichier, place, d.line) for d, place in sheets), known)
    problems += _check_duplicates(sheets)
    problems += _check_homonyms(sheets)
    problems += _check_shared_phones(sheets)
    return sorted(set(problems))


_LABELS: Final = {Severity.ERREUR: "ERREUR", Severity.AVERTISSEMENT: "avertissement"}
_INFOS_SHOWN: Final = 12


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}{'s' if number > 1 else ''}"


def render(problems: Iterable[Problem]) -> str:
    """The problems as a volunteer reads them: errors and warnings file by file, then what is good to know.

    >>> print(render([]))
    Aucun problème dans le catalogue.
    """
    problems = sorted(problems)
    if not problems:
        return "Aucun problème dans le catalogue."
    lines: list[str] = []
    current = ""
    for problem in problems:
        if problem.severity is Severity.INFO:
            continue
        if problem.fichier != current:
            lines += ["", problem.fichier] if lines else [problem.fichier]
            current = problem.fichier
        lines.append(
            f"  ligne {problem.ligne}, {_LABELS[problem.severity]} ({problem.code}) : {problem.message}"
        )
        lines.append(f"    → {problem.remede}")
    infos: dict[str, list[Problem]] = defaultdict(list)
    for problem in problems:
        if problem.severity is Severity.INFO:
            infos[problem.code].append(problem)
    if infos:
        lines += ["", "Bon à savoir"] if lines else ["Bon à savoir"]
    for code, group in sorted(infos.items()):
        shown = ", ".join(f"{p.fichier}:{p.ligne}" for p in group[:_INFOS_SHOWN])
        more = f" et {len(group) - _INFOS_SHOWN} autres" if len(group) > _INFOS_SHOWN else ""
        lines.append(
            f"  {code} ({len(group)}) : {group[0].message if len(group) == 1 else ''}".rstrip(" :")
        )
        lines.append(f"    {shown}{more}")
    counts = Counter(problem.severity for problem in problems)
    summary = [
        _counted(counts[Severity.ERREUR], "erreur"),
        _counted(counts[Severity.AVERTISSEMENT], "avertissement"),
        _counted(counts[Severity.INFO], "information"),
    ]
    files = len({problem.fichier for problem in problems})
    return "\n".join([*lines, "", f"{', '.join(summary)} dans {_counted(files, 'fichier')}."])
