"""Who may ask: this machine, or whoever holds the token; and what a page may do: nothing but itself."""

from __future__ import annotations

import hmac
import ipaddress
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from http.cookies import CookieError, SimpleCookie
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from rewire.errors import RewireError

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data: blob:",
        "connect-src 'self'",
        "worker-src 'self'",
        "manifest-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    )
)
HEADERS = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=(), interest-cohort=()",
}
TOKEN_COOKIE, CLIENT_COOKIE = "rewire_token", "rewire_client"
SHORTEST_TOKEN = 16
LOCAL_NAMES = ("localhost", "127.0.0.1", "[::1]")


def is_loopback(host: str) -> bool:
    """Whether an address reaches this machine only."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def check_binding(host: str, token: str | None) -> None:
    """Refuses to listen beyond this machine without a token, and a token that is easily guessed."""
    if token is not None and len(token) < SHORTEST_TOKEN:
        raise RewireError("the token is too short", expected=f"at least {SHORTEST_TOKEN} characters", advice=_example())
    if token is None and not is_loopback(host):
        raise RewireError(
            f"'{host}' can be reached from other machines, and no token is set",
            expected="a token that everybody who may use the workbench knows",
            advice=_example(),
        )


def _example() -> str:
    return f"--token {secrets.token_urlsafe(SHORTEST_TOKEN)}"


@dataclass(frozen=True)
class Guard:
    """An ASGI layer around the whole service: host and origin checks, the token, limits of size, headers."""

    app: ASGIApp
    token: str | None
    largest_body: int

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers what may not pass, and adds the headers to what may."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers = {key.decode("latin-1").lower(): value.decode("latin-1") for key, value in scope["headers"]}
        cookies = _cookies(headers)
        refusal = self._refuse(scope, headers, cookies)
        if refusal:
            await _answer(send, *refusal)
            return
        client = cookies.get(CLIENT_COOKIE, "")
        fresh = "" if client else secrets.token_urlsafe(12)
        scope.setdefault("state", {})["client"] = client or _address(scope)

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                kept = [(key, value) for key, value in message["headers"] if key.lower() != b"server"]
                added = [(key.encode(), value.encode()) for key, value in HEADERS.items()]
                if fresh and headers.get("sec-fetch-dest") == "document":
                    added.append(
                        (b"set-cookie", f"{CLIENT_COOKIE}={fresh}; Path=/; HttpOnly; SameSite=Strict".encode())
                    )
                message = {**message, "headers": kept + added}
            await send(message)

        await self.app(scope, receive, with_headers)

    def _refuse(
        self, scope: Mapping[str, Any], headers: Mapping[str, str], cookies: Mapping[str, str]
    ) -> tuple[int, str, list[tuple[bytes, bytes]]] | None:
        host = headers.get("host", "")
        name = host.rsplit(":", 1)[0] if not host.endswith("]") else host
        if self.token is None and name not in LOCAL_NAMES:
            return 403, "this workbench answers to localhost only", []
        if headers.get("sec-fetch-site") == "cross-site" and headers.get("sec-fetch-mode") != "navigate":
            return 403, "another site may not ask this workbench", []
        origin = headers.get("origin")
        if origin and origin != "null" and _place(origin) != host:
            return 403, "another site may not ask this workbench", []
        if (
            not headers.get("content-length", "0").isdigit()
            or int(headers.get("content-length", "0")) > self.largest_body
        ):
            return 413, f"a request may hold at most {self.largest_body:,} characters", []
        if scope["method"] == "POST" and "content-length" not in headers:
            return 411, "a request says how long it is", []
        return self._check_token(scope, headers, cookies) if self.token else None

    def _check_token(
        self, scope: Mapping[str, Any], headers: Mapping[str, str], cookies: Mapping[str, str]
    ) -> tuple[int, str, list[tuple[bytes, bytes]]] | None:
        """None for who holds the token; a link with `?token=` puts it into a cookie and out of the address."""
        asked = parse_qsl(scope["query_string"].decode("latin-1"))
        offered = dict(asked).get("token", "")
        if offered and self._fits(offered):
            rest = urlencode([(key, value) for key, value in asked if key != "token"])
            place = scope["path"] + (f"?{rest}" if rest else "")
            cookie = f"{TOKEN_COOKIE}={offered}; Path=/; HttpOnly; SameSite=Strict"
            # Two slashes at the start would lead to another site.
            return 303, "", [(b"location", ("/" + place.lstrip("/")).encode()), (b"set-cookie", cookie.encode())]
        bearer = headers.get("authorization", "").removeprefix("Bearer ").strip()
        if self._fits(bearer) or self._fits(cookies.get(TOKEN_COOKIE, "")):
            return None
        return 401, "this workbench needs its token: open the address with ?token=...", []

    def _fits(self, offered: str) -> bool:
        return bool(offered) and hmac.compare_digest(offered.encode(), str(self.token).encode())


def _place(origin: str) -> str:
    """The host and port of an origin; empty for one that is no address."""
    try:
        return urlsplit(origin).netloc
    except ValueError:
        return ""


def _cookies(headers: Mapping[str, str]) -> dict[str, str]:
    try:
        return {name: item.value for name, item in SimpleCookie(headers.get("cookie", "")).items()}
    except CookieError:
        return {}


def _address(scope: Mapping[str, Any]) -> str:
    return str(scope["client"][0]) if scope.get("client") else "unknown"


async def _answer(send: Send, status: int, words: str, headers: list[tuple[bytes, bytes]]) -> None:
    shown = [(key.encode(), value.encode()) for key, value in HEADERS.items()]
    await send(
        {
            "type": "http.response.start",
            "status": status,
            "headers": [(b"content-type", b"text/plain; charset=utf-8"), *shown, *headers],
        }
    )
    await send({"type": "http.response.body", "body": words.encode()})
