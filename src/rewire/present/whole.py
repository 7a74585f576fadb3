"""Files that are there whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path

from rewire.errors import RewireError


def write_whole(path: str | os.PathLike[str], content: bytes | str) -> Path:
    """Writes a file beside its place and renames it, so that nothing half-written is left; gives its path.

    Raises `RewireError` for a folder that does not exist or cannot be written.
    """
    target = Path(path)
    if not target.parent.is_dir():
        raise RewireError(
            f"the folder '{target.parent}' does not exist", expected="a folder that exists", advice="create it first"
        )
    beside = target.with_name(f".{target.name}-{os.getpid()}")
    try:
        beside.write_bytes(content.encode() if isinstance(content, str) else content)
        beside.replace(target)
    except OSError as problem:
        beside.unlink(missing_ok=True)
        raise RewireError(f"cannot write '{target}': {problem.strerror}", advice="another folder or name") from problem
    return target
