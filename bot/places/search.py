"""Find the places that answer what a parent wants, best first, each with the reasons that ranked it.

How an offer is ranked. Every handicap is counted in kilometres, as if the parent had to travel further;
the unit is the radius the parent accepts (25 km unless said otherwise), written R below::

    cost  = way + (1 - fit) · R + trust · R + hours · R (+ 5 R beyond the radius)
    score = 1 / (1 + cost / R)                            in ]0, 1], 1 being perfect and next door

``way``
    kilometres to the door as the crow flies. A service that covers an area has no way to count: it
    stands as if 0.4 R away when it covers the parent's commune or postcode, 0.6 R for one province,
    0.9 R for several (so that a good door nearby comes first, and a local service before a national one).
``fit``
    share of the parent's needs that are answered (weighted as the parent's), times 0.4 + 0.6 · how well
    (the weights of ``services.yml``). Answering one more need is worth more than answering one better.
``trust``
    0 when verified within 6 months, 0.1 within 12, 1 beyond or never: shown after verified places.
``hours``
    only when a time is wanted: 0 open then, 1 unknown, 2 closed.

The cost only grows with each handicap: at equal needs, trust and hours the nearest comes first. Ties go
to the smallest id, so the same question always has the same answer, whatever the order of the files.

A parent who needs the child kept *and* something else is first told of a place that keeps the child.

Never offered, whatever the score: a closed or suspended place, one not verified for 24 months, one outside
the child's age, a service that does not answer any of the needs, a service that does not cover the
parent's commune; and for a parent who needs the child kept, a place where the parent stays.
"""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from enum import Enum
from functools import cached_property, lru_cache, partial
from typing import Any, Final, Protocol

import msgspec
import numpy as np
import numpy.typing as npt
from dateutil.relativedelta import relativedelta  # type: ignore[import-untyped,unused-ignore]

from bot.places.calendar import SchoolCalendar
from bot.places.freshness import Freshness, freshness
from bot.places.geography import Gazetteer, Locality, fold
from bot.places.hours import Etat, OpeningState, hours_at, open_at
from bot.places.records import Objectif, Place, Reponse, ServiceKind, Statut

#: Needs for which the child is kept while the parent is away: a place where the parent stays fails them.
KEPT_WITHOUT_PARENT: Final = frozenset({"besoin_formation", "besoin_accueil"})

#: Weight of a need that a place answers beyond its kind, by its own sources: nearly the best.
_OWN_NEED: Final = 0.9
_NEED_BESIDE_ITS_KIND: Final = 0.5

_ZONE_LOCAL, _ZONE_PROVINCE, _ZONE_WIDE = 0.4, 0.6, 0.9  # in radii, see the module's docstring
_FIT_FLOOR: Final = 0.4
_TO_CONFIRM, _UNVERIFIED = 0.1, 1.0
_BEYOND: Final = 5.0
#: Distinct timetables looked at for one question, nearest places first: bounds the time of a search.
_MOST_TIMETABLES: Final = 60
_ENOUGH_OPEN: Final = 12

#: Beyond this distance from every locality, coordinates are in no commune that we cover.
_SAME_COMMUNE_KM: Final = 6.0
_EARTH_KM: Final = 6371.0
_KM_PER_DEGREE: Final = 111.195  # of latitude
_CELL_LAT, _CELL_LON = 0.1, 0.15  # degrees; about 11 km each way
_ORIGIN_LAT, _ORIGIN_LON = 48.0, 1.0
_CELLS_LAT, _CELLS_LON = 50, 50  # up to 53° N, 8.5° E

_Rows = npt.NDArray[np.int64]
_Floats = npt.NDArray[np.float64]
_Mask = npt.NDArray[np.bool_]


class CatalogueLike(Protocol):
    """What the index needs of a catalogue."""

    @property
    def places(self) -> Sequence[Place]:
        """The places, in any order."""

    @property
    def services(self) -> Mapping[str, ServiceKind]:
        """The service kinds by id."""

    @property
    def gazetteer(self) -> Gazetteer:
        """Where communes and postcodes are."""


class Wish(msgspec.Struct, frozen=True, kw_only=True):
    """What a parent wants.

    ``besoins`` are (need, weight > 0) pairs. The place is any of ``lat``/``lon`` (decimal degrees),
    ``code_postal``, ``commune`` and ``province``; the most precise wins, but a province without commune nor
    postcode means the whole province, whatever its coordinates. ``age_mois`` is the child's age in
    months, negative before birth. ``quand`` is a wanted window of time. ``rayon_km`` is how far the parent
    accepts to go. ``exclus`` are the ids already offered, ``types`` the only kinds wanted (empty: all).
    """

    besoins: tuple[tuple[str, float], ...] = ()
    lat: float | None = None
    lon: float | None = None
    commune: str | None = None
    province: str | None = None
    code_postal: str | None = None
    age_mois: int | None = None
    quand: tuple[dt.datetime, dt.datetime] | None = None
    rayon_km: float = 25.0
    exclus: frozenset[str] = frozenset()
    types: frozenset[str] = frozenset()


