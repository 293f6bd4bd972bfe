"""The outline of the communes, drawn from the coordinates of their localities and nothing else.

We hold points, not borders: every point of the country belongs to the commune of its nearest locality
(a Voronoi tessellation). Beyond the last villages the shape stops about three kilometres out; to the north
the Flemish localities draw the line. Good enough to recognise a country, wrong for a surveyor.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any, Final

import msgspec
import numpy as np
import numpy.typing as npt
from scipy import ndimage
from scipy.spatial import Voronoi, cKDTree

from bot.places.geography import Gazetteer

_Points = npt.NDArray[np.float64]
_Chain = list[int]

#: Units of the drawing per kilometre.
SCALE: Final = 10.0
_KM_PER_DEGREE: Final = 111.195
_MIDDLE_LATITUDE: Final = 50.2
#: Kilometres from a locality to the nearest point that surely lies outside: the border is half way.
_REACH_KM: Final = 6.5
_STEP_KM: Final = 1.5
_MARGIN_KM: Final = 25.0
_TOLERANCE_KM: Final = 0.2
_BORDER_KM: Final = 3.5


class Outline(msgspec.Struct, frozen=True):
    """The communes as SVG paths in a drawing of ``width`` × ``height`` units, and where a point falls in it.

    ``paths`` maps a commune's name to its path (fill it with the even-odd rule). ``provinces`` is one path,
    to be stroked: the lines between provinces and around the country. ``origin`` is the (lon, lat) of the
    drawing's top left corner.
    """

    paths: Mapping[str, str]
    provinces: str
    width: int
    height: int
    origin: tuple[float, float]

    def project(self, lat: float, lon: float) -> tuple[float, float]:
        """The (x, y) of a point in decimal degrees, y growing southwards."""
        x, y = _to_km(lat, lon)
        left, top = _to_km(self.origin[1], self.origin[0])
        return (x - left) * SCALE, (top - y) * SCALE


def _to_km(lat: float, lon: float) -> tuple[float, float]:
    across = _KM_PER_DEGREE * math.cos(math.radians(_MIDDLE_LATITUDE))
    return lon * across, lat * _KM_PER_DEGREE


def _to_degrees(x: float, y: float) -> tuple[float, float]:
    across = _KM_PER_DEGREE * math.cos(math.radians(_MIDDLE_LATITUDE))
    return x / across, y / _KM_PER_DEGREE


def draw_outline(gazetteer: Gazetteer) -> Outline:
    """The outline of every commune of the gazetteer; about a second, always the same."""
    names = gazetteer.communes()
    points, owners = _localities(gazetteer, names)
    outside = np.array(list(_beyond(gazetteer))).reshape(-1, 2)
    ghosts = _ghosts(points)
    sites = np.vstack([points, outside, ghosts])
    labels = np.full(len(sites), -1)
    labels[: len(points)] = owners
    borders = _borders(Voronoi(sites), labels)
    arcs = _arcs(borders.edges)
    kept = {
        number: borders.vertices[_simplified(borders.vertices, arc.chain)]
        for number, arc in enumerate(arcs)
    }
    everything = np.vstack(list(kept.values()))
    left, bottom = everything.min(axis=0) - _BORDER_KM
    right, top = everything.max(axis=0) + _BORDER_KM
    drawn = {
        number: np.column_stack([(line[:, 0] - left) * SCALE, (top - line[:, 1]) * SCALE])
        for number, line in kept.items()
    }
    paths = {}
    for commune, name in enumerate(names):
        mine = [number for number, arc in enumerate(arcs) if commune in arc.sides]
        paths[name] = "".join(_path(ring) for ring in _rings(arcs, mine, drawn))
    province = [*(gazetteer.province_of(name) for name in names), ""]
    between = [n for n, arc in enumerate(arcs) if province[arc.sides[0]] != province[arc.sides[1]]]
    return Outline(
        paths,
        "".join(_line(drawn[number]) for number in between),
        math.ceil((right - left) * SCALE),
        math.ceil((top - bottom) * SCALE),
        _to_degrees(float(left), float(top)),
    )


# --- Sites -----------------------------------------------------------------------------------------


def _localities(
    gazetteer: Gazetteer, names: Sequence[str]
) -> tuple[_Points, npt.NDArray[np.int64]]:
    """The localities in kilometres and the number of their commune; no two at the same point."""
    found: dict[tuple[float, float], int] = {}
    for number, name in enumerate(names):
        for row in gazetteer.localities_of(name):
            x, y = _to_km(row.lat, row.lon)
            while (x, y) in found:
                x += 0.01
            found[x, y] = number
    return np.array(list(found)), np.array(list(found.values()))


def _beyond(gazetteer: Gazetteer) -> Iterator[tuple[float, float]]:
    """The Flemish localities, in kilometres."""
    seen = set()
    for code in range(1000, 10000):
        place = gazetteer.postcode(str(code))
        if place is not None and place.kind == "hors_zone":
            point = _to_km(place.lat, place.lon)
            if point not in seen:
                seen.add(point)
                yield point


def _ghosts(points: _Points) -> _Points:
    """Points outside the country: those of a grid too far from any locality, joined to the far outside.

    A wide forest has such points too; surrounded by localities, they stay inside.
    """
    low, high = points.min(axis=0) - _MARGIN_KM, points.max(axis=0) + _MARGIN_KM
    xs = np.arange(low[0], high[0], _STEP_KM)
    ys = np.arange(low[1], high[1], _STEP_KM)
    grid = np.stack(np.meshgrid(xs, ys, indexing="ij"), axis=-1)
    distance, _ = cKDTree(points).query(grid.reshape(-1, 2))
    distance = distance.reshape(grid.shape[:2])
    regions, _ = ndimage.label(distance > _REACH_KM)
    outside = regions == regions[0, 0]
    near = outside & (distance < _REACH_KM + 3 * _STEP_KM)
    far = outside & (distance > _MARGIN_KM - 2 * _STEP_KM)
    return grid[near | far]


# --- Borders ---------------------------------------------------------------------------------------


class _Borders(msgspec.Struct, frozen=True):
    """Vertices in kilometres, and edge (two vertices) → the two communes it separates (-1: outside)."""

    vertices: Any
    edges: dict[tuple[int, int], tuple[int, int]]


def _borders(cells: Any, labels: npt.NDArray[np.int64]) -> _Borders:
    edges = {}
    for (one, other), (start, end) in zip(cells.ridge_points, cells.ridge_vertices, strict=True):
        sides = sorted((int(labels[one]), int(labels[other])))
        if sides[0] != sides[1] and start >= 0 and end >= 0:
            edges[int(start), int(end)] = (sides[0], sides[1])
    return _Borders(cells.vertices, edges)


class _Arc(msgspec.Struct, frozen=True):
    """A line between two meeting points of borders, and the communes on its sides."""

    chain: _Chain
    sides: tuple[int, int]


def _arcs(edges: Mapping[tuple[int, int], tuple[int, int]]) -> list[_Arc]:
    """The edges put end to end, cut where three borders meet: each line is drawn the same from both sides."""
    around: dict[int, list[tuple[int, tuple[int, int]]]] = {}
    for (start, end), sides in edges.items():
        around.setdefault(start, []).append((end, sides))
        around.setdefault(end, []).append((start, sides))
    meeting = {
        vertex for vertex, links in around.items() if len(links) != 2 or links[0][1] != links[1][1]
    }
    done: set[tuple[int, int]] = set()
    arcs = []
    for first in [*sorted(meeting), *sorted(around.keys() - meeting)]:
        for second, sides in around[first]:
            if (first, second) in done:
                continue
            chain = [first, second]
            done |= {(first, second), (second, first)}
            while chain[-1] not in meeting and chain[-1] != first:
                ahead = next(v for v, _ in around[chain[-1]] if v != chain[-2])
                done |= {(chain[-1], ahead), (ahead, chain[-1])}
                chain.append(ahead)
            arcs.append(_Arc(chain, sides))
    return arcs


def _simplified(vertices: _Points, chain: _Chain) -> _Chain:
    """The chain without the points that lie within the tolerance (Douglas and Peucker)."""
    if chain[0] == chain[-1]:
        far = int(np.argmax(np.linalg.norm(vertices[chain] - vertices[chain[0]], axis=1)))
        return _simplified(vertices, chain[: far + 1]) + _simplified(vertices, chain[far:])[1:]
    keep = [0, len(chain) - 1]
    spans = [(0, len(chain) - 1)]
    line = vertices[chain]
    while spans:
        start, end = spans.pop()
        if end - start < 2:
            continue
        base = line[end] - line[start]
        offset = line[start + 1 : end] - line[start]
        length = float(np.hypot(*base)) or 1e-9
        away = np.abs(base[0] * offset[:, 1] - base[1] * offset[:, 0]) / length
        worst = int(np.argmax(away))
        if away[worst] > _TOLERANCE_KM:
            middle = start + 1 + worst
            keep.append(middle)
            spans += [(start, middle), (middle, end)]
    return [chain[position] for position in sorted(keep)]


def _rings(
    arcs: Sequence[_Arc], mine: Sequence[int], drawn: Mapping[int, _Points]
) -> Iterator[_Points]:
    """The closed lines around a commune, from its arcs."""
    left = set(mine)
    while left:
        number = min(left)
        left.remove(number)
        line, first = [drawn[number]], arcs[number].chain[0]
        last = arcs[number].chain[-1]
        while last != first:
            ahead = next(
                (n for n in sorted(left) if last in (arcs[n].chain[0], arcs[n].chain[-1])), None
            )
            if ahead is None:
                break
            left.remove(ahead)
            forwards = arcs[ahead].chain[0] == last
            line.append(drawn[ahead] if forwards else drawn[ahead][::-1])
            last = arcs[ahead].chain[-1] if forwards else arcs[ahead].chain[0]
        yield np.vstack(line)


def _path(ring: _Points) -> str:
    """A closed SVG path."""
    line = _line(ring)
    return f"{line}z" if line else ""


def _line(points: _Points) -> str:
    """An SVG path of whole units, each point told from the one before."""
    whole = [(int(x), int(y)) for x, y in np.rint(points)]
    steps = [
        f"{after[0] - before[0]} {after[1] - before[1]}"
        for before, after in pairwise(whole)
        if before != after
    ]
    return f"M{whole[0][0]} {whole[0][1]}l{' '.join(steps)}" if steps else ""
