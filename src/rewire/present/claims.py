"""A claim as a page of Markdown: what is claimed, how well it is carried, by what, and the run that shows it."""

from __future__ import annotations

from rewire.evidence.claims import Claim, claim_names, find_claim, grades
from rewire.evidence.library import reference


def claim_list() -> str:
    """Every claim on a line, with its grade, and what the grades mean."""
    lines = [f"{claim.name}  {claim.grade}  {claim.title}" for claim in map(find_claim, claim_names())]
    return "\n".join([*lines, "", *(f"{letter}: {rule}" for letter, rule in grades().items())])


def claim_page(claim: Claim, picture: str = "") -> str:
    """The page of a claim; `picture` is the address of the picture that its run draws."""
    parts = [
        f"# {claim.name}. {claim.title}",
        f"**Grade {claim.grade}: {claim.rule}.** {claim.why}",
        "## For",
        _works(claim.supports),
        "## Against",
        _works(claim.opposes) if claim.opposes else "Nothing at hand speaks against it; see what is not known.",
        "## What the model does with it",
        claim.model,
        "## The run that shows it",
        f"```sh\n{claim.run}\n```",
        *([f"![{claim.shows}]({picture})"] if picture else []),
        claim.shows,
    ]
    if claim.contradictions:
        carried = [f"- {says} Carried by: {by}." for says, by in claim.contradictions]
        parts += ["## Contradictions it carries", "\n".join(carried)]
    parts += ["## What is not known", claim.unknown, "## How claims are graded"]
    parts.append("\n".join(f"- {letter}: {rule}" for letter, rule in grades().items()))
    return "\n\n".join(parts) + "\n"


def _works(said: tuple[tuple[str, str], ...]) -> str:
    return "\n".join(f"- {reference(key).full.rstrip('.')}: {words}." for key, words in said)
