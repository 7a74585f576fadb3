from __future__ import annotations

import pytest

from rewire.network import Network, build_circuit


@pytest.fixture(scope="session")
def made():
    return Network.synthetic(0)


@pytest.fixture(scope="session")
def rested(made):
    return build_circuit(made)


@pytest.fixture(scope="session")
def dk84():
    from importlib.metadata import PackageNotFoundError, version

    try:
        version("tvboptim")
    except PackageNotFoundError:
        pytest.skip("needs the extra 'connectome'")
    return Network.load("dk84")
