"""Whatever the network does, every message is answered once, in one conversation."""

from __future__ import annotations

import random
import re
import time
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, Route, expect

from tests.widget.conftest import Server, answered, kept, write

MESSAGES = re.compile(r"/conversations/[^/]+/messages$")


@pytest.fixture
def page(context: BrowserContext, server: Server) -> Page:
    page = context.new_page()
    page.goto(f"{server.address}/chat")
    page.locator("#messages > .tour").first.wait_for()
    return page


def said(server: Server, page: Page) -> list[str | None]:
    return [turn["text"] for turn in server.history(kept(page))]


def shown(page: Page) -> list[str]:
    texts: list[str] = page.locator(".moi .bulle").evaluate_all(
        "all => all.map(e => e.textContent)"
    )
    return texts


def network_is_back(page: Page) -> None:
    page.evaluate("dispatchEvent(new Event('online'))")


def test_a_message_written_offline_waits_says_so_and_leaves_by_itself(
    page: Page, server: Server
) -> None:
    page.context.set_offline(True)
    write(page, "un")
    write(page, "deux")
    expect(page.locator(".suivi")).to_have_count(2)
    expect(page.locator(".suivi").first).to_contain_text("Non envoyé.")
    expect(page.locator("#etat")).to_contain_text("Pas de connexion")
    expect(page.get_by_role("button", name="Réessayer").last).to_be_in_viewport(ratio=0.9)
    assert [one["text"] for one in kept(page)["queue"]] == ["un", "deux"]
    page.context.set_offline(False)
    answered(page, 2)
    expect(page.locator("#etat")).to_be_hidden()
    assert said(server, page) == [None, "un", "deux"]


def test_the_parent_may_retry_at_once(page: Page, server: Server) -> None:
    page.route(MESSAGES, lambda route: route.abort())
    write(page, "un")
    # By now it waits for seconds between two attempts.
    expect(page.locator("#etat")).to_contain_text("ne répond pas")
    page.unroute(MESSAGES)
    page.get_by_role("button", name="Réessayer").click()
    answered(page, 1)
    assert said(server, page) == [None, "un"]


def test_messages_written_while_one_is_being_answered_go_after_it(
    page: Page, server: Server
) -> None:
    write(page, "lent 0.6")
    write(page, "deux")
    write(page, "trois")
    answered(page, 3)
    assert said(server, page) == [None, "lent 0.6", "deux", "trois"]
    turns = page.locator(".tour .bulle").evaluate_all("all => all.map(e => e.textContent)")
    assert turns[1:] == [
        "lent 0.6",
        "Réponse à : lent 0.6",
        "deux",
        "Réponse à : deux",
        "trois",
        "Réponse à : trois",
    ]


def test_a_reload_in_mid_turn_loses_nothing(page: Page, server: Server) -> None:
    conversation = kept(page)
    write(page, "lent 1")
    write(page, "deux")
    page.wait_for_timeout(300)
    page.reload()
    answered(page, 2)
    assert kept(page)["id"] == conversation["id"]
    assert said(server, page) == [None, "lent 1", "deux"]
    assert shown(page) == ["lent 1", "deux"]


def test_a_reload_while_offline_keeps_what_waits(page: Page, server: Server) -> None:
    page.route(re.compile("/conversations"), lambda route: route.abort())
    write(page, "un")
    expect(page.locator(".suivi")).to_contain_text("Non envoyé")
    page.reload()
    expect(page.locator(".moi .bulle")).to_have_text("un")
    page.unroute(re.compile("/conversations"))
    network_is_back(page)
    answered(page, 1)
    assert said(server, page) == [None, "un"]


def test_an_answer_lost_on_the_way_is_asked_again_and_given_once(
    page: Page, server: Server
) -> None:
    lost: list[str] = []

    def lose_the_first(route: Route) -> None:
        if lost:
            route.continue_()
            return
        route.fetch()
        lost.append(route.request.post_data or "")
        route.abort()

    page.route(MESSAGES, lose_the_first)
    write(page, "un")
    answered(page, 1)
    assert lost
    assert said(server, page) == [None, "un"]
    assert page.locator(".tour").count() == 3


def test_a_busy_server_is_given_the_time_it_asks_for(page: Page, server: Server) -> None:
    times: list[float] = []

    def refuse_twice(route: Route) -> None:
        times.append(time.monotonic())
        if len(times) <= 2:
            route.fulfill(
                status=429 if len(times) == 1 else 503,
                headers={"Retry-After": "1"},
                json={"error": {"code": "trop_vite", "message": "Attendez un peu."}},
            )
        else:
            route.continue_()

    page.route(MESSAGES, refuse_twice)
    write(page, "un")
    expect(page.locator("#etat")).to_have_text("Attendez un peu.")
    answered(page, 1)
    assert len(times) == 3
    assert times[2] - times[1] >= 0.8
    expect(page.locator("#etat")).to_be_hidden()


