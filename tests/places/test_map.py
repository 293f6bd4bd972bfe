"""The page that shows the places and where they are missing: self-contained, true, and usable by all."""

from __future__ import annotations

import datetime as dt
import re
import shutil
from collections.abc import Iterator
from functools import lru_cache
from html.parser import HTMLParser
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
import pytest

from bot.places.catalogue import Catalogue, load_catalogue
from bot.places.exchange.locating import locate
from bot.places.geography import distance_km
from bot.places.map import _FAMILIES, _TEMPLATE, NEAR_KM, coverage, render_map
from bot.places.outline import Outline, draw_outline
from bot.places.records import Adresse, Place, Source, Statut, Zone
from bot.places.search import need_weights

CATALOGUE = Path(__file__).parents[2] / "catalogue"
TODAY = dt.date(2026, 11, 22)
SOURCES = [Source(adresse="https://exemple.be")]


@lru_cache(maxsize=1)
def shipped() -> Catalogue:
    return load_catalogue(CATALOGUE)


@lru_cache(maxsize=1)
def page() -> str:
    return render_map(shipped(), TODAY)


@lru_cache(maxsize=1)
def outline() -> Outline:
    return draw_outline(shipped().gazetteer)


def catalogue_of(*places: Place) -> Catalogue:
    return Catalogue(
        places=places,
        services=MappingProxyType(dict(shipped().services)),
        lignes=(),
        gazetteer=shipped().gazetteer,
    )


def place(identifier: str = "x", **fields: Any) -> Place:
    values = {"nom": "Le Jardin", "type": "lieu_rencontre", "adresse": Adresse(commune="Namur")}
    return Place(**{"id": identifier, "sources": SOURCES, **values, **fields})


