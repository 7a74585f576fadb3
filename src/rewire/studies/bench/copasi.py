"""COPASI on W1: the model and its doses as SBML, LSODA, one person after another."""

from __future__ import annotations

import locale
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rewire.studies.bench.w1 import w1_actions, w1_days, w1_model

Array = NDArray[np.float64]


def copasi(tolerance: float) -> Callable[[Array], Array]:
    """Severity `[day, person]` for parameters `[parameter, person]`."""
    before = locale.setlocale(locale.LC_ALL)
    import COPASI

    # Its import sets the language of the whole process to C, after which text of others is no longer read as UTF-8.
    locale.setlocale(locale.LC_ALL, before)

    from rewire.engine.targets.sbml import sbml_text

    model, days = w1_model(), w1_days()
    names = [quantity.name for quantity in model.parameters]
    data = COPASI.CRootContainer.addDatamodel()
    if not data.importSBMLFromString(sbml_text(model, w1_actions(), dict.fromkeys(names, 1.0))):
        raise RuntimeError("COPASI could not read the SBML")
    read: Any = data.getModel()
    quantities = [read.getModelValue(k) for k in range(read.getNumModelValues())]
    by_name = {quantity.getSBMLId(): quantity for quantity in quantities}
    task = data.getTask("Time-Course")
    task.setMethodType(COPASI.CTaskEnum.Method_deterministic)
    problem, method = task.getProblem(), task.getMethod()
    problem.setDuration(days[-1])
    problem.setStepNumber(len(days) - 1)
    problem.setTimeSeriesRequested(True)
    method.getParameter("Relative Tolerance").setDblValue(tolerance)
    method.getParameter("Absolute Tolerance").setDblValue(tolerance * 1e-2)
    method.getParameter("Max Internal Steps").setIntValue(10**6)

    def person(column: Array) -> list[float]:
        changed = COPASI.ObjectStdVector()
        for name, value in zip(names, column.tolist(), strict=True):
            by_name[name].setInitialValue(value)
            changed.append(by_name[name].getInitialValueReference())
        read.updateInitialValues(changed)
        if not task.process(True):
            raise RuntimeError(f"COPASI could not run: {task.getProcessError()}")
        series = task.getTimeSeries()
        (place,) = (k for k in range(series.getNumVariables()) if series.getSBMLId(k, data) == "severity")
        return [series.getConcentrationData(row, place) for row in range(series.getRecordedSteps())]

    return lambda parameters: np.array([person(column) for column in parameters.T]).T
