"""Results to present, made once: a comparison of two plans and one person's course."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

from rewire.studies.result import Comparison, Course


def _synthetic() -> ModuleType:
    place = Path(__file__).with_name("synthetic.py")
    found = importlib.util.spec_from_file_location("present_synthetic", place)
    assert found is not None and found.loader is not None
    module = importlib.util.module_from_spec(found)
    found.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def synthetic() -> ModuleType:
    return _synthetic()


@pytest.fixture(scope="session")
def comparison(synthetic: ModuleType) -> Comparison:
    return synthetic.comparison()


@pytest.fixture(scope="session")
def course(synthetic: ModuleType) -> Course:
    return synthetic.course()
