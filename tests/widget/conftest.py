"""Fixtures of the widget's tests: one browser, the scripted channel, and a partner's page."""

from __future__ import annotations

import contextlib
import http.server
import json
import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from playwright.sync_api import Browser, BrowserContext, Frame, Page, sync_playwright

from bot import paths
from bot.processes import die_with_parent, free_port

WIDGET = paths.ROOT / "widget"
AXE = WIDGET / "node_modules" / "axe-core" / "axe.min.js"
PHONE = {"width": 360, "height": 740}
DESKTOP = {"width": 1280, "height": 800}

Script = dict[str, Any]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All of these drive a browser, but for those of the build."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents and item.path.name != "test_build.py":
            item.add_marker(pytest.mark.browser)


class Server:
    """The scripted channel as a process that can be killed and started again, with its state kept."""

    def __init__(self, folder: Path, *options: str) -> None:
        self.port = free_port()
        self.address = f"http://localhost:{self.port}"
        self.folder = folder
        self._options = options
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        log = (self.folder / "server.log").open("ab")
        command = [sys.executable, "-m", "tests.widget.scripted_server", "--port", str(self.port)]
        self._process = subprocess.Popen(
            [*command, *self._options],
            cwd=paths.ROOT,
            env={**os.environ, "RELAIS_STATE": str(self.folder), "PYTHONWARNINGS": "ignore"},
            stdout=log,
            stderr=log,
            preexec_fn=die_with_parent,
        )
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            with contextlib.suppress(requests.ConnectionError):
                if requests.get(f"{self.address}/webhooks/site/", timeout=2).ok:
                    return
            time.sleep(0.1)
        raise AssertionError(f"le serveur n'a pas démarré : {self.folder / 'server.log'}")

    def kill(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def says(self, script: Script) -> None:
        """Set what is answered from now on."""
        path = self.folder / "script.json"
        path.with_suffix(".new").write_text(json.dumps(script), encoding="utf-8")
        path.with_suffix(".new").replace(path)

    def history(self, conversation: dict[str, Any]) -> list[dict[str, Any]]:
        answer = requests.get(
            f"{self.address}/webhooks/site/conversations/{conversation['id']}",
            headers={"Authorization": f"Bearer {conversation['token']}"},
            timeout=10,
        )
        answer.raise_for_status()
        turns: list[dict[str, Any]] = answer.json()["turns"]
        return turns


class Partner:
    """A partner's site on an origin of its own; its pages are set by the tests."""

    def __init__(self) -> None:
        pages: dict[str, tuple[dict[str, str], str]] = {}
        self.pages = pages

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                headers, body = pages.get(self.path, ({}, ""))
                self.send_response(200 if self.path in pages else 404)
                for name, value in {"Content-Type": "text/html; charset=utf-8", **headers}.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(body.encode())))
                self.end_headers()
                self.wfile.write(body.encode())

            def log_message(self, *arguments: object) -> None:
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        # Another origin, and another site: the assistant is « localhost ».
        self.address = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def page(self, path: str, script: str, policy: str = "", body: str = "", head: str = "") -> str:
        """Put a page on the site and return its address."""
        headers = {"Content-Security-Policy": policy} if policy else {}
        self.pages[path] = (
            headers,
            "<!doctype html><html lang='fr'><head><meta charset='utf-8'><title>Une commune</title>"
            "<link rel='icon' href='data:,'>"
            f"<meta name='viewport' content='width=device-width, initial-scale=1'>{head}</head>"
            f"<body><main><h1>Une commune</h1><p><a href='#a'>Un lien</a></p>{body}</main>{script}</body></html>",
        )
        return self.address + path


@pytest.fixture(scope="session")
def partner() -> Iterator[Partner]:
    site = Partner()
    yield site
    site.server.shutdown()


@pytest.fixture(scope="session")
def server(partner: Partner, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    made = Server(tmp_path_factory.mktemp("canal"), "--origins", partner.address)
    made.start()
    yield made
    made.kill()


@pytest.fixture(autouse=True)
def _quiet(request: pytest.FixtureRequest) -> None:
    """Each test starts with a server that only echoes."""
    if "server" in request.fixturenames:
        request.getfixturevalue("server").says({})


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium, without a window."""
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None:
        pytest.skip("chromium manque : apt-get install chromium (en root), puis relancez")
    with sync_playwright() as playwright:
        # The second switch undoes Playwright's own: it turns off the partitioned storage that every
        # parent's browser has, and a frame could then keep nothing.
        started = playwright.chromium.launch(
            executable_path=path, args=["--no-sandbox", "--disable-features=Translate"]
        )
        yield started
        started.close()


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    made = browser.new_context(viewport=PHONE, locale="fr-BE")
    made.set_default_timeout(10_000)
    yield made
    made.close()


@pytest.fixture
def new_context(browser: Browser) -> Iterator[Callable[..., BrowserContext]]:
    """Makes contexts of any size and preference; they are closed at the end of the test."""
    made: list[BrowserContext] = []

    def make(**options: Any) -> BrowserContext:
        context = browser.new_context(**{"viewport": PHONE, "locale": "fr-BE", **options})
        context.set_default_timeout(10_000)
        made.append(context)
        return context

    yield make
    for context in made:
        context.close()


def tag(server: Server, attributes: str = "") -> str:
    return f"<script async src='{server.address}/w.js' {attributes}></script>"


def open_widget(page: Page, address: str) -> Frame:
    """Open a partner's page, press the launcher, and return the conversation's frame once usable."""
    page.goto(address)
    page.get_by_role("button", name="Parents : besoin d'aide ?").click()
    return conversation_frame(page)


def conversation_frame(page: Page) -> Frame:
    page.frame_locator("iframe").locator("#messages > .tour").first.wait_for()
    return next(frame for frame in page.frames if frame.url.split("#")[0].endswith("/fenetre"))


def write(view: Page | Frame, text: str) -> None:
    """Write a message and send it with the keyboard."""
    view.fill("#texte", text)
    view.press("#texte", "Enter")


def answered(view: Page | Frame, count: int) -> None:
    """Wait until so many messages of the parent have been answered (none waits)."""
    view.wait_for_function(
        "n => document.querySelectorAll('#messages > .moi').length === n"
        " && !document.querySelector('.suivi')"
        " && document.querySelectorAll('#messages > .tour:not(.moi)').length >= n",
        arg=count,
    )


def kept(view: Page | Frame) -> dict[str, Any]:
    """Return what the device keeps."""
    content: dict[str, Any] = view.evaluate("JSON.parse(sessionStorage.getItem('relais') || '{}')")
    return content
