"""The catalogue in memory: whole or not at all, quick to start again, replaced without a seam."""

from __future__ import annotations

import os
import shutil
import threading
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.paths import CATALOGUE
from bot.places import catalogue as module
from bot.places.catalogue import CatalogueHolder, fingerprint, load_catalogue
from bot.places.loading import CatalogueError

PLACE = """\
id: {name}
nom: Le Pré {name}
type: {kind}
adresse: {{commune: Namur}}
sources:
  - adresse: https://www.exemple.be
"""


def put(folder: Path, name: str, kind: str = "lieu_rencontre", text: str | None = None) -> Path:
    path = folder / "places" / f"{name}.yml"
    path.write_text(text if text is not None else PLACE.format(name=name, kind=kind))
    return path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A catalogue of three places with the shipped services, help lines and geography."""
    root = tmp_path / "catalogue"
    (root / "places").mkdir(parents=True)
    for name in ("services.yml", "lignes.yml"):
        shutil.copy(CATALOGUE / name, root / name)
    (root / "geographie").symlink_to(CATALOGUE / "geographie")
    for name in ("c", "a", "b"):
        put(root, name)
    return root


def test_the_shipped_catalogue_loads() -> None:
    catalogue = load_catalogue(CATALOGUE)
    assert len(catalogue.places) > 100
    assert catalogue.lignes
    assert all(place.type in catalogue.services for place in catalogue.places)


def test_places_come_in_the_order_of_their_files(folder: Path) -> None:
    assert [place.id for place in load_catalogue(folder).places] == ["a", "b", "c"]


def test_a_place_is_found_by_its_id(folder: Path) -> None:
    catalogue = load_catalogue(folder)
    found = catalogue.place("b")
    assert found is not None
    assert found.nom == "Le Pré b"
    assert catalogue.place("inconnu") is None


def test_the_needs_are_those_the_services_answer(folder: Path) -> None:
    needs = load_catalogue(folder).needs()
    assert "besoin_isolement" in needs
    assert list(needs) == sorted(set(needs))


# --- What cannot be loaded ------------------------------------------------------------------------


def codes(folder: Path) -> set[str]:
    with pytest.raises(CatalogueError) as caught:
        load_catalogue(folder)
    return {problem.code for problem in caught.value.problems}


def test_every_broken_file_is_named_at_once(folder: Path) -> None:
    put(folder, "a", text="nom: 'L'Île'\n")
    put(folder, "b", text="- x\n")
    (folder / "lignes.yml").write_text("")
    assert codes(folder) == {"guillemets", "pas-une-fiche", "fichier-vide"}


def test_two_places_of_one_id_are_refused(folder: Path) -> None:
    put(folder, "d", text=PLACE.format(name="a", kind="lieu_rencontre"))
    assert codes(folder) == {"id-en-double"}


def test_a_place_of_an_unknown_kind_is_refused_at_its_line(folder: Path) -> None:
    put(folder, "d", kind="creche_magique")
    with pytest.raises(CatalogueError) as caught:
        load_catalogue(folder)
    (problem,) = caught.value.problems
    assert (problem.fichier, problem.ligne, problem.code) == ("places/d.yml", 3, "type-inconnu")


def test_a_broken_geography_is_refused(folder: Path) -> None:
    (folder / "geographie").unlink()
    assert codes(folder) == {"geographie-invalide"}


def test_a_geography_that_is_not_text_is_refused(folder: Path) -> None:
    (folder / "geographie").unlink()
    shutil.copytree(CATALOGUE / "geographie", folder / "geographie")
    (folder / "geographie" / "communes.csv").write_bytes(b"\xff\xfe")
    assert codes(folder) == {"geographie-invalide"}


def test_an_absent_folder_is_refused(tmp_path: Path) -> None:
    assert "fichier-illisible" in codes(tmp_path / "nulle-part")


# --- The snapshot ---------------------------------------------------------------------------------


def count_reads(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the place files read from now on."""
    names: list[str] = []
    read = module.read_place

    def counted(folder: Path, name: str) -> object:
        names.append(name)
        return read(folder, name)

    monkeypatch.setattr(module, "read_place", counted)
    return names


def test_the_snapshot_gives_the_same_catalogue(folder: Path, tmp_path: Path) -> None:
    cache = tmp_path / "etat" / "catalogue.msgpack"
    first = load_catalogue(folder, cache)
    second = load_catalogue(folder, cache)
    assert second.places == first.places == load_catalogue(folder).places


