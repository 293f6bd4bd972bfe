"""The catalogue in memory: read once, kept fresh while files change, never half-loaded.

Reading a hundred thousand YAML files takes some twenty seconds; a snapshot beside the assistant's state keeps the
records already read, so that a start reads again only the files that changed.
"""

from __future__ import annotations

import gc
import hashlib
import logging
import os
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path
from types import MappingProxyType
from typing import Final, TypeVar

import msgspec

from bot.places.geography import Gazetteer, GeographyError
from bot.places.loading import (
    HELP_LINES_FILE,
    SERVICES_FILE,
    CatalogueError,
    Document,
    FileStamp,
    Problem,
    identity_problems,
    read_list,
    read_place,
    stamps,
)
from bot.places.records import HelpLine, Place, ServiceKind

GEOGRAPHY_FOLDER: Final = "geographie"

_LOG = logging.getLogger(__name__)

#: To be raised when the meaning of a file changes without its record changing.
_READER_VERSION: Final = 1

R = TypeVar("R")


@dataclass(frozen=True)
class Catalogue:
    """Everything the assistant may recommend, at one moment; never changed, only replaced.

    ``places`` are in the order of their file names; ``services`` maps a service kind's id to the kind;
    ``fingerprint`` names the state of the files it was read from.
    """

    places: tuple[Place, ...]
    services: Mapping[str, ServiceKind]
    lignes: tuple[HelpLine, ...]
    gazetteer: Gazetteer
    fingerprint: str = ""

    @cached_property
    def by_id(self) -> Mapping[str, Place]:
        """Every place by its id."""
        return MappingProxyType({place.id: place for place in self.places})

    def place(self, identifier: str) -> Place | None:
        """The place of that id, or ``None``."""
        return self.by_id.get(identifier)

    def needs(self) -> tuple[str, ...]:
        """The needs that at least one service kind answers, in alphabetical order."""
        return tuple(
            sorted({answer.besoin for kind in self.services.values() for answer in kind.besoins})
        )


class _Snapshot(msgspec.Struct, frozen=True, array_like=True):
    """The places as last read, aligned with the stamps of their files."""

    version: str
    stamps: list[FileStamp]
    places: list[Place]


_EMPTY: Final = _Snapshot("", [], [])


def _record_version() -> str:
    """A digest that changes whenever the records or the reader do."""
    schema = msgspec.json.encode(msgspec.json.schema(Place), order="sorted")
    return hashlib.blake2b(schema + bytes([_READER_VERSION]), digest_size=16).hexdigest()


_VERSION: Final = _record_version()


def _other_files(folder: Path) -> list[FileStamp]:
    """The stamps of every data file that is not a place."""
    found = []
    for path in (folder, folder / GEOGRAPHY_FOLDER):
        try:
            with os.scandir(path) as entries:
                for entry in entries:
                    if entry.is_file() and not entry.name.startswith("."):
                        status = entry.stat()
                        name = os.path.relpath(entry.path, folder)
                        found.append(FileStamp(name, status.st_size, status.st_mtime_ns))
        except OSError:
            continue
    return sorted(found, key=lambda stamp: os.fsencode(stamp.name))


def _digest(*groups: list[FileStamp]) -> str:
    digest = hashlib.blake2b(_VERSION.encode(), digest_size=16)
    for group in groups:
        for stamp in group:
            digest.update(os.fsencode(stamp.name))
            digest.update(b"\0%d\0%d\n" % (stamp.size, stamp.mtime_ns))
    return digest.hexdigest()


def fingerprint(folder: Path) -> str:
    """A digest of the names, sizes and dates of the catalogue's files and of the records' shape.

    Nothing is opened: about half a second for 100,000 places.
    """
    return _digest(stamps(folder), _other_files(folder))


