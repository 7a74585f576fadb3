from __future__ import annotations

import os
import shutil
import tempfile

import pytest
from hypothesis import settings

# How long an example takes says nothing here: machines differ, and the first one loads tables.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")

# No graphics processor is at hand where tests run: Numba simulates one. It reads this when it is first imported.
os.environ.setdefault("NUMBA_ENABLE_CUDASIM", "1")


def pytest_configure(config):
    """Kernels go to $REWIRE_CACHE if it is set, else to a folder of this run that its workers share."""
    if "REWIRE_CACHE" not in os.environ:
        folder = tempfile.mkdtemp(prefix="rewire-tests-")
        os.environ["REWIRE_CACHE"] = folder
        config.add_cleanup(lambda: shutil.rmtree(folder, ignore_errors=True))


@pytest.fixture(scope="session")
def standard():
    from rewire.models.standard import standard_model

    return standard_model()


@pytest.fixture(scope="session")
def double(standard):
    """The kernel of the standard model in double precision."""
    from rewire.engine.kernels import kernel

    return kernel(standard, "float64")


@pytest.fixture(scope="session")
def single(standard):
    """The kernel of the standard model in single precision."""
    from rewire.engine.kernels import kernel

    return kernel(standard, "float32")
