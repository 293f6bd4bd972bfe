"""One line on a partner's page: what it costs, what it needs, what the page cannot see."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from typing import Any

import pytest
import requests
from playwright.sync_api import BrowserContext, Page, Request, expect

from tests.widget.conftest import (
    DESKTOP,
    Partner,
    Server,
    answered,
    conversation_frame,
    kept,
    open_widget,
    tag,
    write,
)

KILOBYTE = 1024
NEUTRAL = "https://www.meteo.be/fr"
STRICT = (
    "default-src 'none'; script-src {0}; frame-src {0}; style-src 'none'; img-src data:; base-uri 'none'; "
    "require-trusted-types-for 'script'; trusted-types 'none'"
)
WATCH = """
window.violations = [];
addEventListener("securitypolicyviolation", e => violations.push(e.violatedDirective + " " + e.blockedURI));
"""


@pytest.fixture
def page(context: BrowserContext) -> Page:
    return context.new_page()


def neutral_page(context: BrowserContext) -> None:
    """Stand in for the neutral page: the tests go nowhere outside."""
    context.route(NEUTRAL, lambda route: route.fulfill(body="<h1>Il fait beau</h1>"))


def compressed(address: str) -> int:
    """Return how many bytes of a response travel."""
    headers = {"Accept-Encoding": "gzip"}
    with requests.get(address, headers=headers, stream=True, timeout=10) as answer:
        assert answer.headers["Content-Encoding"] == "gzip"
        return len(answer.raw.read(decode_content=False))


def test_the_launcher_weighs_at_most_2_kb_and_everything_until_usable_14_kb(server: Server) -> None:
    launcher = compressed(f"{server.address}/w.js")
    window = compressed(f"{server.address}/fenetre")
    greeting = requests.post(
        f"{server.address}/webhooks/site/conversations", json={}, timeout=10
    ).content
    assert launcher <= 2 * KILOBYTE
    assert launcher + window + len(greeting) <= 14 * KILOBYTE


def test_a_browser_without_gzip_is_served_too_and_one_that_has_the_page_gets_304(
    server: Server,
) -> None:
    plain = requests.get(
        f"{server.address}/w.js", headers={"Accept-Encoding": "identity"}, timeout=9
    )
    packed = requests.get(f"{server.address}/w.js", headers={"Accept-Encoding": "gzip"}, timeout=9)
    assert plain.content == packed.content
    assert "Content-Encoding" not in plain.headers
    again = requests.get(
        f"{server.address}/w.js", headers={"If-None-Match": plain.headers["ETag"]}, timeout=9
    )
    assert again.status_code == 304
    assert not again.content
    assert gzip.compress(plain.content, 9, mtime=0)


def test_before_it_is_pressed_only_the_script_is_loaded_and_nothing_is_kept(
    page: Page, server: Server, partner: Partner
) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    address = partner.page("/calme", tag(server))
    page.goto(address)
    expect(page.get_by_role("button", name="Parents : besoin d'aide ?")).to_be_visible()
    page.wait_for_timeout(300)
    assert asked == [address, f"{server.address}/w.js"]
    assert page.context.cookies() == []
    assert page.evaluate("localStorage.length + sessionStorage.length") == 0
    assert len(page.frames) == 1


def test_a_whole_conversation_asks_no_third_party_and_sets_no_cookie(
    page: Page, server: Server, partner: Partner
) -> None:
    hosts: set[str] = set()

    def note(request: Request) -> None:
        hosts.add(request.url.split("/")[2])

    page.on("request", note)
    frame = open_widget(page, partner.page("/hotes", tag(server)))
    write(frame, "bonjour")
    answered(frame, 1)
    assert hosts == {server.address.split("/")[2], partner.address.split("/")[2]}
    assert page.context.cookies() == []
    assert page.evaluate("localStorage.length + sessionStorage.length") == 0
    assert frame.evaluate("localStorage.length") == 0


@pytest.mark.parametrize("modern", [True, False], ids=["moderne", "sans-adoptedStyleSheets"])
def test_it_works_under_a_strict_policy_with_trusted_types_without_one_violation(
    page: Page, server: Server, partner: Partner, modern: bool
) -> None:
    page.add_init_script(WATCH)
    if not modern:
        page.add_init_script(
            "delete Document.prototype.adoptedStyleSheets;"
            "delete ShadowRoot.prototype.adoptedStyleSheets;"
            "delete window.CSSStyleSheet;"
        )
    errors: list[str] = []
    page.on("console", lambda said: errors.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: errors.append(str(error)))
    # The same answers as everywhere: a card, quick replies.
    server.says(
        {
            "carte": [
                {"text": "Voici.", "custom": {"type": "places", "places": [{"nom": "L'antre"}]}}
            ]
        }
    )
    frame = open_widget(page, partner.page("/strict", tag(server), STRICT.format(server.address)))
    launcher = page.locator("button").first
    write(frame, "carte")
    answered(frame, 1)
    frame.click("#taille")
    frame.click("#effacer")
    frame.click("#oui")
    frame.get_by_text("Votre conversation est effacée").first.wait_for()
    frame.click("#fermer")
    assert launcher.evaluate("e => getComputedStyle(e).position") == "fixed"
    assert launcher.evaluate("e => getComputedStyle(e).backgroundColor") == "rgb(10, 95, 89)"
    assert page.evaluate("violations") == []
    assert frame.evaluate("violations") == []
    assert errors == []


def test_the_page_itself_has_a_strict_policy_of_its_own(server: Server) -> None:
    for path in ("/fenetre", "/chat"):
        policy = requests.get(server.address + path, timeout=10).headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert "require-trusted-types-for 'script'; trusted-types 'none'" in policy


def test_a_script_of_the_host_page_cannot_read_the_conversation(
    page: Page, server: Server, partner: Partner
) -> None:
    page.add_init_script("window.heard = []; addEventListener('message', e => heard.push(e.data));")
    frame = open_widget(page, partner.page("/espion", tag(server)))
    write(frame, "mon secret")
    answered(frame, 1)
    seen: dict[str, Any] = page.evaluate(
        """() => {
            const frame = document.querySelector('[role=region]').shadowRoot.querySelector('iframe');
            let read = null;
            try { read = frame.contentWindow.document.body.textContent; } catch (e) { read = e.name; }
            return { document: frame.contentDocument, read, heard, text: document.documentElement.outerHTML };
        }"""
    )
    assert seen["document"] is None
    assert seen["read"] == "SecurityError"
    assert "secret" not in str(seen["heard"]) + seen["text"]
    assert all(list(message) == ["relais"] for message in seen["heard"])


def test_a_site_that_is_not_on_the_list_cannot_frame_the_conversation(
    page: Page, server: Server
) -> None:
    stranger = Partner()
    page.goto(stranger.page("/inconnu", tag(server)))
    page.get_by_role("button", name="Parents : besoin d'aide ?").click()
    # What shows instead still helps.
    expect(page.get_by_text("En danger, appelez le 112")).to_be_visible()
    page.wait_for_timeout(500)
    assert page.locator("iframe").evaluate("e => getComputedStyle(e).visibility") == "hidden"


def test_a_dead_server_leaves_the_emergency_number_a_retry_and_a_way_out(
    page: Page, server: Server, partner: Partner
) -> None:
    page.goto(partner.page("/mort", tag(server)))
    launcher = page.get_by_role("button", name="Parents : besoin d'aide ?")
    launcher.wait_for()
    page.route("**/fenetre*", lambda route: route.abort())
    launcher.click()
    expect(page.get_by_role("link", name="112")).to_have_attribute("href", "tel:112")
    page.get_by_role("button", name="Fermer").click()
    expect(launcher).to_be_focused()
    launcher.click()
    page.unroute("**/fenetre*")
    page.get_by_role("button", name="Réessayer").click()
    expect(conversation_frame(page).locator("#texte")).to_be_focused()


def test_opening_focuses_the_input_and_escape_gives_the_focus_back(
    page: Page, server: Server, partner: Partner
) -> None:
    frame = open_widget(page, partner.page("/focus", tag(server)))
    launcher = page.locator("button").first
    expect(frame.locator("#texte")).to_be_focused()
    frame.press("#texte", "Escape")
    expect(launcher).to_be_focused()
    expect(page.locator("iframe")).to_be_hidden()
    launcher.press("Enter")
    expect(frame.locator("#texte")).to_be_focused()
    frame.click("#fermer")
    expect(launcher).to_be_focused()


def test_on_a_small_screen_it_fills_it_and_the_page_behind_rests(
    page: Page, server: Server, partner: Partner
) -> None:
    frame = open_widget(page, partner.page("/petit", tag(server)))
    box = page.locator("iframe").bounding_box()
    assert box == {"x": 0, "y": 0, "width": 360, "height": 740}
    assert page.evaluate("document.querySelector('main').inert") is True
    frame.click("#fermer")
    assert page.evaluate("document.querySelector('main').inert") is False
    assert page.evaluate("document.documentElement.style.overflow") == ""


def test_on_a_large_screen_the_page_stays_usable(
    new_context: Callable[..., BrowserContext], server: Server, partner: Partner
) -> None:
    page = new_context(viewport=DESKTOP).new_page()
    open_widget(page, partner.page("/grand", tag(server)))
    assert page.evaluate("document.querySelector('main').inert") is False
    box = page.locator("iframe").bounding_box()
    assert box is not None
    assert box["width"] < 430
    assert box["y"] > 0


def test_text_colour_side_and_place_are_set_by_attributes(
    page: Page, server: Server, partner: Partner
) -> None:
    options = 'data-texte="Un coup de main ?" data-couleur="#ffd500" data-cote="gauche"'
    page.goto(partner.page("/couleur", tag(server, options)))
    launcher = page.get_by_role("button", name="Un coup de main ?")
    style = launcher.evaluate("e => [getComputedStyle(e).color, getComputedStyle(e).left]")
    assert style == ["rgb(0, 0, 0)", "16px"]
    launcher.click()
    header = conversation_frame(page).locator("header")
    expect(header).to_have_css("background-color", "rgb(255, 213, 0)")
    expect(header).to_have_css("color", "rgb(0, 0, 0)")


def test_where_the_browser_forbids_storage_in_frames_the_conversation_still_works(
    page: Page, server: Server, partner: Partner
) -> None:
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.add_init_script(
        "const refuse = { get() { throw new DOMException('refusé', 'SecurityError'); } };"
        "Object.defineProperty(window, 'sessionStorage', refuse);"
    )
    frame = open_widget(page, partner.page("/interdit", tag(server)))
    write(frame, "bonjour")
    answered(frame, 1)
    assert errors == []


def test_it_can_stand_inside_the_page_without_a_launcher(
    page: Page, server: Server, partner: Partner
) -> None:
    body = "<div id='aide'></div>"
    page.goto(partner.page("/dedans", tag(server, 'data-dans="#aide"'), body=body))
    frame = conversation_frame(page)
    assert page.locator("#aide iframe").count() == 1
    expect(page.get_by_role("button", name="Parents : besoin d'aide ?")).to_have_count(0)
    # Nobody asked for it yet: it leaves the focus where it is.
    assert page.evaluate("document.activeElement === document.body")
    write(frame, "bonjour")
    answered(frame, 1)


def test_leaving_quickly_takes_the_whole_page_away_and_clears_device_and_server(
    page: Page, server: Server, partner: Partner
) -> None:
    neutral_page(page.context)
    frame = open_widget(page, partner.page("/vite", tag(server)))
    write(frame, "bonjour")
    answered(frame, 1)
    conversation = kept(frame)
    frame.click("#quitter")
    page.wait_for_url(NEUTRAL)
    with pytest.raises(requests.HTTPError, match="404"):
        server.history(conversation)
    page.go_back()
    assert "/vite" not in page.url
    frame = open_widget(page, partner.address + "/vite")
    assert frame.locator(".moi").count() == 0
    assert kept(frame)["id"] != conversation["id"]


def test_a_partner_chooses_the_neutral_page(page: Page, server: Server, partner: Partner) -> None:
    elsewhere = partner.page("/ailleurs", "")
    page.goto(partner.page("/choix", tag(server, f'data-quitter="{elsewhere}"')))
    page.get_by_role("button", name="Parents : besoin d'aide ?").click()
    neutral_page(page.context)
    # Not https: the honest default is kept.
    conversation_frame(page).click("#quitter")
    page.wait_for_url(NEUTRAL)
