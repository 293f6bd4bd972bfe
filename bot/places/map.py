"""Draw the catalogue as one self-contained web page: the places on the communes, and who has none nearby.

Nothing is fetched when the page opens: no tile, script, font or image. The outline comes from our own
coordinates (``bot.places.outline``), the words and styles from ``map.html`` beside this file.
"""

from __future__ import annotations

import datetime as dt
import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from html import escape
from pathlib import Path
from string import Template
from typing import Final

import msgspec
import numpy as np
import numpy.typing as npt
import phonenumbers
from scipy.spatial import cKDTree

from bot.places.catalogue import Catalogue
from bot.places.checks import NEEDS
from bot.places.exchange.locating import Located, Precision, locate
from bot.places.freshness import Freshness, freshness
from bot.places.geography import BRUSSELS, PROVINCES, Gazetteer, fold
from bot.places.hours import ASK_FIRST, describe_place
from bot.places.outline import Outline, draw_outline
from bot.places.records import Place, Statut
from bot.places.search import need_weights

_TEMPLATE: Final = Path(__file__).with_name("map.html")

#: Kilometres as the crow flies from the middle of a commune, beyond which a place is not near.
NEAR_KM: Final = 15.0
_EARTH_KM: Final = 6371.0

_Floats = npt.NDArray[np.float64]


class _Family(msgspec.Struct, frozen=True):
    """Service kinds that share a colour; ``light`` and ``dark`` keep 3:1 with the land and the card."""

    nom: str
    sortes: tuple[str, ...]
    light: str
    dark: str


#: Some thirty kinds cannot have thirty colours that one tells apart: what they do for a parent groups them.
_FAMILIES: Final = (
    _Family(
        "Se rencontrer, jouer, lire",
        ("lieu_rencontre", "maison_quartier", "bibliotheque_ludotheque"),
        "#1466b8",
        "#6db3f2",
    ),
    _Family(
        "Confier son enfant",
        ("halte_accueil", "milieu_accueil", "maison_repit"),
        "#a84a00",
        "#f0a04b",
    ),
    _Family(
        "Parler de sa famille",
        ("espace_parentalite", "planning_familial", "amo"),
        "#6f3fb5",
        "#b795f0",
    ),
    _Family(
        "Attendre et accueillir un bébé",
        ("consultation_prenatale", "accompagnement_perinatal", "visite_domicile"),
        "#b3246f",
        "#f285bd",
    ),
    _Family(
        "Santé",
        (
            "consultation_enfants",
            "sante_mentale",
            "pse",
            "centre_pms",
            "maison_medicale",
            "medecin_garde",
        ),
        "#1a7340",
        "#64c98b",
    ),
    _Family(
        "Aide matérielle, cours, entraide",
        ("relais_social", "alphabetisation", "benevolat"),
        "#6b6100",
        "#d3c548",
    ),
    _Family(
        "Violences, enfant en danger",
        ("sos_enfants", "cpvs", "aide_violences", "maison_accueil", "accueil_urgence_enfant"),
        "#b3202a",
        "#f58787",
    ),
    _Family("Autres services", (), "#565d68", "#aab3be"),
)
_FAMILY_OF: Final[Mapping[str, int]] = {
    kind: number for number, family in enumerate(_FAMILIES) for kind in family.sortes
}
_OTHER: Final = len(_FAMILIES) - 1

_FRESHNESS: Final[Mapping[Freshness, str]] = {
    Freshness.FRESH: "vérifié il y a moins de 6 mois",
    Freshness.TO_CONFIRM: "vérifié il y a 6 à 12 mois",
    Freshness.OLD: "vérifié il y a 12 à 24 mois",
    Freshness.NEVER: "jamais vérifié",
    Freshness.HIDDEN: "vérifié il y a plus de 24 mois (caché aux parents)",
}

