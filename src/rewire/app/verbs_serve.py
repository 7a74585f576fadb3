"""The verbs of the workbench: `serve` opens it in the browser, `scenes` works out what the five scenes show."""

from __future__ import annotations

import sys
from typing import Annotated, Any

import typer

from rewire.errors import RewireError

Host = Annotated[str, typer.Option("--host", help="Where to listen; beyond this machine only with a token.")]
Port = Annotated[int, typer.Option("--port", help="Which port; 0 takes a free one.", min=0, max=65535)]
Token = Annotated[
    str | None,
    typer.Option("--token", envvar="REWIRE_TOKEN", help="A secret of 16 or more letters that users must hold."),
]
NoBrowser = Annotated[bool, typer.Option("--no-browser", help="Print the address, open nothing.")]
INSTALL = "pip install 'rewire[serve]'"
BACKLOG, LEAVE_SECONDS = 64, 2
"""Visitors who may wait at the door; how long open streams are given when the service ends."""


def add_to(app: typer.Typer) -> None:
    """Add the verbs of this file to the command line."""
    app.command("serve")(serve)
    app.command("scenes")(scenes)


def serve(host: Host = "127.0.0.1", port: Port = 8321, token: Token = None, no_browser: NoBrowser = False) -> None:
    """Open the workbench in the browser: explore, compare, look up, learn. It answers to this machine only."""
    from rewire.app.service.security import check_binding, is_loopback

    check_binding(host, token)
    try:
        import uvicorn

        from rewire.app.service.service import make_service
    except ImportError as missing:
        raise RewireError(f"the workbench needs {missing.name}", advice=INSTALL) from None
    listener = _listen(host, port)
    port = listener.getsockname()[1]
    shown = f"[{host}]" if ":" in host else host
    address = f"http://{shown}:{port}/" + (f"?token={token}" if token else "")
    settings = uvicorn.Config(
        make_service(token),
        log_level="warning",
        access_log=False,
        server_header=False,
        ws="none",
        timeout_graceful_shutdown=LEAVE_SECONDS,
    )
    server = uvicorn.Server(settings)
    print(f"rewire workbench: {address}", flush=True)
    print("Research and education; not a medical device. Ctrl-C stops it.", file=sys.stderr)
    if not is_loopback(host):
        print("Anybody with the token can use it, unencrypted: put it behind https.", file=sys.stderr)
    if not no_browser:
        _open_when_ready(server, address)
    server.run(sockets=[listener])


def scenes(quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Print errors only.")] = False) -> None:
    """Work out what the five scenes show, now rather than when the page is first opened, and keep it."""
    from rewire.app.progress import progress
    from rewire.app.service.scenes import surfaces_name, surfaces_text
    from rewire.machine.store import cache_folder

    with progress("surfaces", quiet) as report:
        surfaces_text(report)
    if not quiet:
        print(f"kept as {cache_folder() / surfaces_name()}")


def _listen(host: str, port: int) -> Any:
    """A socket that listens, so that the address is known before it is printed."""
    import socket

    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        # From here on a browser may knock; it is answered as soon as the pages are ready.
        listener.listen(BACKLOG)
    except OSError as wrong:
        listener.close()
        raise RewireError(
            f"cannot listen on {host} port {port}: {wrong.strerror or wrong}", advice="another --port, or --port 0"
        ) from None
    return listener


def _open_when_ready(server: Any, address: str) -> None:
    """Open the browser as soon as the server answers."""
    import threading
    import time
    import webbrowser

    def wait() -> None:
        while not server.started and not server.should_exit:
            time.sleep(0.02)
        if server.started:
            webbrowser.open(address)

    threading.Thread(target=wait, name="browser", daemon=True).start()
