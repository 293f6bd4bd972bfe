"""For everyone: axe, keyboard, announcements, magnification, forced colours, and only French."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Frame, Page, expect

from tests.widget.conftest import (
    AXE,
    DESKTOP,
    Partner,
    Server,
    answered,
    kept,
    open_widget,
    tag,
    write,
)
from tests.widget.test_conversation import LINES, PLACE, cards

RUN_AXE = """async () => {
    const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
    const found = await axe.run(document, { runOnly: tags, resultTypes: ["violations"] });
    const told = node => node.html + " " + node.failureSummary;
    return found.violations.map(one => one.id + " : " + one.nodes.map(told).join(" | "));
}"""
SCRIPT: dict[str, Any] = {
    "lieux": cards(PLACE, {**PLACE, "nom": "Autre lieu"}),
    "aide": [{"text": "Appelez le [112](tel:112).", "custom": {"type": "lignes", "lignes": LINES}}],
    "choix": [{"text": "Où ?", "buttons": [{"title": "Forest (Bruxelles)", "payload": "Forest"}]}],
}


def violations(view: Page | Frame) -> list[str]:
    if not AXE.is_file():
        pytest.skip("axe-core manque : npm ci --prefix widget, puis relancez")
    # Evaluated by the test, not by the page: the page's own policy lets nothing in.
    view.evaluate(f"() => {{ {AXE.read_text(encoding='utf-8')} }}")
    found: list[str] = view.evaluate(RUN_AXE)
    return found


def opened(context: BrowserContext, server: Server) -> Page:
    page = context.new_page()
    page.goto(f"{server.address}/chat")
    page.locator("#messages > .tour").first.wait_for()
    return page


def say(page: Page, text: str) -> None:
    count = page.locator(".moi").count()
    write(page, text)
    answered(page, count + 1)


def test_axe_does_find_what_is_wrong(context: BrowserContext, server: Server) -> None:
    page = opened(context, server)
    page.evaluate(
        "() => document.querySelector('main').append(new Image(), document.createElement('button'))"
    )
    assert {found.split(" : ")[0] for found in violations(page)} >= {"image-alt", "button-name"}


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1000])
def test_axe_finds_nothing_in_any_state(
    new_context: Callable[..., BrowserContext],
    server: Server,
    partner: Partner,
    width: int,
    theme: str,
) -> None:
    server.says(SCRIPT)
    context = new_context(viewport={"width": width, "height": 700}, color_scheme=theme)
    found: dict[str, list[str]] = {}
    host = context.new_page()
    host.goto(partner.page("/axe", tag(server)))
    host.get_by_role("button", name="Parents : besoin d'aide ?").wait_for()
    found["fermé"] = violations(host)
    frame = open_widget(host, partner.address + "/axe")
    found["ouvert, page hôte"] = violations(host)
    found["ouvert"] = violations(frame)
    host.close()
    page = opened(context, server)
    for name in ("choix", "lieux", "aide"):
        say(page, name)
        found[name] = violations(page)
    page.click("#effacer")
    found["effacer ?"] = violations(page)
    page.click("#non")
    write(page, "lent 2")
    expect(page.locator("#ecrit")).to_be_visible()
    found["écrit"] = violations(page)
    answered(page, 4)
    context.set_offline(True)
    write(page, "hors ligne")
    expect(page.locator(".suivi")).to_contain_text("Non envoyé")
    found["hors ligne"] = violations(page)
    context.set_offline(False)
    answered(page, 5)
    for number in range(15):
        say(page, f"message {number}")
    found["longue"] = violations(page)
    page.click("#effacer")
    page.click("#oui")
    page.locator(".note").wait_for()
    found["effacée"] = violations(page)
    assert {state: problems for state, problems in found.items() if problems} == {}


@pytest.mark.parametrize("path", ["/", "/chat"])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_in_the_shop_window_nor_in_the_page_without_script(
    new_context: Callable[..., BrowserContext], server: Server, path: str, theme: str
) -> None:
    server.says(SCRIPT)
    page = new_context(color_scheme=theme).new_page()
    page.goto(server.address + "/")
    if path == "/chat":
        # What a browser without script gets after a post.
        page.evaluate(
            """() => {
                const form = document.createElement("form");
                form.method = "post";
                form.action = "/chat";
                const text = document.createElement("input");
                text.name = "texte";
                text.value = "lieux";
                form.append(text);
                document.body.append(form);
                form.submit();
            }"""
        )
        page.get_by_role("heading", name="Autre lieu").wait_for()
    assert violations(page) == []


WATCH_SLOTS = """() => {
    window.heard = [];
    for (const slot of document.querySelectorAll("[role=status]"))
        new MutationObserver(() => { if (slot.textContent) heard.push(slot.textContent); })
            .observe(slot, { childList: true, characterData: true, subtree: true });
}"""


def test_each_of_a_hundred_turns_is_announced_exactly_once(
    context: BrowserContext, server: Server
) -> None:
    page = opened(context, server)
    assert page.locator("[role=status]:not(:empty)").count() == 1
    page.evaluate(WATCH_SLOTS)
    # The same words each time for every other turn: they must be said again.
    texts = ["bonjour" if number % 2 else f"message {number}" for number in range(100)]
    for start in range(0, 100, 10):
        for text in texts[start : start + 10]:
            write(page, text)
        answered(page, start + 10)
    assert page.evaluate("heard") == [f"Réponse à : {text}" for text in texts]
    # Nothing else is live: the list is not read a second time.
    live = "[aria-live], [role=log], [role=alert], [role=status], output"
    assert page.locator(live).count() == 2


def test_a_turn_of_several_messages_is_one_announcement_that_names_cards_and_choices(
    context: BrowserContext, server: Server
) -> None:
    server.says(
        {
            "tout": [
                {"text": "Voici **deux** lieux."},
                *cards(PLACE, {"nom": "Autre lieu"}, text="Téléphonez avant."),
                {"text": "Autre chose ?", "buttons": [{"title": "Non merci", "payload": "non"}]},
            ]
        }
    )
    page = opened(context, server)
    page.evaluate(WATCH_SLOTS)
    say(page, "tout")
    assert page.evaluate("heard") == [
        "Voici deux lieux.\nTéléphonez avant.\n"
        "1. L'antre du jeu, Lieu de rencontre enfants et parents, à environ 2,1 km.\n"
        "2. Autre lieu.\nAutre chose ?\nRéponses proposées : Non merci."
    ]


def test_a_reload_announces_only_the_answer_that_was_waited_for(
    context: BrowserContext, server: Server
) -> None:
    page = opened(context, server)
    say(page, "un")
    write(page, "lent 1")
    page.wait_for_timeout(200)
    page.add_init_script(f"addEventListener('DOMContentLoaded', {WATCH_SLOTS})")
    page.reload()
    answered(page, 2)
    assert [one for one in page.evaluate("heard") if "cherche" not in one] == ["Réponse à : lent 1"]


def test_waiting_is_announced_at_most_once(context: BrowserContext, server: Server) -> None:
    page = opened(context, server)
    page.evaluate(WATCH_SLOTS)
    write(page, "lent 5")
    answered(page, 1)
    assert page.evaluate("heard") == ["Relais Parents cherche…", "Réponse à : lent 5"]


def test_everything_is_done_with_the_keyboard_alone(
    new_context: Callable[..., BrowserContext], server: Server, partner: Partner
) -> None:
    server.says({**SCRIPT, "/besoin_isolement": SCRIPT["lieux"]})
    page = new_context(viewport=DESKTOP).new_page()
    page.goto(partner.page("/clavier", tag(server)))
    page.get_by_role("button", name="Parents : besoin d'aide ?").wait_for()
    keyboard = page.keyboard

    def tab_to(view: Page | Frame, words: str, key: str = "Tab") -> None:
        for _ in range(40):
            keyboard.press(key)
            name = view.evaluate(
                "() => (document.activeElement.shadowRoot?.activeElement ?? document.activeElement)"
                ".innerText || document.activeElement.id"
            )
            if words in (name or ""):
                return
        raise AssertionError(f"jamais atteint au clavier : {words}")

    tab_to(page, "besoin d'aide")
    keyboard.press("Enter")
    page.frame_locator("iframe").locator("#messages > .tour").first.wait_for()
    frame = page.frames[1]
    expect(frame.locator("#texte")).to_be_focused()
    tab_to(frame, "Je ne connais personne", "Shift+Tab")
    keyboard.press("Enter")
    answered(frame, 1)
    expect(frame.locator("#texte")).to_be_focused()
    for words in ("Voir le chemin", "Appeler le"):
        tab_to(frame, words, "Shift+Tab")
        outline = frame.evaluate("() => getComputedStyle(document.activeElement).outlineStyle")
        assert outline != "none"
    # The list itself takes the focus, to be read with the arrows.
    tab_to(frame, "Messages", "Shift+Tab")
    tab_to(frame, "Effacer ma conversation")
    keyboard.press("Enter")
    keyboard.press("Enter")
    expect(frame.locator(".note")).to_contain_text("est effacée")
    assert kept(frame) == {}
    keyboard.press("Escape")
    expect(page.get_by_role("button", name="Parents : besoin d'aide ?")).to_be_focused()


def test_what_is_pressed_is_at_least_44_pixels_high(
    context: BrowserContext, server: Server
) -> None:
    server.says(SCRIPT)
    page = opened(context, server)
    for name in ("lieux", "aide", "choix"):
        say(page, name)
    page.click("#effacer")
    small = page.locator("button:visible, .appel, .urgence, textarea").evaluate_all(
        "all => all.filter(e => { const box = e.getBoundingClientRect();"
        " return box.height < 43.9 || box.width < 43.9; }).map(e => e.outerHTML)"
    )
    assert small == []
    assert page.locator("#texte").evaluate("e => parseFloat(getComputedStyle(e).fontSize)") >= 16


SPACING = """() => { const sheet = new CSSStyleSheet();
    sheet.replaceSync(`* { line-height: 1.5 !important; letter-spacing: .12em !important; }
        * { word-spacing: .16em !important; }
        p { margin-bottom: 2em !important; }`);
    document.adoptedStyleSheets = [sheet]; }"""


@pytest.mark.parametrize("spaced", [False, True], ids=["ordinaire", "texte espacé"])
@pytest.mark.parametrize(("width", "height"), [(320, 256), (320, 568)])
def test_magnified_four_times_nothing_is_cut_nor_scrolls_sideways(
    context: BrowserContext, server: Server, width: int, height: int, spaced: bool
) -> None:
    server.says(SCRIPT)
    page = opened(context, server)
    page.set_viewport_size({"width": width, "height": height})
    if spaced:
        page.evaluate(SPACING)
    for name in ("lieux", "aide", "choix"):
        say(page, name)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    cut = page.locator("button:visible, a:visible, p:visible, dd:visible, h3:visible").evaluate_all(
        "all => all.filter(e => e.scrollWidth > e.clientWidth + 1 && getComputedStyle(e).display !== 'inline'"
        " && !e.closest('.cache')).map(e => e.outerHTML)"
    )
    assert cut == []
    out = page.locator("button:visible, a:visible, textarea").evaluate_all(
        f"all => all.filter(e => e.getBoundingClientRect().right > {width} + 1).map(e => e.outerHTML)"
    )
    assert out == []
    page.click("#effacer")
    expect(page.locator("#oui")).to_be_in_viewport(ratio=1)


def test_with_forced_colours_every_control_keeps_an_edge(
    new_context: Callable[..., BrowserContext], server: Server
) -> None:
    server.says(SCRIPT)
    page = opened(new_context(forced_colors="active"), server)
    say(page, "lieux")
    say(page, "choix")
    bare = page.locator("button:visible, .appel, .urgence, textarea, .fiche").evaluate_all(
        "all => all.filter(e => { const style = getComputedStyle(e);"
        " return style.borderTopStyle === 'none' || style.borderTopColor === style.backgroundColor; })"
        ".map(e => e.outerHTML)"
    )
    assert bare == []


def test_who_asks_for_less_motion_gets_none(
    new_context: Callable[..., BrowserContext], server: Server
) -> None:
    page = opened(new_context(reduced_motion="reduce"), server)
    write(page, "lent 1")
    dots = page.locator(".points i").first
    assert dots.evaluate("e => getComputedStyle(e).animationName") == "none"


def test_the_transcript_is_a_list_that_names_who_speaks(
    context: BrowserContext, server: Server
) -> None:
    page = opened(context, server)
    say(page, "bonjour")
    items = page.get_by_role("list").first.get_by_role("listitem").all_text_contents()
    assert [text.split(" : ")[0] for text in items] == ["Relais Parents", "Vous", "Relais Parents"]


ENGLISH = re.compile(
    r"\b(the|and|you|your|is|are|send|close|open|message sent|chat|click|here|loading|delete|"
    r"error|retry|failed|please|help|typing|button|copy|share|print|cancel|ok|yes|no|menu|new|"
    r"emergency|welcome|hello|map|phone|address|hours|price)\b",
    re.IGNORECASE,
)
WORDS = """() => {
    const said = [];
    for (const e of document.querySelectorAll("*")) {
        for (const name of ["aria-label", "title", "placeholder", "alt", "value", "content"])
            if (e.hasAttribute(name) && e.tagName !== "META") said.push(e.getAttribute(name));
        if (!["SCRIPT", "STYLE", "NOSCRIPT", "CODE", "PRE"].includes(e.tagName))
            for (const node of e.childNodes) if (node.nodeType === 3) said.push(node.data);
    }
    return said.map(one => one.trim()).filter(Boolean);
}"""


def test_no_word_of_english_is_shown_nor_named(
    context: BrowserContext, server: Server, partner: Partner
) -> None:
    server.says(SCRIPT)
    host = context.new_page()
    frame = open_widget(host, partner.page("/langue", tag(server)))
    said = [
        host.locator("iframe").get_attribute("title"),
        *host.locator("button").evaluate_all("all => all.map(e => e.textContent)"),
        *frame.evaluate(WORDS),
    ]
    host.close()
    page = opened(context, server)
    for name in ("lieux", "aide", "choix"):
        say(page, name)
    page.click("#effacer")
    said += page.evaluate(WORDS)
    context.set_offline(True)
    write(page, "coupé")
    expect(page.locator(".suivi")).to_contain_text("Non envoyé")
    said += page.evaluate(WORDS)
    context.set_offline(False)
    page.goto(server.address)
    said += page.evaluate(WORDS)
    languages = page.locator("[lang]").evaluate_all("all => all.map(e => e.lang)")
    assert languages == ["fr"]
    english = {words: ENGLISH.findall(words) for words in said if words and ENGLISH.search(words)}
    assert english == {}
