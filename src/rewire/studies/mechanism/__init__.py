"""Readings of the model for published facts about the mechanism, which stand in `evidence/tables/mechanism.toml`."""