_NEED_NAMES: Final[Mapping[str, str]] = {
    "besoin_isolement": "Rencontrer d'autres parents",
    "besoin_formation": "Garde pendant une formation",
    "besoin_repit": "Souffler quelques heures",
    "besoin_monoparentalite": "Parent solo",
    "besoin_soutien_parentalite": "Soutien à l'éducation",
    "besoin_passerelle": "Préparer l'école ou la crèche",
    "besoin_sante_mentale": "Mal-être du parent",
    "besoin_aide_jeunesse": "Jeune en difficulté",
    "besoin_interculturel": "Nouveaux arrivants",
    "besoin_apprentissage": "Apprendre le français",
    "besoin_quartier": "Vie de quartier",
    "besoin_sante_enfant": "Santé du jeune enfant",
    "besoin_grossesse": "Grossesse",
    "besoin_precarite": "Aide matérielle",
    "besoin_visite_domicile": "Visite à la maison",
    "besoin_langage": "Langage de l'enfant",
    "besoin_accueil": "Crèche ou accueillante",
    "besoin_benevolat": "Devenir bénévole",
    "besoin_sante_scolaire": "Santé à l'école",
}

_PRECISION: Final[Mapping[Precision, str]] = {
    Precision.ADRESSE: "à son adresse",
    Precision.LOCALITE: "au centre de sa localité",
    Precision.CODE_POSTAL: "au centre de son code postal",
    Precision.COMMUNE: "au centre de sa commune",
}

#: Written on the map, the second ones where there is room for them.
_TOWNS: Final = ("Arlon", "Bastogne", "Charleroi", "Liège", "Mons", "Namur", "Tournai")
_MINOR_TOWNS: Final = ("Dinant", "Huy", "Mouscron", "Nivelles", "Verviers", "Wavre")

# The drawing, in its own units (see outline.SCALE): markers never overlap, Brussels has its own frame.
_RADIUS: Final = 16.0
_APART: Final = 2 * _RADIUS + 8
_ROUNDS: Final = 60
_MOST_PINS_MOVED: Final = 3000


#: The need the founding documents start from: its blank communes are told at the top of the page.
_MEETING: Final = "besoin_isolement"


def need_name(need: str) -> str:
    """A need in a few words, for a heading."""
    return _NEED_NAMES.get(need) or need.removeprefix("besoin_").replace("_", " ").capitalize()


# --- What the page shows ---------------------------------------------------------------------------


class Coverage(msgspec.Struct, frozen=True):
    """How near each commune is to an answer to each need.

    ``km[commune, need]`` is the distance from the middle of the commune to the nearest place that answers
    (infinite: there is none); ``zone[commune, need]`` tells whether a service covers the commune.
    """

    communes: tuple[str, ...]
    besoins: tuple[str, ...]
    km: _Floats
    zone: npt.NDArray[np.bool_]

    @property
    def blank(self) -> npt.NDArray[np.bool_]:
        """True where no place answers within ``NEAR_KM``."""
        return self.km > NEAR_KM


def coverage(catalogue: Catalogue, today: dt.date) -> Coverage:
    """Which communes have a place within ``NEAR_KM`` for each need, and which a service of their area.

    Counted as a parent would be offered them: closed, suspended and hidden places do not answer.
    """
    gazetteer = catalogue.gazetteer
    communes = gazetteer.communes()
    known = catalogue.needs()
    besoins = (*(n for n in NEEDS if n in known), *(n for n in known if n not in NEEDS))
    columns = {need: column for column, need in enumerate(besoins)}
    doors: dict[str, list[tuple[float, float]]] = {need: [] for need in besoins}
    zone = np.zeros((len(communes), len(besoins)), dtype=np.bool_)
    areas = _Areas(gazetteer)
    for place in catalogue.places:
        kind = catalogue.services.get(place.type)
        if kind is None or not _is_offered(place, today):
            continue
        answered = [need for need in need_weights(place, kind) if need in columns]
        point = locate(place, gazetteer)
        for need in answered:
            if point is not None:
                doors[need].append((point.lat, point.lon))
        if place.zone is not None and answered:
            rows = sorted(areas.rows(place))
            zone[np.ix_(rows, [columns[need] for need in answered])] = True
    centres = _on_sphere([gazetteer.commune_centre(name) for name in communes])
    km = np.full((len(communes), len(besoins)), np.inf)
    for need, points in doors.items():
        if points:
            chord, _ = cKDTree(_on_sphere(points)).query(centres)
            km[:, columns[need]] = 2 * _EARTH_KM * np.arcsin(np.minimum(1.0, chord / 2))
    return Coverage(communes, besoins, km, zone)


