"""Measure the recommendation search over many fictional places: speed, load time, memory.

    python -m benchmarks.bench_search [--places 100000] [--searches 2000]

The places are drawn at random around real localities with a fixed seed, written to a temporary folder and
thrown away. They are never part of the catalogue. A fresh process then starts from the snapshot, as a
server does, and answers questions one after the other; its peak memory is the whole process, libraries
included. Targets, for 100,000 places: p95 of a search ≤ 5 ms, load ≤ 10 s, memory ≤ 500 MB.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import random
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from bot.places.calendar import SchoolCalendar
from bot.places.catalogue import load_catalogue
from bot.places.geography import Gazetteer, Locality
from bot.places.loading import read_list
from bot.places.records import Objectif, ServiceKind
from bot.places.search import PlaceIndex, Wish

ROOT = Path(__file__).resolve().parents[1]
CATALOGUE = ROOT / "catalogue"
SEED = 20261122
TODAY = dt.datetime(2026, 11, 22, 10, 0)

P95_MS, LOAD_S, MEMORY_MB = 5.0, 10.0, 500.0


def write_places(folder: Path, count: int, rng: random.Random) -> None:
    """Write a catalogue of ``count`` fictional places: the real kinds and geography, invented doors."""
    shutil.copytree(
        CATALOGUE, folder, ignore=lambda path, _: ["places"] if Path(path) == CATALOGUE else []
    )
    places = folder / "places"
    places.mkdir()
    documents, _ = read_list(CATALOGUE, "services.yml", ServiceKind)
    kinds = [d.record for d in documents if d.record is not None and d.record.besoins]
    gazetteer = Gazetteer.load(CATALOGUE / "geographie")
    localities = _localities(gazetteer)
    for number in range(count):
        text = _place(number, rng.choice(kinds), rng.choice(localities), gazetteer, rng)
        (places / f"fictif-{number:06d}.yml").write_text(text, encoding="utf-8")


def _localities(gazetteer: Gazetteer) -> list[Locality]:
    return [row for name in gazetteer.communes() for row in gazetteer.localities_of(name)]


def _place(
    number: int, kind: ServiceKind, where: Locality, gazetteer: Gazetteer, rng: random.Random
) -> str:
    lines = [
        f"id: fictif-{number:06d}",
        f"nom: Lieu fictif {number}",
        f"type: {kind.id}",
        f"organisme: Organisme fictif {rng.randrange(8000)}",
        f"statut: {rng.choices(['actif', 'inconnu', 'suspendu', 'ferme'], [60, 34, 3, 3])[0]}",
    ]
    if kind.id == "lieu_rencontre" and rng.random() < 0.6:
        chosen = rng.sample([o.value for o in Objectif], rng.randint(1, 3))
        lines.append(f"objectifs: [{', '.join(chosen)}]")
    if rng.random() < 0.03:
        communes = rng.sample(gazetteer.communes(), rng.randint(1, 6))
        lines += ["zone:", *(["  communes:"] + [f'    - "{name}"' for name in communes])]
    else:
        lines += [
            "adresse:",
            f"  code_postal: '{where.code_postal}'",
            f'  localite: "{where.nom}"',
            f'  commune: "{where.commune}"',
        ]
        if rng.random() < 0.7:
            lines.append(f"  lat: {where.lat + rng.uniform(-0.02, 0.02):.5f}")
            lines.append(f"  lon: {where.lon + rng.uniform(-0.02, 0.02):.5f}")
    if rng.random() < 0.6:
        low = rng.choice([0, 0, 0, 3, 30, 36])
        lines += ["age:", f"  min_mois: {low}", f"  max_mois: {low + rng.choice([36, 72, 144])}"]
    if rng.random() < 0.5:
        lines.append(f'horaires: "{_hours(rng)}"')
        lines.append(f"vacances_scolaires: {rng.choice(['ouvert', 'ferme', 'inconnu'])}")
    if rng.random() < 0.6:
        day = TODAY.date() - dt.timedelta(days=rng.randrange(1000))
        lines += [f"verifie_le: {day}", "verifie_comment: fictif"]
    lines += ["sources:", "  - adresse: fictive"]
    return "\n".join(lines) + "\n"


def _hours(rng: random.Random) -> str:
    days = rng.choice(["Mo-Fr", "We", "Tu,Th", "Mo,We,Fr", "Sa", "Th[1,3]", "Mo-Sa", "Fr"])
    start = rng.choice([8, 9, 10, 13, 14])
    end = start + rng.randint(2, 4)
    minutes = rng.choice(["00", "30"])
    return f"{days} {start:02d}:{minutes}-{end:02d}:{minutes}{rng.choice(['; PH off', ''])}"


def draw_wishes(count: int, needs: tuple[str, ...], localities: list[Locality]) -> list[Wish]:
    """Questions as parents ask them: one to three needs, mostly a place, often an age, sometimes a time."""
    rng = random.Random(SEED + 1)
    wishes = []
    for _ in range(count):
        chosen = rng.sample(needs, rng.choices([1, 2, 3], [60, 30, 10])[0])
        where = rng.choice(localities)
        known = rng.random() < 0.97
        day = TODAY.replace(hour=0) + dt.timedelta(days=rng.randrange(1, 8))
        half = day + dt.timedelta(hours=rng.choice([8, 13]))
        wishes.append(
            Wish(
                besoins=tuple((need, rng.choice([1.0, 0.7, 0.4])) for need in chosen),
                code_postal=where.code_postal if known else None,
                commune=where.commune if known else None,
                age_mois=rng.randrange(0, 120) if rng.random() < 0.6 else None,
                quand=(half, half + dt.timedelta(hours=4)) if rng.random() < 0.3 else None,
                rayon_km=rng.choice([10.0, 25.0, 25.0, 25.0, 50.0]),
            )
        )
    return wishes


def timed(work: Callable[[], object]) -> float:
    """Seconds that ``work`` takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def measure(folder: Path, cache: Path, searches: int) -> dict[str, float]:
    """Load from the snapshot, build the index, search; figures in seconds, milliseconds and megabytes."""
    start = time.perf_counter()
    catalogue = load_catalogue(folder, cache)
    loaded = time.perf_counter()
    index = PlaceIndex(catalogue)
    built = time.perf_counter()
    calendar = SchoolCalendar.load(CATALOGUE / "calendrier.yml")
    wishes = draw_wishes(searches, catalogue.needs(), _localities(catalogue.gazetteer))
    index.search(wishes[0], TODAY, calendar)
    times = []
    for wish in wishes:
        times.append(1000 * timed(lambda wish=wish: index.search(wish, TODAY, calendar)))  # type: ignore[misc]
    times.sort()
    return {
        "places": float(len(catalogue.places)),
        "load_s": loaded - start,
        "index_s": built - loaded,
        "p50_ms": times[len(times) // 2],
        "p95_ms": times[int(len(times) * 0.95)],
        "p99_ms": times[int(len(times) * 0.99)],
        "memory_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


def main() -> int:
    """Print the figures; 1 when a target is missed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--places", type=int, default=100_000)
    parser.add_argument("--searches", type=int, default=2_000)
    parser.add_argument("--child", nargs=2, metavar=("FOLDER", "CACHE"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        folder, cache = map(Path, options.child)
        print(json.dumps(measure(folder, cache, options.searches)))
        return 0
    with tempfile.TemporaryDirectory() as temporary:
        folder, cache = Path(temporary) / "catalogue", Path(temporary) / "snapshot.msgpack"
        written = timed(lambda: write_places(folder, options.places, random.Random(SEED)))
        first = timed(lambda: load_catalogue(folder, cache))
        options_of_child = ["--child", str(folder), str(cache), "--searches", str(options.searches)]
        child = subprocess.run(
            [sys.executable, "-m", "benchmarks.bench_search", *options_of_child],
            cwd=ROOT,
            check=True,
            capture_output=True,
            text=True,
        )
    figures = json.loads(child.stdout)
    load = figures["load_s"] + figures["index_s"]
    print(
        f"places                    {figures['places']:>10,.0f}  (fictional, written in {written:.0f} s)"
    )
    print(f"first reading of the YAML {first:>10.1f} s")
    print(f"load from the snapshot    {figures['load_s']:>10.2f} s")
    print(
        f"index                     {figures['index_s']:>10.2f} s   load + index ≤ {LOAD_S:.0f} s"
    )
    print(f"search p50                {figures['p50_ms']:>10.2f} ms")
    print(f"search p95                {figures['p95_ms']:>10.2f} ms  ≤ {P95_MS:.0f} ms")
    print(f"search p99                {figures['p99_ms']:>10.2f} ms")
    print(f"peak memory               {figures['memory_mb']:>10.0f} MB  ≤ {MEMORY_MB:.0f} MB")
    good = figures["p95_ms"] <= P95_MS and load <= LOAD_S and figures["memory_mb"] <= MEMORY_MB
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