class ReasonCode(str, Enum):
    """What a reason is about."""

    BESOIN = "besoin"
    OBJECTIF = "objectif"
    DISTANCE = "distance"
    DANS_LA_ZONE = "dans_la_zone"
    OUVERT_AU_MOMENT = "ouvert_au_moment"
    AGE_CONVIENT = "age_convient"
    VERIFIE = "verifie"


class Reason(msgspec.Struct, frozen=True, kw_only=True):
    """One reason why a place is offered where it is: data, for a sentence to be made of.

    ``BESOIN``: ``besoin``, ``poids`` in ]0, 1]. ``OBJECTIF``: ``besoin`` and the ``objectif`` that makes the
    place answer it. ``DISTANCE``: ``km``, ``approximatif`` when only the locality is known.
    ``OUVERT_AU_MOMENT``: ``etat`` at the wanted time. ``VERIFIE``: ``date`` (``None``: never).
    """

    code: ReasonCode
    besoin: str | None = None
    objectif: str | None = None
    poids: float | None = None
    km: float | None = None
    approximatif: bool = False
    etat: Etat | None = None
    date: dt.date | None = None


class Hit(msgspec.Struct, frozen=True, kw_only=True):
    """A place offered. ``distance_km`` is ``None`` for a service without a door, or a parent without a place.

    ``within_radius`` is true for a door within the wanted radius and for a service that covers the place.
    ``approximatif`` tells that the door is known to its locality only. ``opening`` is the state at the wanted
    time, ``None`` when none was wanted.
    """

    place: Place
    score: float
    distance_km: float | None
    besoins_couverts: tuple[str, ...]
    reasons: tuple[Reason, ...]
    freshness: Freshness
    within_radius: bool
    approximatif: bool = False
    opening: OpeningState | None = None


class _Where(msgspec.Struct, frozen=True):
    """Where the parent is, as far as known; names are folded."""

    lat: float | None
    lon: float | None
    commune: str | None
    province: str | None
    code_postal: str | None

    @property
    def known(self) -> bool:
        return self.lat is not None or self.province is not None


class _Zones(msgspec.Struct, frozen=True):
    """The rows of the services that cover an area, by folded name."""

    communes: dict[str, list[int]]
    provinces: dict[str, list[int]]
    postcodes: dict[str, list[int]]


class _Grid(msgspec.Struct, frozen=True):
    """Doors sorted by cell: those of cell ``c`` are ``rows[start[c]:start[c + 1]]``; a line is one slice."""

    rows: _Rows
    start: _Rows


class _Candidates(msgspec.Struct, frozen=True):
    """Rows that passed every filter, best first. ``covers`` has one column per need of the wish."""

    rows: _Rows
    cost: _Floats
    km: _Floats
    within: _Mask
    local: _Mask
    covers: _Mask


