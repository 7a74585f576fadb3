"""The brain as a network: connectomes, analytic functional connectivity, its gradient, simulation, structural scans."""

from rewire.network.circuit import Circuit, build_circuit
from rewire.network.connectivity import Connectivity, connect, connect_in_blocks, sample_scan, sample_scans
from rewire.network.effective import EffectiveFit, fit_effective
from rewire.network.failures import NearCritical, NetworkError
from rewire.network.gains import Gains, from_synapses, healthy
from rewire.network.gradient import Slope, slope
from rewire.network.measured import read_connectivity
from rewire.network.network import Network
from rewire.network.simulation import Bold, simulate, stream
from rewire.network.structure import Structural, read_diffusivity, read_sv2a, read_volume
from rewire.network.wheel import load_connectivity

__all__ = [
    "Bold",
    "Circuit",
    "Connectivity",
    "EffectiveFit",
    "Gains",
    "NearCritical",
    "Network",
    "NetworkError",
    "Slope",
    "Structural",
    "build_circuit",
    "connect",
    "connect_in_blocks",
    "fit_effective",
    "from_synapses",
    "healthy",
    "load_connectivity",
    "read_connectivity",
    "read_diffusivity",
    "read_sv2a",
    "read_volume",
    "sample_scan",
    "sample_scans",
    "simulate",
    "slope",
    "stream",
]
