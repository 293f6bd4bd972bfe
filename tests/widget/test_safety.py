"""Nothing the assistant is made to say can run, lead to an unsafe place, or show raw data."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from playwright.sync_api import BrowserContext, Page

from tests.widget.conftest import Server, answered, write
from tests.widget.test_conversation import LINES, PLACE

PAYLOADS = [
    "<script>hacked()</script>",
    "<img src=x onerror=hacked()>",
    "<svg onload=hacked()>",
    "<svg><script>hacked()</script></svg>",
    "<iframe src='javascript:parent.hacked()'></iframe>",
    "<iframe srcdoc='<script>parent.hacked()</script>'></iframe>",
    "<body onload=hacked()>",
    "<input autofocus onfocus=hacked()>",
    "<details open ontoggle=hacked()>",
    "<video><source onerror=hacked()></video>",
    "<audio src=x onerror=hacked()>",
    "<marquee onstart=hacked()>",
    "<object data='javascript:hacked()'>",
    "<embed src='javascript:hacked()'>",
    "<a href='javascript:hacked()'>ici</a>",
    "<form action='javascript:hacked()'><button>ici</button></form>",
    "<button formaction='javascript:hacked()' form='formulaire'>ici</button>",
    "<base href='https://mechant.example/'>",
    "<meta http-equiv=refresh content='0;url=javascript:hacked()'>",
    "<link rel=stylesheet href='https://mechant.example/x.css'>",
    "<style>@import 'https://mechant.example/x.css';</style>",
    "<template><script>hacked()</script></template>",
    "<math><mtext></form><form><mglyph><style></math><img src onerror=hacked()>",
    "<noscript><p title='</noscript><img src=x onerror=hacked()>'>",
    "<textarea></textarea><img src=x onerror=hacked()>",
    "</title><script>hacked()</script>",
    "--><script>hacked()</script>",
    "]]><script>hacked()</script>",
    "\"><script>hacked()</script>",
    "' onmouseover='hacked()",
    "\" onfocus=\"hacked()\" autofocus=\"",
    "javascript:hacked()",
    "JaVaScRiPt:hacked()",
    " javascript:hacked()",
    "java\tscript:hacked()",
    "java\nscript:hacked()",
    "\x01javascript:hacked()",
    "javascript://https://exemple.be/%0ahacked()",
    "vbscript:hacked()",
    "data:text/html,<script>hacked()</script>",
    "data:text/html;base64,PHNjcmlwdD5oYWNrZWQoKTwvc2NyaXB0Pg==",
    "blob:https://exemple.be/x",
    "file:///etc/passwd",
    "http://exemple.be/",
    "//mechant.example/",
    "https://utilisateur:secret@mechant.example/",
    "[ici](javascript:hacked())",
    "[ici](javascript:hacked%28%29)",
    "[ici](JAVASCRIPT:hacked)",
    "[ici](data:text/html,hacked)",
    "[ici](vbscript:hacked)",
    "[ici](//mechant.example)",
    "[ici](http://mechant.example)",
    "[<img src=x onerror=hacked()>](https://exemple.be)",
    "[ici](https://exemple.be/\"onmouseover=\"hacked)",
    "**<img src=x onerror=hacked()>**",
    "![image](https://mechant.example/x.png)",
    "- <script>hacked()</script>",
    "${hacked()}",
    "{{constructor.constructor('hacked()')()}}",
    "&lt;script&gt;hacked()&lt;/script&gt;",
    "\u202ehacked()",
    "tel:112;hacked()",
]  # fmt: skip
PRESS_ALL = """() => {
    for (const e of document.querySelectorAll("#messages *, #choix *"))
        for (const kind of ["mouseover", "focus", "mouseenter", "toggle", "load", "error"])
            e.dispatchEvent(new Event(kind));
}"""
LINKS = "all => all.map(e => e.getAttribute('href') ?? '')"
SAFE_LINK = re.compile(r"(https://[^@]*|tel:\+?\d+|mailto:.+)")


@pytest.fixture
def page(context: BrowserContext, server: Server) -> Page:
    page = context.new_page()
    page.add_init_script(
        "window.hacks = 0; window.hacked = () => hacks++;"
        "window.alert = window.hacked; window.refused = [];"
        "addEventListener('securitypolicyviolation', e => refused.push(e.violatedDirective));"
    )
    page.on("dialog", lambda dialog: dialog.dismiss())
    page.goto(f"{server.address}/chat")
    page.locator("#messages > .tour").first.wait_for()
    return page


def everywhere(payload: str) -> list[dict[str, Any]]:
    """Return a turn with the payload in the text, the buttons and every field of every card."""
    return [
        {"text": payload, "buttons": [{"title": payload, "payload": payload}]},
        {
            "text": f"Voici [{payload}]({payload}) {payload}",
            "custom": {"type": "places", "places": [dict.fromkeys(PLACE, payload)]},
        },
        {"custom": {"type": "lignes", "lignes": [dict.fromkeys(LINES[0], payload)]}},
        {"custom": {"type": "texte_a_copier", "texte": payload}},
        {"custom": {"type": payload, "places": [PLACE]}},
    ]


def no_harm(page: Page) -> None:
    page.evaluate(PRESS_ALL)
    assert page.evaluate("hacks") == 0
    assert page.evaluate("refused") == []
    unsafe = [one for one in page.locator("a").evaluate_all(LINKS) if not SAFE_LINK.fullmatch(one)]
    assert unsafe == []
    foreign = "#messages :is(script, style, img, svg, iframe, object, embed, form, input, link, base, meta)"
    assert page.locator(foreign).count() == 0


def test_fifty_attacks_and_more_in_every_place_run_nothing_and_lead_nowhere(
    page: Page, server: Server
) -> None:
    assert len(PAYLOADS) >= 50
    server.says({f"attaque {number}": everywhere(one) for number, one in enumerate(PAYLOADS)})
    for number in range(len(PAYLOADS)):
        write(page, f"attaque {number}")
        if number % 10 == 9 or number == len(PAYLOADS) - 1:
            answered(page, number + 1)
            no_harm(page)
    page.reload()
    answered(page, len(PAYLOADS))
    no_harm(page)


def test_what_the_parent_writes_is_shown_as_written(page: Page, server: Server) -> None:
    for number, payload in enumerate(PAYLOADS[:5], start=1):
        write(page, payload)
        answered(page, number)
    assert page.locator(".moi .bulle").all_text_contents() == PAYLOADS[:5]
    no_harm(page)


def test_attacks_in_the_greeting_run_nothing(context: BrowserContext, server: Server) -> None:
    server.says({"accueil": [message for one in PAYLOADS[:12] for message in everywhere(one)]})
    page = context.new_page()
    page.add_init_script("window.hacks = 0; window.hacked = () => hacks++; window.refused = [];")
    page.goto(f"{server.address}/chat")
    page.locator("#messages > .tour").first.wait_for()
    no_harm(page)


JUNK = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**12), 10**12)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.sampled_from(["", " ", "ouvert", "ferme", "https://", "tel:", "071", "é", "a" * 3000])
    | st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=6,
)
FIELDS = st.dictionaries(st.sampled_from([*PLACE, "inconnu"]), JUNK, max_size=8)
LINE_FIELDS = st.dictionaries(st.sampled_from([*LINES[0], "ouvert"]), JUNK, max_size=6)
CUSTOM = st.one_of(
    st.fixed_dictionaries(
        {"type": st.just("places"), "places": st.lists(FIELDS | JUNK, max_size=3) | JUNK}
    ),
    st.fixed_dictionaries(
        {
            "type": st.sampled_from(["lignes", "help_lines"]),
            "lignes": st.lists(LINE_FIELDS | JUNK, max_size=3) | JUNK,
        }
    ),
    st.fixed_dictionaries({"type": st.just("texte_a_copier"), "texte": JUNK}),
    st.fixed_dictionaries({"type": JUNK, "places": JUNK}),
    JUNK,
)
MESSAGE = st.fixed_dictionaries(
    {}, optional={"text": JUNK, "buttons": JUNK, "custom": CUSTOM, "autre": JUNK}
)


def test_cards_of_any_shape_never_break_the_page_nor_show_raw_data(
    page: Page, server: Server
) -> None:
    """The channel's answer is replaced on the way: no server would send this."""
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    turns: list[list[Any]] = []

    @settings(
        max_examples=200,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(st.lists(MESSAGE | JUNK, max_size=3))
    def collect(messages: list[Any]) -> None:
        turns.append(messages)

    collect()
    left = iter(turns)
    page.route(
        re.compile(r"/messages$"),
        lambda route: route.fulfill(
            body=json.dumps({"messages": next(left)}), content_type="application/json"
        ),
    )
    for start in range(0, len(turns), 40):
        for number in range(start, min(start + 40, len(turns))):
            write(page, f"n {number}")
        answered(page, min(start + 40, len(turns)))
    assert errors == []
    no_harm(page)
    for turn in page.locator(".tour:not(.moi)").all_inner_texts():
        assert turn.replace("Relais Parents :", "").strip()
        for raw in ("[object", "undefined", "NaN", "null", '":', "function"):
            assert raw not in turn
