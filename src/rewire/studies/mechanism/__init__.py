"""Readings of the model for published facts about the mechanism; the facts stand in `evidence/tables/mechanism.toml`."""
