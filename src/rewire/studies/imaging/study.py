"""Run an imaging study: simulate people, scan them at visits, and weigh the changes against people and scanners."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from rewire.engine.kernels import Kernel, kernel
from rewire.errors import StudyError
from rewire.layers.symptoms import SCALES
from rewire.layers.synapse import REGIONS
from rewire.models.inputs import first_dose
from rewire.models.parameters import Circumstances
from rewire.models.posterior import posterior_in_use
from rewire.models.standard import standard_model
from rewire.network import Circuit, Network
from rewire.plans.plan import Plan
from rewire.population import People
from rewire.sources import load_table
from rewire.studies.cohort import Arm, Prepared, Progress, blocks, observed, prepare, simulate, threads
from rewire.studies.group import dose_rows
from rewire.studies.imaging import readouts as known
from rewire.studies.imaging.brains import choose_circuit
from rewire.studies.imaging.course import PEOPLE_FOLLOWED, curve_of, follow_readouts, moments, score_moments
from rewire.studies.imaging.effects import find_effects
from rewire.studies.imaging.maps import MapMaker, Maps, scan
from rewire.studies.imaging.noise import noise_of
from rewire.studies.imaging.readouts import ReadOut, functional, read, structural
from rewire.studies.imaging.result import ImagingResult
from rewire.studies.imaging.visits import Visit, read_visits
from rewire.studies.record import describe_study
from rewire.studies.result import Curve

Array = NDArray[np.float64]

VISITS = ("baseline", "24 h", "day 21")
SHORTEST_RUN = 24.0
BLOCK = 1024
"""People simulated at a time."""
LONGEST_SCAN = 600.0
FEW_PEOPLE = 20
"""Below this number of simulated people a study says so."""


def imaging(
    plan: Plan,
    people: People,
    at: Sequence[str] = VISITS,
    network: Network | str | None = None,
    scan_minutes: float = 8,
    global_signal_regression: bool = False,
    acute: bool | None = None,
    *,
    connectivity: str | Path | None = None,
    masking: str | None = None,
    setting: str = "clinic",
    switches: Mapping[str, bool] | None = None,
    precision: str = "float64",
    progress: Progress | None = None,
) -> ImagingResult:
    """Scans of `people` under `plan` at the visits `at`, with effect sizes, power and the course of each read-out.

    `network` is a `Network`, `"synthetic"` (also the default), `"dk84"` (measured tracts fitted to measured
    connectivity, needs the extra `connectome`), `"dk84 unfitted"`, or the path of a connectome (.zip of The Virtual
    Brain, .csv). `connectivity` is a file of measured correlations to which its connections are fitted first, as
    `read_connectivity` reads it. `acute` says whether the NMDA block at the time of a scan acts on it: by itself it does at visits
    where the drug is still in the brain; `True` and `False` mean every visit and none. The same people are scanned
    without the drug, too. Effects are in groups; nothing here speaks of one person.

    Raises `StudyError` for visits or scans that make no sense, `NetworkError` for a network that cannot be used.
    """
    visits = read_visits(at)
    if not 0 < scan_minutes <= LONGEST_SCAN:
        raise StudyError(f"a scan of {scan_minutes:g} minutes", expected=f"more than 0, up to {LONGEST_SCAN:g} minutes")
    chosen, fitted = choose_circuit(network, connectivity)
    model = standard_model()
    known = posterior_in_use().posterior
    given = Circumstances(setting=setting, switches=dict(switches or {}), posterior=known)
    arm = Arm.of(plan.title, plan, given, masking)
    end = max(visits[-1].hours, SHORTEST_RUN)
    compiled = kernel(model, precision)
    under = _find_acute(compiled, arm, visits, end, people, acute)
    run = _Run(chosen, visits, end, people, compiled, under, global_signal_regression, progress)
    with threads() as pool:
        ready, drug = run.arm(arm, pool)
        _, twin = run.arm(arm.twin(), pool)
    maps, without = drug.maker.done(), twin.maker.done()
    mean = {region: float(maps.synapses[:, 0, i].mean()) for i, region in enumerate(REGIONS)}
    noise = noise_of(chosen, mean, run.readouts, scan_minutes, global_signal_regression)
    scores, scores_without = np.concatenate(drug.scores), np.concatenate(twin.scores)
    weeks = end / 168.0
    return ImagingResult(
        study={
            **describe_study("imaging", {plan.title: plan}, people, weeks, [arm], 0, precision),
            "visits": [{"name": visit.name, "hours": visit.hours} for visit in visits],
            "network": chosen.network.name,
            "scan_minutes": scan_minutes,
            "global_signal_regression": global_signal_regression,
        },
        plan=plan.title,
        scale=people.scale,
        network=chosen.network,
        visits=visits,
        acute=drug.maker.acute,
        scan_minutes=scan_minutes,
        global_signal_regression=global_signal_regression,
        readouts=run.readouts,
        maps=maps,
        without_drug=without,
        scores=scores,
        scores_without_drug=scores_without,
        healthy=_healthy(chosen, run.readouts, global_signal_regression),
        noise=noise,
        effects=find_effects(run.readouts, visits, maps.values, without.values, scores, noise),
        course=drug.curves,
        course_without_drug=twin.curves,
        doses=dose_rows(plan, end),
        not_known=_not_known(chosen.network, run.readouts, global_signal_regression),
        warnings=(
            *dict.fromkeys(str(note) for note in plan.check()),
            *fitted,
            *_warnings(visits, drug.maker, maps, without, first_dose(ready.actions)),
        ),
    )


@dataclass
class _Seen:
    """What has been seen of one arm."""

    maker: MapMaker
    scores: list[Array] = field(default_factory=list)
    curves: dict[str, Curve] = field(default_factory=dict)


@dataclass
class _Run:
    """What both arms share."""

    circuit: Circuit
    visits: tuple[Visit, ...]
    end: float
    people: People
    compiled: Kernel
    acute: NDArray[np.bool_]
    regress_global: bool
    progress: Progress | None
    done: int = 0

    @property
    def readouts(self) -> tuple[ReadOut, ...]:
        """All read-outs of this network."""
        return (*functional(self.circuit.network), *structural())

    def arm(self, arm: Arm, pool: Executor | None) -> tuple[Prepared, _Seen]:
        """One arm over all people, block by block."""
        hours = np.array(moments(self.end, [visit.hours for visit in self.visits]))
        ready = prepare(self.compiled, arm, self.end, hours.tolist(), self.people.scale)
        wanted = [visit.hours for visit in self.visits]
        seen: _Seen | None = None
        points = score_moments(self.end)
        course_scores = []
        names = (*(f"synapses_{region}" for region in REGIONS), "nmda_block", SCALES[self.people.scale])
        for block in blocks(self.people, BLOCK):
            recording = simulate(standard_model(), self.compiled, ready, block, names, pool)
            rows = np.searchsorted(recording.hours, np.array(wanted) - 1e-6)
            grid = np.searchsorted(recording.hours, hours - 1e-6)
            days = np.searchsorted(recording.hours, points - 1e-6)
            courses = {r: np.asarray(recording.values[f"synapses_{r}"], float)[grid].T for r in REGIONS}
            blocked = np.asarray(recording.values["nmda_block"], float)[rows].T
            scored = observed(recording, self.people.scale, block).astype(float).T
            if seen is None:
                seen = _Seen(MapMaker(self.circuit, self.readouts, self.acute, self.regress_global))
                followed = {region: course[:PEOPLE_FOLLOWED] for region, course in courses.items()}
                seen.curves = follow_readouts(self.circuit, self.readouts, hours, followed, self.regress_global)
            seen.maker.add(hours, courses, np.searchsorted(hours, np.array(wanted) - 1e-6), blocked)
            seen.scores.append(scored[:, rows])
            course_scores.append(scored[:, days])
            self.done += block.n
            if self.progress:
                self.progress(self.done, 2 * self.people.n)
        if seen is None:
            raise StudyError("an imaging study without people")
        unit = f"{self.people.scale}_point"
        seen.curves = {self.people.scale: curve_of(unit, points, np.concatenate(course_scores)), **seen.curves}
        return ready, seen


def _find_acute(
    compiled: Kernel, arm: Arm, visits: Sequence[Visit], end: float, people: People, told: bool | None
) -> NDArray[np.bool_]:
    """The visits at which the block acts on scans: as told, else where it is large in a typical person."""
    if told is not None:
        return np.full(len(visits), told)
    typical = replace(people, n=1, first=0, typical=True)
    hours = sorted({0.0, *(visit.hours for visit in visits), end})
    recording = simulate(
        standard_model(), compiled, prepare(compiled, arm, end, hours, people.scale), typical, ("nmda_block",)
    )
    rows = np.searchsorted(recording.hours, np.array([visit.hours for visit in visits]) - 1e-6)
    found: NDArray[np.bool_] = np.asarray(recording.values["nmda_block"][rows, 0], float) >= load_table(
        "imaging"
    ).number("acute", "least_block")
    return found


def _healthy(circuit: Circuit, readouts: Sequence[ReadOut], regress_global: bool) -> dict[str, float]:
    brain = scan(circuit, {region: np.ones(1) for region in REGIONS}, np.zeros(1), regress_global)
    found = read(brain, tuple(readout for readout in readouts if not readout.structural))
    return {readout.name: 1.0 if readout.structural else float(found[readout.name][0]) for readout in readouts}


def _not_known(network: Network, readouts: Sequence[ReadOut], regress_global: bool) -> tuple[str, ...]:
    notes = [known.ONE_PERSON]
    if network.name.startswith("synthetic"):
        notes.append(known.SYNTHETIC_UNKNOWN)
    if network.name.startswith("dk84"):
        notes.append(known.MEASURED_UNKNOWN)
        if network.coupling is None:
            notes.append(known.UNFITTED_UNKNOWN)
    if regress_global:
        notes.append(known.REGRESSED_UNKNOWN)
    return (*notes, *dict.fromkeys(f"{_about(readout)}: {readout.unknown}" for readout in readouts))


def _about(readout: ReadOut) -> str:
    if readout.structural:
        return known.STRUCTURAL[readout.kind][0]
    if readout.kind == "global":
        return "global connectivity"
    return "graph measures and other places" if readout.unknown == known.GRAPH_UNKNOWN else readout.name


def _warnings(visits: Sequence[Visit], maker: MapMaker, maps: Maps, without: Maps, first: float) -> list[str]:
    found = []
    least = load_table("imaging").number("acute", "least_block")
    for place, visit in enumerate(visits):
        block = float(maps.nmda_block[:, place].mean())
        if block >= least and not maker.acute[place]:
            found.append(
                f"at '{visit.name}' the drug still blocks {block:.0%} of NMDA receptors, which this study leaves out"
            )
        if block >= least and maker.acute[place]:
            found.append(
                f"'{visit.name}' is a scan under the drug ({block:.0%} of NMDA receptors blocked): another state than "
                "later visits"
            )
    if len(maps.nmda_block) < FEW_PEOPLE:
        found.append(f"only {len(maps.nmda_block)} simulated: means and correlations of so few say little")
    if first > 0:
        found.append(f"visits count from day 1, 09:00; the first dose is {first:g} h later")
    near = maps.near_critical + without.near_critical
    if near:
        found.append(
            f"{near} of {2 * maps.nmda_block.size} scans are too near the critical point for this analysis: do not "
            "trust them"
        )
    return found
