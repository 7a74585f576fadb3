"""Numbers with their sources: the entries and groups of the evidence tables."""

from rewire.sources.entry import Entry, Group, Label
from rewire.sources.reader import read_table
from rewire.sources.shipped import evidence_folder, load_table, table_names

__all__ = ["Entry", "Group", "Label", "evidence_folder", "load_table", "read_table", "table_names"]