class PlaceIndex:
    """The places of a catalogue, arranged for searching; built once, never changed.

    >>> index = PlaceIndex(catalogue)
    >>> wish = Wish(besoins=(("besoin_isolement", 1.0),), commune="Andenne", age_mois=24)
    >>> [hit.place.nom for hit in index.search(wish, now, calendar)]
    ['Le « bébé-rencontre »', …]
    """

    def __init__(self, catalogue: CatalogueLike) -> None:
        services, self._gazetteer = catalogue.services, catalogue.gazetteer
        # Sorted, so that equal costs are ordered by id whatever the order of the files.
        self._places = sorted(
            (p for p in catalogue.places if _may_be_offered(p) and p.type in services),
            key=lambda p: p.id,
        )
        self._services = services
        self._ids = {place.id: row for row, place in enumerate(self._places)}
        needs = {a.besoin for kind in services.values() for a in kind.besoins}
        needs.update(need for place in self._places for need in place.besoins)
        self._needs = {need: column for column, need in enumerate(sorted(needs))}
        self._weights = self._need_weights()
        self._age_min, self._age_max = self._ages()
        self._verified = np.array(
            [p.verifie_le.toordinal() if p.verifie_le else 0 for p in self._places], dtype=np.int64
        )
        self._kinds = {kind: number for number, kind in enumerate(sorted(services))}
        self._kind = np.array([self._kinds[p.type] for p in self._places], dtype=np.int16)
        self._organisation = _number(_organisation(place) for place in self._places)
        timetables = [_timetable(place) for place in self._places]
        self._timetable = _number(timetables)
        self._has_hours = np.array([bool(p.horaires) for p in self._places], dtype=np.bool_)
        self._locate_places()
        self._has_zone = np.array([p.zone is not None for p in self._places], dtype=np.bool_)
        self._zones = self._index_zones()
        self._zone_width = np.array([_zone_width(p) for p in self._places], dtype=np.float64)
        self._answering = [
            np.flatnonzero(self._weights[:, column]) for column in range(len(self._needs))
        ]
        # One grid per need: a search looks at no place that does not answer.
        self._grids = [self._grid(rows) for rows in self._answering]
        self._every_door = self._grid(np.arange(len(self._places)))

    def __len__(self) -> int:
        return len(self._places)

    # --- Building ---------------------------------------------------------------------------------

    def _need_weights(self) -> npt.NDArray[np.float32]:
        """How well each place (row) answers each need (column); 0 when it does not."""
        weights = np.zeros((len(self._places), len(self._needs)), dtype=np.float32, order="F")
        known: dict[tuple[Any, ...], npt.NDArray[np.float32]] = {}
        for row, place in enumerate(self._places):
            key = (
                place.type,
                tuple(sorted(o.value for o in place.objectifs)),
                tuple(sorted(place.besoins)),
                place.presence_parent,
            )
            line = known.get(key)
            if line is None:
                line = np.zeros(len(self._needs), dtype=np.float32)
                for need, weight in need_weights(place, self._services[place.type]).items():
                    line[self._needs[need]] = weight
                known[key] = line
            weights[row] = line
        return weights

    def _ages(self) -> tuple[npt.NDArray[np.int16], npt.NDArray[np.int16]]:
        low = np.full(len(self._places), -1000, dtype=np.int16)
        high = np.full(len(self._places), 10000, dtype=np.int16)
        for row, place in enumerate(self._places):
            age = place.age if place.age is not None else self._services[place.type].age
            if age is not None:
                low[row] = -1000 if age.min_mois is None else age.min_mois
                high[row] = 10000 if age.max_mois is None else age.max_mois
        return low, high

    def _locate_places(self) -> None:
        """Coordinates of every door (radians; NaN without one), how precise, and its province."""
        count = len(self._places)
        self._lat, self._lon = np.full(count, np.nan), np.full(count, np.nan)
        self._approximate = np.zeros(count, dtype=np.bool_)
        provinces: list[str | None] = [None] * count
        known: dict[tuple[str | None, ...], tuple[float, float] | None] = {}
        for row, place in enumerate(self._places):
            address = place.adresse
            if address is None:
                continue
            provinces[row] = self._province(address.commune, address.code_postal)
            if address.lat is not None and address.lon is not None:
                self._lat[row], self._lon[row] = np.radians((address.lat, address.lon))
                continue
            key = (address.code_postal, address.localite, address.commune)
            if key not in known:
                known[key] = self._point(*key)
            point = known[key]
            self._approximate[row] = True
            if point is not None:
                self._lat[row], self._lon[row] = np.radians(point)
        numbers = {name: n for n, name in enumerate(sorted({p for p in provinces if p}))}
        self._provinces = numbers
        self._province_of = np.array([numbers.get(p or "", -1) for p in provinces], dtype=np.int16)

    def _point(
        self, code_postal: str | None, localite: str | None, commune: str | None
    ) -> tuple[float, float] | None:
        """(lat, lon) in degrees of the most precise of a locality, a postcode and a commune."""
        if code_postal is not None and localite is not None:
            row = self._gazetteer.locality(code_postal, localite)
            if row is not None:
                return row.lat, row.lon
        if code_postal is not None and self._gazetteer.commune_of_postcode(code_postal) is not None:
            found = self._gazetteer.postcode(code_postal)
            if found is not None:
                return found.lat, found.lon
        if commune is not None:
            try:
                return self._gazetteer.commune_centre(commune)
            except KeyError:
                return None
        return None

    def _province(self, commune: str | None, code_postal: str | None) -> str | None:
        if commune is None and code_postal is not None:
            commune = self._gazetteer.commune_of_postcode(code_postal)
        try:
            return fold(self._gazetteer.province_of(commune)) if commune is not None else None
        except KeyError:
            return None

    def _index_zones(self) -> _Zones:
        zones = _Zones({}, {}, {})
        for row, place in enumerate(self._places):
            if place.zone is None:
                continue
            for commune in place.zone.communes:
                zones.communes.setdefault(fold(commune), []).append(row)
            for province in place.zone.provinces:
                zones.provinces.setdefault(fold(province), []).append(row)
            for postcode in place.zone.codes_postaux:
                zones.postcodes.setdefault(postcode, []).append(row)
        return zones

    def _grid(self, rows: _Rows) -> _Grid:
        """Arrange the doors among ``rows`` by cell."""
        doors = rows[~np.isnan(self._lat[rows]) & ~self._has_zone[rows]]
        cell = _cell(np.degrees(self._lat[doors]), np.degrees(self._lon[doors]))
        order = np.argsort(cell, kind="stable")
        start = np.searchsorted(cell[order], np.arange(_CELLS_LAT * _CELLS_LON + 1))
        return _Grid(doors[order], start)

    @cached_property
    def _localities(self) -> tuple[list[Locality], _Floats]:
        """The localities, and their coordinates in radians: a parent's commune is that of the nearest."""
        names = self._gazetteer.communes()
        rows = [row for name in names for row in self._gazetteer.localities_of(name)]
        return rows, np.radians(np.array([(r.lat, r.lon) for r in rows]).reshape(-1, 2))

    @cached_property
    def _province_centres(self) -> dict[str, tuple[float, float]]:
        """The middle (degrees) of the communes of each province, by folded name."""
        points: dict[str, list[tuple[float, float]]] = {}
        for name in self._gazetteer.communes():
            province = fold(self._gazetteer.province_of(name))
            points.setdefault(province, []).append(self._gazetteer.commune_centre(name))
        return {
            province: (
                sum(lat for lat, _ in all_) / len(all_),
                sum(lon for _, lon in all_) / len(all_),
            )
            for province, all_ in points.items()
        }

    # --- Searching --------------------------------------------------------------------------------

    def search(
        self, wish: Wish, now: dt.datetime, calendar: SchoolCalendar, limit: int = 3
    ) -> tuple[Hit, ...]:
        """Return at most ``limit`` places, best first.

        Places within the radius, or whose area covers the parent, come alone when there are any; otherwise
        the nearest ones follow with ``within_radius`` false, as they do for a need nothing nearby answers.
        Two places of one organisation are offered together only when nothing else within the radius answers.

        Args:
            wish: what the parent wants; without a need and without a type, nothing is found.
            now: the present, from which verifications age.
            calendar: school and public holidays, used when ``wish.quand`` is set.
            limit: how many places to return.

        Returns:
            The offers. The same wish, moment and catalogue give the same offers.
        """
        wanted = [(self._needs[n], w, n) for n, w in wish.besoins if n in self._needs and w > 0]
        if limit < 1 or (not wanted and (wish.besoins or not wish.types)):
            return ()
        where = self._where(wish)
        rank = partial(self._rank, wish, now, calendar, where, wanted)
        found = rank(*self._near_rows(wish, where, wanted), near_only=where.known)
        picked = self._pick(found, limit, _radius(wish), beyond=not where.known)
        narrow = self._same_organisation(found, picked)
        if where.known and (narrow or _leaves_something(found, picked)):
            found = rank(*self._all_rows(wish, where, wanted), near_only=False)
            picked = self._pick(found, limit, _radius(wish), beyond=True)
        kept = [n for n, (_, _, need) in enumerate(wanted) if need in KEPT_WITHOUT_PARENT]
        picked.sort(key=lambda position: _rank_of(found, position, kept))
        return tuple(self._hit(wish, now, calendar, wanted, found, place) for place in picked)

    def _where(self, wish: Wish) -> _Where:
        """Complete the parent's place from its most precise part."""
        commune, code = wish.commune, wish.code_postal
        lat, lon = wish.lat, wish.lon
        if commune is None and code is None and wish.province is not None:
            return _Where(None, None, None, fold(wish.province), None)
        if lat is None or lon is None:
            point = self._point(code, None, commune)
            lat, lon = point if point is not None else (None, None)
        if commune is None and code is not None:
            commune = self._gazetteer.commune_of_postcode(code)
        if commune is None and lat is not None and lon is not None:
            commune = self._nearest_commune(lat, lon)
        province = self._province(commune, None)
        if province is None and wish.province is not None:
            province = fold(wish.province)
        return _Where(lat, lon, fold(commune) if commune else None, province, code)

    def _nearest_commune(self, lat: float, lon: float) -> str | None:
        """The commune of the nearest locality; ``None`` when none is near: Flanders, or abroad."""
        rows, points = self._localities
        km = _haversine(points[:, 0], points[:, 1], lat, lon)
        nearest = int(np.argmin(km)) if rows else -1
        return rows[nearest].commune if rows and km[nearest] <= _SAME_COMMUNE_KM else None

    def _near_rows(
        self, wish: Wish, where: _Where, wanted: Sequence[tuple[int, float, str]]
    ) -> tuple[_Rows, _Floats]:
        """Rows that may be within reach, with the way of those that have no door to measure (in km)."""
        radius = _radius(wish)
        zone_rows, zone_way = self._zone_rows(where, radius)
        if where.lat is not None and where.lon is not None:
            grids = [self._grids[column] for column, _, _ in wanted] or [self._every_door]
            doors = self._doors_around(where, grids, radius)
            door_way = np.full(len(doors), np.nan)
        elif where.province is not None:
            number = self._provinces.get(where.province, -2)
            doors = np.flatnonzero((self._province_of == number) & ~self._has_zone)
            door_way = np.full(len(doors), _ZONE_PROVINCE * radius)
        else:
            return self._rows_without_place(wish, wanted)
        return np.concatenate((doors, zone_rows)), np.concatenate((door_way, zone_way))

    def _rows_without_place(
        self, wish: Wish, wanted: Sequence[tuple[int, float, str]]
    ) -> tuple[_Rows, _Floats]:
        """Everything that answers, the services of the whole country first."""
        rows = self._rows_answering(wish, wanted)
        wide = self._has_zone[rows] & (self._zone_width[rows] == _ZONE_WIDE)
        return rows, np.where(wide, 0.0, _radius(wish))

    def _rows_answering(self, wish: Wish, wanted: Sequence[tuple[int, float, str]]) -> _Rows:
        if not wanted:
            kinds = [self._kinds[k] for k in wish.types if k in self._kinds]
            return np.flatnonzero(np.isin(self._kind, kinds))
        if len(wanted) == 1:
            return self._answering[wanted[0][0]]
        return np.unique(np.concatenate([self._answering[column] for column, _, _ in wanted]))

    def _zone_rows(self, where: _Where, radius: float) -> tuple[_Rows, _Floats]:
        """The services whose area covers the parent, and what stands for their distance (km)."""
        ways: dict[int, float] = {}
        for row in self._zones.provinces.get(where.province or "", ()):
            ways[row] = float(self._zone_width[row])
        local = (
            *self._zones.communes.get(where.commune or "", ()),
            *self._zones.postcodes.get(where.code_postal or "", ()),
        )
        ways.update(dict.fromkeys(local, _ZONE_LOCAL))
        rows = np.array(sorted(ways), dtype=np.int64)
        return rows, np.array([ways[row] * radius for row in sorted(ways)], dtype=np.float64)

    def _doors_around(self, where: _Where, grids: Sequence[_Grid], radius: float) -> _Rows:
        """The doors of the cells that the circle touches."""
        lat, lon = where.lat or 0.0, where.lon or 0.0
        tall = radius / _KM_PER_DEGREE
        wide = tall / max(0.1, math.cos(math.radians(lat)))
        west, east = _column(lon - wide), _column(lon + wide)
        slices = []
        for line in range(_line(lat - tall), _line(lat + tall) + 1):
            first, last = line * _CELLS_LON + west, line * _CELLS_LON + east + 1
            slices += [grid.rows[grid.start[first] : grid.start[last]] for grid in grids]
        found = np.concatenate(slices)
        return found if len(grids) == 1 else np.unique(found)

    def _all_rows(
        self, wish: Wish, where: _Where, wanted: Sequence[tuple[int, float, str]]
    ) -> tuple[_Rows, _Floats]:
        """Every door that answers, however far, and the services whose area covers the parent."""
        zone_rows, zone_way = self._zone_rows(where, _radius(wish))
        rows = self._rows_answering(wish, wanted)
        rows = rows[~self._has_zone[rows]]
        if where.lat is not None:
            rows = rows[~np.isnan(self._lat[rows])]
            way = np.full(len(rows), np.nan)
        else:
            same = self._province_of[rows] == self._provinces.get(where.province or "", -2)
            away = self._from_province(where.province, rows, _radius(wish))
            way = np.where(same, _ZONE_PROVINCE * _radius(wish), away)
        return np.concatenate((rows, zone_rows)), np.concatenate((way, zone_way))

    def _from_province(self, province: str | None, rows: _Rows, radius: float) -> _Floats:
        """Kilometres from the middle of a province, always beyond the radius: only to put in order."""
        centre = self._province_centres.get(province or "")
        if centre is None:
            return np.full(len(rows), _BEYOND * radius)
        km = _haversine(self._lat[rows], self._lon[rows], *centre)
        return np.maximum(np.nan_to_num(km, nan=_BEYOND * radius), radius + 0.001)

    def _rank(
        self,
        wish: Wish,
        now: dt.datetime,
        calendar: SchoolCalendar,
        where: _Where,
        wanted: Sequence[tuple[int, float, str]],
        rows: _Rows,
        way: _Floats,
        *,
        near_only: bool,
    ) -> _Candidates:
        """Filter the rows and order them by cost; ``near_only``: those within the radius."""
        radius = _radius(wish)
        keep = self._allowed(wish, now, wanted, rows)
        rows, way = rows[keep], way[keep]
        km = np.full(len(rows), np.nan)
        if where.lat is not None and where.lon is not None:
            km = _haversine(self._lat[rows], self._lon[rows], where.lat, where.lon)
        # A service that covers the parent may also have a door nearby: the shorter of the two counts.
        effective = np.fmin(way, km)
        within = effective <= radius if where.known else effective < radius
        if near_only:
            near = np.flatnonzero(within)
            rows, way, km = rows[near], way[near], km[near]
            effective, within = effective[near], within[near]
        fit, covers = self._fit(wanted, rows)
        cost = effective + radius * (
            (1.0 - fit) + self._trust(now, rows) + np.where(within, 0.0, _BEYOND)
        )
        if wish.quand is not None:
            cost = cost + radius * self._hours(wish.quand, calendar, rows, cost)
        local = within & ~(np.isnan(km) & (way >= _ZONE_WIDE * radius)) & where.known
        # Rows that compete at equal cost are put in the order of their ids, a millimetre apart or less.
        order = np.lexsort((rows, np.round(cost, 6)))
        return _Candidates(
            rows=rows[order],
            cost=cost[order],
            km=km[order],
            within=within[order],
            local=local[order],
            covers=covers[order],
        )

    def _allowed(
        self,
        wish: Wish,
        now: dt.datetime,
        wanted: Sequence[tuple[int, float, str]],
        rows: _Rows,
    ) -> _Rows:
        """Positions in ``rows`` that pass the hard filters: need, kind, age, staleness, already offered."""
        keep = np.arange(len(rows))
        if wanted:
            answers = self._weights[rows, wanted[0][0]] > 0
            for column, _, _ in wanted[1:]:
                answers |= self._weights[rows, column] > 0
            keep = np.flatnonzero(answers)  # the filter that leaves the fewest goes first
        if wish.types:
            kinds = [self._kinds[k] for k in wish.types if k in self._kinds]
            keep = keep[np.isin(self._kind[rows[keep]], kinds)]
        if wish.age_mois is not None:
            keep = keep[self._age_min[rows[keep]] <= wish.age_mois]
            keep = keep[self._age_max[rows[keep]] >= wish.age_mois]
        _, _, hidden = _thresholds(now.date())
        verified = self._verified[rows[keep]]
        keep = keep[(verified == 0) | (verified >= hidden)]
        excluded = [self._ids[name] for name in wish.exclus if name in self._ids]
        return keep[~np.isin(rows[keep], excluded)] if excluded else keep

    def _fit(self, wanted: Sequence[tuple[int, float, str]], rows: _Rows) -> tuple[_Floats, _Mask]:
        """How well each row answers the needs, in ]0, 1], and which ones."""
        if not wanted:
            return np.ones(len(rows)), np.ones((len(rows), 0), dtype=np.bool_)
        weights = np.array([weight for _, weight, _ in wanted], dtype=np.float64)
        weights /= weights.sum()
        answers = np.stack([self._weights[rows, column] for column, _, _ in wanted], axis=1)
        covers = answers > 0
        share = covers @ weights
        quality = (answers @ weights) / np.maximum(share, 1e-9)
        return share * (_FIT_FLOOR + (1 - _FIT_FLOOR) * quality), covers

    def _trust(self, now: dt.datetime, rows: _Rows) -> _Floats:
        """The handicap of what was not verified lately, in radii."""
        fresh, recent, _ = _thresholds(now.date())
        verified = self._verified[rows]
        return np.where(
            verified >= fresh, 0.0, np.where(verified >= recent, _TO_CONFIRM, _UNVERIFIED)
        )

    def _hours(
        self,
        window: tuple[dt.datetime, dt.datetime],
        calendar: SchoolCalendar,
        rows: _Rows,
        cost: _Floats,
    ) -> _Floats:
        """The handicap of not being open at the wanted time, in radii.

        Timetables are read from the best place on, until enough places are known to be open: those
        left are dearer anyway, and stay unknown.
        """
        penalty = np.ones(len(rows))
        timed = np.flatnonzero(self._has_hours[rows])
        best_first = timed[np.argsort(cost[timed], kind="stable")]
        answers: dict[int, float] = {}
        opened = 0
        for position in best_first:
            timetable = int(self._timetable[rows[position]])
            answer = answers.get(timetable)
            if answer is None:
                if opened >= _ENOUGH_OPEN or len(answers) >= _MOST_TIMETABLES:
                    break
                said = hours_at(self._places[int(rows[position])], *window, calendar)
                answer = answers[timetable] = _HOURS_PENALTY[said]
            penalty[position] = answer
            opened += answer == 0.0
        return penalty

    # --- Choosing ---------------------------------------------------------------------------------

    def _pick(self, found: _Candidates, limit: int, radius: float, *, beyond: bool) -> list[int]:
        """Positions of the offers: the cheapest, of different organisations, covering every need.

        Unless ``beyond``, only what is within the radius. Beyond it: what alone answers a need, and, when
        nothing local answers at all, the nearest places (not more than a radius further than the nearest).
        A third room of one organisation gives way to another organisation within twice the radius.
        """
        free = np.ones(len(found.rows), dtype=np.bool_) if beyond else found.within.copy()
        padding = np.zeros(len(found.rows), dtype=np.bool_)
        if beyond and not found.local.any():
            outside = found.km[~found.within & ~np.isnan(found.km)]
            padding |= ~(found.km > (outside.min() if len(outside) else np.inf) + radius)
        organisations = self._organisation[found.rows]
        uncovered = np.ones(found.covers.shape[1], dtype=np.bool_)
        not_too_far = found.km <= 2 * radius
        picked: list[int] = []
        while len(picked) < limit and free.any():
            other = free & ~np.isin(organisations, organisations[picked])
            useful = found.covers[:, uncovered].any(axis=1)
            levels = (
                other & useful & found.within,
                free & useful & found.within,
                other & useful,
                other & found.within,
                other & not_too_far & self._same_organisation(found, picked),
                free & found.within,
                other & padding,
                free & padding,
            )
            level = next((mask for mask in levels if mask.any()), None)
            if level is None:
                break
            position = int(np.argmax(level))  # candidates are sorted: the first is the best
            picked.append(position)
            free[position] = False
            uncovered &= ~found.covers[position]
        return picked

    def _same_organisation(self, found: _Candidates, picked: Sequence[int]) -> bool:
        """True when two offers or more are all of one organisation."""
        names = self._organisation[found.rows[picked]]
        return len(picked) > 1 and bool((names == names[0]).all())

    def _hit(
        self,
        wish: Wish,
        now: dt.datetime,
        calendar: SchoolCalendar,
        wanted: Sequence[tuple[int, float, str]],
        found: _Candidates,
        position: int,
    ) -> Hit:
        row = int(found.rows[position])
        place = self._places[row]
        km = float(found.km[position])
        distance = None if np.isnan(km) else round(km, 3)
        covered = tuple(
            need
            for (_, _, need), covers in zip(wanted, found.covers[position], strict=True)
            if covers
        )
        opening = open_at(place, *wish.quand, calendar) if wish.quand is not None else None
        approximate = bool(self._approximate[row])
        return Hit(
            place=place,
            score=1.0 / (1.0 + float(found.cost[position]) / _radius(wish)),
            distance_km=distance,
            besoins_couverts=covered,
            reasons=tuple(
                _reasons(
                    place,
                    self._services[place.type],
                    covered,
                    distance,
                    approximate,
                    bool(found.within[position]),
                    opening,
                    wish.age_mois,
                )
            ),
            freshness=freshness(place.verifie_le, now.date()),
            within_radius=bool(found.within[position]),
            approximatif=approximate,
            opening=opening,
        )