def _is_offered(place: Place, today: dt.date) -> bool:
    return (
        place.statut not in (Statut.FERME, Statut.SUSPENDU)
        and freshness(place.verifie_le, today) is not Freshness.HIDDEN
    )


def _on_sphere(points: Sequence[tuple[float, float]]) -> _Floats:
    """(lat, lon) in degrees as points of the unit sphere: chords grow with distances."""
    lat, lon = np.radians(np.array(points)).T
    return np.column_stack([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)])


class _Areas:
    """Which communes an area covers, by row."""

    def __init__(self, gazetteer: Gazetteer) -> None:
        names = gazetteer.communes()
        self._communes = {fold(name): row for row, name in enumerate(names)}
        self._provinces: dict[str, list[int]] = {}
        for row, name in enumerate(names):
            self._provinces.setdefault(fold(gazetteer.province_of(name)), []).append(row)
        self._gazetteer = gazetteer

    def rows(self, place: Place) -> set[int]:
        """The communes served by a service of an area; a postcode counts for its commune."""
        assert place.zone is not None
        found = {
            self._communes[key] for c in place.zone.communes if (key := fold(c)) in self._communes
        }
        for province in place.zone.provinces:
            found.update(self._provinces.get(fold(province), ()))
        for code in place.zone.codes_postaux:
            commune = self._gazetteer.commune_of_postcode(code)
            if commune is not None:
                found.add(self._communes[fold(commune)])
        return found


class _Shown(msgspec.Struct, frozen=True):
    """A place of the page; ``point`` is ``None`` for a service that covers an area."""

    number: int
    place: Place
    point: Located | None
    fresh: Freshness
    besoins: tuple[str, ...]

    @property
    def family(self) -> int:
        return _FAMILY_OF.get(self.place.type, _OTHER)

    @property
    def commune(self) -> str:
        address = self.place.adresse
        return (address.commune if address else None) or ""


