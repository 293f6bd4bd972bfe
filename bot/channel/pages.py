"""Serves what a browser opens: the launcher script, the conversation window, the shop window."""

from __future__ import annotations

import base64
import gzip
import hashlib
import mimetypes
import re
from collections.abc import Iterable, Mapping
from pathlib import Path

import msgspec
from sanic.request import Request
from sanic.response import HTTPResponse, empty, raw

FOLDER = Path(__file__).parent / "page"
_INLINE = re.compile(r"<(style|script)>(.*?)</\1>", re.DOTALL)
_ORIGIN = re.compile(r"https?://[a-z0-9.-]+(:\d+)?", re.IGNORECASE)
# A page changes with the assistant: the browser asks each time, and is told « the same » in few bytes.
_ASK_AGAIN = "no-cache"
# The launcher is fetched by every page of a partner's site: an hour without asking.
_AN_HOUR = "public, max-age=3600"


def content_policy(html: str, framers: Iterable[str], extra: str = "") -> str:
    """Return the ``Content-Security-Policy`` of a page: its own inline parts by hash, nothing foreign.

    Args:
        html: the page, whose ``<style>`` and ``<script>`` elements without attributes are allowed.
        framers: origins whose pages may show it in a frame, beside the assistant's own.
        extra: sources allowed for scripts and styles on top of the hashes, e.g. ``'self'``.
    """
    sources: dict[str, list[str]] = {"script": [], "style": []}
    for name, content in _INLINE.findall(html):
        digest = base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()
        sources[name].append(f"'sha256-{digest}'")
    rules = {
        "default-src": "'none'",
        "script-src": " ".join([extra, *sources["script"]]).strip() or "'none'",
        "style-src": " ".join([extra, *sources["style"]]).strip() or "'none'",
        "connect-src": "'self'",
        "frame-src": "'self'" if "<iframe" in html else "'none'",
        "img-src": "data:",
        "base-uri": "'none'",
        "form-action": "'self'",
        "frame-ancestors": " ".join(["'self'", *framers]),
        "require-trusted-types-for": "'script'",
        "trusted-types": "'none'",
    }
    return "; ".join(f"{name} {value}" for name, value in rules.items())


def allowed_framers(origins: Iterable[str]) -> list[str]:
    """Return the origins that may stand in a header.

    Raises:
        ValueError: for one that is not an origin; the sentence says what to write instead.
    """
    kept = list(origins)
    for origin in kept:
        if not _ORIGIN.fullmatch(origin):
            raise ValueError(
                f"credentials.yml, origins : « {origin} » n'est pas l'adresse d'un site. "
                "Écrivez par exemple : https://www.namur.be"
            )
    return kept


class Page(msgspec.Struct, frozen=True):
    """A file ready to be sent: its body, the same compressed, and its headers."""

    body: bytes
    compressed: bytes
    content_type: str
    headers: Mapping[str, str]

    @classmethod
    def make(cls, body: bytes, content_type: str, headers: Mapping[str, str]) -> Page:
        """Compress a body once and give it its tag."""
        tag = hashlib.sha256(body).hexdigest()[:20]
        return cls(
            body=body,
            # No date inside: the same file is the same bytes.
            compressed=gzip.compress(body, 9, mtime=0),
            content_type=content_type,
            headers={
                **headers,
                # Weak: the same tag stands for the body and for its compressed form.
                "ETag": f'W/"{tag}"',
                "Vary": "Accept-Encoding",
                "X-Content-Type-Options": "nosniff",
            },
        )

    def answer(self, request: Request) -> HTTPResponse:
        """Return the response to a GET or HEAD request for this page."""
        if self.headers["ETag"] in request.headers.get("if-none-match", ""):
            return empty(304, headers=dict(self.headers))
        headers = dict(self.headers)
        body = self.body
        if accepts_gzip(request) and len(self.compressed) < len(body):
            headers["Content-Encoding"] = "gzip"
            body = self.compressed
        return raw(body, content_type=self.content_type, headers=headers)


def accepts_gzip(request: Request) -> bool:
    """Tell whether the browser reads gzip (``gzip;q=0`` says it does not)."""
    for part in request.headers.get("accept-encoding", "").lower().split(","):
        name, _, quality = part.partition(";")
        if name.strip() == "gzip":
            return quality.replace(" ", "") not in ("q=0", "q=0.0")
    return False


class Pages:
    """Every page and file of the assistant's site, read and compressed once, at start.

    Args:
        framers: origins of the partner sites that may show the conversation in a frame.
        without_script: HTML that opens the conversation for browsers without JavaScript; stands in
            ``/chat`` only.
    """

    def __init__(self, framers: Iterable[str], without_script: str) -> None:
        partners = allowed_framers(framers)
        window = _read("fenetre.html")
        self._pages = {
            "/": self._html(_read("index.html"), (), "'self'"),
            "/fenetre": self._html(_filled(window, ""), partners),
            "/chat": self._html(_filled(window, without_script), partners),
            "/w.js": Page.make(
                (FOLDER / "w.js").read_bytes(),
                "text/javascript; charset=utf-8",
                {"Cache-Control": _AN_HOUR, "Cross-Origin-Resource-Policy": "cross-origin"},
            ),
        }
        for name in ("site.css", "site.js"):
            kind = mimetypes.guess_type(name)[0]
            self._pages[f"/page/{name}"] = Page.make(
                (FOLDER / name).read_bytes(),
                f"{kind}; charset=utf-8",
                {"Cache-Control": _ASK_AGAIN},
            )

    @staticmethod
    def _html(html: str, framers: Iterable[str], extra: str = "") -> Page:
        return Page.make(
            html.encode(),
            "text/html; charset=utf-8",
            {
                "Cache-Control": _ASK_AGAIN,
                "Content-Security-Policy": content_policy(html, framers, extra),
                "Referrer-Policy": "no-referrer",
            },
        )

    def answer(self, request: Request) -> HTTPResponse | None:
        """Return the page at the request's path, or ``None`` when there is none."""
        if request.method not in ("GET", "HEAD"):
            return None
        page = self._pages.get(request.path)
        return None if page is None else page.answer(request)


def _read(name: str) -> str:
    return (FOLDER / name).read_text(encoding="utf-8")


def _filled(window: str, without_script: str) -> str:
    mark = "<!--sans-script-->"
    return window.replace(mark, f"<noscript>{without_script}</noscript>" if without_script else "")