def _leaves_something(found: _Candidates, picked: Sequence[int]) -> bool:
    """True when nothing local was found, or a need is answered by nothing that was picked."""
    return not found.local.any() or not found.covers[picked].any(axis=0).all()


def _rank_of(found: _Candidates, position: int, kept: Sequence[int]) -> tuple[bool, bool, int]:
    """Where an offer stands among those picked: near ones first, then those that keep the child."""
    keeps = bool(found.covers[position, kept].any())
    return (not found.within[position], not keeps and bool(kept), position)


_HOURS_PENALTY: Final = {Etat.OUVERT: 0.0, Etat.INCONNU: 1.0, Etat.FERME: 2.0}


def need_weights(place: Place, kind: ServiceKind) -> dict[str, float]:
    """How well a place answers each need it answers, in ]0, 1].

    An objective the place carries takes precedence over the weight of its kind; a need the place itself
    names counts 0.9 at least, 0.5 when its kind is for something else (a shelter for one who needs clothes).
    A place where the parent stays never answers a need for which the child is
    kept while the parent is away.
    """
    general: dict[str, float] = {}
    special: dict[str, float] = {}
    for answer in kind.besoins:
        if answer.objectif is None:
            general[answer.besoin] = answer.poids
        elif answer.objectif in place.objectifs:
            special[answer.besoin] = max(special.get(answer.besoin, 0.0), answer.poids)
    weights = {**general, **special}
    for need in place.besoins:
        own = _OWN_NEED if need in weights else _NEED_BESIDE_ITS_KIND
        weights[need] = max(weights.get(need, 0.0), own)
    if Reponse.OUI in (place.presence_parent, kind.presence_parent):
        for need in KEPT_WITHOUT_PARENT:
            weights.pop(need, None)
    return weights


