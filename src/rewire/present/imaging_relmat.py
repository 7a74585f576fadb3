"""Connectivity matrices for other tools, in the form of the draft BIDS extension 17, relationship matrices.

The draft is not part of BIDS yet. Followed is its schema of 24 August 2024 (bids-specification, pull request 1902): the
five fields it requires are all given. It leaves open whether a dense table has a header; like other BIDS tables this one
has, the labels of the regions. What the draft has no field for stands under `Simulation`.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from rewire.whole import write_whole

if TYPE_CHECKING:
    from rewire.studies.imaging.result import ImagingResult

MATRIX_ENDING = "_relmat.tsv"
NODES_ENDING = "_nodeindices.tsv"


def save_matrices(result: ImagingResult, target: Path) -> Path:
    """One matrix a visit, its description and the regions beside it.

    `study_relmat.tsv` becomes `study_ses-24h_relmat.tsv` and so on; `study_relmat.tsv` itself holds the last visit and
    `study_nodeindices.tsv` says which region each row is.
    """
    stem = target.name[: -len(MATRIX_ENDING)]
    nodes = target.with_name(stem + NODES_ENDING)
    write_whole(nodes, _nodes(result))
    for v, visit in enumerate(result.visits):
        session = "".join(sign for sign in visit.name if sign.isalnum())
        _write(result, target.with_name(f"{stem}_ses-{session}{MATRIX_ENDING}"), v, nodes.name)
    return _write(result, target, len(result.visits) - 1, nodes.name)


def _write(result: ImagingResult, target: Path, visit: int, nodes: str) -> Path:
    matrix = result.maps.matrix[visit]
    rows = ["\t".join(result.maps.regions), *("\t".join(f"{value:.6g}" for value in row) for row in matrix)]
    regressed = " after regression of the global signal" if result.global_signal_regression else ""
    described = {
        "RelationshipMeasure": "Pearson correlation",
        "MeasureDescription": f"correlation of slow fluctuations{regressed}, mean of simulated people",
        "Weighted": True,
        "Directed": False,
        "ValidDiagonal": True,
        "NonNegative": bool(matrix.min() >= 0),
        "Software": f"pkg:generic/rewire@{result.study['version']}",
        "NodeIndicesFile": nodes,
        "Description": f"Simulated, nobody was scanned. {result.plan}, {result.visits[visit].name}.",
        "Simulation": {
            "Plan": result.plan,
            "Visit": result.visits[visit].name,
            "Network": result.network.name,
            "People": result.study["people"]["n"],
            "NotKnown": list(result.not_known[:2]),
        },
    }
    write_whole(target.with_suffix(".json"), json.dumps(described, indent=2) + "\n")
    return write_whole(target, "\n".join(rows) + "\n")


def _nodes(result: ImagingResult) -> str:
    """Which region each row and column is; centres in mm of MNI space where the network knows them."""
    centres = result.network.centroids
    rows = ["matrix_index\tnode_file\tnode_index\tlabel\tx\ty\tz"]
    for i, label in enumerate(result.maps.regions):
        where = ("n/a",) * 3 if centres is None else tuple(f"{value:g}" for value in centres[i])
        rows.append("\t".join((str(i), "n/a", str(i), label, *where)))
    return "\n".join(rows) + "\n"