class _Page:
    """The page of one catalogue on one day: each method makes one part of it."""

    def __init__(self, catalogue: Catalogue, today: dt.date) -> None:
        self.catalogue, self.today = catalogue, today
        self.gazetteer = catalogue.gazetteer
        self.outline: Outline = draw_outline(self.gazetteer)
        self.coverage = coverage(catalogue, today)
        alive = [p for p in catalogue.places if p.statut not in (Statut.FERME, Statut.SUSPENDU)]
        self.gone = len(catalogue.places) - len(alive)
        self.shown = [self._shown(number, place) for number, place in enumerate(alive)]
        self.doors = [item for item in self.shown if item.point is not None]
        self.zoned = [item for item in self.shown if item.place.zone is not None]
        self.nowhere = len(self.shown) - len(self.doors) - len(self.zoned)

    def _shown(self, number: int, place: Place) -> _Shown:
        kind = self.catalogue.services.get(place.type)
        needs = tuple(sorted(need_weights(place, kind))) if kind is not None else ()
        return _Shown(
            number,
            place,
            locate(place, self.gazetteer),
            freshness(place.verifie_le, self.today),
            needs,
        )

    def kind_name(self, kind: str) -> str:
        known = self.catalogue.services.get(kind)
        return known.nom if known is not None else kind.replace("_", " ")

    def province(self, commune: str) -> str:
        try:
            return self.gazetteer.province_of(commune)
        except KeyError:
            return ""

    # Words and figures.

    def subtitle(self) -> str:
        return (
            f"Catalogue de Relais Parents, Wallonie et Bruxelles, au {_french_date(self.today)}. "
            "Tout est dans cette page : elle s'ouvre sans connexion."
        )

    def figures(self) -> Iterator[str]:
        served = {item.commune for item in self.doors if item.commune}
        fresh = sum(item.fresh in (Freshness.FRESH, Freshness.TO_CONFIRM) for item in self.shown)
        figures = [
            (len(self.doors), "lieux avec une porte"),
            (len(self.zoned), "services qui couvrent une zone"),
            (
                f"{len(served)} / {len(self.coverage.communes)}",
                "communes qui ont au moins un lieu",
            ),
            (fresh, "fiches vérifiées depuis moins d'un an"),
        ]
        if self.gone:
            figures.append((self.gone, "fermés ou suspendus, non montrés"))
        if self.nowhere:
            figures.append((self.nowhere, "sans commune connue, dans aucune liste"))
        if _MEETING in self.coverage.besoins:
            lonely = self.coverage.blank[:, self.coverage.besoins.index(_MEETING)].sum()
            words = f"communes sans lieu où rencontrer d'autres parents à moins de {NEAR_KM:.0f} km"
            figures.append((int(lonely), words))
        for number, words in figures:
            yield f"<li><b>{number}</b><span>{escape(words)}</span></li>"

    def map_intro(self) -> str:
        exact = sum(
            i.point is not None and i.point.precision is Precision.ADRESSE for i in self.doors
        )
        about = len(self.doors) - exact
        if not about:
            return "Chaque marque est un lieu, à son adresse."
        which = f"{about} lieux sur {len(self.doors)} n'ont pas" if exact else "Aucun n'a encore"
        return (
            f"Chaque marque est un lieu. {which} de coordonnées : "
            "la marque se trouve alors autour du centre de la localité, pas à la porte."
        )

    def map_desc(self) -> str:
        return (
            f"{len(self.doors)} lieux dessinés sur les {len(self.coverage.communes)} communes. "
            "La liste qui suit dit la même chose, lieu par lieu."
        )

    # The drawing.

    def land(self) -> Iterator[str]:
        for name, path in self.outline.paths.items():
            yield f'<path data-c="{escape(name)}" d="{path}"/>'

    def towns(self) -> Iterator[str]:
        """A few names to find one's way by, below the marks they would otherwise hide behind."""
        marks = [point for _, point in self.marks]
        for name in (*_TOWNS, *_MINOR_TOWNS):
            if name in self.coverage.communes:
                x, y = self.outline.project(*self.gazetteer.commune_centre(name))
                y += _APART
                while any(
                    abs(px - x) < 100 and abs(py - y + 12) < _APART * 0.8 for px, py in marks
                ):
                    y += 8
                minor = ' class="minor"' if name in _MINOR_TOWNS else ""
                yield f'<text x="{x:.0f}" y="{y:.0f}"{minor}>{escape(name)}</text>'

    @cached_property
    def frame(self) -> _Frame | None:
        return _brussels_frame(self.outline, self.gazetteer)

    def inset(self) -> Iterator[str]:
        frame = self.frame
        if frame is None:
            return
        yield '<g class="land inset" aria-hidden="true">'
        yield f'<g transform="translate({frame.dx:.0f} {frame.dy:.0f}) scale({frame.zoom:.2f})">'
        for name in self.coverage.communes:
            if self.province(name) == BRUSSELS:
                yield f'<path data-c="{escape(name)}" d="{self.outline.paths[name]}"/>'
        left, top, right, bottom = frame.box
        yield "</g>"
        size = f'width="{right - left:.0f}" height="{bottom - top:.0f}"'
        yield f'<rect x="{left:.0f}" y="{top:.0f}" {size} rx="14"/>'
        yield f'<text x="{left + 20:.0f}" y="{top + 50:.0f}">Bruxelles</text></g>'
        x, y, r = frame.spot
        yield f'<circle class="spot" cx="{x:.0f}" cy="{y:.0f}" r="{r:.0f}" aria-hidden="true"/>'

    @cached_property
    def marks(self) -> list[tuple[_Shown, tuple[float, float]]]:
        """The places with a door and where each is drawn, those of Brussels in their frame."""
        inside = [
            self.frame is not None and self.province(i.commune) == BRUSSELS for i in self.doors
        ]
        found: list[tuple[_Shown, tuple[float, float]]] = []
        for apart in (False, True):
            group = [i for i, within in zip(self.doors, inside, strict=True) if within is apart]
            points = [self._drawn(item, self.frame if apart else None) for item in group]
            found += zip(group, _spread(points), strict=True)
        return found

    def pins(self) -> Iterator[str]:
        for item, (x, y) in self.marks:
            name = f"{item.place.nom}, {item.commune}".rstrip(", ")
            title = f"{name} : {self.kind_name(item.place.type)}, {_FRESHNESS[item.fresh]}"
            yield (
                f'<g class="pin f{item.fresh.value}" id="m{item.number}" '
                f'style="--c:var(--c{item.family})" transform="translate({x:.0f} {y:.0f})">'
                f"<title>{escape(title)}</title>{_shape(item.fresh, halo=True)}</g>"
            )

    def _drawn(self, item: _Shown, frame: _Frame | None) -> tuple[float, float]:
        assert item.point is not None
        x, y = self.outline.project(item.point.lat, item.point.lon)
        return (x, y) if frame is None else (x * frame.zoom + frame.dx, y * frame.zoom + frame.dy)

    def legend(self) -> Iterator[str]:
        count = Counter(item.family for item in self.shown)
        for number in sorted(count):
            yield (
                f'<li style="--c:var(--c{number})">{_icon(Freshness.FRESH)}'
                f"<span>{escape(_FAMILIES[number].nom)} <small>({count[number]})</small></span></li>"
            )

    def legend_kinds(self) -> Iterator[str]:
        count = Counter(item.place.type for item in self.shown)
        for kind in sorted(count, key=lambda k: (_FAMILY_OF.get(k, _OTHER), -count[k], k)):
            yield (
                f'<li style="--c:var(--c{_FAMILY_OF.get(kind, _OTHER)})">{_icon(Freshness.FRESH)}'
                f"<span>{escape(self.kind_name(kind))} <small>({count[kind]})</small></span></li>"
            )

    def legend_fresh(self) -> Iterator[str]:
        count = Counter(item.fresh for item in self.doors)
        for fresh, words in _FRESHNESS.items():
            yield (
                f'<li style="--c:var(--soft)">{_icon(fresh)}'
                f"<span>{escape(words)} <small>({count[fresh]})</small></span></li>"
            )

    # The lists.

    def items(self, shown: Sequence[_Shown]) -> Iterator[str]:
        for item in sorted(shown, key=lambda i: (fold(i.commune), fold(i.place.nom), i.place.id)):
            place = item.place
            under = [self.kind_name(place.type), item.commune or self._zone_words(place)]
            yield (
                f'<li id="p{item.number}" data-i="{item.number}" data-k="{escape(place.type)}" '
                f'data-f="{item.fresh.value}" data-n="{escape(" ".join(item.besoins))}">'
                f'<details><summary style="--c:var(--c{item.family})">{_icon(item.fresh)}'
                f"<b>{escape(place.nom)}</b><span>{escape(' · '.join(p for p in under if p))}</span>"
                f"</summary><dl>{''.join(self._facts(item))}</dl></details></li>"
            )

    def _facts(self, item: _Shown) -> Iterator[str]:
        place = item.place
        if place.presentation:
            yield _fact("Ce qu'on y fait", escape(place.presentation))
        if place.organisme:
            yield _fact("Organisme", escape(place.organisme))
        address = place.adresse
        if address is not None:
            town = " ".join(
                p for p in (address.code_postal, address.localite or address.commune) if p
            )
            whole = ", ".join(p for p in (address.rue, address.complement, town) if p)
            yield _fact("Adresse", escape(whole) or "inconnue")
        if place.zone is not None:
            yield _fact("Zone", escape(self._zone_words(place)))
        if place.telephones:
            links = (
                f'<a href="tel:{escape(p)}">{escape(_spaced(p))}</a>' for p in place.telephones
            )
            yield _fact("Téléphone", ", ".join(links))
        if place.site and place.site.startswith(("https://", "http://")):
            shown = place.site.partition("://")[2].rstrip("/")
            yield _fact(
                "Site", f'<a href="{escape(place.site)}" rel="noreferrer">{escape(shown)}</a>'
            )
        hours = describe_place(place)
        if hours and hours != ASK_FIRST:
            yield _fact("Heures", escape(hours))
        elif place.horaires_note:
            yield _fact("Heures", escape(place.horaires_note))
        if place.remarque:
            yield _fact("À savoir", escape(place.remarque))
        checked = _FRESHNESS[item.fresh]
        if place.verifie_le is not None:
            checked = f"le {_french_date(place.verifie_le)} ({checked})"
        yield _fact("Vérification", escape(checked))
        if item.point is not None and item.point.precision is not Precision.ADRESSE:
            yield _fact("Sur la carte", escape(_PRECISION[item.point.precision]))

    def _zone_words(self, place: Place) -> str:
        if place.zone is None:
            return ""
        if set(PROVINCES) <= set(place.zone.provinces):
            return "toute la Wallonie et Bruxelles"
        names = [*place.zone.provinces, *place.zone.communes, *place.zone.codes_postaux]
        more = f" et {len(names) - 8} autres" if len(names) > 8 else ""
        return ", ".join(names[:8]) + more

    def options(self) -> Mapping[str, str]:
        kinds = sorted(
            {item.place.type for item in self.shown}, key=lambda k: fold(self.kind_name(k))
        )
        return {
            "kind_options": _options((kind, self.kind_name(kind)) for kind in kinds),
            "need_options": _options((need, need_name(need)) for need in self.coverage.besoins),
            "fresh_options": _options((str(f.value), words) for f, words in _FRESHNESS.items()),
            "province_options": _options((p, p) for p in PROVINCES),
        }

    # Blank areas.

    def needs(self) -> Iterator[str]:
        blank, zone = self.coverage.blank, self.coverage.zone
        total = len(self.coverage.communes)
        alone, zoned = (blank & ~zone).sum(axis=0), (blank & zone).sum(axis=0)
        for column in np.lexsort((-zoned, -alone)):
            need = self.coverage.besoins[column]
            bare, served = int(alone[column]), int(zoned[column])
            name = escape(need_name(need))
            yield (
                f'<tr><th scope="row">{name}</th><td class="n"><b>{bare}</b></td>'
                f'<td class="n">{served}</td><td class="wide">'
                f'<div class="bar"><i style="width:{100 * bare / total:.1f}%"></i>'
                f'<i class="z" style="width:{100 * served / total:.1f}%"></i></div></td>'
                f'<td class="only-js"><button data-need="{escape(need)}" '
                f'aria-label="Voir « {name} » sur la carte">carte</button></td></tr>'
            )

    def heads(self) -> Iterator[str]:
        for need in self.coverage.besoins:
            yield f'<th scope="col" data-n="{escape(need)}"><span>{escape(need_name(need))}</span>'

    def grid(self) -> Iterator[str]:
        order = sorted(
            range(len(self.coverage.communes)), key=lambda r: fold(self.coverage.communes[r])
        )
        for row in order:
            name = self.coverage.communes[row]
            province = self.province(name)
            cells = "".join(
                _cell(self.coverage.km[row, column], bool(self.coverage.zone[row, column]))
                for column in range(len(self.coverage.besoins))
            )
            yield (
                f'<tr data-c="{escape(name)}" data-p="{escape(province)}"><th scope="row">'
                f"{escape(name)}<small>{escape(province)}</small>{cells}"
            )

    def html(self) -> str:
        template = Template(_TEMPLATE.read_text(encoding="utf-8"))
        km = f"{NEAR_KM:.0f}"
        join = "\n".join
        return template.substitute(
            title="Les lieux pour les parents, et là où ils manquent",
            subtitle=escape(self.subtitle()),
            light=" ".join(f"--c{n}: {f.light};" for n, f in enumerate(_FAMILIES))
            + " --blank-bar: #c76a12; --blank-zone-bar: #b7a64a;",
            dark=" ".join(f"--c{n}: {f.dark};" for n, f in enumerate(_FAMILIES))
            + " --blank-bar: #e08a3a; --blank-zone-bar: #a99a44;",
            figures=join(self.figures()),
            map_intro=escape(self.map_intro()),
            map_desc=escape(self.map_desc()),
            map_caption=(
                "Contours approchés, calculés à partir de la position des localités : "
                "ce ne sont pas les limites officielles."
            ),
            width=self.outline.width,
            height=self.outline.height,
            land=join(self.land()),
            inset=join(self.inset()),
            pins=join(self.pins()),
            provinces=self.outline.provinces,
            towns=join(self.towns()),
            legend=join(self.legend()),
            legend_kinds=join(self.legend_kinds()),
            legend_fresh=join(self.legend_fresh()),
            places=join(self.items([i for i in self.shown if i.place.zone is None])),
            zoned=join(self.items(self.zoned)),
            communes=len(self.coverage.communes),
            km=km,
            blank_intro=(
                f"Une commune est « blanche » pour un besoin si aucun lieu n'y répond à moins de {km} km, à vol "
                "d'oiseau, du centre de la commune. Un service qui couvre la commune sans y avoir de porte est "
                "noté à part. Ne comptent pas : les lieux fermés, suspendus ou cachés aux parents. Une commune "
                "blanche dit aussi ce que le catalogue ignore encore."
            ),
            needs=join(self.needs()),
            grid_intro=(
                "Chaque case donne les kilomètres jusqu'au lieu le plus proche. "
                f'<span class="sample v">23</span> plus de {km} km : zone blanche. '
                '<span class="sample z">23</span> plus loin aussi, mais un service couvre la commune. '
                "« – » : aucun lieu dans le catalogue."
            ),
            heads="".join(self.heads()),
            grid=join(self.grid()),
            credits=(
                "Position des localités : GeoNames (CC BY 4.0), corrigée. Contours : pavage de Voronoï de ces "
                "points. Lieux : catalogue de Relais Parents, chaque fiche cite ses sources."
            ),
            **self.options(),
        )