def _deciding_objective(place: Place, kind: ServiceKind, need: str) -> Objectif | None:
    """The objective of the place that makes it answer a need, if one does."""
    answers = [
        a for a in kind.besoins if a.besoin == need and a.objectif and a.objectif in place.objectifs
    ]
    return max(answers, key=lambda a: a.poids).objectif if answers else None


def _reasons(
    place: Place,
    kind: ServiceKind,
    covered: Sequence[str],
    distance: float | None,
    approximate: bool,
    within: bool,
    opening: OpeningState | None,
    age_mois: int | None,
) -> Iterable[Reason]:
    weights = need_weights(place, kind)
    for need in covered:
        yield Reason(code=ReasonCode.BESOIN, besoin=need, poids=round(weights[need], 3))
        objective = _deciding_objective(place, kind, need)
        if objective is not None:
            yield Reason(code=ReasonCode.OBJECTIF, besoin=need, objectif=objective.value)
    if opening is not None:
        yield Reason(code=ReasonCode.OUVERT_AU_MOMENT, etat=opening.etat)
    if distance is not None:
        yield Reason(code=ReasonCode.DISTANCE, km=distance, approximatif=approximate)
    if place.zone is not None and within:
        yield Reason(code=ReasonCode.DANS_LA_ZONE)
    if age_mois is not None and (place.age is not None or kind.age is not None):
        yield Reason(code=ReasonCode.AGE_CONVIENT)
    yield Reason(code=ReasonCode.VERIFIE, date=place.verifie_le)


