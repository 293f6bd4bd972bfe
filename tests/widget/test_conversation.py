"""The conversation as a parent lives it: what is seen, pressed, copied, erased."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
import requests
from playwright.sync_api import BrowserContext, Page, expect

from tests.widget.conftest import PHONE, Server, answered, kept, write

PLACE: dict[str, Any] = {
    "id": "antre",
    "nom": "L'antre du jeu",
    "type": "Lieu de rencontre enfants et parents",
    "pourquoi": "Vous y rencontrez d'autres parents.",
    "distance_km": 2.1,
    "distance": "à environ 2,1 km",
    "adresse": "Rue Haute 12, 6000 Charleroi",
    "telephone": "071 12 34 56",
    "telephone_lien": "+3271123456",
    "courriel": "antre@exemple.be",
    "site": "https://www.exemple.be/antre",
    "horaires": "Le mercredi de 9 h à 12 h.",
    "ouvert": "ferme",
    "prochaine_ouverture": "Ouvre mercredi à 9 h.",
    "age": "De 0 à 3 ans.",
    "prix": "Gratuit.",
    "acces": "Sans inscription.",
    "parent": "Vous restez avec votre enfant.",
    "verifie": "Personne n'a encore vérifié cette fiche.",
    "itineraire": "https://www.openstreetmap.org/directions?to=50.4%2C4.4",
}
LINES = [
    {
        "nom": "Centre de Prévention du Suicide",
        "telephone": "0800 32 123",
        "telephone_lien": "080032123",
        "horaires": "Jour et nuit.",
        "cout": "gratuit, anonyme",
        "pour_quoi": "Pour parler si vous pensez à mourir.",
    },
    {"telephone": "107"},
]


def cards(*places: dict[str, Any], text: str = "Voici.") -> list[dict[str, Any]]:
    return [{"text": text, "custom": {"type": "places", "places": list(places)}}]


@pytest.fixture
def page(context: BrowserContext, server: Server) -> Page:
    page = context.new_page()
    page.goto(f"{server.address}/chat")
    page.locator("#messages > .tour").first.wait_for()
    return page


def say(page: Page, text: str) -> None:
    """Send a message and wait for its answer."""
    count = page.locator(".moi").count()
    write(page, text)
    answered(page, count + 1)


@pytest.mark.parametrize(
    ("width", "height"), [(360, 740), (320, 568), (320, 256), (820, 1180), (1280, 800)]
)
def test_robot_and_emergency_are_in_view_before_the_first_message(
    context: BrowserContext, server: Server, width: int, height: int
) -> None:
    page = context.new_page()
    page.set_viewport_size({"width": width, "height": height})
    # No answer from the server yet: it says it all the same.
    page.route("**/conversations", lambda route: None)
    page.goto(f"{server.address}/chat")
    expect(page.get_by_text("Je suis un robot")).to_be_in_viewport(ratio=1)
    expect(page.locator(".avis a[href='tel:112']")).to_be_in_viewport(ratio=1)
    expect(page.get_by_role("link", name="Urgence : 112")).to_be_in_viewport(ratio=1)
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_urgency_is_in_reach_however_long_the_conversation(page: Page, server: Server) -> None:
    server.says({"long": cards(PLACE, PLACE, PLACE)})
    for height in (740, 256):
        page.set_viewport_size({"width": 320, "height": height})
        say(page, "long")
        expect(page.get_by_role("link", name="Urgence : 112")).to_be_in_viewport(ratio=1)
        expect(page.locator("#quitter")).to_be_in_viewport(ratio=1)
        expect(page.locator("#texte")).to_be_in_viewport(ratio=1)


def test_quick_replies_are_buttons_that_answer_and_go(page: Page, server: Server) -> None:
    page.get_by_role("button", name="Je ne connais personne").click()
    answered(page, 1)
    expect(page.locator(".moi .bulle")).to_have_text("Je ne connais personne")
    expect(page.get_by_role("button", name="Je ne connais personne")).to_have_count(0)
    # The server got the payload, not the words.
    expect(page.locator(".tour").last).to_contain_text("/besoin_isolement")


def test_a_card_says_everything_that_is_known(page: Page, server: Server) -> None:
    server.says({"lieu": cards(PLACE)})
    say(page, "lieu")
    card = page.get_by_role("article")
    expect(card.get_by_role("heading", name="L'antre du jeu")).to_be_visible()
    for words in (
        "Lieu de rencontre enfants et parents, à environ 2,1 km",
        "Vous y rencontrez d'autres parents.",
        "Rue Haute 12, 6000 Charleroi",
        "Le mercredi de 9 h à 12 h. Fermé maintenant. Ouvre mercredi à 9 h.",
        "De 0 à 3 ans.",
        "Gratuit.",
        "Sans inscription. Vous restez avec votre enfant.",
        "Personne n'a encore vérifié cette fiche.",
    ):
        expect(card).to_contain_text(words)
    links = card.get_by_role("link").evaluate_all("all => all.map(one => one.href)")
    assert links == [
        "tel:+3271123456",
        PLACE["itineraire"],
        "mailto:antre@exemple.be",
        PLACE["site"],
    ]


def test_whether_it_is_open_is_said_in_words_also_when_nobody_knows(
    page: Page, server: Server
) -> None:
    states = {
        "ouvert": "Ouvert maintenant.",
        "ferme": "Fermé maintenant.",
        "inconnu": "Je ne sais pas",
    }
    server.says({name: cards({"nom": "A", "ouvert": name}) for name in states})
    for name, words in states.items():
        say(page, name)
        expect(page.get_by_role("article").last).to_contain_text(words)


def test_help_lines_come_first_large_and_dial(page: Page, server: Server) -> None:
    text = "Appelez le [0800 32 123](tel:080032123)."
    server.says({"aide": [{"text": text, "custom": {"type": "lignes", "lignes": LINES}}]})
    say(page, "aide")
    turn = page.locator(".tour").last
    first = turn.get_by_role("article").first
    call = first.get_by_role("link", name="Appeler le 0800 32 123")
    assert call.get_attribute("href") == "tel:080032123"
    assert (call.bounding_box() or {})["height"] >= 56
    assert (call.bounding_box() or {})["width"] > 200
    expect(first).to_contain_text("Jour et nuit. Gratuit, anonyme.")
    expect(turn.get_by_role("link", name="Appeler le 107")).to_be_visible()
    bubble = (turn.locator(".bulle").bounding_box() or {})["y"]
    assert (first.bounding_box() or {})["y"] < bubble
    expect(page.locator("[role=status]:not(:empty)")).to_have_text("Appelez le 0800 32 123.")


def test_a_text_to_copy_is_copied_and_an_unknown_type_is_ignored(
    new_context: Callable[..., BrowserContext], server: Server
) -> None:
    context = new_context(permissions=["clipboard-read", "clipboard-write"])
    page = context.new_page()
    page.goto(f"{server.address}/chat")
    server.says(
        {
            "copie": [
                {"text": "Voici.", "custom": {"type": "texte_a_copier", "texte": "Rue Haute\n12"}}
            ],
            "neuf": [{"text": "Bien.", "custom": {"type": "carte_du_futur", "places": [PLACE]}}],
        }
    )
    say(page, "copie")
    page.get_by_role("button", name="Copier").click()
    expect(page.get_by_role("button", name="Copié")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == "Rue Haute\n12"
    say(page, "neuf")
    assert page.locator(".tour").last.inner_text().split() == ["Relais", "Parents", ":", "Bien."]
    assert page.get_by_role("article").count() == 1


def test_a_card_is_copied_with_what_matters_and_printed_alone(
    new_context: Callable[..., BrowserContext], server: Server
) -> None:
    context = new_context(permissions=["clipboard-read", "clipboard-write"])
    page = context.new_page()
    page.add_init_script("window.print = () => { window.printed = document.body.className; };")
    page.goto(f"{server.address}/chat")
    server.says({"lieux": cards(PLACE, {**PLACE, "nom": "Autre lieu"})})
    say(page, "lieux")
    page.get_by_role("button", name="Copier : L'antre du jeu").click()
    expect(page.get_by_role("button", name="Copié : L'antre du jeu")).to_be_visible()
    copied = page.evaluate("navigator.clipboard.readText()")
    for words in ("L'antre du jeu", "Rue Haute 12", "071 12 34 56", "Gratuit"):
        assert words in copied
    page.get_by_role("button", name="Imprimer : Autre lieu").click()
    assert "fiche-seule" in page.evaluate("printed")
    page.emulate_media(media="print")
    seen = page.locator("h3").evaluate_all("all => all.map(e => getComputedStyle(e).visibility)")
    assert seen == ["hidden", "visible"]


def test_sharing_shows_only_where_the_phone_offers_it(
    context: BrowserContext, server: Server
) -> None:
    server.says({"lieu": cards(PLACE)})
    for offered in (False, True):
        page = context.new_page()
        stub = "navigator.share = what => { window.shared = what; return Promise.resolve(); };"
        page.add_init_script(stub if offered else "delete Navigator.prototype.share;")
        page.goto(f"{server.address}/chat")
        write(page, "lieu")
        page.get_by_role("button", name=re.compile("Copier")).last.wait_for()
        buttons = page.get_by_role("button", name=re.compile("Partager"))
        assert (buttons.count() > 0) is offered
        if offered:
            buttons.last.click()
            assert "Rue Haute 12" in page.evaluate("shared.text")


def test_bold_lists_and_links_are_shown_the_rest_is_text(page: Page, server: Server) -> None:
    text = (
        "Un **mot** fort.\n- un\n- deux\n1. premier\n<b>pas du gras</b> [ici](https://exemple.be)"
    )
    server.says({"texte": [{"text": text}]})
    say(page, "texte")
    turn = page.locator(".tour").last
    expect(turn.locator("b")).to_have_text("mot")
    expect(turn.locator("ul li")).to_have_text(["un", "deux"])
    expect(turn.locator("ol li")).to_have_text(["premier"])
    expect(turn.get_by_text("<b>pas du gras</b>")).to_be_visible()
    expect(turn.get_by_role("link")).to_have_attribute("rel", "noopener noreferrer")


def test_the_length_is_counted_and_a_text_too_long_is_kept_not_cut(page: Page) -> None:
    page.fill("#texte", "é" * 1001)
    expect(page.locator("#compte")).to_have_text("1001 / 1 000")
    page.press("#texte", "Enter")
    expect(page.locator("#etat")).to_contain_text("trop long")
    assert page.input_value("#texte") == "é" * 1001
    say_ok = "😀" * 1000
    page.fill("#texte", say_ok)
    expect(page.locator("#compte")).to_have_text("1000 / 1 000")
    page.press("#texte", "Enter")
    answered(page, 1)


def test_an_empty_message_is_not_sent(page: Page) -> None:
    write(page, "   ")
    assert page.locator(".moi").count() == 0
    expect(page.locator("#texte")).to_be_focused()


def test_a_refused_message_says_why_and_gives_the_words_back(page: Page) -> None:
    write(page, "/donner_lieu{}")
    expect(page.locator(".suivi")).to_contain_text("ne peut pas commencer par")
    expect(page.locator("#texte")).to_have_value("/donner_lieu{}")
    page.reload()
    expect(page.locator("#texte")).to_have_value("/donner_lieu{}")


def test_what_is_typed_and_not_sent_survives_a_reload(page: Page) -> None:
    page.fill("#texte", "j'hésite encore")
    page.reload()
    expect(page.locator("#texte")).to_have_value("j'hésite encore")


def test_erasing_takes_two_presses_erases_on_the_server_and_says_so(
    page: Page, server: Server
) -> None:
    say(page, "bonjour")
    conversation = kept(page)
    page.get_by_role("button", name="Effacer ma conversation").click()
    expect(page.get_by_role("button", name="Oui, effacer")).to_be_focused()
    page.get_by_role("button", name="Oui, effacer").click()
    expect(page.locator(".note")).to_contain_text("est effacée")
    with pytest.raises(requests.HTTPError, match="404"):
        server.history(conversation)
    assert page.evaluate("sessionStorage.length") == 0
    assert page.locator(".moi").count() == 0
    # And one may begin again.
    say(page, "rebonjour")
    assert kept(page)["id"] != conversation["id"]


def test_one_may_change_ones_mind_about_erasing(page: Page, server: Server) -> None:
    say(page, "bonjour")
    page.click("#effacer")
    page.click("#non")
    expect(page.locator("#effacer")).to_be_focused()
    page.click("#effacer")
    page.keyboard.press("Escape")
    expect(page.locator("#confirmer")).to_be_hidden()
    assert len(server.history(kept(page))) == 2


def test_an_erasure_that_fails_is_not_announced_as_done(page: Page, server: Server) -> None:
    say(page, "bonjour")
    page.route("**/conversations/*", lambda route: route.abort())
    page.click("#effacer")
    page.click("#oui")
    expect(page.locator("#etat")).to_contain_text("Je n'ai pas pu effacer")
    assert len(server.history(kept(page))) == 2


def test_an_answer_that_comes_after_the_erasure_is_not_shown(page: Page) -> None:
    write(page, "lent 1 secret")
    page.wait_for_timeout(200)
    page.click("#effacer")
    page.click("#oui")
    expect(page.locator(".note")).to_contain_text("est effacée")
    page.wait_for_timeout(1500)
    expect(page.get_by_text("secret")).to_have_count(0)
    assert page.evaluate("sessionStorage.length") == 0


def test_after_an_erasure_nothing_is_opened_before_the_parent_writes(
    page: Page, server: Server
) -> None:
    say(page, "bonjour")
    page.click("#effacer")
    page.click("#oui")
    page.locator(".note").wait_for()
    opened: list[str] = []
    page.on("request", lambda request: opened.append(request.url))
    page.evaluate("dispatchEvent(new Event('online'))")
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    page.wait_for_timeout(300)
    assert opened == []
    assert page.evaluate("sessionStorage.length") == 0


def test_a_conversation_erased_elsewhere_is_said_and_the_unsent_words_go_to_a_new_one(
    page: Page, server: Server
) -> None:
    say(page, "bonjour")
    old = kept(page)
    requests.delete(
        f"{server.address}/webhooks/site/conversations/{old['id']}",
        headers={"Authorization": f"Bearer {old['token']}"},
        timeout=10,
    ).raise_for_status()
    # Some failures before it is found out change nothing.
    page.route("**/messages", lambda route: route.abort())
    write(page, "vous êtes là ?")
    expect(page.locator("#etat")).to_contain_text("ne répond pas")
    page.get_by_role("button", name="Réessayer").click()
    page.get_by_role("button", name="Réessayer").click()
    page.unroute("**/messages")
    page.get_by_role("button", name="Réessayer").click()
    expect(page.locator(".note")).to_contain_text("n'existe plus")
    answered(page, 1)
    assert [turn["text"] for turn in server.history(kept(page))] == [None, "vous êtes là ?"]


def test_two_tabs_show_the_same_conversation(context: BrowserContext, server: Server) -> None:
    first = context.new_page()
    first.goto(f"{server.address}/chat")
    write(first, "un")
    answered(first, 1)
    # A duplicated tab begins with a copy of what the first one kept.
    content = first.evaluate("sessionStorage.getItem('relais')")
    second = context.new_page()
    second.add_init_script(
        f"if (!sessionStorage.getItem('relais')) sessionStorage.setItem('relais', {content!r});"
    )
    second.goto(f"{server.address}/chat")
    answered(second, 1)
    write(second, "deux")
    answered(first, 2)
    write(first, "trois")
    answered(second, 3)
    texts = "all => all.map(one => one.textContent)"
    assert first.locator(".bulle").evaluate_all(texts) == second.locator(".bulle").evaluate_all(
        texts
    )
    first.click("#effacer")
    first.click("#oui")
    expect(second.locator(".note")).to_contain_text("effacée dans une autre fenêtre")
    assert second.evaluate("sessionStorage.length") == 0


def test_a_second_client_with_the_id_but_not_the_token_is_refused(
    page: Page, server: Server
) -> None:
    say(page, "bonjour")
    url = f"{server.address}/webhooks/site/conversations/{kept(page)['id']}"
    for token in ("", "x", kept(page)["token"][:-1]):
        headers = {"Authorization": f"Bearer {token}"}
        assert requests.get(url, headers=headers, timeout=9).status_code == 401
        assert requests.delete(url, headers=headers, timeout=9).status_code == 401
        sent = requests.post(f"{url}/messages", json={"text": "x"}, headers=headers, timeout=9)
        assert sent.status_code == 401


def test_the_text_grows_in_two_steps_and_the_choice_stays(page: Page) -> None:
    size = "parseFloat(getComputedStyle(document.querySelector('.bulle')).fontSize)"
    before = page.evaluate(size)
    page.click("#taille")
    page.click("#taille")
    assert page.evaluate(size) == pytest.approx(before * 1.5)
    page.reload()
    page.locator(".bulle").first.wait_for()
    assert page.evaluate(size) == pytest.approx(before * 1.5)
    page.click("#taille")
    assert page.evaluate(size) == before


def test_reading_aloud_shows_only_with_a_french_voice_and_reads_the_turn(
    context: BrowserContext, server: Server
) -> None:
    voices = "window.said = []; speechSynthesis.getVoices = () => [{{ lang: '{}', localService: true }}];"
    speak = (
        (
            "window.SpeechSynthesisUtterance = class {{ constructor(text) {{ this.text = text; }} }};"
            "speechSynthesis.speak = one => said.push(one.text);"
        )
        .replace("{{", "{")
        .replace("}}", "}")
    )
    for language, shows in (("en-US", False), ("fr-FR", True)):
        page = context.new_page()
        page.add_init_script(voices.format(language) + speak)
        page.goto(f"{server.address}/chat")
        page.locator(".tour").first.wait_for()
        assert page.locator(".ecouter").first.is_visible() is shows
        if shows:
            page.locator(".ecouter").first.click()
            assert "Je suis un robot" in page.evaluate("said[0]")
            expect(page.locator(".ecouter").first).to_have_text("Arrêter")


def test_dictation_writes_into_the_box_and_is_hidden_where_it_does_not_exist(
    context: BrowserContext, server: Server
) -> None:
    fake = """
        delete window.SpeechRecognition;
        window.webkitSpeechRecognition = class {
            start() { setTimeout(() => this.hear([[{ transcript: 'je suis seule' }]]), 300); }
            hear(results) { this.onresult({ results }); this.onend(); }
            stop() {}
        };"""
    none = "delete window.SpeechRecognition; delete window.webkitSpeechRecognition;"
    for script, shows in ((none, False), (fake, True)):
        page = context.new_page()
        page.add_init_script(script)
        page.goto(f"{server.address}/chat")
        page.locator(".tour").first.wait_for()
        assert page.locator("#dicter").is_visible() is shows
        if shows:
            page.click("#dicter")
            # It says who may hear.
            expect(page.locator("#etat")).to_contain_text("votre voix")
            expect(page.locator("#texte")).to_have_value("je suis seule")


def test_a_slow_answer_shows_that_it_is_coming(page: Page) -> None:
    write(page, "lent 1")
    expect(page.locator("#ecrit")).to_be_visible()
    expect(page.locator(".suivi")).to_have_text("Envoi…")
    answered(page, 1)
    expect(page.locator("#ecrit")).to_be_hidden()


def test_a_new_answer_is_read_from_its_beginning(page: Page, server: Server) -> None:
    server.says({"lieux": cards(PLACE, PLACE, PLACE, text="Voici trois lieux.")})
    say(page, "lieux")
    expect(page.get_by_text("Voici trois lieux.").first).to_be_in_viewport()


def test_the_shop_window_holds_the_conversation_and_the_line_to_copy(
    context: BrowserContext, server: Server
) -> None:
    page = context.new_page()
    errors: list[str] = []
    page.on("console", lambda said: errors.append(said.text) if said.type == "error" else None)
    page.goto(server.address)
    frame = page.frame_locator("#assistant")
    frame.locator("#texte").fill("bonjour")
    frame.locator("#texte").press("Enter")
    expect(frame.locator(".bulle").last).to_have_text("Réponse à : bonjour")
    expect(page.locator("#ligne")).to_have_text(
        f'<script async src="{server.address}/w.js"></script>'
    )
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    assert errors == []