def render_map(catalogue: Catalogue, today: dt.date) -> str:
    """The page, ready to be written as UTF-8; the same catalogue and day always give the same page.

    >>> Path("carte.html").write_text(render_map(catalogue, dt.date(2026, 11, 22)), encoding="utf-8")
    """
    return _Page(catalogue, today).html()


# --- Small parts -----------------------------------------------------------------------------------

_MONTHS: Final = (
    "janvier", "février", "mars", "avril", "mai", "juin",
    "juillet", "août", "septembre", "octobre", "novembre", "décembre",
)  # fmt: skip


def _french_date(day: dt.date) -> str:
    number = "1er" if day.day == 1 else str(day.day)
    return f"{number} {_MONTHS[day.month - 1]} {day.year}"


def _spaced(phone: str) -> str:
    """« 081 24 63 11 » of « +3281246311 »: as people read it here."""
    try:
        number = phonenumbers.parse(phone, "BE")
    except phonenumbers.NumberParseException:
        return phone
    if number.country_code != 32:
        return phone
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.NATIONAL)


def _fact(name: str, value: str) -> str:
    return f"<dt>{escape(name)}<dd>{value}"


def _options(pairs: Iterator[tuple[str, str]] | Sequence[tuple[str, str]]) -> str:
    return "".join(f'<option value="{escape(value)}">{escape(name)}' for value, name in pairs)


