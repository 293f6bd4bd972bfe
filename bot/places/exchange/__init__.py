"""Exchange places with other directories: export to open formats, import with a dry run first.

The rules and the meaning of every column and field are in ``docs/echanges.md``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from bot.places.catalogue import Catalogue
from bot.places.exchange.csv_format import write_csv
from bot.places.exchange.drafts import ExchangeError
from bot.places.exchange.geojson import write_geojson
from bot.places.exchange.hsds import write_hsds
from bot.places.exchange.importing import (
    IMPORT_FORMATS,
    Action,
    ImportPlan,
    ImportResult,
    Step,
    apply,
    guess_format,
    plan_import,
)
from bot.places.exchange.report import render_plan, render_result
from bot.places.exchange.schema_org import write_schema_org

__all__ = [
    "EXPORT_FORMATS",
    "IMPORT_FORMATS",
    "Action",
    "ExchangeError",
    "ImportPlan",
    "ImportResult",
    "Step",
    "apply",
    "export_catalogue",
    "guess_format",
    "plan_import",
    "render_plan",
    "render_result",
]

#: The formats an export writes.
EXPORT_FORMATS: Final[Mapping[str, Callable[[Catalogue], str]]] = {
    "csv": lambda c: write_csv(c.places),
    "csv-excel": lambda c: write_csv(c.places, excel=True),
    "geojson": lambda c: write_geojson(c.places, c.services, c.gazetteer),
    "schema-org": lambda c: write_schema_org(c.places, c.services, c.gazetteer),
    "hsds": lambda c: write_hsds(c.places, c.services, c.gazetteer),
}


def export_catalogue(catalogue: Catalogue, format: str) -> str:
    """The whole catalogue in one of ``EXPORT_FORMATS``; the same catalogue always gives the same text.

    To be written as UTF-8, without translating line ends.

    Raises:
        ExchangeError: in French, when the format does not exist.
    """
    writer = EXPORT_FORMATS.get(format)
    if writer is None:
        raise ExchangeError(f"Format inconnu : « {format} ». Choix : {', '.join(EXPORT_FORMATS)}.")
    return writer(catalogue)
