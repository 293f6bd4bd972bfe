"""What the actions work with: catalogue, search index, calendar and wording, loaded once."""

from __future__ import annotations

import datetime as dt
import functools
import time
from collections.abc import Callable
from pathlib import Path

from bot.clock import belgian_time
from bot.paths import CATALOGUE, DOMAIN, state_folder
from bot.places.calendar import SchoolCalendar
from bot.places.catalogue import Catalogue, CatalogueHolder
from bot.places.search import PlaceIndex
from bot.wording import Wording

Clock = Callable[[], dt.datetime]


class Services:
    """The catalogue and what is computed from it; follows the files when volunteers edit them.

    Args:
        folder: the ``catalogue/`` folder.
        domain: the domain file, for its wording.
        clock: returns the time in Belgium, with its zone.
        cache: where a snapshot of the catalogue may be kept, or ``None``.

    Raises:
        CatalogueError: if the catalogue cannot be read at all when starting.
    """

    def __init__(self, folder: Path, domain: Path, clock: Clock, cache: Path | None = None) -> None:
        self._holder = CatalogueHolder(folder, cache=cache)
        self._index: tuple[Catalogue, PlaceIndex] | None = None
        self.calendar = SchoolCalendar.load(folder / "calendrier.yml")
        self.wording = Wording.load(domain)
        self.clock = clock

    @property
    def catalogue(self) -> Catalogue:
        """The catalogue as the files say it; after a broken edit, as they last said it rightly."""
        self._holder.refresh(time.monotonic())
        return self._holder.current

    @property
    def index(self) -> PlaceIndex:
        """The search index of the current catalogue, rebuilt when the catalogue changed."""
        catalogue = self.catalogue
        if self._index is None or self._index[0] is not catalogue:
            self._index = (catalogue, PlaceIndex(catalogue))
        return self._index[1]

    def now(self) -> dt.datetime:
        """Return the time in Belgium."""
        return self.clock()


@functools.lru_cache(maxsize=1)
def default_services() -> Services:
    """Return the services of the shipped catalogue, loaded on first use.

    Rasa makes the action objects itself and passes them nothing: this is where they meet the rest.
    """
    return Services(CATALOGUE, DOMAIN, belgian_time, cache=state_folder() / "catalogue.msgpack")
