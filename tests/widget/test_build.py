"""What is served is what the sources make, and nothing names where packages come from."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from bot.channel.pages import FOLDER, allowed_framers
from tests.widget.conftest import WIDGET


@pytest.fixture
def node() -> str:
    found = shutil.which("node")
    if found is None or not (WIDGET / "node_modules").is_dir():
        pytest.skip("node ou ses paquets manquent : npm ci --prefix widget, puis relancez")
    return found


def test_the_served_files_are_what_the_sources_build(node: str, tmp_path: Path) -> None:
    subprocess.run([node, "build.mjs", str(tmp_path)], cwd=WIDGET, check=True)
    built = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    served = {path.name: path.read_bytes() for path in FOLDER.iterdir()}
    assert built.keys() == served.keys()
    different = [name for name in built if built[name] != served[name]]
    assert different == [], "lancez : npm run build --prefix widget"


def test_the_sources_have_no_type_error(node: str) -> None:
    checker = WIDGET / "node_modules" / ".bin" / "tsc"
    done = subprocess.run(
        [checker, "--noEmit"], cwd=WIDGET, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout


def test_the_lock_holds_hashes_and_no_address() -> None:
    lock = (WIDGET / "package-lock.json").read_text(encoding="utf-8")
    assert '"resolved"' not in lock
    assert '"integrity"' in lock
    packages = json.loads(lock)["packages"]
    assert not [name for name, one in packages.items() if name and not one.get("dev")]


def test_the_scripts_parse_no_markup_and_evaluate_nothing() -> None:
    sinks = (
        r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function|srcdoc"
        r"|setAttribute\(\"style"
    )
    for source in (WIDGET / "src").glob("*.ts"):
        assert not re.search(sinks, source.read_text(encoding="utf-8")), source.name


@pytest.mark.parametrize(
    "origin", ["namur.be", "https://namur.be/page", "*", "https://a.be; script-src *"]
)
def test_an_origin_that_is_none_is_refused_with_a_sentence(origin: str) -> None:
    with pytest.raises(ValueError, match=r"n'est pas l'adresse d'un site"):
        allowed_framers([origin])