def _cell(km: float, zoned: bool) -> str:
    if km <= NEAR_KM:
        return f"<td>{km:.0f}"
    # Rounded up: « 15 » would look near enough.
    shown = "–" if math.isinf(km) else str(math.ceil(km))
    return f"<td class={'z' if zoned else 'v'}>{shown}"


def _shape(fresh: Freshness, *, halo: bool = False) -> str:
    """The mark of a freshness, around (0, 0): full, ringed, triangle, hollow, crossed."""
    r = _RADIUS
    behind = f'<circle class="halo" r="{r + 7:.0f}"/>' if halo else ""
    if fresh is Freshness.TO_CONFIRM:
        return f'{behind}<circle r="{r - 3:.0f}"/><circle class="dot" r="6"/>'
    if fresh is Freshness.OLD:
        return f'{behind}<path d="M0 {-r:.0f}L{r:.0f} {r - 4:.0f}H{-r:.0f}z"/>'
    if fresh is Freshness.HIDDEN:
        return f'{behind}<path d="M-11-11L11 11M11-11L-11 11"/>'
    return f'{behind}<circle r="{r - 3:.0f}"/>'


def _icon(fresh: Freshness) -> str:
    mark = f'<g class="pin f{fresh.value}">{_shape(fresh)}</g>'
    return f'<svg viewBox="-20 -20 40 40" aria-hidden="true">{mark}</svg>'


