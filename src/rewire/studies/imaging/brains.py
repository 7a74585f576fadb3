"""Whose brain an imaging study scans: a network by name, from a file, or fitted to measured connectivity."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path

from rewire.network import Circuit, EffectiveFit, Network, build_circuit, load_connectivity, read_connectivity

DEFAULT = "synthetic"


def choose_circuit(
    network: Network | str | None, connectivity: str | Path | None = None
) -> tuple[Circuit, tuple[str, ...]]:
    """The network of a study with its dynamics, and what to say about a fit to the file `connectivity`.

    Names are those of `imaging`. Raises `NetworkError` for a network or a file that cannot be used.
    """
    if connectivity is not None:
        plain = network if isinstance(network, Network) else _plain(network or DEFAULT)
        fit = plain.fit_effective(read_connectivity(connectivity, plain))
        file = Path(connectivity).name
        return build_circuit(replace(fit.network, name=f"{plain.name} fitted to {file}")), (_told(fit, file),)
    if isinstance(network, Network):
        return build_circuit(network), ()
    return _named(network or DEFAULT), ()


@cache
def _named(name: str) -> Circuit:
    if name == "dk84":
        return build_circuit(Network.load("dk84").fit_effective(load_connectivity("dk84")).network)
    return build_circuit(_plain(name))


def _plain(name: str) -> Network:
    """A network with its connections as they are."""
    if name == "synthetic":
        return Network.synthetic()
    if name == "dk84 unfitted":
        return Network.load("dk84")
    path = Path(name)
    if path.suffix == ".zip":
        return Network.from_tvb_zip(path)
    if path.suffix in (".csv", ".tsv"):
        return Network.from_csv(path)
    return Network.load(name)  # says which names there are


def _told(fit: EffectiveFit, file: str) -> str:
    level = "" if fit.level is None else "; its level was left free because it holds many negative correlations"
    return (
        f"connections were fitted to {file}: on pairs of regions kept out of the fit r = {fit.held_out:.2f} "
        f"({fit.held_out_structure:.2f} without a fit), {fit.measured:.0%} of pairs measured{level}"
    )
