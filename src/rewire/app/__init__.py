"""Applications on top of the studies."""
