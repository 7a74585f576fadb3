"""The claims the product turns into numbers: one page each, with its grade, the runs that show it, and its limits."""

from __future__ import annotations

from rewire.errors import EvidenceError, closest
from rewire.sources import evidence_folder


def claim_names() -> tuple[str, ...]:
    """The claims, `C1` to the last, in order."""
    files = (item.name for item in (evidence_folder() / "claims").iterdir())
    return tuple(sorted((name.removesuffix(".md") for name in files if name.endswith(".md")), key=lambda n: int(n[1:])))


def read_claim(name: str) -> str:
    """The page of a claim, in Markdown."""
    names = claim_names()
    if name.upper() not in names:
        raise EvidenceError(
            f"there is no claim '{name}'", expected=", ".join(names), advice=closest(name.upper(), names)
        )
    return (evidence_folder() / "claims" / f"{name.upper()}.md").read_text(encoding="utf-8")
