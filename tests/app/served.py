"""A workbench on a free port of this machine, as a client sees it."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import uvicorn

from rewire.app.service.service import make_service


@contextmanager
def serving(**options: Any) -> Iterator[httpx.Client]:
    """A client of a service that ends with the block."""
    listener = socket.create_server(("127.0.0.1", 0))
    settings = uvicorn.Config(
        make_service(warm=False, **options), log_level="warning", ws="none", timeout_graceful_shutdown=2
    )
    server = uvicorn.Server(settings)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{listener.getsockname()[1]}", timeout=120) as client:
            yield client
    finally:
        server.should_exit = True
        thread.join(10)
        listener.close()