class Elements(HTMLParser):
    """Every start tag of a page with its attributes."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


# --- The page ---------------------------------------------------------------------------------------


def test_the_page_fetches_nothing() -> None:
    for tag, attributes in Elements(page()).found:
        assert tag not in ("link", "img", "iframe", "object", "embed", "video", "audio", "source")
        assert "src" not in attributes
        assert "srcset" not in attributes
        if "href" in attributes:
            assert tag == "a"
    style = page()[: page().index("</style>")]
    assert "url(" not in style
    assert "@import" not in style


def test_the_page_is_small_and_always_the_same() -> None:
    assert len(page().encode()) < 1_500_000
    assert render_map(shipped(), TODAY) == page()


def test_every_place_is_in_a_list_and_every_door_on_the_map() -> None:
    listed = {a["data-i"] for _, a in Elements(page()).found if "data-k" in a}
    drawn = {
        (a["id"] or "")[1:]
        for _, a in Elements(page()).found
        if "pin f" in (a.get("class") or "") and "id" in a
    }
    doors = [p for p in shipped().places if p.zone is None]
    assert len(listed) == len(shipped().places)
    assert len(drawn) == len(doors)
    assert drawn <= listed


def test_identifiers_are_unique_and_labels_point_somewhere() -> None:
    elements = Elements(page()).found
    ids = [a["id"] for _, a in elements if "id" in a]
    assert len(ids) == len(set(ids))
    for _, attributes in elements:
        for name in ("aria-labelledby", "for"):
            for target in (attributes.get(name) or "").split():
                assert target in ids
        href = attributes.get("href") or ""
        if href.startswith("#"):
            assert href[1:] in ids


def test_the_page_says_what_it_is_to_those_who_do_not_see_it() -> None:
    assert '<html lang="fr">' in page()
    assert re.search(
        r'<svg viewBox="[^"]+" role="img" aria-labelledby="map-title map-desc">', page()
    )
    assert "<title id=" in page()
    assert "<desc id=" in page()
    # Each place is one stop for the keyboard, in the list; the marks of the map are none.
    svg = page()[page().index("<svg") : page().index("</svg>")]
    assert "tabindex" not in svg
    assert "<a " not in svg


def test_a_name_that_looks_like_code_is_only_a_name() -> None:
    name = '<script>alert("x")</script>'
    text = render_map(catalogue_of(place(nom=name, site="javascript:alert(1)")), TODAY)
    assert name not in text
    assert "javascript:" not in text
    assert "&lt;script&gt;" in text


def test_an_empty_catalogue_still_makes_a_page() -> None:
    text = render_map(catalogue_of(), TODAY)
    assert "0 / 280" in text


def test_freshness_has_its_own_mark() -> None:
    days = {
        0: dt.date(2026, 10, 1),
        1: dt.date(2026, 2, 1),
        2: dt.date(2025, 2, 1),
        4: dt.date(2020, 1, 1),
    }
    places = [
        place(f"p{mark}", verifie_le=day, verifie_comment="visite") for mark, day in days.items()
    ]
    text = render_map(catalogue_of(*places, place("jamais")), TODAY)
    svg = text[: text.index("</svg>")]
    for mark in range(5):
        assert svg.count(f'class="pin f{mark}"') == 1


def test_a_closed_place_is_counted_and_not_shown() -> None:
    text = render_map(catalogue_of(place(nom="Fini", statut=Statut.FERME)), TODAY)
    assert "Fini" not in text
    assert "fermés ou suspendus, non montrés" in text


# --- Colours ----------------------------------------------------------------------------------------


def luminance(colour: str) -> float:
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def palettes() -> Iterator[tuple[str, dict[str, str]]]:
    blocks = re.findall(r":root \{(.*?)\}", _TEMPLATE.read_text(encoding="utf-8"), re.DOTALL)
    for name, block in zip(("light", "dark"), blocks, strict=True):
        yield name, dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", block))


@pytest.mark.parametrize(("mode", "colours"), palettes())
def test_words_and_marks_are_told_from_what_is_behind(mode: str, colours: dict[str, str]) -> None:
    for words in ("text", "soft", "accent"):
        for behind in ("page", "card"):
            assert contrast(colours[words], colours[behind]) >= 4.5, (words, behind)
    for behind in ("blank", "blank-zone", "land"):
        assert contrast(colours["text"], colours[behind]) >= 4.5, behind
    for family in _FAMILIES:
        colour = family.light if mode == "light" else family.dark
        assert contrast(colour, colours["land"]) >= 3, family.nom
        assert contrast(colour, colours["card"]) >= 3, family.nom


# --- The outline ------------------------------------------------------------------------------------


def inside(path: str, x: float, y: float) -> bool:
    """Even-odd rule on a path of whole relative steps."""
    result = False
    for ring in path.split("z"):
        start, _, steps = ring.removeprefix("M").partition("l")
        if not start:
            continue
        numbers = [int(part) for part in (start + " " + steps).split()]
        points = np.cumsum(np.array(numbers).reshape(-1, 2), axis=0)
        for (x1, y1), (x2, y2) in zip(points, np.roll(points, -1, axis=0), strict=True):
            if (y1 > y) != (y2 > y) and x < x1 + (y - y1) / (y2 - y1) * (x2 - x1):
                result = not result
    return result


def test_every_commune_is_drawn_around_its_own_centre() -> None:
    gazetteer = shipped().gazetteer
    outside = [
        name
        for name, path in outline().paths.items()
        if not inside(path, *outline().project(*gazetteer.commune_centre(name)))
    ]
    assert len(outline().paths) == 280
    assert outside == []


def test_no_commune_is_drawn_around_the_centre_of_another() -> None:
    gazetteer = shipped().gazetteer
    for name in ("Namur", "Liège", "Comines-Warneton", "Ixelles", "Arlon"):
        x, y = outline().project(*gazetteer.commune_centre(name))
        assert [n for n, path in outline().paths.items() if inside(path, x, y)] == [name]


def test_flanders_and_france_are_outside() -> None:
    for lat, lon in ((51.05, 3.72), (50.63, 3.06), (50.8466, 4.9)):
        x, y = outline().project(lat, lon)
        assert not any(inside(path, x, y) for path in outline().paths.values())


# --- Who has none nearby ----------------------------------------------------------------------------


def cell(catalogue: Catalogue, commune: str, need: str) -> tuple[float, bool, bool]:
    found = coverage(catalogue, TODAY)
    row, column = found.communes.index(commune), found.besoins.index(need)
    return (
        float(found.km[row, column]),
        bool(found.blank[row, column]),
        bool(found.zone[row, column]),
    )


def test_distances_are_those_of_the_nearest_place_that_answers() -> None:
    catalogue, found = shipped(), coverage(shipped(), TODAY)
    gazetteer = catalogue.gazetteer
    for commune in ("Namur", "Bastogne", "Comines-Warneton"):
        for need in ("besoin_isolement", "besoin_formation", "besoin_sante_scolaire"):
            centre = gazetteer.commune_centre(commune)
            points = [
                locate(p, gazetteer)
                for p in catalogue.places
                if need in need_weights(p, catalogue.services[p.type])
            ]
            nearest = min(distance_km(*centre, p.lat, p.lon) for p in points if p is not None)
            row, column = found.communes.index(commune), found.besoins.index(need)
            assert found.km[row, column] == pytest.approx(nearest, abs=0.01)


def test_a_commune_beyond_fifteen_kilometres_is_blank() -> None:
    catalogue = catalogue_of(place())
    assert cell(catalogue, "Namur", "besoin_isolement")[1] is False
    km, blank, zone = cell(catalogue, "Arlon", "besoin_isolement")
    assert km > NEAR_KM
    assert (blank, zone) == (True, False)


def test_a_service_of_an_area_is_noted_apart_and_fills_no_blank() -> None:
    catalogue = catalogue_of(
        place("a", zone=Zone(provinces=["Luxembourg"]), adresse=None),
        place("b", zone=Zone(codes_postaux=["5100"]), adresse=Adresse(commune="Namur")),
    )
    assert cell(catalogue, "Arlon", "besoin_isolement")[1:] == (True, True)
    assert cell(catalogue, "Namur", "besoin_isolement")[1:] == (True, True)
    assert cell(catalogue, "Huy", "besoin_isolement")[1:] == (True, False)


@pytest.mark.parametrize(
    "fields",
    [
        {"statut": Statut.FERME},
        {"statut": Statut.SUSPENDU},
        {"verifie_le": dt.date(2020, 1, 1), "verifie_comment": "visite"},
        {"type": "halte_accueil"},
    ],
)
def test_what_is_not_offered_to_parents_fills_no_blank(fields: dict[str, Any]) -> None:
    assert cell(catalogue_of(place(**fields)), "Namur", "besoin_isolement")[1] is True


def test_a_distance_just_beyond_is_not_rounded_to_near_enough() -> None:
    for value in re.findall(r"<td class=[vz]>(\d+)", page()):
        assert int(value) > NEAR_KM


def test_the_table_has_every_commune_and_every_need() -> None:
    grid = page()[page().index('<table class="grid"') :]
    assert grid.count("<tr data-c=") == 280
    needs = shipped().needs()
    assert all(f'data-n="{need}"' in grid for need in needs)
    assert grid[grid.index("<tbody>") :].count("<td") == 280 * len(needs)


# --- In a browser -----------------------------------------------------------------------------------


@pytest.mark.browser
@pytest.mark.parametrize("width", [390, 1280])
def test_the_page_works_with_filters_keyboard_and_a_narrow_screen(
    tmp_path: Path, width: int
) -> None:
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.skip("no Chromium here")
    from playwright.sync_api import sync_playwright

    path = tmp_path / "carte.html"
    path.write_text(page(), encoding="utf-8")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        tab = browser.new_page(viewport={"width": width, "height": 900})
        errors: list[str] = []
        asked: list[str] = []
        tab.on("pageerror", lambda error: errors.append(str(error)))
        tab.on("request", lambda request: asked.append(request.url))
        tab.goto(path.as_uri())
        assert tab.evaluate("document.documentElement.scrollWidth") <= width

        tab.select_option("#f-need", "besoin_aide_jeunesse")
        shown = tab.locator("li[data-k]:visible").count()
        assert 0 < shown < len(shipped().places)
        assert tab.locator("#land path.blank").count() > 100
        tab.get_by_role("button", name="Tout montrer").click()
        tab.wait_for_function("document.querySelectorAll('#land path.blank').length === 0")

        tab.locator("#liste summary").first.focus()
        tab.keyboard.press("Enter")
        assert tab.locator("#liste details[open]").count() == 1
        assert tab.locator(".pin.on").count() == 1

        tab.fill("#g-text", "namur")
        assert tab.locator("#grid tbody tr:visible").count() == 1
        browser.close()
    assert errors == []
    assert asked == [path.as_uri()]