class _Frame(msgspec.Struct, frozen=True):
    """Where Brussels is drawn again, larger: its box, the move from the map, and the spot on the map."""

    box: tuple[float, float, float, float]
    zoom: float
    dx: float
    dy: float
    spot: tuple[float, float, float]


def _brussels_frame(outline: Outline, gazetteer: Gazetteer) -> _Frame | None:
    """The inset of Brussels, in the empty corner to the south-west."""
    names = [n for n in gazetteer.communes() if gazetteer.province_of(n) == BRUSSELS]
    points = [point for name in names for point in _points_of(outline.paths[name])]
    if not points:
        return None
    xs, ys = zip(*points, strict=True)
    middle = ((min(xs) + max(xs)) / 2, (min(ys) + max(ys)) / 2)
    size = max(max(xs) - min(xs), max(ys) - min(ys))
    side = outline.height * 0.46
    box = (20.0, outline.height - side - 20, 20.0 + side * 1.05, outline.height - 20.0)
    zoom = (side - 90) / size
    centre = ((box[0] + box[2]) / 2, (box[1] + box[3]) / 2 + 10)
    return _Frame(
        box,
        zoom,
        centre[0] - middle[0] * zoom,
        centre[1] - middle[1] * zoom,
        (*middle, size * 0.6),
    )


