"""Measures the widget as a phone far from everything meets it: slow network, slow processor.

``python -m benchmarks.bench_widget`` (five runs, medians). The channel is the real one, in front of
a scripted Rasa: what is measured is the widget. Network and processor are slowed by Chromium itself
(DevTools protocol); times are read in the page, so they include all of it.

* launcher: from the start of the partner's page until the button is drawn;
* input: from pressing it until the input has the focus and takes text (the two add up);
* blocking: what long tasks take beyond 50 ms each, in the page and in the conversation.
"""

from __future__ import annotations

import argparse
import json
import shutil
import statistics
import tempfile
import time
from pathlib import Path
from typing import Any, NamedTuple

import requests
from playwright.sync_api import Browser, sync_playwright

from tests.widget.conftest import PHONE, Partner, Server, tag


class Phone(NamedTuple):
    """How slow: round trip in ms, rates in kilobits per second, processor divided by ``cpu``."""

    name: str
    latency_ms: int
    down_kbps: int
    up_kbps: int
    cpu: int


PHONES = (
    Phone("4G lente, processeur ÷ 4", 150, 1600, 750, 4),
    Phone("3G lente, processeur ÷ 6", 400, 400, 400, 6),
)
SETTLE_S = 4.0
# The page drives and measures itself, and says what it saw on the console: a test driver's own scripts
# would weigh more than the widget.
WATCH = """
(() => {
    const start = Date.now() - performance.now();
    const seen = { where: location.pathname, blocked: 0 };
    new PerformanceObserver(list => {
        // A frame's tasks are counted in the frame.
        for (const one of list.getEntries())
            if (one.name === "self") seen.blocked += Math.max(0, one.duration - 50);
    }).observe({ type: "longtask", buffered: true });
    const look = () => {
        const launcher = document.querySelector("[role=region]")?.shadowRoot?.querySelector("button");
        if (launcher && !seen.launcher) {
            seen.launcher = Date.now() - start;
            setTimeout(() => { seen.pressed = Date.now(); launcher.click(); }, 500);
        }
        if (document.activeElement?.id === "texte") seen.input ??= Date.now();
        if (!seen.input) setTimeout(look, 10);
    };
    look();
    setTimeout(() => console.log("vu " + JSON.stringify(seen)), SETTLE);
})();
"""


def slow(session: Any, phone: Phone) -> None:
    session.send("Network.enable")
    session.send(
        "Network.emulateNetworkConditions",
        {
            "offline": False,
            "latency": phone.latency_ms,
            "downloadThroughput": phone.down_kbps * 1000 / 8,
            "uploadThroughput": phone.up_kbps * 1000 / 8,
        },
    )
    session.send("Emulation.setCPUThrottlingRate", {"rate": phone.cpu})


def once(browser: Browser, address: str, phone: Phone) -> dict[str, float]:
    """Return one run's times, in milliseconds."""
    context = browser.new_context(viewport=PHONE, locale="fr-BE")
    context.add_init_script(WATCH.replace("SETTLE", str(int(SETTLE_S * 1000))))
    page = context.new_page()
    seen: list[dict[str, Any]] = []
    page.on(
        "console",
        lambda said: seen.append(json.loads(said.text[3:])) if said.text[:3] == "vu " else None,
    )
    slow(context.new_cdp_session(page), phone)
    page.goto(address)
    deadline = time.monotonic() + 4 * SETTLE_S
    while len(seen) < 2 and time.monotonic() < deadline:
        page.wait_for_timeout(100)
    context.close()
    host = next(one for one in seen if "pressed" in one)
    inside = next(one for one in seen if one["where"] == "/fenetre")
    return {
        "launcher": host["launcher"],
        "input": inside["input"] - host["pressed"],
        "blocking": host["blocked"] + inside["blocked"],
    }


def weight(server: Server) -> tuple[int, int]:
    """Return the compressed bytes before opening, and in all until usable."""
    sizes = []
    for path in ("/w.js", "/fenetre"):
        headers = {"Accept-Encoding": "gzip"}
        with requests.get(server.address + path, headers=headers, stream=True, timeout=9) as got:
            sizes.append(len(got.raw.read(decode_content=False)))
    opened = requests.post(f"{server.address}/webhooks/site/conversations", json={}, timeout=9)
    return sizes[0], sum(sizes) + len(opened.content)


def main() -> None:
    given = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    given.add_argument("--runs", type=int, default=5)
    runs = given.parse_args().runs
    partner = Partner()
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        server = Server(Path(folder), "--origins", partner.address)
        server.start()
        # In one process, the partner's page and the conversation are slowed alike.
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"),
            args=[
                "--no-sandbox",
                "--disable-features=Translate",
                "--disable-site-isolation-trials",
            ],
        )
        before, usable = weight(server)
        print(f"avant d'ouvrir : {before} octets ; jusqu'à pouvoir écrire : {usable} octets (gzip)")
        address = partner.page("/mesure", tag(server))
        for phone in PHONES:
            measured = []
            for _ in range(runs):
                measured.append(once(browser, address, phone))
                time.sleep(0.2)
            medians = {key: statistics.median(run[key] for run in measured) for key in measured[0]}
            said = ", ".join(f"{key} {value:.0f} ms" for key, value in medians.items())
            print(f"{phone.name} : {said}")
        browser.close()
        server.kill()


if __name__ == "__main__":
    main()
