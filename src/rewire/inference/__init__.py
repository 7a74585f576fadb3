"""Inference: what scores say about a person. Readers, prior clouds, the particle filter, beliefs and their checks."""