def test_a_login_page_in_place_of_the_answer_counts_as_no_answer(
    page: Page, server: Server
) -> None:
    page.route(MESSAGES, lambda route: route.fulfill(body="<html>Bienvenue au wifi</html>"))
    write(page, "un")
    expect(page.locator(".suivi")).to_contain_text("Non envoyé")
    page.unroute(MESSAGES)
    network_is_back(page)
    answered(page, 1)


def test_a_server_that_forgets_every_conversation_is_not_asked_without_end(
    page: Page, server: Server
) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.method))
    gone = {"error": {"code": "conversation_inconnue", "message": "Elle n'existe plus."}}
    page.route(MESSAGES, lambda route: route.fulfill(status=404, json=gone))
    write(page, "un")
    page.wait_for_timeout(1500)
    assert len(asked) < 12
    page.unroute(MESSAGES)
    network_is_back(page)
    answered(page, 1)
    assert said(server, page) == [None, "un"]


def test_a_server_that_is_not_there_at_opening_does_not_stop_the_parent_from_writing(
    context: BrowserContext, server: Server
) -> None:
    page = context.new_page()
    page.route(re.compile("/conversations"), lambda route: route.abort())
    page.goto(f"{server.address}/chat")
    write(page, "un")
    expect(page.locator("#etat")).to_contain_text("appelez le 112")
    page.unroute(re.compile("/conversations"))
    network_is_back(page)
    answered(page, 1)
    assert said(server, page) == [None, "un"]


def test_a_killed_and_restarted_server_goes_on_with_the_same_conversation(
    page: Page, server: Server
) -> None:
    conversation = kept(page)
    write(page, "un")
    answered(page, 1)
    write(page, "lent 5")
    page.wait_for_timeout(300)
    server.kill()
    write(page, "trois")
    expect(page.locator(".suivi").first).to_contain_text("Non envoyé")
    server.start()
    network_is_back(page)
    page.wait_for_function(
        "() => document.querySelectorAll('#messages > .tour').length === 7", timeout=20_000
    )
    assert kept(page)["id"] == conversation["id"]
    assert said(server, page) == [None, "un", "lent 5", "trois"]


def test_outages_of_one_and_a_half_six_and_thirty_seconds_in_mid_turn(
    new_context: Callable[..., BrowserContext], server: Server
) -> None:
    """The three at the same time, each on its own phone."""
    lengths = (1.5, 6.0, 30.0)
    pages = []
    for _ in lengths:
        page = new_context().new_page()
        page.goto(f"{server.address}/chat")
        page.locator("#messages > .tour").first.wait_for()
        write(page, "lent 1")
        pages.append(page)
    before = [kept(page)["id"] for page in pages]
    for page in pages:
        page.wait_for_timeout(100)
        page.context.set_offline(True)
        write(page, "pendant la coupure")
    passed = 0.0
    for length, page in zip(lengths, pages, strict=True):
        page.wait_for_timeout((length - passed) * 1000)
        passed = length
        page.context.set_offline(False)
        answered(page, 2)
    assert [kept(page)["id"] for page in pages] == before
    for page in pages:
        assert said(server, page) == [None, "lent 1", "pendant la coupure"]


def test_two_hundred_messages_with_the_network_cut_at_random_none_lost_none_doubled(
    page: Page, server: Server
) -> None:
    chance = random.Random(7)
    cuts = {"avant": 0, "après": 0}

    def cut_at_random(route: Route) -> None:
        fate = chance.random()
        if fate < 0.25:
            cuts["avant"] += 1
            route.abort()
        elif fate < 0.5:
            # The server answers, the phone never hears it.
            route.fetch()
            cuts["après"] += 1
            route.abort()
        else:
            route.continue_()

    page.route(MESSAGES, cut_at_random)
    # The network comes back right after each cut: no waiting between two attempts.
    page.evaluate("setInterval(() => dispatchEvent(new Event('online')), 20)")
    expected = [f"message {number}" for number in range(200)]
    for start in range(0, 200, 5):
        for text in expected[start : start + 5]:
            write(page, text)
        if start == 100:
            page.reload()
            page.evaluate("setInterval(() => dispatchEvent(new Event('online')), 20)")
    page.wait_for_function(
        "() => document.querySelectorAll('.moi').length === 200 && !document.querySelector('.suivi')",
        timeout=60_000,
    )
    assert said(server, page)[1:] == expected
    assert shown(page) == expected
    answers = page.locator(".tour:not(.moi) .bulle").evaluate_all(
        "all => all.map(e => e.textContent)"
    )
    assert answers[1:] == [f"Réponse à : {text}" for text in expected]
    assert min(cuts.values()) > 30