def _read_snapshot(cache: Path) -> _Snapshot:
    """The snapshot of ``cache``, or an empty one when it is absent, damaged or from other records."""
    try:
        data = cache.read_bytes()
        # The version comes first and is read alone: records of another shape would not decode.
        version = msgspec.msgpack.Decoder(tuple[str, msgspec.Raw, msgspec.Raw]).decode(data)[0]
        if version != _VERSION:
            return _EMPTY
        with _without_garbage_collection():
            snapshot = msgspec.msgpack.Decoder(_Snapshot).decode(data)
    except (OSError, msgspec.MsgspecError, ValueError, RecursionError):
        return _EMPTY
    return snapshot if len(snapshot.stamps) == len(snapshot.places) else _EMPTY


def _write_snapshot(cache: Path, snapshot: _Snapshot) -> None:
    """Write the snapshot whole or not at all; a disk that refuses costs time, never an answer."""
    draft = cache.with_name(f"{cache.name}.{os.getpid()}.{threading.get_ident()}")
    try:
        cache.parent.mkdir(parents=True, exist_ok=True)
        draft.write_bytes(msgspec.msgpack.encode(snapshot))
        draft.replace(cache)
    except (OSError, ValueError) as error:  # ValueError: a file name that is not UTF-8
        _LOG.warning("catalogue snapshot not written: %s", error)
        with suppress(OSError):
            draft.unlink(missing_ok=True)