def _points_of(path: str) -> Iterator[tuple[int, int]]:
    """The points of a path of ``outline``."""
    for ring in path.split("z"):
        start, _, steps = ring.removeprefix("M").partition("l")
        if not start:
            continue
        x, y = (int(part) for part in start.split())
        yield x, y
        numbers = [int(part) for part in steps.split()]
        for across, down in zip(numbers[::2], numbers[1::2], strict=True):
            x, y = x + across, y + down
            yield x, y


def _spread(points: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """The points moved apart just enough for their markers not to hide one another.

    Those of one locality start on a spiral around it. Too many points to be told apart are left there.
    """
    if not points:
        return []
    seen: Counter[tuple[float, float]] = Counter()
    start = []
    for x, y in points:
        rank = seen[x, y]
        seen[x, y] += 1
        turn, away = rank * 2.39996, _APART * 0.55 * math.sqrt(rank)
        start.append((x + away * math.cos(turn), y + away * math.sin(turn)))
    moved = np.array(start)
    if len(moved) > _MOST_PINS_MOVED:
        return start
    home = np.array(points)
    for _ in range(_ROUNDS):
        pairs = cKDTree(moved).query_pairs(_APART, output_type="ndarray")
        moved += (home - moved) * 0.02
        if not len(pairs):
            break
        gap = moved[pairs[:, 1]] - moved[pairs[:, 0]]
        length = np.maximum(np.linalg.norm(gap, axis=1, keepdims=True), 1e-3)
        push = gap / length * np.maximum(0.0, _APART - length) / 2
        np.add.at(moved, pairs[:, 1], push)
        np.add.at(moved, pairs[:, 0], -push)
    return [(float(x), float(y)) for x, y in moved]
