"""What can go wrong with a network: a bad matrix or file is an error, closeness to the critical point a warning."""

from __future__ import annotations

from rewire.errors import RewireError


class NetworkError(RewireError):
    """A network that cannot be read, or used as asked."""


class NearCritical(UserWarning):
    """A slow mode that decays too slowly: connectivity from the linear analysis is not to be trusted there."""
