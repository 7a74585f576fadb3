"""Files that are there whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO
from uuid import uuid4

from rewire.errors import RewireError


def write_whole(path: str | os.PathLike[str], content: bytes | str) -> Path:
    """Writes a file beside its place and renames it, so that nothing half-written is left; gives its path.

    Raises `RewireError` for a folder that does not exist or cannot be written.
    """
    with _beside(Path(path)) as beside:
        beside.write_bytes(content.encode() if isinstance(content, str) else content)
    return Path(path)


@contextmanager
def whole_file(path: str | os.PathLike[str]) -> Iterator[IO[str]]:
    """A text file to write into piece by piece; it takes its place only when the block ends without an error.

    Raises `RewireError` for a folder that does not exist or cannot be written.
    """
    with _beside(Path(path)) as beside, beside.open("w", newline="", encoding="utf-8") as file:
        yield file


@contextmanager
def _beside(target: Path) -> Iterator[Path]:
    """A place beside the target, renamed to it at the end and removed if anything goes wrong; or what cannot be replaced."""
    if not target.parent.is_dir():
        raise RewireError(
            f"the folder '{target.parent}' does not exist", expected="a folder that exists", advice="create it first"
        )
    # A device or a pipe is written to, never replaced; a link keeps leading where it led.
    whole = not target.exists() or target.is_file() or target.is_dir()
    beside = target.resolve().with_name(f".{uuid4().hex}") if whole else target
    try:
        yield beside
        if whole:
            beside.replace(target.resolve())
    except OSError as problem:
        raise RewireError(f"cannot write '{target}': {problem.strerror}", advice="another folder or name") from problem
    finally:
        if whole:
            beside.unlink(missing_ok=True)