@contextmanager
def _without_garbage_collection() -> Iterator[None]:
    """Pause the collector: records hold no cycles, and going through them again costs a third of a load."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def _update(folder: Path, found: list[FileStamp], known: _Snapshot) -> _Snapshot:
    """The places of ``found``: those of ``known`` where the file is the same, read otherwise.

    Raises ``CatalogueError`` with the problems of every file that cannot be read.
    """
    if found == known.stamps:
        return known
    before = dict(zip(known.stamps, known.places, strict=True))
    places: list[Place] = []
    problems: list[Problem] = []
    with _without_garbage_collection():
        for stamp in found:
            place = before.get(stamp)
            if place is None:
                document = read_place(folder, stamp.name)
                problems += document.problems
                place = document.record
            if place is not None:
                places.append(place)
    if problems:
        raise CatalogueError(problems)
    return _Snapshot(_VERSION, found, places)


def _sound(documents: list[Document[R]], problems: list[Problem]) -> list[R]:
    """The records of a list file; raises ``CatalogueError`` when one of them has a problem."""
    problems = problems + [problem for document in documents for problem in document.problems]
    if problems:
        raise CatalogueError(problems)
    return [document.record for document in documents if document.record is not None]


def _load(folder: Path, known: _Snapshot) -> tuple[Catalogue, _Snapshot]:
    """The catalogue of ``folder`` and the snapshot to start from next time."""
    found, others = stamps(folder), _other_files(folder)
    problems: list[Problem] = []
    services: list[ServiceKind] = []
    lines: list[HelpLine] = []
    snapshot = known
    try:
        services = _sound(*read_list(folder, SERVICES_FILE, ServiceKind))
    except CatalogueError as error:
        problems += error.problems
    try:
        lines = _sound(*read_list(folder, HELP_LINES_FILE, HelpLine))
    except CatalogueError as error:
        problems += error.problems
    try:
        snapshot = _update(folder, found, known)
    except CatalogueError as error:
        problems += error.problems
    if not problems:
        kinds = {kind.id: kind for kind in services}
        problems = list(
            identity_problems(
                (
                    (stamp.name, place, partial(_line_in, folder, stamp.name))
                    for stamp, place in zip(snapshot.stamps, snapshot.places, strict=True)
                ),
                kinds,
            )
        )
    gazetteer, unreadable = read_gazetteer(folder)
    problems += unreadable
    if problems or gazetteer is None:
        raise CatalogueError(problems)
    catalogue = Catalogue(
        places=tuple(snapshot.places),
        services=MappingProxyType(kinds),
        lignes=tuple(lines),
        gazetteer=gazetteer,
        fingerprint=_digest(found, others),
    )
    return catalogue, snapshot


def read_gazetteer(folder: Path) -> tuple[Gazetteer | None, list[Problem]]:
    """The gazetteer of a catalogue, or ``None`` and the problem that keeps it from being read."""
    try:
        return Gazetteer.load(folder / GEOGRAPHY_FOLDER), []
    except ValueError as error:
        # A GeographyError is a sentence; any other one comes from bytes that are not text.
        why = error if isinstance(error, GeographyError) else "un fichier n'est pas en UTF-8."
        problem = Problem(
            fichier=GEOGRAPHY_FOLDER,
            ligne=1,
            code="geographie-invalide",
            message=f"La géographie ne peut pas être lue : {why}",
            remede="Corrigez ce fichier, ou reconstruisez-la (relais catalogue build-geography).",
        )
        return None, [problem]


def _line_in(folder: Path, name: str, field: str) -> int:
    return read_place(folder, name).line(field)


def load_catalogue(folder: Path, cache: Path | None = None) -> Catalogue:
    """Read the catalogue of ``folder``.

    With ``cache`` (a file that may not exist yet), places whose file has not changed since the last
    call come from it. Raises ``CatalogueError`` with every problem that keeps a file from being
    understood; what is understood but doubtful is the business of ``checks.check_catalogue``.

    >>> catalogue = load_catalogue(Path("catalogue"))
    >>> catalogue.place("andenne-bebe-rencontre").type
    'lieu_rencontre'
    """
    known = _read_snapshot(cache) if cache is not None else _EMPTY
    catalogue, snapshot = _load(folder, known)
    if cache is not None and snapshot is not known:
        _write_snapshot(cache, snapshot)
    return catalogue


class Refreshed(msgspec.Struct, frozen=True):
    """What a refresh did: ``changed`` when a new catalogue is in service, ``problems`` when it could not be."""

    changed: bool = False
    problems: tuple[Problem, ...] = ()


class CatalogueHolder:
    """Holds the catalogue in service and replaces it, whole, when its files change.

    A conversation that keeps a ``Catalogue`` keeps a consistent one: a refresh replaces, never edits.
    A broken edit leaves the previous catalogue in service. Safe to call from several threads.

    ``every`` is the shortest time in seconds between two looks at the disk; ``now`` is read from a clock
    the caller chooses (``time.monotonic``). The first load raises ``CatalogueError``.

    >>> holder = CatalogueHolder(Path("catalogue"))
    >>> holder.refresh(now=time.monotonic())
    Refreshed(changed=False, problems=())
    """

    def __init__(
        self, folder: Path, *, cache: Path | None = None, every: float = 5.0, now: float = 0.0
    ) -> None:
        self._folder = folder
        self._cache = cache
        self._every = every
        self._lock = threading.Lock()
        known = _read_snapshot(cache) if cache is not None else _EMPTY
        self._current, self._snapshot = _load(folder, known)
        if cache is not None and self._snapshot is not known:
            _write_snapshot(cache, self._snapshot)
        self._seen = self._current.fingerprint
        self._looked_at = now
        self._problems: tuple[Problem, ...] = ()

    @property
    def current(self) -> Catalogue:
        """The catalogue in service."""
        return self._current

    @property
    def problems(self) -> tuple[Problem, ...]:
        """Why the files on disk are not in service; empty when they are."""
        return self._problems

    def refresh(self, now: float) -> Refreshed:
        """Put the catalogue on disk in service if it changed since the last look.

        Looks at most once every ``every`` seconds; a caller that meets another one looking goes on with
        the catalogue in service. The problems of a broken edit are returned and logged once.
        """
        if now - self._looked_at < self._every or not self._lock.acquire(blocking=False):
            return Refreshed()
        try:
            self._looked_at = now
            seen = fingerprint(self._folder)
            if seen == self._seen:
                return Refreshed()
            self._seen = seen
            return self._replace()
        finally:
            self._lock.release()

    def _replace(self) -> Refreshed:
        try:
            catalogue, snapshot = _load(self._folder, self._snapshot)
        except CatalogueError as error:
            self._problems = error.problems
            for problem in error.problems:
                _LOG.error("catalogue kept as it was: %s", problem)
            return Refreshed(problems=error.problems)
        self._current, self._snapshot, self._problems = catalogue, snapshot, ()
        if self._cache is not None:
            _write_snapshot(self._cache, snapshot)
        return Refreshed(changed=True)
