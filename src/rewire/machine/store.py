"""What is made once and kept: texts and code by names that say what they were made from."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from contextlib import suppress
from importlib import resources
from pathlib import Path

from rewire.errors import RewireError
from rewire.whole import write_whole

SHIPPED = "shipped"
"""The folder of this package in which a wheel may bring what was made when it was built."""


def cache_folder() -> Path:
    """Where compiled code is kept: `$REWIRE_CACHE`, else the user's cache folder, else a temporary one."""
    if folder := os.environ.get("REWIRE_CACHE"):
        return Path(folder)
    base = os.environ.get("XDG_CACHE_HOME") or os.environ.get("LOCALAPPDATA") or Path.home() / ".cache"
    folder_path = Path(base) / "rewire"
    try:
        folder_path.mkdir(parents=True, exist_ok=True)
    except OSError:
        return Path(tempfile.gettempdir()) / f"rewire-{os.getuid() if hasattr(os, 'getuid') else 'user'}"
    return folder_path


def keep_file(path: Path, content: bytes) -> None:
    """Keeps a file: readers see the old one or the new one. A cache that cannot be written is no error."""
    with suppress(OSError, RewireError):
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, content)


def kept_text(name: str, make: Callable[[], str]) -> str:
    """The text of this name: as it came with the package, else as it was made before, else made now and kept."""
    place = cache_folder() / name
    for path in (Path(str(resources.files("rewire.machine"))) / SHIPPED / name, place):
        try:
            return path.read_text(encoding="utf-8")
        except OSError:
            continue
    text = make()
    keep_file(place, text.encode())
    return text