# --- Small things ----------------------------------------------------------------------------------


def _may_be_offered(place: Place) -> bool:
    return place.statut not in (Statut.FERME, Statut.SUSPENDU)


@lru_cache(maxsize=8)
def _thresholds(today: dt.date) -> tuple[int, int, int]:
    """The days (ordinals) 6, 12 and 24 months ago: those of ``freshness``, for many places at once."""
    days = [today - relativedelta(months=months) for months in (6, 12, 24)]
    return days[0].toordinal(), days[1].toordinal(), days[2].toordinal()


def _radius(wish: Wish) -> float:
    return max(wish.rayon_km, 0.1)


def _number(keys: Iterable[Any]) -> npt.NDArray[np.int32]:
    """Number equal keys alike."""
    numbers: dict[Any, int] = {}
    return np.array([numbers.setdefault(key, len(numbers)) for key in keys], dtype=np.int32)


def _organisation(place: Place) -> str:
    """What makes two places rooms of one organisation: its name, else the start of the place's name.

    "Café Bavard – La Bergerie" and "Café Bavard (Ougrée)" start alike.
    """
    if place.organisme:
        return fold(place.organisme)
    stem = re.split(r"\s+[-–—:]\s*|\s*[(,;]", place.nom, maxsplit=1)[0]
    return fold(stem) or place.id


