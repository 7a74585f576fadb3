"""Puts the standard model's kernels into a wheel, where the packages that make them are at hand.

`python -m build --wheel --no-isolation` in an environment of this project makes a wheel with kernels. Built in isolation,
as `pip install .` does, a wheel goes without: to fetch SymPy for the build would take longer than the first run saves.
"""

from __future__ import annotations

import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

NEEDED = ("numpy", "sympy")


class ShipKernel(BuildHookInterface):
    """Adds the generated texts to `rewire/machine/shipped`."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Called by the builder before it collects files."""
        missing = [name for name in NEEDED if find_spec(name) is None]
        if version == "editable" or missing:
            self.app.display_info(f"kernels are not shipped: {', '.join(missing) or 'editable'}")
            return
        sys.path.insert(0, str(Path(self.root) / "src"))
        from rewire.models.shipping import shipped_texts

        self.folder = tempfile.TemporaryDirectory()
        for name, text in shipped_texts().items():
            path = Path(self.folder.name) / name
            path.write_text(text, encoding="utf-8")
            build_data["force_include"][str(path)] = f"rewire/machine/shipped/{name}"

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        """Called when the wheel is written."""
        if hasattr(self, "folder"):
            self.folder.cleanup()
