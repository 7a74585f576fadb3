"""Measured speed and accuracy: workloads, this engine, other solvers, and what the processor could do at best."""