def test_the_snapshot_spares_reading_what_did_not_change(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache = tmp_path / "catalogue.msgpack"
    load_catalogue(folder, cache)
    put(folder, "b", text=PLACE.format(name="b", kind="halte_accueil"))
    (folder / "places" / "c.yml").unlink()
    put(folder, "d")
    names = count_reads(monkeypatch)
    catalogue = load_catalogue(folder, cache)
    assert names == ["places/b.yml", "places/d.yml"]
    assert [(p.id, p.type) for p in catalogue.places] == [
        ("a", "lieu_rencontre"),
        ("b", "halte_accueil"),
        ("d", "lieu_rencontre"),
    ]


def test_a_mistake_in_a_place_kept_in_the_snapshot_is_still_said(
    folder: Path, tmp_path: Path
) -> None:
    cache = tmp_path / "catalogue.msgpack"
    load_catalogue(folder, cache)
    (folder / "services.yml").write_text(
        (folder / "services.yml").read_text().replace("id: lieu_rencontre", "id: autre_chose")
    )
    with pytest.raises(CatalogueError) as caught:
        load_catalogue(folder, cache)
    assert {p.code for p in caught.value.problems} == {"type-inconnu"}


@settings(max_examples=30, deadline=None)
@given(damage=st.binary(max_size=200))
def test_a_damaged_snapshot_is_ignored(
    tmp_path_factory: pytest.TempPathFactory, damage: bytes
) -> None:
    cache = tmp_path_factory.mktemp("etat") / "catalogue.msgpack"
    cache.write_bytes(damage)
    assert module._read_snapshot(cache) == module._EMPTY


def test_a_snapshot_cut_short_is_ignored(folder: Path, tmp_path: Path) -> None:
    cache = tmp_path / "catalogue.msgpack"
    expected = load_catalogue(folder, cache).places
    cache.write_bytes(cache.read_bytes()[:-40])
    assert load_catalogue(folder, cache).places == expected


def test_a_snapshot_of_other_records_is_ignored(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache = tmp_path / "catalogue.msgpack"
    load_catalogue(folder, cache)
    monkeypatch.setattr(module, "_VERSION", "autre")
    names = count_reads(monkeypatch)
    load_catalogue(folder, cache)
    assert len(names) == 3


def test_a_snapshot_that_cannot_be_written_costs_no_answer(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "fichier").write_text("")
    assert load_catalogue(folder, tmp_path / "fichier" / "catalogue.msgpack").places


def test_a_file_name_that_is_not_utf8_stops_nothing(folder: Path, tmp_path: Path) -> None:
    text = PLACE.format(name="d", kind="lieu_rencontre")
    Path(os.fsdecode(os.fsencode(folder / "places") + b"/\xff.yml")).write_text(text)
    assert load_catalogue(folder, tmp_path / "catalogue.msgpack").place("d") is not None


# --- The fingerprint ------------------------------------------------------------------------------


def test_the_fingerprint_is_that_of_the_loaded_catalogue(folder: Path) -> None:
    assert load_catalogue(folder).fingerprint == fingerprint(folder)


def test_the_fingerprint_does_not_change_by_itself(folder: Path) -> None:
    assert fingerprint(folder) == fingerprint(folder)


def test_the_fingerprint_changes_with_any_file(folder: Path) -> None:
    seen = {fingerprint(folder)}
    path = put(folder, "a", text=PLACE.format(name="a", kind="halte_accueil") + "# plus\n")
    seen.add(fingerprint(folder))
    os.utime(path, ns=(1, 1))
    seen.add(fingerprint(folder))
    path.rename(path.with_name("z.yml"))
    seen.add(fingerprint(folder))
    (folder / "calendrier.yml").write_text("x")
    seen.add(fingerprint(folder))
    assert len(seen) == 5


# --- The holder -----------------------------------------------------------------------------------


def test_nothing_changed_keeps_the_very_same_catalogue(folder: Path) -> None:
    holder = CatalogueHolder(folder)
    before = holder.current
    assert not holder.refresh(now=100).changed
    assert holder.current is before


def test_a_changed_file_brings_a_new_catalogue(folder: Path) -> None:
    holder = CatalogueHolder(folder)
    put(folder, "d")
    assert holder.refresh(now=100).changed
    assert holder.current.place("d") is not None


def test_a_conversation_keeps_the_catalogue_it_started_with(folder: Path) -> None:
    holder = CatalogueHolder(folder)
    kept = holder.current
    (folder / "places" / "a.yml").unlink()
    holder.refresh(now=100)
    assert kept.place("a") is not None
    assert holder.current.place("a") is None


def test_the_disk_is_looked_at_only_so_often(folder: Path) -> None:
    holder = CatalogueHolder(folder, every=5, now=10)
    put(folder, "d")
    assert not holder.refresh(now=14.9).changed
    assert holder.refresh(now=15).changed


def test_a_broken_edit_keeps_the_previous_catalogue_and_says_why(folder: Path) -> None:
    holder = CatalogueHolder(folder)
    before = holder.current
    put(folder, "a", text="nom: 'L'Île'\n")
    refreshed = holder.refresh(now=100)
    assert not refreshed.changed
    assert [p.code for p in refreshed.problems] == ["guillemets"]
    assert holder.problems == refreshed.problems
    assert holder.current is before


def test_a_broken_edit_is_said_once_and_forgotten_when_mended(folder: Path) -> None:
    holder = CatalogueHolder(folder)
    put(folder, "a", text="nom: 'L'Île'\n")
    holder.refresh(now=100)
    assert holder.refresh(now=200).problems == ()
    assert holder.problems
    put(folder, "a", kind="halte_accueil")
    assert holder.refresh(now=300).changed
    assert holder.problems == ()


def test_a_folder_that_vanishes_keeps_the_previous_catalogue(folder: Path) -> None:
    holder = CatalogueHolder(folder)
    folder.rename(folder.with_name("ailleurs"))
    assert holder.refresh(now=100).problems
    assert len(holder.current.places) == 3


def test_the_first_load_of_a_broken_catalogue_is_refused(folder: Path) -> None:
    put(folder, "a", text="")
    with pytest.raises(CatalogueError):
        CatalogueHolder(folder)


def test_only_one_of_several_threads_reloads(folder: Path) -> None:
    holder = CatalogueHolder(folder)
    put(folder, "d")
    start = threading.Barrier(4)
    changed: list[bool] = []

    def refresh() -> None:
        start.wait()
        changed.append(holder.refresh(now=100).changed)

    threads = [threading.Thread(target=refresh) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(changed) == 1


def test_a_refresh_writes_the_snapshot_of_the_next_start(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache = tmp_path / "catalogue.msgpack"
    holder = CatalogueHolder(folder, cache=cache)
    put(folder, "d")
    holder.refresh(now=100)
    names = count_reads(monkeypatch)
    assert load_catalogue(folder, cache).places == holder.current.places
    assert names == []