def _timetable(place: Place) -> tuple[Any, ...]:
    """All that decides when a place is open, its existence apart."""
    exceptions = tuple((e.debut, e.fin, e.horaires) for e in place.exceptions)
    return (place.horaires, place.vacances_scolaires, exceptions)


def _zone_width(place: Place) -> float:
    """What stands for the distance of a service over one or several provinces, in radii."""
    if place.zone is None or len(place.zone.provinces) < 2:
        return _ZONE_PROVINCE
    return _ZONE_WIDE


def _haversine(lat: _Floats, lon: _Floats, from_lat: float, from_lon: float) -> _Floats:
    """Kilometres from a point (degrees) to points (radians), on a sphere of 6371 km."""
    phi, lam = np.radians(from_lat), np.radians(from_lon)
    chord = np.sin((lat - phi) / 2) ** 2 + np.cos(lat) * np.cos(phi) * np.sin((lon - lam) / 2) ** 2
    found: _Floats = 2 * _EARTH_KM * np.arcsin(np.sqrt(np.minimum(chord, 1.0)))
    return found


def _cell(lat: _Floats, lon: _Floats) -> _Rows:
    lines = np.clip((lat - _ORIGIN_LAT) // _CELL_LAT, 0, _CELLS_LAT - 1)
    columns = np.clip((lon - _ORIGIN_LON) // _CELL_LON, 0, _CELLS_LON - 1)
    return (lines * _CELLS_LON + columns).astype(np.int64)


def _line(lat: float) -> int:
    return int(np.clip((lat - _ORIGIN_LAT) // _CELL_LAT, 0, _CELLS_LAT - 1))


def _column(lon: float) -> int:
    return int(np.clip((lon - _ORIGIN_LON) // _CELL_LON, 0, _CELLS_LON - 1))
