"""The pages: HTML in one frame, styles and modules from the package, the chart library from the installed wheel."""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Callable
from functools import cache
from importlib.resources import files
from string import Template

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from rewire.errors import RewireError

TITLES = {
    "explore": "Explore a plan",
    "compare": "Compare plans",
    "person": "A person",
    "evidence": "Evidence",
    "heal": "How the brain can heal",
    "api": "For programs",
}
KINDS = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".json": "application/json",
    ".webmanifest": "application/manifest+json",
}
FRESH, KEPT = "no-cache", "public, max-age=86400"


def page_routes() -> APIRouter:
    """The routes of everything a browser loads."""
    routes = APIRouter(include_in_schema=False)

    @routes.get("/")
    def home() -> Response:
        return RedirectResponse("/explore")

    for name in TITLES:
        routes.add_api_route(f"/{name}", _page_route(name), methods=["GET"])

    @routes.get("/vega.js")
    def vega(request: Request) -> Response:
        body, tag = charts_library()
        if request.headers.get("if-none-match") == tag:
            return Response(status_code=304)
        headers = {"cache-control": KEPT, "etag": tag, "content-encoding": "gzip"}
        return Response(body, media_type=KINDS[".js"], headers=headers)

    @routes.get("/offline.js")
    def worker() -> Response:
        # At the root, so that it may answer for every page.
        return _asset("js/offline.js")

    @routes.get("/assets/{path:path}")
    def asset(path: str) -> Response:
        return _asset(path)

    return routes


def _page_route(name: str) -> Callable[[], Response]:
    def page() -> Response:
        return Response(page_html(name), media_type="text/html; charset=utf-8", headers={"cache-control": FRESH})

    return page


def page_html(name: str) -> str:
    """One page in the frame that all share."""
    folder = files("rewire.app") / "pages"
    links = "".join(
        f'<a href="/{page}"{" aria-current=" + chr(34) + "page" + chr(34) if page == name else ""}>{title}</a>'
        for page, title in TITLES.items()
        if page != "api"
    )
    frame = Template((folder / "frame.html").read_text(encoding="utf-8"))
    body = (folder / f"{name}.html").read_text(encoding="utf-8")
    return frame.substitute(title=TITLES[name], links=links, body=body, name=name)


def _asset(path: str) -> Response:
    suffix = "." + path.rsplit(".", 1)[-1]
    parts = path.split("/")
    if suffix not in KINDS or any(part in ("", ".", "..") or part.startswith(".") for part in parts):
        raise RewireError(f"there is no file '{path}'")
    file = (files("rewire.app") / "pages").joinpath(*parts)
    if not file.is_file():
        raise RewireError(f"there is no file '{path}'")
    return Response(file.read_bytes(), media_type=KINDS[suffix], headers={"cache-control": FRESH})


@cache
def charts_library() -> tuple[bytes, str]:
    """The chart library of the installed wheel as one compressed script, with its tag; made once a process."""
    import vl_convert

    text = vl_convert.javascript_bundle("window.vegaEmbed = vegaEmbed;").encode()
    return gzip.compress(text, 6), f'"{hashlib.sha256(text).hexdigest()[:20]}"'
